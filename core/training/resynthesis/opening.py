"""Opening a generator by name, or from a user's file: TorchScript or ONNX."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import torch

from core.foundation.errors import DataError, UsageError
from core.training.resynthesis.base import GENERATORS, Family, Generator, Wave, optional

_ONNX = ".onnx"
_RATES_HZ = (8000, 192_000)
_SUFFIXES = (_ONNX, ".pt", ".pth", ".ts")


def open_generator(name: str, folder: Path, rate_hz: int = 0, family: Family = "codec") -> Generator:
    """A generator that ships, or one from a file.

    Args:
        name: Of the registry, or the path of a TorchScript module or ONNX network.
        folder: Where weights lie.
        rate_hz: Of a user's TorchScript or ONNX network, which cannot say it. A network with weights of its own is run
            as if its rate were this one: its frames and up-sampling then leave their marks at other frequencies.
        family: What copies by a user's network count as.

    Raises:
        UsageError: there is no such generator, or a rate is missing or cannot be chosen (US-020).
        DataError: a package (DA-030), weights (DA-031), or a usable file (DA-032) are missing.
    """
    if rate_hz and not _RATES_HZ[0] <= rate_hz <= _RATES_HZ[1]:
        raise UsageError(
            "US-020",
            f"A network cannot be run at {rate_hz} Hz.",
            do=f"Choose a rate from {_RATES_HZ[0]} to {_RATES_HZ[1]} Hz.",
        )
    if name in GENERATORS:
        generator = GENERATORS[name](folder)
        if rate_hz and not generator.weights:
            raise no_rate(name, generator)
        if rate_hz:
            generator.pace, generator.rate_hz = rate_hz / generator.rate_hz, rate_hz
        return generator
    path, suffix = Path(name), Path(name).suffix.lower()
    if suffix in _SUFFIXES and not path.is_file():
        raise UsageError("US-020", f"There is no file {name}.", means="Nothing was copied.", do="Check the path.")
    if suffix not in _SUFFIXES:
        raise UsageError(
            "US-020",
            f"There is no generator {name}.",
            do=f"Choose one of {', '.join(GENERATORS.names())}, or give a TorchScript, ONNX or zoo member file.",
        )
    if not rate_hz:
        raise UsageError("US-020", f"The sampling rate of {path.name} is not stated.", do="Give it with --rate.")
    kind = OnnxCodec if suffix == _ONNX else TorchScriptCodec
    return kind(path, rate_hz, family)


def no_rate(name: str, generator: Generator) -> UsageError:
    """US-020: the generator has one rate, and a label with another would say what was not done."""
    return UsageError(
        "US-020",
        f"The generator {name} works at {generator.rate_hz} Hz and at no other rate.",
        means="Nothing was copied.",
        do="Leave --rate out.",
    )


class TorchScriptCodec(Generator):
    """A user's TorchScript module: float32 (1, 1, frames) to the same, at the stated rate."""

    def __init__(self, path: Path, rate_hz: int, family: Family):
        """Read it."""
        super().__init__(path.parent)
        self.rate_hz, self.family, self._name = rate_hz, family, path.name
        try:
            self._module = torch.jit.load(str(path), map_location="cpu").eval()
        except (RuntimeError, ValueError) as error:
            raise _unusable(path.name, error) from error

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """One call of the module."""
        try:
            with torch.inference_mode():
                made = self._module(torch.from_numpy(waveform)[None, None])
            return np.ascontiguousarray(made.detach().float().reshape(-1).numpy())
        except (RuntimeError, AttributeError, TypeError) as error:
            raise _unusable(self._name, error) from error


class OnnxCodec(Generator):
    """A user's ONNX network: its first input float32 (1, 1, frames), its first output the same."""

    def __init__(self, path: Path, rate_hz: int, family: Family):
        """Read it; needs the package onnxruntime."""
        super().__init__(path.parent)
        runtime = optional("onnxruntime", "onnxruntime")
        self.rate_hz, self.family, self._name = rate_hz, family, path.name
        self._failures = (ValueError, RuntimeError, *_errors_of(runtime))
        try:
            self._session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except self._failures as error:
            raise _unusable(path.name, error) from error

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """One run of the network."""
        try:
            given = {self._session.get_inputs()[0].name: waveform[None, None]}
            return np.asarray(self._session.run(None, given)[0], np.float32).reshape(-1)
        except self._failures as error:
            raise _unusable(self._name, error) from error


def _errors_of(runtime: ModuleType) -> tuple[type[Exception], ...]:
    """What onnxruntime raises: a dozen exceptions that have no base of their own."""
    found = vars(runtime.capi.onnxruntime_pybind11_state).values()
    return tuple(each for each in found if isinstance(each, type) and issubclass(each, Exception))


def _unusable(name: str, error: Exception) -> DataError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return DataError(
        "DA-032",
        f"The network {name} does not turn a waveform into a waveform ({lines[-1]}).",
        means="No copy was made with it.",
        do="It must take float32 of shape (1, 1, frames) and give the same.",
    )
