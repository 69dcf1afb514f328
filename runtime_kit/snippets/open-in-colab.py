# ---
# id: open-in-colab
# title: Open in Colab
# description: Makes the Open in Colab badge and link of this notebook from its GitHub remote, or turns a GitHub address into Colab's and back
# tags: [share, colab, github]
# languages: [python]
# version: 2
# names: [open_in_colab]
# ---

# %% engine:
# @title Open in Colab engine: run this cell, no need to read it
def open_in_colab(notebook_url, notebook_path):
    """Print the badge for this notebook, or turn an address of GitHub or Colab round."""
    import os
    import re
    import subprocess
    from pathlib import Path
    from urllib.parse import quote

    from IPython.display import Markdown, display

    COLAB = "https://colab.research.google.com"
    BADGE = f"{COLAB}/assets/colab-badge.svg"
    PAIRS = {
        "https://github.com/": f"{COLAB}/github/",
        "https://gist.github.com/": f"{COLAB}/gist/",
    }

    OTHERS = {  # other addresses of the same notebook
        r"^https?://(?:www\.)?github\.(?:com|dev)/": "https://github.com/",
        r"^(https://github\.com/[^/]+/[^/]+/)(?:raw|edit|blame)/": r"\1blob/",
        r"^https?://raw\.githubusercontent\.com/([^/]+/[^/]+)/(?:refs/heads/)?": r"https://github.com/\1/blob/",
        r"^https?://nbviewer\.(?:jupyter\.)?org/github/": "https://github.com/",
        r"^https?://nbviewer\.(?:jupyter\.)?org/gist/": "https://gist.github.com/",
    }

    def turned(url):
        """GitHub's address of a notebook as Colab's, and Colab's as GitHub's."""
        for other, same in OTHERS.items():
            url = re.sub(other, same, url, flags=re.IGNORECASE)
        for github, colab in PAIRS.items():
            for old, new in ((github, colab), (colab, github)):
                if url.startswith(old):
                    return new + url[len(old) :].partition("#")[0].partition("?")[0]
        raise ValueError(f"{url} is no address of a notebook at GitHub, a gist or Colab.")

    def git(*arguments):
        answer = subprocess.run(["git", *arguments], capture_output=True, text=True)
        if answer.returncode:
            raise RuntimeError(f"git says: {answer.stderr.strip() or 'no answer'}")
        return answer.stdout.strip()

    def github_url():
        """GitHub's address of this notebook."""
        path = Path(notebook_path or os.environ.get("JPY_SESSION_NAME", "")).expanduser()
        if path.suffix != ".ipynb":
            raise ValueError(
                "Write the notebook's path into NOTEBOOK_PATH, like examples/train.ipynb."
            )
        path = (
            path if path.exists() else Path(path.name)
        )  # the server's path; a kernel starts beside it
        folder = str(path.resolve().parent)
        remote = git("-C", folder, "remote", "get-url", "origin")
        # As a whole: the addresses of others have github.com as a part.
        where = (
            r"(?:(?:https?|git)://(?:[^/@]*@)?(?:www\.)?github\.com/"
            r"|(?:git\+)?ssh://(?:[\w-]+@)?(?:ssh\.)?github\.com(?::\d+)?/"
            r"|(?:[\w-]+@)?(?:ssh\.)?github\.com:)"
        )
        repository = r"([\w.-]+/[\w.-]+?)(?:\.git)?/?"
        found = re.fullmatch(where + repository, remote, re.IGNORECASE)
        if not found:
            raise ValueError(f"The remote {re.sub('//[^/]*@', '//', remote)} is not at GitHub.")
        branch = git("-C", folder, "rev-parse", "--abbrev-ref", "HEAD")
        if branch == "HEAD":  # detached: the address of the commit
            branch = git("-C", folder, "rev-parse", "HEAD")
        top = git("-C", folder, "rev-parse", "--show-toplevel")
        inside = path.resolve().relative_to(Path(top).resolve()).as_posix()
        return f"https://github.com/{found[1]}/blob/{quote(branch)}/{quote(inside)}"

    if notebook_url:
        print(turned(notebook_url))
    else:
        colab_url = turned(github_url())
        badge = f"[![Open In Colab]({BADGE})]({colab_url})"
        display(Markdown(badge))
        print(f"{colab_url}\n{badge}")


# %%
# @title Open in Colab
# @markdown Prints the badge for a README. With NOTEBOOK_URL it only turns that address round.
NOTEBOOK_URL = ""  # @param {type:"string"}
NOTEBOOK_PATH = ""  # @param {type:"string"}
open_in_colab(NOTEBOOK_URL, NOTEBOOK_PATH)
