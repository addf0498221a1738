"""Each tab of a panel is an action that opens it with the focus in it, found by the field's names for what it shows."""

from __future__ import annotations

from functools import partial

from app.commands.action import Action, Shell, has_recording

MEASURE: tuple[tuple[str, str, str], ...] = (
    (
        "readings",
        "&Readings at cursor and in the box",
        "values level frequency time duration uncertainty RMS power edges pinned difference amplitude",
    ),
    (
        "spectrum",
        "&Spectrum at the cursor",
        "FFT DFT spectral slice lines peaks window Hann Gaussian Blackman-Harris blackmanharris shape resolution "
        "prominence above local floor channel",
    ),
    (
        "harmonics",
        "&Harmonic cursor: multiples of a frequency",
        "harmonics overtones comb multiples sidebands fundamental spectrum partials",
    ),
    (
        "ltas",
        "&Long-term spectrum (LTAS)",
        "LTAS long-term average spectrum PSD power spectral density percentiles speech pauses selection bandwidth "
        "cut-off cutoff low-pass end window overlap inside channel",
    ),
    (
        "quantisation",
        "&Quantisation and bit depth",
        "quantization bits word length levels LSB step histogram gaps divisor DC offset clipping near zero zeros runs "
        "digital silence",
    ),
    (
        "hum",
        "&Mains hum (ENF)",
        "ENF electric electrical network frequency hum mains grid 50 Hz 60 Hz power line nominal harmonics frame step "
        "padding least SNR steady channel",
    ),
    (
        "framing",
        "&Coder framing, double compression",
        "framing frames frame offset grid MP3 AAC Vorbis MDCT lossy coding codec compression history traces blocks "
        "near zero least contrast local stretches channel",
    ),
    (
        "rates",
        "Sample-rate histor&y",
        "sample rate history sampling resampling resampled upsampled interpolation rhythm residue aliasing "
        "neighbours windows least channel",
    ),
    (
        "repeats",
        "Re&peated segments",
        "repeats repetition copy-move duplicates cloned pasted copied twice least correlation gap landmarks "
        "candidates channel",
    ),
)
"""Name of the tab, title, further words: names of the field and of the parameters."""
EXPLAIN: tuple[tuple[str, str, str], ...] = (
    (
        "map",
        "&Map of an explanation and its checks",
        "attribution saliency heat integrated gradients IG BlurIG occlusion baseline completeness XAI faithfulness "
        "faithful deletion sanity check randomisation",
    ),
    ("average", "&Average of explanations", "mean attribution windows profile bands integrated gradients saliency"),
    (
        "listen",
        "&Counterfactual listening",
        "counterfactual hear derived sound mask without only marked regions attenuation",
    ),
    ("disagreement", "&Disagreement of models", "disagree differ ensemble tracks contradiction compare models"),
    (
        "robustness",
        "&Robustness of the score",
        "robust perturbations sweep stress sensitivity MP3 telephone noise moves stability",
    ),
)
COMPARE: tuple[tuple[str, str, str], ...] = (
    ("spectra", "&Spectra side by side", "LTAS long-term average spectrum difference speech only"),
    ("statistics", "S&tatistics side by side", "conditions level SNR bandwidth spreads known questioned table"),
    ("facts", "&Metadata side by side", "container facts tags header encoder differing"),
    ("fingerprints", "&Fingerprints side by side", "wavelet packet leaves energy distance fingerprint"),
    ("alignment", "&Alignment in figures", "offset drift clock delay correlation GCC-PHAT ppm places spread"),
)
INSPECTOR: tuple[tuple[str, str, str], ...] = (
    ("reading", "Values at the &cursor", "cursor pointer reading time frequency level amplitude selection"),
    (
        "file",
        "&File: hashes and container facts",
        "hash SHA-256 checksum metadata tags codec format bit rate",
    ),
    (
        "condition",
        "C&ondition of the signal",
        "peak RMS level clipping DC offset bits speech VAD bandwidth SNR noise coding",
    ),
    ("results", "&Results: scores and likelihood ratios", "LR likelihood ratio score calibration Cllr weight verdict"),
)


def show_tab(shell: Shell, panel: str, tab: str) -> None:
    """Open a panel at a tab, with the focus in it."""
    shell.show_tab(panel, tab)


def is_compared(shell: Shell) -> bool:
    """Recordings are compared."""
    return bool(shell.comparison.model.rows)


def _tab(panel: str, area: str, menu: str, entry: tuple[str, str, str]) -> Action:
    name, title, words = entry
    return Action(
        id=f"{panel}.tab.{name}",
        title=title,
        menu=menu,
        area=area,
        run=partial(show_tab, panel=panel, tab=name),
        enabled_when=is_compared if panel == "compare" else has_recording,
        keywords=f"{area} panel tab {words}",
    )


MEASURE_ACTIONS = tuple(_tab("measure", "Measure", "Examine/Me&asure", entry) for entry in MEASURE)
ACTIONS = (
    *(_tab("explain", "Explain", "Examine/E&xplain", entry) for entry in EXPLAIN),
    *(_tab("compare", "Compare", "Compare/In figures", entry) for entry in COMPARE),
    *(_tab("inspector", "Inspector", "View/Inspector t&abs", entry) for entry in INSPECTOR),
)
