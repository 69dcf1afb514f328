"""Many small values are stored by columns: the same values come back, and damage is found."""

import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import zlib
from collections import OrderedDict, deque, namedtuple
from pathlib import Path

import numpy
import pytest
import torch
from checker import valid_steps
from damaging import DAMAGE, damage
from shape_runner import SHAPES, differing, execute, source_of

from runtime_kit.checkpoint import CheckpointManager
from runtime_kit.checkpoint.loop import carried
from runtime_kit.checkpoint.state import columns
from runtime_kit.checkpoint.state.columns import pack
from runtime_kit.checkpoint.state.decode import decode
from runtime_kit.checkpoint.state.encode import Encoder
from runtime_kit.checkpoint.state.portable import Freezer
from runtime_kit.checkpoint.state.put_back import Thawer

Point = namedtuple("Point", "x y")
RUNNER = Path(__file__).parent / "support" / "shape_runner.py"


class Thing:
    pass


class Slotted:
    __slots__ = ("a", "b")


def thing(**attributes):
    made = Thing()
    vars(made).update(attributes)
    return made


def slotted(a, b):
    made = Slotted()
    made.a, made.b = a, b
    return made


SCALARS = [
    *(None, True, False, 0, 1, -1, 255, 256, 65536, -(1 << 63), 1 << 63, 0.0, -0.0, 1.5),
    *(math.inf, -math.inf, math.nan, "", "text", b"bytes", 1j, numpy.float32(0.1)),
    *(numpy.int64(-3), numpy.bool_(True), numpy.datetime64("2020-01-01"), numpy.complex64(1j)),
]
TENSORS = [
    torch.tensor(3),
    torch.randn(3),
    torch.randn(4),
    torch.randn(2, 3).t(),
    torch.randn(4, 3)[:, 1],
    torch.randn(1).expand(3),
    torch.zeros(0, 3),
    torch.zeros(3, dtype=torch.bfloat16),
    torch.ones(2, dtype=torch.complex64).conj(),
    torch.ones(2, dtype=torch.complex128),
    torch.tensor([True]),
    torch.randn(2, requires_grad=True),
    torch.nn.Parameter(torch.randn(2)),
    torch.randn(3000),
    numpy.random.rand(3),
    numpy.array(2.0),
    numpy.asfortranarray(numpy.random.rand(2, 3)),
    numpy.arange(3, dtype=">i4"),
    numpy.array(["a", "bc"]),
    numpy.zeros((0, 2), "float32"),
    numpy.random.rand(3000),
]


def some(dice, depth, seen):
    """Any value; now and then one that is in the whole already."""
    if seen and dice.random() < 0.1:
        return dice.choice(seen)
    kind = dice.randrange(14) if depth else dice.randrange(2)
    if kind == 0:
        return dice.choice(SCALARS)
    if kind == 1:
        found = dice.choice(TENSORS)
        if dice.random() < 0.5:
            found = found.detach().clone() if torch.is_tensor(found) else found.copy()
        seen.append(found)
        return found
    size = dice.choice([0, 1, 2, 3, 9])
    parts = [some(dice, depth - 1, seen) for _ in range(size)]
    two = [some(dice, depth - 1, seen) for _ in range(2)]
    made = {
        2: lambda: parts,
        3: lambda: tuple(parts),
        4: lambda: Point(*two),
        5: lambda: deque(parts, maxlen=30),
        6: lambda: dict(enumerate(parts)),
        7: lambda: dict(zip("ab", two, strict=True)),
        8: lambda: OrderedDict(zip("ab", two, strict=True)),
        9: lambda: thing(a=two[0], b=two[1]),
        10: lambda: slotted(*two),
        11: lambda: {len(parts), "x"},
        12: lambda: [dice.random() for _ in range(100)],
        13: lambda: [dice.randrange(9) for _ in range(size)],
    }[kind]()
    seen.append(made)
    return made


