"""What the Checkpoint & resume cells write and read: docs/checkpoint-layout.md."""

from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from training import NAMES, TRAIN, Notebook, setup

from runtime_kit.telemetry.runs import RunReader

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

FILES = ["state.pt", "state.json", "COMMIT.json"]


def notebook_in(folder: Path, **values: Any) -> Notebook:
    notebook = Notebook(setup())
    notebook.insert(RUN_FOLDER=str(folder), **{**NAMES, **values})
    return notebook


def steps(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "run").iterdir())


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A finished run of 8 epochs of 5 batches, and its digest."""
    folder = tmp_path_factory.mktemp("trained")
    notebook = notebook_in(folder)
    notebook.run(TRAIN)
    return folder, notebook.digest()


@pytest.fixture
def run(trained: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of it, whose steps are 35 and 40."""
    shutil.copytree(trained[0], tmp_path / "copy")
    return tmp_path / "copy"


def test_files(run: Path) -> None:
    assert steps(run) == ["step-000000000035", "step-000000000040"]
    step = run / "run" / "step-000000000040"
    assert sorted(path.name for path in step.iterdir()) == sorted(FILES)
    commit = json.loads((step / "COMMIT.json").read_text())
    files = {
        name: {
            "size": (step / name).stat().st_size,
            "crc32": f"{zlib.crc32((step / name).read_bytes()):08x}",
        }
        for name in ("state.json", "state.pt")
    }
    assert commit == {"format": 1, "step": 40, "files": files}


def test_state(run: Path) -> None:
    step = run / "run" / "step-000000000040"
    strict = json.loads((step / "state.json").read_text(), parse_constant=pytest.fail)
    assert [strict[key] for key in ("format", "step", "epoch", "batch")] == [1, 40, 8, 0]
    assert list(strict["metrics"]) == ["loss"]
    assert strict["epochs"] == 8
    assert strict["rng"].keys() == {"python", "numpy", "torch", "cuda", "loader"}
    assert len(bytes.fromhex(strict["rng"]["torch"])) == torch.get_rng_state().numel()
    assert {"python", "torch"} <= strict["versions"].keys() and "system" in strict["platform"]
    saved = torch.load(step / "state.pt", weights_only=True)
    assert saved.keys() == {"model", "optimizer", "scheduler", "scaler"}
    assert saved["scheduler"]["last_epoch"] == 8


def test_its_files_tell_that_it_is_finished(run: Path, tmp_path: Path) -> None:
    """As the panel reads them. A run that was left, or whose end cannot be told, is not."""
    assert [each["finished"] for each in RunReader().read_folder(run)] == [True]
    notebook = notebook_in(run)
    notebook.run("for epoch in run.epochs(9): break")
    assert [each["finished"] for each in RunReader().read_folder(run)] == [True]
    notebook.run("run.step += 1; run.save()")  # by hand, with 8 of 9 epochs done
    assert [each["finished"] for each in RunReader().read_folder(run)] == [False]
    notebook = notebook_in(tmp_path / "endless")
    notebook.run("for epoch in run.epochs(float('inf')):\n    if epoch == 2: break")
    assert [each["finished"] for each in RunReader().read_folder(tmp_path / "endless")] == [False]


def test_metrics_that_json_has_not(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path)
    notebook.run("run.log(loss=float('nan'), accuracy=np.float32(0.5), n=torch.tensor(3))")
    notebook.run("run.save()")
    text = (tmp_path / "run" / "step-000000000000" / "state.json").read_text()
    metrics = json.loads(text, parse_constant=pytest.fail)["metrics"]
    assert metrics == {"loss": None, "accuracy": 0.5, "n": 3.0}


def test_starts_with_what_it_starts_from(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path)
    notebook.run("for epoch in run.epochs(3): break")
    assert steps(tmp_path) == ["step-000000000000"]


