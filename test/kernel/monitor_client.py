"""Asks the monitor of a real kernel as the front end does: the same files, in the same order."""

from __future__ import annotations

import ast
import json
import queue
import re
import time
from typing import Any

from kernel_client import ROOT, KernelClient
from kernels import SnippetKernel

_LIST = (ROOT / "runtime_kit/monitor.files").read_text().splitlines()
SOURCES = {
    re.sub("(/__init__)?[.]py$", "", path).replace("/", "."): (
        ROOT / "runtime_kit" / path
    ).read_text()
    for path in _LIST
}
ENTRY = (ROOT / "runtime_kit/frontend/monitor_entry.py").read_text()
_CALL = (ROOT / "runtime_kit/frontend/call.py").read_text()
_GUARD = (ROOT / "runtime_kit/_os/trusted_imports.py").read_text()
COMM = "runtime-kit-monitor-test"


def carried_files() -> list[str]:
    """What is wrong with the order or completeness of the files: module and missing neighbour."""
    wrong = []
    seen: set[str] = set()
    for name, source in SOURCES.items():
        packages = {other.rpartition(".")[0] for other in SOURCES}
        package = name if name in packages else name.rpartition(".")[0]
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.level:
                parts = [part for part in package.split(".") if part]
                base = parts[: len(parts) + 1 - node.level] if parts else []
                path = [*base, *(node.module or "").split(".")]
                module = ".".join(part for part in path if part)
                needed = [module] if node.module else []
                if not needed or module in packages:
                    needed = [".".join([*filter(None, [module]), a.name]) for a in node.names]
                wrong += [f"{name}: {each}" for each in needed if each not in seen]
        seen.add(name)
    return wrong


def pushes(
    kernel: SnippetKernel, *, until_idle: bool = False, seconds: float = 0, count: int = 1 << 30
) -> list[dict[str, Any]]:
    """The samples that the kernel sends: until its cell has ended, for a while, or so many."""
    found = []
    end = time.monotonic() + (seconds or 60)
    while time.monotonic() < end and len(found) < count:
        try:
            left = max(end - time.monotonic(), 0.01)
            message = kernel.published(min(left, 1))
        except queue.Empty:
            continue
        content = message["content"]
        if message["msg_type"] == "comm_msg" and content["comm_id"] == COMM:
            found.append(content["data"]["sample"])
        elif until_idle and content.get("execution_state") == "idle":
            break
    return found


def expression(function: str, *arguments: Any, carry: bool, digest: str = "1") -> str:
    """What the front end has evaluated for a question."""
    call: list[Any] = [function, list(arguments), 1, digest]
    if carry:
        call.append(SOURCES)
    return f"({_CALL}\n)({[ENTRY]!r}, 'runtime_kit_carried', 'ask', {call!r}, {_GUARD!r})"


def read(text: str) -> dict[str, Any]:
    """The answer in the text of an expression's value."""
    return dict(json.loads(ast.literal_eval(text)))


def ask(kernel: KernelClient, function: str, *arguments: Any, digest: str = "1") -> dict[str, Any]:
    """Ask an idle kernel; the files are carried if it says that they are missing."""
    answer: dict[str, Any] = {}
    for carry in (False, True):
        code = expression(function, *arguments, carry=carry, digest=digest)
        value = kernel.run("", silent=True, expression=code).value
        answer = read(value)
        if not answer.get("missing"):
            break
    return answer
