"""What cannot resume exactly is refused before the first step, or named before the second."""

import textwrap
import warnings

import pytest
from shape_runner import execute

from runtime_kit.checkpoint import CheckpointError, CheckpointWarning, LoopError
from runtime_kit.checkpoint.loop import frames

HEAD = """
import itertools, sys, torch
from runtime_kit import Run
L = torch.utils.data.DataLoader(torch.arange(8.), batch_size=2, shuffle=True)
M = torch.utils.data.DataLoader(torch.arange(8.), batch_size=2, shuffle=True)
run = Run("r", sys.argv[1], every=1).track(state={"n": 0})
done = []
"""
REFUSED = {
    "next of an iterator": (
        "it = iter(L)\nfor s in run.steps(3):\n    done.append(next(it))",
        r"Write it = run.cycle\(L\) before the loop",
    ),
    "next of a cycle function": (
        "def cycle(loader):\n    while True:\n        yield from loader\nit = cycle(M)\n"
        "for s in run.steps(3):\n    done.append(next(it))",
        r"Write it = run.cycle\(M\)",
    ),
    "next in a function": (
        "it = iter(L)\ndef step():\n    done.append(next(it))\nfor s in run.steps(3):\n    step()",
        r"Write it = run.cycle\(L\)",
    ),
    "next of an attribute": (
        "class T:\n    def go(self):\n        self.it = iter(L)\n        for s in run.steps(3):\n"
        "            done.append(next(self.it))\nT().go()",
        r"Write self.it = run.cycle\(L\)",
    ),
    "next with a new iterator at the end": (
        "it = iter(L)\nfor s in run.steps(9):\n    try:\n        x = next(it)\n"
        "    except StopIteration:\n        it = iter(L)\n        x = next(it)\n    done.append(x)",
        r"Write it = run.cycle\(L\)",
    ),
    "zip with a loader": (
        "for x, y in zip(run.batches(L), M):\n    done.append(x)",
        r"run.batches\(zip\(loader, ...\)\)",
    ),
    "a list comprehension": ("done += [x for x in run.batches(L)]", "Write a for loop"),
    "a dict comprehension": (
        "done.append({i: x for i, x in enumerate(run.batches(L))})",
        "for loop",
    ),
    "a set comprehension": ("done.append({y for x in run.batches(L) for y in x})", "for loop"),
    "a comprehension of a generator": (
        "def train():\n    for x in run.batches(L):\n        yield x\ndone += [x for x in train()]",
        "Write a for loop",
    ),
    "a comprehension of a function's results": (
        "def fit(e):\n    for x in run.batches(L):\n        done.append(x)\n    return e\n"
        "result = [fit(e) for e in range(3)]",
        "Write a for loop",
    ),
    "a generator expression": ("done.append(sum(x.sum() for x in run.batches(L)))", "for loop"),
    "next by its method": (
        "it = iter(L)\nfor s in run.steps(3):\n    done.append(it.__next__())",
        r"Write it = run.cycle\(L\)",
    ),
    "next in an object": (
        "class Ahead:\n    def __init__(self):\n        self.it = iter(L)\n    def get(self):\n"
        "        return next(self.it)\nahead = Ahead()\nfor s in run.steps(3):\n"
        "    done.append(ahead.get())",
        r"Write self.it = run.cycle\(L\)",
    ),
    "a batch ahead": (
        "class Ahead:\n    def __init__(self, it):\n        self.it, self.x = it, next(it)\n"
        "ahead = Ahead(run.batches(L))",
        "where no loop asks for each batch",
    ),
    "steps beside a generator": (
        "def rounds():\n    while True:\n        yield from L\n"
        "for s, x in zip(run.steps(3), rounds()):\n    done.append(x)",
        r"Write zip\(run.steps\(n\), run.cycle\(loader\)\)",
    ),
    "a cycle before the steps": (
        "for x, s in zip(run.cycle(L), run.steps(3)):\n    done.append(x)",
        r"Write run.steps\(n\) first",
    ),
    "numbers of what a filter lets through": (
        "for i, x in enumerate(filter(None, run.batches(L))):\n    done.append(x)",
        "Count in a variable of the loop",
    ),
    "numbers of what a generator lets through": (
        "def some():\n    for x in run.batches(L):\n        if x.sum() > 3:\n            yield x\n"
        "for i, x in enumerate(some()):\n    done.append(x)",
        r"how many items some\(\) has let through",
    ),
    "a list": ("for x in list(run.batches(L)):\n    done.append(x)", "list takes all items of run"),
    "a list of a generator": (
        "def train():\n    for x in run.batches(L):\n        yield x\nresult = list(train())",
        r"list takes all items of train\(\)",
    ),
    "another optimizer": (
        "w = torch.nn.Parameter(torch.zeros(2))\nopt = torch.optim.SGD([w], 0.1)\n"
        "run.track(opt=opt)\nfor epoch in run.epochs(3):\n    if epoch == 1:\n"
        "        opt = torch.optim.Adam([w])\n    for x in run.batches(L):\n"
        "        opt.zero_grad()\n        done.append(x)",
        "makes another opt",
    ),
    "unpacking": ("a, b, c, d = run.batches(L)\ndone.append(a)", "unpacking takes all items"),
    "arguments": ("print(*run.batches(L))\ndone.append(1)", "unpacking takes all items"),
    "pairs": (
        "for x, y in itertools.pairwise(run.batches(L)):\n    done.append(x)",
        "pairwise around run.batches",
    ),
}


@pytest.fixture
def runs(runs_in_memory):
    return runs_in_memory


