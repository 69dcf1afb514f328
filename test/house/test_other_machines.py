"""The library and the cells on Windows and macOS, as far as Linux can stand in for them.

Each test runs in a process that test/support/other_machine has changed: no fcntl, /proc, fork or
dir_fd, another name of the system, new processes spawned, files that are open can't be moved or
deleted, names that are taken stay taken, text in the code page of the machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MACHINES = ["windows", "macos"]
PATH = os.environ.get("PATH", os.defpath)

IMPORT_ALL = """
import importlib, os, pkgutil, sys
import runtime_kit

for found in pkgutil.walk_packages(runtime_kit.__path__, "runtime_kit."):
    name = found.name.removeprefix("runtime_kit.snippets.")
    is_cell = name != found.name and not name.startswith("format")
    if not is_cell and "__main__" not in name and ".integrations." not in name:
        importlib.import_module(found.name)
print(os.name, sys.platform, hasattr(os, "fork"), os.path.exists("/proc/self"))
"""

RUN_SNIPPETS = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from runtime_kit.snippets import builtin_snippets, find_snippet, render_snippet

shell = InteractiveShell.instance()

def run(source):
    answer = shell.run_cell(source)
    if not answer.success:
        sys.exit(f"{source}\\n{answer.error_before_exec or answer.error_in_exec!r}")

for snippet in builtin_snippets():
    for cell in snippet.cells:
        if cell.cell_type == "code":
            compile(shell.transform_cell(cell.source), f"{snippet.id}, {snippet.form}", "exec")
run("import pandas as pd; df = pd.DataFrame({'이름': ['김']})")
run("import torch; model = torch.nn.Linear(2, 1)")
run("optimizer = torch.optim.SGD(model.parameters(), 0.1)")
for form, name, values in json.loads(sys.argv[1]):
    for cell in render_snippet(find_snippet(name, form), values):
        if cell.cell_type == "code":
            run(cell.source)
print("ALL RAN")
"""

SNIPPETS = [
    ("standalone", "environment-report", {}),
    ("standalone", "imports", {}),
    ("standalone", "drive-mount", {}),
    ("standalone", "gpu-check", {}),
    ("standalone", "save-csv", {"SAVE_FILE": "학습.csv"}),
    ("standalone", "read-csv", {"READ_FILE": "학습.csv"}),
    ("standalone", "stage-dataset", {"STAGE_SOURCE": "data.zip", "STAGE_TO": "staged"}),
    ("library", "stage-dataset", {"STAGE_SOURCE": "data.zip", "STAGE_TO": "staged too"}),
    ("standalone", "write-script", {"WRITE_TO": "s.py"}),
    ("standalone", "notify", {"NOTIFY_BY": "off"}),
    ("standalone", "checkpoint-resume", {"RUN": "a"}),
    ("library", "checkpoint-resume", {"RUN": "b"}),
    ("standalone", "release-runtime", {}),
]

TRAIN = """
import os, sys, torch
from runtime_kit import Run

class Numbers(torch.utils.data.Dataset):
    def __len__(self):
        return 6
    def __getitem__(self, index):
        return torch.tensor([float(index), torch.rand(()).item()])

if __name__ == "__main__":
    folder, dies = sys.argv[1], int(sys.argv[2])
    torch.manual_seed(3)
    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9)
    loader = torch.utils.data.DataLoader(Numbers(), 2, shuffle=True, num_workers=int(sys.argv[3]))
    run = Run("학습", folder, every=1).track(model=model, optimizer=optimizer)
    for epoch in run.epochs(2):
        for batch in run.batches(loader):
            optimizer.zero_grad()
            model(batch).pow(2).mean().backward()
            optimizer.step()
            if run.step + 1 == dies:
                run.save(wait=True)
                os._exit(9)
    run.finish()
    print("RESULT", torch.cat([p.detach().flatten() for p in model.parameters()]).tolist())
"""

OWNED = """
import atexit, json, subprocess, sys, time
from runtime_kit import Run
from runtime_kit.checkpoint import RunLockedError

def hold():
    run = Run("r", "runs").track(state={})
    print("HELD", flush=True)
    time.sleep(600)

if sys.argv[1:] == ["hold"]:
    hold()
def start(*words):
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    process.stdout.readline()
    return process

holder = start(__file__, "hold")
try:
    Run("r", "runs").track(state={})
    sys.exit("two owners")
except RunLockedError as error:
    assert str(holder.pid) in str(error)
holder.kill()
holder.wait()
# Another process has got its number.
other = start("-c", "import time; print(flush=True); time.sleep(600)")
lock = json.load(open("runs/r/.lock"))
json.dump({**lock, "pid": other.pid}, open("runs/r/.lock", "w"))
Run("r", "runs").track(state={}).finish()
print("TAKEN")
"""


