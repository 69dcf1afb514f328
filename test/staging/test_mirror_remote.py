"""The mirror of a run on a mounted remote that goes away and comes back."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from polling import eventually
from remotes import Mount, Server

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from checker import valid_steps  # noqa: E402

from runtime_kit import Run  # noqa: E402
from runtime_kit.checkpoint import CheckpointWarning  # noqa: E402
from runtime_kit.checkpoint.mirror import mirror  # noqa: E402


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(mirror, "LONGEST_WAIT", 0.5)


@pytest.mark.nightly
def test_it_pauses_and_goes_on(tmp_path: Path) -> None:
    """The server is killed under a mount with rclone's cache, which answers on its own for what it
    has: what needs the remote fails, and the state says so."""
    remote = tmp_path / "remote"
    remote.mkdir()
    cache = ("--vfs-cache-mode=writes", "--vfs-write-back=100ms", "--dir-cache-time=100ms")
    with Server(remote) as server, Mount(server, tmp_path / "m", *cache) as mount:
        state = {"weights": torch.zeros(20_000)}
        run = Run("r", tmp_path / "local", mirror=mount.point, every=1).track(state=state)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            for step in run.steps(8):
                state["weights"] += 1
                run.manager.wait()
                if step == 3:
                    assert run.manager.mirror.settle(60)
                    eventually(lambda: 3 in valid_steps(remote / "r"), "step 3 is in the remote")
                    server.kill()
                if step == 5:
                    eventually(lambda: run.manager.mirror._told, "the outage is noticed")
                    assert run.checkpoints()[-1].state == "local"
                    assert valid_steps(remote / "r"), "what the remote had stays"
                    server.start()
            run.finish()
        assert run.checkpoints()[-1].state == "mirrored"
        said = [str(w.message) for w in told if w.category is CheckpointWarning]
        assert any("The mirror fails" in text for text in said) and len(said) <= 4
        eventually(lambda: 8 in valid_steps(remote / "r"), "the last step is in the remote")
