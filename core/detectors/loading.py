"""Reading published checkpoints: tensors come out, nothing in the file is ever run.

Nothing is unpickled by Python's pickle. The list of names that a checkpoint calls for is read first, without building
anything, and must hold nothing but tensors, plain containers and layers; torch's own weights-only reader then builds
the tensors, and puts an inert stand-in wherever a whole network was pickled.
"""

from __future__ import annotations

import io
import pickletools
import zipfile
from collections.abc import Iterator
from pickle import UnpicklingError  # noqa: TID251 - only the name of what torch raises; nothing is unpickled by pickle
from typing import Any

import torch
from torch import Tensor

from core.foundation.errors import ModelError

MAX_BYTES = 256 << 20
_TENSOR_NAMES = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    "torch FloatStorage",
    "torch LongStorage",
}
_SET = "__builtin__ set"
_OBJECT_PREFIXES = ("model ", "torch.nn.modules.")
_FORBIDDEN_OPCODES = {"STACK_GLOBAL", "INST", "OBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4", "PERSID"}
_READ_ERRORS = (RuntimeError, ValueError, TypeError, LookupError, EOFError, AttributeError, OSError, MemoryError)
_MAX_DEPTH = 8


class Inert:
    """Stands for an object of a class that is not wanted here: holds its state and does nothing."""

    def __new__(cls, *_: object) -> Inert:
        """Take any arguments and forget them."""
        return super().__new__(cls)

    def __setstate__(self, state: object) -> None:
        """Keep the state as it is."""
        self.state = state


def read_tensors(data: bytes, *, whole_object: bool = False) -> dict[str, Any]:
    """What a checkpoint holds, tensors on the CPU.

    Args:
        data: A file that torch.save wrote in its zip format.
        whole_object: The file is a pickled network, not a state dict; its tensors are gathered by their names.

    Raises:
        ModelError: it calls for anything but tensors and plain containers, or cannot be read (MO-013).
    """
    try:
        names = _checked_names(data, whole_object=whole_object)
        stand_ins = [(Inert, name.replace(" ", ".")) for name in names if name not in _TENSOR_NAMES and name != _SET]
        with torch.serialization.safe_globals(stand_ins):  # type: ignore[arg-type]
            found = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except (UnpicklingError, zipfile.BadZipFile, *_READ_ERRORS) as error:
        raise _unsafe("it is damaged, or no file of torch.save", detail=str(error)) from error
    tensors = dict(_gathered(found)) if whole_object else found
    if sum(tensor.nbytes for tensor in _tensors_in(tensors)) > MAX_BYTES:
        raise _unsafe("it unpacks to more than such a network can have")
    return tensors


def _checked_names(data: bytes, *, whole_object: bool) -> set[str]:
    """Names ("module name") that the checkpoint's pickle calls for, read without building anything."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MAX_BYTES:
            raise _unsafe("it unpacks to more than such a network can have")
        pickles = [entry for entry in entries if entry.filename.lower().endswith(".pkl")]
        if len(pickles) != 1:
            raise _unsafe("it is not a file of torch.save with one table of contents")
        names = set(_names_called(archive.read(pickles[0])))
    for name in sorted(names - _TENSOR_NAMES):
        if not (whole_object and (name == _SET or name.startswith(_OBJECT_PREFIXES))):
            raise _unsafe(f"it calls for {name.replace(' ', '.')!r}, and only tensors are read")
    return names


def _names_called(pickled: bytes) -> Iterator[str]:
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name in _FORBIDDEN_OPCODES:
            raise _unsafe(f"it uses {opcode.name}, which no published checkpoint needs")
        if opcode.name == "GLOBAL":
            yield str(argument)


def _gathered(module: object, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Tensor]]:
    """Tensors of a pickled network by their state-dict names."""
    state = getattr(module, "state", None)
    if not isinstance(module, Inert) or not isinstance(state, dict) or depth > _MAX_DEPTH:
        raise _unsafe("it holds no network")
    for table in ("_parameters", "_buffers"):
        for name, tensor in _table(state, table):
            if isinstance(tensor, Tensor):
                yield prefix + name, tensor.detach()
    for name, child in _table(state, "_modules"):
        yield from _gathered(child, f"{prefix}{name}.", depth + 1)


def _table(state: dict[str, object], name: str) -> list[tuple[str, object]]:
    table = state.get(name, {})
    if not isinstance(table, dict):
        raise _unsafe("it holds no network")
    return [(str(key), value) for key, value in table.items()]


def _tensors_in(found: object) -> Iterator[Tensor]:
    """Tensors at the two upper levels of a checkpoint; deeper ones are never used."""
    if not isinstance(found, dict):
        raise _unsafe("it holds no table of tensors")
    for value in found.values():
        items = value.values() if isinstance(value, dict) else [value]
        yield from (item for item in items if isinstance(item, Tensor))


def _unsafe(why: str, detail: str = "") -> ModelError:
    return ModelError(
        "MO-013",
        f"The checkpoint was refused: {why[:300]}.",
        means="Nothing of it was run or imported.",
        do="Get the published file again from where its authors offer it.",
        facts={"detail": detail[:2000]},
    )
