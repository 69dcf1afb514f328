"""A run's mirror in a remote of `drive`: what is `mirrored` is in the remote, at that moment."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from polling import eventually
from served import Served, mounts_ended

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from checker import valid_steps  # noqa: E402

from runtime_kit import CheckpointManager, Run, drive  # noqa: E402
from runtime_kit.checkpoint import CheckpointError, CheckpointWarning  # noqa: E402
from runtime_kit.checkpoint.mirror import mirror  # noqa: E402
from runtime_kit.storage import StorageError, session  # noqa: E402
from runtime_kit.storage.mounts.mount_record import record_of  # noqa: E402
from runtime_kit.storage.run_mirror import remote_place, remote_run  # noqa: E402

ROOT = Path(__file__).parents[2]
LIMIT = 120  # seconds for what takes one


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(mirror, "LONGEST_WAIT", 0.5)


@pytest.fixture(params=["rclone-mount", "rclone-copy"])
def provider(request: pytest.FixtureRequest, place: Path) -> Iterator[str]:
    if request.param == "rclone-mount":
        request.getfixturevalue("fuse")
    with mounts_ended(place):
        yield request.param
        os.chdir("/")


def managed(local: Path, other: Path) -> CheckpointManager:
    return CheckpointManager("r", local, mirror=other)


def save(manager: CheckpointManager, step: int, size: int = 50_000) -> None:
    manager.save(step, {"weights": {"w": torch.randn(size)}}, wait=True)


def settled(manager: CheckpointManager) -> bool:
    assert manager.mirror is not None
    return manager.mirror.settle(LIMIT)


def states(manager: CheckpointManager) -> list[str]:
    return [each.state for each in manager.checkpoints()]


def test_what_is_mirrored_is_in_the_remote(web: Served, place: Path, provider: str) -> None:
    folder = drive.mount(place / "drive", remote="web", provider=provider) / "my runs"
    there = web.folder / "my runs" / "r"
    manager = managed(place / "local", folder)
    for step in range(1, 5):
        save(manager, step)
        assert settled(manager)
        # Not eventually: as soon as the run says so.
        assert states(manager)[-1] == "mirrored" and valid_steps(there)[-1] == step
    # The same step once more: the older copy is replaced.
    manager.save(4, {"weights": {"w": torch.ones(50_000)}}, {"epoch": 7}, wait=True)
    manager.finish()
    assert states(manager) == ["mirrored"] * 2
    assert valid_steps(there) == [3, 4], "older copies are pruned there too"
    assert '"epoch": 7' in (there / "step-000000000004" / "state.json").read_text()
    eventually(lambda: not list(there.rglob(".unfinished")), "it is tidied up")
    names = {f"step-{n:012}" for n in (3, 4)}
    eventually(lambda: {p.name for p in there.iterdir()} - {".lock"} == names, "only these stay")
    if provider == "rclone-mount":  # and whoever looks into the folder finds it
        eventually(lambda: valid_steps(folder / "r") == [3, 4], "the mount shows it")
    else:
        assert not list(folder.rglob("*.safetensors")), "the disk does not hold it twice"
    assert drive.flush(60)
    # The machine is lost, with all that it had.
    drive.unmount(60)
    shutil.rmtree(place / "local")
    shutil.rmtree(place / "state", ignore_errors=True)
    folder = drive.mount(place / "again", remote="web", provider=provider) / "my runs"
    state = {"w": torch.zeros(50_000)}
    run = Run("r", place / "local", mirror=folder, every=1).track(weights=state)
    restored = run.restore()
    assert restored is not None and (restored.step, restored.epoch) == (4, 7)
    assert state["w"].eq(1).all()
    for _ in run.steps(5):
        state["w"] += 1
    run.finish()
    assert valid_steps(there)[-1] == 5


def test_a_slow_remote_is_waited_for(web: Served, place: Path, provider: str) -> None:
    """It stands still for as long as the test wants."""
    manager = managed(place / "local", drive.mount(place / "d", remote="web", provider=provider))
    save(manager, 1)
    assert settled(manager) and manager.mirror is not None
    eventually(lambda: not list(web.folder.rglob(".unfinished")), "nothing is left to do")
    web.send(signal.SIGSTOP)
    save(manager, 2)
    eventually(lambda: states(manager) == ["mirrored", "mirroring"], "it is being sent")
    eventually(lambda: senders(web), "by rclone")
    # The training has the processor first.
    assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in senders(web)} == {10}
    assert not manager.mirror.settle(1.0)
    assert states(manager)[-1] == "mirroring" and valid_steps(web.folder / "r") == [1]
    web.send(signal.SIGCONT)
    manager.finish()
    assert states(manager)[-1] == "mirrored" and valid_steps(web.folder / "r") == [1, 2]


def test_a_remote_that_dies_and_comes_back(web: Served, place: Path, provider: str) -> None:
    manager = managed(place / "local", drive.mount(place / "d", remote="web", provider=provider))
    save(manager, 1)
    assert settled(manager) and manager.mirror is not None
    web.kill()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        save(manager, 2)
        with pytest.raises(CheckpointError, match=r"only in .*local.*can't be reached"):
            manager.finish(timeout=0.2)
        assert states(manager)[0] == "mirrored" and states(manager)[1] != "mirrored"
        assert valid_steps(web.folder / "r") == [1], "what the remote had stays"
        web.start()
        manager.finish()
    assert states(manager)[-1] == "mirrored" and valid_steps(web.folder / "r") == [1, 2]
    texts = [str(w.message) for w in told if w.category is CheckpointWarning]
    assert any("The mirror fails" in text for text in texts) and len(texts) <= 3


def test_a_remote_that_hangs_is_given_up(
    web: Served, place: Path, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = ("--contimeout=1s", "--timeout=1s", "--retries=1", "--low-level-retries=1")
    monkeypatch.setattr(remote_run, "PATIENT", short)
    manager = managed(place / "local", drive.mount(place / "d", remote="web", provider=provider))
    web.send(signal.SIGSTOP)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save(manager, 1)
        with pytest.raises(CheckpointError, match=r"only in .*local.*can't be reached"):
            manager.finish(timeout=0.2)
        web.send(signal.SIGCONT)
        manager.finish()
    assert valid_steps(web.folder / "r") == [1]


@pytest.mark.usefixtures("fuse")
def test_a_mount_that_hangs_delays_nothing_for_long(
    web: Served, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock lies in it, and what is sent goes past it."""
    monkeypatch.setattr(remote_place, "ANSWER", 0.5)
    with mounts_ended(place):
        folder = drive.mount(place / "d", remote="web", provider="rclone-mount")
        manager = managed(place / "local", folder)
        record = record_of(folder)
        assert record is not None
        os.kill(record.pid, signal.SIGSTOP)
        time.sleep(1.5)  # until the kernel asks the mount again
        save(manager, 1)
        manager.finish()
        manager.close()
        os.kill(record.pid, signal.SIGCONT)
        assert valid_steps(web.folder / "r") == [1]


