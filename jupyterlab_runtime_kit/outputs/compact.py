"""Keeps a journal within its limit: folds it into fewer records, then drops what matters least."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path

from .fold import Execution, Fold, StreamOutput
from .journal import read_records
from .stream_text import StreamText

#: What is left of a stream that has to be shortened, in characters.
STREAM_END = 16_000


def fold_file(path: Path, fold: Fold | None = None, start: int = 0) -> tuple[Fold, int]:
    """Apply the records from byte ``start`` on; return the fold and the byte read to."""
    fold = fold or Fold()
    position = start
    for record, behind in read_records(path, start):
        fold.add(record)
        position = behind
    return fold, position


def write_compacted(path: Path, limit: int) -> tuple[Path, int]:
    """Write what the journal ``path`` holds in fewer records beside it.

    :param limit: bytes that the outputs may take; above it the oldest progress goes first.
    :return: the new file, and how many bytes of the old one it stands for.
    """
    fold, read_to = fold_file(path)
    shrink(fold, limit)
    target = path.with_suffix(".compacting")
    target.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(target, flags, 0o600), "wb") as file:
        for record in fold.records():
            body = json.dumps(record, separators=(",", ":")).encode()
            file.write(b"%08x %b\n" % (zlib.crc32(body), body))
    return target, read_to


def shrink(fold: Fold, limit: int) -> None:
    """Drop outputs until about ``limit`` characters are left, and say in their place how much.

    The order: the beginnings of long streams, oldest execution first, since they are mostly
    progress; then whole outputs of the oldest finished executions.
    """
    executions = sorted(fold.executions.values(), key=lambda one: one.seq)
    total = sum(execution.size for execution in executions)
    for execution in executions:
        if total <= limit:
            return
        total -= _shorten_streams(execution, STREAM_END)
    for execution in executions:
        if total <= limit:
            return
        if not execution.open:
            total -= _drop_outputs(execution)


def _shorten_streams(execution: Execution, keep: int) -> int:
    dropped = 0
    for output in execution.outputs:
        if isinstance(output, StreamOutput):
            cut = output.text.keep_end(keep)
            if cut:
                dropped += cut
                _mention(output)
    execution.dropped += dropped
    return dropped


def _drop_outputs(execution: Execution) -> int:
    dropped = execution.size
    if dropped:
        execution.dropped += dropped
        note = StreamText(f"[{_amount(execution.dropped)} of output not kept]\n")
        execution.outputs[:] = [StreamOutput("stdout", note)]
    return dropped


def _mention(output: StreamOutput) -> None:
    """Begin a shortened stream with a line that gives what was dropped."""
    resumable = output.text.resumable
    if resumable.startswith("[") and "of earlier output not kept]\n" in resumable[:60]:
        resumable = resumable.partition("\n")[2]
    dropped = output.text.dropped
    text = StreamText(f"[{_amount(dropped)} of earlier output not kept]\n" + resumable)
    text.dropped = dropped
    output.text = text


def _amount(characters: int) -> str:
    if characters < 1000:
        return f"{characters} B"
    if characters < 1_000_000:
        return f"{characters / 1000:.0f} KB"
    return f"{characters / 1_000_000:.1f} MB"
