"""The snippets about GitHub, Colab and secrets: real git, stand-ins for the sites."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from http_service import http_service
from kernels import STAND_INS
from shared_kernel import Notebook

Open = Callable[..., Notebook]
COLAB = "https://colab.research.google.com"
SECRET = "s3cr3t-t0ken"
IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    environment = {**os.environ, **IDENTITY}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with a commit, whose origin is the bare repository beside it."""
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    folder = tmp_path / "clone"
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", "clone")
    git(folder, "remote", "add", "origin", str(tmp_path / "origin.git"))
    (folder / "notes").mkdir()
    (folder / "notes" / "a b.ipynb").write_text('{"cells": []}')
    (folder / "README.md").write_text("hello")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Begin")
    git(folder, "push", "--quiet", "origin", "main")
    return folder


@pytest.mark.parametrize(
    ("github", "colab"),
    [
        (
            "https://github.com/ada/demo/blob/main/notes/a.ipynb",
            f"{COLAB}/github/ada/demo/blob/main/notes/a.ipynb",
        ),
        ("https://gist.github.com/ada/0123abcd", f"{COLAB}/gist/ada/0123abcd"),
    ],
)
def test_addresses_are_turned_round(notebook: Open, github: str, colab: str) -> None:
    book = notebook()
    assert book.insert("open-in-colab", NOTEBOOK_URL=github) == f"{colab}\n"
    assert book.insert("open-in-colab", NOTEBOOK_URL=f"{colab}#scrollTo=x") == f"{github}\n"
    assert "is no address" in book.fail("open-in-colab", NOTEBOOK_URL="https://example.org/a.ipynb")


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://www.GitHub.com/ada/demo/blob/main/a.ipynb", "github/ada/demo/blob/main/a.ipynb"),
        (
            "https://raw.githubusercontent.com/ada/demo/refs/heads/main/a.ipynb",
            "github/ada/demo/blob/main/a.ipynb",
        ),
        ("https://github.com/ada/demo/raw/main/a.ipynb", "github/ada/demo/blob/main/a.ipynb"),
        ("https://github.dev/ada/demo/blob/main/a.ipynb", "github/ada/demo/blob/main/a.ipynb"),
        (
            "https://nbviewer.org/github/ada/demo/blob/main/a.ipynb",
            "github/ada/demo/blob/main/a.ipynb",
        ),
        ("https://nbviewer.jupyter.org/gist/ada/0123abcd", "gist/ada/0123abcd"),
    ],
)
def test_other_addresses_of_a_notebook(notebook: Open, address: str, path: str) -> None:
    assert notebook().insert("open-in-colab", NOTEBOOK_URL=address) == f"{COLAB}/{path}\n"


@pytest.mark.parametrize(
    "address",
    ["https://notgithub.com/o/r/blob/m/a.ipynb", "https://gitlab.com/github.com/o/r/a.ipynb"],
)
def test_addresses_of_others_are_refused(notebook: Open, clone: Path, address: str) -> None:
    book = notebook(JPY_SESSION_NAME=str(clone / "notes" / "a b.ipynb"), **IDENTITY)
    assert "is no address" in book.fail("open-in-colab", NOTEBOOK_URL=address)
    git(clone, "remote", "set-url", "origin", address)
    assert "is not at GitHub" in book.fail("open-in-colab")


def test_a_detached_head_links_to_its_commit(notebook: Open, clone: Path) -> None:
    git(clone, "remote", "set-url", "origin", "git@github.com:ada/demo.git")
    git(clone, "checkout", "--quiet", "--detach")
    head = git(clone, "rev-parse", "HEAD").strip()
    book = notebook(JPY_SESSION_NAME=str(clone / "notes" / "a b.ipynb"), **IDENTITY)
    assert f"{COLAB}/github/ada/demo/blob/{head}/notes/a%20b.ipynb" in book.insert("open-in-colab")


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/ada/demo.git",
        "https://www.GitHub.com/ada/demo",
        "ssh://git@github.com:22/ada/demo.git",
        "ssh://git@ssh.github.com:443/ada/demo.git",
        "git@github.com:ada/demo.git",
        "github.com:ada/demo",
        "org-42@github.com:ada/demo.git",
        "git+ssh://git@github.com/ada/demo.git",
        "git://github.com/ada/demo.git",
        f"https://ada:{SECRET}@github.com/ada/demo",
    ],
)
def test_badge_from_the_remote(notebook: Open, clone: Path, remote: str) -> None:
    git(clone, "remote", "set-url", "origin", remote)
    book = notebook(JPY_SESSION_NAME=str(clone / "notes" / "a b.ipynb"), **IDENTITY)
    url = f"{COLAB}/github/ada/demo/blob/main/notes/a%20b.ipynb"
    badge = f"[![Open In Colab]({COLAB}/assets/colab-badge.svg)]({url})"
    assert book.insert("open-in-colab") == f"{url}\n{badge}\n"
    assert book.shown("text/markdown") == [badge]
    assert SECRET not in str(book.answer.outputs)
    git(clone, "remote", "set-url", "origin", f"https://ada:{SECRET}@example.org/ada/demo")
    failed = book.fail("open-in-colab")
    assert "is not at GitHub" in failed and SECRET not in failed
    book = notebook(JPY_SESSION_NAME="", **IDENTITY)
    assert "NOTEBOOK_PATH" in book.fail("open-in-colab")


