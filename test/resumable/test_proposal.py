"""The public form of a proposal, exact ranges, and what is refused."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime_kit.resumable.messages import NOTES, OBSTACLES, REASONS, text_of
from runtime_kit.resumable.other_runs import runs_of_others
from runtime_kit.resumable.proposal import apply, propose, run_name

SETUP = """import torch
net = torch.nn.Linear(2, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
loader = torch.utils.data.DataLoader(torch.randn(8, 2), batch_size=4)
"""
STEP = "opt.zero_grad(); net(x).sum().backward(); opt.step()"


def applied(*sources: str, **options: object) -> list[str]:
    cells = [(f"c{number}", source) for number, source in enumerate(sources)]
    found = propose(cells, name="nb", **options)  # type: ignore[arg-type]
    assert found["resumable"], found["why_not"]
    return [source for _, source in apply(cells, found)]


def reasons(*sources: str) -> list[str]:
    cells = [(f"c{number}", source) for number, source in enumerate(sources)]
    found = propose(cells, name="nb")
    assert not found["edits"] and not found["cells"] and not found["resumable"]
    return [reason["code"] for reason in found["why_not"]]


def test_public_form() -> None:
    loop = f"for epoch in range(3):\n    for x in loader:\n        {STEP}\n"
    found = propose([("a", SETUP), ("b", loop)], name="My notebook")
    assert found["format"] == 1
    assert found["runs"] == [
        {
            "name": "My-notebook",
            "track": {"net": "net", "opt": "opt"},
            "cell": "b",
            "index": 1,
            "line": 1,
        }
    ]
    assert found["cells"] == [
        {
            "before": "b",
            "index": 1,
            "source": "from runtime_kit import Run\n\n"
            'run = Run("My-notebook").track(net=net, opt=opt)',
            "reason": {"code": "run", "values": {"objects": "net, opt"}},
        }
    ]
    assert [
        (loop[edit["start"] : edit["end"]], edit["text"], edit["line"], edit["ticked"])
        for edit in found["edits"]
    ] == [
        ("range", "run.epochs", 1, True),
        ("loader", "run.batches(loader)", 2, True),
        ("", "\nrun.finish()", 3, True),
    ]
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", ["    ", "\t", "  "])
def test_ranges_in_unicode_tabs_and_crlf(end: str, indent: str) -> None:
    loop = [
        "%matplotlib inline",
        "# 학습 🙂",
        's = \'한글 🙂\'; print(s, """',
        "!ls 🙂",
        '"""); n = 3',
        "files = !ls \\",
        "   -la",
        "for 에폭 in range(n): # 😀",
        f"{indent}for x in loader: # 배치",
        f"{indent * 2}{STEP}; print('🙂', x.sum()) # 끝",
        "!nvidia-smi",
        "net?",
    ]
    after = applied(SETUP.replace("\n", end), end.join(loop))[-1]
    want = list(loop)
    want[7] = want[7].replace("range", "run.epochs")
    want[8] = want[8].replace("loader", "run.batches(loader)")
    want.insert(10, "run.finish()")
    assert after == end.join(want)


def test_cell_magics() -> None:
    loop = f"for i in range(3):\n    x = torch.randn(2, 2); {STEP}"
    assert applied(SETUP, f"%%time\n{loop}")[-1].startswith("%%time\nfor i in run.steps(3):")
    assert reasons("%%bash\nfor i in range(3): x") == ["no-loop"]
    script = applied(f"%%writefile train.py\n{SETUP}{loop}\n", "!python train.py")
    assert 'run = Run("train").track(net=net, opt=opt)\nfor i in run.steps(3):' in script[0]
    assert script[0].startswith("%%writefile train.py\nimport torch\nfrom runtime_kit import Run\n")


def test_cells_that_do_not_parse_are_passed_over() -> None:
    loop = f"for i in range(3):\n    x = torch.randn(2, 2); {STEP}"
    assert "run.steps" in applied("1 +* 2", SETUP, loop)[-1]
    assert reasons("for epoch in range(3:\n    pass") == ["unreadable"]


def test_a_free_name_is_taken() -> None:
    loop = f"def run(): pass\nfor i in range(3):\n    x = torch.randn(2, 2); {STEP}"
    assert "in run2.steps(3)" in applied(SETUP, loop)[-1]


def test_names_of_runs() -> None:
    assert run_name("Untitled (1)") == "Untitled-1"
    assert run_name("디지털 숫자") == "디지털-숫자"
    assert run_name("../..") == "training"
    assert len(run_name("x" * 300)) == 60


