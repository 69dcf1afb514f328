"""Several processes train with DDP; they are killed, and what is saved is resumed."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kernels import sources
from shared_kernel import Notebook

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

Open = Callable[..., Notebook]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """torchrun waits without a word for what it has to end."""
    monkeypatch.setattr("kernel_client.TIMEOUT", 240)


# In the second epoch, once, the second process is killed.
KILL = """        sampler.set_epoch(epoch)
        import signal
        if rank == 1 and epoch == 1 and not arguments.folder.with_name("killed").exists():
            arguments.folder.with_name("killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
"""
SET_EPOCH = re.compile(r"        sampler\.set_epoch\(epoch\).*\n")


def newest(folder: Path) -> dict[str, object]:
    [*_, step] = sorted(folder.glob("step-*"))
    return torch.load(step / "state.pt", weights_only=True)["model"]


@pytest.mark.nightly
@pytest.mark.timeout(1200)
def test_training_is_resumed_after_a_process_was_killed(notebook: Open, tmp_path: Path) -> None:
    book = notebook()
    values = {"DDP_PROCESSES": 2, "DDP_EPOCHS": 3}
    straight = book.insert("torchrun", DDP_FOLDER=str(tmp_path / "a" / "straight"), **values)
    assert "epoch 0 is next, 2 processes on cpu" in straight
    assert "3 epochs are done and saved in" in straight
    printed = ""
    for source in sources("torchrun", DDP_FOLDER=str(tmp_path / "b" / "killed-once"), **values):
        source, found = SET_EPOCH.subn(KILL, source)
        assert found <= 1
        printed += book.kernel.must(source)
    assert (tmp_path / "b" / "killed").exists()
    assert "epoch 1 is next, 2 processes" in printed and "3 epochs are done" in printed
    expected, found = newest(tmp_path / "a" / "straight"), newest(tmp_path / "b" / "killed-once")
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    # A damaged step is left out, the one before is used; none good is an error.
    for step in (3, 2):
        path = tmp_path / "b" / "killed-once" / f"step-{step:012d}" / "state.pt"
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        if step == 3:
            printed = book.insert("torchrun", DDP_FOLDER=str(path.parents[1]), **values)
            assert "is damaged and left out" in printed and "epoch 2 is next" in printed
            path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert "torchrun ended with exit code" in book.fail(
        "torchrun", DDP_FOLDER=str(path.parents[1]), **values
    )
    assert "No checkpoint in" in book.answer.text("stdout")


def test_what_a_kill_left_is_collected(tmp_path: Path) -> None:
    """The file that the cell writes, here without DDP."""
    names: dict[str, Any] = {}
    exec(sources("torchrun")[2].partition("\n")[2], names)
    (tmp_path / ".step-000000000001.tmp-0a1b2c3d").mkdir()
    for epoch in (1, 2, 3):
        names["save"](tmp_path, epoch, {"weights": torch.full((2,), float(epoch))})
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "step-000000000002",
        "step-000000000003",
    ]
    epoch, states = names["load"](tmp_path)
    assert epoch == 3 and states["weights"].tolist() == [3.0, 3.0]
    (tmp_path / "step-000000000003" / "state.pt").write_bytes(b"half")
    assert names["load"](tmp_path)[0] == 2


def test_a_folder_that_cannot_be_read_is_not_taken_for_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Training would begin again, and delete the checkpoints that are there."""
    names: dict[str, Any] = {}
    exec(sources("torchrun")[2].partition("\n")[2], names)
    assert names["load"](tmp_path / "new") == (0, None)

    def fail(path: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    monkeypatch.setattr(os, "listdir", fail)
    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(OSError, match="Input/output error"):
        names["load"](tmp_path)


def test_what_is_wrong_is_said_before_the_launch(notebook: Open, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("print('mine')")
    book = notebook()
    assert "choose another DDP_SCRIPT" in book.fail("torchrun", DDP_SCRIPT="mine.py")
    assert "DDP_MASTER" in book.fail("torchrun", DDP_NODES=2)
