"""Wheels made on the spot, for pip to install without an index."""

from __future__ import annotations

import base64
import hashlib
import venv
import zipfile
from pathlib import Path

import pip


def make_wheel(folder: Path, name: str, version: str, text: str = "") -> Path:
    """A package of one module that knows its version, and what else `text` says."""
    info = f"{name}-{version}.dist-info"
    wheel_file = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {
        f"{name}.py": f"__version__ = {version!r}\n{text}",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": wheel_file,
    }
    record = [f"{path},sha256={_hash(text)},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name_in_wheel, content in files.items():
            wheel.writestr(name_in_wheel, content)
    return path


def make_environment(folder: Path) -> Path:
    """An environment to install into that has nothing but pip; returns its site-packages."""
    venv.create(folder / "env", symlinks=True)
    (folder / "pip").mkdir()
    (folder / "pip" / "pip").symlink_to(Path(pip.__file__).parent)
    return next((folder / "env").glob("lib/python*/site-packages"))


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
