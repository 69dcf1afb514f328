"""Staging that is killed, interrupted, or done twice at once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from archives import content, make_archive, make_folder, needs
from polling import eventually
from remotes import LIMIT
from slow_child import LONG_AGO, child, inodes

from runtime_kit import stage


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = make_folder(tmp_path_factory.mktemp("source") / "data", count=100, size=60_000)
    for path in top.rglob("*"):
        if path.is_file() and not path.is_symlink():
            os.utime(path, (LONG_AGO, LONG_AGO))
    return top


def whole(tree: Path) -> dict[str, int]:
    """Those that were complete: a file gets its time last."""
    return {n: i for n, i in inodes(tree).items() if (tree / n).stat().st_mtime < LONG_AGO + 99}


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "folder"])
def test_sigkill_and_again(
    folder: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if reason := needs("zip"):
        pytest.skip(reason)
    source = folder if kind == "folder" else make_archive(folder, kind)
    target, tree = tmp_path / "out", tmp_path / ".out.staging" / "tree"
    for wanted in (10, 40):
        process = child(source, target)
        eventually(lambda n=wanted: tree.exists() and len(whole(tree)) >= n, "files arrive")
        process.kill()
        process.wait()
        assert not target.exists(), "a part is never under the name"
    before = whole(tree)
    assert len(before) >= 40
    stage(source, target)
    assert "Resuming" in capsys.readouterr().out
    after = inodes(target)
    assert {name: after[name] for name in before} == before, "what was there is written again"
    expected, got = content(folder), content(target)
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        assert got[name] == value or (got[name][0] == value[0]), name  # type: ignore[index]
    assert not (tmp_path / ".out.staging").exists()


def test_another_source_does_not_go_on(folder: Path, tmp_path: Path) -> None:
    """What is unfinished of one archive is no part of another."""
    source = make_archive(folder, "tar")
    tree = tmp_path / ".out.staging" / "tree"
    process = child(source, tmp_path / "out")
    eventually(lambda: tree.exists() and len(inodes(tree)) >= 5, "files arrive")
    process.kill()
    process.wait()
    other = make_archive(make_folder(tmp_path / "other", count=3), "tar")
    stage(other, tmp_path / "out")
    assert content(tmp_path / "out") == content(tmp_path / "other")


@pytest.mark.parametrize("kind", ["tar", "folder"])
def test_an_interrupt_ends_it(folder: Path, tmp_path: Path, kind: str) -> None:
    source = folder if kind == "folder" else make_archive(folder, kind)
    tree = tmp_path / ".out.staging" / "tree"
    process = child(source, tmp_path / "out")
    eventually(lambda: tree.exists() and len(inodes(tree)) >= 5, "files arrive")
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=LIMIT)
    assert "is done" not in output and process.returncode == -signal.SIGINT
    stage(source, tmp_path / "out")
    assert content(tmp_path / "out") == content(folder)


def test_two_at_once(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = make_archive(folder, "tar")
    tree = tmp_path / ".out.staging" / "tree"
    first = child(source, tmp_path / "out")
    eventually(lambda: tree.exists() and len(inodes(tree)) >= 1, "files arrive")
    stage(source, tmp_path / "out", progress=False)
    said = capsys.readouterr().out
    assert "Waiting for it" in said and "is already staged" in said
    output, _ = first.communicate(timeout=LIMIT)
    assert "is done" in output
    assert content(tmp_path / "out") == content(folder)
    assert {p.name for p in tmp_path.iterdir()} == {"out", ".out.staged.json"}
