"""python -m core.evaluation.calibrate PACK... --data MANIFEST: calibrate a pack, or several as a suite."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.audio.perturb.standard import STANDARD
from core.calibration.curve import CALIBRATORS
from core.calibration.record import CalibrationRecord
from core.detectors import ModelStore
from core.detectors.pack import add_calibration, read_pack
from core.detectors.suite_file import write_suite
from core.evaluation.calibrating import Recipe, add_held_out, card_rows, lines, make_record, set_words
from core.evaluation.scanning import Scan, scan
from core.foundation.errors import CoreError
from core.foundation.rng import generator
from core.training.datasets.manifest import Clip, Manifest, read_manifest


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when the calibration was written, 1 after an error that was told."""
    options = _parser().parse_args(arguments)
    try:
        record = calibrate(options)
        write(record, options.pack, options.suite)
    except CoreError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines(record)))
    return 0


def calibrate(options: argparse.Namespace) -> CalibrationRecord:
    """The record that the options ask for.

    Raises:
        CoreError: a pack, the data or a perturbation cannot be used.
    """
    detectors = [ModelStore([folder.resolve().parent]).load(read_pack(folder).card.id) for folder in options.pack]
    manifest = read_manifest(*options.data)
    changes = [None, *(STANDARD[name] for name in options.through)]

    def scanned(clips: Sequence[Clip]) -> list[Scan]:
        return [each for change in changes for each in scan(detectors, clips, change)]

    recipe = Recipe(
        method=options.method,
        fusion=options.fusion,
        manifest_sha256="+".join(manifest.sha256),
        split=options.split,
        through=tuple(coding for change in changes if change is not None and (coding := change.coding()) is not None),
        seed=options.seed,
    )
    training = scan(detectors, _some(manifest, options.train_split, options.training, options.seed))
    record = make_record([d.card for d in detectors], scanned(manifest.split(options.split)), training, recipe)
    if options.held_out:
        words = set_words(options.held_out, (options.split, options.train_split))
        record = add_held_out(record, scanned(manifest.split(options.held_out)), words)
    return record


def write(record: CalibrationRecord, packs: Sequence[Path], suite: Path | None) -> None:
    """Write the record into the one pack, with its costs on the card, or as suite.json into the folder of the packs.

    Raises:
        ModelError: it cannot be written (MO-019).
    """
    if suite is None:
        add_calibration(packs[0], record.to_json(), card_rows(record))
        return
    found = [read_pack(folder) for folder in packs]
    write_suite(suite, replace(record, packs={pack.card.id: pack.sha256 for pack in found}).to_json())


def _some(manifest: Manifest, split: str, most: int, seed: int) -> list[Clip]:
    """At most so many clips of a split, drawn at random."""
    clips = manifest.split(split)
    chosen = generator(seed, "neighbourhood").permutation(len(clips))[:most]
    return [clips[i] for i in sorted(chosen)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.evaluation.calibrate", description=__doc__)
    parser.add_argument("pack", type=Path, nargs="+", help="folders of the packs; several need --suite")
    parser.add_argument(
        "--data", type=Path, action="append", required=True, help="manifest; may be given several times"
    )
    parser.add_argument("--suite", type=Path, help="write suite.json into this folder and leave the packs as they are")
    parser.add_argument("--split", default="dev", help="clips that are calibrated on; not those of the training")
    parser.add_argument("--held-out", default="", help="split that the calibration is measured on as well")
    parser.add_argument("--method", default="logistic", choices=CALIBRATORS.names())
    parser.add_argument("--fusion", default="logistic", choices=("logistic", "mean"))
    parser.add_argument(
        "--through", action="append", default=[], choices=sorted(STANDARD), metavar="NAME",
        help=f"add copies of the clips that went through this; of: {', '.join(sorted(STANDARD))}".replace("%", "%%"),
    )  # fmt: skip
    parser.add_argument("--train-split", default="train", help="clips that say what the training data are like")
    parser.add_argument("--training", type=int, default=600, help="how many of them; 0 looks at no distances")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
