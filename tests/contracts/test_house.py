"""Rules about the code base itself."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*ROOT.glob("core/**/*.py"), *ROOT.glob("app/**/*.py")]
REGISTER_OF_PREFIXES = ROOT / "core/foundation/errors.py"
SEAMS: dict[str, str | tuple[str, ...]] = {
    # training reads, degrades and re-codes thousands of clips in memory, of which none is evidence
    "soundfile": ("core/audio", "core/training", "core/evaluation"),
    "soxr": ("core/audio", "core/training"),
    "av": "core/audio",
    "ptwt": "core/features",
    "captum": "core/explain",
    "reportlab": "core/report",
    # weights of published vocoders are read to make training data
    "safetensors": ("core/detectors", "core/training/resynthesis", "core/training/zoo"),
    "matplotlib": "core/report",
    "jinja2": "core/report",
    "lir": ("core/calibration", "core/evaluation"),
    "pydantic": "core/calibration",
}


@cache
def imports(path: Path) -> frozenset[str]:
    """Top-level packages a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return frozenset(found)


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_data_folders_are_no_packages():
    for name in ("packaging", "resources", "models", "tests"):
        assert not (ROOT / name / "__init__.py").exists(), f"{name}/__init__.py would shadow an installed package"


def test_packaging_of_the_index_wins_over_our_folder():
    assert "site-packages" in run_python("import packaging.version as v; print(v.__file__)")


def test_importing_the_engine_loads_neither_qt_nor_torch():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in ROOT.glob("core/*/__init__.py")
        if path.parent.name not in {"training"}
    ]
    names = [m.removesuffix(".__init__") for m in modules]
    code = f"import sys, importlib\nfor n in {names!r}: importlib.import_module(n)\n"
    code += "print([m for m in ('torch', 'PySide6', 'pyqtgraph', 'librosa', 'matplotlib', 'av') if m in sys.modules])"
    assert run_python(code).strip() == "[]"


@pytest.mark.slow  # `make check` proves the same from the import statements, in a second
def test_importing_every_module_of_the_engine_loads_no_qt():
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in ROOT.glob("core/**/*.py")]
    names = [n.removesuffix(".__init__") for n in names if not n.endswith("__main__")]
    code = f"import sys, importlib\nfor n in {names!r}: importlib.import_module(n)\n"
    code += "print([m for m in ('PySide6', 'pyqtgraph') if m in sys.modules])"
    assert run_python(code).strip() == "[]"


@pytest.mark.parametrize("package", sorted(SEAMS))
def test_each_foreign_package_has_its_seam(package: str):
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if package in imports(path) and not path.relative_to(ROOT).as_posix().startswith(SEAMS[package])
    ]
    assert elsewhere == []


def test_only_one_file_may_unpickle():
    users = [path.relative_to(ROOT).as_posix() for path in SOURCES if "pickle" in imports(path)]
    assert len(users) <= 1, users


def test_no_network_client_anywhere():
    banned = {"requests", "urllib3", "httpx", "socket", "aiohttp", "huggingface_hub"}
    assert [(str(p), imports(p) & banned) for p in SOURCES if imports(p) & banned] == []


def codes_in(text: str) -> set[str]:
    return set(re.findall(r"\b(?:IN|DE|FE|AP|CL|EV|MO|EX|CA|RE|US|DA|TR|PE|MA|SY)-\d{3}\b", text))


def test_every_message_code_is_documented_and_the_other_way_round():
    used = set().union(
        *(codes_in(path.read_text(encoding="utf-8")) for path in SOURCES if path != REGISTER_OF_PREFIXES)
    )
    table = (ROOT / "resources/help/messages.md").read_text(encoding="utf-8")
    rows = [code for line in table.splitlines() if line.startswith("|") for code in codes_in(line.split("|")[1])]
    documented = set(rows)
    assert used == documented, {"undocumented": sorted(used - documented), "unused": sorted(documented - used)}
    assert len(rows) == len(documented), [code for code, times in Counter(rows).items() if times > 1]


def test_tests_hold_no_statement_that_checks_nothing():
    idle = []
    for path in ROOT.glob("tests/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Expr):
                continue
            value = node.value
            name = getattr(getattr(value, "func", None), "attr", getattr(getattr(value, "func", None), "id", ""))
            if isinstance(value, ast.Compare) or name in {"approx", "allclose", "array_equal", "isclose"}:
                idle.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert idle == []


def test_no_file_names_a_machine():
    pattern = re.compile(r"/(?:tmp|work|root|home)/[a-z]")
    texts = [
        *SOURCES,
        *ROOT.glob("packaging/*"),
        *ROOT.glob("resources/**/*.md"),
        *ROOT.glob("*.md"),
        ROOT / "Makefile",
    ]
    assert [str(p) for p in texts if p.is_file() and pattern.search(p.read_text(encoding="utf-8"))] == []


def test_torch_family_is_one_matching_set():
    versions = {name: importlib.metadata.version(name).split("+")[0] for name in ("torch", "torchaudio", "torchvision")}
    assert versions["torch"] == versions["torchaudio"]
    assert versions["torch"].startswith("2.11.")
    assert versions["torchvision"].startswith("0.26.")
