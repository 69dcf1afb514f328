"""Loops that are not written as in the guide: nothing is counted wrong, skipped or rolled back."""

import contextlib
import itertools
import random
import shutil
import time
import tracemalloc

import pytest
import torch
from checker import valid_steps
from reference import assert_equal, reference
from tiny import Stopped, Tiny, train

from runtime_kit import Run
from runtime_kit.checkpoint import CheckpointError, CheckpointWarning, NoValidCheckpointError
from runtime_kit.checkpoint.integrations.callback_session import CallbackSession


@pytest.fixture
def runs(runs_in_memory):
    return runs_in_memory


class Bar:
    """Keeps what it goes over, as tqdm does, also after the loop over it was left."""

    def __init__(self, inner):
        self.inner = inner

    def __iter__(self):
        yield from self.inner


def sgd():
    weight = torch.nn.Parameter(torch.zeros(2))
    return weight, torch.optim.SGD([weight], lr=1.0)


def one_step(weight, optimizer):
    weight.grad = torch.ones(2) + torch.rand(2)
    optimizer.step()


def test_epochs_without_batches_are_saved(runs):
    """A loop over batches that is not the run's: each epoch counts as one step, and is saved."""

    def fit(folder, at_epoch):
        weight, optimizer = sgd()
        run = Run("r", folder, every=1).track(weight={"w": weight.data}, optimizer=optimizer)
        for epoch in run.epochs(4):
            at_epoch(epoch)
            one_step(weight, optimizer)
            one_step(weight, optimizer)
        run.finish()
        return weight

    def copy_what_is_saved(epoch):
        if epoch == 3:
            deadline = time.monotonic() + 60
            while valid_steps(runs / "r")[-1:] != [3] and time.monotonic() < deadline:
                time.sleep(0.01)
            shutil.copytree(runs / "r", runs / "killed/r")

    whole = fit(runs, copy_what_is_saved)
    epochs = []
    resumed = fit(runs / "killed", epochs.append)
    assert epochs == [3]
    assert torch.equal(resumed, whole)


def test_another_notebook_is_told_whose_run_it_is(runs, monkeypatch, capsys):
    def fit(notebook, epochs, **options):
        monkeypatch.setenv("JPY_SESSION_NAME", notebook)
        weight, optimizer = sgd()
        run = Run("r", runs, **options).track(weight={"w": weight.data}, optimizer=optimizer)
        for _ in run.epochs(epochs):
            one_step(weight, optimizer)
        run.finish()
        return capsys.readouterr().out

    fit("/runs/cats.ipynb", 1)
    assert "cats.ipynb" not in fit("/data/cats.ipynb", 2)
    said = fit("/runs/dogs.ipynb", 3, takeover=True)
    assert "cats.ipynb saved it, and this is dogs.ipynb." in said
    assert "ipynb" not in fit("", 4)


@pytest.mark.parametrize("by", ["islice", "zip"])
@pytest.mark.parametrize("own_range", [False, True], ids=["epochs", "own range"])
def test_a_loop_that_something_shortens(runs, by, own_range):
    """Each of its steps counts, and the next loop goes on from memory, not from a checkpoint."""
    weight, optimizer = sgd()
    run = Run("r", runs, every=1).track(weight={"w": weight.data}, optimizer=optimizer)
    seen, steps = [], []
    for _ in range(3) if own_range else run.epochs(3):
        batches = run.batches(range(10))
        part = itertools.islice(batches, 3) if by == "islice" else zip(range(3), batches)  # noqa: B905
        del batches
        for _ in part:
            one_step(weight, optimizer)
            seen.append(run.epoch)
        del part
        steps.append(run.step)
    run.finish()
    assert seen == [0, 0, 0, 1, 1, 1, 2, 2, 2] and steps == [3, 6, 9]
    assert valid_steps(runs / "r")[-1] == 9 and run.resumed_from is None


def test_a_loader_that_is_shortened(runs):
    """As the guide has it: inside of run.batches, so that a resume counts from the begin."""

    def attempt(folder, stop=None):
        torch.manual_seed(1)
        weight, optimizer = sgd()
        run = Run("r", folder, every=1).track(weight={"w": weight.data}, optimizer=optimizer)
        run.exclude("seen")
        loader = torch.utils.data.DataLoader(torch.arange(10), shuffle=True)
        seen = []
        with contextlib.suppress(Stopped):
            for _ in run.epochs(3):
                for x in run.batches(itertools.islice(loader, 3)):
                    one_step(weight, optimizer)
                    seen.append(int(x))
                    if len(seen) == stop:
                        raise Stopped
            run.finish()
        run.manager.close()
        return seen, weight.tolist()

    whole, weight = attempt(runs / "whole")
    attempt(runs / "parts", stop=6)
    assert attempt(runs / "parts") == (whole[5:], weight)


