"""A journal as a notebook or as plain text."""

from __future__ import annotations

import json
import re
from typing import Any

from .fold import Execution, Fold, nbformat_output

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def as_notebook(fold: Fold) -> str:
    """A notebook with a cell for each execution, in the order in which they ran."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"execution-{number}",
            "execution_count": execution.count,
            "metadata": {},
            "source": execution.code,
            "outputs": notebook_outputs(execution),
        }
        for number, execution in enumerate(fold.executions.values())
        if execution.started is not None
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def as_text(fold: Fold) -> str:
    """What the executions printed, each behind its number and first line of code."""
    parts = []
    for execution in fold.executions.values():
        if execution.started is None:
            continue
        first = execution.code.strip().partition("\n")[0]
        parts.append(f"[{execution.count}] {first}\n")
        for output in execution.outputs:
            text = _plain(nbformat_output(output))
            parts.append(text if text.endswith("\n") else text + "\n")
        parts.append("\n")
    return "".join(parts)


def _plain(output: dict[str, Any]) -> str:
    if output["output_type"] == "stream":
        return _ANSI.sub("", output["text"])
    if output["output_type"] == "error":
        return _ANSI.sub("", "\n".join(output.get("traceback") or []))
    data = output.get("data") or {}
    text = data.get("text/plain")
    if text is None:
        return f"[{', '.join(sorted(data))}]"
    return "".join(text) if isinstance(text, list) else str(text)


def notebook_outputs(execution: Execution) -> list[dict[str, Any]]:
    """The outputs as they may stand in a notebook file."""
    return [_valid(nbformat_output(output)) for output in execution.outputs]


def _valid(output: dict[str, Any]) -> dict[str, Any]:
    """Only the keys that nbformat allows: kernels may send more."""
    keys = {
        "stream": ("output_type", "name", "text"),
        "error": ("output_type", "ename", "evalue", "traceback"),
        "display_data": ("output_type", "data", "metadata"),
        "execute_result": ("output_type", "data", "metadata", "execution_count"),
    }[output["output_type"]]
    valid = {key: output.get(key) for key in keys}
    if "metadata" in valid:
        valid["metadata"] = valid["metadata"] or {}
        valid["data"] = valid["data"] or {}
    if output["output_type"] == "stream" and output["name"] not in ("stdout", "stderr"):
        valid["name"] = "stdout"
    return valid
