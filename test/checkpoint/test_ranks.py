"""torchrun: saved by two processes, one killed in a save, resumed by two and by one."""

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

import pytest
from checker import valid_steps
from script import ROOT, SUPPORT, Script

dist = pytest.importorskip("torch.distributed", reason="torch has no distributed package")
pytestmark = pytest.mark.skipif(
    not (dist.is_available() and dist.is_gloo_available()), reason="torch is built without gloo"
)
PROGRAM = str(SUPPORT / "ranked.py")


def start(processes, *arguments):
    path = os.pathsep.join([str(ROOT), str(SUPPORT)])
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc-per-node={processes}", PROGRAM, *map(str, arguments)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    timer = threading.Timer(200, process.kill)
    timer.start()
    return process, timer


FORKED = """
import os, runpy
os.environ.update({environment!r})
runpy.run_path({program!r}, run_name="__main__")
"""


def run(processes, *arguments):
    """Results by rank of processes that are forked with torch imported, as torchrun starts them."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        scripts = []
        for rank in range(processes):
            environment = {
                "RANK": str(rank),
                "WORLD_SIZE": str(processes),
                "LOCAL_RANK": str(rank),
                "RANKED_INIT": f"file://{folder}/meeting",
            }
            code = FORKED.format(environment=environment if processes > 1 else {}, program=PROGRAM)
            scripts.append(stack.enter_context(Script(code, *arguments)))
        lines = [script.wait_for("RESULT {") for script in scripts]
        assert [script.end() for script in scripts] == [0] * processes
    return results_of("\n".join(lines), processes)


def torchrun(*arguments):
    """The same, by torchrun itself."""
    process, timer = start(2, *arguments)
    output = process.communicate()[0]
    timer.cancel()
    return results_of(output, 2)


def results_of(output, processes):
    lines = [line for line in output.splitlines() if "RESULT {" in line]
    assert len(lines) == processes, output
    results = [json.loads(line.partition("RESULT ")[2]) for line in lines]
    return sorted(results, key=lambda result: result["rank"])


def kill_one_in_a_save(folder, kind):
    process, timer = start(2, folder, kind, 5)
    for line in process.stdout:
        if line.startswith("SAVING 1"):
            os.kill(int(line.split()[2]), signal.SIGKILL)
            break
    process.communicate()
    timer.cancel()
    assert process.returncode != 0


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["ddp", "fsdp"])
def test_killed_in_a_save_and_resumed(runs, kind):
    whole = run(2, runs / "whole", kind)
    kill_one_in_a_save(runs / "killed", kind)
    steps = valid_steps(runs / "killed" / "ranked")
    assert steps and steps[-1] in (3, 4, 5)
    shutil.copytree(runs / "killed", runs / "alone")
    # What is saved is the same however the processes are started; torchrun takes its time.
    resumed = (torchrun if kind == "ddp" else functools.partial(run, 2))(runs / "killed", kind)
    for before, after in zip(whole, resumed, strict=True):
        assert after["from"] == steps[-1]
        assert after["samples"] == before["samples"][steps[-1] :]
        assert after["final"] == before["final"] and after["draw"] == before["draw"]
    assert not list((runs / "killed" / "ranked").glob(".step-*"))
    # One process has all of it, and goes on with twice the batches.
    (alone,) = run(1, runs / "alone", kind)
    assert alone["from"] == steps[-1]
    assert alone["resumed"] == resumed[0]["resumed"] == resumed[1]["resumed"]
    assert len(alone["samples"]) == 24 - 2 * steps[-1]


@pytest.mark.timeout(300)
def test_from_one_process_to_two(runs):
    (alone,) = run(1, runs, "ddp")
    for kind in ("ddp", "fsdp"):
        shutil.copytree(runs, runs.with_name(kind))
        for result in run(2, runs.with_name(kind), kind):
            assert result["from"] == alone["step"]
            assert result["resumed"] == alone["final"]
