"""Notebooks of the corpus: read, made resumable, run, killed and compared."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime_kit.resumable.proposal import apply, propose
from runtime_kit.resumable.source import read_cells

CORPUS = Path(__file__).parents[1].joinpath("corpus")
Cells = list[tuple[str, str]]


def names() -> list[str]:
    return sorted(path.stem for path in CORPUS.glob("*.py"))


def read(name: str) -> Cells:
    """The code cells of a notebook that is kept as percent script."""
    text = (CORPUS / f"{name}.py").read_bytes().decode()
    parts = re.split(r"(?m)^# %%[ \t]*\r?\n", text)
    return [(f"cell-{number}", part) for number, part in enumerate(parts[1:])]


def refused(name: str) -> str | None:
    """The reason that a notebook expects, from the comment above its first cell."""
    head = (CORPUS / f"{name}.py").read_text().split("# %%", 1)[0]
    found = re.search(r"(?m)^# refused: ([\w-]+)", head)
    return found.group(1) if found else None


def saves_late(name: str) -> bool:
    """Whether gradients wait at every batch, so that the run puts off its first save."""
    return "# saves late" in (CORPUS / f"{name}.py").read_text().split("# %%", 1)[0]


class Replay:
    """The server that runs notebooks."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("replay.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, cells: Cells, folder: Path, kill: int | None = None) -> dict[str, Any]:
        python = [_without_magics(source) for source in (s for _, s in cells)]
        request = {"cells": python, "folder": str(folder), "kill": kill, "ignore": ["run"]}
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())  # type: ignore[no-any-return]

    def close(self) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(30)


def _without_magics(source: str) -> str:
    """The cell as IPython would run it, as far as it is Python."""
    cell = read_cells([("", source)])[0]
    if cell.script or cell.magic == "other":
        return ""
    return "\n".join(cell._lines)


@dataclass
class Outcome:
    """What became of a notebook: ``state`` is refused, equal, changed (without a kill), lost (after
    a kill) or failed."""

    name: str
    state: str
    detail: str = ""
    lines: int = 0
    why: list[str] = field(default_factory=list)


def check(replay: Replay, name: str, kills: int, seed: int = 0) -> Outcome:
    """Propose, apply, run to the end and with kills; compare with the notebook as it is."""
    cells = read(name)
    proposal = propose(cells, name=name)
    why = [reason["code"] for reason in proposal["why_not"]]
    if not proposal["resumable"]:
        return Outcome(name, "refused", why=why)
    applied = [(key or "new", source) for key, source in apply(cells, proposal)]
    lines = sum(max(1, edit["text"].strip().count("\n") + 1) for edit in proposal["edits"])
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        original = replay.run(cells, _new(folder, "original"))
        if "error" in original:
            return Outcome(name, "failed", original["error"], lines)
        whole = replay.run(applied, _new(folder, "whole"))
        if difference := _difference(original, whole):
            return Outcome(name, "changed", difference, lines, why)
        draw = random.Random(f"{name}-{seed}")
        for number in range(kills):
            here = _new(folder, f"kill-{number}")
            kill = draw.randint(1, max(1, original["steps"]))
            killed = replay.run(applied, here, kill)
            if killed.get("killed") != 9:
                return Outcome(name, "failed", f"not killed at step {kill}: {killed}", lines)
            if kill > 4 and not list(here.rglob("COMMIT.json")) and not saves_late(name):
                return Outcome(name, "lost", f"nothing is saved after {kill} steps", lines, why)
            resumed = replay.run(applied, here)
            if difference := _difference(original, resumed):
                detail = f"killed at {kill} of {original['steps']}: {difference}"
                return Outcome(name, "lost", detail, lines, why)
    return Outcome(name, "equal", lines=lines, why=why)


def _new(folder: str, name: str) -> Path:
    path = Path(folder) / name
    path.mkdir()
    return path


def _difference(original: dict[str, Any], other: dict[str, Any]) -> str:
    if "error" in other:
        return str(other["error"])[-1500:]
    names = [
        key for key, value in original["digests"].items() if other["digests"].get(key) != value
    ]
    if original["random"] != other["random"]:
        names.append("(random state)")
    return ", ".join(names)


def _memory() -> str | None:
    """A folder in memory where there is one: what is tested is not how fast a disk syncs."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
