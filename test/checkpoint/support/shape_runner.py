"""Runs a training as a notebook's cell, as a function or as a script, stops it at any line, and
says what came out."""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import os
import random
import signal
import sys
import textwrap
import uuid
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import torch

from runtime_kit.checkpoint import CheckpointWarning
from runtime_kit.checkpoint.loop import active_runs

SHAPES = Path(__file__).parents[1] / "real_loops" / "shapes"


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


@dataclass
class Outcome:
    """``values``: what the variables hold, in a form that compares bit for bit; None where
    it was stopped. ``lines``: line events of the program, as ``(line number, ...)``."""

    values: dict[str, Any] | None
    lines: list[int]
    output: str
    warnings: list[str]


def source_of(shape: str) -> str:
    return (SHAPES / f"{shape}.py").read_text()


def as_function(source: str) -> str:
    """The same program in a function, whose variables are the frame's own; what functions declare
    global is that function's then."""
    module = ast.parse(source.replace("    global ", "    nonlocal "))
    imports = [node for node in module.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    rest = [node for node in module.body if node not in imports]
    names = textwrap.indent(ast.unparse(ast.Module(rest, [])), "    ")
    head = ast.unparse(ast.Module(imports, []))
    return f"{head}\ndef main():\n{names}\n    return dict(locals())\nRESULT = main()\n"


def execute(
    source: str,
    folder: Path,
    *,
    stop_at: int | None = None,
    how: str = "kill",
    sources: bool = True,
) -> Outcome:
    """Run a program in a namespace of its own, as a new process would.

    :param stop_at: the number of the line event before which it is stopped.
    :param how: ``kill``, or ``interrupt`` for a real SIGINT.
    :param sources: the program's source can be read, as a cell's can.
    """
    name = f"<shape-{uuid.uuid4().hex}>"
    if sources:
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    code = compile(source, name, "exec")
    lines: list[int] = []
    own = os.getpid()

    def trace(frame: Any, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != name or os.getpid() != own:  # a loader's worker
            return None
        if event == "line":
            lines.append(frame.f_lineno)
            if len(lines) - 1 == stop_at:
                if how == "kill":
                    raise Killed
                signal.raise_signal(signal.SIGINT)
        return trace

    torch.set_grad_enabled(True)
    random.seed(1)
    numpy.random.seed(1)
    torch.manual_seed(1)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    before, argv = sys.gettrace(), sys.argv
    sys.argv = ["shape", str(folder)]
    values, output = None, io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(output):
        warnings.simplefilter("always")
        sys.settrace(trace)
        try:
            exec(code, namespace)
            sys.settrace(before)
            values = comparable(namespace.get("RESULT", namespace))
        except (Killed, KeyboardInterrupt):
            pass
        finally:
            sys.settrace(before)
            sys.argv = argv
            _end(namespace)
            linecache.cache.pop(name, None)
    told = [str(w.message) for w in caught if issubclass(w.category, CheckpointWarning)]
    return Outcome(values, lines, output.getvalue(), told)


def _end(namespace: dict[str, Any]) -> None:
    """What a new process would not see: the runs of this one give theirs free."""
    for run in active_runs.runs():
        run._session.stopping.uninstall()
        run.manager.close()
        run._session.close()
    torch.compiler.reset()  # what was compiled refers to the namespace
    namespace.clear()


_SKIPPED = {"run", "scheduler", "start", "began", "elapsed"}


def comparable(namespace: dict[str, Any]) -> dict[str, Any]:
    """Variables by name, and draws of the random generators."""
    found = {}
    for name, value in namespace.items():
        if name.startswith("_") or name in _SKIPPED:
            continue
        plain = _plain(value, 0)
        if plain is not None:
            found[name] = plain
    found["draws"] = (random.random(), float(numpy.random.rand()), torch.rand(2).tolist())
    return found


def _plain(value: Any, depth: int) -> Any:
    if depth > 6:
        return "deep"
    if isinstance(value, torch.Tensor):
        return ("tensor", tuple(value.shape), value.detach().numpy().tobytes())
    if isinstance(value, numpy.ndarray):
        return ("array", value.shape, value.tobytes())
    if isinstance(value, (torch.nn.Module, torch.optim.Optimizer)):
        state = value.state_dict()
        mode = getattr(value, "training", None)
        return (mode, _plain(dict(state), depth + 1))
    if isinstance(value, (bool, int, float, str, bytes)) or value is None:
        return repr(value)
    if isinstance(value, dict):
        return {repr(k): _plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple)) or type(value).__name__ == "deque":
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(repr, value))
    if type(value).__module__ == "__main__":
        return {k: _plain(v, depth + 1) for k, v in vars(value).items()}
    return None


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Names whose values are not equal bit for bit."""
    return sorted(n for n in one.keys() | other.keys() if one.get(n) != other.get(n))


def main() -> None:
    """``shape_runner.py SOURCE FOLDER OUT``: as a process of its own."""
    source, folder, out = sys.argv[1:]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    torch.set_num_threads(1)
    outcome = execute(Path(source).read_text(), Path(folder))
    Path(out).write_text(repr(sorted(outcome.values.items())))


if __name__ == "__main__":
    main()
