"""Which of the pieces that snippets need are there, and that asking only looks."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernel_client import RunningKernel, kernel_pythons, running_kernel

PACKAGE = Path(__file__).parents[2] / "runtime_kit"
FRONTEND = PACKAGE / "frontend"


@pytest.fixture(scope="module", params=kernel_pythons())
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningKernel]:
    with running_kernel(request.param, tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


def ask(kernel: RunningKernel, requirements: list[str]) -> dict:
    """Evaluate what the front end sends: silent, as a user expression."""
    sources = [(FRONTEND / "requirements.py").read_text()]
    arguments = [requirements, (PACKAGE / "platform.py").read_text()]
    call = (FRONTEND / "call.py").read_text()
    expression = f"({call}\n)({sources!r}, 'runtime_kit_carried', 'report', {arguments!r})"
    answer = kernel.run("", silent=True, expression=expression)
    assert answer.outputs == []
    return json.loads(ast.literal_eval(answer.value))


def test_the_answer_is_plain_however_the_user_has_strings_shown(kernel: RunningKernel) -> None:
    """As after `%load_ext rich`: with colors, and with line breaks."""
    code = """
_formatter = get_ipython().display_formatter.formatters["text/plain"]
_formatter.for_type(str, lambda text, printer, _: printer.text(f"\\x1b[32m{text!r}\\x1b[0m\\n"))
"""
    assert kernel.run(code).status == "ok"
    assert "\x1b[32m" in kernel.run("", silent=True, expression="'a'").value
    assert ask(kernel, ["package:json"])
    assert kernel.run("_formatter.type_printers.pop(str)").status == "ok"


def test_only_looks(kernel: RunningKernel, tmp_path: Path) -> None:
    code = f"""
import os, sys
folder = {str(tmp_path)!r}
for name in ("whole", "whole/part", "torn"):
    os.makedirs(os.path.join(folder, name))
    with open(os.path.join(folder, name, "__init__.py"), "w") as file:
        file.write("raise SystemError('imported')")
tool = os.path.join(folder, "kit-tool")
with open(tool, "w") as file:
    file.write("#!/bin/sh")
os.chmod(tool, 0o755)
sys.path.insert(0, folder)
os.environ["PATH"] += os.pathsep + folder
os.environ["KAGGLE_KERNEL_RUN_TYPE"] = "Interactive"
modules, names = set(sys.modules), set(globals())
"""
    assert kernel.run(code).status == "ok"
    asked = [
        "package:json",
        "package:os.path",
        "package:whole",
        "package:whole.part",
        "package:whole.none",
        "package:torn.part",
        "package:no_such_package",
        "package:no_such_package.part",
        "tool:kit-tool",
        "tool:no-such-tool",
        "platform:kaggle",
        "platform:colab",
    ]
    assert ask(kernel, asked) == {
        "met": [
            "package:json",
            "package:os.path",
            "package:whole",
            "package:whole.part",
            "tool:kit-tool",
            "platform:kaggle",
        ],
        "platform": "kaggle",
    }
    left = (
        "sorted(n for n in set(sys.modules) - modules if 'whole' in n or 'torn' in n or 'kit' in n)"
    )
    assert kernel.run("", silent=True, expression=left).value == "[]"
    bound = "sorted(n for n in set(globals()) - names if not n.startswith('_') and n != 'names')"
    assert kernel.run("", silent=True, expression=bound).value == "['modules']"
