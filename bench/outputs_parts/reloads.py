"""Reloads, closed pages and lost connections over running cells, beside others' answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from jupyter_process import TOKEN, JupyterProcess

from .environment import KERNEL, NBMODEL, environ, provide

SCRIPT = Path(__file__).with_name("reloads.mjs")
Row = tuple[str, str, str, str]

#: Cells of about two seconds each that print in all the ways there are.
CELLS = {
    "print": """
import sys, time
for i in range(40):
    print("line", i, flush=True)
    print("warning", i, file=sys.stderr, flush=True) if i % 10 == 0 else None
    time.sleep(0.05)
"result"
""",
    "tqdm": """
from tqdm import tqdm
shape = "{desc}{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}"  # no times
for i in tqdm(range(60), bar_format=shape, mininterval=0):
    time.sleep(0.03)
""",
    "display": """
from IPython.display import HTML, clear_output, display
bar = display(HTML("<b>0</b>"), display_id="bar")
for i in range(40):
    bar.update(HTML(f"<b>{i}</b>"))
    print(f"\\rstep {i}", end="", flush=True)
    time.sleep(0.05)
print()
""",
    "clear": """
for i in range(40):
    clear_output(wait=True)
    display({"text/plain": f"epoch {i}"}, raw=True)
    print("loss", 1 / (1 + i))
    time.sleep(0.05)
""",
    "plot": """
%matplotlib inline
import matplotlib.pyplot as plt
for i in range(3):
    plt.figure(figsize=(2, 1))
    plt.plot([1, 3, 2], label=str(i))
    plt.show()
    time.sleep(0.3)
""",
    "update": """
for i in range(30):
    bar.update(HTML(f"<i>{i}</i>"))
    time.sleep(0.05)
print("updated")
""",
    "input": """
time.sleep(0.5)
name = input("Name? ")
print("Hello", name)
""",
    "raise": """
for i in range(20):
    print(i, end=" ", flush=True)
    time.sleep(0.05)
1 / 0
""",
}


def serve(folder: Path, variant: str) -> JupyterProcess:
    """A JupyterLab: with us, as it is, with jupyter-server-nbmodel, or with that beside us."""
    config = folder / "config/labconfig"
    config.mkdir(parents=True)
    disabled = {"@jupyterlab/apputils-extension:announcements": True}
    arguments = ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"]
    if "ours" not in variant:
        disabled["jupyterlab-runtime-kit"] = True
        arguments.append("--ServerApp.jpserver_extensions={'jupyterlab_runtime_kit': False}")
    (config / "page_config.json").write_text(json.dumps({"disabledExtensions": disabled}))
    folders = [provide("kernel", KERNEL)]
    if "nbmodel" in variant:
        folders.append(provide("nbmodel", NBMODEL))
        arguments.append(f"--SQLiteYStore.db_path={folder / 'ystore.db'}")
    if "recovery" in variant:
        plugin = "@datalayer/jupyter-server-nbmodel/notebook-cell-executor.jupyterlab-settings"
        settings = folder / "config/lab/user-settings" / plugin
        settings.parent.mkdir(parents=True)
        settings.write_text('{"outputRecovery": true}')
    return JupyterProcess(folder, *arguments, module="jupyterlab", **environ(*folders))


def drive(server: JupyterProcess, **task: Any) -> list[dict[str, Any]]:
    """Run the rounds of ``reloads.mjs``."""
    browser = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    task = {"url": server.url, "token": TOKEN, "browser": browser, **task}
    with subprocess.Popen(
        ["node", str(SCRIPT), json.dumps(task)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        found = [json.loads(line) for line in process.stdout]
    if process.returncode != 0:
        raise RuntimeError(f"{SCRIPT.name} exited with {process.returncode}")
    return found


#: What is compared, and what it is called. ``ours``: this extension is there.
VARIANTS = {
    "ours": "Runtime Kit",
    "plain": "JupyterLab",
    "nbmodel": "jupyter-server-nbmodel 0.2.8",
    "nbmodel recovery": "jupyter-server-nbmodel 0.2.8, outputRecovery on",
    "ours nbmodel": "Runtime Kit beside jupyter-server-nbmodel 0.2.8",
}
#: Disturbances in one round.
RELOADS = 4


def reloads(folder: Path, count: int, only: str = "") -> list[Row]:
    """About ``count`` disturbed pages for each of :data:`VARIANTS`."""
    rows: list[Row] = []
    rounds = -(-count // RELOADS)
    for variant, name in VARIANTS.items():
        if only and variant not in only.split(","):
            continue
        server = serve(folder / variant.replace(" ", "-"), variant)
        try:
            found = drive(
                server,
                cells=[{"source": source.strip()} for source in CELLS.values()],
                rounds=rounds,
                reloads=RELOADS,
                seconds=3,
                seed=16,
                kinds=["reload", "close", "offline"],
            )[1:]
        finally:
            server.stop()
        cells = rounds * len(CELLS)
        wrong = Counter(list(CELLS)[cell["index"]] for one in found for cell in one["wrong"])
        right = cells - wrong.total()
        whole = sum(not one["wrong"] for one in found)
        told = ", ".join(f"{cell} {number}" for cell, number in wrong.items()) or "none"
        rows.append(
            (
                f"{rounds * RELOADS} reloads, closed pages, lost connections: {name}",
                f"{100 * right / cells:.0f} %",
                "100 %" if "ours" in variant else "",
                f"{right} of {cells} cells, {whole} of {rounds} notebooks as if undisturbed; "
                f"wrong: {told}",
            )
        )
    return rows
