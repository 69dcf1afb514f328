"""Which notebooks a journal belongs to, and what is reported for a kernel that is gone."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

from jupyter_process import JupyterProcess
from page import Page, journalled, post, start_kernel

from jupyterlab_runtime_kit.outputs.about import read_about, rename_notebook, write_about
from jupyterlab_runtime_kit.outputs.fold import Fold


async def run(server: JupyterProcess, kernel: str, code: str, cell: str = "a") -> str:
    async with Page(server, kernel) as page:
        request = await page.execute(code, cell)
        await page.done(request)
    await journalled(server, kernel, request)
    return request


def kernels_of(server: JupyterProcess, notebook: str) -> list[str]:
    found = server.json(f"runtime-kit/outputs?path={notebook}")["journals"]
    assert {one["path"] for one in found} <= {notebook}
    return [one["kernel"] for one in found]


def test_journals_follow_a_notebook_and_its_folder_when_they_are_renamed(
    server: JupyterProcess,
) -> None:
    folder = server.log.parent / "root/before"
    folder.mkdir()
    (folder / "n.ipynb").write_text("{}")
    kernel = start_kernel(server, "before/n.ipynb")
    asyncio.run(run(server, kernel, "1"))
    # Ended: nothing but the journal knows the notebook.
    server.get(f"api/kernels/{kernel}", method="DELETE")
    assert kernels_of(server, "before/n.ipynb") == [kernel]
    post(server, "api/contents/before/n.ipynb", {"path": "before/m.ipynb"}, "PATCH")
    post(server, "api/contents/before", {"path": "after"}, "PATCH")
    assert kernels_of(server, "before/n.ipynb") == []
    assert kernels_of(server, "after/m.ipynb") == [kernel]


def test_a_folder_with_a_similar_name_is_another_folder(tmp_path: Path) -> None:
    journal = tmp_path / "k.journal"
    journal.touch()
    write_about(journal, {"kernel": "k", "paths": ["a/n.ipynb", "ab/n.ipynb", "a"]})
    rename_notebook(tmp_path, "/a", "b")
    assert read_about(journal)["paths"] == ["b/n.ipynb", "ab/n.ipynb", "b"]


def test_what_an_earlier_version_noted_is_read(tmp_path: Path) -> None:
    for text, paths in (
        ('{"path": "n.ipynb"}', ["n.ipynb"]),
        ('{"path": null}', []),
        ("[]", []),
        ("{", []),
        ('{"paths": 3}', []),
    ):
        (tmp_path / "k.about").write_text(text)
        assert read_about(tmp_path / "k.journal")["paths"] == paths


def test_two_notebooks_on_one_kernel_both_find_their_outputs(server: JupyterProcess) -> None:
    kernel = start_kernel(server, "first.ipynb")
    body = {"path": "second.ipynb", "type": "notebook", "name": "", "kernel": {"id": kernel}}
    post(server, "api/sessions", body)
    asyncio.run(run(server, kernel, "1"))
    asyncio.run(run(server, kernel, "2"))
    assert kernels_of(server, "first.ipynb") == [kernel]
    assert kernels_of(server, "second.ipynb") == [kernel]


def test_a_cell_whose_server_was_killed_has_ended_with_what_it_printed(tmp_path: Path) -> None:
    server = JupyterProcess(tmp_path)

    async def scenario() -> tuple[str, str, str]:
        kernel = start_kernel(server, "a.ipynb")
        async with Page(server, kernel) as page:
            running = await page.execute("print('begun', flush=True)\nwhile True: pass", "a")
            queued = await page.execute("1", "b")
            await page.receive("stream", running)
            while not server.json(f"runtime-kit/outputs/{kernel}/executions?id={running}")[
                "executions"
            ][0]["outputs"]:
                await asyncio.sleep(0.05)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        return kernel, running, queued

    kernel, running, queued = asyncio.run(scenario())
    again = JupyterProcess(tmp_path)
    try:
        found = {
            one["id"]: one for one in again.json(f"runtime-kit/outputs/{kernel}")["executions"]
        }
        assert (found[running]["state"], found[queued]["state"]) == ("died", "aborted")
        assert found[running]["finished"] == found[running]["changed"]
        [entry] = again.json(f"runtime-kit/outputs/{kernel}/executions?id={running}")["executions"]
        assert entry["content"][0]["text"] == "begun\n"
        assert kernels_of(again, "a.ipynb") == [kernel]
    finally:
        again.stop()


def test_a_display_that_another_cell_updates_has_changed_since_its_own_cell_ended() -> None:
    fold = Fold()
    display = {"data": {"text/plain": "old"}, "metadata": {}, "transient": {"display_id": "d"}}
    update = {**display, "data": {"text/plain": "new"}}
    for number, (time, kind, parent, content) in enumerate(
        [
            (1.0, "request", "shows", {"cell": "a"}),
            (2.0, "execute_input", "shows", {"execution_count": 1, "code": ""}),
            (3.0, "display_data", "shows", display),
            (4.0, "idle", "shows", None),
            (5.0, "execute_input", "updates", {"execution_count": 2, "code": ""}),
            (6.0, "update_display_data", "updates", update),
        ]
    ):
        record = {"n": number, "t": time, "k": kind, "p": parent, "c": content}
        fold.add(record if kind == "request" else {**record, "m": f"m{number}", "d": ""})
    shows = fold.executions["shows"]
    assert (shows.finished, shows.changed, shows.displays()) == (4.0, 6.0, ["d"])
    assert shows.shown_outputs()[0]["data"] == {"text/plain": "new"}
    # A page that missed the update sees that by its id.
    assert shows.summary()["updates"] == {"d": "m5"}
    # A page counts the messages that it receives for a request.
    assert (shows.messages, [one for one, _ in shows.recent]) == (3, ["m1", "m2", "m3"])
    assert json.dumps(shows.summary())
    # A button of a widget: no execution is its parent.
    button = {**display, "data": {"text/plain": "pressed"}}
    fold.add({"n": 7, "t": 7.0, "k": "update_display_data", "p": "?", "m": "m7", "c": button})
    assert shows.shown_outputs()[0]["data"] == {"text/plain": "pressed"}
    assert (shows.changed, shows.updates, fold.damaged) == (7.0, {"d": "m7"}, 0)
    again = Fold()
    for record in json.loads(json.dumps(list(fold.records()))):
        again.add(record)
    assert again.executions["shows"].summary() == shows.summary()
