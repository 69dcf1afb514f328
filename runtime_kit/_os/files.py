"""File operations that survive a kill and that tell the truth about what reached the disk."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

# Some mounts (FUSE, SMB) cannot fsync a folder. Everything else is a real error.
_NO_FOLDER_FSYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EPERM}
# ECONNABORTED is what a request gets that was in flight when a FUSE daemon died.
_GONE = {
    errno.ENOTCONN,
    errno.ECONNABORTED,
    errno.ESTALE,
    errno.ENODEV,
    errno.EHOSTDOWN,
    errno.ENXIO,
}


def stat_or_none(path: Path | str) -> os.stat_result | None:
    """What a path leads to; None where that is nothing.

    :raises OSError: it can't be known, as on a mount that fails. Path.exists() and is_dir() say no
        then from Python 3.14 on.
    """
    try:
        return os.stat(path)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise
        return None


def open_regular(path: Path | str) -> int:
    """A descriptor to read a regular file. What a name may lead to otherwise (a pipe, a device)
    could hang, or never end.

    :raises OSError: also where it is something else.
    """
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "it is no regular file", str(path))


def read_regular(path: Path | str, most: int) -> bytes:
    """The content of a regular file of at most so many bytes.

    :raises OSError: also where it is something else, or longer.
    """
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    if status.st_size > most:
        raise OSError(errno.EFBIG, f"it has more than {most} bytes", str(path))
    return Path(path).read_bytes()


def fsync_folder(folder: Path) -> None:
    """Make renames and new names in ``folder`` durable."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_FSYNC:
            raise
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder with its parents. Each new name is durable, or what is in it later is not."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    with contextlib.suppress(PermissionError):  # a parent that may be entered and not be read
        fsync_folder(folder.parent)


def fsync_file(path: Path) -> None:
    """Make the content of a file durable that somebody else wrote."""
    with open(path, "r+b") as file:
        os.fsync(file.fileno())


def write_small(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write and fsync a small file that nobody else sees yet."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_small(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Replace a small file so that a reader sees the old or the new content, never a part."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(3).hex()}")
    try:
        write_small(temporary, data, mode)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def explain(error: OSError, folder: Path) -> str:
    """One sentence of plain advice for an operating system error while saving."""
    code = error.errno
    if code == errno.ENOSPC:
        return (
            f"can't write to {folder}: the disk is full. Delete files there, or "
            "choose another folder"
        )
    if code == errno.EDQUOT:
        return (
            f"can't write to {folder}: its storage quota is used up. Delete files "
            "there, also from the trash"
        )
    if code == errno.EROFS:
        return f"can't write to {folder}: it is read-only. Remount it, or choose another folder"
    if code in (errno.EACCES, errno.EPERM):
        return f"can't write to {folder}: permission denied. Check its owner and mode"
    if code in _GONE:
        return (
            f"can't reach {folder}: it is not mounted any more ({error.strerror}). "
            "Remount it (on Colab: leave the folder, then drive.mount(..., "
            "force_remount=True))"
        )
    if code == errno.EIO:
        return (
            f"can't use {folder}: input/output error (on Drive often its quota, "
            "else a failing disk)"
        )
    return f"{folder}: {error.strerror or error}"
