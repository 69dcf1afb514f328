"""`%%checkpoint_resume` in kernels of both ends of the version range."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kernels import SnippetKernel, error_of, kernel_pythons, snippet_kernel

pytest.importorskip("torch", reason="PyTorch is not installed")

ROOT = str(Path(__file__).parents[2])
SETUP = """
%load_ext runtime_kit
import time, torch
torch.set_num_threads(1)
torch.manual_seed(0)
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
data = torch.utils.data.TensorDataset(torch.arange(16.0).view(8, 2))
loader = torch.utils.data.DataLoader(data, batch_size=2, shuffle=True)

def train_step(x):
    optimizer.zero_grad()
    (model(x) - torch.rand(1)).square().mean().backward()
    optimizer.step()

def weights():
    return [parameter.tolist() for parameter in model.parameters()]
"""
LINE = "%%checkpoint_resume digits --track model optimizer --folder '{runs}'\n"
LOOP = """
for epoch in run.epochs(2):
    for step, [x] in enumerate(run.batches(loader)):
        train_step(x)
"""


@pytest.fixture(params=kernel_pythons())
def kernel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SnippetKernel]:
    with snippet_kernel(request.param, tmp_path, PYTHONPATH=ROOT) as kernel:
        kernel.must(f"runs = {str(tmp_path / 'my runs')!r}")
        kernel.must(SETUP)
        yield kernel


def trained(kernel: SnippetKernel) -> str:
    """Weights of a training without checkpoints."""
    kernel.must(SETUP)
    plain = LOOP.replace("run.epochs(2)", "range(2)").replace("run.batches(loader)", "loader")
    kernel.must(plain)
    expected = kernel.value("weights()")
    kernel.must(SETUP)
    return expected


def steps(folder: Path) -> list[int]:
    return sorted(int(step.name[5:]) for step in (folder / "my runs/digits").glob("step-*"))


def test_runs_the_body_and_finishes(kernel: SnippetKernel, tmp_path: Path) -> None:
    expected = trained(kernel)
    answer = kernel.run(LINE + LOOP + "run.step * 100")
    assert answer.status == "ok"
    [shown] = [content["data"] for kind, content in answer.outputs if kind == "execute_result"]
    assert shown["text/plain"] == "800"
    assert kernel.value("weights()") == expected
    assert steps(tmp_path)[-1] == 8
    kernel.must(SETUP)
    assert "resumed 'digits' from step 8" in kernel.must(LINE + LOOP)
    assert kernel.value("weights()") == expected


def test_the_stop_button_loses_nothing(kernel: SnippetKernel, tmp_path: Path) -> None:
    expected = trained(kernel)
    slow = '        run.step == 2 and print("third", flush=True)\n        time.sleep(0.2)\n'
    kernel.begin(LINE + LOOP + slow)
    kernel.wait_for("third")
    kernel.interrupt()
    saved = steps(tmp_path)[-1]
    assert 3 <= saved < 8
    kernel.must(SETUP)
    assert f"resumed 'digits' from step {saved}" in kernel.must(LINE + LOOP)
    assert kernel.value("weights()") == expected


def test_an_error_of_the_body_is_shown_as_its_own(kernel: SnippetKernel, tmp_path: Path) -> None:
    expected = trained(kernel)
    answer = kernel.run(LINE + LOOP + "    torch.zeros(1)[len('validation')]\n")
    assert answer.status == "error"
    assert error_of(answer)[0] == "IndexError"
    [error] = [content for kind, content in answer.outputs if kind == "error"]
    assert "validation" in "".join(error["traceback"])
    assert "checkpoint_magic.py" not in "".join(error["traceback"])
    assert steps(tmp_path)[-1] == 4  # the epoch whose validation failed is not trained again
    kernel.must(SETUP)
    printed = kernel.must(LINE + LOOP)
    assert "resumed 'digits' from step 4" in printed
    assert kernel.value("weights()") == expected


def test_tracks_under_other_roles(kernel: SnippetKernel) -> None:
    kernel.must(LINE.replace("model optimizer", "model net=model opt=optimizer --every 1") + LOOP)
    other = kernel.run(LINE + LOOP)
    assert other.status == "error"
    assert "has no 'optimizer' (it has model, net, opt)" in other.text("stderr")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("digits --track modle", "no variable 'modle' to track. Do you mean 'model'?"),
        ("digits --track model --every soon", "every='soon': use"),
        ("digits --track model --kep 2", "unrecognized arguments: --kep 2. Usage: "),
        ("digits --track model --keep 0", "keep=0: use at least 1"),
        ("digits --track model a=model a=model", "'a' is not a valid name, or is used twice"),
        ("digits --track model --best val_loss", "best=('val_loss',): use a pair"),
        ("digits", "the following arguments are required: --track"),
        ("'digits --track model", "no closing quotation"),
        ("a/b --track model", "a/b"),
        ("digits --track runs", "runs is a str, which cannot be stored safely"),
    ],
)
def test_what_is_wrong_is_one_line(shared: SnippetKernel, line: str, says: str) -> None:
    answer = shared.run(f"%%checkpoint_resume {line}\nprint('ran')")
    assert answer.status == "error"
    shown = answer.text("stderr") + "".join(
        line for kind, content in answer.outputs if kind == "error" for line in content["traceback"]
    )
    assert says in shown
    assert shown.strip().count("\n") == 0
    assert "ran" not in answer.text("stdout")


@pytest.fixture(scope="module", params=kernel_pythons())
def shared(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnippetKernel]:
    folder = tmp_path_factory.mktemp("magic")
    with snippet_kernel(request.param, folder, PYTHONPATH=ROOT) as kernel:
        kernel.must(SETUP + "runs = 'runs'")
        yield kernel


def test_says_when_a_cell_has_no_loop_of_the_run(shared: SnippetKernel) -> None:
    assert "does not use `run`" in shared.must("%%checkpoint_resume plain --track model\n1 + 1")


def test_is_gone_when_the_extension_is(shared: SnippetKernel) -> None:
    shared.must("%unload_ext runtime_kit")
    answer = shared.run("%%checkpoint_resume digits --track model\nprint('ran')")
    assert "not found" in answer.text("stderr")
    shared.must("%load_ext runtime_kit")


PLAIN = """
for epoch in range(2):
    for [x] in loader:
        train_step(x)
