"""What file names of well-known corpora tell: corpus, speaker and sentence."""

from __future__ import annotations

import re

_FORMS = (
    ("ljspeech", r"LJ\d{3}-\d{4}"),
    (
        "jsut",
        r"(?:BASIC5000|UT-PARAPHRASE512|ONOMATOPEE300|COUNTERSUFFIX26|LOANWORD128|VOICEACTRESS100|"
        r"TRAVEL1000|PRECEDENT130|REPEAT500)[-_]\w*\d+",
    ),
    ("vctk", r"(?P<speaker>[ps]\d{3})_\d{3}"),
    ("aishell3", r"(?P<speaker>SSB\d{4})\d{4}"),
    ("libritts", r"(?P<speaker>\d+)_\d+_\d{6}_\d{6}"),
    ("librispeech", r"(?P<speaker>\d+)-\d+-\d{4}"),
    ("tsp", r"(?P<speaker>[FMC][A-L])\d{2}_\d{2}"),
)
"""Corpus, and the form of its file names; corpora without a speaker in the name have one voice."""
_MADE = re.compile(r"_(?:gen|generated|synth|resynth)$")


def from_name(stem: str) -> dict[str, str]:
    """Corpus, speaker and sentence (`pair_id`) of a clip as far as its name tells; what generators append is dropped.

    The longer name may have something before or after: `F01_p351_402` and `LJ008-0217_gen` are known.
    """
    for corpus, form in _FORMS:
        if found := re.search(rf"(?<![A-Za-z0-9]){form}(?![A-Za-z0-9])", stem):
            speaker = found.groupdict().get("speaker") or corpus
            return {"corpus": corpus, "speaker": speaker, "pair_id": f"{corpus}:{found[0]}"}
    return {"pair_id": _MADE.sub("", stem)}
