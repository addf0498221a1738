"""From clips to a calibration record: the same numbers as an examination, the right clips for each question."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.calibrations import gaussians
from helpers.fake_detector import CARD, FakeStore, LevelDetector

from core.analysis import AnalysisPlan, examine
from core.audio import measure_condition, open_recording
from core.audio.perturb import STANDARD, Coding
from core.audio.recording import Condition
from core.calibration import read_record
from core.detectors import ModelStore, write_pack
from core.evaluation.calibrate import main, write
from core.evaluation.calibrating import Recipe, add_held_out, lines, make_record, set_words
from core.evaluation.changed import changed
from core.evaluation.scanning import Scan, sample, scan
from core.ood.validated import Envelope, compare
from core.training.datasets.manifest import Clip

CONDITION = Condition(
    speech_s=2.0,
    bandwidth_hz=8000,
    snr_db=30,
    clipped_pct=0,
    codec="PCM 16 bit",
    peak_dbfs=-3,
    rms_dbfs=-20,
    dc_offset=0,
    effective_bits=16,
    digital_silence_pct=0,
)


class Embedding(LevelDetector):
    """A level meter whose embedding is its score."""

    def embed(self, waveforms: torch.Tensor) -> torch.Tensor:
        return self.scores(waveforms)


def scans(separation: float = 3.0, seed: int = 1) -> list[Scan]:
    """Clips whose scores are those of `gaussians`; the codec question is put to the first half only."""
    drawn = gaussians(separation, seed=seed)
    rng = np.random.default_rng(seed)
    return [
        Scan(
            clip=Clip(
                path=Path("x"),
                label="fake" if truth else "real",
                synthetic=int(truth),
                neural_codec=int(truth) if i < 200 else None,
                source=source,
            ),
            condition=CONDITION,
            scores={(CARD.id, "synthetic"): float(score), (CARD.id, "neural_codec"): -float(score)},
            embeddings={CARD.id: rng.standard_normal((1, 2))},
        )
        for i, (score, truth, source) in enumerate(zip(drawn.scores[:, 0], drawn.truth, drawn.sources, strict=True))
    ]


def test_scores_and_condition_are_those_of_an_examination(wav):
    path = wav(seconds=4.5)
    (found,) = scan([Embedding()], [Clip(path=path, label="real", synthetic=0)])
    finding = examine(open_recording(path), AnalysisPlan(), FakeStore())
    assert found.condition == finding.condition
    assert {q: found.scores[CARD.id, q] for q in CARD.questions} == {
        q: finding.questions[q].score for q in CARD.questions
    }
    assert 1 <= len(found.embeddings[CARD.id]) <= 8


def test_copies_are_scored_after_what_they_went_through(wav):
    clip = Clip(path=wav(), label="real", synthetic=0)
    plain, noisy = (scan([Embedding()], [clip], change)[0] for change in (None, STANDARD["white noise 10 dB"]))
    assert noisy.condition.snr_db < plain.condition.snr_db
    assert noisy.scores[CARD.id, "synthetic"] > plain.scores[CARD.id, "synthetic"]


def test_copies_through_a_coder_count_as_recordings_in_its_coding(wav):
    (found,) = scan([Embedding()], [Clip(path=wav(), label="real", synthetic=0)], STANDARD["Opus 16 kbit/s"])
    assert found.condition.codec.startswith("Opus")


def test_a_copy_is_gated_by_the_coder_it_went_through(speechlike):
    validated = Envelope(codecs=("Opus", "lossless"), lowest_kbps=(("Opus", 32.0),))
    waveform, codes = speechlike(2.0), {}
    for kbps in (None, 32.0, 12.0):
        with changed(waveform, 16000, Coding(name="Opus", kbps=kbps) if kbps else None) as copy:
            found = compare(validated, measure_condition(copy), copy.stream)
            codes[kbps] = {reason[:6] for reason in found.reasons} & {"AP-035", "AP-037"}
    assert codes == {None: set(), 32.0: set(), 12.0: {"AP-037"}}


def test_a_question_takes_the_clips_that_are_used_for_it():
    found = scans()
    assert sample(found, "synthetic", [CARD.id]).truth.size == 400
    assert sample(found, "neural_codec", [CARD.id]).truth.size == 200


@pytest.fixture(scope="module")
def record():
    recipe = Recipe(manifest_sha256="0" * 64, through=(Coding(name="MP3", kbps=64.0), Coding(name="MP3", kbps=32.0)))
    return make_record([CARD], scans(), scans(seed=2), recipe)


def test_record_says_what_it_was_made_of(record):
    made = record.questions["synthetic"]
    assert made.usable
    assert made.envelope.codecs == ("MP3", "lossless")
    assert made.envelope.lowest_kbps == (("MP3", 32.0),)
    assert made.envelope.longest_speech_s == 2.0
    assert (made.models, made.split, made.n_for + made.n_against) == ((CARD.id,), "dev", 400)
    assert record.neighbourhoods[CARD.id].edge == pytest.approx(2.45, rel=0.1)  # chi-square, 2 degrees: sqrt(5.99)
    assert read_record(record.to_json()) == record


def test_a_score_that_points_the_wrong_way_is_worth_nothing_and_said_so(record):
    made = record.questions["neural_codec"]
    assert made.curve.weights == (0.0,)
    assert not made.usable
    assert any("No likelihood ratio" in line for line in lines(record))


def test_without_training_clips_no_distance_is_looked_at():
    assert make_record([CARD], scans(), [], Recipe()).neighbourhoods == {}


def test_held_out_clips_are_measured_beside_the_cross_validation(record):
    judged = add_held_out(record, scans(seed=5), "held out: other")
    assert [m.data for m in judged.questions["synthetic"].measured] == [
        "cross-validated by source on dev",
        "held out: other",
    ]


def test_what_chose_or_fixed_anything_is_not_held_out():
    assert set_words("test", {"dev"}) == "held out: test"
    assert all("held out" not in set_words(split, {"other"}) for split in ("dev", "train", "other"))


def test_the_help_names_perturbations_with_per_cent_signs(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "packet loss 20 %" in " ".join(capsys.readouterr().out.split())


def test_a_record_goes_into_one_pack_or_beside_several(record, tmp_path):
    pack = write_pack(tmp_path / "shipped" / "level", CARD, {"weight": torch.zeros(1)})
    write(record, [pack.folder], None)
    store = ModelStore([tmp_path / "shipped", tmp_path / "user"])
    assert read_record(store.calibration([CARD.id])) == record
    assert store.get(CARD.id).sha256 != pack.sha256
    costs = {(row["question"], row["set"]): row["cllr"] for row in store.get(CARD.id).card.results if "cllr" in row}
    wanted = {(q, each.data): round(each.cllr, 3) for q, found in record.questions.items() for each in found.measured}
    assert costs == wanted
    write(record, [pack.folder], None)  # again: in their place, not beside them
    assert sum("cllr" in row for row in store.get(CARD.id).card.results) == len(wanted)
    write(record, [pack.folder], tmp_path / "shipped")
    suite = read_record(ModelStore([tmp_path / "shipped", tmp_path / "user"]).calibration([CARD.id]))
    assert suite.packs == {CARD.id: store.get(CARD.id).sha256}
