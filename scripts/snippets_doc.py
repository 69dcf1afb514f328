"""Writes docs/snippets.md from the files of runtime_kit/snippets and the tests that run them.

Run with the Python of the checkout's .venv. `--check` only says whether the file is up to date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from runtime_kit.snippets import Snippet, builtin_snippets  # noqa: E402

TARGET = ROOT / "docs" / "snippets.md"
GROUPS = {
    "storage": "Storage and data",
    "checkpoint": "Checkpoints",
    "gpu": "GPU",
    "environment": "Environment",
    "scripts": "Scripts",
    "runtime": "Runtime",
    "share": "Sharing",
}
INTRODUCTION = """# The snippets

<!-- Written by scripts/snippets_doc.py from the files of runtime_kit/snippets: change those. -->

Each is one file, `runtime_kit/snippets/<id>.py`, with a library form also `<id>.library.py`. The
toolbar's menu, the palette and `%snippet <id>` insert it. A parameter is shown with its default.
"Needs" is what the front matter requires; without an entry a snippet runs on every platform, and
says what is missing. All are run in kernels of both ends of the supported range (IPython 7.34 with
ipykernel 6.17, and IPython 9 with ipykernel 7), those for Keras, Lightning, HF Trainer, JAX and
scikit-learn in `npm run nightly`, which installs these; services of others (Google, GitHub, GPUs)
are stand-ins that replay what the real ones say.
"""
NOTES = {  # below the title of a group
    "checkpoint": """\
Lightning and HF Trainer write their checkpoints file by file themselves and scikit-learn knows
pickle only: what makes these safe is too much code for a cell, so they have the library form alone.
""",
}
LINES = """## Lines

What a notebook shows of each snippet, and what it folds below a title: engines need no reading and
run with the rest.
"""
EXCLUDED = {"test_snippet_files.py", "test_snippet_library.py", "test_snippets_doc.py"}


def tests_of() -> dict[str, list[str]]:
    """Names of the test files in which a snippet's id stands as a string."""
    files = sorted(ROOT.glob("test/*/test_*.py"))
    texts = {f.name: f.read_text(encoding="utf-8") for f in files if f.name not in EXCLUDED}
    ids = {snippet.id for snippet in builtin_snippets()}
    return {
        id_: [name for name, text in texts.items() if re.search(rf"[\"']{id_}[\"']", text)]
        for id_ in ids
    }


def row(forms: list[Snippet], tests: list[str]) -> str:
    snippet = forms[0]
    parameters = [f"`{p.name} = {p.default!r}`" for p in snippet.parameters]
    needs = [f"`{need}`" for need in snippet.requires]
    if len(forms) > 1:
        needs += ["library form:", *(f"`{need}`" for need in forms[1].requires)]
    form = " and ".join(f.form for f in forms)
    cells = [
        f"`{snippet.id}`",
        f"**{snippet.title}** ({form}). {snippet.description}.",
        ", ".join(parameters),
        " ".join(needs),
        ", ".join(f"`{name.removesuffix('.py')}`" for name in tests),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def lines_of(snippet: Snippet, folded: bool) -> int:
    """How many lines a notebook shows, or folds."""
    cells = [cell for cell in snippet.cells if cell.folded == folded]
    return sum(len(cell.source.splitlines()) for cell in cells)


def table_of_lines() -> str:
    """What is on the screen after a click."""
    rows = [
        f"| `{s.id}` | {s.form} | {lines_of(s, False)} | {lines_of(s, True) or '-'} |"
        for s in builtin_snippets()
    ]
    head = "| id | form | visible | folded |\n| --- | --- | --- | --- |"
    return "\n".join([LINES, head, *rows]) + "\n"


def document() -> str:
    tests = tests_of()
    forms: dict[str, list[Snippet]] = {}
    for snippet in builtin_snippets():
        forms.setdefault(snippet.id, []).append(snippet)
    untested = sorted(id_ for id_ in forms if not tests[id_])
    if untested:
        raise SystemExit(f"No test runs {', '.join(untested)}.")
    for id_, (first, *_) in forms.items():
        if not first.tags or first.tags[0] not in GROUPS:
            groups = ", ".join(GROUPS)
            raise SystemExit(f"{id_}: the first tag must be one of {groups}. Then npm run build.")
    parts = [INTRODUCTION]
    for tag, title in GROUPS.items():
        rows = [row(f, tests[id_]) for id_, f in sorted(forms.items()) if f[0].tags[0] == tag]
        if rows:
            head = "| id | what | parameters | needs | tested by |\n| --- | --- | --- | --- | --- |"
            note = [NOTES[tag]] if tag in NOTES else []
            parts.append("\n".join([f"## {title}\n", *note, head, *rows]) + "\n")
    return "\n".join([*parts, table_of_lines()])


def main() -> int:
    text = document()
    if "--check" in sys.argv[1:]:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if current != text:
            print("docs/snippets.md is not up to date: run scripts/snippets_doc.py")
        return int(current != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
