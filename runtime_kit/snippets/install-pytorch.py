# ---
# id: install-pytorch
# title: Install PyTorch
# description: Installs the PyTorch build that fits this machine's accelerator and driver; does nothing where a working one is
# tags: [environment, pytorch, gpu, cuda]
# languages: [python]
# version: 1
# ---

# %% [markdown]
# **Install PyTorch** looks at the accelerator and its driver and installs the build that fits. Where PyTorch works already, it does nothing.

# %%
TORCH_BUILD = "auto"  # @param ["auto", "cpu", "cu126", "cu128", "cu130"] {allow-input: true}
TORCH_PACKAGES = "torch torchvision"  # @param {type:"string"}
REINSTALL = False  # @param {type:"boolean"}

import os
import re
import shlex
import shutil
import sys
from subprocess import PIPE, STDOUT, Popen, TimeoutExpired, run

OLD_GENERATIONS = {"Maxwell", "Pascal", "Volta"}  # cu126 is the last build that runs on these


def answer_of(seconds, *command):
    """What a command said, and its exit code (None: it had to be stopped)."""
    # In another folder, because Python imports what lies in the one where it is started.
    process = Popen(command, stdout=PIPE, stderr=STDOUT, text=True, cwd=sys.prefix)
    try:
        return process.communicate(timeout=seconds)[0].strip(), process.returncode
    except TimeoutExpired:
        process.kill()  # and no wait for its end: a stuck driver can hold it for ever
        return "no answer", None


def fitting_build():
    """The build for this machine, and why."""
    if sys.platform == "darwin":
        return "", "macOS has one build for all"
    if shutil.which("nvidia-smi"):
        said, code = answer_of(10, "nvidia-smi", "-q", "-x")
        cuda = re.search(r"<cuda_version>(\d+)\.(\d+)", said)
        if code != 0 or not cuda:
            raise RuntimeError(
                "The NVIDIA driver does not answer: repair it first, or set TORCH_BUILD."
            )
        has = (int(cuda[1]), int(cuda[2]))
        generations = set(re.findall(r"<product_architecture>(\w+)", said))
        old = sorted(generations & OLD_GENERATIONS)
        build, needs = ("cu126", (12, 0)) if old or has < (13, 0) else ("cu130", (13, 0))
        if build == "cu126" and "Blackwell" in generations:
            build, needs = "cu128", (12, 8)  # the first one that runs on it
        if has < needs:
            wanted = f"{needs[0]}.{needs[1]}"
            raise RuntimeError(
                f"The driver has CUDA {has[0]}.{has[1]}: update it to {wanted} or newer."
            )
        gpu = f" and the GPU is of the {old[0]} generation" if old else ""
        return build, f"the driver has CUDA {has[0]}.{has[1]}{gpu}"
    if os.path.exists("/dev/kfd"):
        raise RuntimeError("An AMD GPU: set TORCH_BUILD to the rocm build that pytorch.org names.")
    return "cpu", "there is no GPU"


# %%
def works(build):
    """Whether PyTorch is there and can use the accelerator. Not in here: it could hang."""
    device = "cuda" if build.startswith(("cu", "rocm")) else "cpu"
    probe = f"import torch; float((torch.ones(9, 9, device='{device}') @ torch.ones(9, 9, device="
    said, code = answer_of(
        120, sys.executable, "-c", probe + f"'{device}')).sum()); print(torch.__version__)"
    )
    return said.rpartition("\n")[2] if code == 0 else ""


if not re.fullmatch(r"[a-z0-9._-]*", TORCH_BUILD):
    raise ValueError(f"TORCH_BUILD is the name of a build, like cu126 or cpu, not {TORCH_BUILD!r}.")
# A list, so that nothing in a name is expanded; -P, so that no pip.py of this folder is run.
pip = [sys.executable, *["-P"] * (sys.version_info >= (3, 11)), "-m", "pip"]
pip += ["install", "--quiet", "--disable-pip-version-check"]
wanted, reason = fitting_build() if TORCH_BUILD == "auto" else (TORCH_BUILD, "TORCH_BUILD says so")
present = "" if REINSTALL else works("" if wanted == "cpu" else wanted)
if present:
    print(f"PyTorch {present} works here: nothing to do.")
else:
    packages = shlex.split(TORCH_PACKAGES)
    packages += ["--index-url", f"https://download.pytorch.org/whl/{wanted}"] if wanted else []
    print(f"The {wanted or 'standard'} build, because {reason}: pip install {shlex.join(packages)}")
    # A build of another kind can have a higher version, and pip would keep it. So the packages
    # themselves are replaced first; what they need comes after.
    for how in [["--force-reinstall"]] if REINSTALL else [["--force-reinstall", "--no-deps"], []]:
        said = run([*pip, *how, *packages], stdout=PIPE, stderr=STDOUT, text=True)
        print(said.stdout, end="")
        if said.returncode:
            raise RuntimeError("pip could not install PyTorch: its message above says why.")
    print("Restart the kernel: it still uses the old one." if "torch" in sys.modules else "Done.")
