"""Cards of the published detectors: what their authors report, what was measured here, and where they fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from core.detectors.card import Answer, ModelCard

_BANK = "Auditrace bank, test split (clips of at most 2.4 s from sources of their own)"
_RAW_WINDOW: Mapping[str, Any] = {"sample_rate": 16000, "window_frames": 64600, "hop_frames": 16150}
"""4.04 s; a quarter as step, so that whole multiples of the window are among the starts."""
_UNCALIBRATED = "The score is not calibrated: it is no likelihood ratio and has no meaningful zero."
_TILED = "Recordings shorter than 4.04 s are repeated from their start, as in training."
_DCNN_FRAMES = {"sym5": 95, "coif4": 109, "stft": 101}
_DCNN_BANK_EER = {"sym5": (41.7, 50.3), "coif4": (51.1, 55.9), "stft": (33.3, 47.0)}


def dcnn_card(variant: str) -> ModelCard:
    """Card of the DCNN over packets `sym5`, packets `coif4`, or `stft`."""
    packets = variant != "stft"
    features = f"wavelet packets ({variant}, level 8)" if packets else "a log-power spectrogram"
    return ModelCard(
        id=f"published/ganpolice-dcnn-{variant}",
        version="eaed302",
        title=f"DCNN, {f'wavelet packets {variant}' if packets else 'STFT'} (gan-police)",
        summary=f"Small dilated CNN over {features} of single seconds. Trained on one voice and one vocoder: it knows "
        "LJSpeech against full-band MelGAN and carries over to other vocoders of that voice, hardly beyond.",
        origin="published",
        answers=(Answer(question="synthetic", positive=(1,), negative=(0,)),),
        classes=("real", "fake"),
        architecture="dcnn",
        architecture_args={
            "bins": 256,
            "frames": _DCNN_FRAMES[variant],
            "downsampling": "stride" if variant == "coif4" else "pool",
            "dropout": variant != "coif4",
        },
        front_end="packets" if packets else "stft",
        front_end_args={"wavelet": variant, "level": 8, "power": 2.0, "log": True, "offset": 1e-12}
        if packets
        else {"n_fft": 511, "window_frames": 511, "hop_frames": 220, "power": 2.0, "scale": "ln", "offset": 1e-12},
        sample_rate=22050,
        window_frames=22050,
        hop_frames=22050,
        resampling="window",
        min_rate_hz=22050,
        licence="EUPL (repository)",
        authors="Konstantin Gasenzer, Moritz Wolter",
        reference="arXiv 2305.13033, TMLR 2024; github.com/gan-police/audiodeepfake-detection, commit eaed302",
        training_data="LJSpeech and its copies through full-band MelGAN (WaveFake), windows of 1 s, one speaker.",
        seed=0,
        results=_bank_results(*_DCNN_BANK_EER[variant]),
        limits=(*_dcnn_limits(variant), _UNCALIBRATED),
    )


def _dcnn_limits(variant: str) -> tuple[str, ...]:
    common = (
        "Needs recordings of at least 22.05 kHz; the original refuses lower rates.",
        "Mean and standard deviation of its features were not published; they were estimated from the statistics of "
        "its first normalisation layer, and scores near the threshold depend on that estimate.",
        "Its repository gives no figures, and its EER is computed from decisions, not from scores.",
        "Most clips of the bank are at 16 kHz and so outside what it is for; they are in its figures all the same.",
    )
    if variant != "stft":
        return common
    return (
        *common,
        "Its published weights do not fit evaluation as published (a variance shift behind dropout): most genuine "
        "speech scores above 0, and the value that separates best on LJSpeech is about 13 to 15.",
    )


def aasist_card(*, light: bool) -> ModelCard:
    """Card of AASIST, or of AASIST-L."""
    name = "AASIST-L" if light else "AASIST"
    eer_pct, min_tdcf = (0.99, 0.0309) if light else (0.83, 0.0275)
    return ModelCard(
        id=f"published/{name.lower()}",
        version="a04c986",
        title=name,
        summary="Graph attention over the raw waveform. Strong on ASVspoof 2019 logical access, for which it was "
        "trained; near chance on the generators and recordings of today that were tried here.",
        origin="published",
        answers=(Answer(question="synthetic", positive=(0,), negative=(1,)),),
        classes=("spoof", "bonafide"),
        architecture="aasist",
        architecture_args={
            "channels": [32, 32, 24, 24, 24, 24] if light else [32, 32, 64, 64, 64, 64],
            "graph_dims": [24, 32] if light else [64, 32],
            "pool_ratios": [0.4, 0.5, 0.7] if light else [0.5, 0.7, 0.5],
        },
        **_RAW_WINDOW,
        licence="MIT",
        authors="Jee-weon Jung, Hee-Soo Heo, Hemlata Tak, Hye-jin Shim, Joon Son Chung, Bong-Jin Lee, Ha-Jin Yu, "
        "Nicholas Evans (NAVER Corp.)",
        reference="arXiv 2110.01200, ICASSP 2022; github.com/clovaai/aasist, commit a04c986",
        training_data="ASVspoof 2019 logical access, training part.",
        results=(
            {
                "set": "ASVspoof 2019 LA eval (published)",
                "question": "synthetic",
                "eer_pct": eer_pct,
                "min_tdcf": min_tdcf,
            },
            *_bank_results(*((39.6, 54.1) if light else (39.2, 51.2))),
        ),
        limits=(
            "Near chance on unseen generators and channels; most genuine recordings tried here score above 0.",
            "The choice of graph nodes is a step: minute changes of the input can move the score.",
            f"Resampling matters: between two good resamplers a logit moved by up to {0.59 if light else 0.27}.",
            _TILED,
            _UNCALIBRATED,
        ),
    )


def mellcnn_card(*, trained_on: Literal["vocoder", "codec"]) -> ModelCard:
    """Card of the Mel-LCNN of Codecfake, trained on vocoders or on neural codecs."""
    codec = trained_on == "codec"
    question = "neural_codec" if codec else "synthetic"
    return ModelCard(
        id=f"published/codecfake-mellcnn-{trained_on}",
        version="72c32e2",
        title=f"Mel-LCNN, {trained_on}-trained (Codecfake)",
        summary="Light CNN over a linear mel spectrogram. "
        + (
            "Trained on genuine speech against the same through neural codecs; good on its own codecs, weak on others."
            if codec
            else "Trained on ASVspoof 2019 logical access; chance on unseen material, and blind to most neural codecs."
        ),
        origin="published",
        answers=(Answer(question=question, positive=(1,), negative=(0,)),),
        classes=("real", "fake"),
        architecture="lcnn",
        architecture_args={"bins": 80, "frames": 505, "time_first": not codec},
        front_end="mel",
        front_end_args={
            "n_fft": 512,
            "window_frames": 512,
            "hop_frames": 128,
            "mels": 80,
            "power": 2.0,
            "scale": "linear",
        },
        **_RAW_WINDOW,
        licence="none stated",
        authors="Yuankun Xie, Yi Lu, Ruibo Fu and others",
        reference="arXiv 2405.04880; github.com/xieyuankun/Codecfake, commit 72c32e2",
        training_data="Codecfake training part (VCTK, AISHELL-3 through neural codecs)."
        if codec
        else "ASVspoof 2019 logical access, training part.",
        results=(*_codecfake_results(codec), *_bank_results(*((41.3, 55.9) if codec else (40.9, 50.8)))),
        limits=(
            "The mel spectrogram is not normalised: the score depends on the loudness of the recording.",
            "Nearly all genuine recordings tried here score above 0 (training weighted genuine speech ten to one).",
            "The orientation of its input was found from one published utterance; the weights run both ways.",
            _TILED,
            _UNCALIBRATED,
        ),
    )


def _codecfake_results(codec: bool) -> tuple[Mapping[str, object], ...]:
    """EER recomputed from the score files that the authors published, higher = fake."""
    sets = ("ASVspoof 2019 LA eval", "In-the-Wild", "Codecfake C1", "C2", "C3", "C4", "C5", "C6")
    eers = (
        (26.8264, 42.6355, 2.1470, 9.5630, 8.6181, 12.2392, 20.0333, 8.9507)
        if codec
        else (5.0847, 52.9785, 36.1279, 49.3046, 39.2350, 49.1609, 53.0088, 36.9670)
    )
    return tuple(
        {"set": f"{name} (published scores)", "question": "synthetic" if i < 2 else "neural_codec", "eer_pct": eer}
        for i, (name, eer) in enumerate(zip(sets, eers, strict=True))
    )


def _bank_results(synthetic: float, neural_codec: float) -> tuple[Mapping[str, object], ...]:
    return (
        {"set": _BANK, "question": "synthetic", "eer_pct": synthetic, "n": 475},
        {"set": _BANK, "question": "neural_codec", "eer_pct": neural_codec, "n": 630},
    )
