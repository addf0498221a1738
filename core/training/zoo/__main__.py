"""python -m core.training.zoo MANIFEST OUT: small vocoders and codecs of drawn designs, and copies made by them."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import torch

from core.foundation.errors import CoreError
from core.training.datasets.manifest import read_manifest
from core.training.zoo.breed import Plan, breed


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when the zoo is complete, 1 after an error that was told."""
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m core.training.zoo", description=__doc__)
    parser.add_argument("manifest", type=Path, help="human speech, split train")
    parser.add_argument("out", type=Path, help="folder of copies and members; a second run goes on")
    parser.add_argument("--members", type=int, default=usual.members, help="designs tried")
    parser.add_argument("--seconds-each", type=float, default=usual.seconds_each, help="processor seconds of training")
    parser.add_argument("--clips", type=int, default=usual.clips, help="copies by each member")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--half", action="store_true", help="bfloat16 in training")
    parser.add_argument("--training-clips", type=int, default=usual.training_clips, help="clips each is trained on")
    parser.add_argument("--trunk", type=Path, metavar="FILE", help="HiFi-GAN V2 weights whose first stages are kept")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)  # several threads are slower than one on networks this small
    plan = Plan(
        members=options.members,
        seconds_each=options.seconds_each,
        clips=options.clips,
        seed=options.seed,
        half=options.half,
        training_clips=options.training_clips,
        trunk=options.trunk,
    )
    try:
        collection = breed(read_manifest(options.manifest).clips, options.out, plan)
    except CoreError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(collection.clips)} copies by {len({clip.generator for clip in collection.clips})} members")
    return 0


if __name__ == "__main__":
    sys.exit(main())
