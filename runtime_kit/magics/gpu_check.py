"""`%gpu_check` and `%%gpu_check`: the check of the accelerator from the keyboard."""

from __future__ import annotations

import argparse
import json
import re
from typing import Any

from .parser import MagicParser, told_usage, usage_error

NAME = "gpu_check"
_UNITS = {"": 1 << 30, "g": 1 << 30, "m": 1 << 20, "t": 1 << 40}


def gpu_check(shell: Any, line: str, body: str | None = None) -> None:
    """Say whether training can use a GPU here, and what to do if not:

        %gpu_check
        %gpu_check --json

    Above a cell, its body runs only where training can use a GPU:

        %%gpu_check --min-memory 12GB
        model = Model().cuda()

    --min-memory   so much of a GPU's memory must be free
    --json         print all that is known as JSON

    The frameworks that are installed are asked in processes of their own, which takes some seconds.
    """
    __tracebackhide__ = True
    if told_usage(line, gpu_check):
        return
    options = _arguments(line)
    from runtime_kit.accelerator import check

    from .cell_body import CellBody

    found = check()
    print(json.dumps(found.to_json(), indent=1) if options.json else found)
    if body is None and not options.min_memory:
        return
    reason = ""
    if not found.usable:
        reason = f"{found.verdict}. {found.advice}"
    elif found.free < options.min_memory:
        free, wanted = (f"{size / (1 << 30):.1f} GB" for size in (found.free, options.min_memory))
        reason = f"{free} free, {wanted} needed."
    if reason:
        raise usage_error(
            f"%{NAME}", f"the cell did not run: {reason}" if body is not None else reason
        )
    if body is not None:
        CellBody(shell, body).run()


def _arguments(line: str) -> argparse.Namespace:
    parser = MagicParser(f"%{NAME}")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--min-memory", type=_size, default=0, metavar="12GB")
    return parser.parse_line(line)


def _size(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([gmt]?)(?:i?b)?", text.lower())
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 12GB")
    return int(float(match[1]) * _UNITS[match[2]])
