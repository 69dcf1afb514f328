"""A thousand SIGKILLs at random moments of a training."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

Row = tuple[str, str, str, str]
ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "test" / "checkpoint" / "support" / "killing.py"


def kills(folder: Path, count: int) -> list[Row]:
    """See test/checkpoint/test_kill.py, which does a hundred."""
    seed = random.SystemRandom().randrange(1 << 30)
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, PROGRAM, folder, str(count), str(seed)],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    report = json.loads(done.stdout)
    bad = len(report["lost"]) + len(report["different"])
    for line in report["lost"] + report["different"]:
        print(line)
    return [
        (
            f"{report['kills']} SIGKILLs: lost or different",
            str(bad),
            "0",
            f"{report['during_write']} in a write, {report['finished']} trainings finished, "
            f"{(time.monotonic() - begin) / 60:.0f} min, seed {seed}",
        )
    ]
