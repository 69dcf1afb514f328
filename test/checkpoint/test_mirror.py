"""The mirror: verified, honest about its state, back after an outage, never the last copy lost."""

import errno
import os
import shutil
import signal
import warnings
from concurrent import futures

import pytest
import torch
from checker import valid_steps
from mounts import FuseMount, small_disk
from polling import eventually

from runtime_kit import Run
from runtime_kit._os.files import explain
from runtime_kit.checkpoint import CheckpointError, CheckpointWarning
from runtime_kit.checkpoint.mirror import mirror, mirror_place
from runtime_kit.storage.errors import meaning


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(mirror, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(mirror, "LONGEST_WAIT", 0.2)


def training(local, other, **options):
    state = {"weights": torch.zeros(50_000)}
    return state, Run("r", local, mirror=other, every=1, **options).track(state=state)


def test_every_run_ends_mirrored_and_resumes_without_the_local_folder(tmp_path):
    local, other = tmp_path / "local", tmp_path / "other"
    state, run = training(local, other)
    for _ in run.steps(6):
        run.manager.settle(60)  # a mirror that is slower than the saves leaves steps out
        torch.nn.init.normal_(state["weights"])
    run.finish()
    assert [c.state for c in run.checkpoints()] == ["mirrored"] * 2
    assert valid_steps(other / "r")[-1] == 6
    assert len(valid_steps(other / "r")) <= 3
    shutil.rmtree(local)
    state2, run = training(local, other)
    assert run.restore().step == 6
    assert torch.equal(state["weights"], state2["weights"])
    for _ in run.steps(7):
        state2["weights"] += 1
    run.finish()
    assert valid_steps(other / "r")[-1] == 7 == valid_steps(local / "r")[-1]


def test_a_step_that_is_saved_again_while_it_is_copied_is_not_called_damaged(tmp_path, monkeypatch):
    hold, inside = [True], []
    real = mirror_place._copy_file

    def slow(source, target, name, record):
        inside.append(name)
        eventually(lambda: not hold[0], "released")
        real(source, target, name, record)

    monkeypatch.setattr(mirror_place, "_copy_file", slow)
    state, run = training(tmp_path / "local", tmp_path / "other")
    run.save(wait=True)
    eventually(lambda: inside, "copying began")
    state["weights"] += 1
    run.save(wait=True)
    hold[0] = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run.finish()
    assert [(c.step, c.state) for c in run.checkpoints()] == [(0, "mirrored")]
    shutil.rmtree(tmp_path / "local")
    state2, run = training(tmp_path / "local", tmp_path / "other")
    run.restore()
    assert torch.equal(state["weights"], state2["weights"])


def test_state_is_honest(tmp_path, monkeypatch):
    hold, inside = [True], []
    real = mirror_place._read_back

    def slow(path, name, record):
        inside.append(name)
        eventually(lambda: not hold[0], "released")
        real(path, name, record)

    monkeypatch.setattr(mirror_place, "_read_back", slow)
    state, run = training(tmp_path / "local", tmp_path / "other")
    run.save(wait=True)
    eventually(lambda: inside, "copying began")
    assert [c.state for c in run.checkpoints()] == ["mirroring"]
    assert valid_steps(tmp_path / "other" / "r") == []
    state["weights"] += 1
    for _ in run.steps(1):
        pass
    run.manager.wait()
    assert [c.state for c in run.checkpoints()] == ["mirroring", "local"]
    hold[0] = False
    run.finish()
    assert [c.state for c in run.checkpoints()] == ["mirrored", "mirrored"]


def test_a_copy_that_reads_back_differently_is_made_again(tmp_path, monkeypatch):
    """A mirror that says yes and keeps something else."""
    times = []

    def lying(path, name, record):
        times.append(name)
        if len(times) == 1:
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)
        return read_back(path, name, record)

    read_back = mirror_place._read_back
    monkeypatch.setattr(mirror_place, "_read_back", lying)
    state, run = training(tmp_path / "local", tmp_path / "other")
    with pytest.warns(CheckpointWarning, match="mirror fails"):
        for _ in run.steps(1):
            state["weights"] += 1
        run.finish()
    assert len(times) >= 3
    assert valid_steps(tmp_path / "other" / "r") == [1]


def test_damaged_source_is_not_mirrored(tmp_path, monkeypatch):
    state, run = training(tmp_path / "local", tmp_path / "other")
    for _ in run.steps(1):
        state["weights"] += 1
    run.manager.wait()
    assert run.manager.mirror.settle(30)
    monkeypatch.setattr(mirror_place, "_copy_file", _flip_then(mirror_place._copy_file))
    run.save()
    with pytest.warns(CheckpointWarning, match="is damaged .* was not mirrored"):
        run.log(x=1)
        run.save(wait=True)
        run.finish()
    assert valid_steps(tmp_path / "other" / "r") == [1]


