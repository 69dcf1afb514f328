"""``python -m bench.panel [--pairs N] [--seconds S]``.

Measures in a real kernel what watching it costs: a loop with the monitor on against off, in turns
within one cell; the age of what a page shows while the interpreter is busy; the cost of a sample.
Prints one ``BENCH {json}`` line a row.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import statistics
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

FOLDER = Path(__file__).parent / "panel_parts"
ROOT = Path(__file__).parents[1]
COMM = "bench"
TARGET = "<= 0.5 %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=24, help="blocks of each kind")
    parser.add_argument("--seconds", type=float, default=6, help="length of a block")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        manager = KernelManager()
        manager.start_kernel(cwd=folder, env=dict(os.environ))
        client = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            run(client, f"import sys; sys.path.insert(0, {str(ROOT)!r})")
            for loop in ("steps of 50 ms", "pure Python"):
                slowdown(client, loop, options.pairs, options.seconds)
            age(client)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def slowdown(client: BlockingKernelClient, loop: str, pairs: int, seconds: float) -> None:
    """Blocks with and without in turn, in one cell; its own clock counts the work done."""
    code = f"from bench.panel_parts import loops; loops.measure({loop!r}, {pairs}, {seconds})"
    print(f"{loop}: {2 * pairs * seconds:.0f} s", file=sys.stderr)
    found = json.loads(ast.literal_eval(run(client, code, "loops.result()")[0]))
    for kind, told in found.items():
        what = f"slower with the monitor on, {kind}"
        row(what, loop, f"{told['percent']:+.2f} %", TARGET, told["detail"])


def age(client: BlockingKernelClient) -> None:
    """How old the newest sample is, looked at ten times a second behind a busy interpreter."""
    connect = "__import__('runtime_kit.telemetry.link').telemetry.link"
    run(client, "", f"{connect}.connect('page', {COMM!r}, False) and None")
    _, samples = run(client, "import time; e = time.time() + 60\nwhile time.time() < e: pass")
    run(client, "", f"{connect}.disconnect('page') and None")
    ages = []
    for (arrived, sample), (following, _) in pairwise(samples):
        moment = arrived
        while moment < following:
            ages.append((moment - sample["time"]) / sample["interval"])
            moment += 0.1
    costs = [sample["cost"] for _, sample in samples]
    # Costs differ: where the accelerator costs much, not each sample asks it.
    share = sum(costs[1:]) / (samples[-1][1]["time"] - samples[0][1]["time"])
    detail = f"{len(samples)} samples in 60 s of a pure Python loop"
    median = statistics.median(ages)
    row("age of what is shown", "median", f"{median:.2f} intervals", "<= 1.5", detail)
    cost = f"{1000 * statistics.median(costs):.1f} ms"
    row("cost of a sample", "median", cost, "", "processor time")
    row("share of one core", "mean", f"{100 * share:.2f} %", TARGET, "cost / time between")


def run(
    client: BlockingKernelClient, code: str, expression: str = ""
) -> tuple[str, list[tuple[float, dict[str, Any]]]]:
    """Run a cell, or silently evaluate an expression; its text, and the samples that came."""
    wanted = {"value": expression} if expression else {}
    request = client.execute(code, silent=not code, user_expressions=wanted)
    samples = []
    while True:
        try:
            message = client.get_iopub_msg(timeout=3600)
        except Empty:
            raise SystemExit("the kernel did not answer") from None
        content = message["content"]
        if message["msg_type"] == "comm_msg":
            samples.append((time.time(), content["data"]["sample"]))
        if message["parent_header"].get("msg_id") == request:
            if message["msg_type"] == "error":
                raise SystemExit("\n".join(content["traceback"]))
            if content.get("execution_state") == "idle":
                break
    reply: dict[str, Any] = {}
    while reply.get("parent_header", {}).get("msg_id") != request:
        reply = client.get_shell_msg(timeout=60)
    value = reply["content"]["user_expressions"].get("value", {})
    return value.get("data", {}).get("text/plain", ""), samples


def row(what: str, where: str, measured: str, target: str, detail: str) -> None:
    found = {"what": what, "where": where, "measured": measured, "target": target}
    print("BENCH " + json.dumps({**found, "detail": detail}), flush=True)


if __name__ == "__main__":
    main()
