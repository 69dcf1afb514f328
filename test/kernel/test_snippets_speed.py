"""The snippets that measure, in kernels of both ends of the range: that they measure what they say,
not how fast this machine is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from kernel_client import ROOT
from kernels import error_of, kernel_pythons, snippet_kernel, sources
from shared_kernel import Notebook

pytest.importorskip("torch", reason="PyTorch is not installed")

Open = Callable[..., Notebook]
SMALL = {"MATRIX_SIZE": 256, "IMAGES": 1}
AS_GPU = """
import torch
_real = torch.cuda.is_available, torch.rand
torch.cuda.is_available = lambda: True
torch.rand = lambda *shape, device: _real[1](*shape)
"""
NO_GPU = "torch.cuda.is_available, torch.rand = _real"


def test_benchmark_on_a_cpu_says_so(notebook: Open) -> None:
    lines = notebook().insert("gpu-benchmark", BENCHMARK_WITH="torch", **SMALL).splitlines()
    assert lines[0] == "No GPU that torch can use: these are the times of the CPU only."
    assert [re.sub(r" +[\d.]+ ms$", "", line) for line in lines[1:]] == [
        "convolution      CPU",
        "matrix product   CPU",
    ]


def test_benchmark_tells_the_speed_up(notebook: Open) -> None:
    book = notebook()
    book.kernel.must(AS_GPU)
    try:
        printed = book.insert("gpu-benchmark", **SMALL)
    finally:
        book.kernel.must(NO_GPU)
    for line in printed.splitlines():
        found = re.search(r"CPU +([\d.]+) ms   GPU +([\d.]+) ms   ([\d.]+) times faster$", line)
        assert found, line
        cpu, gpu, faster = map(float, found.groups())
        assert faster == pytest.approx(cpu / gpu, abs=0.06 + 0.01 * (cpu + 1) / gpu**2)
    assert len(printed.splitlines()) == 2


def test_benchmark_beside_the_published_times(notebook: Open) -> None:
    book = notebook()
    book.kernel.must(AS_GPU)
    try:
        printed = book.insert("gpu-benchmark", MATRIX_SIZE=256)
    finally:
        book.kernel.must(NO_GPU)
    one = re.search(r"convolution +CPU +([\d.]+) ms   GPU +([\d.]+) ms", printed)
    ten = re.search(
        r"CPU ([\d.]+) s here, 9.76 s there; GPU ([\d.]+) s here, 0.91 s there", printed
    )
    assert one and ten, printed
    for milliseconds, seconds in zip(one.groups(), ten.groups(), strict=True):
        assert float(seconds) == pytest.approx(float(milliseconds) / 100, abs=0.006)


TENSORFLOW = ROOT / ".cache" / "tensorflow"


@pytest.mark.nightly
@pytest.mark.parametrize("python", kernel_pythons())
@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_benchmark_with_the_other_frameworks(
    framework: str, python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a kernel of its own: they take memory, and TensorFlow comes from another folder."""
    monkeypatch.setattr("kernel_client.TIMEOUT", 240)
    if framework == "jax":
        pytest.importorskip("jax", reason="JAX is not installed")
    elif not (TENSORFLOW / "stamp.json").exists():
        pytest.skip("tensorflow-cpu is not in .cache/tensorflow, where npm run nightly installs it")
    path = str(TENSORFLOW) if framework == "tensorflow" else ""
    with snippet_kernel(python, tmp_path, PYTHONPATH=path) as kernel:
        answer = kernel.insert("gpu-benchmark", BENCHMARK_WITH=framework, **SMALL)
        assert answer.status == "ok", error_of(answer)
    lines = answer.text("stdout").splitlines()
    assert lines[0] == f"No GPU that {framework} can use: these are the times of the CPU only."
    assert [re.sub(r" +[\d.]+ ms$", "", line) for line in lines[1:]] == [
        "convolution      CPU",
        "matrix product   CPU",
    ]


