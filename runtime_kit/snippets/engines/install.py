# @title Install jupyterlab-runtime-kit if it is missing: no need to read it
def install_runtime_kit():
    """Install the package with pip where this kernel can't import it; say so in one line."""
    import importlib
    import importlib.util
    import subprocess
    import sys

    class NotInstalled(ModuleNotFoundError):
        def _render_traceback_(self):  # a notebook shows this line alone
            return [f"ModuleNotFoundError: {self}"]

    if importlib.util.find_spec("runtime_kit"):
        return
    wanted = "jupyterlab-runtime-kit==RUNTIME_KIT_VERSION"
    print(f"Installing {wanted}.")
    safe = ["-P"] * (sys.version_info >= (3, 11))  # no pip.py of this folder is run
    command = [sys.executable, *safe, "-m", "pip", "install", "-q", "--retries=1", wanted]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    importlib.invalidate_caches()
    if done.returncode or not importlib.util.find_spec("runtime_kit"):
        no_network = any(word in done.stdout for word in ("Connection", "resolution", "timed out"))
        why = "there is no network" if no_network else "the package index does not have it"
        why = "this kernel has no pip" if "No module named pip" in done.stdout else why
        text = f"runtime_kit is missing: run %pip install {wanted} where that works ({why})."
        raise NotInstalled(text) from None


install_runtime_kit()
del install_runtime_kit
