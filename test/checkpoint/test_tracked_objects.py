"""What is tracked comes back, or is refused or told before training is spent on it."""

import importlib
import warnings

import pytest
import torch
from checker import valid_steps

from runtime_kit import Run
from runtime_kit.checkpoint import (
    CannotStoreError,
    CheckpointError,
    CheckpointMismatchError,
    CheckpointWarning,
)


@pytest.fixture
def runs(runs_in_memory):
    return runs_in_memory


def train(folder, steps=2, step=lambda: None, exclude=(), **objects):
    run = Run("r", folder, every=1).track(**objects).exclude(*exclude)
    for _ in run.steps(steps):
        step()
    run.finish()
    return run


class Expanded(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 3)
        self.register_buffer("pos", torch.arange(3.0).expand(2, 3))


def test_a_module_with_an_expanded_buffer(runs):
    model = Expanded()
    train(runs, model=model)
    again = Expanded()
    train(runs, steps=3, model=again)
    assert torch.equal(again.layer.weight, model.layer.weight)
    assert torch.equal(again.pos, model.pos)


def test_what_does_not_take_its_own_state_is_refused_first(runs):
    class Odd:
        def state_dict(self):
            return {"a": 1}

        def load_state_dict(self, state):
            raise KeyError("b")

    done = []
    with pytest.raises(CannotStoreError, match="odd .*does not take its own state_dict back"):
        train(runs, odd=Odd(), step=lambda: done.append(1))
    assert not done and valid_steps(runs / "r") == []


def test_a_role_of_empty_tensors(runs):
    train(runs, empty={"a": torch.zeros(0, 3), "b": torch.zeros(0)}, n={"n": 1})
    assert valid_steps(runs / "r")[-1] == 2


def test_a_dict_with_a_new_key_keeps_it(runs):
    state = {"n": 0, "gone": 1}
    train(runs, state=state, step=lambda: (state.update(n=5), state.pop("gone", None)))
    later = {"n": 0, "gone": 1, "patience": 3}
    train(runs, steps=2, state=later)
    assert later == {"n": 5, "patience": 3}


def test_lists_and_dicts_of_objects(runs):
    def make():
        torch.manual_seed(len(list(runs.iterdir())))
        return [torch.nn.Linear(2, 2) for _ in range(2)], {"d": torch.nn.Linear(2, 1)}

    models, others = make()
    train(runs, models=models, others=others)
    again, more = make()
    train(runs, models=again, others=more)
    assert torch.equal(again[1].weight, models[1].weight)
    assert torch.equal(more["d"].weight, others["d"].weight)


@pytest.mark.parametrize("first", ["compiled", "parallel", "plain"])
@pytest.mark.parametrize("second", ["compiled", "parallel", "plain"])
def test_wrappers_prefixes_both_ways(runs, first, second):
    def wrap(model, how):
        if how == "compiled":
            return torch.compile(model, backend="eager")
        return torch.nn.DataParallel(model) if how == "parallel" else model

    model, again = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    train(runs, model=wrap(model, first))
    train(runs, model=wrap(again, second))
    assert torch.equal(model.weight, again.weight)


def test_a_compiled_part_of_a_module(runs):
    def make(compiled):
        inner = torch.nn.Linear(2, 2)
        return torch.nn.Sequential(torch.compile(inner, backend="eager") if compiled else inner)

    model, again = make(True), make(False)
    train(runs, model=model)
    train(runs, model=again)
    assert torch.equal(again[0].weight, next(model.parameters()))


def test_settings_that_the_program_has_changed_are_told(runs, capsys):
    def make(lr, t_max):
        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=t_max)
        return {"model": model, "optimizer": optimizer, "scheduler": scheduler}

    objects = make(0.1, 10)
    train(runs, **objects, step=lambda: (objects["optimizer"].step(), objects["scheduler"].step()))
    capsys.readouterr()
    train(runs, steps=3, **make(0.1, 10))
    assert "in this program" not in capsys.readouterr().out, "the schedule's own change is none"
    train(runs, steps=4, **make(0.2, 20))
    said = capsys.readouterr().out
    assert "lr was 0.1, is 0.2 in this program" in said and "T_max was 10, is 20" in said


def test_the_new_value_is_kept_as_it_says(runs):
    model = torch.nn.Linear(2, 1)
    train(runs, model=model, optimizer=torch.optim.SGD(model.parameters(), lr=0.1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    run = Run("r", runs, every=1).track(model=model, optimizer=optimizer)
    run.restore()
    optimizer.param_groups[0]["lr"] = 0.7
    for _ in run.epochs(1):
        for _ in run.batches(range(2)):
            assert optimizer.param_groups[0]["lr"] == 0.7
    run.finish()


def test_parameters_in_another_order_are_refused(runs):
    def make(order):
        model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))
        parameters = [p for name, p in sorted(model.named_parameters(), reverse=order)]
        return {"model": model, "optimizer": torch.optim.Adam(parameters, lr=0.1)}

    train(runs, **make(False))
    with pytest.raises(CheckpointMismatchError, match="had model.0.bias where it has model.1"):
        train(runs, steps=3, **make(True))


def test_a_smaller_batch_within_an_epoch_is_told(runs, capsys):
    def attempt(size, stop=None):
        run = Run("r", runs, every=1).track(state={"n": 0})
        loader = torch.utils.data.DataLoader(torch.arange(12), batch_size=size)
        for _ in run.epochs(1):
            for number, _ in run.enumerate(loader):
                if number == stop:
                    run.manager.close()
                    return
        run.finish()

    attempt(2, stop=3)
    attempt(3)
    assert "2 batch size, now 3" in capsys.readouterr().out


