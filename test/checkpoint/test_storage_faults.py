"""Storage that fails under a training: it goes on, the user is told, the last good step stays."""

import errno
import os
import threading
import warnings

import pytest
import torch
from checker import valid_steps
from mounts import remount, small_disk

from runtime_kit import Run
from runtime_kit.checkpoint import CheckpointError, CheckpointWarning, NoValidCheckpointError
from runtime_kit.checkpoint.run_dir.layout import UNFINISHED, list_run

SIZE = 250_000  # elements: a million bytes a step


def training(folder, **options):
    state = {"weights": torch.zeros(SIZE)}
    return state, Run("r", folder, **options).track(state=state)


def one_step(state, run, step):
    torch.nn.init.normal_(state["weights"])
    state["step"] = step


def settle(run):
    run.manager.settle()
    run.manager.check()


@pytest.mark.parametrize("keep", [1, 2])
def test_disk_full(tmp_path, keep):
    with small_disk(tmp_path / "disk", "4m") as disk:
        state, run = training(disk, every=1, keep=keep)
        filler = disk / "filler"
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            for step in run.steps(12):
                one_step(state, run, step)
                settle(run)
                if step == 4:
                    space = os.statvfs(disk)
                    filler.write_bytes(bytes(space.f_bavail * space.f_frsize - 500_000))
                if step == 8:
                    filler.unlink()
                if step:
                    assert valid_steps(disk / "r"), f"no valid checkpoint after step {step}"
            run.finish()
        texts = [str(w.message) for w in told if w.category is CheckpointWarning]
        assert any("is full" in text for text in texts)
        assert len(texts) <= 5, "told once, not at every step"
        assert valid_steps(disk / "r")[-1] == 12
        assert not list((disk / "r").glob(".step-*")), "what failed is removed"


def test_disk_full_from_the_start_fails_at_finish(tmp_path):
    with small_disk(tmp_path / "disk", "400k") as disk:
        state, run = training(disk, every=1)
        with pytest.warns(CheckpointWarning, match="is full"):
            for step in run.steps(3):
                one_step(state, run, step)
                settle(run)
            with pytest.raises(CheckpointError, match="is full"):
                run.finish()
        remount(disk, "size=8m")
        run.finish()  # the state is still in memory
        assert valid_steps(disk / "r") == [3]


def test_folder_turns_read_only(tmp_path):
    with small_disk(tmp_path / "disk", "20m") as disk:
        state, run = training(disk, every=1)
        with pytest.warns(CheckpointWarning, match="read-only"):
            for step in run.steps(8):
                if step == 3:
                    settle(run)
                    remount(disk, "ro")
                if step == 6:
                    assert valid_steps(disk / "r")[-1] == 3
                    remount(disk, "rw")
                one_step(state, run, step)
                settle(run)
            run.finish()
        assert valid_steps(disk / "r")[-1] == 8


@pytest.mark.parametrize("call", ["pwrite", "fsync", "rename"])
def test_input_output_error(runs, monkeypatch, call):
    """No device here fails on demand, so the system calls do, with the kernel's own error."""
    state, run = training(runs, every=1)
    real = getattr(os, call)
    broken = False

    def failing(*arguments, **options):
        if broken:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(*arguments, **options)

    monkeypatch.setattr(os, call, failing)
    with pytest.warns(CheckpointWarning, match="input/output error"):
        for step in run.steps(6):
            broken = 2 <= step < 4
            one_step(state, run, step)
            settle(run)
            if step >= 2:
                assert valid_steps(runs / "r")
        run.finish()
    assert valid_steps(runs / "r")[-1] == 6


def test_a_step_that_cannot_be_looked_at_is_not_taken_for_unfinished(runs, monkeypatch):
    """Path.exists() says no to every error from Python 3.14 on."""
    step = runs / "r" / "step-000000000001"
    step.mkdir(parents=True)
    (step / UNFINISHED).touch()
    (step / "COMMIT.json").touch()
    real = os.stat

    def failing(path, *arguments, **options):
        if str(path).endswith("COMMIT.json"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path, *arguments, **options)

    assert list_run(runs / "r").steps == {1: step}
    monkeypatch.setattr(os, "stat", failing)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        list_run(runs / "r")


def test_explicit_save_raises(runs, monkeypatch):
    run = training(runs)[1]
    monkeypatch.setattr(os, "fsync", lambda fd: (_ for _ in ()).throw(OSError(errno.EIO, "EIO")))
    with pytest.raises(CheckpointError, match="input/output"):
        run.save(wait=True)
    monkeypatch.undo()
    with pytest.warns(CheckpointWarning, match="input/output"):
        run.save(wait=True)
    assert valid_steps(runs / "r") == [0]
    run.manager.close()


def test_there_is_a_valid_checkpoint_at_every_instant(runs, monkeypatch):
    """Looked at before every system call that changes a name or a file, with keep=1."""
    state, run = training(runs, every=1, keep=1)
    seen = []
    started = False

    def watched(name):
        real = getattr(os, name)

        def call(*arguments, **options):
            if started:
                seen.append(valid_steps(runs / "r"))
            return real(*arguments, **options)

        monkeypatch.setattr(os, name, call)

    for name in ("rename", "unlink", "rmdir", "truncate", "replace", "fsync", "pwrite"):
        watched(name)
    for step in run.steps(5):
        one_step(state, run, step)
        run.log(loss=step)
        settle(run)
        started = started or bool(valid_steps(runs / "r"))
    run.log(loss=-1)  # the same step again, with more in it
    run.finish()
    assert len(seen) > 50
    assert all(seen)


