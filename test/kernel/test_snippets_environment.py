"""The snippets that report, import and install, in kernels of both ends of the range."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kernels import STAND_INS, sources
from shared_kernel import Notebook
from wheels import make_environment, make_wheel

Open = Callable[..., Notebook]


def test_report_is_one_table_and_the_same_as_text(notebook: Open) -> None:
    book = notebook(REPORTED="no")
    assert book.insert("environment-report", REPORT_PACKAGES="pip, nothing-like-it") == ""
    [html] = book.shown("text/html")
    [text] = book.shown("text/plain")
    rows = dict(line.split("  ", 1) for line in text.splitlines())
    assert list(rows)[:8] == [
        "Python",
        "IPython",
        "System",
        "CPU",
        "Memory",
        "Disk",
        "Mounts",
        "Accelerator",
    ]
    assert rows["nothing-like-it"].strip() == "not installed"
    assert rows["Python"].strip().startswith(".".join(map(str, sys.version_info[:2])))
    assert " GB" in rows["Memory"] and " GB free" in rows["Disk"]
    release = platform.freedesktop_os_release()["PRETTY_NAME"]
    assert rows["System"].strip() == f"{release}, {platform.platform()}"
    assert re.search(r"\d GB free, [\d.]+ GB available$|limit of the container", rows["Memory"])
    with open("/proc/cpuinfo") as cpuinfo:
        model = re.search(r"(?m)^model name\s*: (.*)", cpuinfo.read())
    assert (model[1] if model else platform.machine()) in rows["CPU"]
    with open("/proc/self/mounts") as mounts:
        roots = [line.split()[2] for line in mounts if line.split()[1] == "/"]
    assert all(f"{kind} in /" in rows["Mounts"] for kind in roots[:1])  # none in a chroot
    assert all(name in html for name in rows)
    pasted = book.insert("environment-report", REPORT_PACKAGES="pip", AS_TEXT=True)
    assert pasted.startswith("```\nPython") and pasted.rstrip().endswith("```")
    assert str(book.folder) not in pasted, "a report names no folder"


def test_report_of_a_container_and_a_gpu(notebook: Open, tmp_path: Path) -> None:
    smi = tmp_path / "bin" / "nvidia-smi"
    smi.parent.mkdir()
    report = STAND_INS / "nvidia_smi" / "t4" / "output.txt"
    smi.write_text(f"#!/bin/sh\ncat '{report}'\n")
    smi.chmod(0o755)
    book = notebook(PATH=f"{smi.parent}:/usr/bin:/bin")
    text = book.insert("environment-report", AS_TEXT=True)
    assert "Tesla T4, 15.0 GB; driver 550.54.15" in text
    _, engine, cell = sources("environment-report", AS_TEXT=True)
    (tmp_path / "limit").write_text("1073741824\n")
    memory = engine.replace('f"{group}.max"', repr(str(tmp_path / "limit")))
    assert memory != engine
    book.kernel.must(memory)
    assert "1.0 GB (limit of the container)" in book.kernel.must(cell)
    for said, limit in [
        ("150000 100000", ", 1.5 at a time (limit of the container)"),
        ("max 100000", ""),
    ]:
        (tmp_path / "cpu.max").write_text(said)
        book.kernel.must(engine.replace("/sys/fs/cgroup/cpu.max", str(tmp_path / "cpu.max")))
        [cpu] = [row for row in book.kernel.must(cell).splitlines() if row.startswith("CPU ")]
        assert ("at a time" in cpu) == bool(limit) and cpu.endswith(limit)
    smi.write_text("#!/bin/sh\necho 'no driver'; exit 9\n")
    assert "broken driver" in book.insert("environment-report", AS_TEXT=True)


def test_imports_bind_what_is_there(notebook: Open, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "breaks.py").write_text("raise RuntimeError('built for another numpy')")
    book = notebook([str(tmp_path / "lib")])
    printed = book.insert("imports", MORE_IMPORTS="json as js, breaks, no_such_thing")
    assert book.kernel.value("int(np.arange(3).sum())") == "3"
    assert book.kernel.value("js.dumps([1])") == "'[1]'"
    assert "breaks is installed but fails: RuntimeError: built for another numpy" in printed
    [missing] = [line for line in printed.splitlines() if line.startswith("Not installed: ")]
    assert missing.startswith("Not installed: %pip install ")
    assert "no_such_thing" in missing and "numpy" not in missing
    assert printed == book.insert("imports", MORE_IMPORTS="json as js, breaks, no_such_thing")


def test_imports_bind_the_names_that_people_use(notebook: Open, tmp_path: Path) -> None:
    """Real packages where they are here, and stand-ins of two that are large."""
    for module in ("xgboost/__init__.py", "statsmodels/__init__.py", "statsmodels/api.py"):
        path = tmp_path / "lib" / module
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("__version__ = '9'")
    book = notebook([str(tmp_path / "lib")])
    book.kernel.must("np = 'mine'")
    printed = book.insert("imports")
    assert "np has another value in this notebook: numpy was not imported." in printed
    assert book.kernel.value("np") == "'mine'"
    assert "sm               statsmodels 9" in printed and "xgb              xgboost 9" in printed
    assert book.kernel.value("sm.__name__, xgb.__name__") == "('statsmodels.api', 'xgboost')"
    assert book.kernel.value("dt.timedelta(1) < dt.timedelta(2)") == "True"
    assert book.kernel.value("isinstance(tqdm, type)") == "True"
    for name, package, used, value in [
        ("sp", "sympy", "str(sp.Symbol('x') + 1)", "'x + 1'"),
        ("sklearn", "scikit-learn", "train_test_split([1, 2], shuffle=False)", "[[1], [2]]"),
    ]:
        if re.search(rf"(?m)^{name} ", printed):
            assert book.kernel.value(used) == value
        else:
            assert package in printed.rpartition("Not installed: %pip install ")[2]


def test_report_knows_the_name_of_an_import(notebook: Open, tmp_path: Path) -> None:
    """People name scikit-learn as they import it."""
    info = tmp_path / "lib" / "rk_demo_learn-4.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rk-demo-learn\nVersion: 4.2\n")
    (info / "top_level.txt").write_text("rkdemolearn\n")
    (info / "RECORD").write_text("rkdemolearn/__init__.py,,\n")
    book = notebook([str(tmp_path / "lib")])
    said = book.insert(
        "environment-report",
        REPORT_PACKAGES="rkdemolearn, rk-demo-learn datetime rkgone",
        AS_TEXT=True,
    )
    rows = dict(line.split(None, 1) for line in said.splitlines() if line.startswith(("rk", "da")))
    assert rows == {
        "rkdemolearn": "4.2 (rk-demo-learn)",
        "rk-demo-learn": "4.2",
        "datetime": "part of Python",
        "rkgone": "not installed",
    }


def test_imports_of_a_framework(notebook: Open, tmp_path: Path) -> None:
    (tmp_path / "lib" / "jax").mkdir(parents=True)
    (tmp_path / "lib" / "jax" / "__init__.py").write_text("__version__ = '9'")
    (tmp_path / "lib" / "jax" / "numpy.py").write_text("pi = 3")
    book = notebook([str(tmp_path / "lib")])
    printed = book.insert("imports", FRAMEWORK="jax", MORE_IMPORTS="gone.a, gone.b")
    assert book.kernel.value("jax.numpy is jnp, jnp.pi") == "(True, 3)"
    assert printed.count(" gone") == 1, "a package is to be installed once"


@pytest.fixture
def index(tmp_path: Path) -> dict[str, str]:
    """A folder of wheels in place of the index."""
    make_wheel(tmp_path / "wheels", "rkdemo", "1.0")
    make_wheel(tmp_path / "wheels", "rkdemo", "2.0")
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_CONSTRAINT": "",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path / "wheels"),
        "PYTHONPATH": str(tmp_path / "pip"),
    }


def open_environment(notebook: Open, folder: Path, **environ: str) -> Notebook:
    """A notebook whose kernel seems to run in an environment that has nothing but pip."""
    site = make_environment(folder)
    book = notebook([str(site)], **environ)
    book.kernel.must(f"import sys; sys.executable = {str(folder / 'env' / 'bin' / 'python')!r}")
    return book


def test_pip_install(notebook: Open, index: dict[str, str], tmp_path: Path) -> None:
    book = open_environment(notebook, tmp_path, **index)
    make_wheel(tmp_path / "wheels", "rkother", "3.0")
    printed = book.insert("pip-install", PACKAGES="rkdemo[a,b]>=1, <2,rkother")
    assert "rkdemo (new) -> 1.0" in printed and "rkother (new) -> 3.0" in printed
    assert "Restart" not in printed
    assert not list(book.folder.glob("2*")), "the shell took < for a redirection"
    assert book.kernel.value("__import__('rkdemo').__version__") == "'1.0'"
    printed = book.insert("pip-install", PACKAGES="rkdemo", UPGRADE=True)
    assert "rkdemo 1.0 -> 2.0" in printed
    assert "Restart the kernel: it still uses the old rkdemo." in printed
    assert "All of it was there" in book.insert("pip-install", PACKAGES="!pip install rkdemo >= 2")
    asked = "sudo python3.12 -m pip install rkdemo"
    assert "All of it was there" in book.insert("pip-install", PACKAGES=asked)
    told = book.fail("pip-install", PACKAGES="conda install rkdemo")
    assert "write names only" in told
    assert "ValueError: No packages" in book.fail("pip-install")
    assert "pip could not install 'rkdemo==9'" in book.fail("pip-install", PACKAGES="rkdemo==9")


TORCH = """
class _Number:
    def __matmul__(self, other): return self
    def sum(self): return 1.0
