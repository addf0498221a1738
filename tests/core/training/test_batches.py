"""Which clips make a batch, how long its crops are, and what tasks make of labels."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from core.foundation.errors import DataError
from core.training.batches import Batches
from core.training.datasets.manifest import Clip
from core.training.datasets.store import WaveStore
from core.training.samplers import Domains, shares
from core.training.tasks import task_of

RATE = 16000


def store_of(lengths: list[int]) -> WaveStore:
    """Clips of noise of these lengths."""
    noise = np.random.default_rng(1).integers(-20000, 20000, sum(lengths)).astype(np.int16)
    ends = np.cumsum(lengths)
    return WaveStore(noise, ends - lengths, ends, RATE)


def clip(label: str, generator: str = "", codec: int = 0, **other: str) -> Clip:
    """A clip with both truths."""
    made = {"synthetic": int(label == "fake" and not codec), "neural_codec": codec}
    return Clip(path=None, label=label, generator=generator, **made, **other)  # type: ignore[arg-type]


CLIPS = [clip("real", source="a"), clip("real", source="a"), clip("fake", "g"), clip("fake", "g"), clip("fake", "h", 1)]


def test_short_clips_give_way_to_longer_ones_of_their_group(small):
    lengths = [9000, 16000, 5000, 16000, 16000]
    batches = Batches(CLIPS, store_of(lengths), small)
    for step in range(20):
        draw = batches.draw(step)
        assert all(lengths[index] >= draw.frames for index in draw.indices)
        assert 2 not in draw.indices
        assert 3 in draw.indices


def test_clip_that_nothing_replaces_lies_in_silence_and_is_not_repeated(small):
    """The only codec clip is 2000 frames long: the rest of its crop is dither, far below it."""
    plan = replace(small, crop_s=(0.5, 0.5), codec_share=1.0, level_dbfs=(-20.0, -20.0))
    batches = Batches(CLIPS, store_of([16000] * 4 + [2000]), plan)
    draw = batches.draw(0)
    place = draw.indices.index(4)
    (crop,) = batches.waveforms(draw, range(place, place + 1)).numpy()
    loud = np.flatnonzero(np.abs(crop) > 0.001)
    assert loud[-1] - loud[0] < 2000
    assert len(crop) == 8000


def test_short_clip_is_repeated_as_in_an_examination_where_the_plan_says_so(small):
    """The codec clip of 2000 frames fills the window of 8000: its crop is any stretch of four of it in a row."""
    plan = replace(small, crop_s=(0.4, 0.4), codec_share=1.0, short_input="repeat")
    batches = Batches(CLIPS, store_of([16000] * 4 + [2000]), plan)
    found = []
    for step in range(6):
        draw = batches.draw(step)
        place = draw.indices.index(4)
        (crop,) = batches.waveforms(draw, range(place, place + 1)).numpy()
        found.append(crop)
        np.testing.assert_allclose(crop[:4000], crop[2000:6000], atol=5 / 32768)
    assert len({crop[:4].tobytes() for crop in found}) > 1
    Batches(CLIPS, store_of([4000] * 5), replace(plan, crop_s=(4.0, 4.0))).make(0)


def test_all_clips_shorter_than_a_crop_are_refused(small):
    with pytest.raises(DataError, match="DA-040"):
        Batches(CLIPS, store_of([4000] * 5), small)


def test_a_share_of_a_batch_is_what_the_whole_batch_has_there(small):
    batches = Batches(CLIPS, store_of([16000] * 5), small)
    draw = batches.draw(3)
    whole, _ = batches.make(3)
    assert np.array_equal(batches.waveforms(draw, range(4, 8)), whole[4:8])


def test_task_of_one_question_leaves_out_what_has_no_answer(small):
    plan = replace(small, task="question", sampling="balanced")
    clips = [*CLIPS, Clip(path=None, label="fake", synthetic=None, neural_codec=1)]  # type: ignore[arg-type]
    batches = Batches(clips, store_of([16000] * 6), plan)
    assert batches.task.classes == ("not synthetic", "synthetic")
    assert len(batches.clips) == 5
    assert batches.allowed(batches.draw(0)).sum(dim=0).tolist() == [4, 4]


def test_task_by_column_has_human_and_a_class_for_each_value(small):
    task = task_of(replace(small, task="column", column="generator", question="neural_codec"), CLIPS)
    assert task.classes == ("human", "g", "h")
    assert (task.answers[0].positive, task.answers[0].negative) == ((2,), (0, 1))
    assert [task.allowed(each).index(True) for each in CLIPS] == [0, 0, 1, 1, 2]


@pytest.mark.parametrize("task", ["three-class", "question", "column"])
def test_data_of_one_class_are_refused(small, task):
    plan = replace(small, task=task, sampling="paired" if task == "three-class" else "balanced")
    with pytest.raises(DataError, match="DA-005"):
        Batches(CLIPS[:2], store_of([16000] * 2), plan)


def test_every_batch_has_the_domains_in_their_proportion():
    """128 of 740,747 codec and 25,380 vocoder clips: 124 and 4."""
    assert shares(Counter({0: 740_747, 1: 25_380}), 128) == {0: 124, 1: 4}
    assert shares(Counter({0: 1000, 1: 1}), 8) == {0: 7, 1: 1}
    domains = ["a"] * 30 + ["b"] * 10
    allowed = np.eye(2, dtype=bool)[np.arange(40) % 2]
    sampler = Domains(domains, allowed, 8)
    for seed in range(5):
        drawn = sampler.batch(np.random.default_rng(seed))
        assert Counter(domains[index] for index in drawn) == {"a": 6, "b": 2}
        assert Counter(index % 2 for index in drawn) == {0: 4, 1: 4}


def test_generated_clip_has_its_original_beside_it(small):
    """By a name that both share within a source, or by the original's hash, as resynthesis writes it."""
    clips = [
        *(clip("real", source="a", pair_id=f"a:{i}", sha256=f"hash{i}") for i in range(9)),
        clip("fake", "g", source="a", pair_id="a:4"),
        clip("fake", "h", 1, source="a", pair_id="hash7"),
    ]
    plan = replace(small, with_original=1.0)
    for step in range(10):
        indices = Batches(clips, store_of([16000] * len(clips)), plan).draw(step).indices
        pairs = set(zip(indices[::2], indices[1::2], strict=True))
        assert pairs <= {(9, 4), (10, 7)}
    without = Batches(clips, store_of([16000] * len(clips)), replace(plan, with_original=0.0))
    assert len({beside for step in range(10) for beside in without.draw(step).indices[1::2]}) > 2
