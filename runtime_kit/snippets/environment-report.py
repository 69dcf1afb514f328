# ---
# id: environment-report
# title: Environment report
# description: Lists Python, system, CPU, memory, disk, accelerator and package versions of this runtime, also as text for a bug report
# tags: [environment, versions, bug report]
# languages: [python]
# version: 1
# ---

# %% [markdown]
# **Environment report** shows what this runtime has, in one table; `AS_TEXT` prints it as text to paste into a bug report. It names no user, machine or folder.

# %%
REPORT_PACKAGES = "torch torchvision tensorflow keras jax lightning transformers accelerate scikit-learn numpy pandas"  # @param {type:"string"}
AS_TEXT = False  # @param {type:"boolean"}

import os
import platform
import shutil
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

from IPython import __version__ as ipython_version
from IPython.display import display


def number_in(*paths):
    """The number in the first of these files that holds one: cgroups write "max" for no limit."""
    for path in paths:
        try:
            number = int(Path(path).read_text().split()[0])
        except (OSError, ValueError, IndexError):
            continue
        return number if number < 1 << 60 else None
    return None


def cpus():
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    text = f"{usable} of {os.cpu_count()} cores, {platform.machine()}"
    try:
        quota, period = map(int, Path("/sys/fs/cgroup/cpu.max").read_text().split())
    except (OSError, ValueError):  # no limit
        return text
    return f"{text}, {quota / period:g} at a time (limit of the container)"


def memory():
    group = "/sys/fs/cgroup/memory"
    limit = number_in(f"{group}.max", f"{group}/memory.limit_in_bytes")
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return "unknown"
    text = f"{min(total, limit or total) / 2**30:.1f} GB"
    return f"{text} (limit of the container)" if limit and limit < total else text


def accelerator():
    if shutil.which("nvidia-smi"):
        query = "--query-gpu=name,memory.total,driver_version"
        command = ["nvidia-smi", query, "--format=csv,noheader"]
        process = Popen(command, stdout=PIPE, stderr=DEVNULL, text=True)
        try:
            said = process.communicate(timeout=10)[0].strip()
        except TimeoutExpired:
            process.kill()  # and no wait for its end: a stuck driver can hold it for ever
            return "nvidia-smi does not answer"
        return "; ".join(said.splitlines()) if process.returncode == 0 else "NVIDIA, broken driver"
    if os.path.exists("/dev/kfd"):
        return "AMD GPU"
    if "TPU_WORKER_ID" in os.environ:
        return "TPU"
    return (
        "Apple GPU" if platform.system() == "Darwin" and platform.machine() == "arm64" else "none"
    )


# %%
def environment_rows():
    disk = shutil.disk_usage(".")
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "IPython", ipython_version
    yield "System", platform.platform()
    yield "CPU", cpus()
    yield "Memory", memory()
    yield "Disk", f"{disk.free / 2**30:.0f} of {disk.total / 2**30:.0f} GB free"
    yield "Accelerator", accelerator()
    for package in REPORT_PACKAGES.replace(",", " ").split():
        try:
            yield package, version(package)
        except PackageNotFoundError:
            yield package, "not installed"


environment = dict(environment_rows())
width = max(map(len, environment))
environment_text = "\n".join(f"{name:<{width}}  {value}" for name, value in environment.items())
if AS_TEXT:
    print(f"```\n{environment_text}\n```")
else:
    rows = "".join(f"<tr><th>{escape(k)}<td>{escape(v)}" for k, v in environment.items())
    display({"text/html": f"<table>{rows}</table>", "text/plain": environment_text}, raw=True)
