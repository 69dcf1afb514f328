"""``fetch``: a file or a folder of Drive, or of any remote of rclone's, by link, id or path."""

from __future__ import annotations

import hashlib
import os
import shutil
from functools import partial
from pathlib import Path

from runtime_kit._os.file_lock import file_lock
from runtime_kit._os.files import explain
from runtime_kit._os.ownership import is_own_folder
from runtime_kit._os.say import say
from runtime_kit.storage.rclone.remote_name import why_not_a_remote

from . import rclone
from .errors import FetchError, NotAllowedError
from .links import Link, Remote, read
from .merge import merge
from .namesakes import fetch_namesakes
from .public import available, fetch_public
from .sync_plan import missing, way_of


def fetch(
    what: str,
    to: str | os.PathLike[str] = ".",
    *,
    remote: str | None = None,
    overwrite: bool = False,
    timeout: float = 120.0,
    progress: bool = True,
    connection_string: bool = False,
) -> Path:
    """Fetch a file, or a folder with everything in it, into the folder ``to``.

    What is shared with anyone who has the link comes through gdown; what is private through an
    rclone remote: the one named, or else the only one of type Drive. Files appear in ``to`` when
    all is there; a second call fetches what is missing, and goes on after an interrupt or a kill.

    :param what: a link to Drive in any form, an id in Drive, or ``remote:path``.
    :param remote: the rclone remote to use for a link or an id.
    :param overwrite: replace files of the same names that differ. Without it they are an error.
    :param timeout: seconds without a byte that are too many.
    :param connection_string: the remote may be a connection string of rclone's. Only for one that
        you wrote yourself: its options can run programs.
    :returns: the file, or the folder ``to`` for a folder or several files.
    :raises FetchError: with the reason in plain words.
    """
    wanted = read(what)
    named = wanted.path if isinstance(wanted, Remote) else remote or ""
    if named and (reason := why_not_a_remote(named, connection_string=connection_string)):
        raise FetchError(reason)
    folder = Path(os.path.abspath(Path(to).expanduser()))
    key = hashlib.sha1(repr(wanted).encode()).hexdigest()[:12]
    unfinished = folder / f".fetching-{key}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file_lock(unfinished.with_suffix(".lock"), f"fetches {what} to {folder}"):
            if unfinished.is_symlink():  # not made here: rclone would delete where it leads
                unfinished.unlink()
            unfinished.mkdir(exist_ok=True)
            if not is_own_folder(unfinished):
                raise FetchError(
                    f"{unfinished} belongs to another user. Delete it, or fetch into another folder"
                )
            if isinstance(wanted, Remote):
                _from_remote(wanted, unfinished, folder, timeout, progress)
            else:
                _from_drive(wanted, unfinished, folder, remote, timeout, progress)
            names = sorted(path.name for path in unfinished.iterdir())
            with file_lock(folder / ".fetching.lock", f"moves files to {folder}"):
                merge(unfinished, folder, overwrite)
            shutil.rmtree(unfinished)
    except OSError as error:
        raise FetchError(f"{explain(error, folder)}. What was fetched so far is kept.") from error
    single = _single(wanted, names, folder)
    say(f"Fetched {single}")
    return single


def _single(wanted: Link | Remote, names: list[str], folder: Path) -> Path:
    """The file, where it was one."""
    if isinstance(wanted, Remote):
        name = wanted.path.rstrip("/").rpartition("/")[2].rpartition(":")[2]
        return folder / name if (folder / name).is_file() and name else folder
    if wanted.kind != "folder" and len(names) == 1 and (folder / names[0]).is_file():
        return folder / names[0]
    return folder


def _from_remote(
    wanted: Remote, unfinished: Path, folder: Path, timeout: float, progress: bool
) -> None:
    # `copy` of a file puts it into the folder by its name.
    path = wanted.path
    is_folder = rclone.is_folder(path, min(timeout, 60))
    ask = partial(rclone.ask, what=path, timeout=timeout * 5)  # a long listing takes long
    way = way_of(ask, path, is_folder)
    if way != "listing":
        extra = ["--checksum"] if way == "hashes" else []
        words = rclone.bring(path, unfinished, folder, extra, is_folder=is_folder)
        namesakes = rclone.transfer(words, path, timeout, progress)
        fetch_namesakes(path, unfinished, namesakes, [], timeout, progress)
        return
    with missing(ask, path, is_folder, unfinished, folder) as names:
        if names is not None:
            words = ["copy", path, str(unfinished), *names]
            namesakes = rclone.transfer(words, path, timeout, progress)
            fetch_namesakes(path, unfinished, namesakes, [], timeout, progress)


def _from_drive(
    link: Link,
    unfinished: Path,
    folder: Path,
    remote: str | None,
    timeout: float,
    progress: bool,
) -> None:
    if remote is not None:
        _private(link, unfinished, folder, remote, timeout, progress)
        return
    problem: FetchError | None = None
    try:
        own = rclone.drive_remote(min(timeout, 60))
    except FetchError as error:
        own, problem = None, error
    if link.key and own is not None:
        # gdown asks by the id alone, and Google refuses older links without their resource key.
        _private(link, unfinished, folder, own, timeout, progress)
        return
    if not available():
        if problem is not None:
            raise problem
        if own is None:
            raise FetchError(
                "Fetching a public link needs gdown: run `%pip install gdown`. For "
                "private files, set up an rclone remote of type Drive (`rclone "
                "config`)"
            )
        _private(link, unfinished, folder, own, timeout, progress)
        return
    try:
        fetch_public(link, unfinished, timeout, progress)
    except FetchError as error:
        if problem is not None:
            raise type(error)(f"{error} No rclone remote was tried: {problem}") from error
        if own is None and link.key and isinstance(error, NotAllowedError):
            raise NotAllowedError(
                f"{error} The link has a resource key, which gdown can't send: fetch it through an "
                "rclone remote of type Drive with remote=NAME."
            ) from error
        if own is None:
            raise
        say(str(error))
        say(f"Trying it through the remote {own}")
        _private(link, unfinished, folder, own, timeout, progress)


def _private(
    link: Link, unfinished: Path, folder: Path, remote: str, timeout: float, progress: bool
) -> None:
    name = remote if remote.endswith(":") else f"{remote}:"
    extra = [f"--drive-resource-key={link.key}"] if link.key else []
    what = f"Drive's {link.kind or 'item'} {link.id}"
    if link.kind != "folder":
        words = ["backend", "copyid", name, link.id, f"{unfinished}/", *extra]
        try:
            rclone.transfer(words, what, timeout, progress)
            return
        except NotAllowedError:
            raise
        except FetchError as error:
            if link.kind == "file" or not _is_a_folder(str(error)):
                raise
    extra.append(f"--drive-root-folder-id={link.id}")
    words = rclone.bring(name, unfinished, folder, extra)
    namesakes = rclone.transfer(words, what, timeout, progress)
    fetch_namesakes(name, unfinished, namesakes, extra, timeout, progress)


def _is_a_folder(said: str) -> bool:
    return any(sign in said for sign in ("is a directory", "not a file", "not a regular file"))
