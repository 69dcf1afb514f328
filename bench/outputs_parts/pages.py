"""Real pages that come and go."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import nbformat
from jupyter_process import TOKEN, JupyterProcess
from page import Page, journalled, start_kernel

ROOT = Path(__file__).parents[2]
Row = tuple[str, str, str, str]


def drive(server: JupyterProcess, **task: Any) -> Any:
    """Have ``page.mjs`` do something in a page of the server."""
    browser = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    task = {"url": server.url, "token": TOKEN, "browser": browser, **task}
    script = str(ROOT / "bench/outputs_parts/page.mjs")
    done = subprocess.run(
        ["node", script, json.dumps(task)], capture_output=True, text=True, timeout=400
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout)


def write(server: JupyterProcess, name: str, *cells: nbformat.NotebookNode) -> None:
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, server.log.parent / "root" / name)


def lab(folder: Path) -> JupyterProcess:
    """A JupyterLab."""
    config = folder / "config/labconfig"
    config.mkdir(parents=True)
    disabled = {"@jupyterlab/apputils-extension:announcements": True}
    (config / "page_config.json").write_text(json.dumps({"disabledExtensions": disabled}))
    server = JupyterProcess(folder, "--LabApp.expose_app_in_browser=True", module="jupyterlab")
    write(server, "empty.ipynb")
    return server


def _kernel_with(server: JupyterProcess, path: str, cells: dict[str, str]) -> tuple[int, int]:
    """Run cells of a notebook without a page.

    :return: the number of their outputs, and the characters in their streams.
    """

    async def scenario() -> int:
        kernel = start_kernel(server, path)
        requests = []
        async with Page(server, kernel) as page:
            for cell, code in cells.items():
                requests.append(await page.execute(code, cell))
            await page.receive("execute_input", requests[0])
        outputs = [
            output
            for request in requests
            for output in (await journalled(server, kernel, request))["content"]
        ]
        return len(outputs), sum(len(one.get("text", "")) for one in outputs)

    return asyncio.run(scenario())


def reopen(folder: Path) -> list[Row]:
    """2,000 outputs of 10 kB in 50 cells: from the journal, and from the saved notebook."""
    code = (
        "from IPython.display import display\nfor i in range(40):\n"
        "    display({'text/plain': f'{i} ' + 'x' * 10_000}, raw=True)"
    )
    server = lab(folder / "lab")
    try:
        names = [f"cell-{number}" for number in range(50)]
        cells = [nbformat.v4.new_code_cell(code, id=name) for name in names]
        write(server, "journal.ipynb", *cells)
        count, _ = _kernel_with(server, "journal.ipynb", dict.fromkeys(names, code))
        for cell in cells:
            cell.outputs = [
                nbformat.v4.new_output("display_data", {"text/plain": f"{i} " + "x" * 10_000})
                for i in range(40)
            ]
        write(server, "saved.ipynb", *cells)
        # Both have a kernel that runs: starting one is not what is compared.
        start_kernel(server, "saved.ipynb")
        times: dict[str, list[float]] = {"saved.ipynb": [], "journal.ipynb": []}
        for _ in range(3):
            for path, found in times.items():
                found.append(drive(server, notebook=path, outputs=count, characters=0)["complete"])
    finally:
        server.stop()
    saved, journal = (sorted(found)[1] for found in times.values())
    return [
        (
            "reopening 2,000 outputs (20 MB)",
            f"{journal / saved:.2f}x",
            "<= 1.2x",
            f"{journal / 1000:.2f} s from the journal, {saved / 1000:.2f} s from the saved file",
        )
    ]


def training(folder: Path, hour: bool) -> list[Row]:
    """A training of an hour that prints each second."""
    pause = 1.0 if hour else 1 / 60
    code = (
        "import time\nfor second in range(3600):\n"
        "    print(f'epoch {second // 60} step {second} loss {1 / (1 + second):.6f}', flush=True)\n"
        f"    time.sleep({pause})\n'trained'"
    )
    server = lab(folder / "lab")
    try:
        write(server, "training.ipynb", nbformat.v4.new_code_cell(code, id="train"))
        begun = time.monotonic()
        count, size = _kernel_with(server, "training.ipynb", {"train": code})
        lasted = time.monotonic() - begun
        answer = drive(server, notebook="training.ipynb", outputs=count, characters=size)
    finally:
        server.stop()
    return [
        (
            "3,600 lines printed while no page was open",
            f"{(answer['complete'] - answer['shown']) / 1000:.2f} s",
            "< 1 s",
            f"complete behind the notebook being shown; {lasted:.0f} s of training",
        )
    ]
