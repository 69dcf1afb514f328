"""The monitor in real kernels: what it says, when it speaks, and that it leaves no trace."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from kernels import STAND_INS, SnippetKernel, kernel_pythons, snippet_kernel
from monitor_client import COMM, SOURCES, ask, carried_files, expression, pushes, read

# As where the package is not installed.
STATE = """
import sys
sys.modules["runtime_kit"] = None
def state():
    ip = get_ipython()
    return (
        sorted(name for name in globals() if not name.startswith("_i")),
        ip.execution_count, len(In), len(Out), len(ip.history_manager.input_hist_raw),
        sys.modules["runtime_kit"], "torch" in sys.modules, sys.meta_path[:], sys.path[:],
        {kind: len(functions) for kind, functions in ip.events.callbacks.items()},
    )
"""


@pytest.fixture(scope="module", params=kernel_pythons())
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    path = f"{STAND_INS / 'nvidia_smi'}:/usr/bin:/bin"
    folder = tmp_path_factory.mktemp("kernel")
    environ = {"PATH": path, "NVIDIA_SMI_CASE": "t4"}
    with snippet_kernel(request.param, folder, **environ) as kernel:
        kernel.must(STATE)
        kernel.must("state()")
        yield kernel


def test_all_files_are_carried() -> None:
    """Each file that a carried one needs is named, in front of it."""
    assert carried_files() == []


def test_leaves_no_trace(kernel: SnippetKernel) -> None:
    before = kernel.value("state()")
    answer = ask(kernel, "connect", "page", COMM, False)
    assert answer["pushes"] is True
    sample = answer["sample"]
    assert sample["busy"] is False
    assert sample["kernel"]["pid"] == kernel.pid and not sample["kernel"]["runtime_kit"]
    assert sample["memory"]["process"] > 1 << 20
    assert sample["disks"][0]["free"] > 0
    assert ask(kernel, "refresh", "page")["sample"]["time"] > sample["time"]
    ask(kernel, "disconnect", "page")
    assert kernel.value("state()") == before


def test_pushes_while_a_cell_runs_and_only_then(kernel: SnippetKernel) -> None:
    ask(kernel, "connect", "page", COMM, False)
    ask(kernel, "connect", "other tab", COMM, False)
    # Pure Python that never lets go of the interpreter by itself.
    kernel.begin("import time\nwhile True: pass")
    busy = pushes(kernel, count=2)
    assert all(sample["busy"] for sample in busy)
    kernel.interrupt()
    assert busy[-1]["accelerator"]["devices"][0]["name"] == "Tesla T4"
    # A page that is loaded over this cell has it from here only.
    version = kernel.must("import ipykernel; print(ipykernel.version_info[0])")
    assert busy[-1]["kernel"]["subshells"] is (int(version) >= 7)
    assert pushes(kernel, seconds=4) == []
    ask(kernel, "disconnect", "page")
    kernel.begin("time.sleep(2)")
    assert pushes(kernel, until_idle=True), "the other tab is still there"
    ask(kernel, "disconnect", "other tab")
    kernel.begin("time.sleep(2)")
    assert pushes(kernel, until_idle=True) == []


def test_an_interrupted_cell_ends_the_pushes(kernel: SnippetKernel) -> None:
    ask(kernel, "connect", "page", COMM, False)
    kernel.begin("print('on'); time.sleep(60)")
    kernel.wait_for("on")
    kernel.interrupt()
    # A cell that runs a cell, an empty one, and one with an error.
    kernel.run("get_ipython().run_cell('1 / 0'); get_ipython().run_cell('')")
    kernel.run("1 +")
    kernel.run("")
    assert pushes(kernel, seconds=3) == []
    sample = ask(kernel, "refresh", "page")["sample"]
    assert sample["busy"] is False and sample["accelerator"]["source"] == "nvidia-smi"
    ask(kernel, "disconnect", "page")


def test_another_version_takes_over(kernel: SnippetKernel) -> None:
    ask(kernel, "connect", "page", COMM, False)
    ask(kernel, "connect", "newer page", COMM, False, digest="2")
    assert (
        kernel.value(
            "[t.name for t in __import__('threading').enumerate()].count('runtime-kit-monitor')"
        )
        == "1"
    )
    ask(kernel, "disconnect", "newer page", digest="2")


def test_the_installed_package_is_used(tmp_path: Path) -> None:
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        sample = ask(kernel, "connect", "page", COMM, False)["sample"]
        assert sample["kernel"]["runtime_kit"] is True
        assert kernel.value("'_runtime_kit_carried' in __import__('sys').modules") == "False"
        assert "runtime_kit" not in kernel.value("sorted(globals())")


def test_sources_are_not_empty() -> None:
    assert all(SOURCES.values())


WAIT = """
import asyncio, os
print("on", flush=True)
while not os.path.exists("end"):
    await asyncio.sleep(0.1)
