"""JAX pytrees through ``track``: kept in a dict, changed in place on resume."""

import contextlib
import typing

import numpy as np
import pytest
from frameworks import SKIP

from runtime_kit import Run
from runtime_kit.checkpoint import CannotStoreError, CheckpointMismatchError

jax = pytest.importorskip("jax", reason=f"JAX {SKIP}")
jnp = pytest.importorskip("jax.numpy")
pytestmark = pytest.mark.nightly


class Moments(typing.NamedTuple):
    count: jax.Array
    mean: dict


@jax.tree_util.register_pytree_node_class
class Box:
    """A container that only JAX knows how to take apart."""

    def __init__(self, value):
        self.value = value

    def tree_flatten(self):
        return (self.value,), None

    @classmethod
    def tree_unflatten(cls, _, children):
        return cls(*children)


def made():
    params = {"layer": [jnp.ones((3, 2)), jnp.zeros(2, dtype=jnp.bfloat16)]}
    moments = Moments(jnp.array(0), {"w": jnp.zeros(3)})
    return {"params": params, "opt": (moments, Box(jnp.arange(3))), "key": jax.random.key(0)}


def step(state):
    state["key"], key = jax.random.split(state["key"])
    noise = jax.random.normal(key, (3, 2))
    first, second = state["params"]["layer"]
    state["params"] = {"layer": [first + noise, second + 1]}
    moments, box = state["opt"]
    state["opt"] = (
        Moments(moments.count + 1, {"w": moments.mean["w"] + noise[:, 0]}),
        Box(box.value * 2),
    )


def train(folder, stop=None):
    state = made()
    run = Run("r", folder, every=1).track(state=state)
    with contextlib.suppress(ZeroDivisionError):
        for number in run.steps(6):
            if number == stop:
                1 / 0  # noqa: B018  a break would be the loop's end
            step(state)
    run.manager.settle()
    run.manager.close()
    return state


def leaves(state):
    found = jax.tree_util.tree_leaves(state)
    return [
        np.asarray(jax.random.key_data(x) if jnp.issubdtype(x.dtype, jax.dtypes.prng_key) else x)
        for x in found
    ]


def test_goes_on_bit_for_bit(runs):
    train(runs / "b", stop=3)
    resumed, whole = train(runs / "b"), train(runs / "a")
    assert jax.tree_util.tree_structure(resumed) == jax.tree_util.tree_structure(whole)
    assert isinstance(resumed["opt"][0], Moments) and isinstance(resumed["opt"][1], Box)
    for a, b in zip(leaves(resumed), leaves(whole), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def test_optax(runs):
    optax = pytest.importorskip("optax", reason="optax is not installed")
    optimizer = optax.chain(optax.clip(1.0), optax.adamw(0.1))

    def attempt(folder, stop=None):
        params = {"w": jnp.ones(4)}
        state = {"params": params, "opt": optimizer.init(params)}
        run = Run("r", folder, every=1).track(state=state)
        with contextlib.suppress(ZeroDivisionError):
            for number in run.steps(6):
                if number == stop:
                    1 / 0  # noqa: B018
                gradient = jax.grad(lambda p: jnp.sum(p["w"] ** 2))(state["params"])
                updates, state["opt"] = optimizer.update(gradient, state["opt"], state["params"])
                state["params"] = optax.apply_updates(state["params"], updates)
        run.manager.settle()
        run.manager.close()
        return state

    attempt(runs / "b", stop=3)
    for a, b in zip(leaves(attempt(runs / "b")), leaves(attempt(runs / "a")), strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_cannot_be_changed_in_place_is_refused(runs):
    run = Run("r", runs)
    for value in (jnp.ones(3), Moments(jnp.array(0), {})):
        with pytest.raises(CannotStoreError, match="keep it in a dict"):
            run.track(params=value)
    run.manager.close()


def test_another_tree_is_a_mismatch(runs):
    train(runs, stop=2)
    state = made()
    state["opt"] = (state["opt"][0], Box([jnp.ones(2), jnp.ones(2)]))
    run = Run("r", runs).track(state=state)
    with pytest.raises(CheckpointMismatchError, match="leaves"):
        run.restore()
    run.manager.close()
