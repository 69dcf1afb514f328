"""The folder of a run in a remote, through rclone rather than through a mount."""

from __future__ import annotations

import contextlib
import errno
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from runtime_kit._os.timeouts import FOR_EVER, Deadline
from runtime_kit.storage.errors import StorageError
from runtime_kit.storage.rclone import program as rclone
from runtime_kit.storage.rclone.program import list_of

QUESTION = 60.0
"""Seconds for what is small."""
PATIENT = (*rclone.STEADY, "--timeout=60s")
FOR_GOOD = "--drive-use-trash=false"
"""A step that is given up would count against a Drive's quota for as long as it is in the trash."""
SETTLING = 10.0
"""Seconds that a listing may lag behind what has been sent."""


class RemoteRun:
    """Its parts are named relative to it, as in the layout of checkpoints."""

    def __init__(self, remote: str) -> None:
        self.remote = remote
        self.stopping: Callable[[], bool] = lambda: False

    def sizes(self, folder: str = "") -> dict[str, int]:
        """The files by name; none where there is no such folder yet."""
        where = rclone.joined(self.remote, folder)
        return {
            item["Path"]: item["Size"] for item in rclone.listing(where, QUESTION, *rclone.QUICK)
        }

    def small_files(self, into: Path, *patterns: str) -> None:
        """Bring those that match."""
        words = [f"--include={pattern}" for pattern in patterns]
        doing = f"Reading {self.remote}"
        command = ["copy", self.remote, str(into), *words, *rclone.QUICK]
        self._ask(command, QUESTION, doing, accept=(0, rclone.MISSING))

    def put(self, name: str, data: bytes) -> None:
        """A small file, in the place of one that may be there."""
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "file")
            source.write_bytes(data)
            command = ["copyto", str(source), rclone.joined(self.remote, name)]
            self._ask([*command, *PATIENT, "--ignore-times"], QUESTION, f"Sending {name}")

    def send(self, source: Path, names: Iterable[str], folder: str, first: str) -> None:
        """Files of ``source``, for as long as it takes, and one named ``first`` before them. rclone
        compares each with the remote's hash where that has one, and its size otherwise."""
        where = rclone.joined(self.remote, folder)
        # Whatever has the name already may be a part, or of the same size by chance.
        options = [*PATIENT, "--ignore-times", "--transfers=4"]
        doing = f"Sending {folder} to {self.remote}"
        with tempfile.TemporaryDirectory() as links:
            if _linked(source, names, Path(links)):  # one start of rclone fewer
                Path(links, first).write_bytes(b"\n")
                options += ["--copy-links", "--check-first", "--order-by=size,ascending"]
                self._ask(["copy", links, where, *options], FOR_EVER, doing)
                return
        self.put(f"{folder}/{first}", b"\n")
        with list_of(names) as path:
            options += ["--files-from-raw", str(path)]
            self._ask(["copy", str(source), where, *options], FOR_EVER, doing)

    def prove(self, folder: str, sizes: dict[str, int]) -> None:
        """See that the remote itself lists what was sent.

        :raises StorageError:
        """
        deadline = Deadline(SETTLING)
        while True:
            found = self.sizes(folder)
            wrong = sorted(name for name, size in sizes.items() if found.get(name) != size)
            if not wrong:
                return
            if deadline.over:
                raise StorageError(
                    f"{self.remote} has {found.get(wrong[0], 'no')} bytes of "
                    f"{wrong[0]} of {folder} instead of {sizes[wrong[0]]}."
                )
            time.sleep(1.0)

    def drop(self, folder: str, first: str) -> None:
        """Delete a folder; ``first`` is the file without which it counts for nothing."""
        doing = f"Deleting {folder} in {self.remote}"
        where = rclone.joined(self.remote, folder)
        with contextlib.suppress(StorageError):  # it need not be there
            words = ["deletefile", rclone.joined(where, first), FOR_GOOD, *rclone.QUICK]
            self._ask(words, QUESTION, doing)
        try:
            self._ask(["purge", where, FOR_GOOD, *rclone.QUICK], QUESTION, doing)
        except StorageError:  # some remotes say so of a folder that is not there
            if self.sizes(folder):
                raise

    def remove(self, name: str) -> None:
        words = ["deletefile", rclone.joined(self.remote, name), FOR_GOOD, *rclone.QUICK]
        self._ask(words, QUESTION, f"Deleting {name}")

    def move(self, folder: str, to: str) -> None:
        words = ["moveto", *(rclone.joined(self.remote, each) for each in (folder, to))]
        self._ask([*words, *PATIENT], QUESTION, f"Renaming {folder}")

    def _ask(
        self, words: Sequence[str], timeout: float, doing: str, accept: Sequence[int] = (0,)
    ) -> None:
        """rclone ends with us, so that nothing writes into what a next kernel sends."""
        rclone.ask(words, timeout, doing, accept=accept, stopping=self.stopping)


def _linked(source: Path, names: Iterable[str], folder: Path) -> bool:
    """Links to the files in another folder; False where links cannot be made (on Windows)."""
    try:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(source / name)
    except (OSError, NotImplementedError):
        return False
    return True


@contextlib.contextmanager
def as_os_errors() -> Iterator[None]:
    """What goes wrong with a remote, told as the checkpoint engine expects it of any folder."""
    try:
        yield
    except StorageError as error:
        text = str(error).rstrip(".")
        raise OSError(errno.ENOSPC if "it is full" in text else None, text) from error
