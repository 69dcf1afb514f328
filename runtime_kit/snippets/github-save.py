# ---
# id: github-save
# title: Save to GitHub
# description: Commits this notebook to a branch of its GitHub repository without touching the working copy; the token comes from the environment or a prompt
# tags: [share, github, git]
# languages: [python]
# requires: [tool:git]
# version: 2
# names: [save_notebook_to_github]
# ---

# %% engine:
# @title Save to GitHub engine: run this cell, no need to read it
def save_notebook_to_github(save_notebook, save_branch, save_message, git_remote, github_host):
    """Commit the saved notebook to a branch and push it; your working copy stays as it is."""
    import base64
    import os
    import subprocess
    import tempfile
    from getpass import getpass
    from pathlib import Path
    from urllib.parse import urlsplit

    def notebook_path():
        path = Path(save_notebook or os.environ.get("JPY_SESSION_NAME", "")).expanduser()
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
        if place.netloc.rpartition("@")[2].lower() != github_host.lower():
            raise RuntimeError(
                f"The remote is at {place.hostname}, not at {github_host}: the GitHub token is not sent "
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
            "GIT_CONFIG_KEY_0": f"http.https://{github_host}/.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
        }

    def save_to_github(path):
        """Commit and push; the index is one of its own, so nothing of yours is changed."""
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}

        def git(*arguments, fails=False):
            command = ["git", "-C", str(path.parent), *arguments]
            answer = subprocess.run(command, env=environment, capture_output=True, text=True)
            if answer.returncode and not fails:
                reason = (
                    answer.stderr.strip().replace("\n", " ") or f"exit code {answer.returncode}"
                )
                raise RuntimeError(f"Not saved, git {arguments[0]} says: {reason}")
            return answer.stdout.strip() if not answer.returncode else ""

        top = Path(git("rev-parse", "--show-toplevel")).resolve()
        inside = path.relative_to(top).as_posix()
        url = git("remote", "get-url", "--push", "--", git_remote)
        git("check-ref-format", "--branch", save_branch)
        if not (os.environ.get("GIT_AUTHOR_EMAIL") or git("config", "user.email", fails=True)):
            raise RuntimeError(
                "Tell git who you are: !git config --global user.email you@example.org"
            )
        environment |= credentials(url)
        branch = f"refs/heads/{save_branch}"
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
            print(f"{inside} is on {save_branch} already, as it is here.")
            return
        parents = ["-p", parent] if parent else []
        commit = git("commit-tree", tree, *parents, "-m", save_message)
        git(
            "push", "--quiet", "--", url, f"{commit}:{branch}"
        )  # refused if somebody else pushed meanwhile
        print(f"Saved {inside} to {save_branch} as {commit[:10]}.")

    save_to_github(notebook_path())


# %%
# @title Save to GitHub
# @markdown Save the notebook first. The token is read from `GITHUB_TOKEN` or asked for, never written.
SAVE_NOTEBOOK = ""  # @param {type:"string"}
SAVE_BRANCH = "notebooks"  # @param {type:"string"}
SAVE_MESSAGE = "Save the notebook"  # @param {type:"string"}
GIT_REMOTE = "origin"  # @param {type:"string"}
GITHUB_HOST = "github.com"  # @param {type:"string"}
save_notebook_to_github(SAVE_NOTEBOOK, SAVE_BRANCH, SAVE_MESSAGE, GIT_REMOTE, GITHUB_HOST)
