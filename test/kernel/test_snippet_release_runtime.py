"""The runtime is given back only when the newest checkpoint of each run is safe."""

from __future__ import annotations

import json
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kernels import STAND_INS
from rclone_remotes import served_folder
from shared_kernel import Notebook

Open = Callable[..., Notebook]
COLAB = [str(STAND_INS / "colab")]
ROOT = str(Path(__file__).parents[2])
CALLS = "__import__('google.colab._scenario', fromlist=['CALLS']).CALLS"


def commit(run: Path, step: int, text: bytes = b"weights") -> Path:
    folder = run / f"step-{step:012d}"
    folder.mkdir(parents=True)
    (folder / "state.pt").write_bytes(text)
    files = {"state.pt": {"size": len(text), "crc32": f"{zlib.crc32(text):08x}"}}
    commit = {"format": 1, "step": step, "files": files}
    (folder / "COMMIT.json").write_text(json.dumps(commit))
    return folder


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, as a mounted Drive is."""
    folder = tmp_path / "drive"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"a file system cannot be mounted: {done.stderr.strip()}")
    commit(folder / "runtime-kit-runs" / "digits", 10)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("where", ["runtime-kit-runs", "drive/MyDrive/runtime-kit-runs"])
def test_a_plain_folder_of_this_machine_is_not_safe(
    notebook: Open, tmp_path: Path, where: str
) -> None:
    commit(tmp_path / where / "digits", 10)
    book = notebook(COLAB)
    book.kernel.must(f"{CALLS}.clear()")
    told = book.fail("release-runtime", DURABLE_RUNS=str(tmp_path / where))
    assert "NOT released: these runs exist only on this machine: digits" in told
    assert book.kernel.value(CALLS) == "[]"


def colab(notebook: Open, drive: Path) -> Notebook:
    book = notebook(COLAB)
    book.set(DRIVE=str(drive))
    book.kernel.must(f"{CALLS}.clear()")
    return book


def test_elsewhere_it_says_how(notebook: Open, drive: Path) -> None:
    book = notebook(JUPYTERHUB_API_URL="http://hub")
    book.set(DRIVE=str(drive))
    printed = book.insert("release-runtime")
    assert "Run digits: step-000000000010 is whole in" in printed
    assert "Hub Control Panel > Stop My Server" in printed
    assert printed == book.insert("release-runtime")
    book = notebook(RUNPOD_POD_ID="x")
    assert "runpodctl stop pod" in book.insert("release-runtime", DURABLE_RUNS="nowhere")


def test_on_colab_flushed_first_and_released_last(notebook: Open, drive: Path) -> None:
    book = colab(notebook, drive)
    printed = book.insert("release-runtime")
    assert printed.rstrip().endswith("Releasing the runtime.")
    assert book.kernel.value(f"[call.split()[0] for call in {CALLS}]") == (
        "['flush_and_unmount', 'unassign']"
    )
    book.kernel.must(f"{CALLS}.clear()")
    assert "the runtime stays" in book.insert("release-runtime", RELEASE=False)
    assert book.kernel.value(f"len({CALLS})") == "1"


@pytest.mark.skipif(not shutil.which("rclone"), reason="rclone is not installed")
def test_what_rclone_has_not_uploaded_stops_it(notebook: Open, tmp_path: Path) -> None:
    """A folder in place of the mount, whose cache may hold what the remote lacks."""
    mount, remote = tmp_path / "mount", tmp_path / "remote"
    step = commit(mount / "mine" / "runtime-kit-runs" / "digits", 10)
    (remote / "mine").mkdir(parents=True)
    config = tmp_path / "rclone.conf"
    book = notebook(RCLONE_CONFIG=str(config))
    book.set(MOUNT_POINT=str(mount), DRIVE=str(mount / "mine"))
    book.kernel.must("import os; _ismount = os.path.ismount; os.path.ismount = lambda path: True")
    try:
        with served_folder(remote) as url:
            config.write_text(f"[web]\ntype = webdav\nurl = {url}\nvendor = other\n")
            for name in ("web", f":local:{remote}"):
                book.set(RCLONE_REMOTE=name)
                shutil.rmtree(remote / "mine")
                failed = book.fail("release-runtime")
                assert "NOT released: step-000000000010 is not at " in failed
                assert "mine/runtime-kit-runs/digits/step-000000000010 yet" in failed
                shutil.copytree(mount / "mine", remote / "mine")
                copied = remote / step.relative_to(mount) / "state.pt"
                copied.write_bytes(b"weight")  # not all of it yet
                assert "is not at" in book.fail("release-runtime")
                copied.write_bytes(b"weights")
                assert "Shut Down Kernel" in book.insert("release-runtime")
        # Runs that are not on the mount are none of rclone's.
        commit(tmp_path / "elsewhere" / "digits", 10)
        values = {"DURABLE_RUNS": str(tmp_path / "elsewhere")}
        assert "is whole in" in book.insert("release-runtime", **values)
    finally:
        book.kernel.must("os.path.ismount = _ismount")


def test_a_step_that_is_only_here_stops_it(notebook: Open, drive: Path) -> None:
    book = colab(notebook, drive)
    commit(book.folder / "runtime-kit-runs" / "digits", 11)
    assert "step-000000000011 of run digits is only on this machine" in book.fail("release-runtime")
    commit(drive / "runtime-kit-runs" / "digits", 11)
    commit(book.folder / "runtime-kit-runs" / "other", 1)
    assert "of run other is only on this machine" in book.fail("release-runtime")
    assert book.kernel.value(CALLS) == "[]"


def test_a_run_begun_anew_is_not_the_old_one_of_its_name(notebook: Open, drive: Path) -> None:
    """Last week's run in Drive has more steps than today's, which is only here."""
    book = colab(notebook, drive)
    old = drive / "runtime-kit-runs" / "digits" / "step-000000000010"
    (old / "state.json").write_text('{"step": 10, "time": 1000.0}')
    new = commit(book.folder / "runtime-kit-runs" / "digits", 4, b"today's")
    (new / "state.json").write_text('{"step": 4, "time": 2000.0}')
    assert "step-000000000004 of run digits is only on this machine" in book.fail("release-runtime")
    (new / "state.json").write_text('{"step": 4, "time": 900.0}')  # an older step of the same run
    assert "Releasing the runtime." in book.insert("release-runtime")


def test_runs_of_other_folders_are_found(notebook: Open, drive: Path, tmp_path: Path) -> None:
    book = colab(notebook, drive)
    commit(tmp_path / "mine" / "cell", 1)
    commit(tmp_path / "set" / "chosen", 1)
    book.set(RUN_FOLDER=str(tmp_path / "mine"))
    assert "of run cell is only on this machine" in book.fail("release-runtime")
    book.set(RUN_FOLDER="")
    book.kernel.must(f"import os; os.environ['RUNTIME_KIT_FOLDER'] = {str(tmp_path / 'set')!r}")
    assert "of run chosen is only on this machine" in book.fail("release-runtime")
    book.kernel.must("del os.environ['RUNTIME_KIT_FOLDER']")
    book.kernel.must(
        f"import sys; sys.path.append({ROOT!r}); from runtime_kit import Run\n"
        f"_run = Run('live', {str(tmp_path / 'runs')!r}).track(w=[1.0])\n_run.save(wait=True)"
    )
    assert "of run live is only on this machine" in book.fail("release-runtime")
    assert "unassign" not in book.kernel.value(CALLS)
    book.kernel.must(
        f"sys.path.remove({ROOT!r}); _run.finish(); del _run; import gc; _ = gc.collect()"
    )


def test_a_disk_shared_with_the_notebook_is_said(notebook: Open, tmp_path: Path) -> None:
    """What is whole in a folder of the machine is deleted with it."""
    book = notebook(RUNPOD_POD_ID="x")
    commit(book.folder / "runtime-kit-runs" / "digits", 3)
    assert "digits and this notebook's folder are on the same disk" in book.insert(
        "release-runtime"
    )
    book = notebook(JUPYTERHUB_API_URL="http://hub")  # homes outlive a hub's servers
    assert "same disk" not in book.insert("release-runtime")


@pytest.mark.parametrize(
    "commit_file", [b"", b"[]", b'{"files": 1}', b'{"files": {"a": 1}}', b'{"files": {"a": {}}}']
)
def test_a_malformed_commit_stops_it(notebook: Open, drive: Path, commit_file: bytes) -> None:
    book = colab(notebook, drive)
    step = drive / "runtime-kit-runs" / "digits" / "step-000000000010"
    (step / "COMMIT.json").write_bytes(commit_file)
    assert "NOT released" in (said := book.fail("release-runtime")) and "damaged" in said
    assert book.kernel.value(CALLS) == "[]"


@pytest.mark.parametrize("damage", [b"weightz", b"weigh", None])
def test_a_damaged_step_stops_it(notebook: Open, drive: Path, damage: bytes | None) -> None:
    book = colab(notebook, drive)
    file = drive / "runtime-kit-runs" / "digits" / "step-000000000010" / "state.pt"
    file.unlink() if damage is None else file.write_bytes(damage)
    assert "NOT released" in book.fail("release-runtime")
    assert book.kernel.value(CALLS) == "[]"


def test_a_failed_flush_stops_it(notebook: Open, drive: Path) -> None:
    book = colab(notebook, drive)
    scenario = "__import__('google.colab._scenario', fromlist=['SCENARIO']).SCENARIO"
    book.kernel.must(f"{scenario}['flush'] = 'fails'")
    assert "flush_and_unmount failed" in book.fail("release-runtime")
    assert "unassign" not in book.kernel.value(CALLS)


def test_kaggle_is_not_taken_for_colab(notebook: Open, drive: Path) -> None:
    """Its image has Colab's package and variables."""
    book = notebook(COLAB, COLAB_RELEASE_TAG="r", KAGGLE_KERNEL_RUN_TYPE="Interactive")
    book.set(DRIVE=str(drive))
    book.kernel.must(f"{CALLS}.clear()")
    assert "Kaggle: the power symbol" in book.insert("release-runtime")
    assert "unassign" not in book.kernel.value(CALLS)
    assert "Kaggle's page" in book.insert("notify")
    assert "heartbeat.stop()" in book.insert("keep-alive", KEEP_ALIVE_HOURS=0.1)
    book.insert("keep-alive", KEEP_ALIVE="stop")


