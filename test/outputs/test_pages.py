"""Pages that come and go at random moments, a server that is killed, and a culler."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_process import JupyterProcess
from nbclient import NotebookClient
from page import Page, journalled, start_kernel

from jupyterlab_runtime_kit.outputs.compact import fold_file

#: Cells that print, plot, draw progress, update displays, clear, raise and end with a result.
CELLS = {
    "prints": "import time\nfor i in range(6):\n    print('line', i, flush=True)\n"
    "    time.sleep(0.03)",
    "progress": "for i in range(9):\n    print(f'\\r{i}/8', end='', flush=True)\n"
    "    time.sleep(0.02)\nprint()",
    "updates": "from IPython.display import display, clear_output\n"
    "handle = display('at 0', display_id='handle')\nfor i in range(5):\n"
    "    handle.update(f'at {i}')\n    time.sleep(0.02)",
    "clears": "for i in range(5):\n    clear_output(wait=True)\n    print('frame', i, flush=True)\n"
    "    time.sleep(0.02)",
    "updates another": "handle.update('from another cell')\nhandle",
    "plots": "class Plot:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    "        return {'image/png': 'AAAA' * 100, 'text/plain': 'Plot'}\nPlot()",
    "both streams": "import sys\nprint('out', flush=True)\n"
    # No third chunk: nbclient would join it with the first, a page does not.
    "print('err', file=sys.stderr, flush=True)",
    "raises": "print('before', flush=True)\nraise ValueError('on purpose')",
}


def comparable(outputs: list[Any]) -> list[Any]:
    """Outputs without what differs between two kernels."""
    found = []
    for output in outputs:
        output = {key: value for key, value in output.items() if key != "transient"}
        if output["output_type"] == "error":
            output["traceback"] = len(output["traceback"])
        found.append(output)
    return found


def undisturbed() -> dict[str, list[Any]]:
    """What nbclient, which no page has to stay open for, gets from the same cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in CELLS.values()]
    )
    client = NotebookClient(
        notebook, kernel_name="python3", allow_errors=True, coalesce_streams=True
    )
    client.execute()
    return dict(zip(CELLS, (comparable(cell.outputs) for cell in notebook.cells), strict=True))


async def rounds(server: JupyterProcess, number: int, seed: int) -> None:
    generator = random.Random(seed)
    expected = undisturbed()
    for _ in range(number):
        kernel = start_kernel(server)
        requests: dict[str, str] = {}
        page = await Page(server, kernel).__aenter__()
        for cell, code in CELLS.items():
            requests[cell] = await page.execute(code, cell)
            if generator.random() < 0.6:
                # A server that is left at once may drop the request itself.
                await asyncio.sleep(0.05 + generator.random() * 0.15)
                await page.__aexit__()
                await asyncio.sleep(generator.random() * 0.1)
                page = await Page(server, kernel).__aenter__()
        await page.__aexit__()
        # A later cell updates what an earlier one displays.
        await journalled(server, kernel, requests["raises"])
        for cell, request in requests.items():
            entry = await journalled(server, kernel, request)
            assert comparable(entry["content"]) == expected[cell], cell
        server.get(f"api/kernels/{kernel}", method="DELETE")


def test_pages_that_close_at_random_moments_lose_nothing(server: JupyterProcess) -> None:
    asyncio.run(rounds(server, 2, seed=1))


@pytest.mark.nightly
def test_many_pages_that_close_at_random_moments_lose_nothing(server: JupyterProcess) -> None:
    asyncio.run(rounds(server, 20, seed=2))


def test_a_killed_server_keeps_what_was_journalled(tmp_path: Path) -> None:
    server = JupyterProcess(tmp_path / "jupyter")

    async def scenario() -> tuple[str, str]:
        kernel = start_kernel(server, "a.ipynb")
        page = Page(server, kernel)
        await page.__aenter__()
        request = await page.execute(
            "import time\nfor i in range(10**6):\n    print(i, flush=True)\n    time.sleep(0.01)",
            "cell",
        )
        for _ in range(5):
            await page.receive("stream", request)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        return kernel, request

    kernel, request = asyncio.run(scenario())
    fold, _ = fold_file(tmp_path / "jupyter/data/runtime-kit/outputs" / f"{kernel}.journal")
    text = fold.executions[request].shown_outputs()[0]["text"]
    assert text.startswith("0\n1\n2\n")
    assert fold.damaged == 0


@pytest.mark.parametrize("busy", [True, False], ids=["busy", "idle"])
def test_keeping_outputs_neither_keeps_a_kernel_alive_nor_has_it_culled(
    tmp_path: Path, busy: bool
) -> None:
    server = JupyterProcess(
        tmp_path / "jupyter",
        "--MappingKernelManager.cull_idle_timeout=3",
        "--MappingKernelManager.cull_interval=1",
    )
    try:

        async def scenario() -> None:
            kernel = start_kernel(server)
            async with Page(server, kernel) as page:
                code = "import time; time.sleep(8); print('done')" if busy else "print('done')"
                request = await page.execute(code, "cell")
                await page.receive("execute_input", request)
            entry = await journalled(server, kernel, request)
            assert (entry["state"], entry["content"][0]["text"]) == ("done", "done\n")
            # Reading the journal is no activity either.
            end = time.monotonic() + 60
            while any(
                one["id"] == kernel for one in server.json("api/kernels?no_track_activity=1")
            ):
                server.json(f"runtime-kit/outputs/{kernel}")
                assert time.monotonic() < end, "the idle kernel was never culled"
                await asyncio.sleep(0.3)
            assert server.json(f"runtime-kit/outputs/{kernel}")["ended"] is not None

        asyncio.run(scenario())
    finally:
        server.stop()
