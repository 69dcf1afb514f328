"""Memory: one copy of the state, and none where there is no room for it."""

import resource

import pytest
import torch
from script import Script

from runtime_kit import CheckpointManager
from runtime_kit._os.memory import available_bytes
from runtime_kit._os.units import readable
from runtime_kit.checkpoint import CheckpointWarning
from runtime_kit.checkpoint.write import step_committer as writing

# What a save needs whatever its size (threads, code that is used for the first time) is there after
# a small one; the peak is counted from then on.
PEAK = r"""
import re
from runtime_kit import CheckpointManager
def save_and_restore(name, state):
    manager = CheckpointManager(name, sys.argv[1])
    begin = reset()
    for step in range(3):
        for tensor in state.values(): tensor += 1
        manager.save(step, {"model": state}, wait=True)
    saved = peak()
    restored = manager.restore()
    manager.close()
    return (saved - begin) / 2**28, (peak() - saved) / 2**28
def status(key):
    return int(re.search(key + r":\s+(\d+)", open("/proc/self/status").read())[1]) * 1024
def peak(): return status("VmHWM")
def reset():
    open("/proc/self/clear_refs", "w").write("5")
    return status("VmRSS")
save_and_restore("small", {"t": torch.ones(1 << 20)})
state = {f"t{i}": torch.ones(4 << 20) for i in range(16)}   # 256 MiB
print("EXTRA", *save_and_restore("large", state))
"""


def test_at_most_one_copy(runs):
    with Script(PEAK, runs) as script:
        save, restore = map(float, script.wait_for("EXTRA").split()[1:])
        assert script.end() == 0
    assert 0.9 <= save <= 1.1, "the buffers, and nothing else that grows with the state"
    assert restore <= 1.1


def test_too_little_memory_saves_in_chunks(runs, monkeypatch):
    monkeypatch.setattr(writing, "available_bytes", lambda: 300 << 20)
    model = torch.nn.Sequential(torch.nn.Linear(3000, 3000), torch.nn.Linear(3000, 2000))
    model[0].weight.data = model[0].weight.data.t()  # not row-major
    manager = CheckpointManager("r", runs)
    with pytest.warns(CheckpointWarning, match="in chunks while training waits"):
        manager.save(1, {"model": model, "extra": {"values": torch.arange(5)}}, wait=True)
    manager.save(2, {"model": model, "extra": {"values": torch.arange(5)}})
    assert manager._committer._buffers.size == 0
    state = manager.restore().state["model"]
    for name, tensor in model.state_dict().items():
        assert torch.equal(state[name], tensor)
    monkeypatch.undo()
    manager.save(3, {"model": model, "extra": {"values": torch.arange(5)}}, wait=True)
    assert manager._committer._buffers.size > 60_000_000
    assert manager.restore().checkpoint.step == 3
    manager.close()


def test_refused_allocation_saves_in_chunks(runs):
    """The kernel itself says no: a limit on the address space."""
    code = """
import resource, warnings
from runtime_kit import CheckpointManager
state = {"t": torch.ones(32 << 20)}
manager = CheckpointManager("r", sys.argv[1])
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (64 << 20), -1))
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    manager.save(1, {"model": state}, wait=True)
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
print("TOLD", [str(w.message) for w in told])
assert torch.equal(manager.restore().state["model"]["t"], state["t"])
manager.close()
"""
    with Script(code, runs) as script:
        told = script.wait_for("TOLD")
        assert script.end() == 0, script.text
    assert "in chunks" in told


@pytest.mark.parametrize("version", [1, 2])
def test_a_parent_groups_limit_counts(tmp_path, version):
    """The group of the process has no limit of its own, as on a node with nested containers."""
    names = {
        1: ("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"),
        2: ("sys/fs/cgroup", "memory.max", "memory.current", ""),
    }
    top, limit, usage, prefix = names[version]
    own = tmp_path / top / "pod/container"
    own.mkdir(parents=True)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/meminfo").write_text("MemTotal: 64000000 kB\nMemAvailable: 32000000 kB\n")
    lines = {1: "3:cpu:/\n2:memory:/pod/container\n", 2: "0::/pod/container\n"}
    (tmp_path / "proc/self/cgroup").write_text(lines[version])
    (own / limit).write_text("max" if version == 2 else str((1 << 63) - 4096))
    (own / usage).write_text("1")
    (own.parent / limit).write_text("4000000000")
    (own.parent / usage).write_text("3000000000")
    (own.parent / "memory.stat").write_text(f"anon 5\n{prefix}inactive_file 500000000\n")
    assert available_bytes(tmp_path) == 1_500_000_000
    (own.parent / limit).write_text("max" if version == 2 else str((1 << 63) - 4096))
    assert available_bytes(tmp_path) == 32_000_000 * 1024
    assert available_bytes(tmp_path / "nothing") is None


def test_available_bytes():
    free = available_bytes()
    assert free is None or 0 < free < 1 << 50
    assert resource.getpagesize()
    assert [readable(n) for n in (999, 1500, 2_500_000, 3e9, 4e12)] == [
        "999 B",
        "2 kB",
        "2.5 MB",
        "3.0 GB",
        "4.0 TB",
    ]
