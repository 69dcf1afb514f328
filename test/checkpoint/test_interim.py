"""Small states are saved between two saves of the schedule, so that a kill costs few steps."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from checker import valid_steps

from runtime_kit import Run
from runtime_kit._os import filesystem
from runtime_kit.checkpoint import subscribe
from runtime_kit.checkpoint.loop import schedule
from runtime_kit.checkpoint.loop.interim_schedule import SMALL, InterimSchedule
from runtime_kit.checkpoint.loop.schedule import Schedule
from runtime_kit.checkpoint.write import step_writer

PROGRAM = Path(__file__).parent / "support" / "killing.py"


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when told to."""
    now = [1000.0]
    monkeypatch.setattr(schedule.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def always(monkeypatch):
    """Each step boundary but those of the schedule is due, whatever the last save took."""
    monkeypatch.setattr(InterimSchedule, "due", lambda self: self._schedule.spare > 0)


def saved_steps(clock, plan, *, step, stall, work, size, steps, interim=None):
    """Which of so many steps are saved, and what share of the time that takes."""
    interim, saved, lost = interim or InterimSchedule(plan), [], 0.0
    begin = clock[0]
    plan.begin(0), interim.begin()
    for number in range(1, steps + 1):
        clock[0] += step
        if interim.due() and interim.fits(size):
            clock[0] += stall + work
            lost += stall + work
            interim.saved(stall)
            interim.written(work)
            saved.append(number)
    return saved, lost / (clock[0] - begin - lost)


def test_each_step_is_saved_where_that_is_cheap(clock):
    saved, share = saved_steps(
        clock, Schedule(), step=0.2, stall=0.001, work=0.004, size=1 << 20, steps=1000
    )
    assert saved[-900:] == list(range(101, 1001)) and share <= 0.03


@pytest.mark.parametrize("overhead", [0.01, 0.03, 0.1])
@pytest.mark.parametrize("work", [0.002, 0.05, 1.0])
def test_what_is_spent_stays_within_the_overhead(clock, overhead, work):
    plan = Schedule("auto", overhead)
    interim = InterimSchedule(plan)
    cost = {"stall": work / 3, "work": work, "size": 1 << 20, "interim": interim}
    saved_steps(clock, plan, step=0.01, steps=1000, **cost)  # until the cost is known
    saved, share = saved_steps(clock, plan, step=0.01, steps=150_000, **cost)
    assert len(saved) > 5 and share <= overhead * 1.02


def test_a_disk_is_not_written_to_all_the_time(clock):
    saved, _ = saved_steps(clock, Schedule(), step=0.1, stall=0, work=0, size=SMALL, steps=1000)
    assert 30 < len(saved) <= 40  # 2 GB in 100 s
    large = {"stall": 0, "work": 0, "size": SMALL + 1}
    assert not saved_steps(clock, Schedule(), step=1, steps=99, **large)[0]


@pytest.mark.parametrize("every", [5, "5s"])
def test_who_says_how_often_gets_just_that(clock, every):
    assert not saved_steps(clock, Schedule(every), step=2, stall=0, work=0, size=1, steps=50)[0]


def test_both_kinds_of_saves_together_stay_within_the_overhead():
    plan = Schedule()
    assert plan.spare == plan.max_overhead
    plan.saved(1, 5.0)  # all that the schedule allows itself
    taken = plan.cost / (plan.interval - plan.cost)
    assert 0 < plan.spare == pytest.approx(plan.max_overhead - taken)


def test_only_the_newest_one_is_kept_beside_those_of_the_schedule(runs, always, monkeypatch):
    monkeypatch.setattr(Schedule, "due", lambda self, step, **_: step % 5 == 0)
    state = {"weights": torch.zeros(3000)}
    run = Run("r", runs).track(state=state)
    there = {}
    for step in run.steps(19):
        run.manager.wait()
        there[step] = valid_steps(runs / "r")
        assert run.manager.newest() == (step or None)
        assert [c.step for c in run.checkpoints()] == there[step]
        state["weights"] += 1
    assert there[4] == [4] and there[9] == [5, 9] and there[10] == [5, 10]
    assert there[13] == [5, 10, 13] and there[18] == [10, 15, 18]
    run.finish()
    assert valid_steps(runs / "r")[-1] == 19
    again = {"weights": torch.zeros(3000)}
    run = Run("r", runs).track(state=again)
    assert run.restore().step == 19 and torch.equal(again["weights"], state["weights"])
    run.manager.close()


KILLED = """
import os, signal, sys
import torch
from runtime_kit import Run
from runtime_kit.checkpoint.loop import schedule
from runtime_kit.checkpoint.loop.interim_schedule import InterimSchedule

InterimSchedule.due = lambda self: self._schedule.spare > 0
schedule.FLOOR = 1e9
model = torch.nn.Linear(20, 20)
run = Run("r", sys.argv[1]).track(model=model)
for step in run.steps(40):
    run.manager.wait()  # the disk is faster than the steps
    with torch.no_grad():
        model.weight.fill_(step)
    if step == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
run.finish()
print(run.resumed_from, float(model.weight[0, 0]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_kill_costs_the_step_under_way(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(KILLED)
    done = subprocess.run([sys.executable, script, tmp_path, "23"])
    assert done.returncode == -signal.SIGKILL
    assert valid_steps(tmp_path / "r") == [23]
    done = subprocess.run(
        [sys.executable, script, tmp_path, "99"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "23 39.0"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to be fast enough")
def test_kills_at_random_moments(runs_in_memory):
    seed = random.SystemRandom().randrange(1 << 30)
    arguments = [sys.executable, PROGRAM, runs_in_memory, "20", str(seed), "interim"]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, check=True)
    report = json.loads(done.stdout)
    print(f"seed {seed}: {report}")
    assert report["lost"] == report["different"] == []
    assert report["kills"] >= 20 and report["finished"] >= 1


def test_damage_to_it_costs_what_it_had_only(runs, always, monkeypatch):
    monkeypatch.setattr(Schedule, "due", lambda self, step, **_: step % 5 == 0)
    state = {"weights": torch.zeros(3000)}
    run = Run("r", runs).track(state=state)
    steps = run.steps(20)
    for _ in range(13):
        next(steps)
        run.manager.wait()
        state["weights"] += 1
    run.manager.close()
    assert valid_steps(runs / "r") == [5, 10, 12]
    with open(runs / "r" / "step-000000000012" / "state.safetensors", "r+b") as file:
        file.truncate(100)
    run = Run("r", runs).track(state=state)
    assert run.restore().step == 10 and state["weights"][0] == 10
    run.manager.close()


def test_the_mirror_gets_the_last_one_only(runs, tmp_path, always, monkeypatch):
    monkeypatch.setattr(Schedule, "due", lambda self, step, **_: step == 4)
    state = {"weights": torch.zeros(3000)}
    mirrored = []
    stop = subscribe(lambda e: e["event"] == "mirrored" and mirrored.append(e["step"]))
    try:
        run = Run("r", runs, mirror=tmp_path / "mirror").track(state=state)
        for step in run.steps(9):
            run.manager.wait()
            if step == 6:
                run.manager.mirror.settle(30)
            state["weights"] += 1
        run.finish()
    finally:
        stop()
    assert mirrored == [4, 9]
    assert run.checkpoints()[-1].step == 9 and run.checkpoints()[-1].state == "mirrored"
    with Run("r", runs, mirror=tmp_path / "mirror").track(state=state) as run:
        steps = run.steps(20)
        for _ in range(4):
            next(steps)
            run.manager.wait()
        newest = run.manager.newest()
        with pytest.raises(RuntimeError), run:
            raise RuntimeError("the cell fails")
    assert newest in valid_steps(tmp_path / "mirror" / "r")


def test_none_is_made_on_a_full_disk_at_the_cost_of_another(runs, always, monkeypatch):
    real, full = step_writer.write_small, [False]

    def write(path, data):
        if full[0]:
            raise OSError(28, "No space left on device")
        real(path, data)

    monkeypatch.setattr(step_writer, "write_small", write)
    monkeypatch.setattr(Schedule, "due", lambda self, step, **_: step in (3, 6))
    state = {"weights": torch.zeros(3000)}
    run = Run("r", runs).track(state=state)
    with pytest.warns(match="Step 7 was not saved.*disk is full"):
        for step in run.steps(12):
            run.manager.wait()
            assert valid_steps(runs / "r")[:2] == [3, 6] or step < 6
            full[0] = 6 <= step < 11
            state["weights"] += 1
    run.finish()
    assert valid_steps(runs / "r")[-1] == 12


def test_none_is_made_until_what_was_given_up_is_gone(runs, always, monkeypatch):
    """A kill must not bring back what the user went back from."""
    state = {"weights": torch.zeros(3000)}
    run = Run("r", runs, every=1, keep=5).track(state=state)
    for _ in run.steps(5):
        state["weights"] += 1
        run.manager.wait()
    run.finish()
    monkeypatch.setattr(Schedule, "due", lambda self, step, **_: step == 4)
    run = Run("r", runs, keep=5).track(state=state)
    run.restore(1)
    there = {}
    for step in run.steps(7):
        run.manager.wait()
        there[step] = valid_steps(runs / "r")
    assert there[3] == [1, 2, 3, 4, 5] and there[4] == [1, 4] and there[6] == [1, 4, 6]
    run.manager.close()


def test_two_sets_of_shared_files_stay_apart(runs, always, monkeypatch):
    monkeypatch.setattr(Schedule, "due", lambda self, step, **_: step % 3 == 0)
    state = {"frozen": torch.randn(9000), "adapter": torch.zeros(2000)}
    run = Run("r", runs).track(state=state)
    for step in run.steps(25):
        run.manager.wait()
        run.manager._committer.settle()
        good = run.manager.store.good
        if len(good) > 2 and step > 9:
            older, newest = sorted(good)[-2:]
            assert not {older, *good[older].references()} & {newest, *good[newest].references()}
        state["adapter"] += 1
    run.finish()


def test_a_disk_that_is_not_known_is_local_where_temporary_files_are(tmp_path, monkeypatch):
    monkeypatch.setattr(filesystem, "mount_type", lambda folder: "")
    assert filesystem.is_local_disk(tmp_path)
    monkeypatch.setattr(filesystem.tempfile, "gettempdir", lambda: "/proc")
    assert not filesystem.is_local_disk(tmp_path)


@pytest.mark.parametrize(
    ("kind", "place", "local"),
    [
        ("ext4", "runs", True),
        ("overlay", "runs", True),
        ("nfs4", "runs", False),
        ("fuse.rclone", "runs", False),
        ("9p", "runs", False),
        ("", "runs", True),  # the root of a chroot is no mount; temporary files are there too
        ("ext4", "OneDrive - Company/runs", False),
        ("ext4", "Dropbox/runs", False),
    ],
)
def test_where_writing_often_concerns_others_there_is_none(
    tmp_path, always, monkeypatch, kind, place, local
):
    monkeypatch.setattr(filesystem, "mount_type", lambda folder: kind)
    monkeypatch.setattr(schedule, "FLOOR", 1e9)
    state = {"weights": torch.zeros(3000)}
    run = Run("r", tmp_path / place).track(state=state)
    for step in run.steps(3):
        run.manager.wait()
        assert run.manager.newest() == ((step or None) if local else None)
        state["weights"] += 1
    run.manager.close()
