"""Bad input: a clear error with its code, or a recording that says what is wrong with it. Never anything else."""

from __future__ import annotations

import errno
import os
import shutil
import struct
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.audio import measure_condition, open_recording
from core.foundation.errors import AudioError


def code_of(path: Path) -> str:
    """The code of the error that opening raises; its message must say what happened and what to do."""
    with pytest.raises(AudioError) as caught:
        open_recording(path)
    error = caught.value
    assert error.what.endswith(".")
    assert error.do.endswith(".")
    return error.code


def codes(path: Path) -> list[str]:
    """The codes of the notices of a recording that opens."""
    return [notice.code for notice in open_recording(path).notices]


@pytest.mark.parametrize("name", ["nothing.wav", "no/such/folder.wav", "bad\0name.wav"])
def test_missing(tmp_path, name):
    assert code_of(tmp_path / name) == "IN-001"


def test_a_file_used_as_a_folder(wav):
    assert code_of(wav() / "inside.wav") == "IN-001"


def test_folder(tmp_path):
    assert code_of(tmp_path) == "IN-002"


def test_broken_link(tmp_path):
    (tmp_path / "link.wav").symlink_to(tmp_path / "gone.wav")
    assert code_of(tmp_path / "link.wav") == "IN-001"


def test_link_to_a_recording_opens(tmp_path, wav):
    (tmp_path / "link.wav").symlink_to(wav())
    assert open_recording(tmp_path / "link.wav").frames == 48000


