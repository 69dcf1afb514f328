"""What has changed in the remote since it was fetched, where sizes tell nothing; two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from polling import eventually
from remotes import LIMIT, Background, Server

from runtime_kit import fetch
from runtime_kit.fetching import FetchError
from runtime_kit.fetching.rclone import transfer
from runtime_kit.fetching.sync_plan import way_of

ROOT = Path(__file__).parents[2]
LONG_AGO = 10**9


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    top = tmp_path / "shared"
    (top / "data" / "empty").mkdir(parents=True)
    for name in ("a", "b", "한국어", "not\u2028a line"):
        (top / "data" / name).write_text("one")
        os.utime(top / "data" / name, (LONG_AGO, LONG_AGO))
    return top


@pytest.fixture
def server(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A remote without times and hashes, and another that knows hashes of it."""
    with Server(shared) as server:
        config = server.config(tmp_path / "rclone.conf")
        with config.open("a") as file:
            file.write("\n[hashed]\ntype = hasher\nremote = web:\nhashes = md5\nauto_size = 1M\n")
            file.write(f"\n[disk]\ntype = alias\nremote = {shared}\n")
        monkeypatch.setenv("RCLONE_CONFIG", str(config))
        monkeypatch.setenv("RCLONE_CACHE_DIR", str(tmp_path / "cache"))
        yield server


def child(target: Path, what: str = "web:") -> subprocess.Popen[str]:
    code = "import sys; from runtime_kit import fetch; fetch(sys.argv[2], sys.argv[1])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(target), what]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_a_change_of_the_same_size(server: Server, shared: Path, tmp_path: Path) -> None:
    target = fetch("web:data", tmp_path / "out")
    assert (target / "empty").is_dir()
    (shared / "data" / "a").write_text("two")
    (target / "b").write_text("eno")  # changed here
    before = (target / "한국어").stat()
    with pytest.raises(FetchError, match="other files of these names: a, b"):
        fetch("web:data", target)
    assert (target / "a").read_text() == "one" and (target / "b").read_text() == "eno"
    fetch("web:data", target, overwrite=True)
    assert (target / "a").read_text() == "two" and (target / "b").read_text() == "one"
    assert (target / "한국어").stat() == before, "it is fetched again"
    assert (target / "not\u2028a line").read_text() == "one"
    assert not list(target.glob(".fetching*"))


def test_hashes_are_compared_where_there_are_no_times(server: Server, tmp_path: Path) -> None:
    target = fetch("hashed:data", tmp_path / "out")
    status = (target / "b").stat()
    (target / "b").write_text("eno")
    os.utime(target / "b", ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(FetchError, match="other files of these names: b"):
        fetch("hashed:data", target)
    fetch("hashed:data", target, overwrite=True)
    assert (target / "b").read_text() == "one"


def test_a_single_file_that_changed(server: Server, shared: Path, tmp_path: Path) -> None:
    fetch("web:data/a", tmp_path / "out")
    assert fetch("web:data/a", tmp_path / "out").read_text() == "one"
    (shared / "data" / "a").write_text("two")
    with pytest.raises(FetchError, match="other files of these names: a"):
        fetch("web:data/a", tmp_path / "out")
    assert fetch("web:data/a", tmp_path / "out", overwrite=True).read_text() == "two"


@pytest.mark.parametrize("what", ["web:data", "hashed:data", "disk:data"])
def test_what_an_interrupted_fetch_has_left(
    server: Server, shared: Path, tmp_path: Path, what: str
) -> None:
    """A part that has the size already, and a file that the remote has deleted since."""
    target = tmp_path / "out"
    target.mkdir()
    (target / "a").write_text("in the way")
    with pytest.raises(FetchError, match="other files of these names"):
        fetch(what, target)
    [unfinished] = target.glob(".fetching-*")
    (unfinished / "b").write_bytes(b"\0\0e")
    (shared / "data" / "한국어").unlink()
    (target / "a").unlink()
    fetch(what, target)
    assert sorted(path.name for path in target.iterdir()) == ["a", "b", "empty", "not\u2028a line"]
    assert (target / "b").read_text() == "one"


def test_how_remotes_are_compared(server: Server, tmp_path: Path) -> None:
    def ask(words: list[str]) -> str:
        return subprocess.run(["rclone", *words], capture_output=True, text=True, check=True).stdout

    for path, way in {"web:": "listing", "hashed:": "hashes", str(tmp_path): "times"}.items():
        assert way_of(ask, path, True) == way_of(ask, f"{path}/a".replace(":/", ":"), False) == way


def test_two_at_once(
    server: Server, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shared / "big").write_bytes(os.urandom(3 << 20))
    server.kill()
    server.options = ("--bwlimit", "2M")
    server.start()
    target = tmp_path / "out"
    first = child(target)
    eventually(lambda: list(target.glob(".fetching-*.lock")), "the first one fetches")
    second = Background(fetch, "web:", target, progress=False)
    said, _ = first.communicate(timeout=LIMIT)
    assert first.returncode == 0 and "Waiting" not in said
    second.result()
    assert "Another process fetches web:" in capsys.readouterr().out
    assert (target / "big").read_bytes() == (shared / "big").read_bytes()
    assert (target / "data" / "a").read_text() == "one"
    assert not list(target.glob(".fetching*"))


def test_rclone_ends_with_a_notebook_that_is_killed(
    server: Server, shared: Path, tmp_path: Path
) -> None:
    """It would go on writing into what a next call fetches."""
    (shared / "big").write_bytes(os.urandom(6 << 20))
    server.kill()
    server.options = ("--bwlimit", "1M")
    server.start()
    notebook = child(tmp_path / "out")
    part = "out/.fetching-*/big"
    eventually(lambda: [p for p in tmp_path.glob(part) if p.stat().st_size], "some of it comes")
    notebook.send_signal(signal.SIGKILL)
    notebook.communicate()
    eventually(lambda: not _writers(tmp_path / "out"), "nobody writes")
    [half] = tmp_path.glob(part)
    assert half.stat().st_size < 6 << 20


def _writers(folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in line and b"rclone\0copy" in line:
            found.append(entry.name)
    return found


def test_a_fault_that_stays_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """rclone 1.60 says `unexpected EOF` of some names, each time after it has checked the rest."""
    program = tmp_path / "bin" / "rclone"
    program.parent.mkdir()
    stats = '{"level":"notice","stats":{"bytes":0,"checks":7,"transfers":7,"totalBytes":9}}'
    fault = '{"level":"error","msg":"Failed to copy: unexpected EOF"}'
    program.write_text(f"#!/bin/sh\necho '{stats}' >&2\necho '{fault}' >&2\nexit 5\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    with pytest.raises(FetchError, match="unexpected EOF"):
        transfer(["copy", "web:", str(tmp_path)], "web:", 2, False)
