"""SIGKILL at random moments: what was acknowledged is there, and the result is the same."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to be fast enough")
PROGRAM = Path(__file__).parent / "support" / "killing.py"


def test_a_hundred_kills(runs_in_memory):
    seed = random.SystemRandom().randrange(1 << 30)
    arguments = [sys.executable, PROGRAM, runs_in_memory, "100", str(seed)]
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        arguments, stdout=subprocess.PIPE, check=True, env={**os.environ, "PYTHONPATH": path}
    )
    report = json.loads(done.stdout)
    print(f"seed {seed}: {report}")
    assert report["lost"] == []
    assert report["different"] == []
    assert report["kills"] >= 100
    assert report["finished"] >= 1
    assert report["during_write"] >= 5, "the kills have to meet writes"
