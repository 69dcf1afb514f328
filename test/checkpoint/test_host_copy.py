"""The copy of a save has every byte, whatever the tensors look like and however it is split."""

import ctypes
import os
import threading

import numpy as np
import pytest
import torch

from runtime_kit import CheckpointManager
from runtime_kit.checkpoint.write import parallel_copy

MEGA = 1 << 20


def spans(source, target, sizes):
    """The two buffers, taken apart at ``sizes``."""
    begin = [ctypes.addressof(ctypes.c_ubyte.from_buffer(side)) for side in (target, source)]
    offset, found = 0, []
    for size in sizes:
        found.append((begin[0] + offset, begin[1] + offset, size))
        offset += size
    return found


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_byte_is_copied(threads):
    sizes = [3, 5 * MEGA + 1, 0, 64 * MEGA - 7, 4 * MEGA, 1]
    source = bytearray(os.urandom(sum(sizes)))
    target = bytearray(len(source))
    parallel_copy.copy_spans(spans(source, target, sizes), threads)
    assert target == source


def test_no_further_thread_is_to_be_had(monkeypatch):
    def refused(self):
        raise RuntimeError("can't start new thread")

    source, target = bytearray(os.urandom(80 * MEGA)), bytearray(80 * MEGA)
    monkeypatch.setattr(threading.Thread, "start", refused)
    parallel_copy.copy_spans(spans(source, target, [len(source)]), 2)
    assert target == source


def test_an_interrupted_copy_leaves_no_thread_at_work(monkeypatch):
    """The next save would find its buffers overwritten."""
    real, count = ctypes.memmove, 0

    def interrupted(*span):
        nonlocal count
        count += threading.current_thread() is threading.main_thread()
        if count == 2:
            raise KeyboardInterrupt
        return real(*span)

    source, target = bytearray(200 * MEGA), bytearray(200 * MEGA)
    monkeypatch.setattr(parallel_copy.ctypes, "memmove", interrupted)
    with pytest.raises(KeyboardInterrupt):
        parallel_copy.copy_spans(spans(source, target, [len(source)]), 2)
    assert not [t for t in threading.enumerate() if t.name == "checkpoint-copy"]


def odd_tensors():
    """Of 1 to 8 MiB each, as the copy has a way of its own for large ones."""
    base = torch.randn(512, 1024)
    wide = torch.randn(256, 512, dtype=torch.complex128)
    return {
        "plain": base,
        "parameter": torch.nn.Parameter(torch.randn(600, 600)),
        "transposed": torch.randn(700, 800).t(),
        "every second": torch.randn(2048, 1024)[::2],
        "part": torch.randn(900, 900)[100:800],
        "channels last": torch.randn(8, 64, 32, 32).to(memory_format=torch.channels_last),
        "conjugate": torch.randn(512, 512, dtype=torch.complex64).conj(),
        "negative": wide.conj().imag,
        "wide complex": wide,
        "expanded": torch.randn(1, 700).expand(700, 700),
        "bfloat16": torch.randn(1000, 1000).bfloat16(),
        "bool": torch.rand(1500, 1500) > 0.5,
        "array": np.random.default_rng(0).standard_normal((600, 600)),
        "Fortran": np.asfortranarray(np.random.default_rng(1).standard_normal((600, 600))),
        "reversed": np.arange(400_000, dtype=np.int32)[::-1],
        "read-only": np.broadcast_to(np.float32(3), (500, 500)),
        "big-endian": np.arange(300_000, dtype=">f8"),
        "dates": np.arange(300_000).astype("datetime64[s]"),
        "small": torch.arange(7),
    }


def test_large_tensors_of_every_kind_come_back(runs):
    tensors = odd_tensors()
    with torch.no_grad():
        wanted = {n: t.clone() if torch.is_tensor(t) else t.copy() for n, t in tensors.items()}
    manager = CheckpointManager("r", runs)
    manager.save(1, {"state": tensors}, wait=True)
    loaded = manager.restore().state["state"]
    manager.close()
    for name, value in wanted.items():
        found = loaded[name]
        if torch.is_tensor(value):
            assert found.dtype == value.dtype and torch.equal(found, value), name
        else:
            assert found.dtype == value.dtype and np.array_equal(found, value), name


def test_tied_weights_are_one_tensor(runs):
    weight = torch.nn.Parameter(torch.randn(600, 600))
    state = {"a": weight, "b": weight, "row": weight.detach()[0], "turned": weight.detach().t()}
    manager = CheckpointManager("r", runs)
    manager.save(1, {"state": state}, wait=True)
    loaded = manager.restore().state["state"]
    size = (runs / "r" / "step-000000000001" / "state.safetensors").stat().st_size
    manager.close()
    assert all(torch.equal(loaded[name], value) for name, value in state.items())
    assert size < 2.1 * weight.nbytes
