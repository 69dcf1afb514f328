"""SIGKILL at random moments: what was acknowledged is there, and the result is the same."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from checker import valid_steps

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to be fast enough")
PROGRAM = Path(__file__).parent / "support" / "killing.py"
SHARING = PROGRAM.with_name("shared_saves.py")
ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
}


def test_a_hundred_kills(runs_in_memory):
    seed = random.SystemRandom().randrange(1 << 30)
    arguments = [sys.executable, PROGRAM, runs_in_memory, "100", str(seed)]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, check=True, env=ENVIRONMENT)
    report = json.loads(done.stdout)
    print(f"seed {seed}: {report}")
    assert report["lost"] == []
    assert report["different"] == []
    assert report["kills"] >= 100
    assert report["finished"] >= 1
    assert report["during_write"] >= 5, "the kills have to meet writes"


def test_kills_while_steps_share_files(tmp_path):
    """Also in the middle of making a second set of files: nothing acknowledged is lost."""
    chance = random.Random(17)
    acknowledged = 0
    for _ in range(12):
        child = subprocess.Popen(
            [sys.executable, SHARING, tmp_path],
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        word, step = child.stdout.readline().split()
        assert word == "loaded" and int(step) >= acknowledged
        acknowledged = int(step)
        threading.Timer(chance.uniform(0, 0.5), child.kill).start()
        for line in child.stdout:
            acknowledged = int(line.split()[1])
        assert child.wait() == -signal.SIGKILL
    assert acknowledged > 3
    assert valid_steps(tmp_path / "r")[-1] >= acknowledged