def same_node(one, other):
    """Equal to the last bit and in each type."""
    assert type(one) is type(other), (one, other)
    if isinstance(one, (tuple, list)):
        assert len(one) == len(other), (one, other)
        for a, b in zip(one, other, strict=True):
            same_node(a, b)
    elif isinstance(one, torch.Tensor):
        assert one.dtype == other.dtype and one.shape == other.shape
        assert torch.equal(one, other)
    elif isinstance(one, (numpy.ndarray, numpy.generic)):
        assert one.dtype == other.dtype and one.shape == other.shape
        assert one.tobytes() == other.tobytes()
    elif isinstance(one, float):
        assert math.isnan(one) == math.isnan(other)
        assert math.isnan(one) or (
            one == other and math.copysign(1, one) == math.copysign(1, other)
        )
    else:
        assert one == other


def through_a_file(node):
    """As a payload file and state.json have it; the second value says whether it was packed."""
    encoder = Encoder()
    text = json.dumps(encoder.encode(node, "variables"), allow_nan=False)
    tensors = {}
    for leaf in encoder.leaves:
        flat = leaf.flat()
        tensors[leaf.name] = flat.clone() if leaf.library == "torch" else flat.copy()
    return decode(json.loads(text), tensors), encoder


def frozen(value):
    return Freezer(lambda item: False, makes=lambda kind: True).take(value, "value")


@pytest.mark.parametrize("seed", range(6))
def test_any_value_comes_back(seed, monkeypatch):
    """Whatever is beside it in a column."""
    monkeypatch.setattr(columns, "_WORTHWHILE", 32)
    monkeypatch.setattr(columns, "_ROWS", 4)
    dice = random.Random(seed)
    for _ in range(3):
        seen = []
        node = frozen([some(dice, 4, seen) for _ in range(30)])
        plain, _ = through_a_file(node)
        found, encoder = through_a_file(pack(node))
        assert encoder.packed
        same_node(found, plain)


def test_rows_of_every_kind_in_one_column(monkeypatch):
    """More kinds than a column is split into."""
    rows = [Point(n, tuple(range(n % 60))) for n in range(3000)]
    node = frozen(rows)
    found, encoder = through_a_file(pack(node))
    assert encoder.packed
    same_node(found, through_a_file(node)[0])


@pytest.mark.parametrize(
    "value",
    [
        [(torch.randn(4), n, torch.randn(1, 2), None) for n in range(2000)],
        {f"k{n}": numpy.random.rand(n % 5) for n in range(2000)},
        [[random.random() for _ in range(10)] for _ in range(2000)],
        [thing(a=torch.randn(2), b=n) for n in range(2000)],
        [{"a": numpy.random.rand(2), "b": numpy.float64(n)} for n in range(2000)],
        [[(torch.randn(2), n) for n in range(50)] for _ in range(40)],
    ],
    ids=["tuples", "arrays", "numbers", "objects", "dicts", "episodes"],
)
def test_few_leaves_and_little_text(value):
    node = pack(frozen(value))
    encoder = Encoder()
    text = json.dumps(encoder.encode(node, "variables"))
    assert len(encoder.leaves) <= 4
    assert len(text) < 400_000
    thawed = Thawer(lambda name: {"Thing": Thing}.get(name)).thaw(
        through_a_file(node)[0], None, "value", in_place=False
    )
    same_node(frozen(thawed), frozen(value))


def test_each_tensor_has_memory_of_its_own():
    node, _ = through_a_file(pack(frozen([(torch.zeros(2), numpy.zeros(2)) for _ in range(1000)])))
    rows = Thawer().thaw(node, None, "rows", in_place=False)
    rows[0][0].add_(1)
    rows[0][1][:] = 1
    assert not rows[1][0].any() and not rows[1][1].any()
    assert rows[0][0].untyped_storage().nbytes() == 8


# -- in a run


def restored_step(folder):
    manager = CheckpointManager("r", folder)
    try:
        return manager.restore().checkpoint.step
    finally:
        manager.close()


