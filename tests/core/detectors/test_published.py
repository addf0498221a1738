"""The published checkpoints: recognised by hash, renamed without loss, honest cards."""

from __future__ import annotations

import json

import pytest
import torch

from core.detectors import ModelStore
from core.detectors.published import KNOWN, find, renamed
from core.foundation.errors import ModelError

IDS = {
    "published/ganpolice-dcnn-sym5",
    "published/ganpolice-dcnn-coif4",
    "published/ganpolice-dcnn-stft",
    "published/aasist",
    "published/aasist-l",
    "published/codecfake-mellcnn-vocoder",
    "published/codecfake-mellcnn-codec",
}


def test_ids_are_those_of_the_contract():
    assert {checkpoint.card.id for checkpoint in KNOWN} == IDS


def test_cards_say_what_a_report_needs():
    for card in (checkpoint.card for checkpoint in KNOWN):
        assert card.origin == "published"
        assert all((card.licence, card.authors, card.reference, card.training_data, card.results, card.limits))
        assert any("not calibrated" in limit for limit in card.limits)
        assert card.questions == (("neural_codec",) if card.id.endswith("mellcnn-codec") else ("synthetic",))


def test_unknown_file_is_refused_and_the_known_are_named(tmp_path):
    (tmp_path / "model.pth").write_bytes(b"anything")
    with pytest.raises(ModelError) as caught:
        find(tmp_path / "model.pth")
    assert caught.value.code == "MO-012"
    assert all(model.removeprefix("published/") in caught.value.do for model in IDS)


def test_tensor_without_a_rule_is_refused():
    with pytest.raises(ModelError, match="MO-014"):
        renamed({"conv1.0.weight": torch.zeros(1), "surprise": torch.zeros(1)}, KNOWN[-1].names)


@pytest.mark.shared
def test_every_published_tensor_has_one_rule(shared):
    shapes = json.loads((shared / "parity" / "state_dict_shapes.json").read_text())
    files = {
        "sym5": 0,
        "coif4": 1,
        "stft": 2,
        "AASIST.pth": 3,
        "AASIST-L.pth": 4,
        "vocoder_mellcnn": 5,
        "codec_mellcnn": 6,
    }
    for part, index in files.items():
        (tensors,) = [found for name, found in shapes.items() if part in name]
        names = renamed({name: torch.zeros(()) for name in tensors}, KNOWN[index].names)
        discarded = [name for name in tensors if ".bn1." in name]
        assert len(names) == len(tensors) - len(discarded)
        assert len(discarded) == (25 if "AASIST" in part else 0)


@pytest.mark.shared
def test_folder_of_checkpoints_is_imported_whole(imported, shared, tmp_path):
    assert {card.id for card in imported.list()} == IDS
    assert imported.problems() == ()
    assert imported.default_ids() == ()
    again = ModelStore([tmp_path / "again"])
    (card,) = again.import_(next((shared / "checkpoints").glob("*AASIST-L*")))
    assert again.get(card.id).sha256 == imported.get(card.id).sha256


@pytest.mark.shared
def test_imported_packs_hold_no_pickle(imported):
    for card in imported.list():
        names = sorted(path.name for path in imported.get(card.id).folder.iterdir())
        assert names == ["SHA256SUMS", "card.toml", "model.safetensors"]


@pytest.mark.shared
def test_cut_checkpoint_is_unknown(shared, tmp_path):
    (source,) = (shared / "checkpoints").glob("*vocoder_mellcnn*")
    (tmp_path / "cut.pt").write_bytes(source.read_bytes()[:-1000])
    with pytest.raises(ModelError, match="MO-012"):
        ModelStore([tmp_path / "user"]).import_(tmp_path / "cut.pt")
