"""``python -m runtime_kit runs`` and ``verify``, run as commands on runs of both forms."""

import json
import os
import signal
import time

import pytest
from command import command, json_of, library_run, refusal, standalone_run
from script import Script

HELD = """
run = Run("held", sys.argv[1], every=1)
tiny = Tiny()
run.track(**tiny.objects())
for epoch in run.epochs(10 ** 6):
    for x, y in run.batches(tiny.loader):
        tiny.step(run.step, x, y)
        if run.step == 2:
            run.save(wait=True)
            print("saved", flush=True)
            time.sleep(10 ** 6)
"""


def contents(folder):
    return {
        path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes())
        for path in sorted(folder.rglob("*"))
    }


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_runs_of_both_forms_in_a_table(runs):
    library_run(runs)
    standalone_run(runs)
    (runs / "notes").mkdir()
    (runs / ".hidden").mkdir()
    (runs / "readme.txt").write_text("no run")
    result = command("runs", runs, torch=False)
    assert result.returncode == 0
    head, digits, run = result.stdout.splitlines()
    assert head.split() == ["RUN", "STEP", "EPOCH", "SAVED", "SIZE", "WRITTEN", "BY"]
    assert digits.split()[:2] == ["digits", "3"]
    assert run.split()[:3] == ["run", "2", "2"]
    assert digits.endswith("-") and run.endswith("-"), "nobody writes them any more"


def test_runs_as_json(runs):
    library_run(runs, losses=(3.0, 1.0, 2.0))
    code, found = json_of("runs", runs)
    (run,) = found["runs"]
    assert code == 0
    assert (run["name"], run["steps"], run["damaged"]) == ("digits", [1, 2, 3], [])
    assert run["owner"] is None
    newest = run["newest"]
    assert newest["step"] == 3
    assert newest["metrics"] == {"val_loss": 2.0, "accuracy": 0.2}
    commit = json.loads((runs / "digits" / "step-000000000003" / "COMMIT.json").read_text())
    assert newest["size"] == sum(record["size"] for record in commit["files"].values())
    assert abs(newest["time"] - time.time()) < 3600
    assert json_of("runs", runs / "digits")[1]["runs"][0]["steps"] == [1, 2, 3], "one run alone"


def test_runs_names_what_is_damaged(runs):
    library_run(runs, steps=2)
    (runs / "digits" / "step-000000000002" / "model.safetensors").unlink()
    result = command("runs", runs)
    assert result.stdout.splitlines()[1].split()[:2] == ["digits", "1"]
    assert "digits: step 2 can't be used: model.safetensors is missing" in result.stdout
    for path in (runs / "digits").glob("step-*/COMMIT.json"):
        path.write_text("{")
    result = command("runs", runs)
    assert "none good" in result.stdout
    assert result.returncode == 0
    assert json_of("runs", runs)[1]["runs"][0]["newest"] is None


def test_runs_names_the_live_owner(runs):
    with Script(HELD, runs) as script:
        script.wait_for("saved")
        (run,) = json_of("runs", runs)[1]["runs"]
        assert run["owner"]["pid"] == script.pid
        assert run["newest"]["step"] == 3
        assert f"process {script.pid} on {os.uname().nodename}" in command("runs", runs).stdout
        before = contents(runs / "held")
        assert command("verify", runs / "held").returncode == 0
        same = {k: v for k, v in contents(runs / "held").items() if k.name != ".lock"}
        assert same == {k: v for k, v in before.items() if k.name != ".lock"}, "only read"
        script.send(signal.SIGKILL)
        script.end()
    (run,) = json_of("runs", runs)[1]["runs"]
    assert run["owner"] is None, "a killed one writes no more"


def test_an_owner_elsewhere_is_alive_while_it_gives_signs(runs):
    library_run(runs)
    lock = runs / "digits" / ".lock"
    owner = {"host": "lost-vm", "pid": 7, "machine": "elsewhere", "time": time.time()}
    lock.write_text(json.dumps(owner))
    assert "process 7 on lost-vm" in command("runs", runs).stdout
    os.utime(lock, (time.time() - 600,) * 2)
    assert "lost-vm" not in command("runs", runs).stdout


def test_looking_changes_nothing(runs):
    library_run(runs)
    leftover = runs / "digits" / ".step-9.tmp-abcd"
    leftover.mkdir()
    flip(runs / "digits" / "step-000000000003" / "model.safetensors")
    before = contents(runs)
    command("runs", runs)
    command("verify", runs / "digits")
    assert contents(runs) == before


