"""Staging from a real mount of a real remote, each of which dies, hangs and comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from archives import make_archive, make_folder
from polling import eventually
from remotes import LIMIT, Background, Mount, Server

from runtime_kit import stage
from runtime_kit.staging import SourceGoneError

ROOT = Path(__file__).parents[2]
SLOW = ("--bwlimit", "4M")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to be served: `data/`, and `data.tar` of it, some 9 MB."""
    top = tmp_path_factory.mktemp("remote")
    make_archive(make_folder(top / "data", count=60, size=50_000), "tar")
    return top


@pytest.fixture
def server(shared: Path) -> Iterator[Server]:
    with Server(shared, *SLOW) as server:
        yield server


@pytest.fixture
def mount(server: Server, tmp_path: Path) -> Iterator[Mount]:
    with Mount(server, tmp_path) as mount:
        yield mount


def begun(mount: Mount, name: str, target: Path) -> Background:
    """Staging in the middle of its work."""
    # Few workers: rclone makes those that failed wait in a row for their next try.
    options = {"timeout": LIMIT, "progress": False, "workers": 2}
    running = Background(stage, mount.point / name, target, **options)
    tree = target.parent / f".{target.name}.staging" / "tree"

    def some() -> bool:
        if not running.running:
            running.result()
        return tree.exists() and sum(path.is_file() for path in tree.rglob("*")) >= 3

    eventually(some, "files arrive")
    assert running.running
    return running


@pytest.mark.parametrize("name", ["data.tar", "data"])
def test_the_remote_goes_away_and_comes_back(
    server: Server, mount: Mount, shared: Path, tmp_path: Path, name: str
) -> None:
    running = begun(mount, name, tmp_path / "out")
    server.kill()
    server.options = ()
    server.start()
    assert running.result() == tmp_path / "out"
    for path in (shared / "data").rglob("*"):
        if path.is_file() and not path.is_symlink():  # rclone does not serve links
            copy = tmp_path / "out" / path.relative_to(shared / "data")
            assert copy.read_bytes() == path.read_bytes()


def test_the_mount_dies_and_is_mounted_again(mount: Mount, shared: Path, tmp_path: Path) -> None:
    running = begun(mount, "data.tar", tmp_path / "out")
    mount.die()
    mount.unmount()
    assert running.running, "it waits for the mount"
    mount.start()
    running.result()
    assert (tmp_path / "out" / "large.bin").read_bytes() == (shared / "data/large.bin").read_bytes()


def test_a_mount_that_stays_dead(mount: Mount, shared: Path, tmp_path: Path) -> None:
    mount.die()
    with pytest.raises(Exception, match="is not mounted any more|did not respond"):
        stage(mount.point / "data.tar", tmp_path / "out", timeout=5)


def test_a_mount_that_hangs(mount: Mount, tmp_path: Path) -> None:
    running = begun(mount, "data.tar", tmp_path / "slow")
    mount.send(signal.SIGSTOP)
    # The kernel may still know the file's size; then it is the reading that hangs.
    with pytest.raises(SourceGoneError, match="did not respond within 1 s|No data from .* 1 s"):
        stage(mount.point / "data.tar", tmp_path / "out", timeout=1)
    assert not (tmp_path / "out").exists() and running.running
    mount.send(signal.SIGCONT)
    running.result()


def test_a_hang_in_the_middle_has_an_end(mount: Mount, shared: Path, tmp_path: Path) -> None:
    """And what had come is kept for the next call."""
    target = tmp_path / "out"
    running = Background(stage, mount.point / "data.tar", target, timeout=3, progress=False)
    tree = tmp_path / ".out.staging" / "tree"

    def whole() -> list[Path]:
        sizes = {path: (shared / "data" / path.relative_to(tree)) for path in tree.rglob("*.bin")}
        return [path for path, good in sizes.items() if _size(path) == good.stat().st_size]

    eventually(lambda: tree.exists() and whole(), "files arrive")
    mount.send(signal.SIGSTOP)
    with pytest.raises(SourceGoneError, match="No data from .* for 3 s"):
        running.result()
    assert whole()
    mount.send(signal.SIGCONT)
    stage(mount.point / "data.tar", target, timeout=LIMIT)
    assert (target / "large.bin").read_bytes() == (shared / "data/large.bin").read_bytes()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1


def test_an_interrupt_while_it_hangs(mount: Mount, tmp_path: Path) -> None:
    code = "import sys; from runtime_kit import stage; print('begins', flush=True); "
    code += "stage(sys.argv[1], sys.argv[2], timeout=3600)"
    mount.send(signal.SIGSTOP)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(mount.point / "data.tar"), str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None and process.stdout.readline()
    eventually(lambda: _threads(process.pid) > 1, "it asks the mount")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=LIMIT)
    assert process.returncode == -signal.SIGINT


def _threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))
