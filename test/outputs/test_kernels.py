"""Kernels of another language, of other versions, and such that print very much."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from jupyter_process import JupyterProcess
from page import Page, journalled, prompt_of, start_kernel

HERE = Path(__file__).parent
COLAB = HERE.parents[1] / ".venv-colab/bin/python"


def add_kernel(server: JupyterProcess, name: str, *command: str) -> None:
    """Let the server know a kernel."""
    folder = server.log.parent / "data/kernels" / name
    folder.mkdir(parents=True, exist_ok=True)
    specification = {
        "argv": [*command, "-f", "{connection_file}"],
        "display_name": name,
        "language": name,
    }
    (folder / "kernel.json").write_text(json.dumps(specification))


def test_a_kernel_of_another_language_is_kept_too(server: JupyterProcess) -> None:
    add_kernel(server, "echo", sys.executable, str(HERE / "echo_kernel.py"))

    async def scenario() -> None:
        kernel = start_kernel(server, name="echo")
        async with Page(server, kernel) as page:
            first = await page.execute("one\ntwo\nthree", "a")
            second = await page.execute("fail", "b")
            await page.receive("stream", first)
        entry = await journalled(server, kernel, first)
        assert (entry["cell"], entry["state"], entry["count"]) == ("a", "done", 1)
        assert entry["content"][0]["text"] == "one\ntwo\nthree\n"
        assert entry["content"][1]["data"] == {"text/plain": "echoed"}
        entry = await journalled(server, kernel, second)
        assert (entry["cell"], entry["failed"]) == ("b", True)
        assert entry["content"][-1]["ename"] == "Failure"

    asyncio.run(scenario())


def test_a_cell_goes_on_while_a_console_runs_code_in_a_subshell(server: JupyterProcess) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            await page.send("create_subshell_request", {}, "control")
            subshell = (await page.receive("create_subshell_reply"))["content"]["subshell_id"]
            main = await page.execute(
                "import threading\ngo = threading.Event()\nprint('a', flush=True)\n"
                "go.wait()\nprint('b')",
                "cell",
            )
            await page.receive("stream", main)
            aside = await page.execute("print('aside')", "console", subshell)
            await page.done(aside)
        entry = await journalled(server, kernel, aside)
        assert (entry["cell"], entry["content"][0]["text"]) == ("console", "aside\n")
        listed = {
            one["id"]: one for one in server.json(f"runtime-kit/outputs/{kernel}")["executions"]
        }
        assert listed[main]["state"] == "running"
        async with Page(server, kernel) as page:
            await page.execute("go.set()", "console", subshell)
            entry = await journalled(server, kernel, main)
        assert (entry["state"], entry["content"][0]["text"]) == ("done", "a\nb\n")

    asyncio.run(scenario())


@pytest.mark.skipif(not COLAB.exists(), reason="the environment of old kernels is not made")
def test_the_oldest_supported_kernel_is_kept_and_asks(server: JupyterProcess) -> None:
    add_kernel(server, "colab", str(COLAB), "-m", "ipykernel_launcher")

    async def scenario() -> None:
        kernel = start_kernel(server, name="colab")
        async with Page(server, kernel) as page:
            request = await page.execute(
                "import time\nprint('a', flush=True)\ntime.sleep(1)\nprint(input('b'))", "a"
            )
            await page.receive("stream", request)
        await prompt_of(server, kernel, request)
        async with Page(server, kernel) as page:
            await page.send("input_reply", {"value": "c", "status": "ok"}, "stdin")
            entry = await journalled(server, kernel, request)
        assert [one["text"] for one in entry["content"]] == ["a\n", "b c\n", "c\n"]

    asyncio.run(scenario())


@pytest.mark.nightly
def test_a_flood_of_displays_is_kept_with_its_end(server: JupyterProcess) -> None:
    """With the default of ZeroMQ half of them were dropped."""

    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            request = await page.execute(
                "from IPython.display import display\nfor i in range(20_000): display(i)\n"
                "print('end')",
                "a",
            )
            await page.receive("execute_input", request)
        entry = await journalled(server, kernel, request)
        assert len(entry["content"]) == 20_001
        assert entry["content"][-1]["text"] == "end\n"

    asyncio.run(scenario())
