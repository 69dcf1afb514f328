"""Which runtime this is, and where files outlive it. Looks at paths and variables only: nothing
is imported, mounted or asked over the network. Carried to kernels alone, so it imports the standard
library only."""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RUNS = "runtime-kit-runs"
PROBE_SECONDS = 5.0
"""How long a durable folder may take to respond before it counts as hung."""


class DurableFolderError(RuntimeError):
    """The durable folder is there but does not respond, so existing runs may be hidden."""


@dataclass(frozen=True)
class Platform:
    """A runtime. ``session_hours`` and ``idle_minutes`` are best knowledge where ``estimate``.

    :param advice: how to get a durable folder, where there is none.
    :param gpu_advice: how to get a GPU, where there is none.
    :param scratch: the fastest folder of the machine, which ends with it.
    :param problem: why the durable folder, which is mounted, can't be used now.
    """

    id: str
    name: str
    durable: Path | None
    advice: str = ""
    session_hours: float | None = None
    idle_minutes: float | None = None
    estimate: bool = True
    gpu_advice: str = ""
    scratch: Path | None = None
    problem: str = ""


@dataclass(frozen=True)
class Rule:
    """A row of :data:`PLATFORMS`: how a platform is recognised, and what is known of it.

    :param variable: set there, or the beginning of a variable's name where it ends in ``*``.
    :param places: exist there, below ``/``; told by all of them where there is no ``variable``,
        and by any of them besides it.
    :param durable: the folder that outlives the runtime, below ``/``, or ``~``.
    :param mount: the mount point that makes it durable, below ``/``: a plain folder of that name,
        which a cell may have made before Drive was mounted, ends with the runtime.
    :param on_volume: ``durable`` counts only where it is not on the container's own disk.
    """

    id: str
    name: str
    variable: str = ""
    places: tuple[str, ...] = ()
    durable: str = ""
    mount: str = ""
    on_volume: bool = False
    advice: str = ""
    session_hours: float | None = None
    idle_minutes: float | None = None
    gpu_advice: str = ""
    scratch: str = ""

    def matches(self, env: Mapping[str, str], root: Path) -> bool:
        """Whether this process runs on the platform."""
        there = [(root / place).exists() for place in self.places]
        if not self.variable:
            return all(there)
        prefix = self.variable.removesuffix("*")
        named = any(n.startswith(prefix) for n in env) if prefix != self.variable else prefix in env
        return named or any(there)

    def platform(self, env: Mapping[str, str], root: Path) -> Platform:
        """What is known of it, with its folders as they are here."""
        durable, problem = self._durable(env, root)
        return Platform(
            self.id,
            self.name,
            durable,
            problem or self.advice,
            self.session_hours,
            self.idle_minutes,
            gpu_advice=self.gpu_advice,
            scratch=root / self.scratch if self.scratch else None,
            problem=problem,
        )

    def _durable(self, env: Mapping[str, str], root: Path) -> tuple[Path | None, str]:
        """The durable folder, if it can be used, and else why a mounted one can't."""
        if not self.durable:
            return None, ""
        durable = Path(env.get("HOME", root)) if self.durable == "~" else root / self.durable
        if self.mount and not _is_mount_point(root / self.mount, root):
            return None, ""
        if self.on_volume and _in_container_layer(durable, root):
            return None, ""
        try:
            return (durable if _responds(durable) else None), ""
        except OSError as error:
            return None, (
                f"Can't read {durable} ({error.strerror or error}), so existing checkpoints may be "
                "hidden. Remount it with drive.remount() or the Mount Drive cell, then try again."
            )


# The first that matches counts. Kaggle is in front of Colab, since its image is made of Colab's and
# sets COLAB_RELEASE_TAG too. A new platform: a row here, its name in
# src/snippets/format/platforms.ts, and its texts; test/checkpoint/test_platform.py names what is
# forgotten.
PLATFORMS = (
    Rule(
        "kaggle",
        "Kaggle",
        "KAGGLE_KERNEL_RUN_TYPE",
        durable="kaggle/working",
        advice="Switch on Persistence in the notebook's settings to keep /kaggle/working.",
        session_hours=12,
        gpu_advice="See Settings > Accelerator.",
        scratch="kaggle/temp/data",
    ),
    Rule(
        "colab",
        "Google Colab",
        "COLAB_RELEASE_TAG",
        places=("var/colab/hostname",),
        durable="content/drive/MyDrive",
        mount="content/drive",
        advice="Mount Drive first (the Mount Drive cell), then the runs go there.",
        session_hours=12,
        idle_minutes=90,
        gpu_advice="See Runtime > Change runtime type.",
        scratch="content/data",
    ),
    Rule(
        "studio-lab",
        "SageMaker Studio Lab",
        places=("home/studio-lab-user",),
        durable="home/studio-lab-user",
        session_hours=4,
    ),
    Rule("lightning", "Lightning Studio", "LIGHTNING_CLOUD*", durable="~"),
    Rule(
        "paperspace",
        "Paperspace Gradient",
        places=("storage", "notebooks"),
        durable="storage",
        session_hours=6,
    ),
    Rule(
        "runpod",
        "RunPod",
        "RUNPOD_POD_ID",
        durable="workspace",
        mount="workspace",
        advice="Attach a network volume to the pod; it is mounted at /workspace.",
    ),
    Rule(
        "vast",
        "Vast.ai",
        "VAST_CONTAINERLABEL",
        advice="Use a mirror: the disk is deleted with the instance.",
    ),
    # Real signs: BINDER_SERVICE_HOST and BINDER_REPO_URL (BinderHub's launcher), in front of
    # JupyterHub, on which Binder runs: its home is deleted with the pod.
    Rule(
        "binder",
        "Binder",
        "BINDER_*",
        advice="Binder keeps no files: use a mirror in a remote, or download what you need.",
    ),
    Rule(
        "databricks",
        "Databricks",
        "DATABRICKS_RUNTIME_VERSION",
        advice="The cluster's disk is deleted with it: set folder= to a volume below /Volumes.",
    ),
    Rule(
        "huggingface",
        "Hugging Face Spaces",
        "SPACE_ID",
        durable="data",
        mount="data",
        advice="Attach persistent storage to the Space; it is mounted at /data.",
    ),
    Rule(
        "modal",
        "Modal",
        "MODAL_TASK_ID",
        advice="The container's disk is deleted with it: set folder= to a mounted Volume.",
    ),
    Rule(
        "sagemaker",
        "SageMaker Studio",
        places=("opt/ml/metadata/resource-metadata.json",),
        durable="home/sagemaker-user",
    ),
    Rule(
        "jupyterhub",
        "JupyterHub",
        "JUPYTERHUB_API_URL",
        durable="~",
        on_volume=True,
        advice="This hub keeps no home folder: use a mirror in a remote.",
    ),
)
LOCAL = "local"
"""The id of a machine of one's own."""