def test_without_an_exchange_of_names_a_kill_in_between_is_recovered(runs, monkeypatch):
    from runtime_kit.checkpoint.write import step_writer

    monkeypatch.setattr(step_writer, "exchange", lambda first, second: False)
    run = training(runs, keep=1)[1]
    run.save(wait=True)
    real = os.rename

    def die(source, target):
        if os.path.basename(target).startswith("step-"):
            raise KeyboardInterrupt  # leaves as a kill would
        return real(source, target)

    monkeypatch.setattr(os, "rename", die)
    with pytest.raises(KeyboardInterrupt):
        step_writer.StepWriter(runs / "r", 0).commit()
    monkeypatch.undo()
    assert valid_steps(runs / "r") == []
    run.manager.close()
    run = training(runs)[1]
    assert run.restore().step == 0
    assert valid_steps(runs / "r") == [0]
    run.manager.close()


@pytest.mark.parametrize("complete", [True, False])
def test_the_old_one_stays_until_the_new_one_is_whole(runs, monkeypatch, complete):
    """On a mount a step that is saved again is written in place, and its COMMIT.json may be
    uploaded before the rest."""
    from runtime_kit.checkpoint.write import step_writer

    monkeypatch.setattr(step_writer, "is_remote_mount", lambda folder: True)
    state, run = training(runs, keep=1)
    run.save(wait=True)
    state["weights"] += 1
    monkeypatch.setattr(step_writer, "remove_folder", lambda folder: None)  # killed before that
    run.save(wait=True)
    run.manager.close()
    monkeypatch.undo()
    assert len(list((runs / "r").glob(".step-*.old-*"))) == 1
    if not complete:
        (runs / "r" / "step-000000000000" / "state.safetensors").write_bytes(b"")
    state, run = training(runs)
    assert run.restore().step == 0
    assert state["weights"][0] == (1 if complete else 0)
    assert not list((runs / "r").glob(".step-*"))
    run.manager.close()


def test_the_names_of_new_folders_are_durable(runs, monkeypatch):
    """fsync of the folder that a new folder is in, up to the one that was there."""
    synced = set()
    real = os.fsync

    def noted(descriptor):
        synced.add(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        return real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    training(runs / "a" / "b")[1].save(wait=True)
    for folder in (runs, runs / "a", runs / "a" / "b", runs / "a" / "b" / "r"):
        assert os.path.realpath(folder) in synced


def test_saves_of_two_threads_do_not_mix(runs):
    """The buffers belong to one save at a time."""
    run = training(runs, keep=50)[1]
    failed = []

    def save_often():
        try:
            for _ in range(10):
                run.save()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=save_often) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.finish()
    assert not failed and valid_steps(runs / "r") == [0]


def cut_in_the_first_save(runs, monkeypatch):
    """What is left where a run's first step was being written in place, and of the step's own names
    none was on the disk."""
    from runtime_kit.checkpoint.write import step_writer

    monkeypatch.setattr(step_writer, "is_remote_mount", lambda folder: True)
    writer = step_writer.StepWriter(runs / "r", 0)
    (writer.folder / UNFINISHED).unlink()
    monkeypatch.undo()
    return writer.folder


@pytest.mark.parametrize(
    "commit",
    [None, "", '{"format": 1, "step": 0, "files": {"state.json": {"size": 3, "crc32": "0"}}}'],
)
def test_a_run_whose_first_save_was_cut_starts_over(runs, monkeypatch, capsys, commit):
    """Of COMMIT.json the name may be there without the content, or all of it without the rest."""
    step = cut_in_the_first_save(runs, monkeypatch)
    assert list_run(runs / "r").temporary == [step]
    if commit is not None:
        (step / "COMMIT.json").write_text(commit)
    state, run = training(runs, every=1)
    for step in run.steps(2):
        one_step(state, run, step)
    run.finish()
    assert "first save of run 'r' was interrupted" in capsys.readouterr().out
    assert valid_steps(runs / "r")[-1] == 2
    assert not list((runs / "r").glob(".step-*"))


def test_the_mark_of_a_first_save_hides_no_lost_step(runs, monkeypatch):
    """It is there while the first step is written, and never beside one that was committed."""
    from runtime_kit.checkpoint.write import step_writer

    step = cut_in_the_first_save(runs, monkeypatch)
    [mark] = (runs / "r").glob(".step-*.first")
    monkeypatch.setattr(step_writer, "is_remote_mount", lambda folder: True)
    marks = []
    real = step_writer.write_small

    def noted(path, data):
        marks.append(mark.exists())
        real(path, data)

    monkeypatch.setattr(step_writer, "write_small", noted)
    run = training(runs)[1]
    run.save(wait=True)
    run.save(wait=True)
    run.manager.close()
    assert marks == [True, True, False, False], "state.json and COMMIT.json of two saves"
    assert not mark.exists()
    (step / "COMMIT.json").unlink()
    run = training(runs)[1]
    with pytest.raises(NoValidCheckpointError):
        run.restore()
    run.manager.close()


def test_a_mark_that_stayed_goes_at_the_next_start(runs):
    """Killed between the commit and the end of the mark."""
    run = training(runs)[1]
    run.save(wait=True)
    run.manager.close()
    mark = runs / "r" / ".step-0.first"
    mark.mkdir()
    run = training(runs)[1]
    assert not mark.exists()
    assert run.restore().step == 0
    run.manager.close()
