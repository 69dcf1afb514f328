"""Writes outputs into the notebook file while no page has it open; off by default."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async

from .about import read_about
from .export import notebook_outputs
from .fold import Fold
from .recorder import KernelRecorder
from .recorders import Recorders

#: What the server says of extensions that write outputs, or the whole document, themselves.
_WRITERS = ("jupyter_server_ydoc", "jupyter_server_nbmodel", "jupyter_server_documents")
#: How much later than its last page a notebook may have been saved, in seconds.
_LAST_SAVE = 5.0


class NotebookWriter:
    """Brings the files of notebooks that all pages have left up to date, in rounds.

    A file is written only as long as it is what the first round behind the last page found, and
    only in cells that have the code that was run. It is replaced at once, written with
    nbformat, and trusted only if it was.
    """

    def __init__(self, server_app: Any, recorders: Recorders) -> None:
        self._contents = server_app.contents_manager
        self._recorders = recorders
        self._log = recorders.options.log
        extensions = getattr(server_app.extension_manager, "extensions", {})
        #: An extension that writes outputs itself; None: there is none.
        self.other_writer = next((name for name in _WRITERS if name in extensions), None)
        # By kernel: its recorder, also when it has ended, and what its notebooks are known as.
        self._left: dict[str, tuple[KernelRecorder, dict[str, KnownFile]]] = {}
        self._written: dict[str, int] = {}  # by kernel: the journal's position

    async def run(self) -> None:
        """One round."""
        for kernel_id, recorder in self._recorders.all():
            if recorder.left_at is None:
                self._left.pop(kernel_id, None)
            elif kernel_id not in self._left:
                self._left[kernel_id] = (recorder, await self._known_files(recorder))
        for kernel_id, (recorder, files) in list(self._left.items()):
            try:
                await self._bring_up_to_date(recorder, files)
            except Exception as reason:  # a folder that is gone, a file that is no notebook
                self._log.warning(
                    "runtime-kit: can't write the outputs of kernel %s: %s", kernel_id, reason
                )
            if self._recorders.get(kernel_id) is not recorder:
                self._left.pop(kernel_id, None)

    async def _known_files(self, recorder: KernelRecorder) -> dict[str, KnownFile]:
        """What the last page left of each notebook of a kernel."""
        files = {}
        for path in read_about(recorder.path)["paths"]:
            try:
                model = await self._read(path)
            except Exception:
                continue  # deleted or renamed meanwhile
            saved = model["last_modified"].timestamp()
            if saved <= (recorder.left_at or 0) + _LAST_SAVE:
                files[path] = KnownFile(digest(model["content"]), saved)
        return files

    async def _bring_up_to_date(
        self, recorder: KernelRecorder, files: dict[str, KnownFile]
    ) -> None:
        found = await asyncio.to_thread(
            self._recorders.reader.export, recorder.kernel_id, newest_executions
        )
        if found is None or self._written.get(recorder.kernel_id) == found[0]:
            return
        models = {path: await self._read(path) for path in files}
        # Which of two copies of a notebook ran a cell is not known.
        ids = Counter(
            cell.get("id") for model in models.values() for cell in model["content"]["cells"]
        )
        executions = {cell: one for cell, one in found[1].items() if ids[cell] == 1}
        for path, model in models.items():
            if digest(model["content"]) != files[path].digest:
                self._log.info("runtime-kit: %s has changed and is left alone", path)
                del files[path]
            elif put_outputs(model["content"], executions, files[path].saved):
                # Not read again: what stands there by then may be somebody else's.
                files[path].digest = digest(model["content"])
                await self._save(recorder, path, model)
        self._written[recorder.kernel_id] = found[0]

    async def _save(self, recorder: KernelRecorder, path: str, model: dict[str, Any]) -> None:
        now = await ensure_async(self._contents.get(path, content=False))
        if recorder.left_at is None or now["last_modified"] != model["last_modified"]:
            raise RuntimeError(f"{path} is in use again")
        content = {"type": "notebook", "format": "json", "content": model["content"]}
        if hasattr(self._contents, "_get_os_path"):
            await self._replace_file(content, path)
        else:
            await ensure_async(self._contents.save(content, path))

    async def _replace_file(self, model: dict[str, Any], path: str) -> None:
        """Save as the contents manager does, but such that no half file is ever there."""
        contents = self._contents
        await ensure_async(contents.run_pre_save_hooks(model=model, path=path))
        notebook = nbformat.from_dict(model["content"])
        await ensure_async(contents.check_and_sign(notebook, path))
        file = Path(contents._get_os_path(path)).resolve()
        await asyncio.to_thread(replace_text, file, nbformat.writes(notebook))
        contents.emit(data={"action": "save", "path": path})
        await ensure_async(contents.run_post_save_hooks(model=model, os_path=str(file)))

    async def _read(self, path: str) -> dict[str, Any]:
        return dict(await ensure_async(self._contents.get(path, content=True, type="notebook")))


def replace_text(path: Path, text: str) -> None:
    """Replace a file's text at once, and keep its mode."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        try:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
            shutil.copymode(path, file.name)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def digest(notebook: dict[str, Any]) -> str:
    """Tells two contents of a notebook file apart; both as written and as read it is the same."""
    read = nbformat.reads(nbformat.writes(nbformat.from_dict(notebook)), as_version=4)
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


@dataclass
class KnownFile:
    """A notebook file as it was left, or as it was written here since."""

    digest: str
    #: When its last page saved it, in seconds since 1970.
    saved: float


@dataclass(frozen=True)
class CellOutputs:
    """What a cell's newest execution has given by now: the journal goes on meanwhile."""

    code: str
    count: int | None
    changed: float
    outputs: list[dict[str, Any]]


def newest_executions(fold: Fold) -> tuple[int, dict[str, CellOutputs]]:
    """The journal's position, and the newest execution of each cell that began."""
    newest = {
        execution.cell: execution
        for execution in fold.executions.values()
        if execution.cell and execution.started is not None
    }
    return fold.seq, {
        cell: CellOutputs(
            execution.code,
            # As JupyterLab has it while a cell runs.
            None if execution.open else execution.count,
            execution.changed or 0.0,
            notebook_outputs(execution),
        )
        for cell, execution in newest.items()
    }


def put_outputs(notebook: dict[str, Any], executions: dict[str, CellOutputs], saved: float) -> bool:
    """Put what changed after the file was saved into its cells; return whether anything did.

    A cell that was edited since it ran keeps what it has.
    """
    changed = False
    for cell in notebook["cells"]:
        found = executions.get(str(cell.get("id")))
        if (
            found is None
            or cell["cell_type"] != "code"
            or cell["source"] != found.code
            or found.changed < saved
        ):
            continue
        if (cell.get("execution_count"), cell["outputs"]) != (found.count, found.outputs):
            cell["execution_count"], cell["outputs"] = found.count, found.outputs
            changed = True
    return changed
