# ---
# id: install-pytorch
# title: Install PyTorch
# description: Installs the PyTorch build that fits this machine's accelerator and driver; does nothing where a working one is
# tags: [environment, pytorch, gpu, cuda]
# languages: [python]
# version: 2
# names: [gpu_facts, fitting_build, install_pytorch]
# ---

# %% engine: accelerator

# %% engine:
# @title Install PyTorch engine: run this cell, no need to read it
def fitting_build():
    """Return the build of PyTorch for this machine, and why."""
    import os
    import re
    import sys

    if sys.platform == "darwin":
        return "", "macOS has one build for all"
    facts = gpu_facts(with_frameworks=False)
    said = facts["smi"]
    if facts["broken"]:
        raise RuntimeError(
            "The NVIDIA driver does not answer: repair it first, or set TORCH_BUILD."
        )
    if not facts["count"]:
        if os.path.exists("/dev/kfd"):
            text = "An AMD GPU: set TORCH_BUILD to the rocm build that pytorch.org names."
            raise RuntimeError(text)
        return "cpu", "there is no GPU"
    cuda = re.search(r"<cuda_version>(\d+)\.(\d+)", said)
    if not cuda:
        raise RuntimeError(
            "The NVIDIA driver names no CUDA version: update it, or set TORCH_BUILD."
        )
    has = (int(cuda[1]), int(cuda[2]))
    generations = set(re.findall(r"<product_architecture>(\w+)", said))
    old = sorted(generations & {"Maxwell", "Pascal", "Volta"})  # cu126 is the last build for these
    build, needs = ("cu126", (12, 0)) if old or has < (13, 0) else ("cu130", (13, 0))
    if build == "cu126" and "Blackwell" in generations:
        build, needs = "cu128", (12, 8)  # the first one that runs on it
    if has < needs:
        wanted = f"{needs[0]}.{needs[1]}"
        raise RuntimeError(
            f"The driver has CUDA {has[0]}.{has[1]}: update it to {wanted} or newer."
        )
    gpu = f" and the GPU is of the {old[0]} generation" if old else ""
    if old and "Blackwell" in generations:
        gpu = f", and no build runs on both Blackwell and {old[0]}"
    return build, f"the driver has CUDA {has[0]}.{has[1]}{gpu}"


def install_pytorch(torch_build, torch_packages, reinstall):
    """Install the build of PyTorch that fits this machine."""
    import re
    import shlex
    import sys
    from subprocess import PIPE, STDOUT, Popen, TimeoutExpired, run

    def works(build):
        """Whether PyTorch is there and can use the accelerator. Not in here: it could hang."""
        device = "cuda" if build.startswith(("cu", "rocm")) else "cpu"
        probe = (
            f"import torch; float((torch.ones(9, 9, device='{device}') @ torch.ones(9, 9, device="
        )
        probe += f"'{device}')).sum()); print(torch.__version__)"
        command = [sys.executable, "-c", probe]
        # In another folder, because Python imports what lies in the one where it is started.
        how = {"text": True, "errors": "replace", "cwd": sys.prefix}
        process = Popen(command, stdout=PIPE, stderr=STDOUT, **how)
        try:
            said = process.communicate(timeout=120)[0].strip()
        except TimeoutExpired:
            process.kill()  # no wait for its end: a stuck driver can hold it for ever
            return ""
        return said.rpartition("\n")[2] if process.returncode == 0 else ""

    if not re.fullmatch(r"[a-z0-9._-]*", torch_build):
        raise ValueError(
            f"TORCH_BUILD is the name of a build, like cu126 or cpu, not {torch_build!r}."
        )
    # A list, so that nothing in a name is expanded; -P, so that no pip.py of this folder is run.
    pip = [sys.executable, *["-P"] * (sys.version_info >= (3, 11)), "-m", "pip"]
    pip += ["install", "--quiet", "--disable-pip-version-check"]
    wanted, reason = (
        fitting_build() if torch_build == "auto" else (torch_build, "TORCH_BUILD says so")
    )
    present = "" if reinstall else works("" if wanted == "cpu" else wanted)
    if present:
        print(f"PyTorch {present} works here: nothing to do.")
    else:
        packages = shlex.split(torch_packages)
        packages += ["--index-url", f"https://download.pytorch.org/whl/{wanted}"] if wanted else []
        print(
            f"The {wanted or 'standard'} build, because {reason}: pip install {shlex.join(packages)}"
        )
        # A build of another kind can have a higher version, and pip would keep it. So the packages
        # themselves are replaced first; what they need comes after.
        for how in (
            [["--force-reinstall"]] if reinstall else [["--force-reinstall", "--no-deps"], []]
        ):
            said = run([*pip, *how, *packages], stdout=PIPE, stderr=STDOUT, text=True)
            print(said.stdout, end="")
            if said.returncode:
                raise RuntimeError("pip could not install PyTorch: its message above says why.")
        print(
            "Restart the kernel: it still uses the old one." if "torch" in sys.modules else "Done."
        )


# %%
# @title Install PyTorch
# @markdown Does nothing where PyTorch works already.
TORCH_BUILD = "auto"  # @param ["auto", "cpu", "cu126", "cu128", "cu130"] {allow-input: true}
TORCH_PACKAGES = "torch torchvision"  # @param {type:"string"}
REINSTALL = False  # @param {type:"boolean"}
install_pytorch(TORCH_BUILD, TORCH_PACKAGES, REINSTALL)