def test_validation_is_left_alone() -> None:
    loop = f"""for epoch in range(3):
    for x in loader:
        {STEP}
    with torch.no_grad():
        for x in loader:
            net(x)
for x in loader:
    net(x)
"""
    assert applied(SETUP, loop)[-1].count("run.batches") == 1


@pytest.mark.parametrize(
    ("code", "loop"),
    [
        ("no-range", f"for epoch in names:\n    for x in loader:\n        {STEP}"),
        ("no-range", f"while True:\n    for x in loader:\n        {STEP}"),
        (
            "own-resume",
            f"start = load()\nfor e in range(start, 3):\n    for x in loader:\n        {STEP}",
        ),
        ("environment", "for e in range(3):\n    x = env.step(1)\n    " + STEP),
        (
            "copied-model",
            f"import copy\nfor e in range(3):\n    x = 1\n    {STEP}\n    b = copy.deepcopy(net)",
        ),
        (
            "aliased-state",
            f"for e in range(3):\n    x = loader\n    {STEP}\n    best = net.state_dict()",
        ),
        (
            "generator-object",
            "draws = torch.quasirandom.SobolEngine(2)\n"
            f"for e in range(3):\n    x = draws.draw(2)\n    {STEP}",
        ),
        (
            "new-optimizer",
            "for e in range(3):\n    opt = torch.optim.SGD(net.parameters(), 0.1)\n"
            f"    for x in loader:\n        {STEP}",
        ),
        ("grows", f"for e in range(3):\n    x = loader\n    {STEP}\n    opt.add_param_group(g)"),
        ("already", f"from runtime_kit import Run\nfor e in range(3):\n    x = 1\n    {STEP}"),
    ],
)
def test_refused(code: str, loop: str) -> None:
    assert reasons(SETUP, loop) == [code]


@pytest.mark.parametrize(
    ("package", "code"),
    [
        ("from ultralytics import YOLO\nYOLO('x').train(data='y')", "own"),
        ("import jax, optax\nfor i in range(3):\n    params = update(params)", "uncovered"),
        ("import tensorflow as tf\nwith tf.GradientTape() as t:\n    pass", "keras-custom"),
        ("x = 1", "no-loop"),
    ],
)
def test_not_covered(package: str, code: str) -> None:
    assert reasons(package) == [code]


def test_keras_lightning_and_trainer() -> None:
    keras = applied("import keras\nmodel = keras.Sequential([])", "h = model.fit(x, y, epochs=3)")
    assert keras[-1] == ('h = model.fit(x, y, epochs=3, callbacks=[RuntimeKitCheckpoint("nb")])')
    assert keras[1].startswith("from runtime_kit.checkpoint.integrations.keras import")
    keras = applied("import keras\nm = keras.Sequential()\nm.fit(x, y, epochs=3, callbacks=[a, b])")
    assert 'callbacks=[a, b, RuntimeKitCheckpoint("nb")])' in keras[-1]
    lightning = applied("import lightning as L\nt = L.Trainer(max_epochs=2)\nt.fit(module, loader)")
    assert 'L.Trainer(max_epochs=2, callbacks=[RuntimeKitCheckpoint("nb")])' in lightning[-1]
    trainer = applied(
        "from transformers import Trainer\ntrainer = Trainer(model=m, args=a)", "trainer.train()"
    )
    assert "Trainer(model=m, args=a, callbacks=[checkpoint])" in trainer[1]
    assert trainer[2] == "trainer.train(resume_from_checkpoint=checkpoint.resume(trainer))"
    assert 'checkpoint = RuntimeKitCallback("nb")' in trainer[0]


