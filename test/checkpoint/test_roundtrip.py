"""What is stored comes back as it was, and other programs can read it."""

import collections
import datetime
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from runtime_kit import CheckpointManager, Run
from runtime_kit.checkpoint import CannotStoreError, CheckpointError, CheckpointMismatchError
from runtime_kit.checkpoint.state.decode import decode
from runtime_kit.checkpoint.state.encode import Encoder

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
)
keys = st.text() | st.integers() | st.booleans() | st.tuples(st.integers(), st.text())
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(keys, inner)
        | st.dictionaries(keys, st.integers()).map(collections.Counter)
    ),
    max_leaves=20,
)


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        if math.isnan(a):  # what sign or number a NaN has, Python does not say either
            return math.isnan(b)
        return a == b and math.copysign(1, a) == math.copysign(1, b)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b


@given(values)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_plain_values(value):
    text = json.dumps(Encoder().encode(value, "value"), allow_nan=False)
    assert same(decode(json.loads(text), {}), value)


TENSORS = {
    "float32": torch.randn(3, 4),
    "float64 nan": torch.tensor([math.nan, math.inf, -0.0], dtype=torch.float64),
    "float16": torch.randn(5).half(),
    "bfloat16": torch.randn(5).bfloat16(),
    "float8": torch.randn(7).to(torch.float8_e4m3fn),
    "int64": torch.tensor([2**62, -1]),
    "uint8": torch.arange(5, dtype=torch.uint8),
    "uint16": torch.arange(5).to(torch.uint16),
    "bool": torch.tensor([True, False, True]),
    "complex64": torch.randn(3, dtype=torch.complex64),
    "complex128": torch.randn(2, 3, dtype=torch.complex128),
    "scalar": torch.tensor(2.5),
    "empty": torch.empty(0, 3),
    "channels last": torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
    "transposed": torch.randn(4, 5).t(),
    "strided": torch.randn(10)[::2],
    "expanded": torch.randn(3, 1).expand(3, 4),
    "large": torch.randn(700_000),
    "parameter": torch.nn.Parameter(torch.randn(3)),
}
ARRAYS = {
    "float": np.random.rand(3, 2),
    "fortran": np.asfortranarray(np.random.rand(3, 2)),
    "big endian": np.arange(3, dtype=">i4"),
    "dates": np.array(["2026-01-01", "NaT"], dtype="M8[D]"),
    "text": np.array(["a", "bcd"]),
    "complex": np.array([1 + 2j]),
    "empty": np.empty((0, 2), dtype=np.float32),
    "scalar": np.array(3),
}


def save_and_load(folder, **objects):
    manager = CheckpointManager("r", folder)
    manager.save(1, objects, wait=True)
    manager.close()
    manager = CheckpointManager("r", folder)
    try:
        return manager.restore().state
    finally:
        manager.close()


def test_tensors(runs):
    loaded = save_and_load(runs, state={"tensors": TENSORS})["state"]["tensors"]
    for name, tensor in TENSORS.items():
        found = loaded[name]
        assert found.dtype == tensor.dtype and found.shape == tensor.shape, name
        a, b = found.contiguous(), tensor.detach().contiguous()
        assert a.view(torch.uint8).equal(b.view(torch.uint8)) if a.dim() else a.equal(b), name
    assert loaded["channels last"].is_contiguous(memory_format=torch.channels_last)


def test_arrays(runs):
    loaded = save_and_load(runs, state={"arrays": ARRAYS, "scalar": np.float32(1.5)})["state"]
    for name, array in ARRAYS.items():
        found = loaded["arrays"][name]
        assert found.dtype == array.dtype and found.shape == array.shape, name
        assert found.tobytes() == array.tobytes(), name
    assert loaded["scalar"] == np.float32(1.5) and loaded["scalar"].dtype == np.float32


def test_the_safetensors_library_reads_the_payload(runs):
    model = torch.nn.Sequential(torch.nn.Linear(300, 400), torch.nn.BatchNorm1d(400))
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.randn(8, 300)).sum().backward()
    optimizer.step()
    save_and_load(runs, model=model, optimizer=optimizer)
    step = runs / "r" / "step-000000000001"
    tensors = load_file(step / "model.safetensors")
    assert {f"model.{name}" for name in model.state_dict()} == set(tensors)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensors[f"model.{name}"], tensor)
    assert len(load_file(step / "optimizer.safetensors")) == 3 * 4


def test_tied_weights_are_stored_once(runs):
    weight = torch.randn(100, 100)
    state = save_and_load(runs, state={"a": weight, "b": weight, "view": weight[:50]})["state"]
    assert state["a"].data_ptr() == state["b"].data_ptr() != state["view"].data_ptr()
    size = (runs / "r" / "step-000000000001" / "state.safetensors").stat().st_size
    assert 60_000 <= size < 62_000


def test_module_metadata_survives(runs):
    class Versioned(torch.nn.Linear):
        _version = 7

        def _load_from_state_dict(self, state, prefix, metadata, *rest):
            self.found = metadata.get("version")
            super()._load_from_state_dict(state, prefix, metadata, *rest)

    run = Run("r", runs).track(model=Versioned(2, 2))
    run.save(wait=True)
    run.manager.close()
    model = Versioned(2, 2)
    run = Run("r", runs).track(model=model)
    run.restore()
    run.manager.close()
    assert model.found == 7