def test_verify_both_forms(runs):
    library_run(runs)
    standalone_run(runs)
    result = command("verify", runs / "digits", torch=False)
    assert result.returncode == 0
    assert [line.split(" (")[0] for line in result.stdout.splitlines()] == [
        "step 1: good",
        "step 2: good",
        "step 3: good",
    ]
    code, found = json_of("verify", runs / "run")
    assert (code, found["good"]) == (0, True)
    assert [(step["step"], step["files"]) for step in found["steps"]] == [(1, 2), (2, 2)]


def test_verify_names_every_damaged_file(runs):
    library_run(runs)
    step = runs / "digits" / "step-000000000003"
    flip(step / "model.safetensors")
    (step / "optimizer.safetensors").write_bytes(b"")
    result = command("verify", runs / "digits")
    assert result.returncode == 1
    assert "step 3: can't be used" in result.stdout
    assert "model.safetensors is damaged" in result.stdout
    assert "optimizer.safetensors has 0 bytes" in result.stdout
    assert "step 1: good" in result.stdout
    code, found = json_of("verify", runs / "digits", "--step", 3)
    assert code == 1 and not found["good"]
    (checked,) = found["steps"]
    names = [problem["file"] for problem in checked["problems"]]
    assert sorted(names) == ["model.safetensors", "optimizer.safetensors"]
    assert command("verify", runs / "digits", "--step", 1).returncode == 0


PRUNING = """
model = torch.nn.Linear(100, 100)
run = Run("live", sys.argv[1], every=10 ** 9, keep=1).track(model=model)
for step in run.steps(10 ** 9):
    run.save(wait=True)
    if step == 1:
        print("saved", flush=True)
"""


def test_steps_that_go_meanwhile_are_no_damage(runs, tmp_path):
    """With keep=1 each step is deleted as soon as there is another one."""
    with Script(PRUNING, runs) as script:
        script.wait_for("saved")
        for attempt in range(4):
            result = command("verify", runs / "live")
            assert result.returncode == 0, result.stdout + result.stderr
            out = tmp_path / f"{attempt}.safetensors"
            result = command("export", runs / "live", "last", out)
            assert result.returncode == 0, result.stderr
            assert "skipped" not in result.stderr
        found = json_of("runs", runs)[1]["runs"]
        assert found[0]["damaged"] == []


@pytest.mark.parametrize("name", ["COMMIT.json", "state.json"])
def test_verify_when_nothing_is_good(runs, name):
    library_run(runs, steps=1)
    path = runs / "digits" / "step-000000000001" / name
    path.write_bytes(path.read_bytes()[:-20])
    result = command("verify", runs / "digits")
    assert result.returncode == 1
    assert name in result.stdout
    assert "No valid checkpoint among the checked steps" in result.stdout


def test_verify_finds_damage_in_a_shared_file(runs):
    """A step of format 2 needs the file of an older one."""
    import torch

    from runtime_kit import Run

    frozen, moving = torch.rand(300_000), torch.zeros(300)
    with Run("lora", runs, every=10_000, keep=2) as run:
        run.track(state={"frozen": frozen, "moving": moving})
        for index in run.steps(4):
            moving += index
            run.save(wait=True)
    shared = [
        (int(path.parent.name[5:]), name)
        for path in (runs / "lora").glob("step-*/COMMIT.json")
        for name in json.loads(path.read_text())["files"]
        if name.startswith("../")
    ]
    assert shared, "nothing was shared, so this test would show nothing"
    user, name = shared[0]
    flip(runs / "lora" / f"step-{user:012d}" / name)
    found = {step["step"]: step for step in json_of("verify", runs / "lora")[1]["steps"]}
    assert not found[user]["good"]
    assert found[user]["problems"][0]["file"] == name


def test_wrong_use_is_one_clear_line(runs, tmp_path):
    library_run(runs)
    assert "not found. Check the path" in refusal("runs", tmp_path / "nowhere")
    assert "is a file" in refusal("runs", runs / "digits" / ".lock")
    assert "has the runs digits" in refusal("verify", runs)
    assert str(runs / "digits") in refusal("verify", runs / "digits" / "step-000000000001")
    assert "it has: 1, 2, 3" in refusal("verify", runs / "digits", "--step", 9)
    (tmp_path / "empty").mkdir()
    assert "no checkpoints" in refusal("verify", tmp_path / "empty")
    assert "--help" in refusal()
    assert "--help" in refusal("sing")
    assert "--step" in refusal("verify", runs / "digits", "--step", "three")
    empty = command("runs", tmp_path / "empty")
    assert (empty.returncode, empty.stdout) == (0, f"No runs in {tmp_path / 'empty'}.\n")


@pytest.mark.parametrize("name", ["runs", "verify", "export"])
def test_help_says_what_a_command_does(name):
    result = command(name, "--help", forked=False)
    assert result.returncode == 0
    assert "FOLDER" in result.stdout
    assert name in command("--help").stdout
