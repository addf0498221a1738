"""What resamplers leave, for speech brought to 8 kHz and back by several of them; and speech that never was there."""

from __future__ import annotations

from collections.abc import Callable

import av
import numpy as np
import pytest
import soxr
from helpers.examine_data import memory_recording
from numpy.typing import NDArray
from scipy import signal

from core.audio import open_recording
from core.foundation.paths import resources_dir
from core.measure import RateParams, measure_rates
from core.measure.drop import lasting_drop, mirror_coherence

RATE, OLD = 16_000, 8_000
QUICK = RateParams(windows=3)
Wave = NDArray[np.float32]


@pytest.fixture(scope="module")
def wideband() -> Wave:
    recording = open_recording(resources_dir() / "samples" / "Q1 answering machine.wav")
    return recording.read(0, min(recording.frames, 14 * RATE))[0]


def rounded(waveform: NDArray[np.floating]) -> Wave:
    return (np.rint(np.clip(waveform, -1, 1) * 32767) / 32768).astype(np.float32)


def by_swr(waveform: Wave) -> NDArray[np.floating]:
    frame = av.AudioFrame.from_ndarray((waveform * 32768).astype(np.int16)[None], format="s16", layout="mono")
    frame.sample_rate = OLD
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    return np.concatenate([one.to_ndarray()[0] for one in resampler.resample(frame) + resampler.resample(None)]) / 32768


def history(waveform: NDArray[np.floating]):
    return measure_rates(memory_recording(rounded(waveform)[None], RATE), QUICK)


RESAMPLERS: dict[str, tuple[Callable[[Wave], NDArray[np.floating]], bool]] = {
    "resample_poly": (lambda wave: signal.resample_poly(wave, 2, 1), True),
    "swr": (by_swr, True),
    "soxr": (lambda wave: soxr.resample(wave, OLD, RATE), False),
}


@pytest.mark.parametrize("name", sorted(RESAMPLERS))
def test_speech_that_was_at_8_khz_is_told_by_its_fall_and_by_its_images(name: str, wideband: Wave):
    upsample, leaves_images = RESAMPLERS[name]
    found = history(upsample(rounded(soxr.resample(wideband, RATE, OLD))))
    words = " ".join(found.sentences())
    drop = found.ltas.drop
    assert drop is not None
    assert drop.from_hz < 4000 < drop.to_hz + 100
    assert drop.by_db > 45
    if leaves_images:
        assert found.mirror is not None
        assert found.mirror.old_rate_hz == OLD
        assert "mirrors what lies just below" in words
        assert "The sound itself ends at 4,000 Hz" in words
        assert "fit one past: sound that had a rate of 8,000 Hz" in words
    else:
        assert found.mirror is None
        assert found.end_hz == pytest.approx(4000, abs=60)
        assert "once had a rate of 8,000 Hz ends" in words


def test_wideband_speech_has_no_such_fall_and_no_images(wideband: Wave):
    found = history(wideband)
    assert found.ltas.drop is None
    assert found.mirror is None
    words = " ".join(found.sentences()[:-1])
    assert "falls by" not in words
    assert "fit one past" not in words
    assert "No sharp end" in words


def test_a_drawn_fall_is_measured_where_it_is():
    frequency = np.arange(0, 8000.1, 10.0)
    slope = np.interp(frequency, [0, 3500, 4500, 8000], [-40, -60, -110, -110])
    drop = lasting_drop(frequency, slope)
    assert drop is not None
    # 50 dB over 1000 Hz: 6 dB are 120 Hz; the 1500 Hz that fall most reach 2.9 dB up the slope before
    assert drop.by_db == pytest.approx(50 + 500 * 20 / 3500, abs=1)
    assert drop.from_hz == pytest.approx(3560, abs=70)
    assert drop.to_hz == pytest.approx(4380, abs=70)
    gentle = np.interp(frequency, [0, 8000], [-40, -150])
    assert lasting_drop(frequency, gentle) is None
    notch = slope.copy()
    notch[frequency > 5000] = -60
    assert lasting_drop(frequency, notch) is None


def test_coherence_is_one_for_a_mirror_and_its_noise_share_otherwise(rng):
    below = rng.standard_normal(4 * RATE)
    zero_stuffed = np.zeros(8 * RATE)
    zero_stuffed[::2] = below
    assert mirror_coherence([zero_stuffed.astype(np.float32)], RATE, OLD) == pytest.approx(1, abs=0.01)
    equal = (zero_stuffed + rng.standard_normal(8 * RATE) / np.sqrt(2)).astype(np.float32)
    # half of either band is its own noise: coherence (1/2)^2
    assert mirror_coherence([equal], RATE, OLD) == pytest.approx(0.25, abs=0.03)
    assert mirror_coherence([rng.standard_normal(8 * RATE).astype(np.float32)], RATE, OLD) < 0.01
    assert mirror_coherence([below[:3000].astype(np.float32)], RATE, OLD) is None
