"""A kernel that is killed in the middle of a sample, and the one that takes its place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kernels import SnippetKernel, kernel_pythons, snippet_kernel
from monitor_client import COMM, ask, expression, pushes

# From now on the kernel is killed where it measures memory: the parts in front of that are there,
# those behind it are not, and nothing was sent.
DEADLY = """
import os, signal, sys
(memory,) = [m for name, m in sys.modules.items() if name.endswith("_os.memory")]
memory.measure = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module", params=kernel_pythons())
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    with snippet_kernel(request.param, tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.mark.parametrize("moment", ["asked", "pushing"])
def test_the_next_process_is_watched_as_the_first_was(kernel: SnippetKernel, moment: str) -> None:
    first = ask(kernel, "connect", "page", COMM, False, 30)["sample"]
    assert first["interval"] == 30, "what the user wants"
    assert ask(kernel, "connect", "other", COMM, False, 20)["sample"]["interval"] == 20
    kernel.must(DEADLY)
    if moment == "asked":
        kernel.ask(expression("refresh", "page", 30, carry=False))
    else:
        kernel.begin("while True: pass")
    kernel.wait_for_end()
    assert pushes(kernel, seconds=0.5) == [], "what was under way came to nothing"
    kernel.restart()
    sample = ask(kernel, "connect", "page", COMM, False)["sample"]
    assert sample["kernel"]["pid"] == kernel.pid != first["kernel"]["pid"]
    assert sample["busy"] is False and sample["memory"]["process"] > 1 << 20
    assert sample["interval"] < 20, "wishes went with the process that had them"
    kernel.begin("while True: pass")
    (pushed,) = pushes(kernel, count=1)
    assert pushed["busy"] and pushed["kernel"] == sample["kernel"]
    kernel.interrupt()
    ask(kernel, "disconnect", "page")
