"""Has gdown fetch what is shared with anyone who has the link."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from runtime_kit._os.trusted_imports import find_trusted, import_trusted

from .errors import FetchError, explained
from .links import Link


def available() -> bool:
    return find_trusted("gdown") is not None


def fetch_public(link: Link, folder: Path, timeout: float, progress: bool) -> None:
    """Fetch a file or a folder into ``folder``; a second call goes on with what is unfinished.

    :raises FetchError: with the reason.
    """
    gdown = import_trusted("gdown")

    what = f"Drive's {link.kind or 'file'} {link.id}"
    options = {"quiet": not progress, "use_cookies": False, "resume": True, "timeout": timeout}
    try:
        if link.kind == "folder":
            found = _call(gdown.download_folder, {"id": link.id, "output": str(folder), **options})
        else:
            # Its own address: gdown makes one of the id that has no resource key.
            url = f"https://drive.google.com/uc?id={link.id}"
            if link.key:
                url += f"&resourcekey={link.key}"
            found = _call(gdown.download, {"url": url, "output": f"{folder}/", **options})
        if found is None:  # as versions before 6 say it
            raise FetchError(f"Cannot retrieve the public link of {what}. Check the permission")
    except OSError as error:
        # requests' errors are OSErrors; those of the disk have a number.
        if error.errno is not None:
            raise
        raise explained(what, str(error)) from error
    except Exception as error:
        raise explained(what, str(error)) from error


def _call(function: Any, options: dict[str, Any]) -> Any:
    """With those options that this version of gdown has."""
    known = inspect.signature(function).parameters
    return function(**{name: value for name, value in options.items() if name in known})
