"""What the wheel and the sdist hold."""

from __future__ import annotations

import json
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from .conftest import ROOT, Built, build, build_everything, tracked, unpack

DATA = "share/jupyter/labextensions/jupyterlab-runtime-kit/"


@pytest.fixture(scope="module")
def members(built: Built) -> dict[str, bytes]:
    with zipfile.ZipFile(built.wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sources(package: str) -> set[str]:
    """The files of a package, and of the snippets what the build makes of theirs."""
    unpacked = {"__pycache__", "labextension", "engines"}
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and not unpacked & set(path.parts)
        and (path.parent.name != "snippets" or path.name in ("__init__.py", "catalog.json"))
    }


def test_holds_both_packages_whole(members: dict[str, bytes]) -> None:
    packages = {name for name in members if name.split("/")[0].endswith("runtime_kit")}
    assert packages == sources("runtime_kit") | sources("jupyterlab_runtime_kit")


def test_holds_the_front_end_once_where_jupyterlab_looks(members: dict[str, bytes]) -> None:
    def found(suffix: str) -> list[str]:
        return [name for name in members if name.endswith(suffix)]

    for part in ("install.json", "package.json", "schemas/jupyterlab-runtime-kit/plugin.json"):
        assert len(found(DATA + part)) == 1
    assert sum("remoteEntry" in name for name in members) == 1
    assert len(found("etc/jupyter/jupyter_server_config.d/jupyterlab_runtime_kit.json")) == 1
    licenses = json.loads(members[found("static/third-party-licenses.json")[0]])
    assert {"yaml"} <= {package["name"] for package in licenses["packages"]}


def test_is_small_and_holds_nothing_of_the_workshop(
    built: Built, members: dict[str, bytes]
) -> None:
    # A third is the front end, two fifths the library, the rest snippets and translations.
    assert built.wheel.stat().st_size < 1_100_000
    unwanted = ("node_modules", ".map", "__pycache__", "/test", "tsbuildinfo")
    assert [name for name in members if any(part in name for part in unwanted)] == []
    # Paths of the machine that built it.
    here = [str(ROOT).encode(), str(Path.home()).encode() + b"/"]
    leaks = [name for name, text in members.items() if any(path in text for path in here)]
    assert leaks == []


def test_snippets_are_the_very_files(members: dict[str, bytes]) -> None:
    """The front end carries the Python files as text; they are the ones of the package."""
    chunks = "".join(
        text.decode() for name, text in members.items() if "/static/" in name and ".js" in name
    )
    for file in (ROOT / "runtime_kit" / "snippets").glob("[!_]*.py"):
        prose = [line for line in file.read_text().splitlines() if line.startswith("# title: ")]
        assert prose and prose[0] in chunks, file.name


def test_needs_little(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.endswith(".dist-info/METADATA"))
    metadata = message_from_bytes(members[name])
    needed = [text for text in metadata.get_all("Requires-Dist", []) if "extra ==" not in text]
    assert len(needed) == 1 and needed[0].startswith("jupyter-server")
    assert metadata["Version"] == json.loads((ROOT / "package.json").read_text())["version"]
    assert metadata["License-Expression"] == "BSD-3-Clause"


def test_the_front_end_is_built_from_a_checkout(built: Built) -> None:
    assert built.npm_calls[:2] == ["install", "run build:prod"]


@pytest.mark.nightly
def test_another_build_is_the_same_to_the_byte(built: Built, tmp_path: Path) -> None:
    """In another folder, with times of files of its own."""
    other = build_everything(tmp_path)
    with zipfile.ZipFile(built.wheel) as one, zipfile.ZipFile(other.wheel) as two:
        assert [n for n in one.namelist() if one.read(n) != two.read(n)] == []
    assert built.wheel.read_bytes() == other.wheel.read_bytes()
    assert built.sdist.read_bytes() == other.sdist.read_bytes()


def test_an_sdist_holds_what_git_has(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    left_out = (".ci/", "docs/images/", "test/browser/")
    assert [n for n in tracked() if not n.startswith(left_out) and n not in packed] == []


def test_an_sdist_holds_the_front_end_whatever_links_to_it(tmp_path: Path) -> None:
    """Environments of the nightly stages lie in the checkout and link to what it has built."""
    source = tmp_path / "checkout"
    for name in tracked():
        if not name.startswith("test/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    front_end = source / "jupyterlab_runtime_kit" / "labextension"
    (front_end / "static").mkdir(parents=True)
    (front_end / "static" / "style.js").touch()
    for folder in (".cache/jupyterlab-4.4/share", ".venv-other/share", "a folder of mine"):
        (source / folder).mkdir(parents=True)
        (source / folder / "jupyterlab-runtime-kit").symlink_to(front_end)
    sdist = build("sdist", source, tmp_path / "sdist", SKIP_JUPYTER_BUILDER="1")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert "jupyterlab_runtime_kit/labextension/static/style.js" in names
    assert [name for name in names if name.endswith("/style.js")] == [
        "jupyterlab_runtime_kit/labextension/static/style.js"
    ]


def test_an_sdist_is_installed_without_node(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as archive:
        names = archive.getnames()
    assert not any("node_modules" in name or name.endswith(".map") for name in names)

    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text("#!/bin/sh\nexit 1\n")
    npm.chmod(0o755)
    source = unpack(built.sdist, tmp_path / "source")
    wheel = build("wheel", source, tmp_path / "wheel", PATH=f"{npm.parent}:/usr/bin:/bin")
    with zipfile.ZipFile(wheel) as ours, zipfile.ZipFile(built.wheel) as other:
        assert sorted(ours.namelist()) == sorted(other.namelist())
