"""The monitor in real kernels: what it says, and that it leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kernels import SnippetKernel, kernel_pythons, snippet_kernel
from monitor_client import COMM, SOURCES, ask

# As where the package is not installed.
STATE = """
import sys
sys.modules["runtime_kit"] = None
def state():
    ip = get_ipython()
    return (
        sorted(name for name in globals() if not name.startswith("_i")),
        ip.execution_count, len(In), len(Out), len(ip.history_manager.input_hist_raw),
        "runtime_kit" in sys.modules, "torch" in sys.modules,
        {kind: len(functions) for kind, functions in ip.events.callbacks.items()},
    )
"""


@pytest.fixture(scope="module", params=kernel_pythons())
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    with snippet_kernel(request.param, tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.must(STATE)
        kernel.must("state()")
        yield kernel


def test_all_files_are_carried() -> None:
    assert len(SOURCES) >= 11


def test_leaves_no_trace(kernel: SnippetKernel) -> None:
    before = kernel.value("state()")
    answer = ask(kernel, "connect", "page", COMM, False)
    assert answer["pushes"] is True
    sample = answer["sample"]
    assert sample["busy"] is False and sample["problems"] == {}
    assert sample["kernel"]["pid"] == kernel.pid and not sample["kernel"]["runtime_kit"]
    assert sample["memory"]["process"] > 1 << 20
    assert sample["disks"][0]["free"] > 0
    assert ask(kernel, "refresh", "page")["sample"]["time"] > sample["time"]
    ask(kernel, "disconnect", "page")
    assert kernel.value("state()") == before
