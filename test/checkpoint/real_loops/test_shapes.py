"""Training loops as people write them: stopped anywhere, they come out bit for bit the same."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from checker import valid_steps
from shape_runner import SHAPES, as_function, differing, execute, source_of

# accelerate is installed for the nightly stage only; others have parts that shapes before have.
NIGHTLY = {"accelerated", "callbacks", "ctc", "curriculum", "meta", "moco", "weighted"}
NAMES = sorted(path.stem for path in SHAPES.glob("*.py"))


@pytest.fixture
def runs(runs_in_memory):
    return runs_in_memory


def program(shape, form):
    return as_function(source_of(shape)) if form == "function" else source_of(shape)


def stopped_often(source, folder, dice, how, *, stops, **options):
    """Stopped a few times after random numbers of lines, then let run to its end."""
    for _ in range(stops):
        first = len(source.splitlines())
        outcome = execute(
            source, folder, stop_at=dice.randrange(first, 4 * first), how=how, **options
        )
        if outcome.values is not None:
            break
    return execute(source, folder, **options)


FAST = [("cell", "kill"), ("function", "interrupt")]
FORMS = [(form, how) for form in ("cell", "function", "no source") for how in ("kill", "interrupt")]


def marks(shape, *form):
    if shape in NIGHTLY:
        return pytest.mark.nightly if form in FAST else pytest.mark.exhaustive
    return () if form in FAST else pytest.mark.nightly


CASES = [pytest.param(n, *form, marks=marks(n, *form)) for n in NAMES for form in FORMS]
OFTEN = random.Random(5).sample(NAMES, 8)


@pytest.mark.parametrize(("shape", "form", "how"), CASES)
def test_equals_the_uninterrupted_training(runs, shape, form, how):
    source = program(shape, form)
    options = {"sources": form != "no source"}
    whole = execute(source, runs / "whole", **options)
    assert whole.values and not whole.warnings, whole.warnings
    dice = random.Random(f"{shape} {form} {how}")
    resumed = stopped_often(source, runs / "parts", dice, how, stops=2, **options)
    assert resumed.values is not None
    assert differing(whole.values, resumed.values) == []


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(n, marks=pytest.mark.nightly if n in OFTEN else pytest.mark.exhaustive)
        for n in NAMES
    ],
)
def test_killed_three_times_in_a_row(runs, shape):
    source = source_of(shape)
    whole = execute(source, runs / "whole")
    dice, first = random.Random(f"often {shape}"), len(source.splitlines())
    for _ in range(3):
        line = dice.randrange(first, max(len(whole.lines), first + 1))
        outcome = execute(source, runs / "parts", stop_at=line, how="kill")
        if outcome.values is not None:
            break  # what was left of it is shorter
    else:
        outcome = execute(source, runs / "parts")
    assert differing(whole.values, outcome.values) == []


@pytest.mark.parametrize("shape", ["unfreezing", "early_stopping"])
def test_restored_by_hand_before_the_loop(runs, shape):
    loop = "for epoch in run.epochs"
    source = source_of(shape).replace(loop, f"run.restore()\n{loop}")
    whole = execute(source, runs / "whole")
    dice = random.Random(shape)
    resumed = stopped_often(source, runs / "parts", dice, "kill", stops=3)
    assert differing(whole.values, resumed.values) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("how", ["kill", "interrupt"])
@pytest.mark.parametrize("shape", NAMES)
def test_stopped_at_many_lines(runs, shape, how):
    source = source_of(shape)
    whole = execute(source, runs / "whole")
    dice = random.Random(shape)
    for line in sorted(dice.sample(range(len(whole.lines)), 4)):
        folder = runs / f"at-{line}"
        execute(source, folder, stop_at=line, how=how)
        resumed = execute(source, folder)
        where = source.splitlines()[whole.lines[line] - 1].strip()
        assert differing(whole.values, resumed.values) == [], f"stopped before: {where}"
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("shape", ["mnist"])
def test_a_real_kill_of_a_script(runs, shape):
    """The script in a process of its own, which is killed in its first epoch."""
    runner = Path(sys.modules["shape_runner"].__file__)
    script = SHAPES / f"{shape}.py"

    def start(folder):
        return subprocess.Popen([sys.executable, runner, script, folder, runs / "out"])

    assert start(runs / "whole").wait() == 0
    whole = (runs / "out").read_text()
    (runs / "out").unlink()
    process = start(runs / "parts")
    while max(valid_steps(runs / "parts" / "r"), default=0) < 3:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert start(runs / "parts").wait() == 0
    assert (runs / "out").read_text() == whole