def test_benchmark_without_a_framework(notebook: Open) -> None:
    book = notebook()
    book.kernel.must(
        "import importlib.util as _u; _find = _u.find_spec; _u.find_spec = lambda n: None"
    )
    try:
        assert "Not installed: jax. Run %pip" in book.fail("gpu-benchmark", BENCHMARK_WITH="jax")
    finally:
        book.kernel.must("_u.find_spec = _find")


PUBLISHED = """
  T4    batch 16: 910 s an epoch, 18.0 images/s
  P40   batch 16: 719 s an epoch, 22.8 images/s
  P100  batch 16: 587 s an epoch, 27.9 images/s
  V100  batch 16: 321 s an epoch, 51.0 images/s
  P40   batch 32: 672 s an epoch, 24.4 images/s
  V100  batch 32: 285 s an epoch, 57.5 images/s
"""


def test_throughput_of_a_small_model(notebook: Open) -> None:
    printed = notebook().insert(
        "training-throughput", THROUGHPUT_MODEL="small", THROUGHPUT_BATCH=2, THROUGHPUT_STEPS=1
    )
    assert re.match(r"a small model on CPU, batch 2: [\d.]+ images/s\n", printed)
    assert "because THROUGHPUT_MODEL says so" in printed
    assert PUBLISHED in printed
    assert "No GPU was used" in printed


TORCHVISION = """
import torch

class models:
    def get_model(name, weights):
        assert (name, weights) == ("efficientnet_b7", None)
        return torch.nn.Sequential(
            torch.nn.Conv2d(3, 4, 7, 7), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(),
            torch.nn.Linear(4, 1000),
        )
"""


def test_throughput_beside_the_published_times(notebook: Open, tmp_path: Path) -> None:
    """A stand-in in place of EfficientNet-B7, which takes minutes here."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "torchvision.py").write_text(TORCHVISION)
    book = notebook([str(tmp_path / "lib")])
    printed = book.insert(
        "training-throughput",
        THROUGHPUT_MODEL="efficientnet_b7",
        THROUGHPUT_BATCH=32,
        THROUGHPUT_STEPS=1,
    )
    found = re.match(r"efficientnet_b7 on CPU, batch 32: ([\d.]+) images/s\n", printed)
    assert found, printed
    speed = float(found[1])
    epoch = re.search(r"An epoch of 16,384 images would take (\d+) s\.", printed)
    assert epoch and float(epoch[1]) == pytest.approx(16384 / speed, rel=0.01, abs=1)
    compared = re.findall(r"(\w+) +batch (\d+): .*; yours is ([\d.]+) times as fast", printed)
    assert [(card, batch) for card, batch, _ in compared] == [("P40", "32"), ("V100", "32")]
    assert float(compared[1][2]) == pytest.approx(speed / (16384 / 285), rel=0.02, abs=0.01)
    # A batch that does not fit into this machine's memory.
    printed = book.insert("training-throughput", THROUGHPUT_BATCH=1, THROUGHPUT_STEPS=1)
    assert printed.startswith("efficientnet_b7")
    engine, cell = sources("training-throughput", THROUGHPUT_BATCH=1, THROUGHPUT_STEPS=1)
    line = "    def free_memory(device):\n"
    assert line in engine
    book.kernel.must(engine.replace(line, f"{line}        return 0.5\n"))
    assert "because a batch of 1 needs about 1 GB of memory" in book.kernel.must(cell)


def test_throughput_without_torchvision(notebook: Open) -> None:
    book = notebook()
    values = {"THROUGHPUT_BATCH": 1, "THROUGHPUT_STEPS": 1}
    if book.kernel.value("__import__('importlib.util').util.find_spec('torchvision')") != "None":
        pytest.skip("torchvision is installed")
    assert "torchvision is not installed" in book.insert("training-throughput", **values)
    wanted = {"THROUGHPUT_MODEL": "efficientnet_b7", **values}
    assert "%pip install torchvision" in book.fail("training-throughput", **wanted)
