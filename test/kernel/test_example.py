"""The examples: the notebook, made resumable by the proposal, and the script; killed, finished."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kernels import SnippetKernel, snippet_kernel

from runtime_kit.resumable.proposal import apply, propose

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOTEBOOK = json.loads((EXAMPLES / "resume-training.ipynb").read_text(encoding="utf-8"))
CODE = [cell["source"] for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
MNIST = EXAMPLES / "mnist" / "colab" / "main.py"
CURRENT = Path(sys.executable)


def test_is_up_to_date() -> None:
    script = EXAMPLES / "make_examples.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_its_first_screen_is_the_story() -> None:
    first = NOTEBOOK["cells"][0]
    assert first["cell_type"] == "markdown" and "Checkpoint & resume" in first["source"]
    assert not any("runtime_kit" in source for source in CODE)


def applied() -> list[str]:
    cells = [(str(number), source) for number, source in enumerate(CODE)]
    proposal = propose(cells, name="digits")
    assert not proposal["why_not"] and not proposal["notes"]
    assert all(edit["ticked"] for edit in proposal["edits"])
    return [source for _, source in apply(cells, proposal)]


def run_all(kernel: SnippetKernel, cells: list[str], epochs: int) -> list[str]:
    """Run all cells with a number of epochs; return the lines that the training printed."""
    for source in cells[:-1]:
        kernel.must(source)
    said = kernel.must(cells[-1].replace("EPOCHS = 40", f"EPOCHS = {epochs}"))
    return re.findall(r"^epoch.*$", said, re.M)


def test_resumes_after_a_kill(tmp_path: Path) -> None:
    runs = f"import os; os.environ['RUNTIME_KIT_FOLDER'] = {str(tmp_path / 'runs')!r}"
    cells = [runs, *applied()]
    with snippet_kernel(CURRENT, tmp_path) as kernel:
        for source in cells[:-1]:
            kernel.must(source)
        kernel.begin(cells[-1].replace("EPOCHS = 40", "EPOCHS = 10000"))
        deadline = time.monotonic() + 300
        while not (saved := saved_epoch(tmp_path / "runs" / "digits")):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        kernel.kill()
    epochs = saved + 3
    with snippet_kernel(CURRENT, tmp_path) as kernel:
        resumed = run_all(kernel, cells, epochs)
    assert 1 <= len(resumed) <= 4
    (tmp_path / "straight").mkdir()
    with snippet_kernel(CURRENT, tmp_path / "straight") as kernel:
        straight = run_all(kernel, CODE, epochs)
    # The last epochs of the notebook as it is, as if nothing had happened.
    assert resumed == straight[-len(resumed) :]


def saved_epoch(run: Path) -> int:
    """The epoch of the newest checkpoint; 0 while none is committed but that of the start."""
    found = 0
    for commit in run.glob("step-*/COMMIT.json"):
        with contextlib.suppress(FileNotFoundError):  # an older step is deleted meanwhile
            state = json.loads(commit.with_name("state.json").read_text())
            found = max(found, state["epoch"])
    return found


def mnist(folder: Path, epochs: int) -> subprocess.Popen[str]:
    """The script, with runs and data in a folder of the test."""
    command = [sys.executable, str(MNIST), "--dataset", str(folder / "dataset")]
    environment = {**os.environ, "RUNTIME_KIT_FOLDER": str(folder), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [*command, "--epochs", str(epochs)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def lines_of(process: subprocess.Popen[str]) -> list[str]:
    """The lines of its epochs, when it has ended well."""
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return re.findall(r"^epoch.*$", said, re.M)


def test_the_script_resumes_after_a_kill(tmp_path: Path) -> None:
    killed = mnist(tmp_path, 10000)
    try:
        deadline = time.monotonic() + 300
        while not (saved := saved_epoch(tmp_path / "mnist")):
            assert killed.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        killed.kill()
        killed.communicate()
    resumed = lines_of(mnist(tmp_path, saved + 2))
    assert 1 <= len(resumed) <= 3
    straight = tmp_path / "straight"
    shutil.copytree(tmp_path / "dataset", straight / "dataset")
    expected = lines_of(mnist(straight, saved + 2))
    assert resumed == expected[-len(resumed) :]
    assert len(expected) == saved + 2


def test_the_script_says_what_is_no_data(tmp_path: Path) -> None:
    """MNIST's own files may be in the folder, and half a download too."""
    module = runpy.run_path(str(MNIST), run_name="mnist")
    values = module["torch"].arange(2 * 3 * 4).reshape(2, 3, 4)
    module["write_idx"](tmp_path / "a.gz", values)
    assert module["read_idx"](tmp_path / "a.gz").tolist() == values.tolist()
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"<html>no such file</html>"))
    with pytest.raises(ValueError, match=r"b\.gz does not hold .* Download it again"):
        module["read_idx"](tmp_path / "b.gz")
