"""Spectra, harmonics, box levels and long-term spectra against values worked by hand and other libraries."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from scipy import signal

from core.audio.recording import Segment
from core.foundation.errors import FeatureError
from core.measure import (
    BoxParams,
    LtasParams,
    SpectrumParams,
    as_text,
    box_reading,
    cursor_reading,
    difference,
    harmonics,
    measure_ltas,
    spectrum_at,
)
from core.measure.floor import chance_db, local_floor
from core.measure.tapers import bandwidth_hz, taper
from core.measure.tracks import measure_track

RATE = 16_000


def sines(*lines: tuple[float, float], seconds: float = 2.0) -> np.ndarray:
    """Sum of sines (frequency, amplitude) as float32 (1, frames)."""
    t = np.arange(round(seconds * RATE)) / RATE
    return sum(a * np.sin(2 * np.pi * f * t) for f, a in lines)[None].astype(np.float32)


@pytest.mark.parametrize("shape", ["hann", "gaussian", "blackmanharris"])
def test_two_sines_are_found_with_frequency_and_level(shape):
    recording = memory_recording(sines((437.3, 0.5), (3000.0, 0.01)), RATE)
    found = spectrum_at(recording, 1.0, SpectrumParams(window_s=0.1, shape=shape))
    first, second = found.peaks[:2]
    assert first.frequency_hz == pytest.approx(437.3, abs=0.3)
    assert first.level_dbfs == pytest.approx(-6.02, abs=0.1)
    assert second.frequency_hz == pytest.approx(3000.0, abs=0.3)
    assert second.level_dbfs == pytest.approx(-40.0, abs=0.1)


def test_hanns_bandwidth_is_one_and_a_half_bins():
    recording = memory_recording(sines((1000.0, 0.5)), RATE)
    found = spectrum_at(recording, 1.0, SpectrumParams(window_s=0.1, shape="hann"))
    assert found.resolution_hz == pytest.approx(1.5 / 0.1, rel=1e-6)


def test_levels_between_bins_stay_within_the_stated_uncertainty():
    for frequency in np.linspace(1000.0, 1010.0, 9):
        recording = memory_recording(sines((frequency, 0.5)), RATE)
        found = spectrum_at(recording, 1.0, SpectrumParams(window_s=0.05, shape="hann"))
        level = found.level_at(frequency)
        assert abs(level.value + 6.02) <= level.uncertainty + 0.01


def test_a_level_is_known_as_well_as_it_repeats_in_the_windows_around(rng):
    params = SpectrumParams(window_s=0.1, shape="hann")
    t = np.arange(2 * RATE) / RATE
    steady = sines((1000.0, 0.5))
    stepped = steady * np.where(t < 1.0, 1.0, 0.5)
    whole = spectrum_at(memory_recording(steady, RATE), 1.0, params)
    half = spectrum_at(memory_recording(stepped.astype(np.float32), RATE), 1.0, params)
    assert whole.windows == half.windows == 5
    assert whole.level_at(1000.0).uncertainty < 0.1
    # levels -6.02 twice, -8.52 (the mean of both amplitudes), -12.04 twice
    levels = 20 * np.log10([0.5, 0.5, 0.375, 0.25, 0.25])
    assert half.level_at(1000.0).uncertainty == pytest.approx(levels.std(ddof=1), abs=0.05)
    noise = memory_recording(rng.standard_normal((1, 2 * RATE)).astype(np.float32) * 0.1, RATE)
    assert 1.0 < np.median(spectrum_at(noise, 1.0, params).spread_db) < 5.0
    alone = spectrum_at(memory_recording(steady[:, :1700], RATE), 0.05, params)
    assert "no room" in alone.level_at(1000.0).about


def test_a_list_of_peaks_that_is_full_says_so(rng):
    noise = 1e-4 * rng.standard_normal((1, 2 * RATE)).astype(np.float32)
    recording = memory_recording(sines(*[(300.0 * k, 0.05) for k in range(1, 11)]) + noise, RATE)
    full = spectrum_at(recording, 1.0, SpectrumParams(window_s=0.1, above_floor_db=45.0, peaks=4))
    assert "At least 4 peaks (the list ends at 4) stand 45.0 dB" in full.sentences()[1]
    whole = spectrum_at(recording, 1.0, SpectrumParams(window_s=0.1, above_floor_db=45.0))
    assert "10 peaks stand 45.0 dB" in whole.sentences()[1]


@pytest.mark.parametrize(("window_s", "spectra"), [(0.005, 60), (0.043, 60), (1.0, 5)])
def test_noise_has_no_peaks(window_s, spectra, rng):
    params = SpectrumParams(window_s=window_s, shape="hann", above_floor_db=1.0)
    noise = memory_recording(0.1 * rng.standard_normal((1, round(spectra * window_s * RATE))).astype(np.float32), RATE)
    found = [spectrum_at(noise, (at + 0.5) * window_s, params) for at in range(spectra)]
    assert sum(bool(one.peaks) for one in found) <= 0.01 * spectra + 1
    assert all(one.chance_db == found[0].chance_db for one in found)
    assert "0 peaks stand" in found[0].sentences()[1]
    said = f"asked 1 dB, used {found[0].chance_db:.1f} dB because steady noise reaches it"
    made = {one.name: one for one in found[0].parameters()}
    assert made["peaks above floor, asked"].value == 1.0
    assert (made["peaks above floor, used"].value, made["peaks above floor, used"].about) == (
        round(found[0].chance_db, 1),
        said,
    )
    assert said in as_text(found[0])
    assert said[1:] in found[0].sentences()[1]


def test_chance_is_what_the_extremes_of_drawn_noise_show(rng):
    """The 99th percentile of the greatest distance to the local floor, over many spectra, lies at most 2 dB below."""
    window = taper("hann", 688)
    n_fft = 4096
    drawn = 20 * np.log10(np.abs(np.fft.rfft(rng.standard_normal((400, 688)) * window, n_fft, axis=1)))
    over = [float((one - local_floor(one, bandwidth_hz(window, RATE) * n_fft / RATE))[1:-1].max()) for one in drawn]
    assert np.percentile(over, 99) <= chance_db(window, RATE) <= np.percentile(over, 99) + 2


def test_a_weak_tone_in_noise_is_found_and_says_the_same_as_a_harmonic(rng):
    params = SpectrumParams(window_s=0.2, shape="hann")
    noise = 0.01 * rng.standard_normal(2 * RATE)
    # power of noise in one bin's width: 2 * 0.01^2 * 7.5 Hz / 8000 Hz; its median is ln 2 of that; 0 dBFS is 1/2
    floor_dbfs = 10 * np.log10(2 * 0.01**2 * 7.5 / 8000 * np.log(2))
    tone = sines((2000.0, 10 ** ((floor_dbfs + 20) / 20)))
    found = spectrum_at(memory_recording((tone + noise).astype(np.float32), RATE), 1.0, params)
    assert [round(peak.frequency_hz / 10) for peak in found.peaks] == [200]
    assert found.peaks[0].above_db == pytest.approx(20, abs=3)
    assert np.median(found.floor_dbfs) == pytest.approx(floor_dbfs, abs=0.5)
    assert harmonics(found, 2000.0)[0].above_db == pytest.approx(found.peaks[0].above_db, abs=0.1)


def test_a_window_at_the_end_is_moved_inside_and_a_short_recording_is_refused():
    recording = memory_recording(sines((1000.0, 0.5), seconds=0.5), RATE)
    found = spectrum_at(recording, 0.5, SpectrumParams(window_s=0.1, shape="hann"))
    assert found.at_s == pytest.approx(0.45)
    with pytest.raises(FeatureError, match="FE-001"):
        spectrum_at(recording, 0.1, SpectrumParams(window_s=1.0))


def test_harmonics_of_a_comb_stand_out_and_those_between_do_not():
    comb = sines(*[(200.0 * k, 0.1 / k) for k in range(1, 11)])
    found = harmonics(spectrum_at(memory_recording(comb, RATE), 1.0, SpectrumParams(window_s=0.1)), 200.0)
    assert [item.number for item in found[:10]] == list(range(1, 11))
    for item in found[:10]:
        assert item.level_dbfs == pytest.approx(20 * np.log10(0.1 / item.number), abs=0.2)
        assert item.above_db > 40
    assert len(found) == 40
    assert found[30].level_dbfs < -100


def test_a_box_holds_the_power_of_what_lies_in_it():
    recording = memory_recording(sines((1000.0, 0.5), (3000.0, 0.1)), RATE)
    low = box_reading(recording, (0.2, 1.8), (500.0, 1500.0))
    high = box_reading(recording, (0.2, 1.8), (2500.0, 3500.0))
    whole = box_reading(recording, (0.2, 1.8))
    level = {name: item.quantities[-1].value for name, item in (("low", low), ("high", high), ("whole", whole))}
    assert level["low"] == pytest.approx(10 * np.log10(0.5**2 / 2), abs=0.02)
    assert level["high"] == pytest.approx(10 * np.log10(0.1**2 / 2), abs=0.02)
    assert level["whole"] == pytest.approx(10 * np.log10((0.5**2 + 0.1**2) / 2), abs=0.02)


def test_spread_of_noise_in_a_box_is_as_stated(rng):
    noise = rng.standard_normal((1, 60 * RATE)).astype(np.float32) * 0.01
    recording = memory_recording(noise, RATE)
    boxes = [box_reading(recording, (at, at + 0.5), (1000.0, 1400.0)).quantities[-1] for at in np.arange(0, 60, 0.5)]
    assert np.std([box.value for box in boxes]) == pytest.approx(boxes[0].uncertainty, rel=0.35)


def test_edges_and_differences_carry_their_limits():
    recording = memory_recording(sines((1000.0, 0.5)), RATE)
    first = box_reading(recording, (0.5, 1.0), (900.0, 1100.0), BoxParams(window_s=0.05))
    second = box_reading(recording, (0.5, 1.5), (900.0, 1300.0), BoxParams(window_s=0.05))
    values = {item.name: item for item in difference(first, second)}
    assert values["Δ Duration"].value == pytest.approx(0.5)
    assert values["Δ Duration"].uncertainty == pytest.approx(2 / RATE)
    assert values["Δ Centre frequency"].value == pytest.approx(100.0)
    assert values["Δ Centre frequency"].uncertainty == pytest.approx(20.0)
    assert values["Δ RMS level in the box"].unit == "dB"


def test_a_reading_at_the_cursor_says_time_frequency_and_level():
    recording = memory_recording(sines((1000.0, 0.5)), RATE)
    found = spectrum_at(recording, 1.0, SpectrumParams(window_s=0.1, shape="hann"))
    reading = {item.name: item for item in cursor_reading(recording, 1.0, 1000.0, found).quantities}
    assert reading["Time"].uncertainty == pytest.approx(0.5 / RATE)
    assert reading["Frequency"].uncertainty == pytest.approx(7.5)
    assert reading["Level"].value == pytest.approx(-6.02, abs=0.01)


def test_long_term_spectrum_equals_welchs(rng):
    noise = signal.lfilter([1, 0.8], [1, -0.5], rng.standard_normal(RATE * 20)).astype(np.float32) * 0.05
    found = measure_ltas(memory_recording(noise[None], RATE), LtasParams(window_s=0.064))
    size, window = 1024, np.hanning(1025)[:-1]
    starts = range(0, len(noise) - size + 1, size // 2)
    f, welch = signal.welch(noise, RATE, window=window, nperseg=size, detrend=False, scaling="density")
    whole = found.curve("whole")
    assert whole.windows == len(starts)
    np.testing.assert_allclose(found.frequency_hz, f)
    np.testing.assert_allclose(whole.mean_db, 10 * np.log10(welch), atol=2e-3)
    powers = np.abs(np.fft.rfft([noise[at : at + size] * window for at in starts])) ** 2 / RATE / np.sum(window**2)
    levels = 10 * np.log10(2 * np.percentile(powers, (10, 50, 90), axis=0)[:, 1:-1])
    np.testing.assert_allclose(whole.percentiles_db[:, 1:-1], levels, atol=0.6)


def test_parts_hold_only_their_own_windows(rng):
    quiet = rng.standard_normal(RATE * 4).astype(np.float32) * 1e-4
    loud = quiet.copy()
    loud[RATE : 2 * RATE] += sines((1000.0, 0.5), seconds=1.0)[0]
    speech = (Segment(start_frame=RATE, end_frame=2 * RATE),)
    found = measure_ltas(memory_recording(loud[None], RATE), speech=speech, selection_s=(2.5, 3.5))
    at = int(np.abs(found.frequency_hz - 1000.0).argmin())
    assert found.curve("speech").mean_db[at] > found.curve("pauses").mean_db[at] + 40
    assert found.curve("selection").mean_db[at] < found.curve("speech").mean_db[at] - 60
    assert found.curve("selection").windows == 22
    assert found.curve("whole").windows > found.curve("speech").windows + found.curve("pauses").windows


def test_what_is_exported_says_hash_stretch_parameters_and_units():
    recording = memory_recording(sines((1000.0, 0.5)), RATE)
    text = as_text(spectrum_at(recording, 1.0, SpectrumParams(window_s=0.1)), ",")
    header = [line for line in text.splitlines() if line.startswith("#")]
    assert f"# SHA-256: {recording.id.sha256}" in header
    assert "# parameter window: 0.1 s" in header
    assert any(line.startswith("# channel: mean of all channels; sample rate") for line in header)
    assert any(line.startswith("# stretch: 0.95 to 1.05 s") for line in header)
    assert "frequency (Hz),level (dBFS)" in text
    last = text.splitlines()[-1].split(",")
    assert float(last[0]) == RATE / 2


def test_the_two_meanings_of_dbfs_are_said_beside_the_levels_and_hold():
    recording = memory_recording(sines((1000.0, 1.0)), RATE)
    found = spectrum_at(recording, 1.0, SpectrumParams(window_s=0.1, shape="hann"))
    box = box_reading(recording, (0.5, 1.5))
    assert found.level_at(1000.0).value == pytest.approx(0.0, abs=0.01)
    assert "a full-scale sine reads 0 dBFS" in found.sentences()[0]
    assert box.quantities[-1].value == pytest.approx(-3.01, abs=0.01)
    assert "# RMS re full scale: a full-scale sine reads −3.01 dBFS." in as_text(box)
    track = measure_track("level", recording)
    assert float(track.values[10]) == pytest.approx(-3.01, abs=0.01)
    assert "a full-scale sine reads −3.01 dBFS" in as_text(track)
