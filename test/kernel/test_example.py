"""The example notebook: made from the snippets, killed in the middle, and finished."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernels import SnippetKernel, error_of, snippet_kernel

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOTEBOOK = json.loads((EXAMPLES / "resume-training.ipynb").read_text(encoding="utf-8"))
CODE = [cell["source"] for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
CURRENT = Path(sys.executable)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[SnippetKernel]:
    with snippet_kernel(CURRENT, tmp_path) as kernel:
        yield kernel


def test_is_up_to_date() -> None:
    script = EXAMPLES / "make_examples.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def run_all(kernel: SnippetKernel, epochs: int) -> str:
    """Run all cells with fewer epochs; return what the training printed."""
    for source in CODE[:-1]:
        kernel.must(source)
    return kernel.must(CODE[-1].replace("EPOCHS = 40", f"EPOCHS = {epochs}"))


def test_goes_on_after_a_kill(tmp_path: Path) -> None:
    with snippet_kernel(CURRENT, tmp_path) as kernel:
        for source in CODE[:-1]:
            kernel.must(source)
        kernel.begin(CODE[-1])
        kernel.wait_for("epoch  2")
        kernel.kill()
    with snippet_kernel(CURRENT, tmp_path) as kernel:
        resumed = run_all(kernel, epochs=8)
    epochs = [int(number) for number in re.findall(r"^epoch +(\d+)", resumed, re.M)]
    assert epochs[0] >= 2 and epochs[-1] == 7
    assert epochs == list(range(epochs[0], 8))

    (tmp_path / "straight").mkdir()
    with snippet_kernel(CURRENT, tmp_path / "straight") as kernel:
        straight = run_all(kernel, epochs=8)
    # Loss and accuracy of each epoch, as if nothing had happened.
    lines = re.findall(r"^epoch.*$", resumed, re.M)
    assert lines == re.findall(r"^epoch.*$", straight, re.M)[-len(lines) :]


def test_without_pytorch_one_clear_line(kernel: SnippetKernel) -> None:
    kernel.must(
        "import importlib.util as u; f = u.find_spec\n"
        "u.find_spec = lambda name: None if name == 'torch' else f(name)"
    )
    answer = kernel.run(CODE[0])
    assert error_of(answer)[1] == "This example needs torch: %pip install torch"
    [content] = [content for kind, content in answer.outputs if kind == "error"]
    assert "".join(content["traceback"]).count("\n") <= 1
