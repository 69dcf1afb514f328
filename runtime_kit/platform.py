"""Which runtime this is, and where files outlive it. Looks at paths and variables only: nothing
is imported, mounted or asked over the network."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RUNS = "runtime-kit-runs"


@dataclass(frozen=True)
class Platform:
    """A runtime. ``session_hours`` and ``idle_minutes`` are best knowledge where ``estimate``."""

    id: str
    name: str
    durable: Path | None
    advice: str = ""
    session_hours: float | None = None
    idle_minutes: float | None = None
    estimate: bool = True


def detect(environment: dict[str, str] | None = None, root: Path = Path("/")) -> Platform:
    """The platform this process runs on; ``local`` when nothing else is recognised.

    ``environment`` and ``root`` stand in for ``os.environ`` and ``/`` in tests.
    """
    env = dict(os.environ) if environment is None else environment
    for rule in _RULES:
        platform = rule(env, root)
        if platform is not None:
            return platform
    return Platform("local", "this machine", None)


def durable_folder(environment: dict[str, str] | None = None, root: Path = Path("/")) -> Path:
    """Where runs go by default: the folder of this platform that outlives the runtime.

    ``RUNTIME_KIT_FOLDER`` overrides it. On a machine of one's own it is ``runtime-kit-runs`` beside
    the notebook. Where the platform has no durable folder (Colab without Drive), a line says so.
    """
    env = dict(os.environ) if environment is None else environment
    folder = runs_folder(env, root)
    platform = detect(env, root)
    if platform.durable is None and platform.advice and "RUNTIME_KIT_FOLDER" not in env:
        print(f"runtime-kit: {folder} does not outlive this runtime. {platform.advice}")
    return folder


def runs_folder(environment: dict[str, str] | None = None, root: Path = Path("/")) -> Path:
    """The same without a word, for whoever only looks."""
    env = dict(os.environ) if environment is None else environment
    if chosen := env.get("RUNTIME_KIT_FOLDER"):
        return Path(chosen).expanduser()
    return (detect(env, root).durable or Path.cwd()) / RUNS


def state_folder() -> Path:
    """Where what has to be remembered on this machine is kept, if anything is: below
    ``RUNTIME_KIT_STATE``, or else in the user's cache."""
    if chosen := os.environ.get("RUNTIME_KIT_STATE"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(base or Path.home() / ".cache") / "runtime-kit"


def runtime_started(root: Path = Path("/")) -> float | None:
    """When the container or virtual machine started, in seconds since 1970; None if not known.

    Process 1 is the container's own, so its start is that of the runtime.
    """
    return process_started(1, root)


def process_started(pid: int, root: Path = Path("/")) -> float | None:
    """When a process of this machine started, in seconds since 1970; None if not known."""
    try:
        # The name is in brackets and may hold anything; the start is the 20th field behind it.
        ticks = int((root / f"proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
        lines = (root / "proc/stat").read_text().splitlines()
        boot = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
        return boot + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, StopIteration, AttributeError):
        return None


def _colab(env: dict[str, str], root: Path) -> Platform | None:
    if not (root / "var/colab/hostname").exists() and "COLAB_RELEASE_TAG" not in env:
        return None
    drive = root / "content/drive/MyDrive"
    return Platform(
        "colab",
        "Google Colab",
        drive if drive.is_dir() else None,
        "Mount Drive first (the Mount Drive cell), then the runs go there.",
        session_hours=12,
        idle_minutes=90,
    )


def _kaggle(env: dict[str, str], root: Path) -> Platform | None:
    if "KAGGLE_KERNEL_RUN_TYPE" not in env:
        return None
    advice = "Switch on Persistence in the notebook's settings to keep /kaggle/working."
    return Platform("kaggle", "Kaggle", root / "kaggle/working", advice, session_hours=12)


def _studio_lab(env: dict[str, str], root: Path) -> Platform | None:
    home = root / "home/studio-lab-user"
    if not home.is_dir():
        return None
    return Platform("studio-lab", "SageMaker Studio Lab", home, session_hours=4)


def _lightning(env: dict[str, str], root: Path) -> Platform | None:
    if not any(name.startswith("LIGHTNING_CLOUD") for name in env):
        return None
    return Platform("lightning", "Lightning Studio", Path(env.get("HOME", root)))


def _paperspace(env: dict[str, str], root: Path) -> Platform | None:
    if not ((root / "storage").is_dir() and (root / "notebooks").is_dir()):
        return None
    return Platform("paperspace", "Paperspace Gradient", root / "storage", session_hours=6)


def _runpod(env: dict[str, str], root: Path) -> Platform | None:
    if "RUNPOD_POD_ID" not in env:
        return None
    workspace = root / "workspace"
    return Platform(
        "runpod",
        "RunPod",
        workspace if workspace.is_dir() else None,
        "Attach a network volume to the pod; it is mounted at /workspace.",
    )


def _vast(env: dict[str, str], root: Path) -> Platform | None:
    if "VAST_CONTAINERLABEL" not in env:
        return None
    return Platform("vast", "Vast.ai", None, "Use a mirror: the disk goes with the instance.")


def _jupyterhub(env: dict[str, str], root: Path) -> Platform | None:
    if "JUPYTERHUB_API_URL" not in env:
        return None
    return Platform("jupyterhub", "JupyterHub", Path(env.get("HOME", root)))


_RULES: tuple[Callable[[dict[str, str], Path], Platform | None], ...] = (
    _colab,
    _kaggle,
    _studio_lab,
    _lightning,
    _paperspace,
    _runpod,
    _vast,
    _jupyterhub,
)