def detect(environment: dict[str, str] | None = None, root: Path = Path("/")) -> Platform:
    """The platform this process runs on; ``local`` when nothing else is recognised.

    ``environment`` and ``root`` stand in for ``os.environ`` and ``/`` in tests.
    """
    env = dict(os.environ) if environment is None else environment
    rule = next((rule for rule in PLATFORMS if rule.matches(env, root)), None)
    return rule.platform(env, root) if rule else Platform(LOCAL, "this machine", None)


def durable_folder(environment: dict[str, str] | None = None, root: Path = Path("/")) -> Path:
    """Where runs go by default: the folder of this platform that outlives the runtime.

    ``RUNTIME_KIT_FOLDER`` overrides it. On a machine of one's own it is ``runtime-kit-runs`` beside
    the notebook. Where the platform has no durable folder (Colab without Drive), a line says so.

    :raises DurableFolderError: the durable folder is mounted and does not respond. Another folder
        would begin a new run beside the one that is hidden.
    """
    env = dict(os.environ) if environment is None else environment
    if chosen := env.get("RUNTIME_KIT_FOLDER"):
        return Path(chosen).expanduser()
    platform = detect(env, root)
    if platform.problem:
        raise DurableFolderError(platform.problem)
    folder = (platform.durable or Path.cwd()) / RUNS
    if platform.durable is None and platform.advice:
        print(f"runtime-kit: {folder} is deleted when the runtime ends. {platform.advice}")
    elif platform.id == LOCAL and _in_container_layer(folder.parent, root):
        print(
            f"runtime-kit: {folder} is on this container's own disk, which may be deleted with "
            "it. Set folder= to a mounted volume to keep the runs."
        )
    return folder


def _mounts(root: Path) -> dict[str, str] | None:
    """File system types by mount point, read without touching one; None where there is no table."""
    try:
        lines = (root / "proc/self/mounts").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:  # macOS and Windows
        return None
    fields = (line.split() for line in lines)
    return {_unescape(f[1]): f[2] for f in fields if len(f) > 2}


def _unescape(point: str) -> str:
    """A mount point as the table writes it: a space is ``\\040``."""
    return re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), point)


def _is_mount_point(point: Path, root: Path) -> bool:
    """Whether a folder is a mount point. True where there is no table."""
    mounts = _mounts(root)
    return mounts is None or str(point) in mounts


def _in_container_layer(folder: Path, root: Path) -> bool:
    """Whether a folder is on the writable layer of a container rather than on a volume.

    Docker and Podman leave a file that marks a container, Kubernetes does not: the type tells.
    """
    path = os.path.abspath(folder)
    above = [
        (len(point), kind)
        for point, kind in (_mounts(root) or {}).items()
        if f"{path}/".startswith(f"{point.rstrip('/')}/")
    ]
    return bool(above) and max(above)[1] in ("overlay", "fuse.fuse-overlayfs")


_probes: dict[Path, threading.Event] = {}
"""Probes of folders that have not returned: a folder is never asked twice at a time."""


def _responds(folder: Path) -> bool:
    """Whether a folder is there.

    :raises OSError: it is mounted and does not answer, or answers with an error.
    """
    answer: list[bool | OSError] = []
    done = threading.Event()

    def probe() -> None:
        try:
            answer.append(stat.S_ISDIR(os.stat(folder).st_mode))
        except OSError as error:  # Path.is_dir() says no to each from Python 3.14 on
            gone = error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
            answer.append(False if gone else error)
        _probes.pop(folder, None)
        done.set()

    if folder in _probes:  # an earlier probe hangs still
        raise TimeoutError(0, f"no response for {PROBE_SECONDS:g} s")
    _probes[folder] = done
    try:
        threading.Thread(target=probe, name="runtime-kit-probe", daemon=True).start()
    except RuntimeError:  # no threads here (Pyodide), or none any more (exit)
        probe()
    if not done.wait(PROBE_SECONDS):
        raise TimeoutError(0, f"no response for {PROBE_SECONDS:g} s")
    found = answer[0]
    if isinstance(found, OSError):
        raise found
    return found


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
