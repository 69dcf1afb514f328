"""A library cell brings its package from the index where the kernel lacks it."""

from __future__ import annotations

import functools
import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernels import Answer, SnippetKernel, error_of, kernel_pythons, snippet_kernel
from wheels import make_wheel

from runtime_kit import __version__
from runtime_kit.snippets import find_snippet

NAME = "jupyterlab-runtime-kit"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *parts: object) -> None:
        pass


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """A package index of one package, at a free port of this machine."""
    folder = tmp_path / "index" / "simple" / NAME
    handler = functools.partial(Quiet, directory=str(tmp_path / "index"))
    make_wheel(folder, "jupyterlab_runtime_kit", __version__)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()
        thread.join()


def run_engine(kernel: SnippetKernel) -> Answer:
    """Run the first cell of a library snippet."""
    snippet = find_snippet("drive-mount", "library")
    assert snippet is not None and snippet.cells[0].folded
    return kernel.run(snippet.cells[0].source)


def offline(tmp_path: Path, url: str) -> dict[str, str]:
    """pip's settings: this index only, and a folder of its own to install into."""
    return {
        "PIP_INDEX_URL": url,
        "PIP_TARGET": str(tmp_path / "lib"),
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_EXTRA_INDEX_URL": "",
        "PYTHONPATH": str(tmp_path / "lib"),
    }


# The module of the wheel has another name, so that the one of the checkout is not found for it.
HIDE = """
import importlib.util as _u, sys as _s
_find = _u.find_spec
_other = {"runtime_kit": "jupyterlab_runtime_kit"}
_u.find_spec = lambda name, *more: _find(_other.get(name, name), *more)
_s.meta_path[:] = [f for f in _s.meta_path if "editable" not in repr(f)]
_s.path[:] = [p for p in _s.path if not __import__("os").path.isdir(p + "/jupyterlab_runtime_kit")]
"""


@pytest.mark.parametrize("python", kernel_pythons())
def test_installs_what_is_missing(python: Path, tmp_path: Path, index: str) -> None:
    with snippet_kernel(python, tmp_path, **offline(tmp_path, index)) as kernel:
        kernel.must(HIDE)
        answer = run_engine(kernel)
        assert answer.status == "ok", error_of(answer)
        assert answer.text("stdout") == f"Installing {NAME}=={__version__}.\n"
        assert (tmp_path / "lib" / "jupyterlab_runtime_kit.py").exists()
        again = run_engine(kernel)
        assert again.status == "ok" and again.text("stdout") == ""


@pytest.mark.parametrize(("path", "why"), [("/none", "index does not have it"), ("", "no network")])
def test_says_in_one_line_why_not(tmp_path: Path, index: str, path: str, why: str) -> None:
    url = f"{index}{path}" if path else "http://127.0.0.1:9/simple"
    with snippet_kernel(Path(sys.executable), tmp_path, **offline(tmp_path, url)) as kernel:
        kernel.must(HIDE)
        answer = run_engine(kernel)
        name, message = error_of(answer)
        assert name == "NotInstalled" and why in message
        assert f"run %pip install {NAME}=={__version__}" in message and "\n" not in message
        assert len(answer.outputs[-1][1]["traceback"]) == 1
