"""ASVspoof 2021, deepfake: `keys/DF/CM/trial_metadata.txt` of 13 fields, all of it evaluation data.

Fields: speaker, file, compression, source, attack, bonafide|spoof, trim, phase, vocoder, task, team, gender, language.

Source: Liu et al. (2023), IEEE/ACM TASLP 31, 2507-2522; the key package's README.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.training.datasets.labels import count, one_of, read_lines
from core.training.datasets.layout import DATASETS, Entry, folder, not_laid_out
from core.training.datasets.manifest import Clip, clip_of

_NEURAL = ("neural_vocoder_autoregressive", "neural_vocoder_nonautoregressive")
_CLASSICAL = ("traditional_vocoder", "waveform_concatenation")


@DATASETS.register("asvspoof2021-df")
def read(root: Path) -> Iterator[Entry]:
    """ASVspoof 2021 DF: trial_metadata.txt (13 fields) and ASVspoof2021_DF_eval/flac."""
    candidates = (
        root / "keys/DF/CM/trial_metadata.txt",
        root / "DF/CM/trial_metadata.txt",
        root / "trial_metadata.txt",
    )
    labels = next((path for path in candidates if path.is_file()), None)
    if labels is None:
        raise not_laid_out(f"there is no file {candidates[0]}")
    sound = folder(root / "ASVspoof2021_DF_eval" / "flac", root / "flac")
    return read_lines(labels, lambda fields: _clip(fields, sound))


def _clip(fields: list[str], sound: Path) -> Clip:
    count(fields, 13)
    speaker, name, coding, corpus, attack, label, _, _, vocoder = fields[:9]
    one_of("label", label, ("bonafide", "spoof"))
    one_of("vocoder", vocoder, ("bonafide", "unknown", *_NEURAL, *_CLASSICAL))
    if (label == "bonafide") != (vocoder == "bonafide"):
        raise ValueError(f"it is {label} and its vocoder is {vocoder!r}")
    source = f"asvspoof2021-df-{corpus}"
    known = {"speaker": speaker, "corpus": corpus, "source": source, "split": "test"}
    known |= {"lossy_origin": "none" if coding == "nocodec" else coding}
    path = sound / f"{name}.flac"
    if label == "bonafide":
        return clip_of("real", path, **known)
    clip = clip_of("classical-vocoder" if vocoder in _CLASSICAL else "", path, generator=f"{source}-{attack}", **known)
    return replace(clip, synthetic=None) if vocoder == "unknown" else clip
