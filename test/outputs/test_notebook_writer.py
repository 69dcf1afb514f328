"""Outputs that the server writes into notebook files that no page has open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_process import JupyterProcess
from page import Page, journalled, start_kernel

BROWSER_LEAVES = 1001
CODE = "import time\nprint('begun', flush=True)\ntime.sleep(0.5)\nprint('done')\n1 + 1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterProcess]:
    process = JupyterProcess(
        tmp_path_factory.mktemp("server") / "jupyter",
        "--OutputJournal.write_notebooks=True",
        "--OutputJournal.write_every=0.3",
    )
    yield process
    process.stop()


def write(server: JupyterProcess, name: str, *sources: str) -> Path:
    """A notebook file; its cells are called ``cell-0`` and so on."""
    cells = [
        nbformat.v4.new_code_cell(source, id=f"cell-{number}")
        for number, source in enumerate(sources)
    ]
    path = server.log.parent / "root" / name
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


async def run(server: JupyterProcess, name: str, code: str = CODE, leave: int | None = None) -> str:
    """Run ``cell-0`` of a notebook and leave the page while it runs; return the kernel."""
    kernel = start_kernel(server, name)
    page = await Page(server, kernel).__aenter__()
    request = await page.execute(code, "cell-0")
    await page.receive("stream", request)
    await page.leave(leave)
    await journalled(server, kernel, request)
    return kernel


async def written(path: Path) -> nbformat.NotebookNode:
    """The notebook once its first cell has its count."""
    while True:
        notebook = nbformat.read(path, as_version=4)
        if notebook.cells[0].execution_count:
            return notebook
        await asyncio.sleep(0.1)


def test_a_notebook_that_its_browser_has_left_gets_its_outputs(server: JupyterProcess) -> None:
    path = write(server, "left.ipynb", CODE, "'not run'")
    before = nbformat.read(path, as_version=4)
    asyncio.run(run(server, "left.ipynb", leave=BROWSER_LEAVES))
    notebook = asyncio.run(written(path))
    nbformat.validate(notebook)
    assert notebook.cells[0].execution_count == 1
    assert [one.get("text") or one.data["text/plain"] for one in notebook.cells[0].outputs] == [
        "begun\ndone\n",
        "2",
    ]
    assert notebook.cells[1] == before.cells[1]
    assert notebook.metadata == before.metadata


def test_a_notebook_that_may_be_open_or_has_changed_is_left_alone(server: JupyterProcess) -> None:
    """Of each the file stays as it is while another notebook's is written."""

    async def scenario() -> None:
        names = ("open", "lost", "edited", "stripped")
        paths = {name: write(server, f"{name}.ipynb", CODE) for name in names}
        control = write(server, "control.ipynb", CODE)
        contents = {name: path.read_bytes() for name, path in paths.items()}

        # Another page has it open.
        async with Page(server, start_kernel(server, "open.ipynb")):
            await run(server, "open.ipynb", leave=BROWSER_LEAVES)
            # Its connection was lost: it may come back.
            await run(server, "lost.ipynb", leave=None)
            # The cell has other code by now.
            await run(server, "edited.ipynb", CODE + " + 1", leave=BROWSER_LEAVES)
            # It changes between two rounds.
            slow = CODE.replace("0.5", "3")
            paths["stripped"] = write(server, "stripped.ipynb", slow)
            kernel = start_kernel(server, "stripped.ipynb")
            page = await Page(server, kernel).__aenter__()
            request = await page.execute(slow, "cell-0")
            await page.receive("stream", request)
            await page.leave(BROWSER_LEAVES)
            while '"stream"' not in paths["stripped"].read_text():
                await asyncio.sleep(0.05)
            paths["stripped"] = write(server, "stripped.ipynb", slow, "'added'")
            contents["stripped"] = paths["stripped"].read_bytes()
            await journalled(server, kernel, request)

            await run(server, "control.ipynb", leave=BROWSER_LEAVES)
            await written(control)
            # The control was the last: all others have had their rounds.
            for name, path in paths.items():
                assert path.read_bytes() == contents[name], name

    asyncio.run(scenario())


@pytest.mark.nightly
def test_nothing_is_written_without_being_asked_for(tmp_path: Path) -> None:
    server = JupyterProcess(tmp_path / "jupyter", "--OutputJournal.write_every=0.1")
    try:
        path = write(server, "left.ipynb", CODE)
        content = path.read_bytes()
        asyncio.run(run(server, "left.ipynb", leave=BROWSER_LEAVES))
        asyncio.run(asyncio.sleep(1))
        assert path.read_bytes() == content
    finally:
        server.stop()
