"""Every layout in exactly the form in which its data set is published: what is read, and which line is called wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.foundation.errors import DataError, UsageError
from core.training.datasets.layout import DATASETS, read_layout
from core.training.datasets.manifest import Clip

SOUND = "sound"
LA = "ASVspoof2019_LA_cm_protocols/ASVspoof2019.LA.cm"
DF = "LA_0023 DF_E_{} {} asvspoof {} {} notrim progress {} - - - -"
CODECFAKE = "p225_001.wav real 0\nF02_p225_001.wav fake 2\n"


def build(root: Path, tree: Mapping[str, str]) -> Path:
    """Make files: short sound files where the text is SOUND, text files elsewhere."""
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text == SOUND:
            sf.write(path, 0.1 * np.sin(np.arange(800) / 5), 16000)
        else:
            path.write_text(text, encoding="utf-8")
    return root


TREES: dict[str, dict[str, str]] = {
    "manifest": {"manifest.csv": "path,label,family\na.wav,real,real\nb.wav,fake,\n", "a.wav": SOUND, "b.wav": SOUND},
    "letter-folders": {
        "A_ljspeech/LJ001-0001.wav": SOUND,
        "C_hifigan/LJ001-0001_gen.wav": SOUND,
        "L_conformer/0.wav": SOUND,
        "N_jsutpwg/BASIC5000_0001_gen.wav": SOUND,
    },
    "wavefake": {
        "LJSpeech-1.1/wavs/LJ001-0001.wav": SOUND,
        "ljspeech_full_band_melgan/LJ001-0001_gen.wav": SOUND,
        "jsut_parallel_wavegan/BASIC5000_0001_gen.wav": SOUND,
    },
    "unmasking": {
        "data/uncompressed_data/librispeech_partial_2s_24kHz/19-198-0001.flac": SOUND,
        "data/uncompressed_data/tsp_partial_test_2s_24kHz/FA01_01.wav": SOUND,
        "data/ai_compressed_data/librispeech/lyra/bw_3200/19-198-0001.wav": SOUND,
        "data/ai_compressed_data/librispeech/encodec/bw_1.5/19-198-0001.wav": SOUND,
        "data/ai_compressed_data/tsp_test/irvqgan/bw_8/FA01_01.wav": SOUND,
    },
    "codecfake": {
        "label/train.txt": CODECFAKE,
        "label/C7.txt": "p225_002.wav real 0\np225_002_dac.wav fake 7\n",
        "label/A1.txt": "a.wav fake 1\n",
        "train/p225_001.wav": SOUND,
        "train/F02_p225_001.wav": SOUND,
        "test/C7/p225_002.wav": SOUND,
        "test/C7/p225_002_dac.wav": SOUND,
        "test/A1/a.wav": SOUND,
    },
    "st-codecfake": {
        "label/train.txt": "SSB00050001.wav real 0\nmimi_SSB00050001.wav fake 1\n",
        "label/eval_ood8-11.txt": "x.wav fake 11\n",
        "train/SSB00050001.wav": SOUND,
        "train/mimi_SSB00050001.wav": SOUND,
        "eval_ood/x.wav": SOUND,
        "ID_diff_config/C4-2/p225_001.wav": SOUND,
        "ALM/moshi/1.wav": SOUND,
    },
    "asvspoof2019-la": {
        f"{LA}.train.trn.txt": "LA_0079 LA_T_1 - - bonafide\nLA_0079 LA_T_2 - A01 spoof\nLA_0079 LA_T_3 - A02 spoof\n",
        f"{LA}.eval.trl.txt": "LA_0001 LA_E_1 - A10 spoof\n",
        **{f"ASVspoof2019_LA_train/flac/LA_T_{number}.flac": SOUND for number in (1, 2, 3)},
        "ASVspoof2019_LA_eval/flac/LA_E_1.flac": SOUND,
    },
    "asvspoof2021-df": {
        "keys/DF/CM/trial_metadata.txt": "\n".join(
            (
                DF.format(1, "nocodec", "-", "bonafide", "bonafide"),
                DF.format(2, "low_mp3", "A10", "spoof", "neural_vocoder_autoregressive"),
                DF.format(3, "nocodec", "A14", "spoof", "traditional_vocoder"),
            )
        ),
        **{f"ASVspoof2021_DF_eval/flac/DF_E_{number}.flac": SOUND for number in (1, 2, 3)},
    },
    "asvspoof5": {
        "ASVspoof5_protocols/ASVspoof5.train.tsv": (
            "T_1 T_01 F - - - - bonafide bonafide -\nT_1 T_02 F - - - AC3 A05 spoof -\n"
        ),
        "ASVspoof5_protocols/ASVspoof5.dev.metadata.txt": "D_1 D_01 M - A12 spoof\n",
        "flac_T/T_01.flac": SOUND,
        "flac_T/T_02.flac": SOUND,
        "flac_D/D_01.flac": SOUND,
    },
    "in-the-wild": {
        "meta.csv": "file,speaker,label\n0.wav,Alec Guinness,spoof\n1.wav,Alec Guinness,bona-fide\n",
        "0.wav": SOUND,
        "1.wav": SOUND,
    },
    "spcup2022": {
        "spcup_2022_training_part1/labels.csv": "track,algorithm\na.wav,0\n",
        "spcup_2022_unseen/labels.csv": "track,algorithm\nb.wav,5\n",
        "spcup_2022_eval_part2/labels_eval_part2.csv": "track,algorithm\nc.wav,4\n",
        "spcup_2022_training_part1/a.wav": SOUND,
        "spcup_2022_unseen/b.wav": SOUND,
        "spcup_2022_eval_part2/c.wav": SOUND,
    },
    "folders": {
        "train/real/anna/1.wav": SOUND,
        "train/fake/hifigan/1.wav": SOUND,
        "test/Spoof/2.wav": SOUND,
    },
}
Row = tuple[str, int | None, int | None, str, str, str]
EXPECTED: dict[str, dict[str, Row]] = {
    "manifest": {"a.wav": ("real", 0, 0, "", "train", ""), "b.wav": ("fake", 1, None, "", "train", "")},
    "letter-folders": {
        "LJ001-0001.wav": ("real", 0, 0, "", "", "ljspeech"),
        "LJ001-0001_gen.wav": ("fake", 1, 0, "hifigan", "", "ljspeech"),
        "0.wav": ("fake", 1, 0, "conformer", "", ""),
        "BASIC5000_0001_gen.wav": ("fake", 1, 0, "jsutpwg", "", "jsut"),
    },
    "wavefake": {
        "LJ001-0001.wav": ("real", 0, 0, "", "", "ljspeech"),
        "LJ001-0001_gen.wav": ("fake", 1, 0, "full_band_melgan", "", "ljspeech"),
        "BASIC5000_0001_gen.wav": ("fake", 1, 0, "parallel_wavegan", "", "jsut"),
    },
    "unmasking": {
        "uncompressed_data/librispeech_partial_2s_24kHz/19-198-0001.flac": ("real", 0, 0, "", "train", "19"),
        "tsp_partial_test_2s_24kHz/FA01_01.wav": ("real", 0, 0, "", "test", "FA"),
        "lyra/bw_3200/19-198-0001.wav": ("fake", None, 1, "lyra-v2", "train", "19"),
        "encodec/bw_1.5/19-198-0001.wav": ("fake", None, 1, "encodec", "train", "19"),
        "irvqgan/bw_8/FA01_01.wav": ("fake", None, 1, "dac", "test", "FA"),
    },
    "codecfake": {
        "train/p225_001.wav": ("real", 0, 0, "", "train", "p225"),
        "F02_p225_001.wav": ("fake", None, 1, "speechtokenizer", "train", "p225"),
        "C7/p225_002.wav": ("real", 0, 0, "", "test", "p225"),
        "p225_002_dac.wav": ("fake", None, 1, "dac", "test", "p225"),
        "A1/a.wav": ("fake", 1, 1, "codecfake-a1", "test", ""),
    },
    "st-codecfake": {
        "train/SSB00050001.wav": ("real", 0, 0, "", "train", "SSB0005"),
        "mimi_SSB00050001.wav": ("fake", None, 1, "mimi", "train", "SSB0005"),
        "x.wav": ("fake", None, 1, "st-codecfake-11", "test", ""),
        "p225_001.wav": ("fake", None, 1, "encodec", "test", "p225"),
        "moshi/1.wav": ("fake", 1, 1, "moshi", "test", ""),
    },
    "asvspoof2019-la": {
        "LA_T_1.flac": ("real", 0, 0, "", "train", "LA_0079"),
        "LA_T_2.flac": ("fake", 1, 0, "asvspoof2019-la-A01", "train", "LA_0079"),
        "LA_T_3.flac": ("fake", None, 0, "asvspoof2019-la-A02", "train", "LA_0079"),
        "LA_E_1.flac": ("fake", 1, 0, "asvspoof2019-la-A10", "test", "LA_0001"),
    },
    "asvspoof2021-df": {
        "DF_E_1.flac": ("real", 0, 0, "", "test", "LA_0023"),
        "DF_E_2.flac": ("fake", 1, None, "asvspoof2021-df-asvspoof-A10", "test", "LA_0023"),
        "DF_E_3.flac": ("fake", None, 0, "asvspoof2021-df-asvspoof-A14", "test", "LA_0023"),
    },
    "asvspoof5": {
        "T_01.flac": ("real", 0, 0, "", "train", "T_1"),
        "T_02.flac": ("fake", 1, None, "asvspoof5-A05", "train", "T_1"),
        "D_01.flac": ("fake", None, 0, "asvspoof5-A12", "dev", "D_1"),
    },
    "in-the-wild": {
        "0.wav": ("fake", 1, None, "in-the-wild", "", "Alec Guinness"),
        "1.wav": ("real", 0, 0, "", "", "Alec Guinness"),
    },
    "spcup2022": {
        "a.wav": ("fake", 1, 0, "spcup2022-0", "train", ""),
        "b.wav": ("fake", 1, 0, "spcup2022-unknown", "train", ""),
        "c.wav": ("fake", 1, 0, "spcup2022-4", "test", ""),
    },
    "folders": {
        "real/anna/1.wav": ("real", 0, 0, "", "train", "anna"),
        "hifigan/1.wav": ("fake", 1, None, "hifigan", "train", ""),
        "Spoof/2.wav": ("fake", 1, None, "spoof", "test", ""),
    },
}
BAD_LINES = [
    ("manifest", "manifest.csv", "a.wav,genuine,real", "label"),
    ("codecfake", "label/train.txt", "p225_003.wav bonafide 0", "label"),
    ("codecfake", "label/train.txt", "X_p225_003.wav fake 0", "codec"),
    ("codecfake", "label/train.txt", "p225_003.wav", "1 fields"),
    ("st-codecfake", "label/train.txt", "p225_003.wav fake 12", "class"),
    ("st-codecfake", "label/train.txt", "p225_003.wav real 3", "class 0 alone"),
    ("asvspoof2019-la", f"{LA}.train.trn.txt", "LA_0079 LA_T_9 - A01 bonafide", "attack"),
    ("asvspoof2019-la", f"{LA}.train.trn.txt", "LA_0079 LA_T_9 - A20 spoof", "attack"),
    ("asvspoof2019-la", f"{LA}.train.trn.txt", "LA_0079 LA_T_9 A01 spoof", "4 fields"),
    ("asvspoof2021-df", "keys/DF/CM/trial_metadata.txt", "LA_0023 DF_E_9 nocodec", "3 fields"),
    ("asvspoof5", "ASVspoof5_protocols/ASVspoof5.train.tsv", "T_1 T_09 F - - - AC3 - spoof -", "attack"),
    ("in-the-wild", "meta.csv", "2.wav,Alec Guinness,fake", "label"),
    ("in-the-wild", "meta.csv", "2.wav,Guinness, Alec,spoof", "columns"),
    ("spcup2022", "spcup_2022_training_part1/labels.csv", "d.wav,6", "algorithm"),
]


def summary(clip: Clip) -> Row:
    return clip.label, clip.synthetic, clip.neural_codec, clip.generator, clip.split, clip.speaker


def test_every_layout_is_tested():
    assert set(TREES) == set(EXPECTED) == set(DATASETS.names())


@pytest.mark.parametrize("layout", sorted(TREES))
def test_layout_is_read(layout: str, tmp_path: Path):
    found = read_layout(layout, build(tmp_path, TREES[layout]))
    assert len(found.clips) == len(EXPECTED[layout])
    for ending, wanted in EXPECTED[layout].items():
        (clip,) = (clip for clip in found.clips if clip.path.as_posix().endswith(f"/{ending}"))
        assert summary(clip) == wanted, ending
    assert [problem.code for problem in found.problems] == (["DA-009"] if layout == "spcup2022" else [])


@pytest.mark.parametrize(("layout", "file", "line", "word"), BAD_LINES)
def test_first_bad_line_is_named_with_its_file(layout: str, file: str, line: str, word: str, tmp_path: Path):
    build(tmp_path, TREES[layout])
    good = (tmp_path / file).read_text().strip()
    (tmp_path / file).write_text(f"{good}\n{line}\nanother wrong line of many words , , ,\n")
    with pytest.raises(DataError, match="DA-003") as caught:
        read_layout(layout, tmp_path)
    assert caught.value.facts == {"file": Path(file).name, "line": len(good.splitlines()) + 1}
    assert word in caught.value.what


def test_pairs_are_known_by_the_sentence(tmp_path: Path):
    real, fake, *_ = read_layout("letter-folders", build(tmp_path, TREES["letter-folders"])).clips
    assert real.pair_id == fake.pair_id == "ljspeech:LJ001-0001"
    rates = {clip.generator: clip.bitrate_kbps for clip in read_layout("unmasking", _tree(tmp_path, "unmasking")).clips}
    assert rates == {"": "", "lyra-v2": "3.2", "encodec": "1.5", "dac": "8"}


def _tree(tmp_path: Path, layout: str) -> Path:
    return build(tmp_path / layout, TREES[layout])


def test_missing_files_are_counted_and_the_first_is_named(tmp_path: Path):
    root = _tree(tmp_path, "codecfake")
    (root / "train" / "F02_p225_001.wav").unlink()
    found = read_layout("codecfake", root)
    (problem,) = found.problems
    assert problem.code == "DA-007"
    assert problem.facts == {"file": "train.txt", "line": 2, "missing": 1}
    assert len(found.clips) == 4


def test_no_clip_left_an_empty_class_and_one_class_only(tmp_path: Path):
    root = _tree(tmp_path, "in-the-wild")
    (root / "0.wav").unlink()
    assert [problem.code for problem in read_layout("in-the-wild", root).problems] == ["DA-007", "DA-009"]
    (root / "1.wav").unlink()
    with pytest.raises(DataError, match=r"DA-007: 2 files"):
        read_layout("in-the-wild", root)
    root = _tree(tmp_path, "letter-folders")
    (root / "C_hifigan" / "LJ001-0001_gen.wav").unlink()
    with pytest.raises(DataError, match=r"DA-008: The class C_hifigan is empty"):
        read_layout("letter-folders", root)


@pytest.mark.parametrize(
    ("layout", "extra"),
    [
        ("letter-folders", "B_ljspeech/a.wav"),
        ("letter-folders", "A_melgan/a.wav"),
        ("unmasking", "data/ai_compressed_data/tsp/opus/bw_8/a.wav"),
        ("unmasking", "data/ai_compressed_data/tsp/lyra/best/a.wav"),
        ("unmasking", "data/uncompressed_data/vctk/a.wav"),
        ("st-codecfake", "ID_diff_config/C9-1/a.wav"),
        ("folders", "unsure/a.wav"),
    ],
)
def test_a_folder_that_fits_no_layout_is_named(layout: str, extra: str, tmp_path: Path):
    root = build(_tree(tmp_path, layout), {extra: SOUND})
    with pytest.raises(DataError, match="DA-006") as caught:
        read_layout(layout, root)
    assert any(part in caught.value.what for part in extra.split("/"))


@pytest.mark.parametrize("layout", sorted(set(TREES) - {"manifest", "in-the-wild"}))
def test_another_data_set_is_not_taken_for_this_one(layout: str, tmp_path: Path):
    with pytest.raises(DataError, match="DA-006"):
        read_layout(layout, build(tmp_path, {"elsewhere/notes.txt": "nothing"}))


def test_one_file_with_two_labels_is_refused(tmp_path: Path):
    root = _tree(tmp_path, "in-the-wild")
    with (root / "meta.csv").open("a") as file:
        file.write("1.wav,Alec Guinness,spoof\n")
    with pytest.raises(DataError, match=r"DA-011: Line 4 of meta.csv calls 1.wav fake, line 3 of meta.csv real"):
        read_layout("in-the-wild", root)


def test_an_unknown_layout_lists_the_known_ones(tmp_path: Path):
    with pytest.raises(UsageError, match=r"US-010.*asvspoof5.*folders"):
        read_layout("kaldi", tmp_path)