def test_order_of_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is deleted before the new step is committed, and nothing is named before it is on
    the disk."""
    notebook = notebook_in(tmp_path)
    seen: list[tuple[str, str]] = []
    fsync, rename, truncate, rmtree = os.fsync, os.rename, os.truncate, shutil.rmtree

    def name_of(path: Any) -> str:
        name = os.path.relpath(path, tmp_path / "run")
        return name.split(".tmp-")[0] + name.partition(".tmp-")[2][8:]

    def logged(what: str, call: Callable[..., Any], path_of: Callable[[Any], Any]) -> Any:
        def wrapper(target: Any, *others: Any, **options: Any) -> Any:
            seen.append((what, name_of(path_of(target))))
            return call(target, *others, **options)

        return wrapper

    monkeypatch.setattr(
        os, "fsync", logged("fsync", fsync, lambda file: os.readlink(f"/proc/self/fd/{file}"))
    )
    monkeypatch.setattr(os, "rename", logged("rename", rename, lambda path: path))
    monkeypatch.setattr(os, "truncate", logged("truncate", truncate, lambda path: path))
    monkeypatch.setattr(shutil, "rmtree", logged("rmtree", rmtree, lambda path: path))
    for step in (0, 5):
        notebook.run(f"run.step = {step}; run.save()")
        # The folders above are on the disk with the first steps in them.
        assert [name for what, name in seen if what == "fsync"][5:7] == ["..", "../.."]
        seen.clear()
    notebook.run("run.step = 10; run.save()")
    new, old = ".step-000000000010", "step-000000000000"
    assert seen[:6] == [
        ("fsync", f"{new}/state.json"),
        ("fsync", f"{new}/state.pt"),
        ("fsync", f"{new}/COMMIT.json"),
        ("fsync", new),
        ("rename", new),
        ("fsync", "."),
    ]
    assert sorted(seen[6:9]) == sorted(("truncate", f"{old}/{name}") for name in FILES)
    assert seen[9:] == [("rmtree", old)]
    assert steps(tmp_path) == ["step-000000000005", "step-000000000010"]


def test_empties_what_it_deletes(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path)
    notebook.run("run.save(); run.step = 1; run.save(); run.step = 2")
    with (tmp_path / "run" / "step-000000000000" / "state.pt").open("rb") as deleted:
        notebook.run("run.save()")
        assert os.fstat(deleted.fileno()).st_nlink == 0
        assert os.fstat(deleted.fileno()).st_size == 0


def test_collects_what_a_kill_left(run: Path) -> None:
    for name in (".step-000000000045.tmp-0a1b2c3d", ".step-000000000040.tmp-ffffffff"):
        (run / "run" / name).mkdir()
        (run / "run" / name / "state.pt").write_bytes(b"torn")
    for name in ("notes", "step-best", "step-000000000099 copy"):
        (run / "run" / name).mkdir()
    notebook_in(run)
    assert steps(run) == [
        *("notes", "step-000000000035", "step-000000000040"),
        *("step-000000000099 copy", "step-best"),
    ]


def damage(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    if how == "deleted":
        path.unlink()
        return
    if how == "bit flip":
        data[len(data) // 3] ^= 0x10
    elif how == "hole":
        middle = len(data) // 2
        data[middle : middle + 65536] = bytes(len(data[middle : middle + 65536]))
    else:
        del data[{"empty": 0, "half": len(data) // 2, "last byte": len(data) - 1}[how] :]
    assert data != path.read_bytes()
    path.write_bytes(data)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["empty", "half", "last byte", "bit flip", "hole", "deleted"])
def test_falls_back(
    run: Path, trained: tuple[Path, str], capsys: pytest.CaptureFixture[str], name: str, how: str
) -> None:
    damage(run / "run" / "step-000000000040" / name, how)
    notebook = notebook_in(run)
    printed = capsys.readouterr().out
    assert f"{run / 'run' / 'step-000000000040'} is damaged and left out" in printed
    assert "step-000000000035, saved" in printed and "epoch 7 is next" in printed
    # Still there: what is damaged for us may be of use to somebody.
    assert steps(run) == ["step-000000000035", "step-000000000040"]
    notebook.run(TRAIN)
    assert notebook.digest() == trained[1]
    assert steps(run) == ["step-000000000035", "step-000000000040"]
    capsys.readouterr()
    notebook_in(run)
    assert "damaged" not in capsys.readouterr().out


def test_a_damaged_step_goes_when_it_is_passed(run: Path) -> None:
    damage(run / "run" / "step-000000000040" / "state.pt", "half")
    notebook = notebook_in(run)
    notebook.run("run.step = 39; run.save()")
    assert steps(run)[-1] == "step-000000000040"
    notebook.run("run.step = 41; run.save()")
    assert steps(run) == ["step-000000000039", "step-000000000041"]


@pytest.mark.parametrize("how", ["half", "deleted"])
def test_never_starts_anew_silently(run: Path, how: str) -> None:
    for step in steps(run):
        damage(run / "run" / step / "state.pt", how)
    before = content(run)
    with pytest.raises(RuntimeError, match="No checkpoint in .* is good") as caught:
        notebook_in(run)
    assert str(run / "run") in str(caught.value)
    assert content(run) == before


@pytest.mark.parametrize("failures", [2, 10**6], ids=["for a moment", "for long"])
def test_a_mount_that_cannot_be_read(
    run: Path,
    trained: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failures: int,
) -> None:
    """As while it uploads: what is saved then is saved, and training goes on."""
    notebook = notebook_in(run)
    notebook.run("run.step, run.epoch = 35, 7")  # the last epoch once more
    shutil.rmtree(run / "run" / "step-000000000040")
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    left = {"read_text": failures, "read_bytes": min(failures, 2)}

    def failing(name: str) -> Any:
        real = getattr(Path, name)

        def read(path: Path) -> Any:
            if path.name == "COMMIT.json" and left[name] > 0:
                left[name] -= 1
                raise OSError(errno.EIO, "Input/output error", str(path))
            return real(path)

        return read

    for name in left:
        monkeypatch.setattr(Path, name, failing(name))
    notebook.run(TRAIN)
    printed = capsys.readouterr().out
    assert "All 8 epochs are done and saved" in printed
    assert "NOT saved" not in printed and "damaged" not in printed
    assert notebook.digest() == trained[1]
    assert steps(run)[-2:] == ["step-000000000035", "step-000000000040"]
    assert pauses[:2] == [0.5, 2] and left["read_bytes"] == 0


def test_a_newer_format_is_no_damage(run: Path) -> None:
    commit = run / "run" / "step-000000000040" / "COMMIT.json"
    commit.write_text(commit.read_text().replace('"format": 1', '"format": 9'))
    with pytest.raises(RuntimeError, match="format 9"):
        notebook_in(run)


class Planted:
    def __reduce__(self) -> Any:
        return (os.mkdir, (os.environ["PLANTED"],))


@pytest.mark.parametrize("name", ["state.pt", "state.json"])
def test_runs_no_code_of_a_file(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A pickle that someone put there, with sizes and checksums that fit."""
    monkeypatch.setenv("PLANTED", str(tmp_path / "executed"))
    step = run / "run" / "step-000000000040"
    if name == "state.pt":
        torch.save({"model": Planted()}, step / name)
    else:
        (step / name).write_bytes(pickle.dumps(Planted()))
    commit = json.loads((step / "COMMIT.json").read_text())
    data = (step / name).read_bytes()
    commit["files"][name] = {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}
    (step / "COMMIT.json").write_text(json.dumps(commit))
    with pytest.raises((pickle.UnpicklingError, ValueError)):
        notebook_in(run)
    assert not (tmp_path / "executed").exists()


