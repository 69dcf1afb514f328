"""``shared_saves.py FOLDER``: saves a frozen backbone and a small adapter until it is killed.

Says ``loaded N`` after comparing what it resumed from with what step N had, and ``saved N`` after
each step that is durable. Without torch, so that it starts fast.
"""

import contextlib
import io
import sys
from pathlib import Path

import numpy as np

from runtime_kit import CheckpointManager

BACKBONE = {f"backbone.{i}": np.random.default_rng(i).standard_normal(20_000) for i in range(40)}


def state_at(step: int) -> dict[str, np.ndarray]:
    return {**BACKBONE, "adapter": np.random.default_rng(step).standard_normal(5_000)}


def main(folder: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        manager = CheckpointManager("r", folder)
        restored = manager.restore()
    step = 0
    if restored is not None:
        step = restored.checkpoint.step
        loaded = restored.state["model"]
        for name, array in state_at(step).items():
            assert np.array_equal(loaded[name], array), (step, name)
    print("loaded", step, flush=True)
    while True:
        step += 1
        manager.save(step, {"model": state_at(step)}, wait=True)
        print("saved", step, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