"""


def test_a_cell_that_waits_is_a_running_one(tmp_path: Path) -> None:
    """A page is opened over a cell with ``await``: no culler may take it for idle."""
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        kernel.begin(WAIT)
        kernel.wait_for("on")
        answer = read(kernel.beside(expression("connect", "page", COMM, True, carry=False)))
        assert answer["sample"]["busy"] is True
        assert pushes(kernel, count=1)[0]["busy"] is True
        kernel.wait_for_status("busy")
        (tmp_path / "end").touch()
        pushes(kernel, until_idle=True)
        assert pushes(kernel, seconds=3) == []


def test_what_it_imports_says_nothing_in_the_cell_that_runs(tmp_path: Path) -> None:
    """The distribution `pynvml` warns that it is deprecated."""
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        folder = str(STAND_INS / "pynvml_13")
        kernel.must(f"import sys; sys.path.insert(0, {folder!r}); import pynvml_redirector")
        kernel.must("pynvml_redirector.install()")
        kernel.begin(WAIT)
        printed = kernel.published(60)
        while printed["msg_type"] != "stream":
            printed = kernel.published(60)
        kernel.beside(expression("connect", "page", COMM, True, carry=True))
        (tmp_path / "end").touch()
        streams, message = [], printed
        while message["content"].get("execution_state") != "idle" or (
            message["parent_header"]["msg_id"] != printed["parent_header"]["msg_id"]
        ):
            message = kernel.published(60)
            streams += [message["content"]] if message["msg_type"] == "stream" else []
        assert streams == []
        assert kernel.value("'pynvml' in sys.modules") == "True"


TRAIN = """
from runtime_kit import Run
import time
run = Run("digits", "runs", every=10**9).track(state={"weights": [0.0]})
for step in run.steps(10**9):
    time.sleep(0.01)
    if step == 3: print("training", flush=True)
"""


def test_a_training_is_saved_beside_its_cell(tmp_path: Path) -> None:
    """Over a subshell; the step is confirmed by a sample, and the kernel says that it is busy."""
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        ask(kernel, "connect", "page", COMM, False)
        kernel.begin(TRAIN)
        kernel.wait_for("training")
        answer = read(kernel.beside(expression("checkpoint", "digits", True, carry=False)))
        assert answer["ok"], answer
        saved = 0.0
        while saved < answer["since"]:
            (sample,) = pushes(kernel, count=1)
            (run,) = sample["runs"]
            saved = run["saved"] or 0.0
        assert run["live"] and run["committed"] > 3
        kernel.wait_for_status("busy")
        kernel.interrupt()
        ask(kernel, "disconnect", "page")


def test_a_question_beside_a_cell_does_not_make_it_look_idle(tmp_path: Path) -> None:
    """To those that pass over what answers these types of requests: servers and JupyterLab 4.5."""
    untracked = MappingKernelManager().untracked_message_types
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        ask(kernel, "connect", "page", COMM, False)
        kernel.begin(TRAIN)
        kernel.wait_for("training")
        read(kernel.beside(expression("checkpoint", "digits", True, carry=False)))
        states, pushed = [], 0
        while pushed < 2:
            message = kernel.published(60)
            pushed += message["msg_type"] == "comm_msg"
            parent = message["parent_header"].get("msg_type")
            if message["msg_type"] == "status" and parent not in untracked:
                states.append((parent, message["content"]["execution_state"]))
        kernel.interrupt()
    assert ("execute_request", "busy") in states
    assert ("execute_request", "idle") not in states


def test_a_wish_that_comes_when_the_cell_has_ended(tmp_path: Path) -> None:
    """Beside a cell that ended on the way: the page is told to ask the idle kernel."""
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        ask(kernel, "connect", "page", COMM, False)
        kernel.must(TRAIN.replace("10**9):", "5):"))
        wish = expression("checkpoint", "digits", True, carry=False)
        answer = read(kernel.beside(wish))
        assert not answer["ok"] and answer["ended"]
        assert ask(kernel, "checkpoint", "digits", False)["ok"]
        kernel.begin("print('on', flush=True); time.sleep(60)")
        kernel.wait_for("on")
        answer = read(kernel.beside(wish))
        kernel.interrupt()
        assert not answer["ok"] and not answer["ended"], "a cell that does not train it"
        ask(kernel, "disconnect", "page")
