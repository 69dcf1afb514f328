"""What a package index and a code host are told of this project."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from .conftest import ROOT, tracked

GITHUB = ROOT / ".github"


def check(schema: str, *files: Path) -> None:
    """Hold files to a schema that check-jsonschema brings along."""
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_workflows_fit_their_schema() -> None:
    workflows = sorted((GITHUB / "workflows").glob("*.yml"))
    assert len(workflows) >= 6
    check("github-workflows", *workflows)
    check("dependabot", GITHUB / "dependabot.yml")


def test_workflows_call_the_commands_of_the_readme() -> None:
    """What can't be run here is kept small: only these commands, which are run here."""
    text = (GITHUB / "workflows" / "build.yml").read_text()
    assert "run: npm test" in text
    text = (GITHUB / "workflows" / "nightly.yml").read_text()
    assert "run: npm run nightly" in text


def test_the_distributions_can_be_uploaded(built) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("twine", reason="twine is not installed")
    command = [
        sys.executable,
        "-m",
        "twine",
        "check",
        "--strict",
        str(built.wheel),
        str(built.sdist),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_index_learns_where_the_project_is(built) -> None:  # type: ignore[no-untyped-def]
    package = json.loads((ROOT / "package.json").read_text())
    with zipfile.ZipFile(built.wheel) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(wheel.read(name).decode())
    urls = dict(line.split(", ", 1) for line in metadata.get_all("Project-URL") or [])
    assert package["homepage"] in urls.values()
    assert package["bugs"]["url"] in urls.values()
    assert metadata["License-Expression"] == "BSD-3-Clause"
    # The README is shown there without its repository.
    links = re.findall(r"(!?)\[[^]]*\]\(([^)\s]+)\)", metadata.get_payload())
    assert len(links) >= 20
    assert [link for _, link in links if not link.startswith("https://")] == []
    pictures = [link for picture, link in links if picture]
    assert len(pictures) >= 4
    for link in pictures:
        assert (ROOT / link.removeprefix(f"{package['homepage']}/raw/HEAD/")).is_file(), link


def test_the_address_of_the_repository_is_one() -> None:
    """It is set in package.json; the few files that a code host reads as they are repeat it."""
    home = json.loads((ROOT / "package.json").read_text())["homepage"]
    assert home in (ROOT / "CITATION.cff").read_text()
    assert f"repo_url: {home}\n" in (ROOT / "mkdocs.yml").read_text()
    assert home in (GITHUB / "ISSUE_TEMPLATE" / "config.yml").read_text()


def test_building_without_node_says_so_in_one_line(tmp_path: Path) -> None:
    """A clone as git has it, in an environment without npm."""
    clone = tmp_path / "clone"
    for name in tracked():
        if name.startswith(("test/", "docs/", "bench/")):
            continue
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_bytes((ROOT / name).read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path), "."],
        cwd=clone,
        env={"PATH": "/nonexistent", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "building needs Node 20 or newer with npm" in said
    assert "Traceback" not in said
