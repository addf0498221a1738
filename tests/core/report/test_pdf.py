"""The PDF says what the document says, on numbered pages, in the same bytes each time."""

from __future__ import annotations

import errno
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from helpers.stopping import StopAfter
from pypdf import PdfReader

from core.audio import open_recording
from core.case import Case
from core.foundation.errors import ReportError
from core.foundation.progress import Cancelled
from core.report import build, build_from_runs, lint, pdf, write_report


def read(content: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(content))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def squeezed(text: str) -> str:
    """Without white space: hashes may be wrapped."""
    return re.sub(r"\s+", "", text)


def numbers_in(value: Any) -> set[float]:
    """All numbers anywhere in a JSON value."""
    if isinstance(value, bool) or value is None:
        return set()
    if isinstance(value, int | float):
        return {float(value)}
    if isinstance(value, str):
        return {float(found) for found in re.findall(r"\d+(?:\.\d+)?", value)}
    parts = value.values() if isinstance(value, dict) else value
    return set().union(*map(numbers_in, parts)) if parts else set()


@pytest.fixture(scope="module")
def report(case_in, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, PdfReader, str]:
    """A case of two exhibits with its report. Nothing changes it."""
    case = case_in(tmp_path_factory.mktemp("report"), exhibits=2)
    return case, *read(pdf.pdf_bytes(build(case)))


def test_all_hashes_are_printed_whole(report) -> None:
    case, _, text = report
    printed = squeezed(text)
    wanted = {exhibit.sha256 for exhibit in case.exhibits()} | {run.sha256 for run in case.runs()}
    for run in case.runs():
        record = case.load_run(run.id)
        wanted.add(record["analysis"]["recordings"][0]["pcm_sha256"])
        wanted.add(record["plan_sha256"])
        wanted |= {card["sha256"] for card in record["cards"]}
    wanted.add(build(case).manifest_sha256)
    wanted.add(case.log()[-1].hash)
    assert len(wanted) >= 10
    assert [sha for sha in wanted if sha not in printed] == []


def test_every_decimal_number_on_the_pages_is_in_the_runs(report) -> None:
    case, reader, _ = report
    records = [case.load_run(run.id) for run in case.runs()]
    known = numbers_in(records) | {card["window_frames"] / card["sample_rate"] for card in records[0]["cards"]}
    known |= {card["hop_frames"] / card["sample_rate"] for card in records[0]["cards"]}
    known |= {exhibit.size_bytes / 1000 for exhibit in case.exhibits()}
    pages = "\n".join(page.extract_text() for page in reader.pages[2:])
    others = (
        r"^(?:Spectrogram:|Wavelet packets:|\d\.\d+ [QK]\d|Program that|Auditrace|.*Auditrace 0).*$|\d\d:\d\d:\d\d\.\d+"
    )
    own = re.compile(others, re.MULTILINE)
    printed = set(re.findall(r"(?<![\d.\w…])\d+\.\d+(?![\d.\w…])", own.sub("", pages)))
    rounded = {f"{abs(value):.{places}f}" for value in known for places in range(1, 7)}
    assert len(printed) > 20
    assert printed - rounded == set()


def test_pages_are_numbered_to_the_last(report) -> None:
    _, reader, _ = report
    total = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        assert f"page {number} of {total}" in page.extract_text()


def test_each_page_carries_report_manifest_version_and_state(report) -> None:
    case, reader, _ = report
    document = build(case)
    for page in reader.pages:
        text = page.extract_text()
        assert document.report_id in text
        assert document.manifest_sha256 in text
        assert document.software in text
        assert "DRAFT" in text


def test_contents_and_outline_point_to_the_pages(report) -> None:
    _, reader, _ = report
    contents = reader.pages[1].extract_text()
    entries = [entry for entry in reader.outline if not isinstance(entry, list)]
    titles = {entry.title: reader.get_destination_page_number(entry) for entry in entries}
    assert "5 Results" in titles
    for title, page in titles.items():
        assert title in reader.pages[page].extract_text()
        if title[0].isdigit() or title.startswith("Annex"):
            assert re.search(rf"\. {page + 1}\n{re.escape(title)}\n", contents)


def test_the_file_is_dated_by_the_case(report) -> None:
    case, reader, _ = report
    info = reader.metadata
    assert info is not None
    assert info["/CreationDate"] == "D:20261121090600+00'00'"
    assert info.author == "Jörg Müßig"
    assert "2026-114" in (info.title or "")
    assert case.log()[-1].time.startswith("2026-11-21T09:06:00")


def test_the_fonts_are_embedded(report) -> None:
    _, reader, _ = report
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # pyright: ignore[reportIndexIssue]
            font = font.get_object()
            if font["/BaseFont"] != "/Helvetica":
                assert "/FontFile2" in font["/FontDescriptor"]


