"""python -m core.evaluation.localise PACK... --fix FOLDER | --measure FOLDER: regions on spliced recordings.

`--fix` chooses threshold, penalty and shortest length on recordings that `auditrace dataset splice` made of
development clips, and stores them with the calibration; `--measure` gives the figures of others at what is stored.
Fix after calibrating: a new calibration comes without regions.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core.calibration.localisation import Localisation, Located
from core.calibration.record import CalibrationRecord, read_record
from core.detectors import ModelStore
from core.detectors.pack import PackInfo, add_calibration, read_pack
from core.detectors.suite_file import read_suite, write_suite
from core.evaluation.calibrating import set_words
from core.evaluation.localising import (
    HOP_S,
    MAX_FALSE_PER_MINUTE,
    WINDOW_S,
    draft,
    fixed_record,
    measured_record,
    scan_spliced,
)
from core.foundation.errors import CalibrationError, CoreError, UsageError
from core.foundation.files import save
from core.training.datasets.spliced import read_spliced


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when the figures were made, 1 after an error that was told."""
    options = _parser().parse_args(arguments)
    try:
        record = localise(options)
    except CoreError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(line for setting in record.localisation.values() for line in lines(setting)))
    return 0


def localise(options: argparse.Namespace) -> CalibrationRecord:
    """Fix or measure as the options say, and write what they ask for.

    Raises:
        CoreError: a pack, the suite or the recordings cannot be used, or a result cannot be written.
    """
    _check_windows(options.window, options.hop)
    packs = [read_pack(folder) for folder in options.pack]
    if len(packs) > 1 and options.suite is None:
        raise UsageError("US-001", "The command is not complete: several packs need --suite.", do="See --help.")
    record = _stored(packs, options.suite)
    detectors = [ModelStore([pack.folder.resolve().parent]).load(pack.card.id) for pack in packs]
    folder = options.fix or options.measure
    data = read_spliced(folder)
    if options.fix:
        settings = draft(detectors, record, options.window, options.hop)
        scanned = scan_spliced(detectors, record, settings, folder, data)
        record = fixed_record(record, settings, scanned, folder, data, options.max_false)
    else:
        record = _fixed(record)
        scanned = scan_spliced(detectors, record, record.localisation, folder, data)
        record = measured_record(record, scanned, folder, options.words or _words(record, data.split))
    if options.fix or options.keep:
        _write(record, packs, options.suite)
    if options.out:
        values = {question: asdict(setting) for question, setting in record.localisation.items()}
        save(options.out, (json.dumps(values, indent=1) + "\n").encode())
    return record


def lines(setting: Localisation) -> Iterator[str]:
    """The setting and its figures in words."""
    shortest = "none: nothing is stated" if setting.shortest_s is None else f"{setting.shortest_s} s"
    yield (
        f"{setting.question}: threshold {setting.threshold:.2f}{' above the median' if setting.relative else ''}, "
        f"penalty {setting.penalty:g}, "
        f"windows of {setting.window_s} s each {setting.hop_s} s, shortest length {shortest}"
    )
    for found in setting.measured:
        yield from _figures(found)


def _words(record: CalibrationRecord, split: str) -> str:
    """What these recordings are to the record: its calibrations name their split, its settings what fixed them."""
    fixed = {each.data.rpartition(": ")[2] for setting in record.localisation.values() for each in setting.measured[:1]}
    return set_words(split, {calibration.split for calibration in record.questions.values()} | fixed)


def _figures(found: Located) -> Iterator[str]:
    lengths = ", ".join(f"{each.length_s} s {each.found}/{each.inserts}" for each in found.by_length)
    yield (
        f"  {found.data}: {found.recordings} recordings ({found.controls} controls), {found.sources} sources; "
        f"found {lengths}; {_number(found.false_per_minute)} false regions a minute ({found.false_regions} in "
        f"{found.genuine_minutes:.1f} min)"
    )
    for cell in found.cells:
        yield (
            f"    cells of {cell.cell_s} s: precision {_number(cell.precision)}, recall {_number(cell.recall)}, "
            f"F1 {_number(cell.f1)}, EER {_number(cell.eer)}"
        )


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _check_windows(window_s: float, hop_s: float) -> None:
    if hop_s <= 0 or window_s < hop_s or abs(window_s / hop_s - round(window_s / hop_s)) > 1e-9:
        raise UsageError(
            "US-001", f"The command is not right: --hop {hop_s} does not divide --window {window_s}.", do="See --help."
        )


def _stored(packs: Sequence[PackInfo], suite: Path | None) -> CalibrationRecord | None:
    """The record that is there, for these very packs."""
    values: Mapping[str, Any] | None = packs[0].calibration if suite is None else read_suite(suite)
    if suite is not None and values is not None and values["packs"] != _hashes(packs):
        raise CalibrationError(
            "CL-008",
            f"The suite in {suite} is not made up of the packs that were given.",
            means="Nothing was written.",
            do="Give exactly the suite's packs, or calibrate them as a suite first.",
        )
    return read_record(values) if values is not None else None


def _fixed(record: CalibrationRecord | None) -> CalibrationRecord:
    if record is None or not record.localisation:
        raise CalibrationError(
            "CL-009",
            "No threshold for regions was fixed for these models.",
            means="There is nothing to measure.",
            do="Run it with --fix on recordings spliced from development clips first.",
        )
    return record


def _write(record: CalibrationRecord, packs: Sequence[PackInfo], suite: Path | None) -> None:
    if suite is None:
        add_calibration(packs[0].folder, record.to_json())
    else:
        write_suite(suite, replace(record, packs=_hashes(packs)).to_json())


def _hashes(packs: Sequence[PackInfo]) -> dict[str, str]:
    return {pack.card.id: pack.sha256 for pack in packs}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.evaluation.localise", description=__doc__)
    parser.add_argument("pack", type=Path, nargs="+", help="folders of the packs; several need --suite")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--fix", type=Path, metavar="FOLDER", help="choose on these recordings, and store")
    what.add_argument("--measure", type=Path, metavar="FOLDER", help="figures of these at what is stored")
    parser.add_argument("--suite", type=Path, metavar="FOLDER", help="folder of suite.json, which is used and written")
    parser.add_argument("--window", type=float, default=WINDOW_S, metavar="S", help="with --fix (default 1)")
    parser.add_argument("--hop", type=float, default=HOP_S, metavar="S", help="with --fix (default 0.25)")
    parser.add_argument(
        "--max-false", type=float, default=MAX_FALSE_PER_MINUTE, metavar="N", help="regions a minute of controls"
    )
    parser.add_argument("--words", default="", help="what the measured recordings are, e.g. `held out: test`")
    parser.add_argument("--keep", action="store_true", help="store the figures of --measure too")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write settings and figures here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