FAIL = """
import errno, os
_real = {name: getattr(os, name) for name in ("listdir", "scandir", "stat")}
def _failing(name):
    def call(path=".", *args, **options):
        if not isinstance(path, int) and os.fspath(path) == _bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO), _bad)
        return _real[name](path, *args, **options)
    return call
for _name in _real:
    setattr(os, _name, _failing(_name))
"""
MEND = "for _name, _call in _real.items(): setattr(os, _name, _call)"


@pytest.mark.parametrize(
    "bad",
    [
        "drive/runtime-kit-runs",
        "drive/runtime-kit-runs/digits",
        "drive/runtime-kit-runs/digits/step-000000000010",
        "mine",
        "mine/cell",
        "mine/cell/step-000000000001",
    ],
)
def test_a_folder_that_cannot_be_read_is_not_taken_for_empty(
    notebook: Open, drive: Path, tmp_path: Path, bad: str
) -> None:
    """From Python 3.13 on glob() and exists() say nothing of an input/output error."""
    commit(tmp_path / "mine" / "cell", 1)
    book = colab(notebook, drive)
    book.set(RUN_FOLDER=str(tmp_path / "mine"), _bad=str(tmp_path / bad))
    book.kernel.must(FAIL)
    try:
        said = book.fail("release-runtime")
    finally:
        book.kernel.must(MEND)
    assert f"NOT released: can't read {tmp_path / bad} (Input/output error)" in said
    assert book.kernel.value(CALLS) == "[]"