def test_the_same_case_gives_the_same_bytes(make_case) -> None:
    case = make_case()
    assert pdf.pdf_bytes(build(case)) == pdf.pdf_bytes(build(Case.open(case.folder)))


def test_umlauts_are_text(report) -> None:
    _, _, text = report
    assert "Jörg Müßig" in text
    assert "Ämilie" in text


def test_screening_of_three_exhibits_has_two_pages(make_case) -> None:
    reader, text = read(pdf.pdf_bytes(build(make_case(exhibits=3, seconds=2.0), "screening")))
    assert len(reader.pages) == 2
    assert "Forensic audio screening statement" in text


@pytest.mark.parametrize(
    "name", ["x" * 240 + ".wav", "録音 & <b>fett</b>.wav".replace("/", "-"), "a" + "\u0301" * 5 + ".wav"]
)
def test_odd_names_are_printed(make_run, wav, tmp_path: Path, name: str) -> None:
    path = wav("plain.wav", 1.0).rename(tmp_path / name)
    run = make_run(path)
    document = build_from_runs([run], [open_recording(path)], made_at=run["made_at"])
    _, text = read(pdf.pdf_bytes(document))
    if name.startswith("x"):
        assert name in squeezed(text)
    elif name.startswith("録"):
        assert "[U+9332][U+97F3]&<b>fett<-b>.wav" in squeezed(text)
    assert lint(document) == []


@pytest.mark.parametrize("tags", [[], [["comment", "word " * 3000]], [[f"tag {i}", "value"] for i in range(200)]])
def test_any_amount_of_tags_is_laid_out(make_run, wav, tags: list) -> None:
    path = wav("plain.wav", 1.0)
    run = make_run(path)
    run["analysis"]["recordings"][0]["container"]["tags"] = tags
    run["analysis"]["recordings"][0]["questions"]["synthetic"]["reasons"] = ["A reason of many words. " * 60]
    _, text = read(pdf.pdf_bytes(build_from_runs([run], [open_recording(path)], made_at=run["made_at"])))
    for name, _ in tags[-1:]:
        assert f"{name}:" in text


def test_a_tiny_recording_is_reported(make_run, tmp_path: Path) -> None:
    path = tmp_path / "tiny.wav"
    sf.write(path, np.array([0.5, -0.5], np.float32), 16000)
    run = make_run(path)
    reader, _ = read(pdf.pdf_bytes(build_from_runs([run], [open_recording(path)], made_at=run["made_at"])))
    assert len(reader.pages) > 5


def test_writing_replaces_only_by_a_whole_file(make_case, tmp_path: Path, monkeypatch) -> None:
    document = build(make_case(seconds=1.0))
    target = tmp_path / "out" / "report.pdf"
    target.parent.mkdir()
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(ReportError) as caught:
            pdf.write(document, target)
    assert caught.value.code == "RE-003"
    assert target.read_bytes() == b"old"
    pdf.write(document, target)
    assert target.read_bytes().startswith(b"%PDF")
    assert list(target.parent.iterdir()) == [target]


def test_a_file_that_is_open_elsewhere_is_a_message(tmp_path: Path, monkeypatch) -> None:
    target = tmp_path / "report.pdf"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ReportError) as caught:
        pdf.replace_file(target, b"new")
    assert caught.value.code == "RE-004"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize("target", ["missing/report.pdf", "."])
def test_a_place_that_cannot_be_written_is_a_message(tmp_path: Path, target: str) -> None:
    with pytest.raises(ReportError) as caught:
        pdf.replace_file(tmp_path / target, b"new")
    assert caught.value.code == "RE-002"


def test_cancelling_leaves_no_file(make_case, tmp_path: Path) -> None:
    document = build(make_case(seconds=1.0))
    with pytest.raises(Cancelled):
        pdf.write(document, tmp_path / "report.pdf", StopAfter(29))
    assert not list(tmp_path.glob("*.pdf"))


def test_a_written_report_is_kept_in_the_case(make_case, tmp_path: Path) -> None:
    case = make_case(seconds=1.0)
    kept = write_report(case, tmp_path / "report.pdf", "screening")
    assert kept is not None
    assert (case.folder / kept.file).read_bytes() == (tmp_path / "report.pdf").read_bytes()
    row = case.log()[-1]
    assert (row.action, row.data["lint"], row.data["template"]) == ("report written", [], "screening")
    assert row.data["stands_on_row"] == row.sequence - 1
    assert case.verify() == []
    assert build(case, "screening", as_of=row.data["stands_on_row"]).manifest_sha256 == row.data["manifest_sha256"]
    assert json.loads(row.payload)["sha256"] == kept.sha256
