"""Several loaders with generators of their own: each goes on where it was."""

import pytest
import torch
from tiny import Stopped

from runtime_kit import Run
from runtime_kit.checkpoint.state.rng import RngState

TRAIN, VALIDATION = 4, 3  # batches


@pytest.fixture
def runs(runs_in_memory):
    return runs_in_memory


def make_loaders(seeds):
    """A shuffled loader a seed; equal letters mean one generator for both."""
    made = {}
    loaders = []
    for seed, batches in zip(seeds, (TRAIN, VALIDATION), strict=True):
        generator = made.setdefault(seed, torch.Generator().manual_seed(int(seed, 36) % 3))
        data = torch.arange(2 * batches)
        loaders.append(
            torch.utils.data.DataLoader(data, batch_size=2, shuffle=True, generator=generator)
        )
    return loaders


def attempt(folder, seeds, own_range, stop=None, epochs=3):
    """What is drawn, by step, until ``stop`` steps were done in this attempt."""
    loaders = make_loaders(seeds)
    run = Run("r", folder, every=1).track(state={"n": 0})
    run.exclude("seen", "done")  # of this attempt
    seen, done = {}, 0
    try:
        for _ in range(epochs) if own_range else run.epochs(epochs):
            for loader in loaders:
                for batch in run.batches(loader):
                    seen[run.step] = batch.tolist()
                    done += 1
                    if done == stop:
                        raise Stopped
        run.finish()
    except Stopped:
        run.manager.close()
    return seen


@pytest.mark.parametrize("own_range", [False, True], ids=["epochs", "own range"])
@pytest.mark.parametrize("seeds", ["01", "03", "00"], ids=["seeds", "equal seeds", "shared"])
def test_each_goes_on(runs, seeds, own_range):
    whole = attempt(runs / "whole", seeds, own_range)
    assert len(whole) == 3 * (TRAIN + VALIDATION) and len(set(map(str, whole.values()))) > 10
    for stop in (TRAIN, TRAIN + 1, TRAIN + VALIDATION + 2):
        first = attempt(runs / str(stop), seeds, own_range, stop)
        second = attempt(runs / str(stop), seeds, own_range, 3)  # again, before all were met
        third = attempt(runs / str(stop), seeds, own_range)
        assert {**first, **second, **third} == whole, stop
        assert min(second) >= stop - 1 and min(third) > min(second)


def test_finished_and_trained_on(runs):
    whole = attempt(runs / "whole", "01", False)
    attempt(runs / "parts", "01", False, epochs=2)
    rest = attempt(runs / "parts", "01", False, epochs=3)
    assert rest == {step: whole[step] for step in rest} and len(rest) == TRAIN + VALIDATION


def test_seeded_anew_for_each_epoch(runs):
    """The seed of the epoch counts then, not what was saved."""

    def train(folder, stop=None):
        seen = {}
        run = Run("r", folder, every=1).track(state={"n": 0})
        for epoch in run.epochs(3):
            generator = torch.Generator().manual_seed(100 + epoch)
            data = torch.arange(8)
            loader = torch.utils.data.DataLoader(data, 2, shuffle=True, generator=generator)
            for batch in run.batches(loader):
                seen[run.step] = batch.tolist()
                if run.step == stop:
                    run.manager.close()
                    return seen
        run.finish()
        return seen

    whole = train(runs / "whole")
    for stop in (3, 4, 5, 8):
        seen = train(runs / str(stop), stop)
        assert {**seen, **train(runs / str(stop))} == whole


MADE = {
    "once": "before",
    "in each epoch": "loader",
    "seeded in each epoch": "seed",
    "once, for loaders of each epoch": "generator",
}


@pytest.mark.parametrize("made", MADE)
def test_where_the_generator_is_made(runs, made):
    """The same seed each time: it goes on over epochs, or begins each one alike, and what it does
    is what it does after a resume, at the edge of any epoch and in its middle."""

    def train(folder, stop=None):
        def loader_of(generator):
            data = torch.arange(8)
            return torch.utils.data.DataLoader(data, 2, shuffle=True, generator=generator)

        generator = torch.Generator().manual_seed(4)
        once, seen = loader_of(generator), {}
        if MADE[made] == "loader":
            del once, generator
        run = Run("r", folder, every=1).track(state={"n": 0})
        for _ in run.epochs(4):
            if MADE[made] == "loader":
                loader = loader_of(torch.Generator().manual_seed(4))
            elif MADE[made] == "generator":
                loader = loader_of(generator)
            else:
                loader = once
            if MADE[made] == "seed":
                generator.manual_seed(4)
            for batch in run.batches(loader):
                seen[run.step] = batch.tolist()
                if run.step == stop:
                    run.manager.close()
                    return seen
        run.finish()
        return seen

    whole = train(runs / "whole")
    alike = [whole[step] for step in range(4)] == [whole[step] for step in range(4, 8)]
    assert alike == (MADE[made] in ("loader", "seed"))
    for stop in (4, 6, 8, 10, 12):  # stopped in its first step, an epoch begins anew
        seen = train(runs / str(stop), stop)
        seen = {**seen, **train(runs / str(stop), stop + 1)}
        assert {**seen, **train(runs / str(stop))} == whole, stop


def test_the_older_form_is_read():
    """A list of the generators of the loop in use."""
    generator = torch.Generator().manual_seed(3)
    body = RngState.capture({"0.0": generator}).to_json()
    assert body["loader"] == body["loaders"]["0.0"]
    body["loaders"] = [body["loaders"]["0.0"]]
    assert list(RngState.from_json(body, loop=1).loader) == ["1.0"]
    del body["loaders"]  # as the standalone cell writes it
    (state,) = RngState.from_json(body).loader.values()
    assert torch.equal(state, generator.get_state())
