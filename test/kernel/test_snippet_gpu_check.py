"""The Check GPU cell against what nvidia-smi says on other machines, and against builds of the
frameworks that are not installed here."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernel_client import ROOT
from kernels import STAND_INS, Answer, SnippetKernel, error_of, kernel_pythons, snippet_kernel

REAL_NVIDIA_SMI = shutil.which("nvidia-smi")
CUDA = {"torch": "cuda"}


@pytest.fixture(scope="module", params=kernel_pythons())
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    with snippet_kernel(request.param, tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.run("1 / 0")  # IPython imports what shows errors when the first one comes
        kernel.must(f"import os, sys; sys.path.append({str(ROOT)!r})")
        kernel.must("before = dict(os.environ), sys.path[:], sys.platform")
        yield kernel


def check(
    kernel: SnippetKernel,
    machine: str,
    frameworks: dict[str, str],
    environ: dict[str, str] | None = None,
    code: str = "",
    **values: object,
) -> Answer:
    """Run the cell on a machine (a folder of stand_ins/nvidia_smi, or empty: no nvidia-smi) where
    just these builds of frameworks are installed."""
    folders = [str(STAND_INS / name) for name in frameworks]
    path = f"{STAND_INS / 'nvidia_smi'}:/usr/bin:/bin" if machine else "/nowhere"
    settings = {
        "PATH": path,
        "PYTHONPATH": os.pathsep.join(folders),
        "NVIDIA_SMI_CASE": machine,
        **{f"STAND_IN_{name.upper()}": build for name, build in frameworks.items()},
        **(environ or {}),
    }
    kernel.must(
        f"os.environ.update({settings!r})\n"
        "sys.path[:] = [path for path in sys.path if 'site-packages' not in path]\n"
        f"sys.path[:0] = {folders!r}"
    )
    answer = kernel.run(code) if code else kernel.insert("gpu-check", **values)
    kernel.must("os.environ.clear(); os.environ.update(before[0]); sys.path[:] = before[1]")
    return answer


def verdict(answer: Answer) -> str:
    first = answer.text("stdout").splitlines()[0]
    assert first.startswith("GPU check: ")
    return first.removeprefix("GPU check: ").split(".")[0]


@pytest.mark.parametrize(
    ("machine", "frameworks", "expected", "row"),
    [
        ("t4", CUDA, "ok", "Tesla T4                     13.6 of 15.0 GB free"),
        ("a100-mig", CUDA, "ok", "NVIDIA A100-SXM4-80GB MIG    19.5 of 19.5 GB free"),
        ("two-gpus", CUDA, "ok", "NVIDIA RTX A5000             23.5 of 24.0 GB free"),
        ("inforom", CUDA, "ok", "Tesla T4                     13.6 of 15.0 GB free"),
        ("unknown-memory", CUDA, "ok", "NVIDIA GB10"),
        ("t4-full", CUDA, "memory taken by others", "0.6 of 15.0 GB free"),
        ("t4", {"torch": "cpu"}, "framework is a CPU build", "2.11.0+cpu is a CPU build"),
        ("t4", {"tensorflow": "cpu"}, "framework is a CPU build", "2.20.0 is a CPU build"),
        ("t4", {"tensorflow": "gpu"}, "ok", "tensorflow                   2.20.0 can use it"),
        ("t4", {"jax": "cpu"}, "framework is a CPU build", "0.7.2 is a CPU build"),
        (
            "t4",
            {"torch": "cpu", "jax": "gpu"},
            "ok",
            "jax                          0.7.2 can use it",
        ),
        ("t4", {}, "framework missing", "Tesla T4"),
        (
            "t4",
            {"torch": "blind"},
            "driver broken",
            "torch                        2.11.0+cu128 cannot",
        ),
        ("no-driver", CUDA, "driver broken", "couldn't communicate with the NVIDIA driver"),
        ("version-mismatch", CUDA, "driver broken", "Driver/library version mismatch"),
        ("no-device", {"torch": "blind"}, "no GPU", "cannot use it"),
        ("", {"torch": "cpu"}, "no GPU", "2.11.0+cpu is a CPU build"),
        ("", CUDA, "ok", "can use it"),  # AMD, or a container without nvidia-smi
        ("", {"torch": "crash"}, "no GPU", "torch"),
    ],
)
def test_verdict(
    kernel: SnippetKernel, machine: str, frameworks: dict[str, str], expected: str, row: str
) -> None:
    answer = check(kernel, machine, frameworks)
    assert answer.status == "ok"
    assert verdict(answer) == expected
    assert row in answer.text("stdout")


@pytest.mark.parametrize(
    ("machine", "build", "expected", "row"),
    [
        ("t4", "misfit", "build does not fit the GPU", "Tesla T4"),
        ("t4", "old driver", "driver too old", "cannot use it"),
        ("", "xpu", "Intel GPU", "2.11.0+xpu can use it"),
        ("lost", "cuda", "ok", "GPU is lost"),
        ("lost", "blind", "driver broken", "GPU is lost"),
        ("no-permission", "blind", "no permission", "Insufficient Permissions"),
        ("garbage", "cuda", "ok", "13.6 of 15.0 GB free"),
        ("t4", "library missing", "framework fails to import", "libcudnn.so.9: cannot open"),
        ("", "library missing", "no GPU", "libcudnn.so.9: cannot open"),
        ("t4", "talks at exit", "ok", "2.11.0+cu128 can use it"),
    ],
)
def test_each_cause_has_its_verdict(
    kernel: SnippetKernel, machine: str, build: str, expected: str, row: str
) -> None:
    answer = check(kernel, machine, {"torch": build})
    assert answer.status == "ok" and verdict(answer) == expected
    assert row in answer.text("stdout")
    required = check(kernel, machine, {"torch": build}, REQUIRE_GPU=True)
    assert (required.status == "ok") == (expected in ("ok", "Intel GPU"))


@pytest.mark.parametrize("shown", ["2", "NoDevFiles", "none", " ", "-1", "GPU-0123"])
def test_a_variable_that_hides_all(kernel: SnippetKernel, shown: str) -> None:
    answer = check(kernel, "t4", {"torch": "blind"}, {"CUDA_VISIBLE_DEVICES": shown})
    assert verdict(answer) == "no GPU"
    assert "Unset CUDA_VISIBLE_DEVICES" in answer.text("stdout").splitlines()[0]


@pytest.mark.parametrize(
    ("shown", "rows"),
    # CUDA stops at the first name that fits none.
    [("1,0", 2), ("0,-1,1", 1), ("1,7,0", 1), ("0,", 1), (" 1 , 0 ", 2), ("GPU", 0), ("MIG-x", 2)],
)
def test_what_a_list_of_gpus_shows(kernel: SnippetKernel, shown: str, rows: int) -> None:
    environ = {"CUDA_VISIBLE_DEVICES": shown}
    answer = check(kernel, "two-gpus", CUDA, environ)
    assert answer.text("stdout").count("GB free") == rows
    library = check(kernel, "two-gpus", CUDA, environ, code=CHECK)
    assert library.text("stdout") == answer.text("stdout")


def test_only_visible_gpus_count(kernel: SnippetKernel) -> None:
    answer = check(kernel, "two-gpus", CUDA, {"CUDA_VISIBLE_DEVICES": "1"})
    assert answer.text("stdout").count("GB free") == 1
    broken = check(kernel, "t4", {"torch": "blind"}, {"CUDA_VISIBLE_DEVICES": "0"})
    assert verdict(broken) == "driver broken"


def test_unknown_memory_is_not_zero(kernel: SnippetKernel) -> None:
    answer = check(kernel, "unknown-memory", CUDA, MIN_MEMORY_GB=4)
    assert answer.status == "ok" and "0.0" not in answer.text("stdout")
    assert "free memory is unknown: MIN_MEMORY_GB is not checked" in answer.text("stdout")


def test_says_at_once_that_it_has_begun(kernel: SnippetKernel) -> None:
    answer = check(kernel, "t4", CUDA)
    kind, content = answer.outputs[0]
    assert kind == "display_data" and content["data"]["text/plain"].startswith("Checking the GPU")


def test_counts_each_slice(kernel: SnippetKernel) -> None:
    lines = check(kernel, "a100-mig", CUDA).text("stdout").splitlines()
    assert len([line for line in lines if "MIG" in line]) == 2


def test_a_hidden_gpu(kernel: SnippetKernel) -> None:
    answer = check(kernel, "t4", {"torch": "blind"}, {"CUDA_VISIBLE_DEVICES": ""})
    assert verdict(answer) == "no GPU"
    assert "CUDA_VISIBLE_DEVICES" in answer.text("stdout").splitlines()[0]


@pytest.mark.parametrize(
    ("variable", "advice"),
    [
        ("COLAB_RELEASE_TAG", "See Runtime > Change runtime type."),
        ("KAGGLE_KERNEL_RUN_TYPE", "See Settings > Accelerator."),
        ("JUPYTERHUB_API_URL", "Train on the CPU, or on a machine with one (a hub's GPU profile)."),
    ],
)
def test_advice_that_can_be_followed_here(
    kernel: SnippetKernel, variable: str, advice: str
) -> None:
    cell, library = (
        check(kernel, "", {"torch": "cpu"}, {variable: "1"}, code=code).text("stdout")
        for code in ("", CHECK)
    )
    assert cell.splitlines()[0] == f"GPU check: no GPU. {advice}"
    assert library == cell
    ok = check(kernel, "t4", CUDA, {variable: "1"})  # the advice is for machines without one
    assert ok.text("stdout").startswith("GPU check: ok. ")


def test_a_tpu(kernel: SnippetKernel) -> None:
    answer = check(kernel, "", {"torch": "cpu", "jax": "tpu"}, {"TPU_WORKER_ID": "0"})
    assert verdict(answer) == "TPU"
    required = check(kernel, "", {"jax": "tpu"}, {"TPU_WORKER_ID": "0"}, REQUIRE_GPU=True)
    assert error_of(required)[0] == "RuntimeError"


def test_an_apple_gpu(kernel: SnippetKernel) -> None:
    kernel.must("sys.platform = 'darwin'")
    answer = check(kernel, "", {"torch": "mps"}, REQUIRE_GPU=True)
    kernel.must("sys.platform = before[2]")
    assert answer.status == "ok"
    assert verdict(answer) == "Apple GPU"


def test_a_driver_that_hangs(kernel: SnippetKernel, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    answer = check(kernel, "hang", CUDA, {"NVIDIA_SMI_PID_FILE": str(pid_file)})
    assert verdict(answer) == "driver broken"
    assert "nvidia-smi                   no answer in 10 s" in answer.text("stdout")
    status = Path(f"/proc/{int(pid_file.read_text())}/status")
    assert not status.exists() or "Z (zombie)" in status.read_text()


@pytest.mark.parametrize(
    ("machine", "values", "stops"),
    [
        ("t4", {"REQUIRE_GPU": True, "MIN_MEMORY_GB": 12}, False),
        ("t4", {"MIN_MEMORY_GB": 13.7}, True),
        ("t4-full", {"REQUIRE_GPU": True}, False),
        ("two-gpus", {"MIN_MEMORY_GB": 23}, False),
        ("a100-mig", {"MIN_MEMORY_GB": 24}, True),
        ("no-driver", {"REQUIRE_GPU": True}, True),
        ("", {"REQUIRE_GPU": True}, True),
        ("", {"MIN_MEMORY_GB": 1}, True),
    ],
)
def test_stops_only_when_told(
    kernel: SnippetKernel, machine: str, values: dict[str, object], stops: bool
) -> None:
    build = "cuda" if machine in ("t4", "t4-full", "two-gpus", "a100-mig") else "blind"
    answer = check(kernel, machine, {"torch": build}, **values)
    assert answer.text("stdout").startswith("GPU check: ")
    if stops:
        name, message = error_of(answer)
        assert name == "RuntimeError" and message.startswith(f"GPU check: {verdict(answer)}")
    else:
        assert answer.status == "ok"


CHECK = "from runtime_kit.accelerator import check; print(check())"


@pytest.mark.parametrize(
    ("machine", "frameworks"),
    [
        ("t4", {"torch": "cuda", "jax": "cpu"}),
        ("a100-mig", CUDA),
        ("t4-full", CUDA),
        ("unknown-memory", CUDA),
        ("t4", {"tensorflow": "cpu"}),
        ("t4", {}),
        ("inforom", {"torch": "blind"}),
        ("t4", {"torch": "library missing"}),
        ("t4", {"torch": "talks at exit"}),
        ("no-driver", CUDA),
        ("no-device", {"torch": "blind"}),
        ("", CUDA),
    ],
)
def test_the_library_says_the_same(
    kernel: SnippetKernel, machine: str, frameworks: dict[str, str]
) -> None:
    """Word for word; and the magic does so too."""
    cell = check(kernel, machine, frameworks).text("stdout")
    library = check(kernel, machine, frameworks, code=CHECK)
    assert library.text("stdout") == cell


def test_the_magic(kernel: SnippetKernel) -> None:
    def magic(machine: str, frameworks: dict[str, str], code: str) -> Answer:
        return check(kernel, machine, frameworks, code=f"%reload_ext runtime_kit\n{code}")

    answer = magic("t4", CUDA, "%gpu_check --json")
    found = json.loads(answer.text("stdout"))
    assert (found["verdict"], found["usable"]) == ("ok", True)
    run = "get_ipython().run_cell_magic('gpu_check', {!r}, 'print(6 * 7)')"
    answer = magic("t4", CUDA, run.format("--min-memory 12GB"))
    assert answer.text("stdout").startswith("GPU check: ok.")
    assert answer.text("stdout").endswith("\n42\n")
    for machine, frameworks, options, reason in (
        ("t4", CUDA, "--min-memory 14g", "13.6 GB free, 14.0 GB needed"),
        ("", {"torch": "cpu"}, "", "no GPU. Train on the CPU"),
        ("t4", CUDA, "--min-memory much", "'much' is not like 12GB"),
    ):
        answer = magic(machine, frameworks, run.format(options))
        assert "42" not in answer.text("stdout")
        assert reason in answer.text("stderr"), answer.outputs


@pytest.mark.skipif(bool(REAL_NVIDIA_SMI), reason="this machine has nvidia-smi of its own")
def test_real_pytorch(kernel: SnippetKernel) -> None:
    """The build that is installed here, on a machine where nvidia-smi shows a T4."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    if torch.backends.cuda.is_built():
        pytest.skip("PyTorch is no CPU build here")
    path = f"{STAND_INS / 'nvidia_smi'}:/usr/bin:/bin"
    kernel.must(f"os.environ.update(PATH={path!r}, NVIDIA_SMI_CASE='t4')")
    answer = kernel.insert("gpu-check")
    kernel.must("os.environ.clear(); os.environ.update(before[0])")
    assert verdict(answer) == "framework is a CPU build"
    assert kernel.value("'torch' in sys.modules") == "False"
    assert kernel.value("sorted({'free', 'total', 'gpus', 'name'} & set(globals()))") == "[]"
