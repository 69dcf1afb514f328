"""`%snippet` in real kernels, with a front end on the other side and without one."""

import ast
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from kernel_client import RunningKernel, kernel_pythons, running_kernel
from traitlets.config import Config

from runtime_kit.frontend.snippet_connection import magics_of
from runtime_kit.frontend.snippet_magic import SnippetMagic

FRONTEND = Path(__file__).parents[2] / "runtime_kit" / "frontend"
# In the order of src/kernel/queries/snippetChannel.ts.
CARRIED = ("parameter_check", "snippet_arguments", "snippet_magic", "snippet_connection")
CATALOG = [
    {
        "id": "mine",
        "title": "My own",
        "description": "",
        "parameters": [
            {"name": "NAME", "type": "string", "default": "x"},
            {"name": "COUNT", "type": "integer", "default": 1, "min": 0, "max": 9},
            {"name": "MODE", "type": "string", "default": "a", "choices": ["a", "b"]},
            {"name": "ON", "type": "boolean", "default": False},
            {"name": "ANY", "type": "raw", "default": None},
        ],
    },
    {"id": "other", "title": "Another", "description": "", "parameters": []},
]


RESET = """
%reset -f
from IPython import get_ipython as _shell
from runtime_kit.magics import unload_ipython_extension as _unload
_shell().extension_manager.loaded.clear()
_unload(_shell())
"""


