"""No value of a parameter becomes code: of Python, a shell, IPython, git, pip or rclone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from kernels import SnippetKernel, kernel_pythons, snippet_kernel, sources

from runtime_kit.snippets import describe, find_snippet

MARK = "the-mark"
_PYTHON = f"__import__('os').system('touch {MARK}')"
PAYLOADS = [
    f"{{{_PYTHON}}}",
    f"{{{{{_PYTHON}}}}}",
    f"x'; {_PYTHON}; '",
    f'x"; {_PYTHON}; "',
    f'"""\n{_PYTHON}\n"""',
    f"\n{_PYTHON}\n",
    f"x\\'; {_PYTHON} #",
    f"$(touch {MARK})",
    f"`touch {MARK}`",
    f"cpu; touch {MARK};",
    f"x' ; touch {MARK} ; '",
    f'x" ; touch {MARK} ; "',
    f"x | touch {MARK} & touch {MARK}",
    f"\n!touch {MARK}\n",
    f"\u2028!touch {MARK}\u2028{_PYTHON}\u2029",
    f"\x85!touch {MARK}\x0b\x0c\x1c{_PYTHON}\x85",
    f"%system touch {MARK}",
    f":webdav,url='http://127.0.0.1:9',bearer_token_command='touch {MARK}':",
    f"box,bearer_token_command='touch {MARK}':x",
    f"--password-command=touch {MARK}",
    f"--upload-pack=touch {MARK}",
    f"ext::sh -c touch% {MARK}",
]
_EVERY_DAY = [PAYLOADS[index] for index in (0, 3, 7, 9, 14, 17, 19)]
# What starts something that takes long, and has nothing to do with a text.
_SLOW = {"gpu-benchmark", "training-throughput"}


def text_parameters() -> list[tuple[str, str]]:
    found = []
    for snippet in describe():
        if snippet["id"] in _SLOW or find_snippet(snippet["id"], "standalone") is None:
            continue
        found += [
            (snippet["id"], parameter["name"])
            for parameter in snippet["parameters"]
            if parameter["type"] in ("string", "raw")
            and ("choices" not in parameter or parameter.get("allowInput"))
        ]
    return found


@pytest.fixture(scope="module", params=kernel_pythons()[:1])
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    """A kernel whose programs, Python as well, are there and fail at once: what is looked for is
    what happens to a value on the way to them."""
    folder = tmp_path_factory.mktemp("kernel")
    tools = folder / "bin"
    tools.mkdir()
    for name in ("code", "sshd", "cloudflared", "python"):
        (tools / name).write_text("#!/bin/sh\nexit 1\n")
        (tools / name).chmod(0o755)
    environ = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_RETRIES": "0",
        "RCLONE_CONFIG": str(folder / "rclone.conf"),
        "JPY_SESSION_NAME": str(folder / "a.ipynb"),
        "GIT_TERMINAL_PROMPT": "0",
    }
    (folder / "rclone.conf").write_text("[box]\ntype = webdav\nurl = http://127.0.0.1:9\n")
    (folder / "a.ipynb").write_text("{}")
    with snippet_kernel(request.param, folder, **environ) as kernel:
        kernel.must("import subprocess; _ = subprocess.run(['git', 'init', '-q'])")
        kernel.must(f"import sys; sys.executable = {str(tools / 'python')!r}")
        yield kernel


@pytest.mark.parametrize(("snippet_id", "name"), text_parameters())
def test_no_value_is_run(kernel: SnippetKernel, snippet_id: str, name: str) -> None:
    try_payloads(kernel, snippet_id, name, _EVERY_DAY)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("snippet_id", "name"), text_parameters())
def test_no_value_at_all_is_run(kernel: SnippetKernel, snippet_id: str, name: str) -> None:
    try_payloads(kernel, snippet_id, name, PAYLOADS)


def try_payloads(kernel: SnippetKernel, snippet_id: str, name: str, payloads: list[str]) -> None:
    for payload in payloads:
        values: dict[str, Any] = {name: payload}
        if name in ("RCLONE_REMOTE",):
            values["MOUNT_POINT"] = "mount"
        if name == "DOWNLOAD_REMOTE":
            values |= {"DOWNLOAD_WITH": "rclone", "DRIVE_LINK": "0" * 30}
        if name == "SSH_PUBLIC_KEY":
            values["TUNNEL"] = "ssh"
        try:
            cells = sources(snippet_id, **values)
        except ValueError:
            continue  # refused before there is a cell
        for cell in cells:
            if kernel.run(cell).status != "ok":
                break
        there = kernel.value(f"__import__('os').path.exists({MARK!r})")
        assert there == "False", f"{snippet_id}: {name} = {payload!r} was run"
