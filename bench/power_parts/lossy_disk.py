"""A disk in memory that forgets at a power cut what was not fsynced.

``python -m bench.power_parts.lossy_disk MOUNTPOINT KIND`` serves it with FUSE until it is
unmounted, as a mount of the type ``fuse.KIND``. It keeps POSIX to the letter, and gives no more
than that: ``fsync`` of a file saves the file's bytes, ``fsync`` of a folder its list of names;
nothing else does. Writing to the file ``/.power``:

``cut SEED``
    The power fails. Every later call gets EIO. For ``SEED`` 0 all that was not fsynced is gone; for
    another one a part of it is on the disk, as with a real one: any of the changes of names, any of
    a file's pages.
``cut SEED after N``
    The same in front of the Nth change from now on.
``on``
    The machine starts again, with what was on the disk.

The idea is that of LazyFS (R. Ramos et al., VLDB 2024), which needs to be built for a machine.
"""

from __future__ import annotations

import errno
import functools
import itertools
import os
import random
import stat
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from mfusepy import FUSE, FuseOSError, Operations

PAGE = 4096
CONTROL = "/.power"


class Node:
    """A file (``data``) or a folder (``names``), with what of it is on the disk."""

    def __init__(self, mode: int) -> None:
        self.mode, self.links = mode, 1
        self.time = time.time_ns()
        self.data, self.synced_data = bytearray(), b""
        self.names: dict[str, Node] = {}
        self.synced_names: dict[str, Node] = {}

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.mode)

    def sync(self) -> None:
        if self.is_folder:
            self.synced_names = dict(self.names)
        else:
            self.synced_data = bytes(self.data)


def after_a_cut(node: Node, chance: random.Random | None, seen: dict[int, Node]) -> Node:
    """What is found of ``node`` when the machine starts again."""
    if id(node) in seen:
        return seen[id(node)]
    found = seen[id(node)] = Node(node.mode)
    if node.is_folder:
        names = dict(node.synced_names)
        for name in sorted(node.synced_names.keys() | node.names.keys()):
            now = node.names.get(name)
            if now is not names.get(name) and chance and chance.random() < 0.5:
                if now is None:
                    del names[name]
                else:
                    names[name] = now
        found.names = {name: after_a_cut(each, chance, seen) for name, each in names.items()}
    else:
        found.data = bytearray(_pages(node, chance))
    found.sync()
    return found


def _pages(node: Node, chance: random.Random | None) -> bytes:
    """The bytes of a file: what was fsynced, and any of the pages that were written since."""
    if chance is None or bytes(node.data) == node.synced_data:
        return node.synced_data
    size = chance.choice([len(node.data), len(node.synced_data)])
    found = bytearray(node.synced_data[:size].ljust(size, b"\0"))
    for begin in range(0, size, PAGE):
        if chance.random() < 0.5:
            page = node.data[begin : min(begin + PAGE, size)]
            found[begin : begin + len(page)] = page
    return bytes(found)


def changes(method: Callable[..., Any]) -> Callable[..., Any]:
    """Count what changes the disk; the power may fail in front of it."""

    @functools.wraps(method)
    def counted(self: LossyDisk, path: str, *arguments: Any) -> Any:
        if path != CONTROL:
            self.count_change()
        return method(self, path, *arguments)

    return counted


