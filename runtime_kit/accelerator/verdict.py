"""The verdict, in the words of the Check GPU cell and by its rules."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from .. import platform
from .device import parts
from .finding import Found, is_apple, is_hidden, is_tpu, visible
from .frameworks import CAN, CPU_BUILD, GPU_BUILD

_GIB = 1 << 30
# The panel gets the codes, and has the words for them in the language of the interface.
VERDICTS = {
    "framework-missing": "framework missing",
    "cpu-build": "framework is a CPU build",
    "build-does-not-fit": "build does not fit the GPU",
    "driver-too-old": "driver too old",
    "cuda-libraries-missing": "CUDA libraries missing",
    "jax-plugin-fails": "JAX plugin fails",
    "framework-fails": "framework fails to import",
    "no-permission": "no permission",
    "driver-broken": "driver broken",
    "tpu": "TPU",
    "apple-gpu": "Apple GPU",
    "intel-gpu": "Intel GPU",
    "amd-gpu-not-usable": "AMD GPU not usable",
    "no-gpu": "no GPU",
    "memory-taken": "memory taken by others",
    "ok": "ok",
}
ADVICE = {
    "install-torch": "Run `%pip install torch`.",
    "install-gpu-build": "Choose yours at pytorch.org/get-started.",
    "restart-runtime": "Restart the runtime, or have its NVIDIA driver repaired.",
    "use-jax": "Use JAX or torch_xla, not cuda.",
    "use-mps": 'In PyTorch, its device is "mps".',
    "use-xpu": 'In PyTorch, its device is "xpu".',
    "install-pytorch": "Run Install PyTorch.",
    "update-driver": "Update the NVIDIA driver, or install an older build.",
    "install-cuda-libraries": "Run `%pip install tensorflow[and-cuda]`.",
    "install-jax-plugin": "Run `%pip install -U 'jax[cuda12]'`.",
    "reinstall": "Reinstall it.",
    "give-access": "Give this user access to the GPU's files in /dev.",
    "install-rocm": "Install a ROCm build, and join the group render.",
    "unset-visible-devices": "Unset CUDA_VISIBLE_DEVICES, then restart the kernel.",
    "use-cpu": "Train on the CPU, or on a machine with one (a hub's GPU profile).",
    "stop-others": "Shut down what else runs on it.",
    "train": "Training can use it.",
}


# A part of what a framework or nvidia-smi says, the verdict, and what to do.
_KNOWN = (
    ("no kernel image|not compatible", "build-does-not-fit", "install-pytorch"),
    ("is too old", "driver-too-old", "update-driver"),
    ("Cannot dlopen", "cuda-libraries-missing", "install-cuda-libraries"),
    ("Jax plugin", "jax-plugin-fails", "install-jax-plugin"),
    ("(?m)^(Import|ModuleNotFound|OS)Error:", "framework-fails", "reinstall"),
    ("ermission", "no-permission", "give-access"),
)


def judge(found: Found, answers: dict[str, str]) -> tuple[str, str]:
    """The verdict and what to do about it, in words; see :func:`decide`."""
    verdict, advice = decide(found, answers)
    return VERDICTS[verdict], advice_text(advice)


def advice_text(code: str) -> str:
    """The words for a code of :func:`decide` that is about this machine."""
    return ADVICE.get(code) or platform.detect().gpu_advice


def decide(found: Found, answers: dict[str, str], details: str = "") -> tuple[str, str]:
    """The codes of the verdict and of what to do about it.

    :param details: all that the frameworks said, where they were asked.

    ``answers`` says of each framework what it is or can; where only its build is known, one for
    GPUs counts as able to use the GPUs that were found.
    """
    gpus = found.devices if found.source not in ("tpu", "apple") else []
    hidden = is_hidden(gpus if found.source in ("nvml", "nvidia-smi") else None)
    able = any(
        answer.endswith(CAN) or (answer == GPU_BUILD and _fits(found) and not hidden)
        for answer in answers.values()
    )
    cpu_only = all(answer.endswith(CPU_BUILD) for answer in answers.values())
    # One GPU of several may be lost while a framework computes on the others.
    lost = bool(found.problem) and able and "lost" in found.problem
    broken = (bool(gpus) and not able and not hidden) or (bool(found.problem) and not lost)
    free, total = best_memory(visible(found.devices))
    # These take nearly all memory at once and tell nobody: it may well be this process's own.
    own = {"jax", "tensorflow"} & sys.modules.keys()
    taken = free is not None and free + reserved() < (total or 0) / 2 and not own
    said = f"{details}\n{found.problem}"
    known = [
        (verdict, not able and not hidden and (gpus or found.problem), advice)
        for pattern, verdict, advice in _KNOWN
        if re.search(pattern, said)
    ]
    intel = any("+xpu" in answer and answer.endswith(CAN) for answer in answers.values())
    amd = os.path.exists("/dev/kfd")
    here = platform.detect()
    cases = [
        ("framework-missing", gpus and not answers, "install-torch"),
        ("cpu-build", gpus and cpu_only, "install-gpu-build"),
        *known,
        ("driver-broken", broken, "restart-runtime"),
        ("tpu", not gpus and is_tpu(), "use-jax"),
        ("apple-gpu", is_apple(), "use-mps"),
        ("intel-gpu", intel, "use-xpu"),
        ("no-gpu", not able and hidden, "unset-visible-devices"),
        ("amd-gpu-not-usable", not able and amd, "install-rocm"),
        ("no-gpu", not able, f"gpu-on-{here.id}" if here.gpu_advice else "use-cpu"),
        ("memory-taken", taken, "stop-others"),
        ("ok", True, "train"),
    ]
    return next((verdict, advice) for verdict, holds, advice in cases if holds)


def usable(verdict: str, answers: dict[str, str]) -> bool:
    """Training can run on a GPU here."""
    return verdict != "TPU" and any(answer.endswith(CAN) for answer in answers.values())


def best_memory(devices: list[dict[str, Any]]) -> tuple[int | None, int | None]:
    """Free and total bytes of the GPU, or slice of one, with most of it free; None where no
    device tells (Jetson)."""
    sizes = [
        (part["memory_free"], part.get("memory_total") or 0)
        for each in devices
        for part in parts(each)
        if part.get("memory_free") is not None
    ]
    return max(sizes, default=(None, None))


def reserved() -> int:
    """Bytes that PyTorch in this process holds on its current GPU: they are free for training."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    try:
        return int(cuda.memory_reserved()) if cuda and cuda.is_initialized() else 0
    except Exception:  # a torch that is just being imported
        return 0


def readable(size: int) -> str:
    return f"{size / _GIB:.1f} GB"


def _fits(found: Found) -> bool:
    return bool(found.devices) or found.source in ("tpu", "apple")
