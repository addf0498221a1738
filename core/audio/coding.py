"""What codings are called: the names people use, whichever reader decoded the file."""

from __future__ import annotations

import re

_LOSSLESS = ("PCM", "FLAC", "ALAC", "WavPack", "Monkey's Audio", "TTA", "TAK", "Shorten", "WMA lossless", "TrueHD")
_BY_LIBSNDFILE = {
    "FLOAT": "PCM 32 bit float",
    "DOUBLE": "PCM 64 bit float",
    "ULAW": "G.711 mu-law",
    "ALAW": "G.711 A-law",
    "VORBIS": "Vorbis",
    "OPUS": "Opus",
    "IMA_ADPCM": "IMA ADPCM",
    "MS_ADPCM": "Microsoft ADPCM",
    "GSM610": "GSM 06.10",
    # the older names of what G.726 took over
    "G721_32": "G.726",
    "G723_24": "G.726",
    "G723_40": "G.726",
}
_BY_FFMPEG = {
    "pcm_mulaw": "G.711 mu-law",
    "pcm_alaw": "G.711 A-law",
    "amr_nb": "AMR-NB",
    "amr_wb": "AMR-WB",
    "adpcm_ima_wav": "IMA ADPCM",
    "adpcm_ms": "Microsoft ADPCM",
    "adpcm_g722": "G.722",
    "adpcm_g726": "G.726",
    "gsm": "GSM 06.10",
    "gsm_ms": "GSM 06.10",
    "ac3": "AC-3",
    "eac3": "E-AC-3",
    "opus": "Opus",
    "vorbis": "Vorbis",
    "speex": "Speex",
    "wavpack": "WavPack",
    "ape": "Monkey's Audio",
    "shorten": "Shorten",
    "truehd": "TrueHD",
    "wmav1": "WMA 1",
    "wmav2": "WMA 2",
    "wmapro": "WMA Pro",
    "wmalossless": "WMA lossless",
    "wmavoice": "WMA Voice",
}


def libsndfile_coding(container: str, subtype: str) -> str:
    """Name of a libsndfile subtype, e.g. `PCM 16 bit`, `FLAC 16 bit`, `Vorbis`."""
    if found := re.fullmatch(r"(PCM|ALAC)_[SU]?(\d+)", subtype):
        return f"{'FLAC' if container == 'FLAC' else found[1]} {found[2]} bit"
    return _BY_LIBSNDFILE.get(subtype, subtype.replace("_", " "))


def ffmpeg_coding(name: str, bits: int | None = None) -> str:
    """Name of an FFmpeg coding (canonical, not its decoder's), e.g. `MP3`, `AAC`, `PCM 24 bit`, `FLAC 16 bit`."""
    if found := re.fullmatch(r"pcm_([suf])(\d+)(le|be)?(_planar)?", name):
        return f"PCM {found[2]} bit{' float' if found[1] == 'f' else ''}"
    words = _BY_FFMPEG.get(name, name.replace("_", " ").upper())
    return f"{words} {bits} bit" if bits and is_lossless(words) else words


def is_lossless(coding: str) -> bool:
    """Whether a coding, as named here, gives back the very samples."""
    return coding.startswith(_LOSSLESS)
