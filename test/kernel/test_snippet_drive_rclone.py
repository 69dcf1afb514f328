"""The Mount Drive cell with real rclone: mounts of a local and of a served remote."""

from __future__ import annotations

import ast
import errno
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernels import Answer, SnippetKernel, error_of, kernel_pythons, snippet_kernel
from polling import eventually
from rclone_remotes import SETTINGS, mount_processes, served_folder, unmount_below, why_no_fuse


@pytest.fixture(scope="module", params=kernel_pythons())
def python(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module")
def remotes(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with `box/` and `web/`, which are the remotes of the same names."""
    if not shutil.which("rclone"):
        pytest.skip("rclone is not installed")
    folder = tmp_path_factory.mktemp("remotes")
    for name in ("box", "web"):
        (folder / name).mkdir()
    with served_folder(folder / "web") as url:
        (folder / "rclone.conf").write_text(
            f"[box]\ntype = alias\nremote = {folder / 'box'}\n\n"
            f"[web]\ntype = webdav\nurl = {url}\nvendor = other\n\n"
            "[gone]\ntype = webdav\nurl = http://127.0.0.1:1/\nvendor = other\n"
        )
        yield folder


def settings(remotes: Path) -> dict[str, str]:
    return {**SETTINGS, "RCLONE_CONFIG": str(remotes / "rclone.conf")}


@pytest.fixture(scope="module")
def fuse(tmp_path_factory: pytest.TempPathFactory) -> None:
    if reason := why_no_fuse(tmp_path_factory.mktemp("fuse")):
        pytest.skip(reason)


@pytest.fixture(scope="module")
def shared(
    python: Path, remotes: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    folder = tmp_path_factory.mktemp("kernel")
    with snippet_kernel(python, folder, **settings(remotes)) as kernel:
        yield kernel


@pytest.fixture
def kernel(shared: SnippetKernel, tmp_path: Path) -> Iterator[SnippetKernel]:
    shared.must(f"%reset -f\nimport os; os.chdir({str(tmp_path)!r})")
    yield shared
    shared.must("os.chdir('/')")
    unmount_below(tmp_path)


def mount(kernel: SnippetKernel, tmp_path: Path, remote: str, **values: object) -> Answer:
    where = str(tmp_path / "drive")
    return kernel.insert("drive-mount", MOUNT_POINT=where, RCLONE_REMOTE=remote, **values)


def drive(kernel: SnippetKernel) -> Path:
    return Path(ast.literal_eval(kernel.value("str(DRIVE)")))


def has(path: Path, content: str) -> bool:
    return path.exists() and path.read_text() == content


def wait_until_dead(path: Path) -> None:
    """The first to ask a mount that was killed gets another error than those after it."""

    def is_dead() -> bool:
        try:
            os.stat(path)
        except OSError as error:
            return error.errno == errno.ENOTCONN
        return False

    eventually(is_dead, f"the end of the mount {path}")


@pytest.mark.parametrize("remote", ["box", "web"])
@pytest.mark.usefixtures("fuse")
def test_mounts_once(kernel: SnippetKernel, remotes: Path, tmp_path: Path, remote: str) -> None:
    (remotes / remote / "before.txt").write_text("was there")
    for _ in range(2):
        answer = mount(kernel, tmp_path, remote, DRIVE_FOLDER="work")
        assert answer.status == "ok"
        assert answer.text("stdout") == f"DRIVE = {tmp_path}/drive/work\n"
    assert drive(kernel) == tmp_path / "drive" / "work"
    assert len(mount_processes(tmp_path)) == 1
    assert kernel.value("(DRIVE.parent / 'before.txt').read_text()") == "'was there'"
    kernel.must("_ = (DRIVE / 'result.txt').write_text('new')")
    result = remotes / remote / "work" / "result.txt"
    eventually(lambda: has(result, "new"), "it is in the remote")


@pytest.mark.usefixtures("fuse")
def test_read_only(kernel: SnippetKernel, remotes: Path, tmp_path: Path) -> None:
    (remotes / "box" / "data").mkdir(exist_ok=True)
    answer = mount(kernel, tmp_path, "box:data", READ_ONLY=True)
    assert answer.status == "ok"
    refused = kernel.run("(DRIVE / 'x').write_text('x')")
    assert "Read-only file system" in error_of(refused)[1]
    # Mounted as it is, it cannot be written either.
    again = mount(kernel, tmp_path, "box:data", DRIVE_FOLDER="new")
    assert error_of(again)[0] == "RuntimeError"
    assert "Read-only file system" in error_of(again)[1]


@pytest.mark.usefixtures("fuse")
def test_a_mount_outlives_its_kernel(python: Path, remotes: Path, tmp_path: Path) -> None:
    try:
        with snippet_kernel(python, tmp_path / "kernel", **settings(remotes)) as kernel:
            assert mount(kernel, tmp_path, "box").status == "ok"
            # What a shutdown by Jupyter does to the kernel and its children.
            os.killpg(os.getpgid(kernel.pid), signal.SIGTERM)
            kernel.kill()
        assert os.path.ismount(tmp_path / "drive")
        (tmp_path / "drive" / "still.txt").write_text("there")
        eventually(lambda: has(remotes / "box" / "still.txt", "there"), "it is sent")
    finally:
        unmount_below(tmp_path)


@pytest.mark.usefixtures("fuse")
def test_a_dead_mount(kernel: SnippetKernel, tmp_path: Path) -> None:
    assert mount(kernel, tmp_path, "box").status == "ok"
    for pid in mount_processes(tmp_path):
        os.kill(pid, signal.SIGKILL)
    wait_until_dead(tmp_path / "drive")
    name, message = error_of(mount(kernel, tmp_path, "box"))
    assert name == "RuntimeError" and "the mount has died" in message
    assert kernel.value("__import__('sys').last_value.__cause__.errno") == "107"
    kernel.must(f"import subprocess; _ = subprocess.run(['umount', '-l', '{tmp_path}/drive'])")
    assert mount(kernel, tmp_path, "box").status == "ok"


@pytest.mark.parametrize("remote", ["gone", "unknown"])
def test_a_remote_that_cannot_be_reached(
    kernel: SnippetKernel, tmp_path: Path, remote: str
) -> None:
    answer = mount(kernel, tmp_path, remote)
    name, message = error_of(answer)
    assert name == "RuntimeError" and "`rclone config`" in message
    assert kernel.value("'DRIVE' in globals()") == "False"
    assert not os.path.ismount(tmp_path / "drive")


def test_without_rclone(kernel: SnippetKernel, tmp_path: Path) -> None:
    kernel.must("path = os.environ['PATH']; os.environ['PATH'] = '/nowhere'")
    answer = mount(kernel, tmp_path, "box")
    kernel.must("os.environ['PATH'] = path")
    assert "install rclone" in error_of(answer)[1]


def test_without_fuse(kernel: SnippetKernel, tmp_path: Path) -> None:
    """rclone without the program that mounts for it: what a container without FUSE is like."""
    only_rclone = tmp_path / "bin"
    only_rclone.mkdir()
    (only_rclone / "rclone").symlink_to(str(shutil.which("rclone")))
    kernel.must(f"path = os.environ['PATH']; os.environ['PATH'] = {str(only_rclone)!r}")
    answer = mount(kernel, tmp_path, "box")
    kernel.must("os.environ['PATH'] = path")
    assert answer.status == "ok"
    assert "FUSE does not work here" in answer.text("stdout")
    assert "deleted with this machine" in answer.text("stdout")
    assert drive(kernel) == tmp_path / "drive-local"
