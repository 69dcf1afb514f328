"""Kernels that run behind a gateway: another Jupyter server."""

from __future__ import annotations

import asyncio
import urllib.error
from pathlib import Path

import pytest
from jupyter_process import TOKEN, JupyterProcess
from page import Page, journalled, start_kernel

CODE = "import time\nprint('a', flush=True)\ntime.sleep(0.5)\nprint('b')"
WITHOUT = "--ServerApp.jpserver_extensions={'jupyterlab_runtime_kit': False}"


@pytest.mark.parametrize("kept", [True, pytest.param(False, marks=pytest.mark.nightly)])
def test_kernels_of_a_gateway_work_and_their_outputs_are_read_there(
    tmp_path: Path, kept: bool
) -> None:
    gateway = JupyterProcess(tmp_path / "gateway", *([] if kept else [WITHOUT]))
    server = JupyterProcess(
        tmp_path / "server",
        f"--GatewayClient.url={gateway.url.rstrip('/')}",
        f"--GatewayClient.auth_token={TOKEN}",
    )

    async def scenario() -> None:
        kernel = start_kernel(server, "notebook.ipynb")
        other = start_kernel(gateway, "theirs.ipynb")
        async with Page(server, kernel) as page:
            request = await page.execute(CODE, "cell")
            await page.receive("stream", request)
            if not kept:
                await page.done(request)
        if not kept:
            listed = server.json("runtime-kit/outputs?path=notebook.ipynb")
            assert (listed["available"], listed["journals"]) == (False, [])
            return
        entry = await journalled(server, kernel, request)
        assert (entry["cell"], entry["content"][0]["text"]) == ("cell", "a\nb\n")
        for query in ("", "?path=notebook.ipynb"):
            listed = server.json(f"runtime-kit/outputs{query}")
            (journal,) = listed["journals"]
            assert listed["available"]
            assert (journal["kernel"], journal["path"]) == (kernel, "notebook.ipynb")
        assert server.json("runtime-kit/outputs?path=other.ipynb")["journals"] == []
        assert b"a\nb\n" in server.get(f"runtime-kit/outputs/{kernel}/export?format=text")
        # Another server's kernel at the same gateway, and somebody without a token.
        for one, token, status in ((other, TOKEN, 404), (kernel, None, 403)):
            with pytest.raises(urllib.error.HTTPError) as refused:
                server.get(f"runtime-kit/outputs/{one}", token=token)
            assert refused.value.code == status
        server.get(f"runtime-kit/outputs/{kernel}", "DELETE")
        assert server.json("runtime-kit/outputs")["journals"] == []

    try:
        asyncio.run(scenario())
    finally:
        server.stop()
        gateway.stop()