@pytest.mark.parametrize(("code", "line"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("in_function", [False, True], ids=["cell", "function"])
def test_refused_before_a_step(runs, code, line, in_function):
    if in_function:
        if "def step" in code:
            pytest.skip("its iterator is a variable of the module")
        code = "def main():\n" + textwrap.indent(code.replace("done +=", "done[:] ="), "    ")
        code += "\nmain()"
    with pytest.raises(LoopError, match=line):
        execute(HEAD + code, runs)
    assert not list(runs.glob("r/step-*"))


LINES_ONLY = ["a list", "a list of a generator", "unpacking", "arguments", "a batch ahead"]


@pytest.mark.parametrize("case", LINES_ONLY)
def test_refused_where_only_lines_are_known(runs, monkeypatch, case):
    """As in Python 3.10, whose code has no columns."""
    monkeypatch.setattr(frames, "_position", lambda code, instruction: None)
    code, line = REFUSED[case]
    with pytest.raises(LoopError, match=line):
        execute(HEAD + code, runs)
    assert not list(runs.glob("r/step-*"))


SUMMED = """
w = torch.nn.Parameter(torch.zeros(2))
loss = 0
for i, x in enumerate(run.batches(L)):
    loss = loss + (w * x.mean()).sum()
    if i % 2 == 1:
        loss.backward()
        loss = 0
    done.append(x)
"""


SCALER = "scaler = torch.amp.GradScaler(enabled=False)\n"
DIFFERENTIATED = [
    "loss.backward()",
    "scaler.scale(loss / 2).backward()",
    "accelerator.backward(loss)",
]


@pytest.mark.parametrize("how", DIFFERENTIATED)
def test_a_sum_of_losses_is_refused_before_the_second_step(runs, how):
    summed = SCALER + SUMMED.replace("loss.backward()", how)
    with pytest.raises(LoopError, match="loss is summed over several batches"):
        execute(HEAD + summed, runs)
    assert not list(runs.glob("r/step-*"))
    if "accelerator" not in how:
        assert execute(HEAD + "run.exclude('loss')\n" + summed, runs).values is not None


def test_a_loss_that_is_kept_for_later_turns_is_no_sum(runs):
    kept = SUMMED.replace("loss = loss + ", "new = loss + 0 * ").replace(
        "loss = 0\n", "loss = 0.0\n"
    )
    kept = kept.replace("loss.backward()", "loss = (w * 2).sum()\n        loss.backward()")
    kept = kept.replace("        loss = 0.0\n    done", "    done")
    assert execute(HEAD + kept, runs).values is not None


def test_what_is_excluded_is_let_be(runs):
    code = "it = iter(L)\nrun.exclude('it')\nfor s in run.steps(2):\n    done.append(next(it))"
    assert execute(HEAD + code, runs).values is not None


NAMED = """
import threading
class Counter:
    def __init__(self):
        self.lines = open("/dev/null")
        self.gen = (i for i in range(9))
        self.thing = object()
        self.n = 0
    def add(self):
        self.n += 1
        self.thing = object()
counter = Counter()
for s in run.steps(3):
    counter.add()
    print("step", s)
"""


def test_what_is_not_saved_is_named_once_before_the_second_step(runs):
    outcome = execute(HEAD + NAMED, runs)
    (told,) = outcome.warnings
    assert "`counter.thing` (object) is not saved" in told and 'run.exclude("counter")' in told


OUTSIDE = """
w = torch.nn.Parameter(torch.zeros(2))
opt = torch.optim.SGD([w], 0.1)
run.track(opt=opt, w={"w": w.data})
for epoch in range(4):
    for x in LOOP:
        w.grad = torch.ones(2)
        opt.step()
"""


def test_steps_outside_of_the_loops_are_named_once_with_the_line(runs):
    outcome = execute(HEAD + OUTSIDE.replace("LOOP", "L"), runs)
    (told,) = outcome.warnings
    line = (HEAD + OUTSIDE).splitlines().index("    for x in LOOP:") + 1
    assert "steps outside of the run's loops" in told and f"line {line} (for x in L:)" in told
    assert not execute(HEAD + OUTSIDE.replace("LOOP", "run.batches(L)"), runs).warnings
    saved = OUTSIDE.replace("LOOP", "L") + "    run.save()\n"
    assert not execute(HEAD + saved.replace("(4)", "(3)"), runs / "saved").warnings


def test_a_stated_variable_that_is_not_there(runs):
    code = "run.carry('totl')\ntotal = 0\nfor s in run.steps(3):\n    total += 1"
    with pytest.raises(CheckpointError, match="no variable of this name"):
        execute(HEAD + code, runs)


def test_a_stated_variable_that_the_source_does_not_show(runs):
    code = """
hidden = {"n": 0}
run.carry("hidden")
alias = [hidden]
for s in run.steps(4):
    alias[0]["n"] += 1
    if s == STOP:
        raise KeyboardInterrupt
"""
    execute(HEAD + code.replace("STOP", "2"), runs)
    assert execute(HEAD + code.replace("STOP", "9"), runs).values["hidden"] == {"'n'": "4"}


def test_names_are_strings(runs):
    with pytest.raises(TypeError, match="a variable's name is a string"):
        execute(HEAD + "run.carry(done)", runs)


def test_numbering_upwards_only(runs):
    with pytest.raises(ValueError, match="counts upwards"):
        execute(HEAD + "run.epochs(9, 0, -1)", runs)


def test_a_harmless_loop_is_silent(runs):
    with warnings.catch_warnings():
        warnings.simplefilter("error", CheckpointWarning)
        assert not execute(HEAD + "for x in run.batches(L):\n    y = x + 1", runs).warnings
