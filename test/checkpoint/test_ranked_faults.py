"""Several processes, of which one fails: none hangs, all are told, and training goes on."""

import contextlib
import json
import tempfile

import pytest
from checker import valid_steps
from damaging import DAMAGE, damage
from script import SUPPORT, Script

from runtime_kit import CheckpointManager

dist = pytest.importorskip("torch.distributed", reason="torch has no distributed package")
pytestmark = pytest.mark.skipif(
    not (dist.is_available() and dist.is_gloo_available()), reason="torch is built without gloo"
)
CODE = """
import os, runpy
os.environ.update({environment!r})
runpy.run_path({program!r}, run_name="__main__")
"""


class Job:
    """Two processes that are forked with torch imported, as torchrun starts them."""

    def __init__(self, stack, *arguments):
        meeting = stack.enter_context(tempfile.TemporaryDirectory())
        self.scripts = []
        for rank in range(2):
            environment = {
                "RANK": str(rank),
                "WORLD_SIZE": "2",
                "RANKED_INIT": f"file://{meeting}/meeting",
            }
            code = CODE.format(environment=environment, program=str(SUPPORT / "ranked_faults.py"))
            self.scripts.append(stack.enter_context(Script(code, *arguments)))

    def wait_for(self, text):
        return [script.wait_for(text) for script in self.scripts]

    def results(self):
        return [json.loads(line.partition("RESULT ")[2]) for line in self.wait_for("RESULT {")]


@pytest.mark.timeout(300)
def test_a_save_that_fails_in_one_process(runs):
    """Too little memory for the copy, in process 0 alone or in process 1, or a check that fails."""
    with contextlib.ExitStack() as stack:
        first, second = Job(stack, runs, "faults").results()
    assert first["step"] == second["step"] == 9, "the training went on in both"
    for fault in ("copy 1", "small 0", "check 0"):
        assert any(fault in text and "Training continues" in text for text in first["told"]), fault
    assert second["told"] == [] or all("Not saved" in text for text in second["told"])
    for result in (first, second):  # that one was called for
        assert result["error"].startswith("CheckpointError") and "copy 1" in result["error"]
    assert valid_steps(runs / "r")[-1] == 9
    assert not list((runs / "r").glob(".step-*")), "what failed is removed"
    each_file_is_checked(runs)


def each_file_is_checked(runs):
    """As in test_damage.py, for a step of several processes."""
    manager = CheckpointManager("r", runs)
    *_, before, newest = valid_steps(runs / "r")
    step = manager.store.path(newest)
    files = [path for path in step.rglob("*") if path.is_file()]
    assert {"COMMIT.json", "dcp"} <= {path.relative_to(step).parts[0] for path in files}
    for path in files:
        data = path.read_bytes()
        for how in DAMAGE:
            damage(path, how)
            restored = manager.restore()
            assert restored.checkpoint.step == before, (path, how)
            assert [skipped.step for skipped in restored.skipped] == [newest]
            path.write_bytes(data)
    assert manager.restore().checkpoint.step == newest
    manager.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("every", ["1", "1h"], ids=["seen at a save", "seen at a sign of life"])
def test_taken_over(runs, every):
    """All processes of the first job end with the same error, at once; the second one trains on."""
    with contextlib.ExitStack() as stack:
        first = Job(stack, runs, "hold", every)
        first.wait_for("HOLDS")
        refused = Job(stack, runs, "refused")
        for line in refused.wait_for("RunLockedError"):
            assert "takeover=True" in line
        second = Job(stack, runs, "takeover").results()
        steps = valid_steps(runs / "r")
        (runs / "go").touch()
        for result in first.results():
            assert result["error"].startswith("RunTakenOverError"), result
            assert "taken over by process" in result["error"] and result["error"].endswith("twice")
            assert result["step"] == 4
    assert [result["error"] for result in second] == ["", ""]
    assert [result["from"] for result in second] == [3 if every == "1" else None] * 2
    assert steps[-1] == 9 and valid_steps(runs / "r") == steps
