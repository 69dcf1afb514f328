# ---
# id: github-save
# title: Save to GitHub
# description: Commits this notebook to a branch of its GitHub repository without touching the working copy; the token comes from the environment or a prompt
# tags: [share, github, git]
# languages: [python]
# requires: [tool:git]
# version: 1
# ---

# %% [markdown]
# **Save to GitHub** commits the notebook as it was last saved (save it first) to a branch and pushes that. Your working copy, its branch and its staged changes stay as they are. The token is read from `GITHUB_TOKEN` or asked for, never written.

# %%
SAVE_NOTEBOOK = ""  # @param {type:"string"}
SAVE_BRANCH = "notebooks"  # @param {type:"string"}
SAVE_MESSAGE = "Save the notebook"  # @param {type:"string"}
GIT_REMOTE = "origin"  # @param {type:"string"}
GITHUB_HOST = "github.com"  # @param {type:"string"}

import base64
import os
import subprocess
import tempfile
from getpass import getpass
from pathlib import Path
from urllib.parse import urlsplit


def notebook_path():
    path = Path(SAVE_NOTEBOOK or os.environ.get("JPY_SESSION_NAME", "")).expanduser()
    path = (
        path if path.exists() else Path(path.name)
    )  # the server's path; a kernel starts beside it
    if path.suffix != ".ipynb" or not path.is_file():
        raise FileNotFoundError(
            "Write the notebook's path into SAVE_NOTEBOOK; on Colab use File > Save a copy in GitHub."
        )
    return path.resolve()


def credentials(url):
    """Settings of git that carry the token, as variables: a command line is seen by all."""
    if not url.startswith("https://"):
        return {}  # ssh has its keys, a folder needs none
    # A GitHub Enterprise host is named in GITHUB_HOST: the token goes to no other place.
    place = urlsplit(url)
    if place.netloc.rpartition("@")[2].lower() != GITHUB_HOST.lower():
        raise RuntimeError(
            f"The remote is at {place.hostname}, not at {GITHUB_HOST}: the GitHub token is not sent "
            "there. For GitHub Enterprise write its host into GITHUB_HOST."
        )
    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN")
    try:
        token = token or getpass("GitHub token (it may write contents of the repository): ")
    except (EOFError, NotImplementedError, RuntimeError):
        raise RuntimeError("No token: set the environment variable GITHUB_TOKEN.") from None
    basic = base64.b64encode(f"x-access-token:{token.strip()}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.https://{GITHUB_HOST}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
    }


# %%
def save_to_github(path):
    """Commit and push; the index is one of its own, so nothing of yours is changed."""
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}

    def git(*arguments, fails=False):
        command = ["git", "-C", str(path.parent), *arguments]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True)
        if answer.returncode and not fails:
            reason = answer.stderr.strip().replace("\n", " ") or f"exit code {answer.returncode}"
            raise RuntimeError(f"Not saved, git {arguments[0]} says: {reason}")
        return answer.stdout.strip() if not answer.returncode else ""

    top = Path(git("rev-parse", "--show-toplevel")).resolve()
    inside = path.relative_to(top).as_posix()
    url = git("remote", "get-url", "--push", "--", GIT_REMOTE)
    git("check-ref-format", "--branch", SAVE_BRANCH)
    if not (os.environ.get("GIT_AUTHOR_EMAIL") or git("config", "user.email", fails=True)):
        raise RuntimeError("Tell git who you are: !git config --global user.email you@example.org")
    environment |= credentials(url)
    branch = f"refs/heads/{SAVE_BRANCH}"
    listed = git("ls-remote", "--", url, branch)  # also shows at once whether the token is good
    if listed:
        git("fetch", "--quiet", "--", url, branch)
    parent = listed.split()[0] if listed else git("rev-parse", "--verify", "HEAD", fails=True)
    with tempfile.TemporaryDirectory() as folder:
        environment["GIT_INDEX_FILE"] = str(Path(folder) / "index")
        git("read-tree", parent) if parent else git("read-tree", "--empty")
        blob = git("hash-object", "-w", str(path))
        git("update-index", "--add", "--cacheinfo", f"100644,{blob},{inside}")
        tree = git("write-tree")
    if listed and tree == git("rev-parse", f"{parent}^{{tree}}"):
        print(f"{inside} is on {SAVE_BRANCH} already, as it is here.")
        return
    parents = ["-p", parent] if parent else []
    commit = git("commit-tree", tree, *parents, "-m", SAVE_MESSAGE)
    git(
        "push", "--quiet", "--", url, f"{commit}:{branch}"
    )  # refused if somebody else pushed meanwhile
    print(f"Saved {inside} to {SAVE_BRANCH} as {commit[:10]}.")


save_to_github(notebook_path())
