"""python -m core.training PLAN PACK --data MANIFEST --data MANIFEST --cache FOLDER: make a detector."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import torch

from core.foundation.errors import CoreError
from core.training.datasets.manifest import read_manifest
from core.training.make import make_pack, open_data
from core.training.plan import read_plan


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when the pack was written, 1 after an error that was told."""
    parser = argparse.ArgumentParser(prog="python -m core.training", description="Train a detector and write its pack.")
    parser.add_argument("plan", type=Path, help="training plan, TOML")
    parser.add_argument("pack", type=Path, help="folder of the pack that is written")
    parser.add_argument(
        "--data", type=Path, action="append", required=True, help="manifest; may be given several times"
    )
    parser.add_argument("--cache", type=Path, required=True, help="folder for decoded clips and checkpoints")
    parser.add_argument("--threads", type=int, default=0, help="threads; 0 for all cores")
    parser.add_argument("--half", action="store_true", help="bfloat16 in the network")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        plan = read_plan(options.plan)
        data = open_data(read_manifest(*options.data), plan, options.cache)
        pack = make_pack(plan, data, options.pack, options.cache, half=options.half)
    except CoreError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{pack.card.id} {pack.sha256}")
    print(pack.card.summary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