def test_sparse_gradients_wait(runs):
    def make():
        torch.manual_seed(0)
        model = torch.nn.Embedding(6, 2, sparse=True)
        optimizer = torch.optim.SparseAdam(model.parameters(), lr=0.1)
        return model, optimizer

    def attempt(stop=None):
        model, optimizer = make()
        run = Run("r", runs / str(stop is None), every=1).track(model=model, optimizer=optimizer)
        for step in run.steps(6):
            model(torch.tensor([step, 0])).sum().backward()
            if step % 2:
                optimizer.step()
                optimizer.zero_grad()
            run.save()
            if step == stop:
                run.manager.close()
                return None
        run.finish()
        return model.weight.detach()

    whole = attempt()
    (runs / "True").rename(runs / "whole")
    attempt(stop=2)
    (runs / "False").rename(runs / "True")
    assert torch.equal(attempt(), whole)


def test_train_and_eval_mode_come_back(runs):
    model = torch.nn.Sequential(torch.nn.Dropout(), torch.nn.Linear(2, 2))
    train(runs, model=model, step=lambda: (model[0].eval(), model[1].weight.requires_grad_(False)))
    again = torch.nn.Sequential(torch.nn.Dropout(), torch.nn.Linear(2, 2))
    train(runs, model=again)
    assert not again[0].training and again.training
    assert not again[1].weight.requires_grad and again[1].bias.requires_grad


def big_log(runs):
    run = Run("r", runs).track(state={"n": 0})
    run.log(a=10**400)


def looped(runs):
    (runs / "loop").symlink_to(runs / "loop")
    Run("r", runs / "loop")


def a_file(runs):
    (runs / "file").write_text("x")
    Run("r", runs / "file")


REFUSED = {
    "a file": (a_file, "is a file. Give the folder"),
    "a link to itself": (looped, "Can't use .*loop"),
    "a long name": (lambda runs: Run("x" * 300, runs), "is too long"),
    "a number as name": (lambda runs: Run(5, runs), "name is a string"),
    "a number as folder": (lambda runs: Run("r", 5), "folder is a path"),
    "a large number": (big_log, "log numbers"),
    "an object": (
        lambda runs: train(runs, thing=object()),
        "give it state_dict and load_state_dict",
    ),
    "sparse": (lambda runs: train(runs, x={"t": torch.eye(3).to_sparse()}), "it is sparse"),
    "nested": (
        lambda runs: train(runs, x={"t": torch.nested.nested_tensor([torch.ones(2)])}),
        "it is nested",
    ),
    "lazy": (lambda runs: train(runs, m=torch.nn.LazyLinear(3)), "has no data yet"),
}


@pytest.mark.parametrize(("action", "says"), REFUSED.values(), ids=REFUSED)
@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_refused_with_the_way_out(runs, action, says):
    # With storage in use, a run's folder is looked for in the remote first.
    importlib.import_module("runtime_kit.storage.providers.rclone_copy")
    with pytest.raises(CheckpointError, match=says):
        action(runs)


def test_two_objects_on_one_run_in_one_process(runs):
    older = Run("r", runs, every=1).track(state={"n": 0}).steps(5)
    next(older), next(older)
    newer = Run("r", runs, every=1).track(state={"n": 0}).steps(5)
    next(newer)
    with pytest.raises(CheckpointError, match="Another Run object of this process"):
        next(older)
    assert next(newer) == 2


def run_with_groups(folder, *, whole, stop=None, steps=4):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 1))
    optimizer = torch.optim.SGD(model[1].parameters(), lr=0.1, momentum=0.9)
    tracked = {"model": model if whole else model[1], "optimizer": optimizer}
    run = Run("r", folder, every=1).track(**tracked)
    for step in run.steps(steps):
        if step == 1:
            optimizer.add_param_group({"params": model[0].parameters(), "lr": 0.01})
        optimizer.zero_grad()
        model(torch.ones(1, 2)).square().sum().backward()
        optimizer.step()
        if step == stop:
            break
    run.finish()
    return [value.tolist() for value in model.state_dict().values()], optimizer.state_dict()


def test_groups_that_the_loop_adds_come_back(runs):
    """In a program that has made the optimizer without them."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", CheckpointWarning)
        expected = run_with_groups(runs / "whole", whole=True)
        run_with_groups(runs / "parts", whole=True, stop=2)
        weights, state = run_with_groups(runs / "parts", whole=True)
    assert weights == expected[0] and len(state["param_groups"]) == 2
    assert state["param_groups"] == expected[1]["param_groups"]


def test_groups_of_what_is_not_tracked_are_told_when_the_loop_adds_them(runs):
    with pytest.warns(CheckpointWarning, match="parameters to an optimizer that belong to nothing"):
        run_with_groups(runs, whole=False)


class Counting(torch.nn.Module):
    """Keeps counters, a list and a hidden state outside of its state_dict."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)
        self.seen, self.losses = 0, []

    def forward(self, x):
        self.hidden = getattr(self, "hidden", torch.zeros(2)) + x
        self.seen += 1
        self.losses.append(float(self.seen))
        return self.layer(self.hidden)


def test_plain_attributes_of_modules_come_back(runs):
    made = Counting()
    train(runs, steps=2, nets=[torch.nn.Sequential(made)], step=lambda: made(torch.ones(2)))
    again = Counting()
    losses = again.losses
    train(runs, steps=5, nets=[torch.nn.Sequential(again)], step=lambda: again(torch.ones(2)))
    assert again.seen == 5
    assert again.losses is losses and losses == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert torch.equal(again.hidden, torch.full((2,), 5.0))
