"""A resumed training equals one that was never interrupted, bit for bit."""

import random

import pytest
import torch
from reference import assert_equal, reference
from tiny import NAMES, Stopped, Tiny, train

from runtime_kit import Run

MATRIX = [
    {"workers": 0, "shuffle": True},
    {"workers": 0, "shuffle": False},
    {"workers": 2, "shuffle": True},
    {"workers": 2, "shuffle": False},
    {"workers": 0, "shuffle": True, "accumulate": 3},
    {"workers": 0, "shuffle": True, "generator": True},
    {"workers": 2, "shuffle": True, "generator": True},
]


@pytest.fixture
def runs(runs_in_memory):
    return runs_in_memory


@pytest.mark.parametrize("options", MATRIX, ids=lambda o: "-".join(f"{k}{v}" for k, v in o.items()))
def test_equals_the_uninterrupted_training(runs, options):
    # Step 5 and 10 are the edges of epochs of 5 batches.
    for stop in (1, 4, 5, 6, 11) if not options["workers"] else (4, 5, 6):
        folder = runs / str(stop)
        train(folder, stop=stop, **options)
        assert_equal(train(folder, **options), options)


def test_twice_in_a_row(runs):
    options = {"workers": 0, "shuffle": True}
    for stop in (2, 1, 1, 3, 2):
        train(runs, stop=stop, **options)
    assert_equal(train(runs, **options), options)


def test_a_finished_run_does_nothing_again(runs):
    samples = train(runs).samples
    again = train(runs)
    assert again.samples == samples, "what is after the loop has what the loop gathered"
    assert_equal(again, {"workers": 0, "shuffle": True})


def test_more_epochs_than_before(runs):
    train(runs, epochs=2)
    assert_equal(train(runs, epochs=3), {"workers": 0, "shuffle": True})


def test_a_loaders_own_generator_goes_on_at_the_edge_of_an_epoch(runs):
    options = {"workers": 0, "shuffle": True, "generator": True}
    train(runs, epochs=2, **options)
    assert_equal(train(runs, epochs=3, **options), options)


GENERATORS = ("python", "numpy", "torch", "loader")


@pytest.mark.parametrize("omitted", [*NAMES, *GENERATORS, "position"])
def test_each_omission_is_caught(runs, omitted, monkeypatch):
    """What a checkpoint lacks shows in the result, so the comparison above can fail."""
    if omitted in GENERATORS:
        omit_generator(omitted, monkeypatch)
    if omitted == "position":
        from runtime_kit.checkpoint.loop.position import Position

        monkeypatch.setattr(Position, "from_json", classmethod(lambda cls, body: cls()))
    options = {"workers": 0, "shuffle": True, "generator": True}
    train(runs, stop=7, omit=omitted, **options)
    tiny = train(runs, omit=omitted, **options)
    found = tiny.result()
    result, samples, _ = reference(tuple(sorted(options.items())))
    different = {name for name in result if result[name] != found[name]}
    assert different, f"leaving out {omitted} went unnoticed"
    if omitted in NAMES:
        assert omitted in different
    if omitted in GENERATORS:
        assert not dict(tiny.samples).items() <= samples.items()


def omit_generator(name, monkeypatch):
    """As if a checkpoint had not the state of this one."""
    from runtime_kit.checkpoint.state.rng import RngState

    read = RngState.from_json

    def without(body, loop=0):
        state = read(body, loop)
        setattr(state, name, {} if name == "loader" else None)
        return state

    monkeypatch.setattr(RngState, "from_json", without)


def test_own_range_loop(runs):
    """Without run.epochs each call of batches is an epoch; what ran on the way is put right."""

    def attempt(stop=None):
        tiny = Tiny()
        run = Run("own", runs, every=1).track(**tiny.objects())
        done = 0
        try:
            for _ in range(3):
                for x, y in run.batches(tiny.loader):
                    tiny.step(run.step, x, y)
                    done += 1
                    if done == stop:
                        raise Stopped
                tiny.scheduler.step()
                tiny.logged.append(random.random())
            run.finish()
        except Stopped:
            run.manager.close()
        return tiny

    for stop in (3, 5, 4):
        attempt(stop)
    tiny = attempt()
    found = tiny.result()
    assert found == reference((("shuffle", True), ("workers", 0)))[0]


def test_steps(runs):
    def attempt(stop=None):
        torch.manual_seed(3)
        weight = torch.zeros(3)
        run = Run("steps", runs, every=1).track(weight=weight).exclude("seen")
        seen = []
        try:
            for step in run.steps(9):
                seen.append(step)
                weight += torch.rand(3)
                if len(seen) == stop:
                    raise Stopped
            run.finish()
        except Stopped:
            run.manager.close()
        return weight, seen

    assert attempt(4)[1] == [0, 1, 2, 3]
    resumed, seen = attempt()
    assert seen == [3, 4, 5, 6, 7, 8]  # the fourth step was not complete
    torch.manual_seed(3)
    assert torch.equal(resumed, sum(torch.rand(3) for _ in range(9)))


@pytest.mark.parametrize("early", [True, False], ids=["break before the work", "break after it"])
def test_a_loop_left_by_break(runs, early):
    """With a tracked optimizer it is known whether the step took place."""

    def attempt(limit):
        tiny = Tiny()
        run = Run("tiny", runs, every=1).track(**tiny.objects())
        for _ in run.epochs(3):
            for x, y in run.batches(tiny.loader):
                if early and run.step == limit:
                    break
                tiny.step(run.step, x, y)
                if not early and run.step + 1 == limit:
                    break
            if limit:
                break
            tiny.scheduler.step()
        return run, tiny

    run, first = attempt(4)
    assert run.step == 4
    run.finish()
    again = Tiny()
    assert Run("tiny", runs).track(**again.objects()).restore().step == 4
    for one, other in zip(first.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_an_error_in_a_step_is_not_saved_as_done(runs):
    tiny = Tiny()
    run = Run("tiny", runs, every=1000).track(**tiny.objects())
    with pytest.raises(ZeroDivisionError):
        for _ in run.epochs(3):
            for x, y in run.batches(tiny.loader):
                tiny.step(run.step, x, y)
                if run.step == 3:
                    1 / 0  # noqa: B018
    run.finish()
    assert run.checkpoints() == []
    assert_equal(train(runs), {"workers": 0, "shuffle": True})


def test_an_error_after_an_epoch_loses_nothing(runs):
    tiny = Tiny()
    with (
        pytest.raises(ZeroDivisionError),
        Run("tiny", runs, every=1000).track(**tiny.objects()) as run,
    ):
        for _ in run.epochs(3):
            for x, y in run.batches(tiny.loader):
                tiny.step(run.step, x, y)
            tiny.scheduler.step()
            1 / 0  # noqa: B018
    assert [c.step for c in run.checkpoints()] == [5]
    assert_equal(train(runs), {"workers": 0, "shuffle": True})
