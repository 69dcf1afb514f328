"""State that is easily stored wrong: it comes back as it was, or is refused with its path."""

import random
from collections import OrderedDict

import pytest
import torch
from script import Script

from runtime_kit import CheckpointManager, Run
from runtime_kit._os.worker import Worker
from runtime_kit.checkpoint import CannotStoreError
from runtime_kit.checkpoint.loop.loop_boundary import LoopBoundary
from runtime_kit.checkpoint.state.snapshot import Snapshot
from runtime_kit.checkpoint.write.checksums import ChecksumThread


@pytest.fixture
def runs(runs_in_memory):
    return runs_in_memory


def save_and_load(folder, **objects):
    run = CheckpointManager("r", folder)
    run.save(1, objects, wait=True)
    state = run.restore().state
    run.close()
    return state


def test_views_whose_bytes_are_to_be_changed_yet(runs):
    z = torch.tensor([1 + 2j, 3 - 1j])
    wide = z.to(torch.complex128)
    values = {"z": z, "conj": z.conj(), "neg": z.conj().imag, "wide": wide, "h": wide.conj()}
    loaded = save_and_load(runs, state=values)["state"]
    for name, value in values.items():
        assert torch.equal(loaded[name], value.resolve_conj().resolve_neg()), name


def test_tensors_of_inference_mode(runs):
    """They count no changes; a stop between loops still saves what was."""
    with torch.inference_mode():
        ema = {"w": torch.ones(3)}
    run = Run("r", runs, every=1).track(ema=ema)
    for _ in run.epochs(1):
        for _ in run.batches(range(2)):
            with torch.inference_mode():
                ema["w"] += 1
        with torch.inference_mode():
            ema["w"] += 10  # will run again
        run.save(wait=True)
        saved = run.manager.restore()
    assert saved.body["loop"]["done"] and saved.state["ema"]["w"].tolist() == [3.0] * 3
    run.finish()
    with torch.inference_mode():
        again = {"w": torch.zeros(3)}
    Run("r", runs).track(ema=again).restore()
    assert again["w"].tolist() == [13.0] * 3


def test_a_change_past_the_version_is_seen():
    """An average that is kept with .data, after a loop."""
    weight = torch.nn.Parameter(torch.randn(5, 7))
    dtypes = (torch.bool, torch.complex64, torch.float8_e4m3fn)
    others = {str(t): torch.zeros(3).to(t) for t in dtypes}
    boundary = LoopBoundary(
        Snapshot.take(1, {"state": {"w": weight, "nan": torch.full((2,), float("nan"))}}, {})
    )
    assert boundary.snapshot() is not None
    weight.data.mul_(0.5)
    assert boundary.snapshot() is None
    assert LoopBoundary(Snapshot.take(1, {"state": others}, {})).snapshot() is not None


class Wrapped(torch.Tensor):
    """A tensor whose data is in another one, as that of quantized weights."""

    @staticmethod
    def __new__(cls, inner):
        return torch.Tensor._make_wrapper_subclass(cls, inner.shape, dtype=inner.dtype)

    def __init__(self, inner):
        self.inner = inner

    def __tensor_flatten__(self):
        return ["inner"], None

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return NotImplemented


def deep(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [Wrapped(torch.ones(2)), deep(150), 1 << 20_000],
    ids=["wrapped tensor", "too deep", "too long a number"],
)
def test_refused_before_it_is_lost(runs, value):
    with pytest.raises(CannotStoreError, match=r"^state.it"):
        Run("r", runs).track(state={"it": value})


def test_stored_up_to_the_limits(runs):
    state = {"deep": deep(95), "long": -(1 << 12_000), "nan": {float("nan"): 1}, "\ud800": 2}
    loaded = save_and_load(runs, state=state)["state"]
    assert loaded["deep"] == state["deep"] and loaded["long"] == state["long"]
    assert loaded["\ud800"] == 2 and [key != key for key in loaded["nan"]] == [True]


def test_the_name_that_safetensors_has_for_itself(runs):
    state = {"__metadata__": torch.arange(3)}
    assert save_and_load(runs, **state)["__metadata__"].tolist() == [0, 1, 2]


def test_the_order_of_a_dict_comes_back(runs):
    cache = OrderedDict(a=1, b=2, c=3)
    run = Run("r", runs).track(cache=cache)
    cache.move_to_end("a")
    run.save(wait=True)
    run.finish()
    fresh = OrderedDict(a=1, b=2, c=3)
    Run("r", runs).track(cache=fresh).restore()
    assert list(fresh) == ["b", "c", "a"]