def test_the_notebook_is_committed_and_the_clone_left_alone(notebook: Open, clone: Path) -> None:
    origin = clone.parent / "origin.git"
    path = clone / "notes" / "a b.ipynb"
    (clone / "README.md").write_text("half done")
    git(clone, "add", "README.md")
    path.write_text('{"cells": [1]}')
    before = git(clone, "status", "--porcelain=v2", "--branch")
    book = notebook(JPY_SESSION_NAME=str(path), **IDENTITY)
    printed = book.insert("github-save", SAVE_MESSAGE="Save $it; 'now'")
    assert printed.startswith("Saved notes/a b.ipynb to notebooks as ")
    assert git(clone, "status", "--porcelain=v2", "--branch") == before
    assert git(origin, "show", "notebooks:notes/a b.ipynb") == '{"cells": [1]}'
    assert git(origin, "show", "notebooks:README.md") == "hello"
    assert git(origin, "log", "--format=%s", "notebooks") == "Save $it; 'now'\nBegin"
    assert "on notebooks already" in book.insert("github-save")
    assert git(origin, "rev-list", "--count", "notebooks") == "2"

    # Somebody else pushes to the branch: their file stays.
    other = clone.parent / "other"
    git(clone.parent, "clone", "--quiet", "--branch", "notebooks", str(origin), "other")
    (other / "theirs.txt").write_text("theirs")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "Theirs")
    git(other, "push", "--quiet")
    path.write_text('{"cells": [2]}')
    book.insert("github-save")
    assert git(origin, "show", "notebooks:theirs.txt") == "theirs"
    assert git(origin, "log", "-1", "--format=%s", "notebooks") == "Save the notebook"


def test_what_cannot_be_saved(notebook: Open, clone: Path) -> None:
    path = clone / "notes" / "a b.ipynb"
    book = notebook(JPY_SESSION_NAME=str(path), **IDENTITY)
    assert "git check-ref-format says" in book.fail("github-save", SAVE_BRANCH="a..b")
    assert "git remote says" in book.fail("github-save", GIT_REMOTE="upstream")
    assert "SAVE_NOTEBOOK" in book.fail("github-save", SAVE_NOTEBOOK="none.ipynb")
    book.kernel.must("import os; [os.environ.pop(n) for n in list(os.environ) if 'EMAIL' in n]")
    assert "Tell git who you are" in book.fail("github-save")


def test_the_token_is_sent_and_never_shown(notebook: Open, clone: Path) -> None:
    """A site that refuses, over http instead of https (which the cell is told is the same)."""
    path = clone / "notes" / "a b.ipynb"
    with http_service(lambda asked: (403, b"no")) as service:
        git(clone, "remote", "set-url", "origin", f"{service.url}/ada/demo.git")
        book = notebook(JPY_SESSION_NAME=str(path), GITHUB_TOKEN=SECRET, **IDENTITY)
        from kernels import error_of, sources

        host = service.url.removeprefix("http://").strip("/")
        first, second = sources("github-save", GITHUB_HOST=host)
        first = first.replace('"https://"', '"http://"').replace("http.https://", "http.http://")
        book.kernel.must(first)
        name, message = error_of(book.kernel.run(second))
        assert name == "RuntimeError" and "git ls-remote says" in message and "403" in message
        asked = service.next()
    expected = base64.b64encode(f"x-access-token:{SECRET}".encode()).decode()
    assert asked.path.startswith("/ada/demo.git/info/refs")
    assert asked.headers["Authorization"] == f"Basic {expected}"
    assert SECRET not in message and expected not in message
    assert SECRET not in (clone / ".git" / "config").read_text()
    git(clone, "remote", "set-url", "origin", "https://127.0.0.1:9/x.git")
    book = notebook(JPY_SESSION_NAME=str(path), GITHUB_TOKEN="", GH_TOKEN="", **IDENTITY)
    named = {"GITHUB_HOST": "127.0.0.1:9"}
    assert "environment variable GITHUB_TOKEN" in book.fail("github-save", **named)
    book = notebook(JPY_SESSION_NAME=str(path), GITHUB_TOKEN=SECRET, **IDENTITY)
    refused = book.fail("github-save")
    assert "not at github.com" in refused and SECRET not in refused


@pytest.mark.parametrize(
    ("folder", "source"),
    [("colab", "Colab's secrets"), ("kaggle", "Kaggle's secrets"), ("", "the environment")],
)
def test_a_secret_is_set_and_never_printed(notebook: Open, folder: str, source: str) -> None:
    path = [str(STAND_INS / folder)] if folder else []
    given = {"STAND_IN_SECRETS": f"RK_TOKEN={SECRET}"} if folder else {"RK_TOKEN": SECRET}
    book = notebook(path, **given)
    for _ in range(2):
        printed = book.insert("secrets", SECRET="RK_TOKEN")
        assert printed == f"RK_TOKEN is set, from {source}.\n"
        assert SECRET not in str(book.answer.outputs)
    assert book.kernel.value("__import__('os').environ['RK_TOKEN']") == repr(SECRET)
    assert SECRET not in book.kernel.value(
        "[v for n, v in globals().items() if isinstance(v, str) and not n.startswith('_')]"
    )


@pytest.mark.parametrize(
    ("folder", "state", "advice"),
    [
        ("colab", "", "add it with the key symbol"),
        ("colab", "RK_TOKEN!", "allow it with the key symbol"),
        ("colab", "timeout", "cannot be reached (TimeoutException)"),
        ("kaggle", "", "attach it under Add-ons"),
    ],
)
def test_a_secret_that_is_not_there(notebook: Open, folder: str, state: str, advice: str) -> None:
    book = notebook([str(STAND_INS / folder)], STAND_IN_SECRETS=state)
    assert "RuntimeError: No secret RK_TOKEN" in book.fail("secrets", SECRET="RK_TOKEN")
    assert advice in book.answer.text("stdout")
    assert "ValueError: SECRET is the secret's name" in book.fail("secrets", SECRET="hf_x.y-z")
