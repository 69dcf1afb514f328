"""Which kind of archive a file is: by its content where its name says that it is one."""

from __future__ import annotations

import re

from runtime_kit.staging.errors import StageError

_KINDS = {
    ".zip": "zip",
    ".tar": "tar",
    ".tar.gz": "tar gz",
    ".tgz": "tar gz",
    ".tar.bz2": "tar bz2",
    ".tbz2": "tar bz2",
    ".tbz": "tar bz2",
    ".tb2": "tar bz2",
    ".tar.xz": "tar xz",
    ".txz": "tar xz",
    ".tar.lzma": "tar xz",
    ".tlz": "tar xz",
    ".tar.zst": "tar zst",
    ".tzst": "tar zst",
    ".7z": "7z",
}
_REFUSED = {
    ".rar": "unpack it with `unrar x` or `7z x`",
    ".tar.lz4": "unpack it with `lz4 -d`, then stage the tar",
    ".tar.z": "unpack it with `uncompress`, then stage the tar",
    ".tar.lz": "unpack it with `lzip -d`, then stage the tar",
    ".cpio": "unpack it with `cpio -i`",
    ".zip.001": "join the parts with `cat NAME.zip.* > NAME.zip`, then stage that",
    ".7z.001": "join the parts with `cat NAME.7z.* > NAME.7z`, then stage that",
    ".z01": "it is a part of a split zip: join the parts with `zip -s 0 NAME.zip --out ONE.zip`",
    ".part1.rar": "unpack it with `unrar x`",
}
_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "tar gz"),
    (b"BZh", "tar bz2"),
    (b"\xfd7zXZ\0", "tar xz"),
    (b"\x28\xb5\x2f\xfd", "tar zst"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", ".rar"),
    (b"\x04\x22\x4d\x18", ".tar.lz4"),
    (b"\x1f\x9d", ".tar.z"),
    (b"LZIP", ".tar.lz"),
)
_CHECKPOINT = re.compile(r"\.(pth|pt|ckpt|bin|safetensors)\.(tar|zip)$", re.IGNORECASE)
HEAD = 512
"""Bytes of a file that tell what it is: a tar says so in its first header."""


def kind_of(name: str) -> str:
    """``zip``, ``tar``, ``tar gz`` and so on; ``file`` for what is copied as it is."""
    return next((kind for end, kind in _ends() if name.lower().endswith(end)), "file")


def kind_of_content(name: str, head: bytes) -> str:
    """The kind of a file by its first :data:`HEAD` bytes, where its name says it is an archive.

    ``checkpoint.pth.tar`` is PyTorch's own file, whatever its name says: it stays as it is, as does
    every file whose name is not that of an archive.

    :raises StageError: it is an archive of a kind that can't be unpacked here.
    """
    lower = name.lower()
    named = kind_of(name)
    for end, advice in _REFUSED.items():
        if lower.endswith(end) and not (named != "file" and _kind_by_magic(head)):
            raise StageError(f"{name} can't be unpacked here: {advice}")
    if named == "file" or _CHECKPOINT.search(lower):
        return "file"
    found = _kind_by_magic(head)
    if found.startswith("."):
        raise StageError(f"{name} is a {found[1:]} file by its content: {_REFUSED[found]}")
    if found:
        return found
    return "tar" if _is_tar(head) else named


def _kind_by_magic(head: bytes) -> str:
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


def _is_tar(head: bytes) -> bool:
    """Whether a header of a tar begins here, by its checksum: old tars have no magic."""
    if len(head) < 512 or not head[:1].strip(b"\0"):
        return False
    try:
        wanted = int(head[148:156].strip(b" \0") or b"x", 8)
    except ValueError:
        return False
    return sum(head[:148]) + 8 * 32 + sum(head[156:512]) == wanted


def stem_of(name: str) -> str:
    """The name without the end that says it is an archive."""
    for end, _ in _ends():
        if name.lower().endswith(end) and len(name) > len(end):
            return name[: -len(end)]
    return name


def _ends() -> list[tuple[str, str]]:
    return sorted(_KINDS.items(), key=lambda item: -len(item[0]))
