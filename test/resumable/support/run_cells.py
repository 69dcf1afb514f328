"""Runs the cells of a notebook in this process: `run_cells.py CELLS.json RESULT.json [KILL]`.

The cells' `result()` is written down. With KILL, the process kills itself once so many steps are
saved. What a callback saves is saved after each step.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import torch

from runtime_kit.checkpoint import messages
from runtime_kit.checkpoint.integrations.callback_session import CallbackSession


def main(cells: str, result: str, kill: str = "") -> None:
    torch.set_num_threads(1)
    made = CallbackSession.__init__

    def init(self: Any, *arguments: Any, **options: Any) -> None:
        made(self, *arguments, **{"every": 1, **options})

    CallbackSession.__init__ = init  # type: ignore[method-assign]
    saved: list[int] = []

    def on_event(event: dict[str, Any]) -> None:
        saved.extend([event["step"]] * (event["event"] == "saved"))
        if len(saved) == int(kill):
            os.kill(os.getpid(), signal.SIGKILL)

    if kill:
        messages.subscribe(on_event)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate(json.loads(Path(cells).read_text())):
        exec(compile(source, f"<cell {number}>", "exec"), namespace)
    Path(result).write_text(json.dumps(namespace["result"]()))


if __name__ == "__main__":
    main(*sys.argv[1:])
