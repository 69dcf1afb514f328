"""Puts the helpers of these tests on the path and keeps torch small and repeatable."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))


def pytest_ignore_collect(collection_path, config):
    """What imports a framework is not even collected, if none of it is to run: that takes long, and
    one that is loaded is seen by other tests."""
    name = collection_path.name
    heavy = name.startswith("test_integration_") or name == "test_jax.py"
    return True if heavy and config.option.markexpr == "not nightly" else None


@pytest.fixture(autouse=True)
def one_thread():
    """The machines that run tests have few cores, and forked children must not find a pool."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def no_zygote_left():
    yield
    from script import Script

    if Script.zygote is not None:
        Script.zygote.close()
        Script.zygote = None


@pytest.fixture
def runs(tmp_path):
    """A folder for runs."""
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def runs_in_memory(runs):
    """The same in memory where there is such a place, for tests with many saves that say nothing of
    disks: a kill leaves the page cache alone, and an fsync takes no time."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield runs
        return
    folder = Path(tempfile.mkdtemp(prefix="runtime-kit-", dir=shared))
    yield folder
    # A save of a run that was taken over may still be under way.
    shutil.rmtree(folder, ignore_errors=True)
