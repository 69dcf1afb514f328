"""The one route of the server part: ``GET runtime-kit/limits``, for authenticated users."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from .limits import read_limits

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


class LimitsHandler(APIHandler):
    """Tells the limits of this server. It reads, and has no other power."""

    # The resource of the server's own status, so that whoever may see that may see this.
    auth_resource = "api"
    # Asking how long the server lives must not make it live longer.
    _track_activity = False

    @web.authenticated
    @authorized
    def get(self) -> None:
        assert self.serverapp is not None, "this handler is only added to a running server"
        self.finish(json.dumps(read_limits(self.serverapp)))


def add_handlers(server_app: ServerApp) -> None:
    """Register the route below the server's base URL."""
    route = url_path_join(server_app.web_app.settings["base_url"], "runtime-kit", "limits")
    server_app.web_app.add_handlers(".*$", [(route, LimitsHandler)])
