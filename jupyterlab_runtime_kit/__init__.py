"""What Jupyter needs to find the front end and the small server part.

The library for kernels is another package, ``runtime_kit``, which never imports this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__ = [
    "_jupyter_labextension_paths",
    "_jupyter_server_extension_points",
    "_load_jupyter_server_extension",
]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where the built front end lies in this package, for development installs."""
    return [{"src": "labextension", "dest": "jupyterlab-runtime-kit"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "jupyterlab_runtime_kit"}]


def _load_jupyter_server_extension(server_app: ServerApp) -> None:
    """Add the routes, the output journal, and the texts of settings and menus."""
    # Here, because the front end's tools import this package without a server.
    from .handlers import add_handlers
    from .outputs.extension import add_output_journal
    from .schema_texts import translate_schemas

    add_handlers(server_app)
    add_output_journal(server_app)
    translate_schemas(server_app)
    server_app.log.info("jupyterlab_runtime_kit: serving runtime-kit/limits")
