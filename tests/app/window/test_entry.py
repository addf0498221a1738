"""The console command: who gets what, what is imported when, and what is said where no window can be shown."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app import headless, main
from app.context import build

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_window_imports_no_torch() -> None:
    heavy = "[m for m in ('torch', 'torchaudio', 'captum', 'librosa', 'matplotlib', 'reportlab') if m in sys.modules]"
    done = run("-c", f"import sys, app.main_window, app.headless; print({heavy})")
    assert done.stdout.strip() == "[]", done.stderr


def test_the_command_line_imports_no_qt() -> None:
    done = run("-c", "import sys, app.main; app.main.main(['models', 'list']); print('PySide6' in sys.modules)")
    assert done.stdout.strip().splitlines()[-1] == "False", done.stderr


def test_smoke_shows_the_window_and_ends() -> None:
    done = run("-m", "app.main", "gui", "--smoke", QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"shown \d+\.\d{3} s", done.stdout.strip())


def test_what_qt_complains_of_stays_out_of_the_terminal() -> None:
    program = (
        "from app.theme.application import log_qt_messages; from PySide6.QtCore import qWarning, qCritical;"
        "log_qt_messages(); qWarning('no sound server'); qCritical('cannot go on')"
    )
    assert run("-c", program).stderr.strip() == "cannot go on"


def test_everything_but_gui_goes_to_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr("core.cli.main.main", lambda arguments: seen.append(arguments) or 7)
    assert main.main(["analyze", "x.wav"]) == 7
    assert seen == [["analyze", "x.wav"]]


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


def test_without_a_display_it_goes_headless(no_display, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = []
    monkeypatch.setattr(headless, "run", lambda paths, out: seen.append((paths, out)) or 0)
    assert not main.has_display()
    assert main.main(["gui", "a.wav", "--out", str(tmp_path)]) == 0
    assert seen == [([Path("a.wav")], tmp_path)]


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_a_display_is_recognised(no_display, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, ":0")
    assert main.has_display()


def test_a_missing_library_is_named_with_its_packages(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    reason = "libEGL.so.1: cannot open shared object file: No such file or directory"
    monkeypatch.setattr(main, "missing_library", lambda: reason)
    assert main.main(["gui"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("SY-104")
    assert "libEGL.so.1" in said
    assert "apt-get install libegl1" in said
    assert "Traceback" not in said


def test_headless_without_qt_still_examines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wav) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr("core.cli.main.main", lambda arguments: seen.append(arguments) or 0)
    assert headless.run_without_qt([wav("a.wav").parent], tmp_path) == 3
    assert seen[0][0] == "analyze"
    assert seen[0][1].endswith("a.wav")
    assert str(tmp_path / "auditrace.pdf") in seen[0]


def test_headless_writes_pdf_json_and_pictures(
    qapp, engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wav, capsys
) -> None:
    monkeypatch.setattr("app.context.build", lambda: build(engine))
    assert headless.run([wav("a.wav")], tmp_path / "out") == 0
    said = capsys.readouterr().out
    for name in ("auditrace.json", "auditrace.pdf", "window-light.png", "window-dark.png"):
        assert (tmp_path / "out" / name).stat().st_size > 1000
        assert name in said
    assert len(json.loads((tmp_path / "out" / "auditrace.json").read_text())["recordings"]) == 1


def test_headless_names_bad_files_and_goes_on(
    qapp, engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wav, capsys
) -> None:
    monkeypatch.setattr("app.context.build", lambda: build(engine))
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"")
    assert headless.run([bad, wav("good.wav")], tmp_path / "out") == 3
    captured = capsys.readouterr()
    assert "bad.wav" in captured.err
    document = json.loads((tmp_path / "out" / "auditrace.json").read_text())
    assert [Path(entry["path"]).name for entry in document["recordings"]] == ["good.wav"]
    assert len(document["errors"]) == 1
