"""A disk that is full while kernels print."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_process import JupyterProcess
from page import Page, journalled, start_kernel

#: Starts a program in a namespace of its own, where a folder is a file system of one megabyte.
IN_NAMESPACE = "exec unshare --user --map-root-user --mount sh -c {script} sh"
SMALL_DISK = 'mount -t tmpfs -o size=1m none {folder} && exec {python} "$@"'


def on_small_disk(folder: Path, program: Path) -> Path:
    """A stand-in for Python for which ``folder`` is on a disk of its own."""
    folder.mkdir(parents=True)
    script = SMALL_DISK.format(folder=shlex.quote(str(folder)), python=shlex.quote(sys.executable))
    program.write_text(f'#!/bin/sh\n{IN_NAMESPACE.format(script=shlex.quote(script))} "$@"\n')
    program.chmod(0o755)
    return program


def has_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    words = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none"]
    return subprocess.run([*words, "/mnt"], capture_output=True).returncode == 0


@pytest.mark.skipif(not has_namespaces(), reason="no disk can be made without being root")
def test_what_was_kept_before_a_full_disk_stays_and_what_is_missing_is_said(
    tmp_path: Path,
) -> None:
    journals = tmp_path / "jupyter/data/runtime-kit/outputs"
    python = on_small_disk(journals, tmp_path / "python")
    server = JupyterProcess(tmp_path / "jupyter", python=python)
    filler = str(journals / "filler")
    fill = f"""
print("before")
with open({filler!r}, "wb", buffering=0) as file:
    try:
        while file.write(b"x" * 4096):
            pass
    except OSError:
        pass
for i in range(500):
    print("lost" * 100, flush=True)
"""

    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            kept = await page.execute("print('kept')", "kept")
            await page.done(kept)
            full = await page.execute(fill, "full")
            await page.done(full)
            unseen = await page.execute("print('unseen')", "unseen")
            await page.done(unseen)
            # What can't be written costs no page a message.
            told = [m["content"]["text"] for m in page.messages if "text" in m["content"]]
            assert "".join(told).count("lost") == 50_000
            after = await page.execute(f"import os\nos.unlink({filler!r})\nprint('after')", "after")
            await page.done(after)
        entry = await journalled(server, kernel, kept)
        assert (entry["state"], entry["lost"]) == ("done", 0)
        assert [one["text"] for one in entry["content"]] == ["kept\n"]
        entry = await journalled(server, kernel, full)
        assert (entry["cell"], entry["state"], entry["count"]) == ("full", "done", 2)
        assert entry["lost"] > 0
        assert entry["content"][0]["text"].startswith("before\n")
        entry = await journalled(server, kernel, unseen)
        assert (entry["cell"], entry["state"], entry["count"]) == ("unseen", "done", 3)
        assert (entry["lost"], entry["content"]) == (1, [])
        entry = await journalled(server, kernel, after)
        assert [one["text"] for one in entry["content"]] == ["after\n"]
        listed = server.json(f"runtime-kit/outputs/{kernel}")
        assert listed["lost"] == sum(one["lost"] for one in listed["executions"])

    try:
        asyncio.run(scenario())
        assert server.log.read_text().count("can't keep outputs") == 1
    finally:
        server.stop()