def refused(value, path, runs):
    with pytest.raises(CannotStoreError) as error:
        Run("r", runs).track(**{path.split(".")[0].split("[")[0]: value})
    assert error.value.path == path
    return str(error.value)


def test_refusals_name_the_path(runs):
    when = datetime.datetime(2026, 1, 1)
    assert "datetime" in refused({"a": [1, {"when": when}]}, "state.a[1].when", runs)
    refused({0: {"where": Path("x")}}, "state[0].where", runs)
    refused({"f": len}, "state.f", runs)
    refused({"o": np.array([object()])}, "state.o", runs)
    refused({"r": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])}, "state.r", runs)
    refused({"s": torch.eye(2).to_sparse()}, "state.s", runs)
    loop = {}
    loop["self"] = loop
    refused(loop, "state.self", runs)
    assert 'state["count"]' in refused(5, "count", runs).replace('state["count"]', 'state["count"]')
    assert "run.batches" in refused(torch.utils.data.DataLoader([1]), "loader", runs)


def test_a_state_dict_that_cannot_be_stored(runs):
    model = torch.nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.rand(1, 2)).sum().backward()
    optimizer.step()
    optimizer.state[model.weight]["when"] = datetime.datetime.now()
    run = Run("r", runs).track(model=model, optimizer=optimizer)
    with pytest.raises(CannotStoreError, match=r"optimizer\.state\[0\]\.when is a datetime"):
        next(run.epochs(1))
    run.manager.close()


def test_another_model_is_a_mismatch_and_no_fresh_start(runs):
    run = Run("r", runs).track(model=torch.nn.Linear(2, 2))
    run.save(wait=True)
    run.manager.close()
    for objects, text in (
        ({"model": torch.nn.Linear(3, 3)}, "does not match 'model'"),
        ({"net": torch.nn.Linear(2, 2)}, "has no 'net'"),
    ):
        run = Run("r", runs).track(**objects)
        with pytest.raises(CheckpointMismatchError, match=text):
            next(run.epochs(2))
        run.manager.close()


def test_after_a_mismatch_nothing_is_trained_or_saved_over_what_is_there(runs):
    """As where a notebook's next cell is run after the one that failed."""
    model = torch.nn.Linear(2, 2)
    with Run("r", runs).track(model=model) as run:
        for _ in run.steps(3):
            pass
    run = Run("r", runs).track(model=torch.nn.Linear(3, 3))
    for attempt in (run.restore, lambda: run.restore(3), lambda: next(run.steps(5))):
        with pytest.raises(CheckpointMismatchError, match="does not match 'model'"):
            attempt()
    with pytest.raises(CheckpointError, match="that were not loaded"):
        run.save()
    run.finish()
    run = Run("r", runs).track(model=torch.nn.Linear(2, 2))
    assert run.restore().step == 3
    run.track(model=(other := torch.nn.Linear(2, 2)))  # the right one is loaded and goes on
    assert list(run.steps(4)) == [3]
    assert torch.equal(other.weight, model.weight)
    run.finish()


def test_what_is_not_tracked_is_said(runs, capsys):
    model = torch.nn.Linear(2, 2)
    run = Run("r", runs).track(model=model, ema={"w": torch.zeros(2)})
    run.save(wait=True)
    run.manager.close()
    run = Run("r", runs).track(model=model)
    run.restore()
    run.track(scheduler={"new": 1})  # begun fresh, after the restore
    run.save(wait=True)
    run.manager.close()
    assert "'ema'" in capsys.readouterr().out


def test_plain_values_come_back_in_place(runs):
    def made():
        inner = {"losses": [1, 2], "best": 0.5, "weights": np.zeros(3), "t": torch.zeros(2)}
        return {"inner": inner, "pair": (1, [2]), "names": {"a"}}

    state, generator = made(), torch.Generator().manual_seed(4)
    run = Run("r", runs).track(state=state, generator=generator)
    state["inner"]["losses"].append(3)
    state["inner"]["weights"] += 2
    state["inner"]["t"] += 1
    state["names"].add("b")
    state["new"] = 1
    run.save(wait=True)
    run.manager.close()
    drawn = torch.rand(2, generator=generator)
    fresh, other = made(), torch.Generator()
    losses, weights = fresh["inner"]["losses"], fresh["inner"]["weights"]
    run = Run("r", runs).track(state=fresh, generator=other)
    run.restore()
    run.manager.close()
    assert fresh["inner"]["losses"] is losses and losses == [1, 2, 3]
    assert fresh["inner"]["weights"] is weights and weights.tolist() == [2, 2, 2]
    assert fresh["inner"]["t"].tolist() == [1, 1]
    assert fresh["names"] == {"a", "b"} and fresh["new"] == 1 and fresh["pair"] == (1, [2])
    assert torch.equal(torch.rand(2, generator=other), drawn)
