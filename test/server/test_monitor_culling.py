"""A real server that ends idle kernels: watching one neither saves it nor gets it ended."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_process import TOKEN, JupyterProcess

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))
from monitor_client import COMM, expression

IDLE = 6
# Silent and in one piece, as a step of a training on a GPU is.
CELL = "import time; time.sleep(27)"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[JupyterProcess]:
    options = (f"cull_idle_timeout={IDLE}", "cull_interval=1", "cull_connected=True")
    process = JupyterProcess(
        tmp_path / "server", *(f"--MappingKernelManager.{option}" for option in options)
    )
    yield process
    process.stop()


class Page:
    """A connection to a kernel over the server, as a browser has one."""

    def __init__(self, server: JupyterProcess) -> None:
        self._server = server
        self.kernel = json.loads(server.get("api/kernels", "POST"))["id"]
        self.busy_again = self.pushed = 0

    async def open(self) -> None:
        from tornado.httpclient import HTTPRequest
        from tornado.websocket import websocket_connect

        url = self._server.url.replace("http", "ws", 1) + f"api/kernels/{self.kernel}/channels"
        request = HTTPRequest(url, headers={"Authorization": f"token {TOKEN}"})
        self._socket = await websocket_connect(request)

    async def request(self, kind: str, content: dict[str, Any], channel: str, shell: str) -> str:
        number = f"{kind}-{id(content)}"
        header: dict[str, Any] = {
            "msg_id": number,
            "msg_type": kind,
            "session": "page",
            "username": "",
            "version": "5.3",
            "date": "2026-01-01T00:00:00Z",
        }
        if shell:
            header["subshell_id"] = shell
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await self._socket.write_message(json.dumps({**message, "channel": channel, "buffers": []}))
        return number

    async def reply(self, number: str) -> dict[str, Any]:
        while True:
            text = await self._socket.read_message()
            assert text is not None, "the kernel was ended"
            if isinstance(text, bytes):
                continue
            message = json.loads(text)
            if message["header"]["msg_type"] == "comm_msg":
                self.pushed += 1
            if message["parent_header"].get("msg_id") != number:
                continue
            if message["header"]["msg_type"].endswith("_reply"):
                return dict(message["content"])

    async def run(self, code: str, value: str = "", shell: str = "") -> dict[str, Any]:
        silent = bool(value)
        content = {
            "code": code,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": {"value": value} if value else {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        return await self.reply(await self.request("execute_request", content, "shell", shell))

    async def is_there(self) -> bool:
        """Asked in the way that counts as no activity."""
        loop = asyncio.get_running_loop()
        text = await loop.run_in_executor(None, self._server.get, "api/kernels?no_track_activity=1")
        return self.kernel in [kernel["id"] for kernel in json.loads(text)]

    async def ended_after(self) -> float:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        while await self.is_there():
            await asyncio.sleep(0.2)
        return loop.time() - begin


async def watch(page: Page) -> None:
    await page.open()
    value = expression("connect", "page", COMM, False, carry=True)
    assert (await page.run("", value))["status"] == "ok"


async def silent_cell(page: Page) -> None:
    """Outlives several times the time-out, and a question beside it (a click) does it no harm."""
    await watch(page)
    cell = await page.request(
        "execute_request",
        {"code": CELL, "silent": False, "store_history": True, "user_expressions": {}},
        "shell",
        "",
    )
    await asyncio.sleep(1)
    created = await page.reply(await page.request("create_subshell_request", {}, "control", ""))
    value = expression("checkpoint", "no run", True, carry=False)
    answer = await page.run("", value, created["subshell_id"])
    assert (
        "is not being trained in this kernel"
        in answer["user_expressions"]["value"]["data"]["text/plain"]
    )
    done = {"subshell_id": created["subshell_id"]}
    await page.reply(await page.request("delete_subshell_request", done, "control", ""))
    assert (await page.reply(cell))["status"] == "ok"
    assert page.pushed >= 3
    assert await page.is_there()


async def idle_kernels(watched: Page, alone: Page) -> None:
    """Both go at the same time, give or take a look of the culler."""
    await watch(watched)
    await alone.open()
    await alone.run("pass")
    await watched.run("pass")
    times = await asyncio.gather(watched.ended_after(), alone.ended_after())
    assert abs(times[0] - times[1]) < 4, times


def test_watching_decides_nothing(server: JupyterProcess) -> None:
    async def both() -> None:
        pages = [Page(server) for _ in range(3)]
        await asyncio.wait_for(
            asyncio.gather(silent_cell(pages[0]), idle_kernels(pages[1], pages[2])), 120
        )

    asyncio.run(both())
