"""A page as the server sees one: a session, a kernel, a websocket that can go at any moment."""

from __future__ import annotations

import asyncio
import json
import urllib.request
import uuid
from typing import Any

from jupyter_process import TOKEN, JupyterProcess
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect


def post(server: JupyterProcess, path: str, body: dict[str, Any], method: str = "POST") -> Any:
    """POST JSON to the server."""
    request = urllib.request.Request(
        server.url + path,
        data=json.dumps(body).encode(),
        method=method,
        headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        text = reply.read()
        return json.loads(text) if text else None


def start_kernel(server: JupyterProcess, notebook: str = "", name: str = "python3") -> str:
    """Start a session of a notebook; return the kernel's id."""
    # The server gives one path one session.
    notebook = notebook or f"{uuid.uuid4().hex}.ipynb"
    body = {"path": notebook, "type": "notebook", "name": notebook, "kernel": {"name": name}}
    return str(post(server, "api/sessions", body)["kernel"]["id"])


class Page:
    """One connected page. Use it as an async context manager; leaving closes the websocket."""

    def __init__(self, server: JupyterProcess, kernel: str, session: str | None = None) -> None:
        self.session = session or uuid.uuid4().hex
        url = server.url.replace("http", "ws", 1)
        self._url = f"{url}api/kernels/{kernel}/channels?session_id={self.session}&token={TOKEN}"
        self.messages: list[dict[str, Any]] = []

    async def __aenter__(self) -> Page:
        self._socket: WebSocketClientConnection = await websocket_connect(HTTPRequest(self._url))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def leave(self, code: int | None = None) -> None:
        """Close the websocket; 1001 is what a browser gives that leaves the page."""
        self._socket.close(code)
        # The server learns of it on its own loop.
        while await self._socket.read_message() is not None:
            pass

    async def send(
        self,
        kind: str,
        content: dict[str, Any],
        channel: str = "shell",
        subshell: str | None = None,
        **metadata: Any,
    ) -> str:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self.session,
            "username": "",
            "version": "5.3",
            "date": "2026-01-01T00:00:00Z",
            **({"subshell_id": subshell} if subshell else {}),
        }
        message = {
            "header": header,
            "parent_header": {},
            "metadata": metadata,
            "content": content,
            "channel": channel,
            "buffers": [],
        }
        await self._socket.write_message(json.dumps(message))
        return str(header["msg_id"])

    async def execute(
        self, code: str, cell: str, subshell: str | None = None, **content: Any
    ) -> str:
        """Run a cell as JupyterLab does, and return without waiting for it."""
        request = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": True,
            "stop_on_error": True,
            **content,
        }
        return await self.send("execute_request", request, subshell=subshell, cellId=cell)

    async def receive(self, kind: str, parent: str | None = None) -> dict[str, Any]:
        """The next message of a kind, for the request ``parent``."""
        while True:
            text = await asyncio.wait_for(self._socket.read_message(), 60)
            assert text is not None, "the server closed the websocket"
            message = json.loads(text)
            self.messages.append(message)
            if message["header"]["msg_type"] == kind and parent in (
                None,
                message["parent_header"].get("msg_id"),
            ):
                return message

    async def done(self, request: str) -> None:
        """Wait until a request is through."""
        while True:
            message = await self.receive("status", request)
            if message["content"]["execution_state"] == "idle":
                return


async def journalled(server: JupyterProcess, kernel: str, request: str) -> dict[str, Any]:
    """An execution's journal entry with outputs, once it is over."""
    while True:
        found = server.json(f"runtime-kit/outputs/{kernel}/executions?id={request}")["executions"]
        if found and found[0]["state"] not in ("queued", "running"):
            return dict(found[0])
        await asyncio.sleep(0.1)


async def prompt_of(server: JupyterProcess, kernel: str, request: str) -> dict[str, Any]:
    """The question that waits for an answer, once there is one."""
    while True:
        found = server.json(f"runtime-kit/outputs/{kernel}/executions?id={request}")
        prompt = found["executions"][0]["prompt"]
        if prompt:
            return dict(prompt)
        await asyncio.sleep(0.1)
