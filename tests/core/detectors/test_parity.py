"""The imported detectors give the published numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile
import torch

from core.detectors import ModelStore, NetworkDetector
from core.detectors.parity import BAR, ParityRow, compare, format_table, parity_table, reference_window
from core.detectors.published import KNOWN
from core.foundation.errors import ModelError


def row(model: str = "m/a", input_difference: float = 0.0, logit_difference: float = 0.0) -> ParityRow:
    return ParityRow(
        model=model, clip="c.wav", offset_frames=0, input_difference=input_difference, logit_difference=logit_difference
    )


@pytest.mark.parametrize(
    ("given", "passed"), [((0.0, BAR), True), ((0.0, 0.0011), False), ((float("inf"), 0.0), False)]
)
def test_bar_holds_for_inputs_and_logits(given, passed):
    assert row("m/a", *given).passed is passed


def test_table_names_each_model_and_each_failure():
    text = format_table([row("m/a"), row("m/b", 0.0, 0.5), row("m/b")])
    lines = text.splitlines()
    assert lines[1].split() == ["m/a", "1", "0.00e+00", "0.00e+00", "1", "of", "1"]
    assert lines[2].split() == ["m/b", "2", "0.00e+00", "5.00e-01", "1", "of", "2"]
    assert lines[3].split() == ["all", "3", "2", "of", "3"]
    assert lines[4].startswith("FAILED m/b c.wav from frame 0")


def test_without_reference_numbers_there_is_an_error(tmp_path):
    with pytest.raises(ModelError, match="MO-018"):
        parity_table(tmp_path, ModelStore([tmp_path / "user"]))


@pytest.fixture
def entries(shared) -> list[dict]:
    """All rows of reference.json."""
    return json.loads((shared / "parity" / "reference.json").read_text())


@pytest.mark.shared
def test_one_row_of_each_model(shared, entries, imported):
    chosen = {}
    for entry in entries:
        # a resampled clip where there is one, and a frame that is not the first
        if entry["checkpoint"] not in chosen or entry["clip_sample_rate"] == 24000 or entry["offset_samples"] == 22050:
            chosen[entry["checkpoint"]] = entry
    detectors = {card.id: imported.load(card.id) for card in imported.list()}
    rows = list(compare(list(chosen.values()), detectors, shared / "parity" / "clips"))
    assert len(rows) == 7
    assert [row for row in rows if not row.passed] == []


@pytest.mark.shared
@pytest.mark.parametrize("variant", ["sym5", "coif4", "stft"])
def test_windows_scored_in_one_batch_are_the_published_ones(shared, entries, imported, variant):
    # the logarithm of a small coefficient shows its rounding, so a batch must not be summed in another order
    name = "WaveFake__tests__sample_data__LJSpeech__LJ001-0001.wav"
    chosen = [e for e in entries if e["clip_file"] == name and e["detector"].endswith(variant)]
    assert len(chosen) == 9
    waveform, _ = soundfile.read(shared / "parity" / "clips" / name, dtype="float32")
    windows = np.asarray(waveform, np.float32)[: 9 * 22050].reshape(9, 22050)
    scores = imported.load(f"published/ganpolice-dcnn-{variant}").scores(torch.from_numpy(windows))
    published = [[entry["logits"][1] - entry["logits"][0]] for entry in chosen]
    np.testing.assert_allclose(scores.numpy(), published, atol=BAR)


@pytest.mark.shared
def test_penultimate_activations_are_the_published_ones(shared, entries, imported):
    ids = {checkpoint.sha256: checkpoint.card.id for checkpoint in KNOWN}
    chosen = [entry for entry in entries if "genuine+p351" in entry["clip_file"] and not entry["offset_samples"]]
    assert len(chosen) == 4
    for entry in chosen:
        detector = imported.load(ids[entry["checkpoint_sha256"]])
        waveform, rate = soundfile.read(shared / "parity" / "clips" / entry["clip_file"], dtype="float32")
        embedding = detector.embed(reference_window(detector.card, np.asarray(waveform, np.float32), rate, 0))[
            0
        ].numpy()
        np.testing.assert_allclose(embedding[:8], entry["penultimate"]["first8"], atol=1e-3)


@pytest.mark.shared
@pytest.mark.slow
def test_every_row(shared, imported):
    rows = parity_table(shared / "parity", imported)
    assert len(rows) == 409
    assert [row for row in rows if not row.passed] == []


@pytest.mark.shared
def test_missing_models_are_taken_from_the_checkpoints_for_the_comparison_only(shared, tmp_path, entries):
    reference = tmp_path / "parity"
    reference.mkdir()
    (tmp_path / "checkpoints").mkdir()
    (source,) = (shared / "checkpoints").glob("*codec_mellcnn*")
    (tmp_path / "checkpoints" / "any name.pt").symlink_to(source)
    (reference / "clips").symlink_to(shared / "parity" / "clips")
    (reference / "reference.json").write_text(
        json.dumps([e for e in entries if "codec_mellcnn" in e["checkpoint"]][:1])
    )
    store = ModelStore([tmp_path / "user"])
    assert [row.passed for row in parity_table(reference, store)] == [True]
    assert store.list() == []


def test_wrong_logits_do_not_pass(tmp_path, card, weights):
    soundfile.write(tmp_path / "c.wav", np.sin(np.arange(4096) / 7) / 2, 8000, subtype="FLOAT")
    detector = NetworkDetector(card, weights)
    waveform, _ = soundfile.read(tmp_path / "c.wav", dtype="float32")
    features = detector.features(torch.from_numpy(waveform[None, :2048]))
    logits = detector.logits(features)[0].tolist()
    seen = features[0].double().numpy()
    checksum = {"shape": list(seen.shape), "mean": seen.mean(), "std": seen.std(), "first8": seen.ravel()[:8].tolist()}
    entry = {
        "checkpoint_sha256": KNOWN[0].sha256,
        "clip_file": "c.wav",
        "offset_samples": 0,
        "logits": logits,
        "features_checksum": checksum,
    }
    wrong_logits = {**entry, "logits": [logits[0] + 0.002, *logits[1:]]}
    wrong_input = {**entry, "features_checksum": {**checksum, "shape": list(seen.shape)[::-1]}}
    rows = compare([entry, wrong_logits, wrong_input], {KNOWN[0].card.id: detector}, tmp_path)
    assert [row.passed for row in rows] == [True, False, False]