@pytest.fixture(scope="module", params=kernel_pythons())
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningKernel]:
    with running_kernel(request.param, tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture
def kernel(shared: RunningKernel) -> RunningKernel:
    """A kernel as it was started: without the extension, without names of the user's."""
    shared.run(RESET)
    return shared


def announce(kernel: RunningKernel, comm_id: str, cell_id: str, cell_code: str = "") -> None:
    """What the front end sends just before a cell that mentions the magic."""
    sources = [(FRONTEND / f"{name}.py").read_text() for name in CARRIED]
    arguments = [comm_id, json.dumps(CATALOG), cell_id, cell_code]
    call = (FRONTEND / "call.py").read_text()
    code = f"({call}\n)({sources!r}, 'runtime_kit_carried', 'connect', {arguments!r})"
    answer = kernel.run(code, silent=True)
    assert (answer.status, answer.outputs) == ("ok", [])


def inserted(answer: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """Comm id, snippet and values of each request to the front end."""
    found = []
    for kind, content in answer.outputs:
        if kind.startswith("comm"):
            assert kind == "comm_msg"
            assert content["data"].pop("method") == "insert_snippet"
            data = content["data"]
            assert data.pop("channel") == content["comm_id"]
            found.append((content["comm_id"], data.pop("id"), data.pop("parameters")))
            assert not data
    return found


class TestWithoutFrontEnd:
    @pytest.mark.parametrize("code", ["%snippet", "%snippet list"])
    def test_lists_the_snippets(self, kernel: RunningKernel, code: str) -> None:
        answer = kernel.run(f"%load_ext runtime_kit\n{code}")
        assert answer.status == "ok"
        lines = answer.text("stdout").splitlines()
        ids = {line.split("  ")[0] for line in lines}
        assert {"checkpoint-resume", "drive-mount", "gpu-check"} <= ids
        assert any("READ_ONLY=False" in line for line in lines)

    def test_sets_the_next_input(self, kernel: RunningKernel) -> None:
        kernel.run("%load_ext runtime_kit")
        answer = kernel.run("%snippet drive-mount MOUNT_POINT=/mnt/d read_only=True")
        [payload] = answer.payload
        assert (payload["source"], payload["replace"]) == ("set_next_input", False)
        assigned = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in ast.parse(payload["text"]).body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in ("MOUNT_POINT", "READ_ONLY")
        }
        assert assigned == {"MOUNT_POINT": "/mnt/d", "READ_ONLY": True}

    def test_takes_values_from_a_cell(self, kernel: RunningKernel) -> None:
        kernel.run("%load_ext runtime_kit")
        body = "# where\nMOUNT_POINT = 'it\\'s \"here\"'\nREAD_ONLY = True\n"
        [payload] = kernel.run(f"%%snippet drive-mount\n{body}").payload
        assert 'MOUNT_POINT = "it\'s \\"here\\""' in payload["text"]
        assert "READ_ONLY = True" in payload["text"]

    def test_gives_names_of_the_users_no_other_value(self, kernel: RunningKernel) -> None:
        kernel.run("%load_ext runtime_kit")
        kernel.run(
            'run = MODEL = MODEL_2 = "mine"\n# @title Form\nRUN = "a"  # @param {type:"string"}'
        )
        answer = kernel.run("%snippet checkpoint-resume model=net")
        [payload] = answer.payload
        assert "MODEL_3 = net  # @param" in payload["text"]
        assert 'RUN = "run"  # @param' in payload["text"]
        assert "run_2 = Run(RUN, RUN_FOLDER).track(\n    model=MODEL_3, " in payload["text"]
        assert "`for epoch in run_2.epochs(20):`. After a crash, run all cells" in payload["text"]
        said = "Your kernel already has run, MODEL. The new cell uses run_2, MODEL_3 instead."
        assert answer.text("stdout").strip() == said
        kernel.run("del run, MODEL, MODEL_2, RUN")

    @pytest.mark.parametrize(
        ("code", "lines"),
        [
            ("%snippet checkpoint-resume model=net.head scaler=None", ["net.head", "None"]),
            ("%%snippet checkpoint-resume\nMODEL = net.head\nSCALER = None", ["net.head", "None"]),
            ('%snippet checkpoint-resume model="net" scaler=amp', ["net", "amp"]),
        ],
    )
    def test_takes_variables_as_they_are_written(
        self, kernel: RunningKernel, code: str, lines: list[str]
    ) -> None:
        kernel.run("%load_ext runtime_kit")
        [payload] = kernel.run(code).payload
        for name, value in zip(("MODEL", "SCALER"), lines, strict=True):
            assert f"\n{name} = {value}  # @param" in payload["text"]

    def test_unloading_takes_it_away(self, kernel: RunningKernel) -> None:
        kernel.run("%load_ext runtime_kit")
        assert kernel.run("%unload_ext runtime_kit").outputs == []
        assert "not found" in kernel.run("%snippet").text("stderr")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("%snippet minne", 'no snippet "minne"; did you mean mine?\n'),
        ("%snippet x", 'no snippet "x"; %snippet lists those that there are\n'),
        ("%snippet mine NAM=1", 'no parameter "NAM"; did you mean NAME? there are NAME, COUNT,'),
        ("%snippet other N=1", 'no parameter "N"; there are none'),
        ("%snippet mine name", "name=value is needed, not name"),
        ("%snippet mine NAME = a", "name=value is needed, not a"),
        ("%snippet mine NAME=a b", "name=value is needed, not b"),
        ("%snippet mine NAME=a name=b", "NAME is given twice"),
        ("%snippet mine COUNT=many", "COUNT: a whole number is needed, as a literal, not many"),
        ("%snippet mine COUNT=", "COUNT: a whole number is needed, as a literal, not nothing"),
        ("%snippet mine COUNT=1.5", "COUNT: a whole number is needed, not 1.5"),
        ("%snippet mine COUNT=True", "COUNT: a whole number is needed, not True"),
        ("%snippet mine COUNT=10", "COUNT: at most 9 is needed, not 10"),
        ("%snippet mine COUNT=-1", "COUNT: at least 0 is needed, not -1"),
        ("%snippet mine MODE=c", "MODE: one of 'a', 'b' is needed, not 'c'"),
        ("%snippet mine ON=1", "ON: True or False is needed, not 1"),
        ("%snippet mine ON=yes", "ON: True or False is needed, as a literal, not yes"),
        ("%snippet mine ANY=1e999", "ANY: a finite number is needed"),
        ("%snippet mine ANY={1: 2}", "ANY: the keys of a dict must be texts"),
        ("%snippet mine ANY={1}", "ANY: a parameter holds no set"),
        ("%snippet mine ANY=9007199254740993", "ANY: 9007199254740993 is beyond 2**53"),
        ("%snippet mine ANY=[1", "ANY: a literal is needed, as a literal, not [1"),
        ("%snippet mine ANY=__import__('os')", "ANY: a literal is needed, as a literal, not"),
        ('%snippet mine NAME="\\ud800"', "NAME: a text with half of a surrogate pair"),
        ("%%snippet mine\nCOUNT = 1 +\n", "line 1 of the body is not name = value"),
        ("%%snippet mine\nON = True\nprint(1)", "line 2 of the body is not name = value"),
        ("%%snippet mine\nON = NAME = True", "line 1 of the body is not name = value"),
        ("%%snippet mine\nON: bool = True", "line 1 of the body is not name = value"),
        ("%%snippet mine\nCOUNT = len('a')", "COUNT: a whole number is needed, as a literal, not"),
        ("%%snippet mine COUNT=1\ncount = 2", "COUNT is given twice"),
        ("%%snippet\nCOUNT = 2", "which snippet? %snippet lists the snippets, %snippet ID inserts"),
        ("%snippet --list", "no option --list. %snippet lists the snippets, %snippet ID inserts"),
    ],
)
def test_errors_are_one_line_that_names_the_right_ones(
    kernel: RunningKernel, code: str, message: str
) -> None:
    announce(kernel, "comm", "cell")
    answer = kernel.run(code, cell_id="cell")
    assert answer.status == "error"
    assert answer.text("stderr").startswith(f"UsageError: %snippet: {message}")
    assert answer.text("stderr").count("\n") == 1
    assert {kind for kind, _ in answer.outputs} == {"stream"}
    assert answer.payload == []


