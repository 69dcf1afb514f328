"""The routes of the output journal: reading for authenticated users, and deleting a journal."""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from .export import as_notebook, as_text
from .recorders import Recorders

FORMAT = 1
#: Matches the id of a kernel in a route.
KERNEL = r"(?P<kernel_id>[A-Za-z0-9][A-Za-z0-9-]{0,63})"
#: Executions whose outputs one answer may hold.
_MOST = 64


class OutputsHandler(APIHandler):
    """What all routes of the journal share."""

    # Outputs are what the kernel said, so whoever may read kernels may read them.
    auth_resource = "kernels"
    # Reading what was printed must not keep a server or kernel alive.
    _track_activity = False

    def initialize(self, recorders: Recorders) -> None:
        self._recorders = recorders

    def answer(self, body: Any) -> None:
        try:
            text = json.dumps(body, allow_nan=False)
        except ValueError:
            # Python's JSON has numbers that a browser's has not.
            text = json.dumps(_finite(body), allow_nan=False)
        self.finish(text)

    def catch_up(self, kernel_id: str) -> bool:
        """Record what has arrived from the kernel by now: a page may have received it already.

        :return: whether this server has the kernel.
        """
        recorder = self._recorders.get(kernel_id)
        if recorder is None:
            return False
        recorder.catch_up()
        return True

    async def ask(self, question: Any, *arguments: Any) -> Any:
        """Ask the reader in a thread; 404 where there is no such journal."""
        try:
            found = await asyncio.to_thread(question, *arguments)
        except OSError as reason:
            raise web.HTTPError(500, f"Can't read the output journal: {reason}") from reason
        if found is None:
            raise web.HTTPError(404, "This kernel has no output journal.")
        return found


class JournalsHandler(OutputsHandler):
    """``GET runtime-kit/outputs[?path=NOTEBOOK]``: the journals that there are."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        notebook = self.get_argument("path", None)
        journals = await self.ask(self._recorders.reader.journals, notebook)
        for journal in journals:
            journal["alive"] = self._recorders.get(journal["kernel"]) is not None
        available = self._recorders.available
        self.answer({"format": FORMAT, "available": available, "journals": journals})


class JournalHandler(OutputsHandler):
    """``GET runtime-kit/outputs/KERNEL[?since=N]``: its executions; DELETE deletes the journal."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        since = _number(self.get_argument("since", "0"))
        alive = self.catch_up(kernel_id)
        found = await self.ask(self._recorders.reader.executions, kernel_id, since, alive)
        recorder = self._recorders.get(kernel_id)
        # The longest connected first.
        found["pages"] = list(recorder.sessions) if recorder else []
        self.answer({"format": FORMAT, **found})

    @web.authenticated
    @authorized
    async def delete(self, kernel_id: str) -> None:
        recorder = self._recorders.get(kernel_id)
        if recorder is not None:
            recorder.restart_file()
        if not await self.ask(self._recorders.reader.delete, kernel_id):
            raise web.HTTPError(404, "This kernel has no output journal.")
        self.set_status(204)
        self.finish()


class ExecutionsHandler(OutputsHandler):
    """``GET runtime-kit/outputs/KERNEL/executions?id=…&id=…``: outputs of some executions."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        ids = self.get_arguments("id")
        if len(ids) > _MOST:
            raise web.HTTPError(400, f"Ask for at most {_MOST} executions.")
        alive = self.catch_up(kernel_id)
        found = await self.ask(self._recorders.reader.outputs, kernel_id, ids, alive)
        self.answer({"format": FORMAT, **found})


class ExportHandler(OutputsHandler):
    """``GET runtime-kit/outputs/KERNEL/export?format=notebook|text``: a file to download."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        kind = self.get_argument("format", "notebook")
        if kind not in ("notebook", "text"):
            raise web.HTTPError(400, "The format is notebook or text.")
        convert, suffix = (as_notebook, "ipynb") if kind == "notebook" else (as_text, "txt")
        body = await self.ask(self._recorders.reader.export, kernel_id, convert)
        # Never shown as a page of this origin: outputs may hold anything.
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Content-Disposition", f'attachment; filename="{kernel_id}.{suffix}"')
        self.set_header("X-Content-Type-Options", "nosniff")
        self.write(body)
        await self.finish()


def routes(recorders: Recorders, base_url: str) -> list[Any]:
    """The routes below the server's base URL."""
    handlers = {
        ("runtime-kit", "outputs"): JournalsHandler,
        ("runtime-kit", "outputs", KERNEL): JournalHandler,
        ("runtime-kit", "outputs", KERNEL, "executions"): ExecutionsHandler,
        ("runtime-kit", "outputs", KERNEL, "export"): ExportHandler,
    }
    arguments = {"recorders": recorders}
    return [(url_path_join(base_url, *path), kind, arguments) for path, kind in handlers.items()]


def _number(text: str) -> int:
    try:
        return max(0, int(text))
    except ValueError:
        raise web.HTTPError(400, "since is a number.") from None


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return value
