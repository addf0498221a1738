"""Framing, hum, rates, repeats and quantisation against signals whose past is known."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from helpers.stopping import StopAfter
from numpy.typing import NDArray

from core.audio import resample
from core.audio.perturb.lossy import Aac, Mp3, Vorbis
from core.foundation.progress import Cancelled
from core.measure import (
    FramingParams,
    HumParams,
    QuantisationParams,
    find_repeats,
    measure_framing,
    measure_hum,
    measure_quantisation,
    measure_rates,
)
from core.measure.frame_positions import positions
from core.measure.grids import GRIDS

RATE = 16_000
QUICK = FramingParams(frames=16, local_frames=8, stretches=6)
CODED = {"mp3": Mp3(kbps=32.0), "aac_kbd": Aac(kbps=48.0), "vorbis_1024": Vorbis()}


def rounded(waveform: NDArray[np.floating]) -> NDArray[np.float32]:
    """At 16 bits, as a file would hold it."""
    return (np.rint(np.asarray(waveform) * 32767) / 32768).astype(np.float32)


def framing_of(waveform: NDArray[np.float32], *names: str):
    return measure_framing(memory_recording(waveform[None], RATE), QUICK, names)


@pytest.fixture
def speech(speechlike) -> NDArray[np.float32]:
    return rounded(speechlike(6.0, RATE, -50.0))


@pytest.mark.parametrize("name", sorted(CODED))
def test_a_coders_frames_are_found_and_move_with_a_cut(name, speech):
    coded = rounded(CODED[name].apply(speech, RATE))
    whole = framing_of(coded, name).traces[0]
    cut = framing_of(coded[100:], name).traces[0]
    assert whole.found
    assert cut.found
    assert cut.best.offset == (whole.best.offset - 100) % GRIDS[name].moves_by


@pytest.mark.parametrize("name", sorted(GRIDS))
def test_uncoded_sound_has_no_frames(name, speech):
    found = framing_of(speech, name)
    assert not found.traces[0].found
    assert "no proof that the sound was never coded" in found.sentences()[0]


@pytest.mark.parametrize("name", ["aac_sine", "vorbis_2048"])
def test_grids_without_an_encoder_here_are_proven_by_quantising_in_them(name, speech):
    """MDCT as its definition has it (Princen, Johnson, Bradley 1987): blocks are quantised and overlapped again."""
    hop, start = 1024, 37
    sine = np.sin(np.pi * (np.arange(2 * hop) + 0.5) / (2 * hop))
    window = sine if name == "aac_sine" else np.sin(np.pi / 2 * sine**2)
    basis = (
        window
        * np.cos(np.pi / hop * np.outer(np.arange(hop) + 0.5, np.arange(2 * hop) + 0.5 + hop / 2))
        * np.sqrt(2 / hop)
    )
    lines = np.abs(GRIDS[name].lines(speech[: GRIDS[name].span])[start])
    np.testing.assert_allclose(lines, np.abs(basis @ speech[start : start + 2 * hop]), atol=1e-4)
    coded = np.zeros(len(speech))
    for at in range(start, len(speech) - 2 * hop, hop):
        block = basis @ speech[at : at + 2 * hop]
        step = np.sqrt(np.mean(block**2)) / 3
        coded[at : at + 2 * hop] += basis.T @ (np.rint(block / step) * step)
    found = framing_of(rounded(coded[hop : -2 * hop]), name).traces[0]
    assert found.found
    assert found.best.offset == start % GRIDS[name].moves_by


def test_a_position_stands_out_from_those_around_it_and_a_broad_rise_is_none(rng):
    shares = 0.1 + 0.002 * rng.standard_normal(1024)
    broad = shares + 0.05 * np.exp(-0.5 * ((np.arange(1024) - 40) / 20) ** 2)
    assert positions(broad)[0].contrast < 7
    broad[700] += 0.02
    assert positions(broad)[0].offset == 700
    assert positions(broad)[0].contrast == pytest.approx(10, abs=3)


def test_related_windows_are_called_alternatives_for_one_coding(speech):
    coded = rounded(CODED["aac_kbd"].apply(speech, RATE))
    found = measure_framing(memory_recording(coded[None], RATE), QUICK, ["aac_kbd", "aac_sine", "vorbis_2048"])
    rest = [trace for trace in found.traces if trace.found and trace is not found.best]
    assert found.best.name == "aac_kbd"
    assert rest
    words = next(one for one in found.sentences() if one.startswith("Alternatives for the same coding"))
    assert all(f"{trace.title} (offset {trace.best.offset}" in words for trace in rest)
    assert "another coding" not in " ".join(found.sentences()[:-1])


def test_an_insert_shows_as_a_change_of_offset(speech):
    coded = rounded(CODED["mp3"].apply(speech, RATE))
    edited = np.concatenate([coded[:48_000], coded[50_000:]])
    params = FramingParams(frames=24, local_s=1.0, local_frames=12, stretches=6)
    found = measure_framing(memory_recording(edited[None], RATE), params, ["mp3"])
    clear = [one.offset for one in found.traces[0].local if one.contrast >= params.least_contrast]
    assert (clear[-1] - clear[0]) % 576 == -2000 % 576
    assert "The offset changes" in " ".join(found.sentences())


def test_hum_is_followed_to_millihertz_and_noise_is_no_hum(rng):
    t = np.arange(90 * 1000) / 1000
    wander = 0.01 * np.sin(2 * np.pi * t / 60)
    hum = 1e-3 * np.sin(2 * 2 * np.pi * np.cumsum(50.02 + wander) / 1000)
    noise = 3e-3 * rng.standard_normal(t.size)
    found = measure_hum(memory_recording((hum + noise)[None].astype(np.float32), 1000))
    assert found.found
    assert (found.line.nominal_hz, found.line.number) == (50, 2)
    truth = 50.02 + 0.01 * np.sin(2 * np.pi * found.times_s / 60)
    np.testing.assert_allclose(found.values, truth, atol=0.003)
    facts = {fact.name: fact for fact in found.facts()}
    # 10 mHz of sine: 7.07 mHz of standard deviation, a little less after a window of 16 s
    assert facts["Standard deviation"].value == pytest.approx(7.07, abs=1.0)
    assert facts["Standard deviation"].unit == facts["Movement between separate windows"].unit == "mHz"
    assert facts["Mean frequency"].uncertainty == pytest.approx(1.5 / 16 / 2 / 2)
    assert next(one for one in found.parameters() if one.name == "mains frequency").unit == ""
    assert "± 0.023 Hz is half the resolution" in found.sentences()[1]
    silent = measure_hum(memory_recording(noise[None].astype(np.float32), 1000), HumParams())
    assert not silent.found
    assert np.isnan(silent.values).all()
    assert "No mains hum found" in silent.sentences()[0]


def test_linear_interpolation_leaves_its_rhythm_and_a_good_resampler_none(speech):
    old = resample(speech, RATE, 11_025)
    simple = np.interp(np.arange(len(speech)) * 11_025 / RATE, np.arange(len(old)), old)
    found = measure_rates(memory_recording(rounded(simple)[None], RATE))
    assert 11_025 in [rhythm.from_rate_hz for rhythm in found.rhythms]
    assert found.rhythms[0].frequency_hz == pytest.approx(RATE - 11_025, abs=0.5)
    good = measure_rates(memory_recording(rounded(resample(old, 11_025, RATE))[None], RATE))
    assert good.rhythms == ()
    assert "no proof" in good.sentences()[1]


def test_the_old_rates_end_shows_with_its_slope(rng):
    noise = 0.1 * rng.standard_normal(RATE * 6).astype(np.float32)
    upsampled = resample(resample(noise, RATE, 8000), 8000, RATE)
    found = measure_rates(memory_recording(rounded(upsampled)[None], RATE))
    assert found.end_hz == pytest.approx(4000.0, abs=150)
    assert 8000 in found.fits_hz
    low, high = found.transition_hz
    assert 3600 < low < high < 4100
    assert found.slope_db_per_khz == pytest.approx(-24 / ((high - low) / 1000))


def test_a_pasted_second_is_found_where_it_is(speechlike, rng):
    sound = rounded(speechlike(12.0, RATE, -45.0) + 0.02 * _wandering(12 * RATE, rng))
    assert find_repeats(memory_recording(sound[None], RATE)).repeats == ()
    pasted = sound.copy()
    pasted[9 * RATE + 37 : 10 * RATE + 37] = sound[3 * RATE : 4 * RATE]
    found = find_repeats(memory_recording(pasted[None], RATE)).repeats
    assert len(found) == 1
    assert found[0].second_s - found[0].first_s == pytest.approx(6 + 37 / RATE, abs=1 / RATE)
    assert found[0].first_s == pytest.approx(3.0, abs=0.03)
    assert found[0].length_s == pytest.approx(1.0, abs=0.05)
    assert found[0].correlation > 0.999


def test_steady_tones_are_no_repetition():
    t = np.arange(8 * RATE) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)
    assert find_repeats(memory_recording(tone[None], RATE)).repeats == ()


def test_levels_gaps_divisor_and_runs_are_counted(tmp_path):
    import soundfile as sf

    from core.audio import open_recording

    values = np.tile(np.array([-6, -3, 0, 3, 6, 9], np.int16), 4000)
    values[6000:6100] = 0
    sf.write(tmp_path / "x.wav", values, 8000, subtype="PCM_16")
    found = measure_quantisation(open_recording(tmp_path / "x.wav"))
    assert (found.divisor, found.bits, found.word_is_known) == (3, 16, True)
    near = dict(zip(found.near_levels.tolist(), found.near_counts.tolist(), strict=True))
    assert near[1] == near[-1] == 0
    assert near[9] == np.count_nonzero(values == 9)
    assert found.counts.sum() == values.size
    assert found.unused_pct == pytest.approx(100 * 10 / 16)
    run = found.zero_runs[0]
    assert run.start_s == pytest.approx(6000 / 8000, abs=1 / 8000)
    assert run.length_s == pytest.approx(100 / 8000, abs=1.5 / 8000)
    assert "multiples of 3 LSB" in found.sentences()[0]


@pytest.mark.parametrize(("zero_run_s", "share"), [(0.001, 120), (0.011, 100), (0.05, 0)])
def test_zeros_are_counted_in_runs_of_the_chosen_length(zero_run_s: float, share: int):
    sound = np.full((2, 8000), 0.25, np.float32)
    sound[0, 1000:1100] = 0  # 12.5 ms at 8 kHz
    sound[1, 7988:] = 0  # 1.5 ms at the very end
    sound[1, [500, 502, 504]] = 0  # single zeros are no run
    sound[1, 100:108] = 0  # 1 ms
    params = QuantisationParams(zero_run_s=zero_run_s, runs=1)
    found = measure_quantisation(memory_recording(sound, 8000), params)
    assert found.zeros_pct == pytest.approx(100 * share / 16_000)
    fact = next(fact for fact in found.facts() if fact.name.startswith("Zeros in runs"))
    assert fact.name == f"Zeros in runs of {1000 * zero_run_s:g} ms or more"


def test_work_stops_when_asked(speech):
    recording = memory_recording(speech[None], RATE)
    for measure in (measure_framing, measure_hum, measure_rates, find_repeats, measure_quantisation):
        with pytest.raises(Cancelled):
            measure(recording, progress=StopAfter())


def _wandering(frames: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Noise in a band that wanders, so that no second sounds like another."""
    centre = np.interp(np.arange(frames), np.linspace(0, frames, 60), rng.uniform(300, 3000, 60))
    return np.sin(2 * np.pi * np.cumsum(centre) / RATE) * (1 + 0.5 * rng.standard_normal(frames))