class TestWithFrontEnd:
    def test_asks_the_front_end_and_nothing_else(self, kernel: RunningKernel) -> None:
        announce(kernel, "comm", "cell")
        answer = kernel.run("%snippet mine", cell_id="cell")
        assert inserted(answer) == [("comm", "mine", {})]
        assert (len(answer.outputs), answer.payload) == (1, [])

    @pytest.mark.parametrize(
        ("arguments", "values"),
        [
            ("NAME=a", {"NAME": "a"}),
            ("name='a b' Count = 3", {"NAME": "a b", "COUNT": 3}),
            ("NAME=/content/My{x}$HOME", {"NAME": "/content/My{x}$HOME"}),
            ("NAME=it's ON=True", {"NAME": "it's", "ON": True}),
            ('NAME="say \\"x=1\\"" COUNT=2', {"NAME": 'say "x=1"', "COUNT": 2}),
            ("NAME=123", {"NAME": "123"}),
            ("NAME= COUNT= 2", {"NAME": "", "COUNT": 2}),
            ("COUNT=2 NAME=", {"NAME": "", "COUNT": 2}),
            ("ANY=[1, (2, 'a b')] MODE=b", {"ANY": [1, [2, "a b"]], "MODE": "b"}),
            ("ANY={'k': None} NAME=\"é😀\"", {"ANY": {"k": None}, "NAME": "é😀"}),
        ],
    )
    def test_reads_values(
        self, kernel: RunningKernel, arguments: str, values: dict[str, Any]
    ) -> None:
        kernel.run("x = 1")
        announce(kernel, "comm", "cell")
        answer = kernel.run(f"%snippet mine {arguments}", cell_id="cell")
        assert inserted(answer) == [("comm", "mine", values)]

    def test_lists_the_user_snippets(self, kernel: RunningKernel) -> None:
        announce(kernel, "comm", "cell")
        text = kernel.run("%snippet", cell_id="cell").text("stdout")
        assert text.splitlines() == [
            "mine   My own",
            "       NAME='x' COUNT=1 MODE='a' ON=False ANY=None",
            "other  Another",
        ]

    @pytest.mark.parametrize("code", ["%snippet --help", "%snippet -h", "%%snippet -h\n1"])
    def test_tells_how_it_is_used(self, kernel: RunningKernel, code: str) -> None:
        announce(kernel, "comm", "cell")
        answer = kernel.run(code, cell_id="cell")
        assert (answer.status, inserted(answer)) == ("ok", [])
        lines = answer.text("stdout").splitlines()
        assert len(lines) == 4 and all(line.startswith(("%snippet", "%%snippet")) for line in lines)

    def test_leaves_no_trace(self, kernel: RunningKernel) -> None:
        # A user may have names that carried code needs.
        kernel.run("exec = compile = json = sys = source = None")
        look = "(sorted(globals()), len(_shell().history_manager.input_hist_raw))"
        before = kernel.run("pass", expression=look)
        announce(kernel, "comm", "cell")
        after = kernel.run("pass", expression=look)
        assert after.execution_count == before.execution_count + 1
        names, entries = ast.literal_eval(after.value)
        names_before, entries_before = ast.literal_eval(before.value)
        # IPython itself keeps each cell of the user's in names such as _i3.
        assert [name for name in names if not name.startswith("_i")] == [
            name for name in names_before if not name.startswith("_i")
        ]
        assert entries == entries_before + 1

    def test_is_gone_with_the_cell(self, kernel: RunningKernel) -> None:
        announce(kernel, "comm", "cell")
        kernel.run("pass", cell_id="cell")
        answer = kernel.run("%snippet mine", cell_id="another")
        assert answer.text("stderr") == "UsageError: Line magic function `%snippet` not found.\n"
        assert inserted(answer) == []

    def test_works_for_each_of_several_cells(self, kernel: RunningKernel) -> None:
        announce(kernel, "comm-a", "a")
        announce(kernel, "comm-b", "b")
        assert inserted(kernel.run("%snippet other", cell_id="a")) == [("comm-a", "other", {})]
        kernel.run("pass", cell_id="between")
        code = "%snippet mine NAME=1\n%snippet other"
        assert inserted(kernel.run(code, cell_id="b")) == [
            ("comm-b", "mine", {"NAME": "1"}),
            ("comm-b", "other", {}),
        ]

    def test_works_again_in_the_same_cell(self, kernel: RunningKernel) -> None:
        for comm_id in ("first", "second"):
            announce(kernel, comm_id, "cell")
            answer = kernel.run("%snippet mine\nimport gc; gc.collect();", cell_id="cell")
            # No message closes a comm that the front end never saw opened.
            assert inserted(answer) == [(comm_id, "mine", {})]

    def test_a_cell_of_another_client_is_told(self, kernel: RunningKernel) -> None:
        announce(kernel, "comm", "cell")
        answer = kernel.run("%snippet mine", cell_id="somewhere-else")
        assert "no front end is listening" in answer.text("stderr")
        assert inserted(kernel.run("%snippet mine", cell_id="cell")) == [("comm", "mine", {})]

    def test_works_where_a_server_runs_the_cells(self, kernel: RunningKernel) -> None:
        # Such an executor is another client, and need not say which cell it runs.
        code_a, code_b = "%snippet mine", "%snippet mine NAME=b"
        announce(kernel, "comm-a", "a", code_a)
        announce(kernel, "comm-b", "b", code_b)
        announce(kernel, "comm-c", "c", code_b)
        with kernel.other_client() as server:
            assert inserted(server.run(code_a)) == [("comm-a", "mine", {})]
            server.run("pass")
            assert inserted(server.run(code_b)) == [("comm-b", "mine", {"NAME": "b"})]
            assert inserted(server.run(code_b)) == [("comm-c", "mine", {"NAME": "b"})]

    def test_goes_before_the_loaded_extension(self, kernel: RunningKernel) -> None:
        announce(kernel, "comm", "cell")
        answer = kernel.run("%load_ext runtime_kit\n%snippet mine", cell_id="cell")
        assert (inserted(answer), answer.payload) == ([("comm", "mine", {})], [])
        after = kernel.run("%snippet gpu-check")
        assert [payload["source"] for payload in after.payload] == ["set_next_input"]
        announce(kernel, "comm", "cell")
        assert inserted(kernel.run("%snippet mine", cell_id="cell")) == [("comm", "mine", {})]

    def test_gives_a_magic_of_the_user_its_name_back(self, kernel: RunningKernel) -> None:
        register = "_shell().register_magic_function"
        kernel.run(f"{register}(lambda line: print('own', line), 'line', 'snippet')")
        announce(kernel, "comm", "cell")
        assert inserted(kernel.run("%snippet mine", cell_id="cell"))
        assert kernel.run("%snippet x").text("stdout") == "own x\n"
        kernel.run("del _shell().magics_manager.magics['line']['snippet']")


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize("name", ["drive_mount", "gpu_check", "checkpoint_resume"])
def test_the_other_magics_tell_how_they_are_used(
    kernel: RunningKernel, name: str, option: str
) -> None:
    kernel.run("%load_ext runtime_kit")
    for code in (f"%{name} {option}", f"%%{name} {option}\nprint('ran')"):
        answer = kernel.run(code)
        assert (answer.status, answer.text("stderr")) == ("ok", "")
        assert f"%{name}" in answer.text("stdout") and "\n--" in answer.text("stdout")
        assert "ran" not in answer.text("stdout")
    kernel.run("%unload_ext runtime_kit")
    assert "not found" in kernel.run(f"%{name}").text("stderr")


