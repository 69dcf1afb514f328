"""Nothing that lies beside a notebook runs because the notebook is open or a button is clicked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from kernels import SnippetKernel, kernel_pythons, snippet_kernel
from monitor_client import ask
from planted import ROOT, executed, plant

from runtime_kit._os import trusted_imports
from runtime_kit.telemetry import sampler

GUARD = (ROOT / "runtime_kit/_os/trusted_imports.py").read_text()
CALL = (ROOT / "runtime_kit/frontend/call.py").read_text()
FRONTEND = ROOT / "runtime_kit/frontend"
MAKE_RUN = f"""
import sys
sys.path.append({str(ROOT)!r})
from runtime_kit.checkpoint import Run
run = Run("digits", folder={{folder!r}})
for epoch in run.epochs(2):
    run.log(loss=1.0)
run.save(wait=True)
"""


def carried(kernel: SnippetKernel, file: str, function: str, *arguments: object) -> object:
    """What the front end asks for its menus and forms."""
    source = (FRONTEND / file).read_text()
    call = f"({CALL}\n)({[source]!r}, 'carried', {function!r}, {list(arguments)!r}, {GUARD!r})"
    return json.loads(eval(kernel.value(call)))


def open_notebook(kernel: SnippetKernel) -> dict[str, object]:
    """The requests of a page that shows a notebook, its panel, its menus and its forms."""
    carried(kernel, "training_objects.py", "report")
    platform = (ROOT / "runtime_kit/platform.py").read_text()
    wanted = ["package:torch", "package:google.colab", "tool:rclone", "gpu", "platform:colab"]
    carried(kernel, "requirements.py", "report", wanted, platform)
    carried(kernel, "cell_names.py", "report", ["import torch\nmodel = torch.nn.Linear(1, 1)"])
    answer = ask(kernel, "connect", "page", "runtime-kit-monitor-test", False)
    ask(kernel, "refresh", "page", 2.0, True)
    return dict(answer["sample"])


def make_run(folder: Path) -> Path:
    code = MAKE_RUN.format(folder=str(folder))
    subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True)
    return folder / "digits"


@pytest.fixture(params=["modules", "packages"])
def packages(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "packages")


@pytest.mark.parametrize("python", kernel_pythons())
def test_opening_a_notebook_runs_nothing(python: Path, packages: bool, tmp_path: Path) -> None:
    mark, folder = tmp_path / "mark", tmp_path / "notebooks"
    run = make_run(tmp_path / "runs")
    with snippet_kernel(python, folder) as kernel:
        kernel.must("1 + 1")
        plant(folder, mark, packages=packages)
        sample = open_notebook(kernel)
        assert sample["problems"] == {}
        ignored = sample["kernel"]["ignored"]  # type: ignore[index]
        assert all(Path(each).is_relative_to(folder) for each in ignored)
        ask(kernel, "act", "verify", {"folder": str(run)}, False)
        ask(kernel, "act", "export", {"folder": str(run), "out": "model.pt"}, False)
        ask(kernel, "act", "flush", {}, False)
        ask(kernel, "act", "remount", {}, False)
        ask(kernel, "act", "delete", {"folder": str(run)}, False)
        kernel.must("import time; time.sleep(1)")
        ask(kernel, "disconnect", "page")
    assert executed(mark) == []


@pytest.mark.parametrize("path", [".", "", "./lib", "{folder}", "{folder}/lib"])
def test_python_path_below_the_folder(path: str, tmp_path: Path) -> None:
    """As shells' profiles set it. The kernel itself imports from there as it starts, so what is
    planted comes after that."""
    mark, folder = tmp_path / "mark", tmp_path / "notebooks"
    (folder / "lib").mkdir(parents=True)
    run = make_run(tmp_path / "runs")
    environ = {"PYTHONPATH": path.format(folder=folder)}
    with snippet_kernel(Path(sys.executable), folder, **environ) as kernel:
        kernel.must("1 + 1")
        for place in (folder, folder / "lib"):
            plant(place, mark)
        open_notebook(kernel)
        answer = ask(kernel, "act", "verify", {"folder": str(run)}, False)
        assert answer["ok"], answer
    assert executed(mark) == []


def test_a_checkout_with_an_editable_install_is_found(tmp_path: Path) -> None:
    """Development in the folder of a package goes on working: its .pth file names the folder."""
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        kernel.must(f"import os; os.chdir({str(ROOT)!r})")
        sample = open_notebook(kernel)
    assert sample["kernel"]["runtime_kit"] is True  # type: ignore[index]


def test_what_is_ignored_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "only_planted.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    monkeypatch.setattr(trusted_imports, "ignored", {})
    with pytest.raises(ModuleNotFoundError):
        trusted_imports.import_trusted("only_planted")
    monkeypatch.setattr(sampler, "ignored", trusted_imports.ignored)
    sample = sampler.Sampler().take(busy=False)
    assert sample["kernel"]["ignored"] == [str(tmp_path / "only_planted.py")]