def on(
    machine: str, folder: Path, *words: str | Path, page: str = "", output: str = "utf-8"
) -> subprocess.CompletedProcess[str]:
    """Run Python as on that machine."""
    support = ROOT / "test" / "support" / "other_machine"
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([*([str(support / "bin")] if machine == "macos" else []), PATH]),
        "PYTHONPATH": os.pathsep.join([str(support), str(ROOT)]),
        "PYTHONIOENCODING": output,
        "RUNTIME_KIT_MACHINE": machine,
        "RUNTIME_KIT_CODE_PAGE": page,
        "IPYTHONDIR": str(folder / "ipython"),
        "HOME": str(folder),
    }
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding=output,
        timeout=240,
    )


def output(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write(folder: Path, code: str) -> Path:
    file = folder / "script.py"
    file.write_text(code, encoding="utf-8")
    return file


@pytest.mark.parametrize("machine", MACHINES)
def test_every_module_is_imported(machine: str, tmp_path: Path) -> None:
    said = output(on(machine, tmp_path, "-c", IMPORT_ALL, page="cp949"))
    seen = {"windows": "nt win32 False False", "macos": "posix darwin True False"}
    assert said.splitlines()[-1] == seen[machine]


@pytest.mark.parametrize("machine", MACHINES)
def test_snippets_run(machine: str, tmp_path: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        archive.writestr("train/한글.txt", "one")
    words = ["-c", RUN_SNIPPETS, json.dumps(SNIPPETS)]
    said = output(on(machine, tmp_path, *words, page="cp1252"))
    assert "ALL RAN" in said and "GPU check: " in said
    saved = tmp_path / "drive-local" / "학습.csv"
    assert saved.read_text(encoding="utf-8-sig").splitlines() == ["이름", "김"]
    for folder in ("staged", "staged too"):
        assert (tmp_path / folder / "train" / "한글.txt").read_text() == "one"


@pytest.mark.parametrize(
    ("machine", "workers"),
    [("windows", "0"), *(pytest.param(m, "1", marks=pytest.mark.nightly) for m in MACHINES)],
)
def test_a_killed_training_resumes_exactly(machine: str, workers: str, tmp_path: Path) -> None:
    """Workers of the loader are spawned."""
    script = write(tmp_path, TRAIN)
    pages = {"page": "cp949", "output": "cp949"}
    whole = output(on(machine, tmp_path, script, "whole", "0", workers, **pages))
    killed = on(machine, tmp_path, script, "killed", "5", workers, **pages)
    assert killed.returncode == 9, killed.stderr
    # Not even the run's name fits what is printed to now.
    resumed = output(on(machine, tmp_path, script, "killed", "0", workers, output="cp1252"))
    assert "esum" in resumed and r"\ud559\uc2b5" in resumed
    assert resumed.splitlines()[-1] == whole.splitlines()[-1]


@pytest.mark.parametrize("machine", MACHINES)
def test_a_killed_owner_is_no_obstacle_even_if_its_number_is_in_use(
    machine: str, tmp_path: Path
) -> None:
    said = output(on(machine, tmp_path, write(tmp_path, OWNED)))
    assert said.endswith("TAKEN\n") and "Waiting" not in said


def test_commands_name_what_the_code_page_lacks(tmp_path: Path) -> None:
    code = """
from runtime_kit import Run
Run("학습 ß", "runs").track(state={"n": 1}).finish()
"""
    output(on("windows", tmp_path, write(tmp_path, code)))
    where = {"page": "cp1252", "output": "cp1252"}
    table = output(on("windows", tmp_path, "-m", "runtime_kit", "runs", "runs", **where))
    assert r"\ud559\uc2b5 ß" in table
    wrong = on("windows", tmp_path, "-m", "runtime_kit", "verify", "runs/학습", **where)
    assert wrong.returncode == 2 and r"runs/\ud559\uc2b5" in wrong.stderr


@pytest.mark.nightly
def test_the_librarys_tests_on_windows(tmp_path: Path) -> None:
    """Those that start no process without the changes and read no /proc themselves."""
    names = ["roundtrip", "damage", "metrics", "mirror", "cli_export"]
    files = [ROOT / "test" / "checkpoint" / f"test_{name}.py" for name in names]
    files += [ROOT / "test" / "staging" / "test_stage.py"]
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={ROOT}"]
    words += ["-c", str(ROOT / "pyproject.toml"), "--basetemp", str(tmp_path / "pytest")]
    done = on("windows", tmp_path, *words, *map(str, files), page="cp949")
    assert done.returncode == 0, done.stdout[-8000:]