def test_a_kill_in_the_middle_leaves_no_copy_that_counts(
    web: Served, place: Path, provider: str
) -> None:
    """Neither does what sent it live on, to write into what comes later."""
    (web.folder / "r").mkdir()
    web.kill()
    web.words = ("--bwlimit", "500k")
    web.start()
    folder = drive.mount(place / "drive", remote="web", provider=provider)
    code = f"""
import signal, torch
from runtime_kit import CheckpointManager, drive
drive.mount({str(place / "drive")!r}, remote="web", provider={provider!r})
manager = CheckpointManager("r", {str(place / "local")!r}, mirror={str(folder)!r})
manager.save(1, {{"weights": {{"w": torch.randn(3_000_000)}}}}, wait=True)
signal.pause()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    eventually(lambda: senders(web), "it is being sent")
    process.kill()
    process.wait()
    eventually(lambda: not senders(web), "what sent it ends too")
    web.kill()
    web.words = ()
    web.start()
    assert valid_steps(web.folder / "r") == []
    leftover = web.folder / "r" / "step-000000000007"
    leftover.mkdir()
    (leftover / ".unfinished").touch()
    (leftover / "half").write_text("half")
    manager = managed(place / "local", folder)
    restored = manager.restore()
    assert restored is not None and restored.checkpoint.step == 1
    manager.finish()
    assert valid_steps(web.folder / "r") == [1] and not leftover.exists()


def test_a_copy_that_could_not_be_deleted_goes_later(
    web: Served, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remote is away for just that moment."""
    there = web.folder / "r"
    manager = managed(place / "local", drive.mount(remote="web", provider="rclone-copy"))
    for step in (1, 2):
        save(manager, step)
        assert settled(manager)
    drop, failing = remote_run.RemoteRun.drop, [True, True]

    def refused(self: remote_run.RemoteRun, folder: str, first: str) -> None:
        if failing:
            failing.pop()
            raise StorageError("connection refused")
        drop(self, folder, first)

    monkeypatch.setattr(remote_run.RemoteRun, "drop", refused)
    save(manager, 3)
    assert settled(manager) and states(manager) == ["mirrored"] * 2
    eventually(lambda: not failing, "it is tried twice")
    assert valid_steps(there) == [1, 2, 3]
    save(manager, 4)
    manager.finish()
    eventually(lambda: valid_steps(there) == [3, 4], "the oldest one went too")


def senders(web: Served) -> list[int]:
    """The processes that send something of the run."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            config = (entry / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        is_ours = f"RCLONE_CONFIG={web.folder.parent}/" in config
        sends = words[1:2] in (["copy"], ["copyto"]) and words[3].startswith("web:")
        if is_ours and words[0].endswith("rclone") and sends:  # the other way, it only looks
            found.append(int(entry.name))
    return found


def test_what_is_damaged_here_is_not_a_copy_there(web: Served, place: Path) -> None:
    manager = managed(place / "local", drive.mount(remote="web", provider="rclone-copy"))
    save(manager, 1)
    assert settled(manager)
    web.send(signal.SIGSTOP)  # so that the next one waits
    save(manager, 2)
    [payload] = (place / "local" / "r" / "step-000000000002").glob("*.safetensors")
    data = bytearray(payload.read_bytes())
    data[-1] ^= 1
    payload.write_bytes(data)
    web.send(signal.SIGCONT)
    with pytest.warns(CheckpointWarning, match="is damaged .* was not mirrored"):
        manager.finish()
    assert valid_steps(web.folder / "r") == [1]
    assert not list((web.folder / "r").glob("step-*2/COMMIT.json"))


def test_a_fresh_start_needs_the_remotes_word(web: Served, place: Path) -> None:
    """Where only the remote can tell whether there are checkpoints, and is away."""
    folder = drive.mount(place / "drive", remote="web", provider="rclone-copy")
    web.kill()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        manager = managed(place / "local", folder)
        with pytest.raises(StorageError, match="can't be reached"):
            manager.restore()
        manager.close()


def test_other_folders_are_written_as_ever(place: Path) -> None:
    assert session.mirror_place(place / "elsewhere" / "r") is None
