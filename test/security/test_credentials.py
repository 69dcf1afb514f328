"""A GitHub token goes to GitHub, or to the host that the user named, and nowhere else."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from kernels import sources

SECRET = "s3cr3t-t0ken"
# Says what git says up to the first request, and notes the settings that come with that.
GIT = """#!/bin/sh
case "$*" in
  *--show-toplevel*) pwd ;;
  *get-url*) echo "$REMOTE_URL" ;;
  *ls-remote*) env >asked; exit 1 ;;
esac
"""


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text(GIT)
    git.chmod(0o755)
    (tmp_path / "a.ipynb").write_text("{}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{git.parent}:/usr/bin:/bin")
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "ada@example.org")


def credentials(url: str, **values: Any) -> dict[str, str]:
    """What the snippet gives git along for this remote."""
    Path("asked").unlink(missing_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REMOTE_URL", url)
        names: dict[str, Any] = {}
        try:
            for cell in sources("github-save", SAVE_NOTEBOOK="a.ipynb", **values):
                exec(cell, names)
        except RuntimeError:
            if not Path("asked").exists():
                raise
    pairs = (line.partition("=") for line in Path("asked").read_text().splitlines())
    return {name: value for name, _, value in pairs if name.startswith("GIT_CONFIG_")}


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/ada/demo.git",
        "https://ada@github.com/ada/demo",
        "https://GitHub.com/a/b",
    ],
)
def test_github(url: str) -> None:
    settings = credentials(url)
    basic = base64.b64encode(f"x-access-token:{SECRET}".encode()).decode()
    assert settings["GIT_CONFIG_KEY_0"] == "http.https://github.com/.extraHeader"
    assert settings["GIT_CONFIG_VALUE_0"] == f"Authorization: Basic {basic}"


@pytest.mark.parametrize(
    "url",
    [
        "https://gitlab.com/ada/demo.git",
        "https://git.example.com/ada/demo",
        "https://github.com.evil.example/ada/demo",
        "https://github.com@evil.example/ada/demo",
        "https://github.com:x@evil.example/github.com/demo",
        "https://evil.example/github.com/ada/demo",
        "https://evil.example\\@github.com/ada/demo",
        "https://github.com:8443/ada/demo",
        "https://evil.example#@github.com/ada/demo",
        "https://evil.example?@github.com/ada/demo",
        "https://notgithub.com/ada/demo",
    ],
)
def test_any_other_host(url: str) -> None:
    try:
        settings = credentials(url)
    except RuntimeError as error:
        assert "GITHUB_HOST" in str(error) and SECRET not in str(error)
        assert not Path("asked").exists()
    else:  # git itself sends the header to this place only
        assert settings["GIT_CONFIG_KEY_0"] == "http.https://github.com/.extraHeader"


def test_a_host_of_ones_own() -> None:
    url = "https://git.example.com/ada/demo"
    settings = credentials(url, GITHUB_HOST="git.example.com")
    assert settings["GIT_CONFIG_KEY_0"] == "http.https://git.example.com/.extraHeader"
    with pytest.raises(RuntimeError, match="not at git"):
        credentials("https://github.com/ada/demo", GITHUB_HOST="git.example.com")


def test_no_token_over_plain_http_or_ssh() -> None:
    for url in ("http://github.com/a/b", "git@github.com:a/b", "/srv/git/b", "ssh://git@x/b"):
        assert credentials(url) == {}