def _flip_then(copy):
    def flipped(source, target, name, record):
        if name.endswith(".safetensors") or name == "state.json":
            data = bytearray(source.read_bytes())
            data[-1] ^= 1
            source.write_bytes(data)
        return copy(source, target, name, record)

    return flipped


@pytest.mark.timeout(120)
def test_errno_107_and_back(tmp_path):
    """A real FUSE mount whose helper is killed: every access is errno 107 until it is back."""
    mount = FuseMount(tmp_path / "remote", tmp_path / "drive")
    mount.start()
    try:
        state, run = training(tmp_path / "local", mount.folder)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            for step in run.steps(9):
                state["weights"] += 1
                run.manager.wait()
                if step == 3:
                    # rclone uploads after the file is closed, so the remote lags behind.
                    eventually(lambda: valid_steps(tmp_path / "remote" / "r"), "uploaded")
                    mount.die()
                    with pytest.raises(OSError) as error:
                        os.listdir(mount.folder)
                    assert error.value.errno == errno.ENOTCONN
                if step == 5:
                    eventually(lambda: run.manager.mirror._told, "the outage is noticed")
                    assert run.checkpoints()[-1].state != "mirrored"
                    confirmed = valid_steps(tmp_path / "remote" / "r")
                    assert confirmed, "what was confirmed stays"
                    mount.stop()
                    mount.start()
            run.finish()
        texts = [str(w.message) for w in told if w.category is CheckpointWarning]
        assert (
            len([text for text in texts if "mount" in text and "not mounted any more" in text]) >= 1
        )
        assert len(texts) <= 3
        assert run.checkpoints()[-1].state == "mirrored"
        assert valid_steps(mount.folder / "r")[-1] == 9
    finally:
        mount.stop()


@pytest.mark.timeout(60)
def test_the_request_in_flight_when_a_mount_dies(tmp_path):
    """It is not errno 107 that this one gets, and it means the same."""
    mount = FuseMount(tmp_path / "remote", tmp_path / "drive")
    mount.start()
    try:
        mount.process.send_signal(signal.SIGSTOP)
        with futures.ThreadPoolExecutor() as pool:
            asked = pool.submit(os.listdir, mount.folder)
            with pytest.raises(futures.TimeoutError):
                asked.result(1)
            mount.die()
            with pytest.raises(OSError) as error:
                asked.result(10)
        assert error.value.errno == errno.ECONNABORTED
        assert "not mounted any more" in explain(error.value, mount.folder)
        assert "drive.remount()" in meaning(error.value)
    finally:
        mount.stop()


def test_training_directly_in_a_mount_that_dies(tmp_path):
    mount = FuseMount(tmp_path / "remote", tmp_path / "drive")
    mount.start()
    try:
        state = {"weights": torch.zeros(1000)}
        run = Run("r", mount.folder, every=1).track(state=state)
        with pytest.warns(CheckpointWarning, match="not mounted any more"):
            for step in run.steps(8):
                state["weights"] += 1
                run.manager.wait()
                if step == 3:
                    mount.die()
                if step == 6:
                    mount.stop()
                    mount.start()
            run.finish()
        assert valid_steps(mount.folder / "r")[-1] == 8
    finally:
        mount.stop()


def test_a_full_mirror_gives_up_older_copies_only(tmp_path):
    with small_disk(tmp_path / "other", "700k") as other:
        state, run = training(tmp_path / "local", other, keep=2)
        for _ in run.steps(8):
            torch.nn.init.normal_(state["weights"])
            run.manager.wait()
            run.manager.mirror.settle(10)
            copies = valid_steps(other / "r")
            assert copies or run.step == 0
        run.finish()
        assert valid_steps(other / "r")[-1] == 8


def test_finish_says_when_the_mirror_stays_away(tmp_path):
    with small_disk(tmp_path / "other", "50k") as other:
        state, run = training(tmp_path / "local", other)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in run.steps(2):
                torch.nn.init.normal_(state["weights"])
            with pytest.raises(CheckpointError, match="only in .*local"):
                run.finish(timeout=0.5)
        # It goes on trying in the background, so that at this instant it may be at it again.
        assert run.checkpoints()[-1].state in ("local", "mirroring")
        run.manager.close()
        assert valid_steps(tmp_path / "local" / "r")[-1] == 2


def test_deleted_copies_are_truncated_first(tmp_path, monkeypatch):
    """Drive keeps deleted files in its trash, at their size."""
    sizes = []
    real = os.unlink

    def unlink(path, **where):
        sizes.append(os.stat(path, **where).st_size)
        real(path, **where)

    monkeypatch.setattr(os, "unlink", unlink)
    state, run = training(tmp_path / "local", tmp_path / "other", keep=1)
    for _ in run.steps(6):
        torch.nn.init.normal_(state["weights"])
        run.manager.wait()
        run.manager.mirror.settle(10)
    monkeypatch.undo()
    run.finish()
    assert len(sizes) > 10 and not any(sizes)