"""


def test_prints_the_edits_of_the_cells_that_ran(kernel: SnippetKernel) -> None:
    kernel.must("before = weights()")
    said = kernel.must(f"%%checkpoint_resume --propose\n{PLAIN}")
    assert "\n-for epoch in range(2):\n" in said and "\n+for epoch in run.epochs(2):\n" in said
    assert "+    for [x] in run.batches(loader):" in said
    assert 'run = Run("notebook").track(model=model, optimizer=optimizer)' in said
    assert "Nothing was changed or run." in said
    assert kernel.value("weights() == before") == "True"
    kernel.must(PLAIN)
    for line in ("%checkpoint_resume --propose", "%snippet checkpoint-resume --propose"):
        assert "+for epoch in run.epochs(2):" in kernel.must(line)


def test_prints_the_edits_of_the_saved_notebook(kernel: SnippetKernel, tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Digits"]},
        {"cell_type": "code", "source": SETUP.splitlines(keepends=True)},
        {"cell_type": "code", "source": ["%checkpoint_resume --propose"]},
        {"cell_type": "code", "source": PLAIN},
    ]
    path = tmp_path / "digits.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    kernel.must(f"import os; os.environ['JPY_SESSION_NAME'] = {str(path)!r}")
    said = kernel.must("%checkpoint_resume --propose")
    assert "+++ cell 4" in said
    assert 'run = Run("digits").track(model=model, optimizer=optimizer)' in said
    path.write_text("{")  # then the cells that ran
    assert "nothing here calls it" in kernel.must("%checkpoint_resume --propose")
