"""Packages that only this bench needs, each set in a folder of its own under ``.cache``."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "bench-outputs"
#: What cells of the bench import. Without their needs: the environment has the rest.
KERNEL = (
    *("ipywidgets==8.1.9", "jupyterlab_widgets==3.0.17"),
    *("matplotlib==3.11.2", "contourpy", "cycler", "fonttools", "kiwisolver", "pyparsing"),
    "pillow",
)
NBMODEL = (
    *("jupyter-server-nbmodel==0.2.8", "jupyter-kernel-client", "jupyter-mimetypes"),
    *("jupyter-collaboration-ui", "jupyter-docprovider", "jupyter-server-ydoc", "jupyter-ydoc"),
    *("jupyter_server_fileid", "pycrdt", "pycrdt-store", "pycrdt-websocket", "sqlite-anyio"),
)


def provide(name: str, packages: tuple[str, ...]) -> Path:
    """Install ``packages`` unless that was done before; return their folder."""
    folder = CACHE / name
    stamp = folder / "stamp.txt"
    wanted = "\n".join(packages)
    if not stamp.exists() or stamp.read_text() != wanted:
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade")
        subprocess.run([*pip, "--target", str(folder), *packages], check=True)
        stamp.write_text(wanted)
    return folder


def environ(*folders: Path) -> dict[str, str]:
    """Environment variables that make the folders part of a server and its kernels."""

    def joined(*below: str) -> str:
        return ":".join(str(folder.joinpath(*below)) for folder in folders)

    data = Path(sysconfig.get_path("data"))
    return {
        "PYTHONPATH": joined(),
        "JUPYTER_PATH": f"{joined('share', 'jupyter')}:{data / 'share/jupyter'}",
        "JUPYTER_CONFIG_PATH": f"{joined('etc', 'jupyter')}:{data / 'etc/jupyter'}",
    }
