"""Model packs: a card, weights as safetensors, their hashes, and sometimes a calibration. Nothing that could run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.detectors.card import ModelCard
from core.detectors.card_file import format_card, parse_card
from core.detectors.pack_files import CALIBRATION, CARD, SUMS, WEIGHTS, read_folder, sums_of, write_files
from core.foundation.errors import ModelError
from core.foundation.hashing import canonical_json

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInfo:
    """A pack whose hashes were right when it was read."""

    card: ModelCard
    sha256: str
    """Names the pack: SHA-256 of its SHA256SUMS file."""
    folder: Path
    shipped: bool = False
    """Came with the program; cannot be removed."""
    calibration: Mapping[str, Any] | None = None
    """Contents of calibration.json; None where the pack has none."""


def write_pack(
    folder: Path,
    card: ModelCard,
    state_dict: Mapping[str, torch.Tensor],
    calibration: Mapping[str, Any] | None = None,
) -> PackInfo:
    """Write a pack; the same values give the same bytes.

    Args:
        folder: Made if it is not there; its pack files are replaced.
        card: The model's card.
        state_dict: The network's tensors by their own names, and `normalisation.mean` and `normalisation.std`: one
            number, one for each bin (bins,), or (channels, bins). Without these two nothing is normalised.
        calibration: JSON-compatible; left out where there is none.

    Raises:
        ModelError: the card cannot be (MO-006) or the folder cannot be written (MO-019).
    """
    write_files(folder, pack_contents(card, state_dict, calibration))
    return read_pack(folder)


def pack_contents(
    card: ModelCard, state_dict: Mapping[str, torch.Tensor], calibration: Mapping[str, Any] | None = None
) -> dict[str, bytes]:
    """Contents of a pack's files by name; arguments as write_pack.

    Raises:
        ModelError: MO-006.
    """
    from safetensors.torch import save

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state_dict.items()}
    contents = {CARD: format_card(card), WEIGHTS: save(tensors)}
    if calibration is not None:
        contents[CALIBRATION] = canonical_json(calibration)
    return {**contents, SUMS: sums_of(contents)}


def add_calibration(
    folder: Path, calibration: Mapping[str, Any], results: Sequence[Mapping[str, object]] | None = None
) -> PackInfo:
    """Put a calibration into a pack, in place of any that is there; the weights stay, the pack's hash changes.

    Args:
        folder: Of the pack.
        calibration: JSON-compatible.
        results: Rows with a `cllr` for the card, in place of those that it has; None leaves the card as it is.

    Raises:
        ModelError: as read_pack, or the folder cannot be written (MO-019).
    """
    contents = {name: data for name, data in read_folder(folder)[0].items() if name != SUMS}
    contents[CALIBRATION] = canonical_json(calibration)
    if results is not None:
        card = parse_card(contents[CARD])
        kept = (row for row in card.results if "cllr" not in row)
        contents[CARD] = format_card(replace(card, results=(*kept, *results)))
    write_files(folder, {**contents, SUMS: sums_of(contents)})
    return read_pack(folder)


def read_card(folder: Path) -> ModelCard:
    """The card of the pack in a folder, after its hashes were checked.

    Raises:
        ModelError: as read_pack.
    """
    return read_pack(folder).card


def read_pack(folder: Path, *, shipped: bool = False) -> PackInfo:
    """What the pack in a folder says of itself, after every hash was checked; the weights are not kept.

    Raises:
        ModelError: the files are not those of an intact pack (MO-003, MO-004, MO-005, MO-010), the card cannot be
            (MO-006), or calibration.json is not JSON (MO-007).
    """
    contents, digests = read_folder(folder, keep_weights=False)
    return PackInfo(
        card=parse_card(contents[CARD]),
        sha256=digests[SUMS],
        folder=folder,
        shipped=shipped,
        calibration=_json(contents[CALIBRATION]) if CALIBRATION in contents else None,
    )


def _json(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
        if not isinstance(value, dict):
            raise ValueError("not an object")
    except (ValueError, RecursionError) as error:
        raise ModelError(
            "MO-007",
            f"The model's {CALIBRATION} cannot be read ({error}).",
            means="The model was not loaded.",
            do="Get the pack again from where it came.",
        ) from error
    return value
