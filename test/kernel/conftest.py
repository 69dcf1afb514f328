"""Puts the helpers of these tests on the path; the kernels and notebooks that tests share."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from kernels import SnippetKernel, kernel_pythons, snippet_kernel
from shared_kernel import Notebook, notebook_in


@pytest.fixture(scope="session", params=kernel_pythons())
def shared_kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    """One kernel of each version for all tests that ask for it."""
    with snippet_kernel(request.param, tmp_path_factory.mktemp("shared-kernel")) as kernel:
        yield kernel


@pytest.fixture
def notebook(shared_kernel: SnippetKernel, tmp_path: Path) -> Iterator[Callable[..., Notebook]]:
    """Opens a notebook in the test's folder: `notebook(path=[...], NAME="value of a variable")`."""
    with ExitStack() as opened:

        def open_notebook(path: list[str] | None = None, **environ: str) -> Notebook:
            return opened.enter_context(notebook_in(shared_kernel, tmp_path, path, **environ))

        yield open_notebook
