"""Fetching with real rclone from a real server that goes away, hangs and comes back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from archives import content, make_folder
from polling import eventually
from remotes import LIMIT, Background, Server

from runtime_kit import fetch
from runtime_kit.fetching import FetchError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("remote")
    make_folder(top / "my data", count=12)
    (top / "my data" / "link").unlink()  # rclone serves none
    (top / "big.bin").write_bytes(os.urandom(6 << 20))
    return top


@pytest.fixture
def server(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(shared) as server:
        config = server.config(tmp_path / "rclone.conf", "my web")
        monkeypatch.setenv("RCLONE_CONFIG", str(config))
        yield server


def plain(top: Path) -> dict[str, bytes | None]:
    found = {}
    for name, value in content(top).items():
        found[name] = value[0] if isinstance(value, tuple) else None
    return found


def test_folders_and_files(server: Server, shared: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    assert fetch("my web:my data", target) == target
    assert plain(target) == plain(shared / "my data")
    assert fetch("my web:big.bin", target) == target / "big.bin"
    assert (target / "big.bin").read_bytes() == (shared / "big.bin").read_bytes()
    # Again: nothing is moved or fetched, what is missing comes.
    before = (target / "large.bin").stat()
    (target / "run.sh").unlink()
    fetch("my web:my data", target)
    assert (target / "large.bin").stat() == before and (target / "run.sh").exists()
    assert not list(target.glob(".fetching*"))


def test_nothing_is_overwritten(server: Server, shared: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    (target / "class 0").mkdir(parents=True)
    (target / "class 0" / "0.bin").write_text("mine")
    (target / "other").write_text("mine too")
    with pytest.raises(FetchError, match=r"other files of these names: class 0/0\.bin\."):
        fetch("my web:my data", target)
    assert (target / "class 0" / "0.bin").read_text() == "mine"
    assert not (target / "large.bin").exists(), "nothing of it is moved"
    fetch("my web:my data", target, overwrite=True)
    expected = {**plain(shared / "my data"), "other": b"mine too"}
    assert plain(target) == expected


@pytest.mark.parametrize(
    ("what", "told"),
    [("my web:none", "not found: the link"), ("nobody:x", "no remote of this name")],
)
def test_what_is_not_there(server: Server, tmp_path: Path, what: str, told: str) -> None:
    with pytest.raises(FetchError, match=told):
        fetch(what, tmp_path / "out")


def test_the_remote_goes_away_and_comes_back(server: Server, shared: Path, tmp_path: Path) -> None:
    server.kill()
    server.options = ("--bwlimit", "3M")
    server.start()
    running = Background(fetch, "my web:", tmp_path / "out", timeout=LIMIT, progress=False)
    eventually(lambda: list((tmp_path / "out").rglob("*.bin")), "files arrive")
    server.kill()
    server.options = ()
    server.start()
    running.result()
    assert plain(tmp_path / "out") == plain(shared)


def test_sigkill_and_again(server: Server, shared: Path, tmp_path: Path) -> None:
    server.kill()
    server.options = ("--bwlimit", "2M")
    server.start()
    target = tmp_path / "out"
    code = "import sys; from runtime_kit import fetch; fetch('my web:', sys.argv[1])"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(target)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: [p for p in target.rglob("*.bin") if p.stat().st_size], "files arrive")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not [p for p in target.iterdir() if not p.name.startswith(".fetching")]
    server.kill()
    server.options = ()
    server.start()
    fetch("my web:", target)
    assert plain(target) == plain(shared)


def test_a_remote_that_hangs(server: Server, tmp_path: Path) -> None:
    server.send(signal.SIGSTOP)
    with pytest.raises(FetchError, match=r"no response within 2 s|no data for 2 s"):
        fetch("my web:big.bin", tmp_path / "out", timeout=2)
    server.send(signal.SIGCONT)
    assert fetch("my web:big.bin", tmp_path / "out").exists()


def test_a_file_that_rclone_leaves_out_for_its_name_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is as rclone 1.60 logs it for a folder of Drive."""
    real = shutil.which("rclone")
    if real is None:
        pytest.skip("rclone is not installed")
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.csv").write_text("1")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "rclone"
    record = {
        "level": "warning",
        "msg": "Duplicate object found in source - ignoring",
        "object": "a.csv",
        "objectType": "*drive.Object",
    }
    program.write_text(
        f"#!/bin/sh\ncase \"$*\" in *--use-json-log*) echo '{json.dumps(record)}' >&2;; esac\n"
        f'exec {real} "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    fetch(f":local:{tmp_path / 'source'}", tmp_path / "out", connection_string=True)
    said = capsys.readouterr().out
    assert "NOT fetched" in said and "a.csv" in said
