"""The command line says in one line what is wrong, whatever it is given to read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from planted import ROOT

from runtime_kit.checkpoint import Run
from runtime_kit.cli import main, parser

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

NAME = "\x1b[2J숫자"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    run = Run("digits", folder=folder, keep=5)
    run.track(model=torch.nn.Linear(2, 2))
    for _ in run.epochs(2):
        run.log(loss=1.0)
        run.save(wait=True)
    return folder


@pytest.fixture
def runs(trained: Path, tmp_path: Path) -> Path:
    shutil.copytree(trained, tmp_path / "runs")
    return tmp_path / "runs"


def folder_in_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


def loop_in_place(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def device_in_place(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def pipe_in_place(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "noise": lambda path: path.write_bytes(bytes(range(256)) * 9),
    "deep": lambda path: path.write_text("[" * 100_000),
    "list": lambda path: path.write_text("[1e999]"),
    "odd names": lambda path: path.write_text('{"files": {"../../x": {"size": -1}}, "step": []}'),
    "not UTF-8": lambda path: path.write_bytes(b'{"a": "\xff\xfe"}'),
    "folder": folder_in_place,
    "loop": loop_in_place,
    "device": device_in_place,
    "pipe": pipe_in_place,
}
FILES = ("COMMIT.json", "state.json", "model.safetensors", "../.lock", "../.run.json")


def assert_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An exit code, and errors of a line each that steer no terminal."""
    assert main(words) in (0, 1, 2), words
    said = capsys.readouterr()
    assert "Unexpected" not in said.err, said.err
    assert "\x1b" not in said.out + said.err


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_damaged_runs(
    runs: Path, file: str, damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    step = max((runs / "digits").glob("step-*"))
    path = step / file
    if not path.exists():
        path.write_text("{}")
    DAMAGES[damage](path)
    run = (runs / "digits").rename(runs / NAME)
    for words in (
        ["runs", str(runs)],
        ["runs", "--json", str(runs)],
        ["verify", str(run)],
        ["verify", "--json", "--step", "2", str(run)],
        ["export", str(run), "last", str(tmp_path / "out.pt")],
        ["export", str(run), "2", str(tmp_path / "out.safetensors"), "--force"],
        ["export", str(run), "best", str(tmp_path / "best.pt"), "--best", "loss:min"],
    ):
        assert_told(words, capsys)


@pytest.mark.parametrize("kind", ["file", "loop", "device", "missing", "empty", "step is a file"])
def test_odd_folders(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / NAME
    if kind == "file":
        folder.write_text("")
    elif kind in ("loop", "device"):
        folder.symlink_to(folder if kind == "loop" else "/dev/zero")
    elif kind != "missing":
        folder.mkdir()
    if kind == "step is a file":
        (folder / "step-000000000001").write_text("")
    for words in (["runs"], ["verify"]):
        assert_told([*words, str(folder)], capsys)
    assert_told(["export", str(folder), "last", str(tmp_path / "out.pt")], capsys)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "1e999",
        "[" * 100_000,
        '{"cells": 1}',
        '{"cells": [1, null]}',
        '{"cells": [{"cell_type": "code", "source": [1, null]}]}',
        '{"cells": [{"cell_type": "code", "source": {"a": 1}}]}',
        '{"cells": [{"cell_type": "code", "source": "a' + ".b" * 5000 + '"}]}',
        '{"cells": [{"cell_type": "code", "source": "\\u0000\\ud800 \\u001b[2J x = ("}]}',
        '{"cells": [{"cell_type": "code", "source": "%%bash\\nls"}, {"cell_type": 7}]}',
    ],
)
@pytest.mark.parametrize("suffix", [".ipynb", ".py"])
def test_odd_notebooks(
    tmp_path: Path, suffix: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{NAME}{suffix}"
    path.write_text(text)
    for more in ([], ["--json"], ["--apply", str(tmp_path / f"out{suffix}"), "--force"]):
        assert_told(["propose", str(path), *more], capsys)


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_a_notebook_that_is_no_file(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "train.ipynb"
    path.touch()
    DAMAGES[kind](path)
    assert main(["propose", str(path)]) == 2
    assert capsys.readouterr().err.startswith("runtime_kit: ")


def test_code_does_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = (
        "for epoch in range(3):  # \x1b[2J\n\tfor x, y in loader:\n\t\tloss(model(x), y).backward()"
    )
    code = f"{loop}\n\t\toptimizer.step()\n"
    setup = "import torch\nmodel = torch.nn.Linear(2, 2)\n"
    setup += "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\nloader = [(1, 2)]\n"
    setup += "loss = torch.nn.functional.mse_loss\n"
    path = tmp_path / "train.py"
    path.write_text(setup + code)
    assert main(["propose", str(path)]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said and "\\x1b[2J" in said and "\tfor x, y" in said


def fail(_: object) -> int:
    raise ZeroDivisionError("in\nthe \x1b[2J middle")


def test_what_nobody_thought_of_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys.modules["runtime_kit.cli.parser"], "runs", fail)
    monkeypatch.delenv("RUNTIME_KIT_DEBUG", raising=False)
    words = ["runs", str(tmp_path)]
    assert parser().parse_args(words).run is fail
    assert main(words) == 2
    assert capsys.readouterr().err == (
        "runtime_kit: Unexpected ZeroDivisionError: in the \\x1b[2J middle. "
        "Pass --debug to see where.\n"
    )
    with pytest.raises(ZeroDivisionError):
        main(["--debug", *words])
    monkeypatch.setenv("RUNTIME_KIT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(words)


@pytest.mark.parametrize("output", ["ascii", "full", "closed", "gone"])
def test_odd_outputs(runs: Path, output: str) -> None:
    (runs / "digits").rename(runs / "숫자")
    command = f"exec {sys.executable} -m runtime_kit runs '{runs}'"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if output == "ascii":
        environment |= {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    endings = {"ascii": "", "full": " >/dev/full", "closed": " >&-", "gone": " | true"}
    done = subprocess.run(
        ["sh", "-c", command + endings[output]],
        capture_output=True, env=environment, cwd=ROOT, timeout=120,
    )  # fmt: skip
    said = done.stderr.decode()
    assert "Traceback" not in said and "Exception ignored" not in said, said
    if output == "ascii":
        assert done.returncode == 0 and b"\\uc22b" in done.stdout
    elif output == "full":
        assert done.returncode == 2 and said.startswith("runtime_kit: ")


def test_an_odd_argument_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for words in (
        ["verify", str(tmp_path), "--step", "\x1b[2J"],
        ["verify", str(tmp_path), "--step", "9" * 5000],
        ["\x1b[2J"],
        ["runs", str(tmp_path), "\x1b[2J"],
        ["export", str(tmp_path), "last", "out.pt", "--best", "\x1b[2J\n:"],
    ):
        with pytest.raises(SystemExit) as ended:
            main(words)
        said = capsys.readouterr().err
        assert ended.value.code == 2 and "\x1b" not in said and said.count("\n") == 1
