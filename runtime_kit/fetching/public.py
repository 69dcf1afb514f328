"""Has gdown fetch what is shared with anyone who has the link."""

from __future__ import annotations

import inspect
from itertools import count
from pathlib import Path
from typing import Any

from runtime_kit._os.trusted_imports import find_trusted, import_trusted

from .errors import FetchError, explained
from .links import Link
from .namesakes import numbered, tell_renamed


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
            wanted = {"id": link.id, "output": str(folder), **options}
            found = _call(gdown.download_folder, wanted)
            if found is not None and len(found) != len(set(map(str, found))):
                _fetch_namesakes(gdown, wanted, options)
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


def _fetch_namesakes(gdown: Any, wanted: dict[str, Any], options: dict[str, Any]) -> None:
    """Fetch the files whose name another file of their folder has too: gdown takes each of them
    for one that it has fetched already."""
    listed = _call(gdown.download_folder, {**wanted, "skip_download": True, "quiet": True})
    taken: set[Path] = set()
    renamed = []
    for file in listed:
        path = Path(file.local_path)
        place = next(p for number in count(1) if (p := numbered(path, number)) not in taken)
        taken.add(place)
        if place != path:
            url = f"https://drive.google.com/uc?id={file.id}"
            _call(gdown.download, {"url": url, "output": str(place), **options})
            renamed.append(place.name)
    tell_renamed(renamed)


def _call(function: Any, options: dict[str, Any]) -> Any:
    """With those options that this version of gdown has."""
    known = inspect.signature(function).parameters
    return function(**{name: value for name, value in options.items() if name in known})
