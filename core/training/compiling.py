"""Seam to torch.compile: a network compiled where this machine can, and as it is where it cannot."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor, nn

from core.foundation.errors import TrainingError

_COMPILERS = {"win32": "cl", "darwin": "clang++"}
"""What torch calls to compile for CPUs, where the environment's CXX does not say otherwise; g++ elsewhere."""


class Compiled:
    """Calls a network through torch.compile, one program for each shape of its input; or the network itself."""

    def __init__(self, network: nn.Module, device: torch.device, tell: Callable[[TrainingError], None]):
        """Look for a compiler; nothing is compiled before the first call.

        Args:
            network: In training.
            device: Where it lies.
            tell: Hears why the network is not compiled.
        """
        from torch._dynamo.exc import TorchDynamoException  # a second of imports that only compiling needs

        self._network, self._tell, self._failure = network, tell, TorchDynamoException
        self._call: Callable[[Any], Tensor] = network
        if lack := lacks(device):
            tell(lack)
        else:
            self._call = torch.compile(network, dynamic=False)

    def __call__(self, inputs: Any) -> Tensor:
        """The network's output; a compiler that fails is told of once and not tried again."""
        chance = torch.get_rng_state()
        try:
            return self._call(inputs)
        except self._failure as error:
            self._tell(_not_compiled(f"the compiler failed ({' '.join(str(error).split())[:200]})"))
            self._call = self._network
            torch.set_rng_state(chance)
            return self._network(inputs)


def lacks(device: torch.device) -> TrainingError | None:
    """Why networks cannot be compiled for a device here (TR-013); None where they can."""
    if device.type == "cuda":
        return None if find_spec("triton") else _not_compiled("the package triton is not installed")
    compiler = os.environ.get("CXX") or _COMPILERS.get(sys.platform, "g++")
    return None if shutil.which(compiler) else _not_compiled(f"there is no C++ compiler ({compiler})")


def _not_compiled(why: str) -> TrainingError:
    return TrainingError(
        "TR-013",
        f"The network is not compiled: {why}.",
        means="Training goes on with the network as it is: slower, and with other rounding.",
        do="Install a C++ compiler, or leave `compiled` out of the plan.",
    )