def test_unreadable(wav, monkeypatch):
    path = wav()
    real_open = Path.open

    def refuse(self: Path, *args, **kwargs):
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_open(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    assert code_of(path) == "IN-003"


def test_folder_that_may_not_be_searched(wav, monkeypatch):
    path = wav()

    def refuse(self: Path, **_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    assert code_of(path) == "IN-003"


def test_name_that_is_too_long(tmp_path):
    assert code_of(tmp_path / ("x" * 5000)) == "IN-003"


def test_medium_that_fails_while_the_hash_is_taken(wav, monkeypatch):
    path = wav()

    def fail(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("core.audio.opening.sha256_file", fail)
    assert code_of(path) == "IN-003"


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in the file system")
def test_pipe_and_device(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    assert code_of(tmp_path / "pipe.wav") == "IN-004"
    assert code_of(Path("/dev/zero")) == "IN-004"


def test_zero_bytes(tmp_path):
    (tmp_path / "empty.wav").touch()
    assert code_of(tmp_path / "empty.wav") == "IN-005"


@pytest.mark.parametrize(
    "name", ["a.wav", "a.mp3", "a.au", "a.vox", "a.raw", "a.gsm", "a.snd", "a.g722", "a.al", "a.txt"]
)
def test_text_under_any_name(tmp_path, name):
    (tmp_path / name).write_text("Dear Sir, please find the recording attached.\n" * 500)
    assert code_of(tmp_path / name) == "IN-006"


@pytest.mark.parametrize("size", [1, 7, 12, 44, 100, 5000, 100_000])
def test_random_bytes(tmp_path, size):
    (tmp_path / "noise.wav").write_bytes(np.random.default_rng(size).bytes(size))
    assert code_of(tmp_path / "noise.wav") == "IN-006"


@pytest.mark.parametrize(
    "head", [b"RIFF", b"RIFF\0\0\0\0WAVE", b"fLaC", b"OggS", b"ID3\4\0\0\0\0\0\0", b"\0\0\0\x18ftypM4A "]
)
def test_a_good_beginning_and_nothing_behind(tmp_path, head):
    (tmp_path / "head.wav").write_bytes(head)
    assert code_of(tmp_path / "head.wav") in ("IN-006", "IN-008", "IN-009", "DE-001")


def test_picture(tmp_path):
    (tmp_path / "photo.wav").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    assert code_of(tmp_path / "photo.wav") == "IN-006"


def test_no_samples(tmp_path):
    sf.write(tmp_path / "none.wav", np.zeros(0, np.int16), 16000)
    assert code_of(tmp_path / "none.wav") == "IN-009"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_not_one_number(tmp_path, value, subtype):
    sf.write(tmp_path / "nan.wav", np.full(5000, value), 16000, subtype=subtype)
    assert code_of(tmp_path / "nan.wav") == "IN-010"


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_some_samples_that_are_no_numbers_are_zero_and_told(tmp_path, speechlike, subtype):
    samples = speechlike(0.5).astype(np.float64)
    samples[[5, 77, 4000]] = np.nan, np.inf, -np.inf
    sf.write(tmp_path / "some.wav", samples, 16000, subtype=subtype)
    recording = open_recording(tmp_path / "some.wav")
    assert [n.code for n in recording.notices] == ["DE-022"]
    assert recording.notices[0].message.startswith("3 samples")
    expected = np.nan_to_num(samples, nan=0, posinf=0, neginf=0).astype(np.float32)
    np.testing.assert_array_equal(recording.read()[0], expected)
    assert np.isfinite(recording.peaks.envelope(0, 8000, 3)).all()


def test_float64_beyond_float32_is_told(tmp_path):
    sf.write(tmp_path / "huge.wav", np.array([0.1, 1e300, -0.1]), 16000, subtype="DOUBLE")
    assert codes(tmp_path / "huge.wav") == ["DE-022"]


@pytest.mark.parametrize("rate", [1, 7, 999, 2_000_000])
def test_impossible_rate(tmp_path, rate):
    sf.write(tmp_path / "rate.wav", np.zeros(100, np.int16), rate)
    assert code_of(tmp_path / "rate.wav") == "IN-011"


def test_one_sample(tmp_path):
    sf.write(tmp_path / "one.wav", np.array([1000], np.int16), 16000)
    recording = open_recording(tmp_path / "one.wav")
    assert recording.frames == 1
    assert measure_condition(recording).speech_s == 0


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg"])
@pytest.mark.parametrize("frames", [1, 2, 3, 255, 256, 257])
def test_a_few_samples(tmp_path, kind, frames):
    sf.write(tmp_path / f"few.{kind}", np.full(frames, 0.25), 16000)
    recording = open_recording(tmp_path / f"few.{kind}")
    assert recording.frames == frames
    assert np.isfinite(measure_condition(recording).snr_db)


class TestTruncated:
    """Files that end before their header says."""

    def test_wav_keeps_what_is_there(self, wav):
        path = wav(seconds=2)
        path.write_bytes(path.read_bytes()[: 44 + 2 * 16000 + 1])
        recording = open_recording(path)
        assert recording.frames == 16000
        assert [n.code for n in recording.notices] == ["DE-020"]
        assert "The first 1.000 s are readable" in recording.notices[0].message

    def test_wav_that_lacks_one_byte(self, wav):
        path = wav(seconds=1)
        path.write_bytes(path.read_bytes()[:-1])
        assert codes(path) == ["DE-020"]

    @pytest.mark.parametrize("kind", ["flac", "aiff", "ogg", "w64", "caf", "au"])
    def test_other_formats(self, tmp_path, speechlike, kind):
        path = tmp_path / f"cut.{kind}"
        sf.write(path, speechlike(4.0), 16000, format=kind.upper())
        whole = sf.read(path, dtype="float32")[0]
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        recording = open_recording(path)
        assert 0.5 < recording.duration_s < 3.5
        np.testing.assert_array_equal(recording.read(0, 8000)[0], whole[:8000])
        assert [n.code for n in recording.notices] == ["DE-020"]

    def test_rf64(self, tmp_path, speechlike):
        sf.write(tmp_path / "cut.rf64", speechlike(2.0), 16000, format="RF64")
        path = tmp_path / "cut.rf64"
        path.write_bytes(path.read_bytes()[:-20_000])
        recording = open_recording(path)
        assert recording.frames == 22_000
        assert [n.code for n in recording.notices] == ["DE-020"]

    @pytest.mark.parametrize("size", [0xFFFFFFFF, 0])
    def test_a_stream_whose_header_left_the_length_open_is_whole(self, wav, size):
        path = wav(seconds=1)
        data = bytearray(path.read_bytes())
        at = data.index(b"data") + 4
        data[at : at + 4] = struct.pack("<I", size)
        path.write_bytes(data)
        recording = open_recording(path)
        assert recording.frames == 16000
        assert recording.notices == ()
        assert "data (open)" in dict(recording.stream.facts)["chunks (bytes)"]

    def test_bytes_behind_the_last_chunk_are_no_damage(self, wav):
        path = wav(seconds=1)
        with path.open("ab") as file:
            file.write(b"LIST\x04\0\0\0INFO" + b"trailing bytes")
        recording = open_recording(path)
        assert recording.frames == 16000
        assert recording.notices == ()


class TestChanging:
    """Files that change while they are opened or afterwards."""

    @pytest.mark.parametrize("kind", ["wav", "ogg"])
    def test_grown_since_it_was_opened(self, tmp_path, speechlike, kind):
        path = tmp_path / f"a.{kind}"
        sf.write(path, speechlike(1.0), 16000)
        recording = open_recording(path)
        with path.open("ab") as file:
            file.write(b"more")
        with pytest.raises(AudioError) as caught:
            recording.read(0, 100)
        assert caught.value.code == "IN-007"
        assert "SHA-256" in caught.value.means

    def test_rewritten_at_the_same_size(self, wav):
        path = wav()
        recording = open_recording(path)
        state = path.stat()
        path.write_bytes(path.read_bytes())
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
        with pytest.raises(AudioError, match="IN-007"):
            recording.read()

    def test_replaced_by_another_file_of_the_same_size_and_time(self, tmp_path, wav):
        path = wav()
        recording = open_recording(path)
        shutil.copy2(path, tmp_path / "other.wav")
        (tmp_path / "other.wav").replace(path)
        with pytest.raises(AudioError, match="IN-007"):
            recording.read()

    def test_deleted(self, wav):
        path = wav()
        recording = open_recording(path)
        path.unlink()
        with pytest.raises(AudioError, match="IN-012"):
            recording.read()

    def test_while_it_is_opened(self, wav, monkeypatch):
        path = wav(seconds=3)
        real = sf.SoundFile.read

        def read_and_write(self, *args, **kwargs):
            with path.open("ab") as file:
                file.write(b"x")
            return real(self, *args, **kwargs)

        monkeypatch.setattr(sf.SoundFile, "read", read_and_write)
        assert code_of(path) == "IN-007"


class TestDisk:
    """Working files on a disk without space."""

    def test_too_little_space_is_found_before_decoding(self, tmp_path, speechlike, monkeypatch):
        sf.write(tmp_path / "a.ogg", speechlike(1.0), 16000)
        usage = namedtuple("usage", "total used free")
        monkeypatch.setattr("core.audio.workfile.shutil.disk_usage", lambda _: usage(10**9, 10**9, 1000))
        assert code_of(tmp_path / "a.ogg") == "DE-030"

    def test_a_full_disk_while_decoding(self, tmp_path, speechlike, monkeypatch):
        sf.write(tmp_path / "a.ogg", speechlike(1.0), 16000)

        class Full:
            closed = False

            def write(self, _):
                raise OSError(errno.ENOSPC, "No space left on device")

            def close(self):
                Full.closed = True

        monkeypatch.setattr("core.audio.workfile.tempfile.TemporaryFile", lambda **_: Full())
        assert code_of(tmp_path / "a.ogg") == "DE-030"
        assert Full.closed

    def test_a_folder_that_cannot_be_made(self, tmp_path, speechlike, monkeypatch):
        sf.write(tmp_path / "a.ogg", speechlike(1.0), 16000)
        (tmp_path / "home").touch()
        monkeypatch.setenv("AUDITRACE_HOME", str(tmp_path / "home"))
        assert code_of(tmp_path / "a.ogg") == "DE-030"

    def test_a_header_that_promises_ages_does_not_fill_the_disk(self, tmp_path, speechlike):
        sf.write(tmp_path / "a.ogg", speechlike(1.0), 16000)
        data = bytearray((tmp_path / "a.ogg").read_bytes())
        last = data.rindex(b"OggS")
        data[last + 6 : last + 14] = struct.pack("<q", 1 << 50)
        (tmp_path / "a.ogg").write_bytes(data)
        assert open_recording(tmp_path / "a.ogg").duration_s < 2
