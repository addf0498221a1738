"""An evaluation as one HTML page that needs nothing else: no network, figures inside, readable in print."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from core.evaluation.result import Evaluation, Row
from core.foundation.paths import resources_dir
from core.foundation.version import NAME, version
from core.report.evaluation import cells, figures, tables
from core.report.numbers import moment
from core.report.wording import text

_TEMPLATE = "page.html"
_BARS = 40
_MIN_CLIPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A figure with what it shows."""

    name: str
    """File name without its ending."""
    title: str
    caption: str
    svg: bytes
    wide: bool = False

    @property
    def source(self) -> str:
        """As the address of an image."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg).decode()


def pictures(found: Evaluation) -> list[Picture]:
    """All figures: by question and data set, then by model."""
    return [*_separations(found), *_wide(found)]


def page(found: Evaluation, shown: list[Picture]) -> bytes:
    """The page, UTF-8."""
    loader = jinja2.FileSystemLoader(resources_dir() / "evaluation")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(_TEMPLATE).render(**_context(found, shown)).encode()


def files(found: Evaluation) -> Mapping[Path, bytes]:
    """The page and its figures by their place in the folder of results."""
    shown = pictures(found)
    return {Path("index.html"): page(found, shown)} | {
        Path("figures") / f"{picture.name}.svg": picture.svg for picture in shown
    }


def _context(found: Evaluation, shown: list[Picture]) -> dict[str, object]:
    first = [tables.data_table(found), tables.model_table(found)]
    main = [tables.separation_table(found), tables.decision_table(found)]
    optional = [tables.lr_table(found), tables.probe_table(found), tables.unusable_table(found)]
    return {
        "title": ", ".join(model.name for model in found.models),
        "data": ", ".join(f"{one.name} ({one.split})" for one in found.data),
        "made": moment(found.made_at),
        "program": f"{NAME} {version()}",
        "seed": found.plan.seed,
        "trim": cells.percent(found.plan.trim, 0),
        "first": first,
        "main": [*main, *(one for one in optional if one)],
        "small": [picture for picture in shown if not picture.wide],
        "wide": [picture for picture in shown if picture.wide],
        "cross": list(tables.cross_tables(found)),
        "robustness": list(tables.robustness_tables(found)),
        "groups": list(tables.group_tables(found)),
    }


def _separations(found: Evaluation) -> Iterator[Picture]:
    for first in {(one.data, one.question): one for one in found.curves}.values():
        data, asked = first.data, first.question
        same = [one for one in found.curves if (one.data, one.question) == (data, asked)]
        where = f"{cells.question(asked)}, {data}"
        name = _name(data, asked)
        yield Picture(
            name=f"det {name}",
            title=f"{where}: error trade-off",
            caption=text("evaluation.det_caption"),
            svg=figures.det(same),
        )
        for one in same:
            full = f"{_name(one.model)} {name}"
            of = f"{where}, {one.model}"
            raw = "" if one.calibrated else " " + text("evaluation.raw_caption")
            yield Picture(
                name=f"scores {full}",
                title=f"{of}: scores",
                caption=text("evaluation.histogram_caption"),
                svg=figures.histogram(one),
            )
            yield Picture(
                name=f"tippett {full}",
                title=f"{of}: Tippett plot",
                caption=text("evaluation.tippett_caption") + raw,
                svg=figures.tippett(one),
            )
            yield Picture(
                name=f"ece {full}",
                title=f"{of}: empirical cross-entropy",
                caption=text("evaluation.ece_caption") + raw,
                svg=figures.cross_entropy(one),
            )


def _wide(found: Evaluation) -> Iterator[Picture]:
    for clean in found.select():
        where = f"{cells.question(clean.question)}, {clean.data}, {clean.model}"
        name = f"{_name(clean.model)} {_name(clean.data, clean.question)}"
        changed = [
            clean,
            *(r for r in _same(found, clean) if not r.dimension and r is not clean and r.measures.separation),
        ]
        if len(changed) > 1 and clean.measures.separation:
            yield Picture(
                name=f"robustness {name}",
                title=f"{where}: robustness",
                caption=text("evaluation.robustness_caption"),
                svg=figures.robustness(changed),
                wide=True,
            )
        made = [r for r in _same(found, clean) if r.dimension == "generator"]
        made = [r for r in made if r.measures.n_for + r.measures.n_against >= _MIN_CLIPS][:_BARS]
        if made:
            yield Picture(
                name=f"generators {name}",
                title=f"{where}: generators",
                caption=text("evaluation.generators_caption", least=_MIN_CLIPS, most=_BARS),
                svg=figures.groups(made),
                wide=True,
            )


def _same(found: Evaluation, clean: Row) -> list[Row]:
    key = (clean.model, clean.data, clean.question)
    return [row for row in found.rows if (row.model, row.data, row.question) == key]


def _name(*parts: str) -> str:
    """Words that can stand in a file's name."""
    return " ".join("".join(c if c.isalnum() or c in "-_." else "-" for c in part) for part in parts)
