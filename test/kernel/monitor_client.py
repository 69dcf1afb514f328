"""Asks the monitor of a real kernel as the front end does: the same files, in the same order."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from kernel_client import ROOT, KernelClient

_TS = (ROOT / "src/kernel/monitorSources.ts").read_text()
_PATHS = dict(re.findall(r"import (\w+) from '\.\./\.\./(runtime_kit/[\w/]+\.py)'", _TS))
_BODY = _TS.partition("SOURCES")[2].partition("};")[0]
SOURCES = {
    name.strip("'"): (ROOT / _PATHS[variable]).read_text()
    for name, variable in re.findall(r"^  ('?[\w.]+'?): (\w+),?$", _BODY, re.MULTILINE)
}
ENTRY = (ROOT / "runtime_kit/frontend/monitor_entry.py").read_text()
_CALL = (ROOT / "runtime_kit/frontend/call.py").read_text()
COMM = "runtime-kit-monitor-test"


def expression(function: str, *arguments: Any, carry: bool, digest: str = "1") -> str:
    """What the front end has evaluated for a question."""
    call: list[Any] = [function, list(arguments), 1, digest]
    if carry:
        call.append(SOURCES)
    return f"({_CALL}\n)({[ENTRY]!r}, 'runtime_kit_carried', 'ask', {call!r})"


def ask(kernel: KernelClient, function: str, *arguments: Any, digest: str = "1") -> dict[str, Any]:
    """Ask an idle kernel; the files are carried if it says that they are missing."""
    answer: dict[str, Any] = {}
    for carry in (False, True):
        code = expression(function, *arguments, carry=carry, digest=digest)
        value = kernel.run("", silent=True, expression=code).value
        answer = json.loads(ast.literal_eval(value))
        if not answer.get("missing"):
            break
    return answer