def test_every_code_has_its_text() -> None:
    source = "".join(
        path.read_text()
        for path in (Path(__file__).parents[2] / "runtime_kit" / "resumable").glob("*.py")
    )
    for node in ast.walk(ast.parse(source.replace("from __future__ import annotations", ""))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Unclear":
            code = node.args[0]
            if isinstance(code, ast.Constant):
                assert code.value in OBSTACLES
    for table in (REASONS, OBSTACLES, NOTES):
        for code in table:
            assert text_of(table, code, {})


def test_a_long_notebook_is_read_in_time() -> None:
    cell = f"for e in range(3):\n    for x in loader:\n        net(x)\n{SETUP}" * 3
    cells = [(str(n), cell.replace("net", f"net{n}")) for n in range(200)]
    cells += [("last", f"{SETUP}for e in range(3):\n    for x in loader:\n        {STEP}")]
    begin = time.process_time()
    assert propose(cells, name="nb")["resumable"]
    # A bound far above what it takes (bench/resumable measures): work that grows with the square of
    # the cells would not stay below it.
    assert time.process_time() - begin < 20


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "runtime_kit", "propose", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_command(tmp_path: Path) -> None:
    loop = f"for epoch in range(3):\n    for x in loader:\n        {STEP}\n"
    notebook = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# 제목"], "id": "t"},
            {
                "cell_type": "code",
                "metadata": {},
                "source": SETUP,
                "outputs": [],
                "id": "a",
                "execution_count": 1,
            },
            {
                "cell_type": "code",
                "metadata": {"x": 1},
                "source": loop.splitlines(True),
                "outputs": [],
                "id": "b",
                "execution_count": 2,
            },
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path, out = tmp_path / "digits.ipynb", tmp_path / "out.ipynb"
    path.write_text(json.dumps(notebook))
    shown = _command(str(path), "--apply", str(out))
    assert shown.returncode == 0, shown.stderr
    assert "-for epoch in range(3):\n" in shown.stdout
    assert "+for epoch in run.epochs(3):\n" in shown.stdout
    written = json.loads(out.read_text())
    assert [cell["cell_type"] for cell in written["cells"]] == ["markdown", "code", "code", "code"]
    assert written["cells"][:2] == notebook["cells"][:2]
    assert 'run = Run("digits")' in "".join(written["cells"][2]["source"])
    assert written["cells"][3]["metadata"] == {"x": 1}
    again = _command(str(path), "--apply", str(out))
    assert (again.returncode, again.stdout) == (2, "")
    assert "already exists" in again.stderr
    body = json.loads(_command(str(path), "--json").stdout)
    assert body["resumable"] and body["edits"][0]["cell"] == "2"
    path.write_text(json.dumps({**notebook, "cells": notebook["cells"][:2]}))
    none = _command(str(path))
    assert none.returncode == 1
    assert "No training loop was found" in none.stdout


@pytest.mark.parametrize("content", [b"{}", b"\xff\xfe", b"[1]"])
def test_command_with_bad_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    found = _command(str(path))
    assert found.returncode == 2 and "Traceback" not in found.stderr
    assert str(path) in found.stderr


FIT = """def fit(lr, n=3):
    net = torch.nn.Linear(2, 1)
    opt = torch.optim.SGD(net.parameters(), lr)
    for e in range(n):
        opt.zero_grad(); net(x).sum().backward(); opt.step()
    return net
"""


@pytest.mark.parametrize(
    ("calls", "expected", "name"),
    [
        ("a = fit(0.1)\nb = fit(0.2)", 'a = fit("a", 0.1)\nb = fit("b", 0.2)', "{run_name}"),
        ("fit(0.1)\nfit(n=5, lr=p)", 'fit("1", 0.1)\nfit("2", n=5, lr=p)', "{run_name}"),
        ("fit(one)\nfit(two)", 'fit("one", one)\nfit("two", two)', "{run_name}"),
        ("for lr in [1, 2]:\n    fit(lr)", "for lr in [1, 2]:\n    fit(lr)", "{lr}"),
        ("all = [fit(lr) for lr in [1, 2]]", "all = [fit(lr) for lr in [1, 2]]", "{lr}"),
        (
            "def grid(k):\n    return fit(k)\na = grid(1)\nb = grid(2)",
            "def grid(run_name, k):\n    return fit(run_name, k)\n"
            'a = grid("a", 1)\nb = grid("b", 2)',
            "{run_name}",
        ),
        (
            "for c in configs.values():\n    fit(c.lr)",
            "for number, c in enumerate(configs.values()):\n    fit(number, c.lr)",
            "{run_name}",
        ),
        (
            "for a, b in kf.split(x):\n    fit(0.1)",
            "for fold, (a, b) in enumerate(kf.split(x)):\n    fit(fold, 0.1)",
            "{run_name}",
        ),
        (
            "fold = 0\nfor a, b in kf.split(x):\n    fold += 1\n    fit(0.1)",
            "fold = 0\nfor a, b in kf.split(x):\n    fold += 1\n    fit(fold, 0.1)",
            "{run_name}",
        ),
    ],
)
def test_each_call_of_a_function_has_its_own_run(calls: str, expected: str, name: str) -> None:
    function, made = applied(f"import torch\n{FIT}", calls)
    assert made == expected
    assert (
        f'    run = Run(f"nb-{name}").track(net=net, opt=opt)\n    for e in run.steps' in function
    )
    assert ("def fit(run_name, lr, n=3):" in function) == ("run_name" in name)
    assert "run.finish()\n    return net" in function


@pytest.mark.parametrize(
    ("calls", "codes"),
    [
        ("fit(0.1)\ndef other():\n    fit(0.2)", {"called-often"}),
        ("a = fit(0.1)\nfor lr in [1, 2]:\n    fit(lr)", {"called-often"}),
        ("def grid(k):\n    fit(k)\n    fit(-k)\ngrid(1)\ngrid(2)", {"called-often"}),
        ("fit(0.1)\nlist(map(fit, [1, 2]))", {"callback"}),
        ("later = lambda: fit(0.2)", {"callback"}),
        ("nets = [fit(lr) for lr in rates]", {"loop-name"}),
        ("for batch in loader:\n    fit(0.1)", {"loop-name"}),
    ],
)
def test_calls_that_cannot_be_told_apart(calls: str, codes: set[str]) -> None:
    assert set(reasons(f"import torch\n{FIT}", calls)) == codes


def test_runs_of_two_functions_have_names_apart() -> None:
    other = FIT.replace("def fit", "def tune")
    calls = "a = fit(0.1)\nb = fit(0.2)\na = tune(0.1)\nb = tune(0.2)"
    cells = [("c0", f"import torch\n{FIT}{other}"), ("c1", calls)]
    found = propose(cells, name="nb")
    assert [run["name"] for run in found["runs"]] == [
        "nb-fit-a",
        "nb-fit-b",
        "nb-tune-a",
        "nb-tune-b",
    ]
    imports = [edit for edit in found["edits"] if edit["reason"]["code"] == "import"]
    assert [edit["runs"] for edit in imports] == [[0, 1, 2, 3]]


def test_a_flag_in_the_condition_of_a_while_loop() -> None:
    loop = f"n = 0\nwhile not done and n < 9:\n    n += 1\n    {STEP}\n"
    assert (
        "for n in run.steps(n, 9):\n    if done:\n        break\n    n += 1\n"
        in applied(SETUP.replace("loader", "x"), loop)[-1]
    )
    loop = f"n = 0\nwhile n < 9 and loss > eps:\n    n += 1\n    {STEP}\n"
    assert "    if not (loss > eps):\n" in applied(SETUP.replace("loader", "x"), loop)[-1]
    for other in ("n < 9 or loss > eps", "n < 9 and ask()", "n < 9 and n < m"):
        assert reasons(SETUP, f"n = 0\nwhile {other}:\n    n += 1\n    {STEP}\n") == ["no-range"]
    resumed = f'n = saved["n"]\nwhile n < 9:\n    n += 1\n    {STEP}\n'
    assert reasons(SETUP, resumed) == ["own-resume"]


def test_a_run_of_another_notebook_is_left_to_it() -> None:
    cells = [("a", SETUP), ("b", f"for i in range(3):\n    x = 1\n    {STEP}")]
    taken = {"nb": "other.ipynb", "nb-2": "third.ipynb", "nb-large": "nb-large.ipynb"}
    found = propose(cells, name="nb", taken=taken)
    assert [run["name"] for run in found["runs"]] == ["nb-3"]
    assert [(note["code"], note["values"]) for note in found["notes"]] == [
        ("name-taken", {"name": "nb", "notebook": "other.ipynb", "own": "nb-3"})
    ]
    found = propose(cells, name="nb", taken={"nb-large": "nb-large.ipynb"})
    assert [run["name"] for run in found["runs"]] == ["nb"] and found["notes"] == []
    cells = [("a", f"import torch\n{FIT}"), ("b", "a = fit(1)\nb = fit(2)")]
    found = propose(cells, name="nb", taken={"nb-a": "other.ipynb"})
    assert [run["name"] for run in found["runs"]] == ["nb-training2-a", "nb-training2-b"]


def test_runs_of_others(tmp_path: Path) -> None:
    for run, step, text in (
        ("nb", "step-000000000001", '{"notebook": "nb.ipynb"}'),
        ("nb", "step-000000000002", '{"notebook": "copy.ipynb"}'),
        ("nb", "step-000000000003", "{damaged"),
        ("nb-2", "step-000000000001", '{"notebook": "nb.ipynb"}'),
        ("nb-3", "step-000000000001", '{"notebook": null}'),
        ("other", "step-000000000001", '{"notebook": "copy.ipynb"}'),
    ):
        folder = tmp_path / run / step
        folder.mkdir(parents=True)
        (folder / "state.json").write_text(text)
    assert runs_of_others(tmp_path, "nb.ipynb", "nb") == {"nb": "copy.ipynb"}
    assert runs_of_others(tmp_path / "missing", "nb.ipynb", "nb") == {}