def test_tensors_that_are_one_in_memory(runs):
    """Tied ones stay tied, an expanded one is replaced in its dict and refused by itself."""
    shared = torch.rand(4)
    state = {"a": shared, "b": shared, "e": torch.rand(1).expand(3)}
    run = Run("r", runs).track(state=state)
    run.save(wait=True)
    run.finish()
    new = torch.zeros(4)
    fresh = {"a": new, "b": new, "e": torch.zeros(1).expand(3)}
    Run("r", runs).track(state=fresh).restore()
    assert fresh["a"] is fresh["b"] is new and torch.equal(new, shared)
    assert torch.equal(fresh["e"], state["e"])
    with pytest.raises(CannotStoreError, match="clone"):
        Run("other", runs).track(e=state["e"])


def test_a_default_device_that_is_no_host(runs):
    """torch.set_default_device("cuda"): buffers of the engine are still the host's."""
    code = """
model = torch.nn.Linear(30, 30).to(memory_format=torch.contiguous_format)
state = {"t": torch.rand(2, 3, 4, 5).to(memory_format=torch.channels_last), "e": torch.empty(0, 2)}
torch.set_default_device("meta")
run = Run("r", sys.argv[1], every=1).track(model=model, state=state)
with torch.no_grad():
    for _ in run.steps(3):
        model.weight += 1
run.finish()
was = model.weight.clone(), state["t"].clone()
model.weight.data.zero_(), state["t"].zero_()
assert run.restore().step == 3
assert torch.equal(model.weight, was[0]) and torch.equal(state["t"], was[1])
print("SAME")
"""
    with Script(code, runs) as script:
        assert script.end() == 0, script.text
    assert "SAME" in script.text


def test_a_scaler_that_was_off_begins_fresh(runs, capsys):
    off, on = torch.amp.GradScaler("cpu", enabled=False), torch.amp.GradScaler("cpu")
    run = Run("r", runs).track(scaler=off)
    run.save(wait=True)
    run.finish()
    Run("r", runs).track(scaler=on).restore()
    assert "'scaler' was disabled" in capsys.readouterr().out and on.get_scale() == 65536.0


OPTIMIZERS = [
    name
    for name in sorted(vars(torch.optim))
    if isinstance(getattr(torch.optim, name), type)
    and name not in ("Optimizer", "SparseAdam", "LBFGS", "Muon")
]


def schedulers(optimizer):
    made = torch.optim.lr_scheduler
    return {
        "lambda": made.LambdaLR(optimizer, lambda epoch: 0.9**epoch),
        "cosine": made.CosineAnnealingWarmRestarts(optimizer, 2),
        "cycle": made.OneCycleLR(optimizer, 0.1, total_steps=20, cycle_momentum=False),
        "plateau": made.ReduceLROnPlateau(optimizer),
        "chain": made.SequentialLR(
            optimizer, [made.ConstantLR(optimizer), made.ExponentialLR(optimizer, 0.9)], [2]
        ),
        "cyclic": made.CyclicLR(optimizer, 0.01, 0.1, cycle_momentum=False),
        "steps": made.MultiStepLR(optimizer, [2, 4]),
        "swa": torch.optim.swa_utils.SWALR(optimizer, 0.05),
    }


def training(name):
    random.seed(0), torch.manual_seed(0)
    model = torch.nn.Linear(3, 2)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.01)
    return model, optimizer


def steps(model, optimizer, count):
    for _ in range(count):
        optimizer.zero_grad()
        model(torch.rand(4, 3)).square().sum().backward()
        optimizer.step()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_goes_on(runs, name):
    model, optimizer = training(name)
    run = Run("r", runs).track(model=model, optimizer=optimizer)
    steps(model, optimizer, 3)
    run.save(wait=True)
    run.finish()
    torch.manual_seed(9)
    steps(model, optimizer, 3)
    other, again = training(name)
    Run("r", runs).track(model=other, optimizer=again).restore()
    torch.manual_seed(9)
    steps(other, again, 3)
    assert torch.equal(model.weight, other.weight)


def test_schedulers_go_on(runs):
    for name in schedulers(training("SGD")[1]):
        optimizer = training("SGD")[1]
        one = schedulers(optimizer)[name]
        run = Run(name, runs).track(optimizer=optimizer, scheduler=one)
        for _ in range(3):
            optimizer.step()
            one.step(*([1.0] if name == "plateau" else []))
        run.save(wait=True)
        run.finish()
        again = training("SGD")[1]
        other = schedulers(again)[name]
        Run(name, runs).track(optimizer=again, scheduler=other).restore()
        for scheduler in (one, other):
            scheduler.step(*([1.0] if name == "plateau" else []))
        assert other.get_last_lr() == one.get_last_lr(), name


def test_where_no_thread_is_to_be_had(runs, monkeypatch):
    """A container's limit of processes: saved while the training waits."""

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    run = Run("r", runs, every=1).track(state={"w": torch.rand(100)})
    monkeypatch.setattr(ChecksumThread, "start", refuse)
    monkeypatch.setattr("runtime_kit._os.worker.threading.Thread.start", refuse)
    for _ in run.steps(2):
        pass
    run.finish()
    monkeypatch.undo()
    assert [c.step for c in run.checkpoints()] == [1, 2]
    assert not Worker("spare").busy
