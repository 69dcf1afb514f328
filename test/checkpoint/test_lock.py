"""One writer a run; a dead owner's lock is no obstacle."""

import json
import os
import pickle
import time

import pytest
from script import Script

from runtime_kit import Run
from runtime_kit.checkpoint import CannotStoreError, RunLockedError, RunTakenOverError
from runtime_kit.checkpoint.run_dir import lock
from runtime_kit.checkpoint.write.step_writer import StepWriter

HOLD = """
run = Run("r", sys.argv[1], every=1).track(state={"n": 0})
print("HELD", flush=True)
sys.stdin = None
for step in run.steps(1000000):
    time.sleep(0.05)
"""


def make(runs, **options):
    return Run("r", runs, **options).track(state={"n": 0})


def test_refused_with_the_owner(runs):
    with Script(HOLD, runs) as script:
        script.wait_for("HELD")
        with pytest.raises(RunLockedError) as error:
            make(runs)
        owner = error.value.owner
        assert owner["pid"] == script.pid and owner["host"] == os.uname().nodename
        assert abs(owner["time"] - time.time()) < 300
        for part in (str(script.pid), os.uname().nodename, "takeover=True", str(runs)):
            assert part in str(error.value)
        run = make(runs, takeover=True)
        script.wait_for("RunTakenOverError")
        assert script.end() == 1
        run.finish()


def test_a_killed_owner_is_no_obstacle(runs):
    with Script(HOLD, runs) as script:
        script.wait_for("HELD")
        script.send(9)
        assert script.end() == -9
        make(runs).manager.close()


def test_the_same_process_may_run_its_cell_again(runs):
    first = make(runs)
    second = make(runs)
    assert first.manager.stopped and not second.manager.stopped
    second.save(wait=True)
    second.finish()


def write_owner(runs, **changes):
    (runs / "r").mkdir(exist_ok=True)
    owner = {
        "host": "old-vm",
        "pid": os.getpid(),
        "started": "1",
        "machine": "another",
        "time": time.time(),
        "token": "x",
        **changes,
    }
    (runs / "r" / ".lock").write_text(json.dumps(owner))


def test_a_silent_owner_elsewhere_counts_as_gone(runs, monkeypatch, capsys):
    monkeypatch.setattr(lock, "SILENCE", 0.3)
    monkeypatch.setattr(lock, "BEAT", 0.05)
    write_owner(runs)
    make(runs).manager.close()
    assert "old-vm" in capsys.readouterr().out


def test_an_owner_elsewhere_that_shows_life_is_respected(runs, monkeypatch):
    monkeypatch.setattr(lock, "SILENCE", 20.0)
    write_owner(runs)
    real = time.sleep

    def sleep_while_it_beats(seconds):
        os.utime(runs / "r" / ".lock")
        real(0.01)

    monkeypatch.setattr(lock.time, "sleep", sleep_while_it_beats)
    with pytest.raises(RunLockedError, match="old-vm"):
        make(runs)


@pytest.mark.parametrize(
    "changes",
    [{"machine": lock.machine()}, {"released": 1.0}],
    ids=["pid used again by another process", "released"],
)
def test_not_the_owner_any_more(runs, changes):
    write_owner(runs, **changes)
    make(runs).manager.close()


def test_torn_lock_file(runs):
    (runs / "r").mkdir()
    (runs / "r" / ".lock").write_text('{"host": ')
    make(runs).manager.close()


def test_nothing_is_written_after_a_takeover(runs):
    run = make(runs)
    run.save(wait=True)
    write_owner(runs, machine=lock.machine(), token="other")
    run._session.position.step = 5
    with pytest.raises(RunTakenOverError, match="taken over by process"):
        run.save(wait=True)
    assert not (runs / "r" / "step-000000000005").exists()
    for _ in range(2):
        with pytest.raises(RunTakenOverError):
            run.finish()
    assert not (runs / "r" / "step-000000000005").exists()


def test_taken_over_with_nothing_left_to_save(runs):
    """What the other one does to the run is none of this one's training: it is no good end."""
    run = make(runs)
    run.save(wait=True)
    write_owner(runs, machine=lock.machine(), token="other", released=time.time())
    with pytest.raises(RunTakenOverError):
        run.finish()


def test_a_loop_ends_soon_after_a_takeover(runs, monkeypatch):
    """Seen at the next sign of life, though no save is due."""
    monkeypatch.setattr(lock, "BEAT", 0.05)
    run = make(runs, every="1h")
    with pytest.raises(RunTakenOverError):
        for step in run.steps(10**9):
            if step == 3:
                write_owner(runs, machine=lock.machine(), token="other")
    with pytest.raises(RunTakenOverError):
        run.finish()


def test_a_takeover_during_a_write_is_not_committed_over(runs, monkeypatch):
    run = make(runs)
    add = StepWriter.add

    def taken_over_meanwhile(writer, *arguments):
        write_owner(runs, machine=lock.machine(), token="other")
        return add(writer, *arguments)

    monkeypatch.setattr(StepWriter, "add", taken_over_meanwhile)
    with pytest.raises(RunTakenOverError):
        run.save(wait=True)
    assert [path.name for path in (runs / "r").iterdir()] == [".lock"]


def test_a_taken_over_mirror_ends_the_run(runs, tmp_path):
    run = make(runs, mirror=tmp_path / "mirror")
    write_owner(tmp_path / "mirror", machine=lock.machine(), token="other")
    with pytest.raises(RunTakenOverError):
        run.finish()
    assert not list((tmp_path / "mirror" / "r").glob("step-*"))


def test_errors_travel_between_processes():
    error = pickle.loads(pickle.dumps(RunLockedError("text", {"pid": 7})))
    assert str(error) == "text" and error.owner == {"pid": 7}
    error = pickle.loads(pickle.dumps(CannotStoreError("optimizer.when", object())))
    assert error.path == "optimizer.when" and "cannot be stored" in str(error)
