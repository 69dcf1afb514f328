"""What the packaging tests share: an sdist and a wheel, built once, and a clean environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Runs what the build asks npm for, but installs nothing: node_modules are there, and tests
# use no network. Its log tells what was asked.
NPM = """#!/bin/sh
echo "$@" >> "$NPM_LOG"
[ "$1" = install ] || exec "$REAL_NPM" "$@"
"""


@dataclass(frozen=True)
class Built:
    """The distributions and how the wheel came to be."""

    sdist: Path
    wheel: Path
    npm_calls: list[str]


def build(kind: str, source: Path, target: Path, **environ: str) -> Path:
    """Build one distribution through the build backend, as pip does, in this environment."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "-o", str(target)]
    path = f"{Path(sys.executable).parent}{os.pathsep}{environ.pop('PATH', os.environ['PATH'])}"
    done = subprocess.run(
        [*command, str(source)],
        env={**os.environ, **environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    suffix = ".whl" if kind == "wheel" else ".tar.gz"
    return next(target.glob(f"*{suffix}"))


def tracked() -> list[str]:
    """The files of this checkout that git has and that are still there."""
    command = ["git", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if (ROOT / name).is_file()]


def unpack(sdist: Path, target: Path) -> Path:
    with tarfile.open(sdist) as archive:
        # Debian 12's Python 3.11.2 has no filter, newer ones warn without.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # type: ignore[assignment]
        archive.extractall(target)
    return next(target.iterdir())


def build_everything(folder: Path) -> Built:
    """Build a wheel from what an sdist holds, with npm, then an sdist with that front end."""
    real_npm = shutil.which("npm")
    assert real_npm, "npm was not found"
    assert (ROOT / "node_modules").is_dir(), "node_modules is missing: run `npm ci`"
    raw = build("sdist", ROOT, folder / "raw", SKIP_JUPYTER_BUILDER="1")
    source = unpack(raw, folder / "source")

    # As in a fresh clone: no front end, and nothing that says "this is an sdist".
    shutil.rmtree(source / "jupyterlab_runtime_kit" / "labextension")
    (source / "runtime_kit" / "snippets" / "catalog.json").unlink()
    (source / "PKG-INFO").unlink()
    (source / "node_modules").symlink_to(ROOT / "node_modules")
    npm = folder / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(NPM)
    npm.chmod(0o755)
    log = folder / "npm.log"
    wheel = build(
        "wheel",
        source,
        folder / "wheel",
        PATH=f"{npm.parent}{os.pathsep}{os.environ['PATH']}",
        NPM_LOG=str(log),
        REAL_NPM=real_npm,
    )
    sdist = build("sdist", source, folder / "sdist", SKIP_JUPYTER_BUILDER="1")
    return Built(sdist, wheel, log.read_text().splitlines())


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The distributions, built once."""
    return build_everything(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def clean_python(built: Built) -> Path:
    """The Python of an environment with JupyterLab and the wheel, and nothing else of ours."""
    script = ROOT / "scripts" / "clean_env.py"
    made = subprocess.run([sys.executable, script], check=True, stdout=subprocess.PIPE, text=True)
    python = Path(made.stdout.strip())
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    quiet = {"check": True, "capture_output": True}
    subprocess.run([*pip, "uninstall", "-y", "jupyterlab-runtime-kit"], **quiet)
    subprocess.run([*pip, "install", "--no-index", str(built.wheel)], **quiet)
    return python
