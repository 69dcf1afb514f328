"""What the journal costs a kernel that prints and its server."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from pathlib import Path

from jupyter_process import JupyterProcess
from page import Page, start_kernel

#: Lines in one run, at about 10,000 a second.
LINES = 50_000
#: Prints in portions, as a training loop does, and tells the CPU time of the kernel, with that of
#: the threads that send: what else the machine does is not measured.
PRINTS = f"""
import time
spent = time.process_time()
for portion in range({LINES // 1000}):
    begun = time.perf_counter()
    for i in range(1000):
        print('step', portion, 'line', i, 'loss', 0.123)
    time.sleep(max(0.0, 0.1 - (time.perf_counter() - begun)))
spent = time.process_time() - spent
spent
"""
ROUNDS = 9
Row = tuple[str, str, str, str]


def cpu_seconds(process: int) -> float:
    """CPU time of a process."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def run(server: JupyterProcess, kernel: str, watched: bool) -> tuple[float, float]:
    """CPU seconds of the kernel and of the server."""
    async with Page(server, kernel) as page:
        before = cpu_seconds(server.process.pid)
        request = await page.execute(PRINTS, "cell")
        if watched:
            result = await page.receive("execute_result", request)
            await page.done(request)
    if not watched:
        # Nobody listens: the result is asked for when it is over.
        while any(
            one["execution_state"] == "busy"
            for one in server.json("api/kernels?no_track_activity=1")
        ):
            await asyncio.sleep(0.5)
    used = cpu_seconds(server.process.pid) - before
    if not watched:
        async with Page(server, kernel) as page:
            request = await page.execute("spent", "cell")
            result = await page.receive("execute_result", request)
            await page.done(request)
    return float(result["content"]["data"]["text/plain"]), used


def cost(folder: Path) -> list[Row]:
    """Kernel and server, with and without the journal; the rounds take turns."""
    servers = {
        journal: JupyterProcess(
            folder / str(journal),
            f"--OutputJournal.enabled={journal}",
            "--ZMQChannelsWebsocketConnection.limit_rate=False",
        )
        for journal in (True, False)
    }
    try:
        kernels = {journal: start_kernel(server) for journal, server in servers.items()}
        found: dict[tuple[bool, bool], list[tuple[float, float]]] = {}
        for _ in range(ROUNDS):
            for journal, server in servers.items():
                for watched in (True, False):
                    measured = asyncio.run(run(server, kernels[journal], watched))
                    found.setdefault((journal, watched), []).append(measured)
                    time.sleep(0.5)
    finally:
        for server in servers.values():
            server.stop()

    def median(journal: bool, watched: bool, which: int) -> float:
        return statistics.median(one[which] for one in found[journal, watched])

    rows: list[Row] = []
    for watched in (True, False):
        with_it, without = median(True, watched, 0), median(False, watched, 0)
        rows.append(
            (
                f"kernel printing 10,000 lines/s, {'a' if watched else 'no'} page connected",
                f"{100 * (with_it / without - 1):+.1f} %",
                "<= 2 %",
                f"{LINES:,} lines: {with_it:.3f} s CPU with the journal, {without:.3f} s without",
            )
        )
    relay, both = median(False, True, 1), median(True, True, 1)
    rows.append(
        (
            "server CPU, a page connected",
            f"{both / relay:.2f}x",
            "<= 1.1x",
            f"{both:.2f} s with the journal, {relay:.2f} s relaying only",
        )
    )
    return rows