def test_refuses_what_it_could_not_load(tmp_path: Path) -> None:
    """Now, and not after the kill."""
    notebook = Notebook(setup())
    notebook.run(
        "import datetime\n"
        "class Plan:\n"
        "    def state_dict(self): return {'when': datetime.datetime(2026, 1, 1)}\n"
        "    def load_state_dict(self, state): pass\n"
        "scheduler = Plan()"
    )
    notebook.insert(RUN_FOLDER=str(tmp_path), **NAMES)
    with pytest.raises(TypeError, match="more in it than tensors and plain values"):
        notebook.run("for epoch in run.epochs(3): pass")
    assert not [name for name in steps(tmp_path) if name.startswith("step-")]


def test_a_folder_that_another_kernel_writes(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path)
    notebook.run("run.save()")
    with pytest.raises(OSError, match="step-000000000000"):
        notebook.run("run.save()")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for two checkpoints and a half."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a small file system cannot be mounted: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Training goes on and says that it is not saved; the last good checkpoint stays."""
    notebook = notebook_in(small_disk)
    lengths: list[int] = []

    def in_the_middle(epoch: int, number: int) -> None:
        if (epoch, number) == (4, 0):
            lengths.extend(
                len(list(step.iterdir())) for step in (small_disk / "run").glob("step-*")
            )
            subprocess.run(["mount", "-o", "remount,size=9m", str(small_disk)], check=True)

    notebook.names["in_the_middle"] = in_the_middle
    notebook.run(TRAIN)
    printed = capsys.readouterr().out
    assert "Epoch 3 is NOT saved" in printed and "Epoch 4 is NOT saved" not in printed
    assert lengths and set(lengths) == {3}
    assert steps(small_disk) == ["step-000000000035", "step-000000000040"]


def test_a_disk_that_stays_full(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = notebook_in(small_disk)
    with pytest.raises(OSError, match=r"full|No space left"):
        notebook.run(TRAIN)
    assert "<begins 7>" in capsys.readouterr().out
    again = notebook_in(small_disk)
    assert again.names["run"].resumed_from is not None
