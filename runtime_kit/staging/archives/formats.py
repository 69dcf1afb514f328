"""Which kind of archive a name stands for."""

from __future__ import annotations

_KINDS = {
    ".zip": "zip",
    ".tar": "tar",
    ".tar.gz": "tar gz",
    ".tgz": "tar gz",
    ".tar.bz2": "tar bz2",
    ".tbz2": "tar bz2",
    ".tar.xz": "tar xz",
    ".txz": "tar xz",
    ".tar.zst": "tar zst",
    ".tzst": "tar zst",
    ".7z": "7z",
}


def kind_of(name: str) -> str:
    """``zip``, ``tar``, ``tar gz`` and so on; ``file`` for what is copied as it is."""
    return next((kind for end, kind in _ends() if name.lower().endswith(end)), "file")


def stem_of(name: str) -> str:
    """The name without the end that says it is an archive."""
    for end, _ in _ends():
        if name.lower().endswith(end) and len(name) > len(end):
            return name[: -len(end)]
    return name


def _ends() -> list[tuple[str, str]]:
    return sorted(_KINDS.items(), key=lambda item: -len(item[0]))
