"""Proofs of attacks use the kernels of `test/kernel` and the loops of `test/checkpoint`."""

import sys
from pathlib import Path

for room in ("security", "kernel", "checkpoint/support"):
    sys.path.append(str(Path(__file__).parents[1] / room))
