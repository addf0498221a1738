"""The words of the screen for the engine's terms, in one place. Plain English; no verdicts."""

from __future__ import annotations

QUESTION_TITLES = {"synthetic": "Synthetic speech", "neural_codec": "Neural codec"}
QUESTIONS_ASKED = {
    "synthetic": "Was the waveform made by a neural generator?",
    "neural_codec": "Did the speech pass through a neural codec?",
}
HIGHER_MEANS = "A higher score speaks more for it."
APPLICABILITY = {
    "inside": "applicable: inside the range it was made for",
    "edge": "at the edge of the range it was made for",
    "outside": "not applicable: outside the range it was made for",
}
METHODS = {
    "ig": "Integrated gradients",
    "blurig": "BlurIG (from the blurred input)",
    "occlusion": "Occlusion",
    "saliency": "Saliency (size of the gradient)",
}
PLACES = {
    "input": "The model's own input",
    "spectrum": "Spectrogram of the waveform",
    "packets": "Wavelet packets of the waveform",
    "samples": "Waveform",
}
CHOICES = {"hann": "Hann", "gaussian": "Gaussian", "blackmanharris": "Blackman-Harris", "auto": "automatic"}
"""Values of parameters that do not read as words; all others are shown as they are."""
BASELINES = {"zero": "zeros", "silence": "silence", "mean": "mean of the window", "blur": "the input blurred"}
TARGETS = {
    "fake": "Towards it: what raises the score",
    "real": "Against it: what lowers the score",
    "both": "Either way",
}
MODEL_ORIGINS = {
    "auditrace": "came with Auditrace",
    "published": "published checkpoint, imported",
    "user": "imported by the user",
}
STATES = {
    "ready": "not examined",
    "waiting": "waiting to be examined",
    "examining": "being examined",
    "examined": "examined",
    "failed": "could not be examined",
}
NOTICES = {
    "IN-003": "its file cannot be reached",
    "IN-007": "its file has changed since",
    "IN-012": "its file is gone",
    "IN-020": "name and content differ",
    "IN-022": "name hides signs",
    "DE-020": "incomplete",
    "DE-022": "has invalid samples",
    "DE-023": "its clock jumps",
    "DE-024": "changes its format",
    "DE-025": "has more sound streams",
}
"""Notices of an opened recording, by code, as short as a list needs them."""
UNOPENED = "could not be opened"
MINUS = "−"


def grouped_hash(digest: str) -> str:
    """A hash in groups of eight digits, which can be read, compared and wrapped."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))


def signed(value: float) -> str:
    """A score with its sign and two decimals, with a real minus."""
    return f"{value:+.2f}".replace("-", MINUS)


def channels(count: int) -> str:
    """`mono`, `stereo`, `6 channels`."""
    return {1: "mono", 2: "stereo"}.get(count, f"{count} channels")


def rate(hertz: int) -> str:
    """`16 kHz`, `44.1 kHz`, `11.025 kHz`."""
    return f"{hertz / 1000:g} kHz"