@pytest.mark.parametrize("loop", ["epochs", "steps"])
def test_a_loop_that_has_no_end_in_sight(runs, loop):
    """Training "until it is stopped" takes no memory for the numbers to come."""
    weight, optimizer = sgd()
    run = Run("r", runs).track(weight={"w": weight.data}, optimizer=optimizer)
    numbers = getattr(run, loop)(10**8)
    tracemalloc.start()
    first = next(numbers)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del numbers
    # What is looked through when a loop begins grows with the process, 8 bytes an object.
    assert first == 0 and peak < 10**8, "not a list of them all, which takes 8 times that"


def test_an_iterator_that_a_variable_keeps(runs):
    """Left by break, it is closed only when the variable gets another value."""
    torch.manual_seed(1)
    weight, optimizer = sgd()
    run = Run("r", runs, every=1000).track(optimizer=optimizer, weight={"w": weight.data})
    epochs = []
    for _ in range(3):
        bar = Bar(run.batches(range(5)))
        for x in bar:
            one_step(weight, optimizer)
            epochs.append(run.epoch)
            if x == 1:
                break
    run.finish()
    assert epochs == [0, 0, 1, 1, 2, 2], "no epoch was begun again from a checkpoint"
    assert run.step == 6


def test_one_that_is_kept_over_an_epoch_changes_nothing_later(runs):
    weight, optimizer = sgd()
    run = Run("r", runs, every=1).track(optimizer=optimizer, weight={"w": weight.data})
    counted = []
    for _ in run.epochs(3):
        bar = Bar(run.batches(range(4)))
        for x in bar:
            counted.append(run.step)
            one_step(weight, optimizer)
            if x == 2:
                break
    run.finish()
    assert run.epoch == 3 and len(counted) == 9
    assert counted == sorted(counted)
    assert [c.epoch for c in run.checkpoints()][-1] == 3


def test_batches_within_a_step_belong_to_it(runs):
    """A validation inside of a step: its batches are no steps, and none is skipped for them."""

    def attempt(stop=None):
        tiny = Tiny()
        run = Run("tiny", runs, every=1).track(**tiny.objects())
        done = 0
        with contextlib.suppress(Stopped):
            for _ in run.epochs(3):
                for x, y in run.batches(tiny.loader):
                    tiny.step(run.step, x, y)
                    for _ in run.batches(range(3)):
                        done += 1
                        if done == stop:
                            raise Stopped
                tiny.scheduler.step()
                tiny.logged.append(random.random())
            run.finish()
        run.manager.close()
        return tiny

    with pytest.warns(CheckpointWarning, match="inside a step"):
        attempt(stop=11)  # in the fourth step
    assert valid_steps(runs / "tiny")[-1] == 3
    with pytest.warns(CheckpointWarning, match="inside a step"):
        tiny = attempt()
    assert tiny.result() == reference((("shuffle", True), ("workers", 0)))[0]


def test_a_loop_that_was_passed_by_cannot_go_on(runs):
    run = Run("r", runs, every=1000).track(state={"n": 0})
    first = run.steps(10)
    next(first), next(first)
    second = run.steps(10)
    assert next(second) == 0
    with pytest.raises(CheckpointError, match="Another loop started on this run"):
        next(first)
    assert [next(second), next(second)] == [1, 2]
    first.close()
    assert next(second) == 3
    second.close()
    run.manager.close()


def test_a_loader_that_fails_loses_no_step(runs):
    class Failing:
        def __init__(self, loader):
            self.loader = loader

        def __iter__(self):
            for number, batch in enumerate(self.loader):
                if number == 3:
                    raise OSError("a picture cannot be read")
                yield batch

    tiny = Tiny()
    run = Run("tiny", runs, every=1000).track(**tiny.objects())
    with pytest.raises(OSError, match="picture"):
        for _ in run.epochs(3):
            for x, y in run.batches(Failing(tiny.loader)):
                tiny.step(run.step, x, y)
                time.sleep(0.02)  # the generators are known at the end of such a step
    assert valid_steps(runs / "tiny") == [3], "without finish()"
    run.manager.close()
    result = train(runs).result()["model"]
    assert result == reference((("shuffle", True), ("workers", 0)))[0]["model"]


def test_left_by_break_and_gone_on(runs, capsys):
    """The next loop goes on from memory; nothing since the last save is lost."""
    tiny = Tiny()
    run = Run("tiny", runs, every=1000).track(**tiny.objects())
    for epoch in run.epochs(3):
        for x, y in run.batches(tiny.loader):
            tiny.step(run.step, x, y)
        tiny.scheduler.step()
        tiny.logged.append(random.random())
        if epoch == 1:
            break
    run.manager.wait()
    assert valid_steps(runs / "tiny") == [10]
    tiny.train(run)
    assert run.resumed_from is None and "resumed" not in capsys.readouterr().out
    run.finish()
    assert tiny.result() == reference((("shuffle", True), ("workers", 0)))[0]


