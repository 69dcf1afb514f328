"""The built-in snippets, read from the files of runtime_kit/snippets."""

import re
from functools import cache
from importlib.resources import files

from runtime_kit.version import __version__

from .model import Snippet
from .parse import parse_snippet

_LIBRARY = ".library"
_ENGINE = re.compile(r"^# %% engine: ([a-z-]+)$", re.MULTILINE)


@cache
def builtin_snippets() -> tuple[Snippet, ...]:
    """All built-in snippets, ordered by id, the standalone form first."""
    snippets = []
    for file in files("runtime_kit").joinpath("snippets").iterdir():
        name = file.name.removesuffix(".py")
        if name == file.name or name == "__init__":
            continue
        form = "library" if name.endswith(_LIBRARY) else "standalone"
        text = put_engines(file.read_text(encoding="utf-8"))
        snippets.append(parse_snippet(text, name.removesuffix(_LIBRARY), form))
    return tuple(sorted(snippets, key=lambda snippet: (snippet.id, snippet.form != "standalone")))


def put_engines(text: str) -> str:
    """Put the code of each engine below the `# %% engine: NAME` line that asks for it."""
    folder = files("runtime_kit").joinpath("snippets", "engines")

    def put(marker: re.Match[str]) -> str:
        code = folder.joinpath(f"{marker[1]}.py").read_text(encoding="utf-8")
        return f"{marker[0]}\n{code.replace('RUNTIME_KIT_VERSION', __version__)}"

    return _ENGINE.sub(put, text)
