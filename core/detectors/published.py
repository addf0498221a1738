"""The published checkpoints that can be imported: recognised by their SHA-256, converted into packs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.detectors.card import ModelCard
from core.detectors.pack import pack_contents
from core.detectors.pack_files import incomplete
from core.detectors.published_cards import aasist_card, dcnn_card, mellcnn_card
from core.foundation.errors import ModelError
from core.foundation.hashing import sha256_file
from core.foundation.progress import SILENT, Progress, steps

if TYPE_CHECKING:
    from torch import Tensor

Rules = tuple[tuple[str, str | None], ...]
"""Pattern of a published tensor's name and what takes its place; None for tensors that the network never used."""

_DCNN_NAMES: Rules = (
    # wrapped twice by DistributedDataParallel
    (r"module\.module\.cnn\.(.+)", r"cnn.\1"),
    (r"module\.module\.dil_conv\.(.+)", r"dilated.\1"),
    (r"module\.module\.fc\.1\.(.+)", r"head.\1"),
)
_LCNN_NAMES: Rules = (
    *((rf"conv{block + 1}\.(.+)", rf"cnn.{block}.\1") for block in range(9)),
    (r"out\.1\.(.+)", r"hidden.\1"),
    (r"out\.3\.(.+)", r"embedding.\1"),
    (r"fc_mu\.(.+)", r"head.\1"),
)
_ATTENTION_NAMES = {
    "att_weight": "weight",
    "att_weight11": "weight_time",
    "att_weight22": "weight_spectrum",
    "att_weight12": "weight_across",
    "att_weightM": "master_weight",
    r"proj_type1\.(.+)": r"from_time.\1",
    r"proj_type2\.(.+)": r"from_spectrum.\1",
    r"att_proj\.(.+)": r"pair.\1",
    r"att_projM\.(.+)": r"master_pair.\1",
    r"proj_with_att\.(.+)": r"update.others.\1",
    r"proj_without_att\.(.+)": r"update.itself.\1",
    r"proj_with_attM\.(.+)": r"master_update.others.\1",
    r"proj_without_attM\.(.+)": r"master_update.itself.\1",
    r"bn\.(.+)": r"norm.\1",
}
_AASIST_PARTS = {
    "GAT_layer_S": "spectral_attention",
    "GAT_layer_T": "temporal_attention",
    "HtrgGAT_layer_ST11": "branches.0.first",
    "HtrgGAT_layer_ST12": "branches.0.second",
    "HtrgGAT_layer_ST21": "branches.1.first",
    "HtrgGAT_layer_ST22": "branches.1.second",
}
_AASIST_NAMES: Rules = (
    ("pos_S", "spectral_position"),
    ("master1", "branches.0.master"),
    ("master2", "branches.1.master"),
    (r"first_bn\.(.+)", r"norm.\1"),
    (r"encoder\.(\d)\.0\.conv1\.(.+)", r"encoder.\1.first.\2"),
    (r"encoder\.(\d)\.0\.bn2\.(.+)", r"encoder.\1.norm.\2"),
    (r"encoder\.(\d)\.0\.conv2\.(.+)", r"encoder.\1.second.\2"),
    (r"encoder\.(\d)\.0\.conv_downsample\.(.+)", r"encoder.\1.shortcut.\2"),
    (r"encoder\.\d\.0\.bn1\..+", None),
    *((rf"{p}\.{old}", rf"{part}.{new}") for p, part in _AASIST_PARTS.items() for old, new in _ATTENTION_NAMES.items()),
    (r"pool_S\.proj\.(.+)", r"spectral_pool.score.\1"),
    (r"pool_T\.proj\.(.+)", r"temporal_pool.score.\1"),
    (r"pool_hS1\.proj\.(.+)", r"branches.0.spectral_pool.score.\1"),
    (r"pool_hT1\.proj\.(.+)", r"branches.0.temporal_pool.score.\1"),
    (r"pool_hS2\.proj\.(.+)", r"branches.1.spectral_pool.score.\1"),
    (r"pool_hT2\.proj\.(.+)", r"branches.1.temporal_pool.score.\1"),
    (r"out_layer\.(.+)", r"head.\1"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A published file and how it becomes a pack."""

    sha256: str
    card: ModelCard
    names: Rules
    key: str = ""
    """Where in the file the state dict lies; empty where it is the file's whole content."""
    whole_object: bool = False
    """The file is a pickled network."""
    normalisation: tuple[float, float] | None = None
    """Mean and standard deviation of the features, where the method normalises; not stored in the file."""


def _dcnn(sha256: str, variant: str, mean: float, std: float) -> Checkpoint:
    return Checkpoint(
        sha256=sha256, card=dcnn_card(variant), names=_DCNN_NAMES, key="MODEL_STATE", normalisation=(mean, std)
    )


KNOWN: tuple[Checkpoint, ...] = (
    _dcnn(
        "19e9760d7445150cfdb875af1c8bef40bf550c2851ac64382cbafbda238088ba",
        "sym5",
        -13.100665092468262,
        4.8317365646362305,
    ),
    _dcnn(
        "e9597c031fd59cf9fe22682e47d8ba2962e918ddf778269498b36bf62e1cd953",
        "coif4",
        -13.472381591796875,
        4.855798721313477,
    ),
    _dcnn(
        "8ccf29466837db7c9397dba581d70c6693b166a3805f33c8f30a2805af101be5",
        "stft",
        -8.048210144042969,
        4.7332682609558105,
    ),
    Checkpoint(
        sha256="51d2d9cf0738172f61e2a384ec50a54a55363240f67c971ed55a92435bc1a1c0",
        card=aasist_card(light=False),
        names=_AASIST_NAMES,
    ),
    Checkpoint(
        sha256="814331d088032bb4c3fa61cc014789eadeed464209dd094ab3a2dd6ffbdce27a",
        card=aasist_card(light=True),
        names=_AASIST_NAMES,
    ),
    Checkpoint(
        sha256="330c1993860c4141d0aa9a2818718d238240908e324b5cdda9756f0122011431",
        card=mellcnn_card(trained_on="vocoder"),
        names=_LCNN_NAMES,
        whole_object=True,
    ),
    Checkpoint(
        sha256="d8b240a5d50782cf39780bb0ed4c75652cc405fb7aa0aeb1b433bf38faba5f43",
        card=mellcnn_card(trained_on="codec"),
        names=_LCNN_NAMES,
        whole_object=True,
    ),
)
_BY_SHA256 = {checkpoint.sha256: checkpoint for checkpoint in KNOWN}


def find(path: Path, progress: Progress = SILENT) -> list[tuple[Checkpoint, Path]]:
    """Published checkpoints: the file itself, or those among the .pt and .pth files of a folder.

    Raises:
        ModelError: none is known (MO-012), or the file cannot be read (MO-003).
    """
    try:
        files = sorted(file for file in path.iterdir() if file.suffix in (".pt", ".pth")) if path.is_dir() else [path]
        hashed = [(file, sha256_file(file)) for file in steps(files, progress, "recognising checkpoints")]
    except OSError as error:
        raise incomplete(path, f"cannot be read ({error.strerror or error})") from error
    found = [(_BY_SHA256[sha256], file) for file, sha256 in hashed if sha256 in _BY_SHA256]
    if not found:
        raise _unknown(path, hashed[0][1] if path.is_file() else "")
    return found


def convert(checkpoint: Checkpoint, path: Path) -> dict[str, bytes]:
    """Contents of the pack that a checkpoint becomes; the same file gives the same bytes.

    Raises:
        ModelError: the file changed (MO-012), is unsafe (MO-013), or does not hold the tensors it should (MO-014).
    """
    import torch

    from core.detectors.loading import read_tensors

    data = path.read_bytes()
    if (sha256 := hashlib.sha256(data).hexdigest()) != checkpoint.sha256:
        raise _unknown(path, sha256)
    content = read_tensors(data, whole_object=checkpoint.whole_object)
    tensors = renamed(content[checkpoint.key] if checkpoint.key else content, checkpoint.names)
    if checkpoint.normalisation:
        for name, value in zip(("mean", "std"), checkpoint.normalisation, strict=True):
            tensors[f"normalisation.{name}"] = torch.tensor(value)
    return pack_contents(checkpoint.card, tensors)


def renamed(tensors: Mapping[str, Tensor], rules: Rules) -> dict[str, Tensor]:
    """The tensors under the names of our networks, in the order of those.

    Raises:
        ModelError: a tensor that no rule names (MO-014).
    """
    found: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        rule = next(((match, new) for old, new in rules if (match := re.fullmatch(old, name))), None)
        if rule is None:
            raise ModelError("MO-014", f"The checkpoint holds a tensor that does not belong to it: {name[:80]!r}.")
        match, new = rule
        if new is not None:
            found[match.expand(new)] = tensor
    return found


def _unknown(path: Path, sha256: str) -> ModelError:
    known = ", ".join(checkpoint.card.id.removeprefix("published/") for checkpoint in KNOWN)
    what = f"The file {path.name} is no published model that Auditrace knows (SHA-256 {sha256[:8]}…)."
    return ModelError(
        "MO-012",
        what if sha256 else f"The folder {path.name} holds no model pack and no published model that Auditrace knows.",
        means="Nothing was read from it or imported: what is not known byte for byte is not opened.",
        do=f"Known are, as their authors published them: {known}. Others must be packs (.atmodel).",
        facts={"sha256": sha256},
    )
