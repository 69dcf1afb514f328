"""What kernels print is kept while no page listens, and told to whoever may read the kernel."""

from __future__ import annotations

import asyncio
import http.cookiejar
import json
import time
import urllib.error
import urllib.request
from typing import Any

import nbformat
import pytest
from jupyter_process import TOKEN, JupyterProcess
from page import Page, journalled, post, start_kernel


def outputs_of(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The outputs without what only a page needs to go on."""
    return [
        {key: value for key, value in output.items() if key != "transient"}
        for output in entry["content"]
    ]


def test_keeps_what_a_cell_prints_after_its_page_has_gone(server: JupyterProcess) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server, "folder-of-none.ipynb")
        code = (
            "import time\nfor i in range(8):\n    print('line', i, flush=True)\n"
            "    time.sleep(0.1)\n1 + 1"
        )
        async with Page(server, kernel) as page:
            request = await page.execute(code, "cell-1")
            await page.receive("stream", request)
        entry = await journalled(server, kernel, request)
        assert entry["cell"] == "cell-1"
        assert (entry["state"], entry["count"], entry["failed"]) == ("done", 1, False)
        assert entry["queued"] <= entry["started"] <= entry["finished"] <= time.time()
        assert outputs_of(entry) == [
            {
                "output_type": "stream",
                "name": "stdout",
                "text": "".join(f"line {i}\n" for i in range(8)),
            },
            {
                "output_type": "execute_result",
                "data": {"text/plain": "2"},
                "metadata": {},
                "execution_count": 1,
            },
        ]
        listed = server.json("runtime-kit/outputs?path=folder-of-none.ipynb")["journals"]
        assert [(one["kernel"], one["alive"], one["name"]) for one in listed] == [
            (kernel, True, "python3")
        ]

    asyncio.run(scenario())


def test_collapses_as_a_page_does(server: JupyterProcess) -> None:
    code = """
from IPython.display import display, clear_output, update_display
import sys
for i in range(3):
    print(f"\\r{i * 50} %", end="", flush=True)
print()
print("gone", flush=True)
print("to stderr", file=sys.stderr, flush=True)
handle = display("first", display_id="d")
display("other")
handle.update("second")
"""
    clearing = """
from IPython.display import clear_output
for i in range(3):
    clear_output(wait=True)
    print("frame", i, flush=True)
"""
    failing = "print('before', flush=True)\nraise ValueError('on purpose')"
    behind = "print('never')"

    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            first = await page.execute(code, "a")
            second = await page.execute(clearing, "b")
            third = await page.execute(failing, "c")
            fourth = await page.execute(behind, "d")
            await page.done(fourth)
        entry = await journalled(server, kernel, first)
        texts = [one.get("text") or one["data"]["text/plain"] for one in outputs_of(entry)]
        assert texts == ["100 %\ngone\n", "to stderr\n", "'second'", "'other'"]
        entry = await journalled(server, kernel, second)
        assert [one["text"] for one in outputs_of(entry)] == ["frame 2\n"]
        entry = await journalled(server, kernel, third)
        assert entry["failed"]
        assert [one["output_type"] for one in entry["content"]] == ["stream", "error"]
        entry = await journalled(server, kernel, fourth)
        assert (entry["state"], entry["content"]) == ("aborted", [])

    asyncio.run(scenario())


def test_input_is_asked_again_and_answered_from_another_page(server: JupyterProcess) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            request = await page.execute("name = input('Name? ')\nprint('Hello', name)", "ask")
            await page.receive("input_request", request)
        found = server.json(f"runtime-kit/outputs/{kernel}/executions?id={request}")
        prompt = found["executions"][0]["prompt"]
        assert prompt["content"] == {"prompt": "Name? ", "password": False}
        async with Page(server, kernel) as page:
            await page.send("input_reply", {"value": "Ada", "status": "ok"}, "stdin")
            entry = await journalled(server, kernel, request)
        assert [(one["name"], one["text"]) for one in outputs_of(entry)] == [
            ("stdin", "Name?  Ada\n"),
            ("stdout", "Hello Ada\n"),
        ]

    asyncio.run(scenario())


def test_a_password_is_not_kept(server: JupyterProcess) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            request = await page.execute("import getpass; _ = getpass.getpass('Key: ')", "secret")
            await page.receive("input_request", request)
            await page.send("input_reply", {"value": "hunter2", "status": "ok"}, "stdin")
            entry = await journalled(server, kernel, request)
        assert "hunter2" not in json.dumps(entry)
        assert outputs_of(entry)[-1]["text"] == "Key:  ········\n"

    asyncio.run(scenario())


def test_only_what_changed_is_told_again(server: JupyterProcess) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            first = await page.execute("1", "a")
            await page.done(first)
            await journalled(server, kernel, first)
            seq = server.json(f"runtime-kit/outputs/{kernel}")["seq"]
            second = await page.execute("2", "b")
            await page.done(second)
            await journalled(server, kernel, second)
            found = server.json(f"runtime-kit/outputs/{kernel}?since={seq}")
            assert [one["id"] for one in found["executions"]] == [second]
            assert found["pages"] == [page.session]

    asyncio.run(scenario())


def test_a_restart_ends_what_ran_and_later_cells_are_kept(server: JupyterProcess) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            running = await page.execute(
                "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
                "print('begun', flush=True)\ntime.sleep(600)",
                "a",
            )
            queued = await page.execute("1", "b")
            await page.receive("stream", running)
        post(server, f"api/kernels/{kernel}/restart", {})
        entry = await journalled(server, kernel, running)
        assert (entry["state"], outputs_of(entry)[0]["text"]) == ("died", "begun\n")
        assert (await journalled(server, kernel, queued))["state"] == "aborted"
        async with Page(server, kernel) as page:
            after = await page.execute("print('after')", "a")
            await page.done(after)
        entry = await journalled(server, kernel, after)
        assert outputs_of(entry)[0]["text"] == "after\n"

    asyncio.run(scenario())


def test_a_killed_kernels_last_outputs_are_kept(server: JupyterProcess) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            request = await page.execute(
                "import os, signal, time\nprint('last words', flush=True)\ntime.sleep(0.3)\n"
                "os.kill(os.getpid(), signal.SIGKILL)",
                "a",
            )
            await page.receive("stream", request)
        entry = await journalled(server, kernel, request)
        assert (entry["state"], outputs_of(entry)[0]["text"]) == ("died", "last words\n")

    asyncio.run(scenario())


def test_exports_a_valid_notebook_and_text(server: JupyterProcess) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            request = await page.execute("print('\\x1b[31mred\\x1b[0m')\n{'a': 1}", "a")
            await page.done(request)
        await journalled(server, kernel, request)
        body = server.get(f"runtime-kit/outputs/{kernel}/export?format=notebook").decode()
        notebook = nbformat.reads(body, as_version=4)
        nbformat.validate(notebook)
        assert notebook.cells[0].source.startswith("print(")
        text = server.get(f"runtime-kit/outputs/{kernel}/export?format=text").decode()
        assert "red\n{'a': 1}\n" in text

    asyncio.run(scenario())


def test_only_the_authenticated_read_or_delete(server: JupyterProcess) -> None:
    async def scenario() -> str:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            request = await page.execute("1", "a")
            await page.done(request)
        await journalled(server, kernel, request)
        return kernel

    kernel = asyncio.run(scenario())
    paths = [f"runtime-kit/outputs/{kernel}{end}" for end in ("", "/executions", "/export")]
    for path in ("runtime-kit/outputs", *paths):
        for token in (None, "wrong"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                server.get(path, token=token)
            assert refused.value.code == 403
    for odd in ("..%2f..%2fetc%2fpasswd", "%2e%2e", "a%00b", "x" * 65):
        with pytest.raises(urllib.error.HTTPError) as refused:
            server.get(f"runtime-kit/outputs/{odd}")
        assert refused.value.code == 404
    with pytest.raises(urllib.error.HTTPError) as refused:
        server.get(f"runtime-kit/outputs/{kernel}", method="DELETE", token=None)
    assert refused.value.code == 403
    server.get(f"runtime-kit/outputs/{kernel}", method="DELETE")
    with pytest.raises(urllib.error.HTTPError) as refused:
        server.get(f"runtime-kit/outputs/{kernel}")
    assert refused.value.code == 404


def test_another_site_can_not_delete_with_the_cookie_of_a_user(server: JupyterProcess) -> None:
    kernel = start_kernel(server)

    async def scenario() -> None:
        async with Page(server, kernel) as page:
            request = await page.execute("1", "a")
            await page.done(request)
            await journalled(server, kernel, request)

    asyncio.run(scenario())
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    browser.open(f"{server.url}login?token={TOKEN}", timeout=60).close()
    url = f"{server.url}runtime-kit/outputs/{kernel}"
    # The cookie is good, and no other site can read the answer; but it could send a request.
    with browser.open(url, timeout=60) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        browser.open(urllib.request.Request(url, method="DELETE"), timeout=60)
    assert refused.value.code == 403
    assert server.json(f"runtime-kit/outputs/{kernel}")["executions"]


def test_the_journal_is_private(server: JupyterProcess) -> None:
    kernel = start_kernel(server)

    async def scenario() -> None:
        async with Page(server, kernel) as page:
            request = await page.execute("1", "a")
            await page.done(request)
            await journalled(server, kernel, request)

    asyncio.run(scenario())
    folder = server.log.parent / "data" / "runtime-kit" / "outputs"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / f"{kernel}.journal").stat().st_mode & 0o777 == 0o600
