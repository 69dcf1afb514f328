"""Loops that are left: what another "Run all" does."""

import textwrap

import pytest
from shape_runner import as_function, differing, execute

HEAD = """
import sys
import torch
from runtime_kit import Run
torch.manual_seed(0)
L = torch.utils.data.DataLoader(torch.arange(10.), batch_size=2, shuffle=True)
w = torch.nn.Parameter(torch.zeros(2))
optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
run = Run("r", sys.argv[1], every=100).track(optimizer=optimizer, weight={"w": w.data})
BUDGET = int(sys.argv[2]) if len(sys.argv) > 2 else None
spent = [0]
def over():
    spent[0] += 1
    return spent[0] == BUDGET
run.exclude("spent")
def step(x):
    optimizer.zero_grad()
    (w * x.mean()).sum().add(torch.rand(2).sum()).backward()
    optimizer.step()
"""
BREAK_TWICE = """
seen, total = [], 0.0
for epoch in run.epochs(3):
    stopped = False
    for i, x in enumerate(run.batches(L)):
        step(x)
        seen.append((epoch, i, float(x.sum())))
        total += float(x.sum())
        if over():
            stopped = True
            break
    if stopped:
        break
    seen.append(("end", total))
run.finish()
"""
RETURN = """
def train():
    seen, total = [], 0.0
    for epoch in run.epochs(3):
        for i, x in enumerate(run.batches(L)):
            step(x)
            seen.append((epoch, i, float(x.sum())))
            total += float(x.sum())
            if over():
                return None
        seen.append(("end", total))
    return seen, total
result = train()
run.finish()
"""
ELSE = """
seen = []
for epoch in run.epochs(3):
    for i, x in run.enumerate(L):
        step(x)
        seen.append((epoch, i, float(x.sum()), run.batch))
        if over():
            break
    else:
        seen.append("end")
        continue
    break
run.finish()
"""
EARLY = """
best, bad, seen = 1e9, 0, []
for epoch in run.epochs(9):
    for x in run.batches(L):
        step(x)
    seen.append(float(w.sum()))
    if epoch % 2 == 0:
        best = epoch
        bad = 0
    else:
        bad += 1
    print(best)
    if epoch == 3:
        break
run.finish()
"""


@pytest.fixture
def runs(runs_in_memory):
    return runs_in_memory


def go(body, folder, budget=None):
    source = HEAD.replace("int(sys.argv[2]) if len(sys.argv) > 2 else None", repr(budget))
    return execute(textwrap.dedent(source + body), folder)


@pytest.mark.parametrize("body", [BREAK_TWICE, RETURN, ELSE], ids=["twice", "return", "else"])
def test_left_in_a_batch_goes_on_with_the_next_one(runs, body):
    whole = go(body, runs / "whole")
    for budget in (3, 5, 1):
        left = go(body, runs / "parts", budget)
        assert left.values is not None
    found = go(body, runs / "parts")
    whole.values.pop("spent"), found.values.pop("spent"), whole.values.pop("BUDGET")
    found.values.pop("BUDGET")
    assert differing(whole.values, found.values) == []


def test_stopped_early_stays_so(runs):
    first = go(EARLY, runs / "r")
    for _ in range(2):
        again = go(EARLY, runs / "r")
        assert differing(first.values, again.values) == []


def test_finished_trains_nothing_more(runs):
    first = go(BREAK_TWICE, runs / "r")
    again = go(BREAK_TWICE, runs / "r")
    assert "already" in again.output
    first.values.pop("spent"), again.values.pop("spent")
    assert differing(first.values, again.values) == []


STEPS = """
batches, seen, best = run.cycle(L), [], 0.0
for s in run.steps(9):
    x = next(batches)
    step(x)
    seen.append((s, float(x.sum())))
    best = max(best, float(x.sum()))
    if over():
        stopped = True
        break
after = torch.rand(2)
seen.append(best)
print("after")
seen.append(after.tolist())
run.finish()
"""


@pytest.mark.parametrize("form", [str, as_function], ids=["cell", "function"])
def test_steps_that_were_left_stay_so_until_the_run_is_finished(runs, form):
    def program(stop=""):
        body = STEPS.replace(stop, f"raise KeyboardInterrupt\n{stop}") if stop else STEPS
        source = HEAD.replace("int(sys.argv[2]) if len(sys.argv) > 2 else None", "4") + body
        return form(source.replace('run.exclude("spent")\n', ""))

    whole = execute(program(), runs / "whole")
    assert "'4'" not in str(whole.values["seen"])
    for place in ["after = ", "seen.append(best)", 'print("after")']:
        folder = runs / place.partition("(")[0].strip(" =")
        for _ in range(2):
            assert execute(program(place), folder).values is None
        resumed = execute(program(), folder)
        assert "continuing after the loop" in resumed.output
        assert differing(whole.values, resumed.values) == [], place
    again = execute(program(), runs / "whole")
    assert "'4'" in str(again.values["seen"]), "who finished trains on"


@pytest.mark.parametrize("kept", [False, True], ids=["zip", "zip in a variable"])
def test_an_error_beside_the_steps_is_no_break(runs, kept):
    """It is raised where a zip that ends would end the loop."""
    source = """
import sys
from torch.utils.data import DataLoader
from runtime_kit import Run
counts = {"n": 0}
class Records:
    def __len__(self):
        return 8
    def __getitem__(self, n):
        if n == 3 and FAILS:
            raise OSError("no such record")
        return n
run = Run("r", sys.argv[1], every=1).track(counts=counts)
pairs = zip(run.steps(8), run.cycle(DataLoader(Records())))
try:
    for step, _ in PAIRS:
        counts["n"] += 1
    run.finish()
except OSError:
    pairs = None
    raise KeyboardInterrupt
"""
    pairs = "zip(run.steps(8), run.cycle(DataLoader(Records())))"
    source = source.replace("PAIRS", "pairs" if kept else pairs)
    if not kept:
        source = source.replace(f"pairs = {pairs}\n", "")
    execute(source.replace("FAILS", "True"), runs / "parts")
    outcome = execute(source.replace("FAILS", "False"), runs / "parts")
    assert outcome.values["counts"] == {"'n'": "8"}