class LossyDisk(Operations):
    """Single-threaded: see ``nothreads`` below."""

    use_ns = True

    def __init__(self) -> None:
        self.root = Node(stat.S_IFDIR | 0o755)
        self.off = False
        self.changes_left = 0  # until the power fails; 0: it does not
        self.seed = "0"
        self.open_files: dict[int, Node] = {}
        self.handles = itertools.count(1)

    def _find(self, path: str) -> Node:
        self._check_power()
        node = self.root
        for name in filter(None, path.split("/")):
            if not node.is_folder or name not in node.names:
                raise FuseOSError(errno.ENOENT)
            node = node.names[name]
        return node

    def _parent(self, path: str) -> tuple[Node, str]:
        folder, name = path.rsplit("/", 1)
        return self._find(folder), name

    def _power(self, words: list[str]) -> None:
        if words[0] == "cut":
            self.seed = words[1]
            self.changes_left = int(words[3]) if words[2:] else 0
            if not self.changes_left:
                self._cut()
        else:
            self.off, self.changes_left = False, 0
            self.open_files.clear()

    def _cut(self) -> None:
        chance = random.Random(self.seed) if self.seed != "0" else None
        self.root = after_a_cut(self.root, chance, {})
        self.off = True

    def count_change(self) -> None:
        if self.changes_left:
            self.changes_left -= 1
            if not self.changes_left:
                self._cut()

    # -- what FUSE asks for

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        if path == CONTROL:
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": 0}
        node = self.open_files.get(fh) if fh else None
        node = node or self._find(path)
        times = {"st_mtime": node.time, "st_ctime": node.time, "st_atime": node.time}
        owner = {"st_uid": os.getuid(), "st_gid": os.getgid()}
        size = {"st_size": len(node.data), "st_blocks": -(-len(node.data) // 512)}
        return {"st_mode": node.mode, "st_nlink": node.links, **size, **times, **owner}

    def readdir(self, path: str, fh: int) -> Iterable[str]:
        return [".", "..", *self._find(path).names]

    @changes
    def create(self, path: str, mode: int, fi: Any = None) -> int:
        folder, name = self._parent(path)
        folder.names[name] = Node(stat.S_IFREG | stat.S_IMODE(mode))
        return self.open(path, 0)

    def open(self, path: str, flags: int) -> int:
        handle = next(self.handles)
        if path != CONTROL:
            self.open_files[handle] = self._find(path)
        return handle

    def release(self, path: str, fh: int) -> int:
        self.open_files.pop(fh, None)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._open(fh).data[offset : offset + size])

    @changes
    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        if path == CONTROL:
            self._power(data.decode().split())
            return len(data)
        node = self._open(fh)
        if len(node.data) < offset:
            node.data.extend(bytes(offset - len(node.data)))
        node.data[offset : offset + len(data)] = data
        node.time = time.time_ns()
        return len(data)

    def _check_power(self) -> None:
        if self.off:
            raise FuseOSError(errno.EIO)

    def _open(self, fh: int) -> Node:
        self._check_power()
        if fh not in self.open_files:  # opened before the power was cut
            raise FuseOSError(errno.EIO)
        return self.open_files[fh]

    @changes
    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        if path != CONTROL:
            node = self._find(path)
            del node.data[length:]
            node.data.extend(bytes(length - len(node.data)))
        return 0

    @changes
    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._open(fh).sync()
        return 0

    @changes
    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        self._find(path).sync()
        return 0

    @changes
    def mkdir(self, path: str, mode: int) -> int:
        folder, name = self._parent(path)
        folder.names[name] = Node(stat.S_IFDIR | stat.S_IMODE(mode))
        return 0

    @changes
    def unlink(self, path: str) -> int:
        folder, name = self._parent(path)
        del folder.names[name]
        return 0

    @changes
    def rmdir(self, path: str) -> int:
        folder, name = self._parent(path)
        if folder.names[name].names:
            raise FuseOSError(errno.ENOTEMPTY)
        del folder.names[name]
        return 0

    @changes
    def rename(self, old: str, new: str) -> int:
        (before, old_name), (after, new_name) = self._parent(old), self._parent(new)
        there = after.names.get(new_name)
        if there is not None and there.names:
            raise FuseOSError(errno.ENOTEMPTY)
        after.names[new_name] = before.names.pop(old_name)
        return 0

    def chmod(self, path: str, mode: int) -> int:
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        return 0

    def utimens(self, path: str, times: tuple[float, float] | None = None) -> int:
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        blocks = 1 << 22
        return {"f_bsize": PAGE, "f_frsize": PAGE, "f_blocks": blocks, "f_bavail": blocks}


if __name__ == "__main__":
    # Nothing is remembered of names, which are others after a cut
    FUSE(
        LossyDisk(),
        sys.argv[1],
        foreground=True,
        nothreads=True,
        entry_timeout=0,
        attr_timeout=0,
        negative_timeout=0,
        fsname="lossy",
        subtype=sys.argv[2],
    )