def levels_of(values: NDArray[np.floating]):
    return measure_quantisation(memory_recording((np.rint(values) / 32768).astype(np.float32)[None], RATE))


def test_8_bits_in_16_are_told_with_and_without_gain_and_not_through_dither(rng):
    eight = np.rint(np.clip(30 * rng.standard_normal(60_000), -127, 127))
    plain, scaled = levels_of(256 * eight), levels_of(257.99 * eight)
    assert (plain.divisor, plain.bits_in_use) == (256, 8.0)
    assert plain.sentences()[0].startswith("About 8 bits are in use") or plain.sentences()[1].startswith("About 8 bits")
    assert scaled.divisor == 1
    assert scaled.grid.step == pytest.approx(257.99, abs=0.01)
    assert scaled.grid.uncertainty < 0.01
    assert scaled.different_levels == len(np.unique(eight))
    words = " ".join(scaled.sentences())
    assert f"About 8 bits are in use: the {scaled.different_levels} different levels lie 258.0 LSB apart" in words
    dithered = levels_of(256 * eight + 20 * rng.standard_normal(len(eight)))
    assert dithered.grid is None
    assert "cannot be told" in " ".join(dithered.sentences())
    full = levels_of(8000 * rng.standard_normal(60_000).clip(-4, 4))
    assert full.grid is None


def test_companded_levels_are_few_and_not_even(rng):
    code = rng.integers(-127, 128, 60_000)
    expanded = np.sign(code) * 32_000 / 255 * (256 ** (np.abs(code) / 127) - 1)
    found = levels_of(expanded)
    assert found.grid is None
    assert f"Only {found.different_levels} different levels occur, not evenly spaced" in " ".join(found.sentences())


def test_a_list_of_runs_that_ends_says_how_many_there_are():
    sound = np.full((1, 8000), 0.25, np.float32)
    sound[0].reshape(-1, 100)[:, :20] = 0  # 80 runs of 2.5 ms
    found = measure_quantisation(memory_recording(sound, 8000), QuantisationParams(runs=10))
    assert (len(found.zero_runs), found.all_runs) == (10, 80)
    assert "80 runs of exact zeros of 1 ms or more; the list ends at 10, the longest." in found.sentences()
