"""Reads what people paste: links to Drive in all their forms, bare ids, paths of rclone's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from .errors import FetchError

_HOSTS = {"drive.google.com", "docs.google.com", "drive.usercontent.google.com"}
_ID = r"[-\w]{10,}"
_FILE = re.compile(
    rf"/(?:a/[^/]+/)?(?:file|document|spreadsheets|presentation|drawings|forms)/(?:u/\d+/)?d/({_ID})"
)
_FOLDER = re.compile(rf"/(?:a/[^/]+/)?drive/(?:mobile/)?(?:u/\d+/)?(?:mobile/)?folders/({_ID})")
_BARE = re.compile(r"[-\w]{25,}")
_REMOTE = re.compile(r"(?::?[\w.+@-][\w .+@-]*(?:,[^:]*)?):(?!//)")


@dataclass(frozen=True)
class Link:
    """Something in Drive. ``kind`` is ``file`` or ``folder``, empty where the link does not say."""

    id: str
    kind: str
    key: str = ""
    """The resource key that older shared links need."""


@dataclass(frozen=True)
class Remote:
    """A path that rclone knows: ``name:path``."""

    path: str


def read(text: str) -> Link | Remote:
    """What a link, an id or a path of rclone's stands for.

    :raises FetchError: none of these.
    """
    text = text.strip()
    if "://" in text or text.startswith(("drive.google.com/", "docs.google.com/")):
        return _link(text if "://" in text else f"https://{text}")
    if _BARE.fullmatch(text) and not Path(text).exists():
        return Link(text, "")
    if _REMOTE.match(text) and not re.match(r"[A-Za-z]:[\\/]", text):
        return Remote(text)
    raise FetchError(
        f"{text!r} is not a Google Drive link or id, and not an rclone path (remote:path)"
    )


def _link(url: str) -> Link:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    key = query.get("resourcekey", [""])[0]
    if (parts.hostname or "") not in _HOSTS:
        raise FetchError(f"{url} is not a Google Drive link. Use `wget` or `curl` for other links")
    if found := _FOLDER.match(parts.path):
        return Link(found[1], "folder", key)
    if found := _FILE.match(parts.path):
        return Link(found[1], "file", key)
    wanted = query.get("id", [""])[0]
    if re.fullmatch(_ID, wanted):
        if parts.path.rstrip("/").endswith("folderview"):
            return Link(wanted, "folder", key)
        sure = parts.path.rstrip("/").endswith(("/uc", "/download"))
        return Link(wanted, "file" if sure else "", key)
    raise FetchError(f"{url} does not point to a file or folder. In Drive, use Share > Copy link")
