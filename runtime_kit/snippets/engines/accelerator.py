# @title GPU facts engine: run this cell, no need to read it
def gpu_facts(with_frameworks=True):
    """Return what nvidia-smi and the installed frameworks say. Each may hang or print anything."""
    import re
    import sys
    from importlib.util import find_spec
    from os import environ
    from shutil import which
    from subprocess import PIPE, STDOUT, Popen, TimeoutExpired

    asked = {  # of each framework: is it built for GPUs, can it compute on one here
        "torch": "f.backends.cuda.is_built(), f.backends.mps.is_available() or works('cuda', 'xpu')",
        "tensorflow": "f.test.is_built_with_gpu_support(), f.config.list_physical_devices('GPU')",
        "jax": "f.default_backend() != 'cpu' or any(map(find, ('jax_cuda12_plugin', "
        "'jax_cuda13_plugin', 'jax_rocm7_plugin'))), f.default_backend() != 'cpu'",
    }
    probe = """
import {0} as f; from importlib.util import find_spec as find
def works(*devices):
    device = next((d for d in devices if hasattr(f, d) and getattr(f, d).is_available()), None)
    return device and (not hasattr(f, "ones") or float((f.ones(9, device=device) * 2).sum()))
built, uses = {1}
print(f.__version__, "can use it" if uses else "cannot use it" if built else "is a CPU build")
"""

    def ask(seconds, *command):  # what it said, and its exit code (None: it had to be stopped)
        quiet = {**environ, "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
        # In another folder, because Python imports what lies in the one where it is started.
        how = {"env": quiet, "cwd": sys.prefix, "text": True, "errors": "replace"}
        process = Popen(command, stdout=PIPE, stderr=STDOUT, **how)
        try:
            return process.communicate(timeout=seconds)[0].strip(), process.returncode
        except TimeoutExpired:
            process.kill()  # no wait for its end: a stuck driver can hold it for ever
            return f"no answer in {seconds} s", None

    said, code = ask(10, "nvidia-smi", "-q", "-x") if which("nvidia-smi") else ("", 0)
    shown = environ.get("CUDA_VISIBLE_DEVICES")
    wanted = [name.strip() for name in (shown or "").split(",")]
    blocks = re.findall(r"<gpu .*?</gpu>", said, re.DOTALL)
    fits = [[g for i, g in enumerate(blocks) if n == str(i) or f"<uuid>{n:4}" in g] for n in wanted]
    visible = [fit[0] for fit in fits[: fits.index([]) if [] in fits else None]]  # as CUDA does
    visible = blocks if shown is None or "MIG-" in shown else visible
    gpus = []  # free and total memory in GB (None: unknown), name; of MIG the slices
    for gpu in visible:
        name = (re.findall(r"<product_name>(.*?)<", gpu) or ["NVIDIA GPU"])[0]
        slices = re.findall(r"<mig_device>.*?</mig_device>", gpu, re.DOTALL)
        for part in slices or [gpu]:
            memory = re.findall(r"<fb_memory_usage>.*?</fb_memory_usage>", part, re.DOTALL)[:1]
            size = dict(re.findall(r"<(free|total)>(\d+) MiB", "".join(memory)))
            sizes = [int(size[key]) / 1024 if len(size) == 2 else None for key in ("free", "total")]
            gpus.append((*sizes, name + " MIG" * bool(slices)))
    hidden = shown is not None and (not gpus if blocks else shown.strip() in ("", "-1"))
    installed = filter(find_spec, asked if with_frameworks else ())
    probes = {name: probe.format(name, asked[name]) for name in installed}
    answers = {name: ask(120, sys.executable, "-c", text)[0] for name, text in probes.items()}
    broken = code != 0 and not blocks and "No dev" not in said  # nvidia-smi failed
    facts = {"smi": said, "count": len(blocks), "gpus": gpus, "hidden": hidden, "broken": broken}
    return {**facts, "answers": answers, "told": "\n".join(answers.values())}
