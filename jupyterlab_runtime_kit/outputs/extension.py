"""Sets the journal up in a server."""

from __future__ import annotations

from typing import Any

from tornado.ioloop import PeriodicCallback

from .connection import observed
from .gateway import gateway_routes
from .handlers import routes
from .notebook_writer import NotebookWriter
from .recorders import Recorders
from .settings import OutputJournal

#: Tells of files that are renamed.
_CONTENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
_PRUNE_EVERY = 3_600_000  # milliseconds


def add_output_journal(server_app: Any) -> Recorders | None:
    """Record the kernels of ``server_app`` and add the routes.

    Returns None, after saying so in the log, where the kernels' messages don't reach this server
    (a gateway, which may keep them itself) or the journal is switched off.
    """
    options = OutputJournal(parent=server_app)
    recorders = Recorders(server_app, options)
    application = server_app.web_app
    base_url = application.settings["base_url"]
    if server_app.gateway_config.gateway_enabled and options.enabled:
        application.add_handlers(".*$", gateway_routes(base_url))
        server_app.log.info("jupyterlab_runtime_kit: the gateway keeps outputs if it has this, too")
        return None
    application.add_handlers(".*$", routes(recorders, base_url))
    if not recorders.available:
        server_app.log.info("jupyterlab_runtime_kit: outputs are not kept")
        return None
    recorders.follow_manager()
    server_app.event_logger.add_listener(schema_id=_CONTENTS, listener=recorders.note_rename)
    base = application.settings["kernel_websocket_connection_class"]
    application.settings["kernel_websocket_connection_class"] = observed(base, recorders)

    def prune() -> None:
        recorders.prune()

    if options.write_notebooks:
        writer = NotebookWriter(server_app, recorders)
        if writer.other_writer:
            server_app.log.info(
                "jupyterlab_runtime_kit: %s writes notebooks itself", writer.other_writer
            )
        else:
            PeriodicCallback(writer.run, options.write_every * 1000).start()
    prune()
    PeriodicCallback(prune, _PRUNE_EVERY).start()
    return recorders