def ones(*shape, device): return _Number()
"""


@pytest.mark.parametrize(
    ("machine", "build"),
    [("t4", "cu126"), ("two-gpus", "cu130"), ("", "cpu")],
)
def test_pytorch_of_the_driver(
    notebook: Open, index: dict[str, str], tmp_path: Path, machine: str, build: str
) -> None:
    make_wheel(tmp_path / "wheels", "torch", "99.0", TORCH)
    path = f"{STAND_INS / 'nvidia_smi'}:/usr/bin:/bin" if machine else "/usr/bin:/bin"
    book = open_environment(notebook, tmp_path, PATH=path, NVIDIA_SMI_CASE=machine, **index)
    printed = book.insert("install-pytorch", TORCH_PACKAGES="torch")
    assert f"The {build} build, because" in printed
    assert f"--index-url https://download.pytorch.org/whl/{build}" in printed
    again = book.insert("install-pytorch", TORCH_PACKAGES="torch")
    assert again == "PyTorch 99.0 works here: nothing to do.\n"


def test_pytorch_of_another_build_is_replaced(
    notebook: Open, index: dict[str, str], tmp_path: Path
) -> None:
    """What is there has a higher version and cannot use this machine."""
    broken = "def ones(*shape, device): raise RuntimeError('no kernel image is available')"
    wheel = make_wheel(tmp_path / "wheels", "torch", "99.1", broken)
    book = open_environment(notebook, tmp_path, PATH="/usr/bin:/bin", **index)
    book.insert("pip-install", PACKAGES="torch")
    wheel.unlink()
    make_wheel(tmp_path / "wheels", "torch", "99.0", TORCH)
    assert "The cpu build" in book.insert("install-pytorch", TORCH_PACKAGES="torch")
    again = book.insert("install-pytorch", TORCH_PACKAGES="torch")
    assert again == "PyTorch 99.0 works here: nothing to do.\n"
    wheel_of_99 = tmp_path / "wheels" / "torch-99.0-py3-none-any.whl"
    wheel_of_99.unlink()
    failed = book.fail("install-pytorch", TORCH_PACKAGES="torch", REINSTALL=True)
    assert "pip could not install PyTorch" in failed


MACHINES = [  # the GPU's generation, the driver's CUDA, the build
    ("Turing", "12.4", "cu126"),
    ("Ampere", "12.8", "cu126"),
    ("Ada Lovelace", "13.1", "cu130"),
    ("Pascal", "12.4", "cu126"),
    ("Pascal", "13.0", "cu126"),
    ("Volta", "13.0", "cu126"),
    ("Blackwell", "12.8", "cu128"),
    ("Blackwell", "13.0", "cu130"),
]


def test_pytorch_of_the_generation(notebook: Open, tmp_path: Path) -> None:
    """Kaggle's P100 has a driver that newer builds accept, but they have no code for it."""
    smi = tmp_path / "bin" / "nvidia-smi"
    smi.parent.mkdir()
    smi.write_text(f"#!/bin/sh\ncat '{tmp_path}/said'\n")
    smi.chmod(0o755)
    book = notebook(PATH=f"{smi.parent}:/usr/bin:/bin")
    for engine in sources("install-pytorch")[:-1]:
        book.kernel.must(engine)
    t4 = (STAND_INS / "nvidia_smi" / "t4" / "output.txt").read_text()

    def machine(generation: str, cuda: str) -> None:
        said = t4.replace(">Turing<", f">{generation}<").replace(">12.4<", f">{cuda}<")
        (tmp_path / "said").write_text(said)

    for generation, cuda, build in MACHINES:
        machine(generation, cuda)
        assert book.kernel.value("fitting_build()[0]") == repr(build), (generation, cuda)
    machine("Pascal", "13.0")
    assert "the Pascal generation" in book.kernel.value("fitting_build()[1]")
    for generation, cuda, needed in [("Turing", "11.8", "12.0"), ("Blackwell", "12.4", "12.8")]:
        machine(generation, cuda)
        assert f"update it to {needed} or newer" in book.fail("install-pytorch")


def test_pytorch_with_a_broken_driver(notebook: Open) -> None:
    book = notebook(
        PATH=f"{STAND_INS / 'nvidia_smi'}:/usr/bin:/bin", NVIDIA_SMI_CASE="version-mismatch"
    )
    assert "driver does not answer" in book.fail("install-pytorch")