def test_a_cell_magic_without_a_cell_says_so(kernel: RunningKernel) -> None:
    kernel.run("%load_ext runtime_kit")
    said = kernel.run("%checkpoint_resume digits --track model").text("stderr")
    assert "at the top of a cell" in said and said.count("\n") == 1


@pytest.mark.parametrize("python", kernel_pythons())
def test_a_plain_ipython_gets_the_snippet_as_its_next_input(python: Path, tmp_path: Path) -> None:
    lines = [
        "from IPython.terminal.interactiveshell import TerminalInteractiveShell",
        "shell = TerminalInteractiveShell.instance()",
        "shell.run_cell('%load_ext runtime_kit')",
        "shell.run_cell('%snippet gpu-check REQUIRE_GPU=True')",
        # Terminals get titles and the like on the same stream.
        "print()",
        "print(repr(shell.rl_next_input))",
    ]
    done = subprocess.run(
        [python, "-c", "\n".join(lines)],
        cwd=FRONTEND.parents[1],
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    text = ast.literal_eval(done.stdout.splitlines()[-1])
    assert "\nREQUIRE_GPU = True  # @param" in text
    ast.parse(text)


def test_proposing_is_for_checkpoint_and_resume_alone() -> None:
    asked: list[str] = []
    catalog = [{**CATALOG[0], "id": "checkpoint-resume"}, {**CATALOG[0], "id": "gpu-check"}]
    magic = SnippetMagic(catalog, lambda id, values: asked.append(id), lambda: asked.append("?"))
    magic("checkpoint-resume --propose")
    assert asked == ["?"]
    for line, body in (("gpu-check --propose", ""), ("checkpoint-resume --propose", "RUN = 'a'")):
        with pytest.raises(UsageError, match="%snippet checkpoint-resume --propose"):
            magic(line, body)
    assert asked == ["?"]


def test_a_shell_that_keeps_no_requests_takes_the_cells_in_order(tmp_path: Path) -> None:
    config = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell(ipython_dir=str(tmp_path), config=config)
    calls: list[tuple[str, str]] = []
    for name in ("a", "b"):
        magic = SnippetMagic(CATALOG, lambda id, values, name=name: calls.append((name, id)), None)
        magics_of(shell).announce(name, "", magic)
    for snippet_id in ("mine", "other"):
        assert shell.run_cell(f"%snippet {snippet_id}").success
    assert calls == [("a", "mine"), ("b", "other")]
    assert shell.find_line_magic("snippet") is None


LIKE_XEUS = """
import comm
import ipykernel.comm as old
class Comm:
    __slots__ = ("comm_id", "__dict__")
    def __init__(self, target_name="", **options):
        self.comm_id = "its-own"
    def __setattr__(self, name, value):
        if name not in ("comm_id",):
            raise AttributeError(f"'comm.Comm' object has no attribute {name!r}")
        object.__setattr__(self, name, value)
    def send(self, data):
        print(self.comm_id, data["channel"], data["id"])
kernel = get_ipython().kernel
_kept = comm.create_comm, getattr(old, "Comm", None), kernel.get_parent
_header = lambda *channel: {"header": _kept[2](*channel)["header"]}
comm.create_comm, old.Comm, kernel.get_parent = Comm, Comm, _header
"""
BACK = "comm.create_comm, old.Comm, kernel.get_parent = _kept"


def test_a_kernel_that_keeps_the_header_and_names_comms_itself(kernel: RunningKernel) -> None:
    """As xeus-python does (0.19), whose comms have no other attributes either."""
    assert kernel.run(LIKE_XEUS).status == "ok"
    try:
        announce(kernel, "page", "cell-1")
        answer = kernel.run("%snippet other")
    finally:
        kernel.run(BACK)
    assert answer.text("stdout").split() == ["its-own", "page", "other"], answer.outputs
