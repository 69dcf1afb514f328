# ---
# id: gpu-check
# title: Check GPU
# description: Says in one line whether training can use a GPU and what to do if not, then lists GPUs and frameworks
# tags: [gpu, accelerator, pytorch, tensorflow, jax]
# languages: [python]
# version: 1
# icon: jupyterlab-runtime-kit:gpu-check
# ---

# %% [markdown]
# **Check GPU** says whether training can use a GPU, and what to do if not. `REQUIRE_GPU` or `MIN_MEMORY_GB` (of free memory) stop "Run all" on a machine that will not do.

# %%
REQUIRE_GPU = False  # @param {type:"boolean"}
MIN_MEMORY_GB = 0  # @param {type:"number", min:0}

import re
import sys
from importlib.util import find_spec
from os import environ
from shutil import which
from subprocess import PIPE, STDOUT, Popen, TimeoutExpired
from xml.etree import ElementTree

FRAMEWORKS = {  # what each is asked: was it built for GPUs, can it use one here
    "torch": "f.backends.cuda.is_built(), f.cuda.is_available() or f.backends.mps.is_available()",
    "tensorflow": "f.test.is_built_with_gpu_support(), f.config.list_physical_devices('GPU')",
    "jax": "f.default_backend() != 'cpu', f.default_backend() != 'cpu'",
}


def ask(seconds, *command):  # what it said, and its exit code (None: it had to be stopped)
    environment = {**environ, "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
    process = Popen(command, env=environment, stdout=PIPE, stderr=STDOUT, text=True)
    try:
        return process.communicate(timeout=seconds)[0].strip(), process.returncode
    except TimeoutExpired:
        process.kill()  # and no wait for its end: a stuck driver can hold it for ever
        return f"no answer in {seconds} s", None


def check_gpu():
    said, code = ask(10, "nvidia-smi", "-q", "-x") if which("nvidia-smi") else ("", 0)
    gpus, answers = [], {}  # free and total memory in GB, and the name, of each GPU or MIG slice
    for gpu in map(ElementTree.fromstring, re.findall(r"<gpu .*?</gpu>", said, re.DOTALL)):
        for part in gpu.findall("mig_devices/mig_device") or [gpu]:
            sizes = [part.findtext(f"fb_memory_usage/{key}", "") for key in ("free", "total")]
            sizes = [float(size.split()[0]) / 1024 if "MiB" in size else 0.0 for size in sizes]
            gpus.append((*sizes, gpu.findtext("product_name", "") + " MIG" * (part is not gpu)))
    for name in filter(find_spec, FRAMEWORKS):  # not in here: they could hang, or keep memory
        probe = f"import {name} as f; built, uses = {FRAMEWORKS[name]}; print(f.__version__, "
        words = "'can use it' if uses else 'cannot use it' if built else 'is a CPU build')"
        answers[name] = ask(120, sys.executable, "-c", probe + words)[0].rpartition("\n")[2]
    unable = not any(answer.endswith("can use it") for answer in answers.values())
    cpu_only = all(answer.endswith("is a CPU build") for answer in answers.values())
    hidden = environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    broken = (gpus and unable and not hidden) or (code != 0 and not gpus and "No dev" not in said)
    torch = sys.modules.get("torch")
    mine = torch.cuda.memory_reserved() / 2**30 if torch and torch.cuda.is_initialized() else 0
    free, total, _ = max(gpus, default=(0, 0, ""))
    cases = [  # verdict, whether it holds (the first that does counts), what to do
        ("framework missing", gpus and not answers, "Run `%pip install torch`."),
        ("framework is a CPU build", gpus and cpu_only, "Choose yours at pytorch.org/get-started."),
        ("driver broken", broken, "Restart the runtime, or have its NVIDIA driver repaired."),
        ("TPU", not gpus and "TPU_WORKER_ID" in environ, "Use JAX or torch_xla, not cuda."),
        ("Apple GPU", sys.platform == "darwin", 'In PyTorch, its device is "mps".'),
        ("no GPU", unable and hidden, "Unset CUDA_VISIBLE_DEVICES, then restart the kernel."),
        ("no GPU", unable and "COLAB_RELEASE_TAG" in environ, "See Runtime > Change runtime type."),
        ("no GPU", unable and "KAGGLE_KERNEL_RUN_TYPE" in environ, "See Settings > Accelerator."),
        ("no GPU", unable, "Train on the CPU, or on a machine with one (a hub's GPU profile)."),
        ("memory taken by others", free + mine < total / 2, "Shut down what else runs on it."),
        ("ok", True, "Training can use it."),
    ]
    verdict, _, todo = next(case for case in cases if case[1])
    print(f"GPU check: {verdict}. {todo}")
    rows = [(name, f"{free:.1f} of {size:.1f} GB free") for free, size, name in gpus]
    for row in [*rows, *answers.items(), *[("nvidia-smi", said)] * (broken and not gpus)]:
        print("  {:<28} {}".format(*row))
    if (REQUIRE_GPU and (unable or verdict == "TPU")) or free + mine < MIN_MEMORY_GB:
        raise RuntimeError(f"GPU check: {verdict}, {free + mine:.1f} GB free: less than required")


check_gpu()