def format_of(step):
    return json.loads((step / "COMMIT.json").read_text())["format"]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A run with large memories, killed in the middle, and what it would have come to."""
    folder = tmp_path_factory.mktemp("replay")
    source = source_of("replay")
    whole = execute(source, folder / "whole")
    assert whole.values["shared"] != "0"
    lines = len(whole.lines)
    execute(source, folder / "parts", stop_at=lines - 40)
    return folder, source, whole


def copy_of(stopped, target):
    shutil.copytree(stopped[0] / "parts", target)
    return target, stopped[1], stopped[2]


def test_the_step_says_that_it_needs_a_newer_reader(stopped):
    folder, *_ = stopped
    steps = sorted((folder / "parts" / "r").glob("step-*"))
    assert {format_of(step) for step in steps} == {3}
    assert valid_steps(folder / "parts" / "r")


def test_killed_and_resumed_it_is_equal(stopped, tmp_path):
    """In processes of their own."""
    _, source, whole = stopped
    line = 'seen[f"new {step}"]'
    kill = "if step == 3: os.kill(os.getpid(), 9)"
    killed = "import os\n" + source.replace(line, f"{kill}\n    {line}")
    for text, code in [(killed, -signal.SIGKILL), (source, 0)]:
        program = tmp_path / "program.py"
        program.write_text(text)
        arguments = [sys.executable, RUNNER, program, tmp_path / "run", tmp_path / "out"]
        done = subprocess.run(arguments, env={**os.environ, "PYTHONPATH": str(SHAPES.parents[3])})
        assert done.returncode == code
    assert (tmp_path / "out").read_text() == repr(sorted(whole.values.items()))


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("name", ["state.json", "variables.safetensors", "COMMIT.json"])
def test_damage_is_found(stopped, tmp_path, name, how):
    folder, source, whole = copy_of(stopped, tmp_path / "run")
    *_, before, newest = valid_steps(folder / "r")
    damage(folder / "r" / f"step-{newest:012d}" / name, how)
    assert restored_step(folder) == before
    if how == "bit flip":
        outcome = execute(source, folder)
        assert differing(outcome.values, whole.values) == []


WRONG = {
    "rows": lambda body: [body[0] + 1, body[1]],
    "no number": lambda body: ["x", body[1]],
    "kind": lambda body: [body[0], {"tuple": ["unknown"]}],
    "no column": lambda body: [body[0], 5],
    "nothing": lambda body: [],
}


@pytest.mark.parametrize("how", WRONG)
def test_wrong_columns_are_found(stopped, tmp_path, how):
    """With sizes and checksums that fit."""
    folder, *_ = copy_of(stopped, tmp_path / "run")
    *_, before, newest = valid_steps(folder / "r")
    step = folder / "r" / f"step-{newest:012d}"
    state = json.loads((step / "state.json").read_text())
    changed = []

    def change(node):
        if isinstance(node, list):
            return [change(item) for item in node]
        if isinstance(node, dict) and "packed" in node:
            changed.append(node)
            return {"packed": WRONG[how](node["packed"])}
        return {k: change(v) for k, v in node.items()} if isinstance(node, dict) else node

    state["variables"] = change(state["variables"])
    assert changed
    data = json.dumps(state).encode()
    (step / "state.json").write_bytes(data)
    commit = json.loads((step / "COMMIT.json").read_text())
    commit["files"]["state.json"] = {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}
    (step / "COMMIT.json").write_text(json.dumps(commit))
    assert restored_step(folder) == before


def test_a_step_without_columns_is_read(stopped, tmp_path, monkeypatch):
    """As versions before wrote them."""
    _, source, whole = stopped
    with monkeypatch.context() as old:
        old.setattr(carried, "pack", lambda node: node)
        execute(source, tmp_path, stop_at=len(whole.lines) - 40)
    assert {format_of(step) for step in (tmp_path / "r").glob("step-*")} <= {1, 2}
    outcome = execute(source, tmp_path)
    assert differing(outcome.values, whole.values) == []


def test_a_mirror_says_it_too(stopped, tmp_path):
    _, source, whole = stopped
    mirrored = source.replace("every=1)", f"every=1, mirror={str(tmp_path / 'mirror')!r})")
    execute(mirrored, tmp_path / "here")
    steps = sorted((tmp_path / "mirror" / "r").glob("step-*"))
    assert steps and {format_of(step) for step in steps} == {3}
    shutil.rmtree(tmp_path / "here" / "r")
    outcome = execute(mirrored, tmp_path / "here")
    assert differing(outcome.values, whole.values) == []


def test_a_small_memory_stays_readable_for_older_versions(tmp_path):
    execute(source_of("dqn"), tmp_path)
    assert {format_of(step) for step in (tmp_path / "r").glob("step-*")} <= {1, 2}
