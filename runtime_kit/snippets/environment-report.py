# ---
# id: environment-report
# title: Environment report
# description: Lists Python, system, CPU, memory, disk, accelerator and package versions of this runtime, also as text for a bug report
# tags: [environment, versions, bug report]
# languages: [python]
# version: 4
# names: [gpu_facts, report_environment]
# ---

# %% engine: accelerator

# %% engine:
# @title Environment report engine: run this cell, no need to read it
def report_environment(report_packages, as_text):
    """Show what this runtime has: no name of a user, machine or folder."""
    import os
    import platform
    import re
    import shutil
    import sys
    from html import escape
    from importlib.metadata import PackageNotFoundError, packages_distributions, version
    from pathlib import Path

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

    def text_of(path):
        try:
            return Path(path).read_text(errors="replace")
        except OSError:
            return ""

    def cpus():
        usable = (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        )
        named = re.search(r"(?m)^model name\s*: (.*)", text_of("/proc/cpuinfo"))
        model = named[1] if named else platform.processor() or platform.machine()
        text = f"{model}, {usable} of {os.cpu_count()} cores"
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
        if limit and limit < total:
            return f"{text} (limit of the container)"
        sizes = dict(re.findall(r"Mem(Free|Available): +(\d+)", text_of("/proc/meminfo")))
        left = (f"{int(kib) / 2**20:.1f} GB {name.lower()}" for name, kib in sizes.items())
        return ", ".join([text, *left])

    def system():
        try:
            distribution = platform.freedesktop_os_release()["PRETTY_NAME"]
        except (OSError, KeyError, AttributeError):  # macOS, Windows
            return platform.platform()
        return f"{distribution}, {platform.platform()}"

    def mounts():
        """Kinds only: a name may be a user's, and asking a dead mount for its size may hang."""
        kinds = {}
        for line in text_of("/proc/self/mounts").splitlines():
            source, point, kind = line.split()[:3]
            lasts = source.startswith("/dev/") or kind in (
                "overlay",
                "9p",
                "virtiofs",
                "zfs",
                "btrfs",
            )
            if lasts or kind.startswith(("fuse.", "nfs", "cifs", "ceph", "lustre")):
                top = "/" + point.strip("/").partition("/")[0]
                kinds[f"{kind} in {top}"] = kinds.get(f"{kind} in {top}", 0) + 1
        counted = (f"{name}{f' ({n} times)' if n > 1 else ''}" for name, n in kinds.items())
        return ", ".join(counted) or "unknown"

    def accelerator():
        facts = gpu_facts(with_frameworks=False)
        if facts["broken"]:
            return f"NVIDIA, broken driver ({facts['smi'][-80:]})"
        if facts["hidden"]:
            return "GPUs that CUDA_VISIBLE_DEVICES hides"
        if facts["gpus"]:
            driver = re.search(r"<driver_version>(.*?)<", facts["smi"])
            names = [
                f"{name}, {size or 0:.1f} GB" if size else name for _, size, name in facts["gpus"]
            ]
            return "; ".join([*names, f"driver {driver[1] if driver else 'unknown'}"])
        if os.path.exists("/dev/kfd"):
            return "AMD GPU"
        if "TPU_WORKER_ID" in os.environ:
            return "TPU"
        apple = platform.system() == "Darwin" and platform.machine() == "arm64"
        return "Apple GPU" if apple else "none"

    def version_of(package):
        """The version of a package, by the name that pip or that an import uses (sklearn)."""
        try:
            return version(package)
        except PackageNotFoundError:
            pass
        if package in sys.stdlib_module_names:
            return "part of Python"
        named = packages_distributions().get(package, [])
        return ", ".join(f"{version(name)} ({name})" for name in named) or "not installed"

    def environment_rows():
        disk = shutil.disk_usage(".")
        yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
        yield "IPython", ipython_version
        yield "System", system()
        yield "CPU", cpus()
        yield "Memory", memory()
        yield "Disk", f"{disk.free / 2**30:.0f} of {disk.total / 2**30:.0f} GB free"
        yield "Mounts", mounts()
        yield "Accelerator", accelerator()
        for package in report_packages.replace(",", " ").split():
            yield package, version_of(package)

    environment = dict(environment_rows())
    width = max(map(len, environment))
    environment_text = "\n".join(f"{name:<{width}}  {value}" for name, value in environment.items())
    if as_text:
        print(f"```\n{environment_text}\n```")
    else:
        rows = "".join(f"<tr><th>{escape(k)}<td>{escape(v)}" for k, v in environment.items())
        display({"text/html": f"<table>{rows}</table>", "text/plain": environment_text}, raw=True)


# %%
# @title Environment report
REPORT_PACKAGES = "torch torchvision tensorflow keras jax lightning transformers accelerate scikit-learn xgboost statsmodels sympy numpy pandas"  # @param {type:"string"}
AS_TEXT = False  # @param {type:"boolean"}
report_environment(REPORT_PACKAGES, AS_TEXT)
