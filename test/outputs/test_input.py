"""A cell that asks for input while its page has gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jupyter_process import JupyterProcess
from page import Page, journalled, prompt_of, start_kernel

#: Asks once the file exists: when nobody, or somebody else, is connected.
ASKS = (
    "import time\nfrom pathlib import Path\nprint('begun', flush=True)\n"
    "while not Path({go!r}).exists():\n    time.sleep(0.05)\n"
    "name = input('Name? ')\nprint('Hello', name)"
)


async def begin(page: Page, go: Path) -> str:
    """Run the cell until it prints."""
    request = await page.execute(ASKS.format(go=str(go)), "ask")
    await page.receive("stream", request)
    return request


async def assert_answered(server: JupyterProcess, kernel: str, request: str, name: str) -> None:
    entry = await journalled(server, kernel, request)
    shown = [output["text"] for output in entry["content"]]
    # The question stays with its answer, as in JupyterLab.
    assert shown == ["begun\n", f"Name?  {name}\n", f"Hello {name}\n"]


def test_a_question_that_nobody_was_there_for_is_asked_in_the_next_page(
    server: JupyterProcess, tmp_path: Path
) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            request = await begin(page, tmp_path / "go")
        (tmp_path / "go").touch()
        assert (await prompt_of(server, kernel, request))["content"]["prompt"] == "Name? "
        async with Page(server, kernel) as page:
            await page.send("input_reply", {"value": "Ada", "status": "ok"}, "stdin")
            await assert_answered(server, kernel, request, "Ada")

    asyncio.run(scenario())


def test_a_question_to_a_page_that_has_gone_reaches_another_that_is_there(
    server: JupyterProcess, tmp_path: Path
) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        first = await Page(server, kernel).__aenter__()
        request = await begin(first, tmp_path / "go")
        async with Page(server, kernel) as other:
            await first.__aexit__()
            while server.json(f"runtime-kit/outputs/{kernel}")["pages"] != [other.session]:
                await asyncio.sleep(0.05)
            (tmp_path / "go").touch()
            asked = await other.receive("input_request", request)
            assert asked["content"]["prompt"] == "Name? "
            await other.send("input_reply", {"value": "Bea", "status": "ok"}, "stdin")
            await assert_answered(server, kernel, request, "Bea")

    asyncio.run(scenario())


def test_a_page_that_is_back_is_asked_itself(server: JupyterProcess, tmp_path: Path) -> None:
    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as page:
            request = await begin(page, tmp_path / "go")
        # Another page takes away what the server kept for the first one.
        async with Page(server, kernel):
            pass
        async with Page(server, kernel, page.session) as back:
            (tmp_path / "go").touch()
            await back.receive("input_request", request)
            await back.send("input_reply", {"value": "Cid", "status": "ok"}, "stdin")
            await assert_answered(server, kernel, request, "Cid")

    asyncio.run(scenario())


def test_no_question_is_dropped_while_pages_leave_and_return(server: JupyterProcess) -> None:
    """Each question comes in the moment in which the page that is asked leaves or returns."""
    code = "for i in range(30):\n    print(input(f'{i}? '))"

    async def scenario() -> None:
        kernel = start_kernel(server)
        async with Page(server, kernel) as other:
            asked = await Page(server, kernel).__aenter__()
            request = await asked.execute(code, "ask")
            await asked.receive("input_request", request)
            for i in range(30):
                # A page that returns reads it there.
                while (await prompt_of(server, kernel, request))["content"]["prompt"] != f"{i}? ":
                    await asyncio.sleep(0.01)
                page = asked if i % 2 == 0 else other
                await page.send("input_reply", {"value": "x", "status": "ok"}, "stdin")
                if page is asked:
                    await asked.leave()
                else:
                    asked = await Page(server, kernel, asked.session).__aenter__()
            entry = await journalled(server, kernel, request)
            await asked.leave()
        assert entry["state"] == "done"
        shown = "".join(output["text"] for output in entry["content"])
        assert shown == "".join(f"{i}?  x\nx\n" for i in range(30))

    asyncio.run(asyncio.wait_for(scenario(), 120))