def test_finished_twice_and_trained_on_with_a_mirror(runs, tmp_path):
    state = {"n": 0}
    run = Run("r", runs, mirror=tmp_path / "mirror", every=1).track(state=state)
    for count in (2, 4):
        for _ in run.steps(count):
            state["n"] += 1
        run.finish(timeout=60)
        run.finish(timeout=60)
        assert state["n"] == count
        assert valid_steps(tmp_path / "mirror" / "r")[-1] == count


def test_objects_made_anew_are_loaded_and_not_saved(runs):
    """The model's cell and the loop's run again, the Run's own does not."""
    tiny = Tiny()
    run = Run("tiny", runs, every=1).track(**tiny.objects())
    tiny.train(run, epochs=2)
    run.finish()
    tiny = Tiny()
    run.track(**tiny.objects())
    with pytest.raises(CheckpointError, match=r"run.restore\(\) first"):
        run.save()
    run.finish()
    tiny.train(run)
    run.finish()
    assert_equal(tiny, {"workers": 0, "shuffle": True})


def test_what_was_not_loaded_is_not_saved_over(runs):
    state = {"n": 7}
    run = Run("r", runs).track(state=state)
    run.save(wait=True)
    run.finish()
    fresh = {"n": 0}
    run = Run("r", runs).track(state=fresh)
    with pytest.raises(CheckpointError, match="were not loaded"):
        run.save()
    run.finish()
    run = Run("r", runs).track(state=fresh)
    assert run.restore().step == 0 and fresh["n"] == 7
    fresh["n"] = 8
    run.save(wait=True)
    run.finish()


def test_an_older_step_that_is_only_looked_at(runs):
    state = {"n": 0}
    run = Run("r", runs, every=1, keep=3).track(state=state)
    for _ in run.steps(3):
        state["n"] += 1
    run.finish()
    run = Run("r", runs, keep=3).track(state=state)
    assert run.restore(step=2).step == 2 and state["n"] == 2
    run.log(test=0.5)
    state["n"] = 0
    run.finish()
    assert valid_steps(runs / "r") == [1, 2, 3]
    again = Run("r", runs).track(state=state)
    again.restore(step=2)
    assert state["n"] == 2
    again.manager.close()


def test_no_fresh_step_where_all_are_damaged(runs):
    run = Run("r", runs).track(state={"n": 7})
    run.save(wait=True)
    run.finish()
    (runs / "r" / "step-000000000000" / "state.json").write_text("{")
    run = Run("r", runs).track(state={"n": 0})
    with pytest.raises(NoValidCheckpointError):
        next(run.epochs(3))
    run.finish()  # as in a finally
    with pytest.raises(NoValidCheckpointError):
        Run("r", runs).restore()


@pytest.mark.parametrize("place", ["step", "edge"])
def test_what_cannot_be_stored_any_more_does_not_end_the_training(runs, place):
    state = {"n": 0, "when": 0.0}
    run = Run("r", runs, every=1).track(state=state)
    with pytest.warns(CheckpointWarning, match=r"Not saved: state.when is an object"):
        for epoch in run.epochs(2):
            for _ in run.batches(range(4)):
                state["n"] += 1
                if place == "step" and run.step == 1:
                    state["when"] = object()
                if run.step == 5:
                    state["when"] = 1.0
            if place == "edge" and epoch == 0:
                state["when"] = object()
    assert state["n"] == 8
    run.finish()
    assert valid_steps(runs / "r")[-1] == 8


def test_a_save_at_the_head_of_an_epoch_skips_none(runs):
    """It counts the epoch as done, in case that it has no loop of the run. Then comes one."""
    weight = torch.zeros(3)
    run = Run("r", runs, every=1000).track(weight=weight)
    for epoch in run.epochs(2):
        weight += 1
        run.save()
        for x in run.batches(range(4)):
            if epoch == 1 and x == 2:
                found = run.checkpoints()[-1]
    assert (found.epoch, found.batch) == (1, 1), "the first step was saved, whatever is due"
    run.manager.close()


def test_nor_that_of_a_frameworks_callback(runs):
    keeper = CallbackSession("r", runs, every=1)
    state = {"n": 0, "when": 0.0}
    keeper.restore()
    keeper.begin(0, ({"state": state}, {}))
    with pytest.warns(CheckpointWarning, match=r"Not saved: state.when is an object"):
        for step in range(1, 5):
            state["when"] = object() if step == 2 else 1.0
            keeper.boundary(step, lambda: ({"state": state}, {}))
    keeper.finish(4, lambda: ({"state": state}, {}))
    assert valid_steps(runs / "r") == [3, 4]


def test_a_loop_that_clears_its_gradients_first_is_saved_at_once(runs):
    """Some wait at each boundary there, so a save can't be put off to one where none does."""
    weight, optimizer = sgd()
    model = torch.nn.Module()
    model.weight = weight
    run = Run("r", runs, every=3).track(model=model, optimizer=optimizer)
    for _ in run.batches(range(4)):
        optimizer.zero_grad()
        one_step(weight, optimizer)
        weight.grad = torch.ones(2)
    run.manager.wait()
    assert valid_steps(runs / "r")[0] == 3
    run.finish()
