"""When a run saves."""

import datetime
import random
import time

import pytest
from checker import valid_steps

from runtime_kit import Run
from runtime_kit.checkpoint import CheckpointError
from runtime_kit.checkpoint.loop import schedule
from runtime_kit.checkpoint.loop.schedule import Schedule, parse_deadline, parse_duration


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when told to."""

    class Clock:
        now = 1_000_000_000.0

        def forward(self, seconds):
            self.now += seconds

    made = Clock()
    monkeypatch.setattr(schedule.time, "monotonic", lambda: made.now)
    monkeypatch.setattr(schedule.time, "time", lambda: made.now)
    return made


def train(plan, clock, *, step, stall, slower, write, steps, mirror=0.0):
    """Steps of ``step`` seconds; each save stalls and slows the steps of its write down, and of the
    copy to a mirror that follows."""
    plan.begin(0)
    total, saves, writing, copying = 0.0, [], 0.0, 0.0
    for number in range(1, steps + 1):
        duration = step * slower if writing > 0 or copying > 0 else step
        clock.forward(duration)
        total += duration
        plan.measured(duration, writing > 0 or copying > 0)
        if writing > 0:
            writing -= duration
            if writing <= 0:
                plan.written(write)
                copying = mirror
        elif copying > 0:
            copying -= duration
        if plan.due(number) and writing <= 0:
            saves.append(total)
            clock.forward(stall)
            total += stall
            plan.saved(number, stall)
            writing = write
    return total / (step * steps) - 1, saves


@pytest.mark.parametrize("overhead", [0.01, 0.03, 0.1])
@pytest.mark.parametrize(
    "cost",
    [
        {"stall": 0.05, "slower": 1.3, "write": 1.0},
        {"stall": 2.0, "slower": 1.0, "write": 10.0},
        {"stall": 0.5, "slower": 2.0, "write": 30.0},
        {"stall": 0.1, "slower": 1.5, "write": 1.0, "mirror": 20.0},
        {"stall": 0.001, "slower": 1.0, "write": 0.01},
    ],
    ids=["common", "long stall", "slow disk", "mirror", "tiny"],
)
def test_auto_stays_within_its_overhead(clock, cost, overhead):
    plan = Schedule("auto", overhead)
    warm = train(plan, clock, step=0.05, steps=20_000, **cost)
    assert warm[1][0] <= 11, "the first save comes soon, to measure and to have one"
    slowdown, saves = train(plan, clock, step=0.05, steps=200_000, **cost)
    assert slowdown <= overhead * 1.02
    gap = (saves[-1] - saves[0]) / (len(saves) - 1)
    assert gap >= 10 * 0.99
    # Not more careful than asked, either.
    assert slowdown >= overhead * 0.5 or gap <= 11


@pytest.mark.parametrize("seed", range(10))
def test_auto_stays_within_its_overhead_where_saves_vary(clock, seed):
    """Beside other programs a save costs half or twice as much as the one before."""
    dice, plan, spent, saves = random.Random(seed), Schedule("auto", 0.03), 0.0, 0
    plan.begin(0)
    begin = clock.now
    for number in range(1, 100_000):
        duration = 0.1 * dice.uniform(0.8, 1.3)
        clock.forward(duration)
        plan.measured(duration, False)
        if plan.due(number):
            cost = 0.6 * dice.choice([0.5, 1, 1, 2])
            clock.forward(cost)
            plan.saved(number, cost / 2)
            plan.written(1.0, cost / 2)
            spent, saves = spent + cost, saves + 1
    assert spent / (clock.now - begin - spent) <= 0.03 and saves > 50


def test_a_write_costs_the_processor_time_that_it_takes(clock):
    plan = Schedule("auto", 0.03)
    plan.saved(1, 0.1)
    plan.written(2.0, 1.5)
    assert plan.cost == pytest.approx(1.6) and plan.interval > 50


def test_auto_follows_a_change(clock):
    plan = Schedule("auto", 0.03)
    train(plan, clock, step=0.05, stall=0.01, slower=1.0, write=0.1, steps=10_000)
    assert plan.interval == 10
    train(plan, clock, step=0.05, stall=3.0, slower=1.5, write=5.0, steps=20_000)
    assert plan.interval >= 100
    train(plan, clock, step=0.05, stall=0.01, slower=1.0, write=0.1, steps=60_000)
    assert plan.interval <= 20


def test_fixed_intervals(clock):
    plan = Schedule("5m")
    plan.begin(0)
    clock.forward(299)
    assert not plan.due(1)
    clock.forward(2)
    assert plan.due(2)
    plan.saved(2, 0.1)
    assert not plan.due(3)
    plan = Schedule(100)
    plan.begin(250)
    assert [step for step in range(251, 420) if plan.due(step)][:1] == [300]


def test_a_failed_save_is_tried_again_soon(clock):
    plan = Schedule("1h")
    plan.begin(0)
    plan.saved(1, 0.1)
    assert not plan.due(2, failing=True)
    clock.forward(31)
    assert plan.due(3, failing=True) and not plan.due(3)


def test_before_the_deadline(clock):
    plan = Schedule("1h", deadline=clock.now + 1000)
    plan.begin(0)
    plan.saved(1, 2.0)
    plan.written(8.0)
    clock.forward(940)
    assert not plan.due(2)
    clock.forward(15)  # 45 s are left: more than three times what a save takes
    assert plan.due(3) and plan.due(4), "until it is saved"
    plan.saved(5, 2.0)
    assert not plan.due(6)


def test_values():
    assert parse_duration("90s", "every") == 90
    assert parse_duration("1h30m", "every") == 5400
    assert parse_duration("1.5 h", "every") == 5400
    for wrong in ("soon", "5", "5m x", "", -3, True):
        with pytest.raises(CheckpointError, match="every="):
            parse_duration(wrong, "every")
    now = time.time()
    assert abs(parse_deadline("11h") - now - 39600) < 5
    assert abs(parse_deadline(datetime.timedelta(minutes=1)) - now - 60) < 5
    when = datetime.datetime.now() + datetime.timedelta(hours=2)
    assert abs(parse_deadline(when) - now - 7200) < 5
    assert parse_deadline(None) is None
    with pytest.raises(CheckpointError, match="deadline"):
        parse_deadline([1])


@pytest.mark.parametrize(
    "options",
    [
        {"every": 0},
        {"every": "often"},
        {"max_overhead": 0},
        {"keep": 0},
        {"best": "loss"},
        {"best": ("loss", "lowest")},
    ],
    ids=str,
)
def test_wrong_arguments_are_named(runs, options):
    with pytest.raises(CheckpointError, match=next(iter(options))):
        Run("r", runs, **options)
    with pytest.raises(CheckpointError, match="not a valid run name"):
        Run("a/b", runs)


def test_best_is_kept_beside_the_last(runs):
    losses = [5.0, 3.0, 1.0, 4.0, float("nan"), 2.0, 6.0]
    state = {"loss": 0.0}
    run = Run("r", runs, every=1, keep=1, best=("val_loss", "min")).track(state=state)
    for epoch in run.epochs(len(losses)):
        for _ in run.batches([1, 2]):
            state["loss"] = losses[epoch]
        run.log(val_loss=losses[epoch], epoch_number=epoch)
    run.finish()
    steps = {c.step: c for c in run.checkpoints()}
    assert sorted(steps) == [6, 14] == valid_steps(runs / "r")
    assert steps[6].metrics["val_loss"] == 1.0
    again = {"loss": None}
    run = Run("r", runs, keep=1, best=("val_loss", "min")).track(state=again)
    assert run.restore(6).metrics["epoch_number"] == 2 and again["loss"] == 1.0
    assert [entry["val_loss"] for entry in run.history if "val_loss" in entry] == [5, 3, 1]
    run.manager.close()


def test_going_on_from_an_older_step(runs):
    """What was trained after it is given up once the new branch is saved, not before."""
    state = {"seen": []}
    run = Run("r", runs, every=1, keep=5).track(state=state)
    for step in run.steps(5):
        state["seen"].append(step)
        run.manager.wait()
    run.finish()
    run = Run("r", runs, every=1, keep=5).track(state=state)
    with pytest.raises(CheckpointError, match="no step 77"):
        run.restore(77)
    assert run.restore(2).step == 2 and state["seen"] == [0, 1] and run.step == 2
    assert valid_steps(runs / "r") == [1, 2, 3, 4, 5]
    for step in run.steps(4):
        state["seen"].append(-step)
        run.manager.wait()
    run.finish()
    assert valid_steps(runs / "r") == [1, 2, 3, 4]
    other = {"seen": None}
    run = Run("r", runs).track(state=other)
    assert run.restore().step == 4 and other["seen"] == [0, 1, -2, -3]
    run.manager.close()
