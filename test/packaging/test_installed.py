"""The wheel in a clean environment: listed, enabled, served, without Node."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_process import JupyterProcess

NAME = "jupyterlab-runtime-kit"


def environment(python: Path) -> dict[str, str]:
    """Only the environment itself is on the PATH: no Node."""
    return {**os.environ, "PATH": str(python.parent), "NO_COLOR": "1"}


def output(python: Path, *command: str) -> str:
    done = subprocess.run(
        [python, *command], env=environment(python), capture_output=True, text=True, check=True
    )
    # What is listed goes to stdout or to stderr, in colour.
    return re.sub(r"\x1b\[\d*m", "", done.stdout + done.stderr)


@pytest.fixture(scope="module")
def server(
    clean_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[JupyterProcess]:
    process = JupyterProcess(
        tmp_path_factory.mktemp("clean") / "server",
        python=clean_python,
        module="jupyterlab",
        PATH=str(clean_python.parent),
    )
    yield process
    process.stop()


def test_jupyter_lists_it_enabled_and_ok(clean_python: Path) -> None:
    front_end = output(clean_python, "-m", "jupyter", "labextension", "list")
    assert re.search(rf"{NAME} v\S+ enabled OK \(python, {NAME}\)", front_end)
    server_part = output(clean_python, "-m", "jupyter", "server", "extension", "list")
    assert re.search(r"jupyterlab_runtime_kit enabled", server_part)
    assert re.search(r"jupyterlab_runtime_kit\s+OK", server_part)


@pytest.mark.parametrize("page", ["lab", "tree"])
def test_a_page_loads_the_built_front_end(server: JupyterProcess, page: str) -> None:
    html = server.get(page).decode()
    config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', html, re.S)[1])
    mine = [ext for ext in config["federated_extensions"] if ext["name"] == NAME]
    assert len(mine) == 1
    entry = server.get(f"lab/extensions/{NAME}/{mine[0]['load']}").decode()
    assert "jupyterlab-runtime-kit" in entry
    assert "sourceMappingURL" not in entry


def test_settings_and_limits_are_served(server: JupyterProcess) -> None:
    settings = server.json(f"lab/api/settings/{NAME}:plugin")
    assert settings["id"] == f"{NAME}:plugin"
    assert "jupyter.lab.toolbars" in settings["schema"]
    assert server.json("runtime-kit/limits")["format"] == 1


def test_its_requirements_are_met(clean_python: Path) -> None:
    code = (
        "from importlib.metadata import requires; from packaging.requirements import Requirement;"
        "from importlib.metadata import version;"
        f"needs = [Requirement(text) for text in requires('{NAME}')];"
        "now = [need for need in needs if not need.marker or need.marker.evaluate({'extra': ''})];"
        "assert now and all(need.specifier.contains(version(need.name)) for need in now)"
    )
    output(clean_python, "-c", code)
