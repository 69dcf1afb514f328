"""Settings in the user's language.

JupyterLab's server gives the texts of a package (entry point ``jupyterlab.locale``) to the
front end, but translates schemas from official language packs alone. So this package answers for
the texts of its own settings, from the same files. Menus and toolbars stay as the schema has
them: a front end that gets them translated in some answers and not in others takes that for a
change by the user. It names its menu itself.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

DOMAIN = "jupyterlab_runtime_kit"

_LOCALES = Path(__file__).parent / "locale"
# What gettext puts between a context and a text.
_SEPARATOR = "\x04"
# What the server calls the texts of a settings editor.
_CONTEXTS = ("settings", "schema")


def read_texts(language: str) -> dict[str, str]:
    """The texts of a language by message, none where it is not among ours."""
    folder = {path.name.lower(): path for path in _LOCALES.glob("*")}.get(language.lower())
    if folder is None:
        return {}
    file = folder / "LC_MESSAGES" / f"{DOMAIN}.json"
    entries = json.loads(file.read_text(encoding="utf-8"))
    return {message: forms[0] for message, forms in entries.items() if message}


def translate_schemas(server_app: ServerApp) -> None:
    """Have JupyterLab's server translate this extension's schemas from our texts.

    Where that server is another one than we know, schemas stay English.
    """
    try:
        from jupyterlab_server.translation_utils import (
            TranslationBundle,
            get_language_packs,
            translator,
        )

        bundles = translator._TRANSLATORS
    except (ImportError, AttributeError) as reason:
        server_app.log.info("jupyterlab_runtime_kit: settings are not translated: %s", reason)
        return

    class Bundle(TranslationBundle):
        """Looks into our texts first."""

        _texts: dict[str, str]

        def update_locale(self, locale_: str) -> None:
            super().update_locale(locale_)
            # Without the language's pack the whole interface is English.
            self._texts = read_texts(locale_) if locale_ in get_language_packs()[0] else {}

        def pgettext(self, msgctxt: str, msgid: str) -> str:
            if msgctxt not in _CONTEXTS:
                return msgid
            text = self._texts.get(f"{msgctxt}{_SEPARATOR}{msgid}")
            return text if text is not None else super().pgettext(msgctxt, msgid)

    bundles[DOMAIN] = Bundle(DOMAIN, translator._LOCALE)
