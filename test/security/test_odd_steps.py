"""A newest step that is odd in any way is left out, and the one before it resumes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from planted import ROOT

from runtime_kit.checkpoint import Run
from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.run_dir import lock
from runtime_kit.cli import main
from runtime_kit.telemetry.runs import RunReader

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

MISSING = object()
DEEP: Any = []
for _ in range(900):
    DEEP = [DEEP]
ODD: list[Any] = [None, {}, [], "", "x", -1, 1.5, True, 10**30, float("inf"), float("nan")]
ODD += [[None], {"a": None}, [[[1]]], "\ud800", DEEP, MISSING]


EVERY_DAY = {("state.json", "pipe"), ("model.safetensors", "zero"), (".lock", "pipe")}
NEWEST, OLDER = 2, 4  # batches of three epochs that are left after each of the two steps


def objects() -> dict[str, Any]:
    model = torch.nn.Linear(2, 2)
    return {"model": model, "optimizer": torch.optim.AdamW(model.parameters())}


def train(folder: Path, epochs: int) -> int:
    """How many batches it took. It has a loader with a generator, so there is much to restore."""
    run = Run("digits", folder=folder, keep=5)
    run.track(**objects())
    data = torch.utils.data.TensorDataset(torch.arange(8.0).reshape(4, 2))
    loader = torch.utils.data.DataLoader(data, 2, shuffle=True, generator=torch.Generator())
    counter = tempfile.TemporaryFile()  # noqa: SIM115 (a variable would be restored)
    for _ in run.epochs(epochs):
        for _ in run.batches(loader):
            os.write(counter.fileno(), b".")
        run.log(loss=1.0)
        run.save(wait=True)
    run.save(wait=True)
    return os.fstat(counter.fileno()).st_size


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the minute and a half for which an owner on another machine is watched."""
    monkeypatch.setattr(lock, "SILENCE", 0.1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    train(folder, 2)
    return folder


@pytest.fixture
def runs(trained: Path, tmp_path: Path) -> Path:
    shutil.copytree(trained, tmp_path / "runs")
    (tmp_path / "runs" / "digits" / ".lock").unlink()
    return tmp_path / "runs"


def newest(runs: Path) -> Path:
    return max((runs / "digits").glob("step-*"))


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a JSON value; of long lists the first two entries."""
    yield at
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value[:2]) if isinstance(value, list) else items
    for key, each in items:
        yield from places(each, (*at, key))


def put(whole: Any, at: tuple[Any, ...], value: Any) -> Any:
    if not at:
        return {} if value is MISSING else value
    copy = whole.copy()
    if value is MISSING and len(at) == 1:
        del copy[at[0]]
    else:
        copy[at[0]] = put(copy[at[0]], at[1:], value)
    return copy


def write_state(step: Path, state: Any) -> None:
    """With the right checksum, as somebody who means it would write it."""
    text = json.dumps(state).encode()
    (step / "state.json").write_bytes(text)
    commit = json.loads((step / "COMMIT.json").read_bytes())
    commit["files"]["state.json"] = {"size": len(text), "crc32": f"{zlib.crc32(text):08x}"}
    (step / "COMMIT.json").write_text(json.dumps(commit))


def assert_resumes(runs: Path, what: object) -> None:
    """The rest is trained, from the newest step or the one before; or an error says why not."""
    try:
        count = train(runs, 3)
    except CheckpointError as error:
        assert str(error)
    except Exception as error:
        raise AssertionError(f"{what}: {type(error).__name__}: {error}") from error
    else:
        assert count in (NEWEST, OLDER), what


def assert_listed(runs: Path, what: object) -> None:
    """Panel and command line list the run, and the ones beside it."""
    names = {run["name"] for run in RunReader().read_folder(runs)}
    assert "beside" in names, what
    for arguments in (["runs", str(runs)], ["verify", str(runs / "digits")]):
        assert main(arguments) in (0, 1), (what, arguments)
    out = runs.parent / "out.pt"
    assert main(["export", str(runs / "digits"), "last", str(out)]) in (0, 2), what
    out.unlink(missing_ok=True)


def try_values(runs: Path, all_places: list[tuple[Any, ...]], file: str) -> None:
    whole = json.loads((newest(runs) / file).read_bytes())
    keep = runs
    shutil.copytree(runs / "digits", runs / "beside")
    for number, at in enumerate(all_places):
        for kind, value in enumerate(ODD):
            runs = shutil.copytree(keep, keep.with_name(f"case-{number}-{kind}"))
            step = newest(runs)
            state = put(whole, at, value)
            if file == "state.json":
                write_state(step, state)
            else:
                (step / file).write_text(json.dumps(state))
            assert_listed(runs, (at, value))
            assert_resumes(runs, (at, value))
            shutil.rmtree(runs, ignore_errors=True)  # its threads may still write


@pytest.mark.exhaustive
@pytest.mark.timeout(900)
def test_top_of_the_state(runs: Path) -> None:
    whole = json.loads((newest(runs) / "state.json").read_bytes())
    try_values(runs, [at for at in places(whole) if len(at) < 2][:3], "state.json")


@pytest.mark.exhaustive
@pytest.mark.timeout(900)
@pytest.mark.parametrize("file", ["state.json", "COMMIT.json"])
def test_every_field(runs: Path, file: str) -> None:
    whole = json.loads((newest(runs) / file).read_bytes())
    try_values(runs, list(places(whole)), file)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"a":' * 100_000, "1e999", '{"step": 1e999}', "", "null", "\x00", "{", "[1]"],
)
@pytest.mark.parametrize("file", ["state.json", "COMMIT.json", ".lock"])
def test_texts(runs: Path, file: str, text: str) -> None:
    step = newest(runs)
    shutil.copytree(runs / "digits", runs / "beside")
    if file == ".lock":
        (runs / "digits" / file).write_text(text)
    elif file == "COMMIT.json":
        (step / file).write_text(text)
    else:
        (step / file).write_text(text)
        commit = json.loads((step / "COMMIT.json").read_bytes())
        data = text.encode()
        commit["files"][file] = {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}
        (step / "COMMIT.json").write_text(json.dumps(commit))
    assert_listed(runs, text[:20])
    assert_resumes(runs, text[:20])


@pytest.mark.parametrize("head", [b"[" * 5000, b'{"a": 1}', b'{"a": {"dtype": [], "shape": 3}}'])
def test_safetensors_header(runs: Path, head: bytes) -> None:
    step = newest(runs)
    data = len(head).to_bytes(8, "little") + head
    file = next(step.glob("*.safetensors"))
    file.write_bytes(data)
    commit = json.loads((step / "COMMIT.json").read_bytes())
    commit["files"][file.name] = {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}
    (step / "COMMIT.json").write_text(json.dumps(commit))
    assert train(runs, 3) == OLDER


NO_FILES = [
    pytest.param(file, kind, marks=[] if (file, kind) in EVERY_DAY else pytest.mark.exhaustive)
    for file in ("state.json", "COMMIT.json", "model.safetensors", ".lock")
    for kind in ("pipe", "zero", "folder", "loop")
]


@pytest.mark.parametrize(("file", "kind"), NO_FILES)
def test_no_regular_file(runs: Path, file: str, kind: str) -> None:
    """In a process of its own with an end: it must not hang or eat the memory."""
    path = (runs / "digits" if file == ".lock" else newest(runs)) / file
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero" if kind == "zero" else path)
    code = f"""
import resource, sys
sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]
from pathlib import Path
from runtime_kit.telemetry.runs import RunReader
assert RunReader().read_folder(Path({str(runs)!r}))
from test_odd_steps import train
from runtime_kit.checkpoint.errors import CheckpointError
try:
    print('batches:', train(Path({str(runs)!r}), 3))
except (CheckpointError, OSError) as error:
    print("told:", error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    if file != ".lock":
        assert done.stdout.strip().endswith(f" {OLDER}"), done.stdout


def test_names_do_not_steer_the_terminal(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs / "digits").rename(runs / "\x1b]0;title\x07\x1b[2Jdigits\u202e")
    main(["runs", str(runs)])
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err and "\u202e" not in printed.out
    assert "digits" in printed.out
