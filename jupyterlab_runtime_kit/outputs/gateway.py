"""The routes of the output journal where kernels run behind a gateway, which keeps it then."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.gateway.gateway_client import GatewayClient, gateway_request
from jupyter_server.utils import url_path_join
from tornado import web

from .handlers import FORMAT, KERNEL


class GatewayHandler(APIHandler):
    """Forwards a route to the gateway, for kernels that this server has there."""

    auth_resource = "kernels"
    _track_activity = False

    async def forward(self, *path: str, method: str = "GET", query: str = "") -> Any:
        """The gateway's reply.

        :raises HTTPError: 404 where the gateway has no such journal, or not this extension.
        """
        gateway = str(GatewayClient.instance().url)
        url = url_path_join(gateway, "runtime-kit", "outputs", *map(quote, path))
        return await gateway_request(f"{url}?{query}" if query else url, method=method)

    def need(self, kernel_id: str) -> None:
        """Refuse kernels of other servers of the gateway."""
        if kernel_id not in self.kernel_manager:
            raise web.HTTPError(404, "This kernel has no output journal.")


class GatewayJournalsHandler(GatewayHandler):
    """The journals of this server's kernels, with the notebooks that they belong to here."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        wanted = self.get_argument("path", None)
        try:
            answer = json.loads((await self.forward()).body)
        except web.HTTPError as reason:
            if reason.status_code != 404:
                raise
            answer = {"format": FORMAT, "available": False, "journals": []}
        paths: dict[str, list[str]] = {}
        sessions: list[dict[str, Any]] = await ensure_async(self.session_manager.list_sessions())
        for session in sessions:
            kernel_id = str((session.get("kernel") or {}).get("id"))
            paths.setdefault(kernel_id, []).append(str(session.get("path") or ""))
        answer["journals"] = [
            {**journal, "path": wanted or paths[journal["kernel"]][-1]}
            for journal in answer["journals"]
            if wanted in (None, *paths.get(journal["kernel"], ())) and journal["kernel"] in paths
        ]
        self.finish(json.dumps(answer))


class GatewayJournalHandler(GatewayHandler):
    """All else of one kernel's journal, as the gateway answers it."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str, part: str = "") -> None:
        self.need(kernel_id)
        path = [kernel_id, part] if part else [kernel_id]
        response = await self.forward(*path, query=self.request.query)
        if part == "export":
            # Never shown as a page of this origin: outputs may hold anything.
            self.set_header("Content-Type", "application/octet-stream")
            self.set_header("X-Content-Type-Options", "nosniff")
            disposition = response.headers.get("Content-Disposition", "attachment")
            self.set_header("Content-Disposition", disposition)
            self.write(response.body)
            await self.finish()
        else:
            self.finish(response.body)

    @web.authenticated
    @authorized
    async def delete(self, kernel_id: str) -> None:
        self.need(kernel_id)
        await self.forward(kernel_id, method="DELETE")
        self.set_status(204)
        self.finish()


def gateway_routes(base_url: str) -> list[Any]:
    """The routes below the server's base URL."""
    root = url_path_join(base_url, "runtime-kit", "outputs")
    return [
        (root, GatewayJournalsHandler),
        (f"{root}/{KERNEL}", GatewayJournalHandler),
        (f"{root}/{KERNEL}/(?P<part>executions|export)", GatewayJournalHandler),
    ]
