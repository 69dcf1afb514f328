"""The library form of Checkpoint & resume in kernels of both ends of the version range."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kernels import SnippetKernel, error_of, kernel_pythons, snippet_kernel, sources

from runtime_kit.snippets import find_snippet, render_snippet

pytest.importorskip("torch", reason="PyTorch is not installed")

ROOT = Path(__file__).parents[2]
SETUP = """
import hashlib, random, time
import torch
torch.set_num_threads(1)
torch.manual_seed(0)
random.seed(0)
net = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 1))
adam = torch.optim.Adam(net.parameters(), lr=0.01)
decay = torch.optim.lr_scheduler.StepLR(adam, 1, 0.7)
data = torch.utils.data.TensorDataset(torch.arange(60.0).view(20, 3) / 60)
train_loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)

def train_step(x):
    adam.zero_grad()
    (net(x) - x.sum() - random.random()).square().mean().backward()
    adam.step()

def digest():
    tensors = [*net.state_dict().values(), *(v["exp_avg"] for v in adam.state.values())]
    text = b"".join(tensor.numpy().tobytes() for tensor in tensors)
    return hashlib.sha256(text + repr((decay.state_dict(), random.random())).encode()).hexdigest()
"""
PLAIN = """
for epoch in range(3):
    for [x] in train_loader:
        train_step(x)
    decay.step()
"""
LIBRARY = """
for epoch in run.epochs({epochs}):
    for [x] in run.batches(train_loader):
        train_step(x)
        {then}
    decay.step()
{end}
"""
STANDALONE = """
for epoch in run.epochs({epochs}):
    for [x] in train_loader:
        train_step(x)
    decay.step()
"""
NAMES = {"MODEL": "net", "OPTIMIZER": "adam", "SCHEDULER": "decay", "LOADER": "train_loader"}
SAVE_THEN_HANG = """
        if run.step == 6:
            run.save(wait=True)
            print("saved", flush=True)
        if run.step > 7:
            time.sleep(600)
"""


def library_cell(**values: Any) -> str:
    """The cells of the library form, as a click inserts them, in one."""
    snippet = find_snippet("checkpoint-resume", "library")
    assert snippet is not None
    return "\n".join(cell.source for cell in render_snippet(snippet, values))


@pytest.fixture(params=kernel_pythons())
def python(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def kernel(python: Path, tmp_path: Path) -> Iterator[SnippetKernel]:
    with started(python, tmp_path) as kernel:
        yield kernel


def started(python: Path, folder: Path) -> Any:
    """A kernel that can import `runtime_kit`."""
    return snippet_kernel(python, folder, PYTHONPATH=str(ROOT))


def test_takes_the_same_parameters_as_the_standalone_form() -> None:
    forms = [find_snippet("checkpoint-resume", form) for form in ("standalone", "library")]
    described = [[p.describe() for p in form.parameters] for form in forms if form is not None]
    assert len(described) == 2 and described[0] == described[1]


def test_goes_on_exactly_after_sigkill(python: Path, kernel: SnippetKernel, tmp_path: Path) -> None:
    kernel.must(SETUP)
    kernel.must(PLAIN)
    expected = kernel.value("digest()")
    kernel.must(SETUP)
    printed = kernel.must(library_cell(**NAMES))
    folder = tmp_path / "runtime-kit-runs" / "run"
    assert f"No checkpoint in {folder} yet" in printed
    assert "for batch in run.batches(train_loader):" in printed
    kernel.begin(LIBRARY.format(epochs=3, then=SAVE_THEN_HANG, end=""))
    kernel.wait_for("saved")
    kernel.kill()
    with started(python, tmp_path) as after:
        after.must(SETUP)
        assert "resumed 'run' from step 7 (epoch 1, batch 2)" in after.must(library_cell(**NAMES))
        after.must(LIBRARY.format(epochs=3, then="", end="run.finish()"))
        assert after.value("digest()") == expected
        assert after.value("run.resumed_from, run.step") == "(7, 15)"


def test_seeds_set_after_the_cell_count(kernel: SnippetKernel) -> None:
    kernel.must(SETUP + PLAIN)
    expected = kernel.value("digest()")
    kernel.must(SETUP)
    kernel.must("seeded = torch.get_rng_state(), random.getstate()")
    kernel.must("torch.manual_seed(99); random.seed(99)")
    kernel.must(library_cell(**NAMES))
    kernel.must("torch.set_rng_state(seeded[0]); random.setstate(seeded[1])")
    kernel.must(LIBRARY.format(epochs=3, then="", end="run.finish()"))
    assert kernel.value("digest()") == expected


def test_one_run_moves_between_the_forms(kernel: SnippetKernel, tmp_path: Path) -> None:
    kernel.must(SETUP + PLAIN)
    expected = kernel.value("digest()")
    standalone = sources("checkpoint-resume", **NAMES)
    for epochs, cells, loop in (
        (1, standalone, STANDALONE),
        (2, [library_cell(**NAMES)], LIBRARY),
        (3, standalone, STANDALONE),
    ):
        kernel.must(SETUP)
        printed = "".join(kernel.must(cell) for cell in cells)
        assert ("esumed" in printed) == (epochs > 1)
        kernel.must(loop.format(epochs=epochs, then="", end="run.finish()"))
    assert kernel.value("digest()") == expected
    newest = max((tmp_path / "runtime-kit-runs" / "run").glob("step-*"))
    state = json.loads((newest / "state.json").read_text())
    assert (state["step"], state["epoch"], state["batch"]) == (15, 3, 0)
    assert (newest / "state.pt").exists()


@pytest.mark.parametrize("name", ["MODEL", "LOADER"])
def test_a_wrong_name_is_an_error_in_one_line(
    kernel: SnippetKernel, tmp_path: Path, name: str
) -> None:
    kernel.must("net = adam = decay = train_loader = None")
    answer = kernel.run(library_cell(**{**NAMES, name: "nett"}))
    assert error_of(answer) == ("NameError", "name 'nett' is not defined")
    shown = re.sub(r"\x1b\[[\d;]*m", "", "".join(answer.outputs[-1][1]["traceback"]))
    assert f"{name} = nett" in shown  # the line to correct
    assert [path.name for path in tmp_path.iterdir()] == ["home"]  # no run was begun


def test_uses_the_folder_it_is_given(kernel: SnippetKernel, tmp_path: Path) -> None:
    kernel.must(SETUP)
    kernel.must(f"from pathlib import Path; DRIVE = Path({str(tmp_path / 'drive')!r})")
    kernel.must(library_cell(**NAMES))
    assert kernel.value("str(run.folder)") == repr(str(tmp_path / "drive/runtime-kit-runs/run"))
    kernel.must(f"DRIVE, DRIVE_2 = True, {str(tmp_path / 'mounted')!r}")  # one of the user's own
    kernel.must(library_cell(**NAMES))
    assert kernel.value("str(run.folder)") == repr(str(tmp_path / "mounted/runtime-kit-runs/run"))
    kernel.must(library_cell(**NAMES, RUN="other", RUN_FOLDER=str(tmp_path / "mine")))
    assert kernel.value("str(run.folder)") == repr(str(tmp_path / "mine" / "other"))
