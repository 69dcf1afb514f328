"""A real kernel: stop button, restart, shutdown in the middle of a cell, two kernels on one run."""

import contextlib
import os
import queue
import signal
import time

import pytest
from checker import valid_steps
from polling import eventually
from reference import assert_equal
from script import ROOT, SUPPORT
from tiny import train

jupyter_client = pytest.importorskip("jupyter_client", reason="jupyter_client is not installed")

SETUP = f"""
import sys, time
sys.path.insert(0, {str(SUPPORT)!r})
import torch
torch.set_num_threads(1)
from runtime_kit import Run
from tiny import Tiny
import os
def hold(path):
    while not os.path.exists(path): time.sleep(0.05)
"""
TRAINING = """
tiny = Tiny()
run = Run("tiny", {folder!r}, every=1000{options}).track(**tiny.objects())
print("resumed", run.resumed_from)
tiny.train(run, on_step=lambda step: (print("step", step, flush=True), {pause}))
run.finish()
print("FINISHED")
"""


class Kernel:
    """A kernel that runs one cell at a time; ``output`` is the text of the last one."""

    def __init__(self):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.manager, self.client = jupyter_client.manager.start_new_kernel(
            kernel_name="python3", env=environment
        )
        self.output = ""

    def begin(self, code):
        self.output = ""
        self.request = self.client.execute(code)

    def read_until(self, text):
        """Take output until ``text``, or the end of the cell for None; its reply then."""
        limit = time.monotonic() + 100
        while text is None or text not in self.output:
            assert time.monotonic() < limit, self.output
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != self.request:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                self.output += content["text"]
            if message["msg_type"] == "error":
                self.output += "\n".join([content["ename"], content["evalue"]])
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return

    def run(self, code):
        self.begin(code)
        self.read_until(None)
        return self.output


@pytest.fixture
def kernel():
    with contextlib.ExitStack() as stack:

        def start():
            made = Kernel()
            stack.callback(made.manager.shutdown_kernel, now=True)
            stack.callback(made.client.stop_channels)
            made.run(SETUP)
            return made

        yield start


def cell(folder, pause="time.sleep(0.2)", options=""):
    return TRAINING.format(folder=str(folder), pause=pause, options=options)


def test_stop_button_and_restart(runs, kernel):
    first = kernel()
    first.begin(cell(runs))
    first.read_until("step 3")
    first.manager.interrupt_kernel()
    first.read_until(None)
    assert "KeyboardInterrupt" in first.output
    stopped_at = valid_steps(runs / "tiny")[-1]
    assert stopped_at >= 4
    # The same cell again in the same kernel goes on there; a restart in the middle of it as well.
    first.begin(cell(runs))
    first.read_until(f"step {stopped_at + 2}")
    assert f"from step {stopped_at} " in first.output
    first.manager.restart_kernel(now=False)
    first.client.wait_for_ready(timeout=60)
    restarted_at = valid_steps(runs / "tiny")[-1]
    assert restarted_at >= stopped_at + 3
    first.run(SETUP)
    first.run(cell(runs, pause="None"))
    assert "FINISHED" in first.output and f"from step {restarted_at} " in first.output
    assert_equal(train(runs), {"workers": 0, "shuffle": True})


def test_shutdown_in_the_middle_of_a_cell(runs, kernel):
    first = kernel()
    first.begin(cell(runs, options=", takeover=False"))
    first.read_until("step 4")
    begin = time.monotonic()
    first.manager.shutdown_kernel(now=False)
    assert time.monotonic() - begin < 20
    assert valid_steps(runs / "tiny")[-1] >= 5
    assert_equal(train(runs), {"workers": 0, "shuffle": True})


def test_two_kernels_on_one_run(runs, kernel, tmp_path):
    first, second = kernel(), kernel()
    first.begin(cell(runs, pause=f"hold({str(tmp_path / 'go')!r}) if step == 2 else None"))
    first.read_until("step 2")
    refused = second.run(cell(runs, pause="None"))
    assert "RunLockedError" in refused
    pid = first.manager.provisioner.pid
    assert f"process {pid} on {os.uname().nodename} (since 2" in refused
    assert "takeover=True" in refused
    taken = second.run(cell(runs, pause="None", options=", takeover=True, keep=3"))
    assert "FINISHED" in taken
    (tmp_path / "go").touch()
    first.read_until(None)
    assert "RunTakenOverError" in first.output
    assert "FINISHED" not in first.output
    assert_equal(train(runs), {"workers": 0, "shuffle": True})
    # A killed kernel's run is free at once.
    second.begin(cell(tmp_path / "killed"))
    second.read_until("step 2")
    os.kill(second.manager.provisioner.pid, signal.SIGKILL)
    eventually(lambda: second.manager.provisioner.process.poll() is not None, "killed")
    assert len(train(tmp_path / "killed").samples) == 15
