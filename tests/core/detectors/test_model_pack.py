"""Packs come back as they were written, and nothing damaged or foreign is used."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load

from core.detectors import read_card, read_pack, write_pack
from core.detectors.pack_files import LIMITS, read_archive, read_folder, sums_of, write_archive
from core.foundation.errors import ModelError

FILES = ("model.safetensors", "card.toml", "calibration.json", "SHA256SUMS")


def code_of(call, *arguments) -> str:
    with pytest.raises(ModelError) as caught:
        call(*arguments)
    return caught.value.code


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_round_trip(pack, card, weights):
    assert read_card(pack.folder) == card
    assert read_pack(pack.folder) == pack
    assert pack.calibration == {"method": "none"}
    stored = load((pack.folder / "model.safetensors").read_bytes())
    assert stored.keys() == weights.keys()
    assert all(torch.equal(stored[name], weights[name]) for name in weights)


def test_name_of_a_pack_is_the_hash_of_its_sums(pack):
    sums = (pack.folder / "SHA256SUMS").read_bytes()
    assert pack.sha256 == hashlib.sha256(sums).hexdigest()
    named = {line.split("  ")[1]: line.split("  ")[0] for line in sums.decode().splitlines()}
    assert named == {name: hashlib.sha256((pack.folder / name).read_bytes()).hexdigest() for name in FILES[:3]}


def test_same_values_same_bytes(pack, card, weights, tmp_path):
    again = write_pack(tmp_path / "again", card, weights, {"method": "none"})
    assert again.sha256 == pack.sha256


def test_rewriting_without_calibration_leaves_none_behind(pack, card, weights):
    assert write_pack(pack.folder, card, weights).calibration is None


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_one_changed_byte_is_noticed(pack, name, place):
    path = pack.folder / name
    data = bytearray(path.read_bytes())
    data[round(place * (len(data) - 1))] ^= 1
    path.write_bytes(data)
    assert code_of(read_pack, pack.folder) in ("MO-003", "MO-005")
    assert code_of(read_folder, pack.folder) in ("MO-003", "MO-005")


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_noticed(pack, name):
    (pack.folder / name).unlink()
    assert code_of(read_pack, pack.folder) == "MO-003"


@pytest.mark.parametrize("name", ["model.pt", "card.toml.bak", "sub"])
def test_extra_file_is_refused(pack, name):
    (pack.folder / name).mkdir() if name == "sub" else (pack.folder / name).write_bytes(b"x")
    assert code_of(read_pack, pack.folder) == "MO-004"


def test_link_is_refused(pack, tmp_path):
    outside = tmp_path / "outside.toml"
    shutil.move(pack.folder / "card.toml", outside)
    (pack.folder / "card.toml").symlink_to(outside)
    assert code_of(read_pack, pack.folder) == "MO-004"


def test_what_file_managers_leave_is_overlooked(pack):
    (pack.folder / ".DS_Store").write_bytes(b"x")
    assert read_pack(pack.folder).sha256 == pack.sha256


def test_too_large_file_is_not_read(pack, monkeypatch):
    monkeypatch.setitem(LIMITS, "card.toml", 10)
    assert code_of(read_pack, pack.folder) == "MO-010"


@pytest.mark.parametrize("lines", [b"", b"zz  card.toml\n", b"0" * 64 + b"  card.toml\n"])
def test_sums_must_name_each_file_once(pack, lines):
    sums = pack.folder / "SHA256SUMS"
    sums.write_bytes(lines + (sums.read_bytes() if lines else b""))
    assert code_of(read_pack, pack.folder) == "MO-003"


def test_calibration_that_is_no_table_is_refused(pack):
    contents, _ = read_folder(pack.folder)
    del contents["SHA256SUMS"]
    for broken in (b"[1]", b"{", b"[" * 100_000):
        contents["calibration.json"] = broken
        (pack.folder / "calibration.json").write_bytes(broken)
        (pack.folder / "SHA256SUMS").write_bytes(sums_of(contents))
        assert code_of(read_pack, pack.folder) == "MO-007"


def test_folder_that_is_not_there():
    assert code_of(read_pack, Path("nowhere")) == "MO-003"


def test_folder_that_cannot_be_written(card, weights, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert code_of(write_pack, tmp_path / "file" / "pack", card, weights) == "MO-019"


def test_archive_comes_back(pack, tmp_path):
    contents, _ = read_folder(pack.folder)
    write_archive(contents, tmp_path / "a.atmodel")
    write_archive(contents, tmp_path / "b.atmodel")
    assert read_archive(tmp_path / "a.atmodel") == contents
    assert (tmp_path / "a.atmodel").read_bytes() == (tmp_path / "b.atmodel").read_bytes()


@pytest.mark.parametrize("name", ["../card.toml", "/etc/passwd", "pack/card.toml", "C:\\card.toml", "evil.py", "sub/"])
def test_archive_with_a_foreign_name_is_refused(pack, tmp_path, name):
    contents, _ = read_folder(pack.folder)
    path = zipped(tmp_path / "slip.atmodel", {**contents, name: b""})
    assert code_of(read_archive, path) == "MO-004"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["packs", "slip.atmodel"]


def test_archive_with_a_link_gives_the_links_text_not_its_target(pack, tmp_path):
    contents, _ = read_folder(pack.folder)
    link = zipfile.ZipInfo("card.toml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.atmodel", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        for name in ("model.safetensors", "calibration.json", "SHA256SUMS"):
            archive.writestr(name, contents[name])
    assert code_of(read_archive, tmp_path / "link.atmodel") == "MO-005"


def test_archive_with_a_name_twice_is_refused(pack, tmp_path):
    contents, _ = read_folder(pack.folder)
    path = zipped(tmp_path / "x.atmodel", contents)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("card.toml", b"")
    assert code_of(read_archive, path) == "MO-004"


def test_archive_that_unpacks_to_a_flood_is_refused(pack, tmp_path):
    contents, _ = read_folder(pack.folder)
    path = zipped(tmp_path / "flood.atmodel", {**contents, "model.safetensors": bytes(150 << 20)})
    assert path.stat().st_size < 1 << 20
    assert code_of(read_archive, path) == "MO-010"


def test_archive_cut_off_is_refused(pack, tmp_path):
    contents, _ = read_folder(pack.folder)
    write_archive(contents, tmp_path / "whole.atmodel")
    data = (tmp_path / "whole.atmodel").read_bytes()
    (tmp_path / "cut.atmodel").write_bytes(data[: len(data) // 2])
    assert code_of(read_archive, tmp_path / "cut.atmodel") == "MO-011"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1), value=st.integers(0, 255))
def test_archive_with_any_byte_changed_is_the_same_or_refused(tmp_path, at, value):
    contents = {"model.safetensors": b"weights", "card.toml": b"card"}
    contents["SHA256SUMS"] = sums_of(contents)
    path = tmp_path / "changed.atmodel"
    data = bytearray(zipped(path, contents).read_bytes())
    data[int(at * (len(data) - 1))] = value
    path.write_bytes(data)
    try:
        found = read_archive(path)
    except ModelError:
        return
    assert found == contents


@given(st.binary(max_size=400))
def test_any_bytes_as_archive_give_our_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "any.atmodel"
    path.write_bytes(data)
    assert code_of(read_archive, path).startswith("MO-")


def test_disk_full_leaves_the_old_archive(pack, tmp_path, monkeypatch):
    contents, _ = read_folder(pack.folder)
    target = tmp_path / "old.atmodel"
    target.write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    assert code_of(write_archive, contents, target) == "MO-019"
    assert target.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old.atmodel", "packs"]
