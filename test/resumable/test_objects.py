"""Which objects each training of a notebook has saved, and which trainings are refused."""

from __future__ import annotations

import pytest

from runtime_kit.resumable.proposal import apply, propose

LOOP = """for epoch in range(3):
    for x in loader:
        opt.zero_grad(); net(x).sum().backward(); opt.step()
"""
IMPORTS = "import torch\nfrom torch import nn, optim\n"


def proposed(*sources: str, **options: object) -> dict:
    cells = [(f"c{number}", source) for number, source in enumerate(sources)]
    return propose(cells, name="nb", **options)  # type: ignore[arg-type]


def tracked(*sources: str, **options: object) -> list[list[str]]:
    found = proposed(*sources, **options)
    return [list(run["track"].values()) for run in found["runs"]]


def reasons(*sources: str) -> list[str]:
    found = proposed(*sources)
    assert not found["edits"] and not found["cells"]
    return [reason["code"] for reason in found["why_not"]]


def test_a_name_is_what_was_assigned_last() -> None:
    first = "a = nn.Linear(2, 2)\nopt = optim.SGD(a.parameters(), 0.1)\nnet = a"
    second = "b = nn.Linear(2, 2)\nopt = optim.SGD(b.parameters(), 0.1)\nnet = b"
    assert tracked(IMPORTS, first, LOOP, second, LOOP) == [["a", "opt"], ["b", "opt"]]
    # Both ways of an `if` may be taken, and `b` is there in both.
    either = f"if small:\n    opt = optim.SGD(b.parameters(), 0.1)\n{LOOP}"
    assert tracked(IMPORTS, first, second, either) == [["b", "opt"]]
    wrapped = "net = nn.DataParallel(net)\nopt = optim.SGD(net.parameters(), 0.1)"
    assert tracked(IMPORTS, second, "net = nn.Linear(2, 2)", wrapped, LOOP) == [["net", "opt"]]


def test_what_the_kernel_knows_is_of_the_last_assignment() -> None:
    facts = {"opt": {"kind": "Optimizer", "holds": ["b"]}, "b": {"kind": "Module"}}
    first = "a = nn.Linear(2, 2)\nopt = optim.SGD(a.parameters(), 0.1)"
    assert tracked(IMPORTS, first, LOOP, facts=facts) == [["a", "opt"]]
    helper = "from helpers import make\nopt = make()"
    assert tracked(IMPORTS, helper, LOOP, facts=facts) == [["b", "opt"]]


def test_losses_hold_nothing() -> None:
    setup = "net = nn.Linear(2, 2).to(0)\nopt = optim.SGD(net.parameters(), 0.1)\n"
    setup += "criterion = nn.CrossEntropyLoss(weight=w).to(0)\n"
    assert tracked(IMPORTS, setup, LOOP.replace("net(x)", "criterion(net(x), x)")) == [
        ["net", "opt"]
    ]


def test_weights_that_are_changed_by_hand_belong_to_their_module() -> None:
    loop = """net = nn.Conv2d(1, 1, 3)
for i in range(10):
    net(x).sum().backward()
    net.weight.data -= 0.1 * net.weight.grad
    net.weight.grad = None
"""
    assert tracked(IMPORTS, loop) == [["net"]]


def test_a_shared_function_is_changed_for_all_that_call_it_or_for_none() -> None:
    step = "def fit(net, opt, loader):\n" + "\n".join("    " + line for line in LOOP.splitlines())
    setup = "net = nn.Linear(2, 2)\nopt = optim.SGD(net.parameters(), 0.1)"
    assert tracked(IMPORTS, step, setup, "fit(net, opt, loader)") == [["net", "opt"]]
    sweep = """def sweep():
    for size in sizes:
        other = nn.Linear(size, 2)
        fit(other, optim.SGD(other.parameters(), 0.1), loader)
"""
    assert "not-visible" in reasons(IMPORTS, step, setup, "fit(net, opt, loader)", sweep, "sweep()")


def test_a_function_that_is_defined_again() -> None:
    step = "def step(net, opt, x):\n    net(x).sum().backward()\n    opt.step()\n"
    fit = "def fit(net, opt):\n    for e in range(3):\n        for x in loader:\n"
    fit += "            step(net, opt, x)\n"
    setup = "net = nn.Linear(2, 2)\nopt = optim.SGD(net.parameters(), 0.1)"
    assert reasons(IMPORTS, step, fit, setup, "fit(net, opt)", step) == ["redefined"]
    once = "for e in range(3):\n    step(net, opt, x)\n"
    assert tracked(IMPORTS, setup, step, once, step.replace("x)", "x, y)")) == [["net", "opt"]]


def test_a_parameter_of_the_same_name_is_no_use_of_a_function() -> None:
    code = """class Data:
    def __init__(self, train):
        self.files = "a" if train else "b"
def train(net, opt):
    for x in loader:
        net(x).sum().backward(); opt.step()
def main():
    net = nn.Linear(2, 2)
    opt = optim.SGD(net.parameters(), 0.1)
    for epoch in range(3):
        train(net, opt)
main()
"""
    assert tracked(IMPORTS, code) == [["net", "opt"]]


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("elsewhere", "import d2l\nnet = nn.Linear(2, 2)\nd2l.train_ch3(net, loader, 3)"),
        ("elsewhere", "from mingpt.trainer import Trainer\nt = Trainer(c, net)\nt.run()"),
        ("not-called", f"def objective(trial):\n    {LOOP.splitlines()[0]}\n        opt.step()"),
        (
            "environment",
            "import gym\nclass Wrap(gym.Wrapper):\n    def step(self, a):\n        return a\n"
            "envs = gym.make('x')\nenvs = Wrap(envs)\nnet = nn.Linear(2, 2)\n"
            "opt = optim.SGD(net.parameters(), 0.1)\n"
            "for i in range(9):\n    x = envs.step(1)\n    net(x).sum().backward()\n    opt.step()",
        ),
        (
            "own-resume",
            "class T:\n    def __init__(self, net, opt):\n        self.net, self.opt = net, opt\n"
            "        self.first = 0\n        self.load()\n    def load(self):\n"
            "        self.first = torch.load('x')['epoch']\n    def fit(self):\n"
            "        for e in range(self.first, 3):\n            for x in loader:\n"
            "                self.net(x).sum().backward(); self.opt.step()\n"
            "net = nn.Linear(2, 2)\nopt = optim.SGD(net.parameters(), 0.1)\nt = T(net, opt)\n"
            "t.fit()",
        ),
    ],
)
def test_refused(code: str, source: str) -> None:
    assert reasons(IMPORTS, source) == [code]


def test_each_trainer_has_its_callback() -> None:
    make = "from transformers import Trainer\nt = Trainer(model=a)\nt.train()"
    again = "t = Trainer(model=b)\nt.train()"
    found = proposed(make, again)
    cells = [("c0", make), ("c1", again)]
    first, second = (s for key, s in apply(cells, found) if key)
    assert "Trainer(model=a, callbacks=[checkpoint])" in first
    assert "t.train(resume_from_checkpoint=checkpoint.resume(t))" in first
    assert "Trainer(model=b, callbacks=[checkpoint2])" in second
    assert "t.train(resume_from_checkpoint=checkpoint2.resume(t))" in second


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("called-often", "t.train()\nt.train()"),
        ("loop-name", "for lr in rates:\n    t.train()"),
        ("called-often", "def f():\n    t.train()\nf()\nf()"),
        ("not-called", "def f():\n    t.train()\nstudy.optimize(f)"),
    ],
)
def test_a_trainer_that_trains_several_times(code: str, source: str) -> None:
    setup = "from transformers import Trainer\nt = Trainer(model=a)"
    assert reasons(setup, source) == [code]


def test_an_import_stays_above_comments() -> None:
    function = "# Trains it.\ndef fit(net):\n    opt = torch.optim.SGD(net.parameters(), 0.1)\n"
    function += "\n".join("    " + line for line in LOOP.splitlines())
    found = proposed("import torch\nnet = torch.nn.Linear(2, 2)", function, "fit(net)")
    edited = apply([("a", ""), ("b", function)], found)[1][1]
    assert edited.startswith("from runtime_kit import Run\n\n# Trains it.\ndef fit(net):")


def test_what_is_moved_or_switched_stays_the_same_object() -> None:
    setup = "net = nn.Linear(2, 2)\nnet = net.to(0)\nopt = optim.SGD(net.parameters(), 0.1)"
    loop = LOOP + "    net = net.eval()\n"
    assert tracked(IMPORTS, setup, loop) == [["net", "opt"]]


def test_names_that_are_made_of_each_other() -> None:
    setup = "net = nn.Linear(2, 2)\nopt = optim.SGD(net.parameters(), 0.1)\n"
    swap = "    a = b.cpu()\n    b = a.cuda()\n    a.send(b)\n    c = c.to(0)\n    c.send()\n"
    assert tracked(IMPORTS, setup + "b = c = x", LOOP + swap) == [["net", "opt"]]


def test_both_packages_of_lightning() -> None:
    setup = "import pytorch_lightning as pl\ntrainer = pl.Trainer(max_epochs=3)"
    found = proposed(setup, "trainer.fit(model, loader)")
    edited = dict(apply([("c0", setup), ("c1", "")], found))["c0"]
    assert edited.endswith('pl.Trainer(max_epochs=3, callbacks=[RuntimeKitCheckpoint("nb")])')
    disabled = setup.replace("3)", "3, enable_checkpointing=False)")
    edited = apply([("c0", disabled)], proposed(disabled, "trainer.fit(model, loader)"))[1][1]
    assert "enable_checkpointing=True, callbacks=[" in edited
    several = setup.replace("3)", "3, devices=2)")
    assert reasons(several, "trainer.fit(model, loader)") == ["uncovered"]


@pytest.mark.parametrize(
    ("code", "source"),
    [
        (
            "environment",
            "from torchrl.collectors import SyncDataCollector\nc = SyncDataCollector(env)\n"
            f"net = nn.Linear(2, 2)\nopt = optim.SGD(net.parameters(), 0.1)\n{LOOP}",
        ),
        (
            "called-often",
            "from accelerate.utils import find_executable_batch_size\ndef main():\n"
            "    net = nn.Linear(2, 2)\n    @find_executable_batch_size\n    def inner(size):\n"
            "        opt = optim.SGD(net.parameters(), 0.1)\n        for e in range(3):\n"
            "            net(x).sum().backward(); opt.step()\n    inner()\nmain()",
        ),
    ],
)
def test_refused_as_not_repeatable(code: str, source: str) -> None:
    assert reasons(IMPORTS, source) == [code]


def test_what_is_unsure_is_said_and_not_ticked() -> None:
    setup = "from helpers import batches, loaders\nnet = nn.Linear(2, 2)\n"
    setup += "opt = optim.SGD(net.parameters(), 0.1)\ntrain, valid = loaders()\n"
    found = proposed(IMPORTS, setup, LOOP.replace("in loader", "in batches(epoch)"))
    edits = {edit["reason"]["code"]: edit for edit in found["edits"]}
    assert edits["epochs"]["ticked"] and edits["finish"]["ticked"]
    unsure = edits["batches-unsure"]
    assert (unsure["confidence"], unsure["ticked"]) == ("low", False)
    assert unsure["reason"]["values"] == {"name": "batches"}
    named = LOOP.replace("in loader", "in train")
    found = proposed(IMPORTS, setup, named)
    assert [(e["confidence"], e["ticked"]) for e in found["edits"][:2]] == [
        ("high", True),
        ("medium", True),
    ]
    known = proposed(IMPORTS, setup, named, facts={"train": {"kind": "DataLoader"}})
    assert {edit["confidence"] for edit in known["edits"]} == {"high"}


def test_notes_name_their_lines() -> None:
    setup = "net = nn.Linear(2, 2)\nopt = optim.SGD(net.parameters(), 0.1)\n"
    found = proposed(IMPORTS, setup, LOOP + "    torch.save(net.state_dict(), 'net.pt')\n")
    assert found["notes"] == [
        {"cell": "c2", "index": 2, "line": 4, "code": "own-save", "values": {"name": "torch.save"}}
    ]
    held = {"opt": {"kind": "Optimizer", "holds": ["model"]}, "model": {"kind": "Module"}}
    helper = "from helpers import make\nopt = make()"
    found = proposed(IMPORTS, helper, LOOP, facts=held)
    assert [(n["code"], n["values"]) for n in found["notes"]] == [
        ("from-kernel", {"name": "model"})
    ]


def test_edits_name_their_runs() -> None:
    first = "a = nn.Linear(2, 2)\nopt = optim.SGD(a.parameters(), 0.1)\nnet = a"
    second = "b = nn.Linear(2, 2)\nopt = optim.SGD(b.parameters(), 0.1)\nnet = b"
    step = "def fit(net, opt, loader):\n" + "\n".join("    " + line for line in LOOP.splitlines())
    calls = (first, "fit(a, opt, loader)", second, "fit(b, opt, loader)")
    found = proposed(IMPORTS, step, *calls)
    by_code = [(e["reason"]["code"], e["runs"]) for e in found["edits"]]
    assert by_code == [
        ("epochs", [0, 1]),
        ("batches", [0, 1]),
        ("finish", [0]),
        ("finish", [1]),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "!python train.py --epochs 3",
        "!CUDA_VISIBLE_DEVICES=0 python3 -u src/train.py",
        "!cd repo && python train.py",
        "!accelerate launch --num_processes 2 script.py --lr 1",
        "%%bash\ntorchrun --nproc_per_node 2 script.py",
        "x = 1\n! {sys.executable} -m pip install x\n!python finetune_model.py",
    ],
)
def test_scripts_of_shell_lines_are_named(line: str) -> None:
    found = proposed("a = 1", line)
    [said] = found["why_not"]
    last = line.count("\n") + 1
    assert (said["code"], said["cell"], said["line"]) == ("script", "c1", last)
    name = said["values"]["name"]
    assert name.endswith(".py") and name in line


@pytest.mark.parametrize(
    "line",
    ["!python setup.py install", "!pip install train.py", "!cat train.py", "x = 'python a.py'"],
)
def test_other_shell_lines_are_not(line: str) -> None:
    assert reasons(line) == ["no-loop"]


def test_scripts_beside_a_training_are_a_note() -> None:
    setup = "net = nn.Linear(2, 2)\nopt = optim.SGD(net.parameters(), 0.1)"
    script = f"%%writefile src/train.py\n{IMPORTS}{setup}\n{LOOP}"
    found = proposed(script, "!python src/train.py")
    assert found["resumable"] and not found["notes"]
    found = proposed(IMPORTS, setup, LOOP, "!python other_train.py")
    assert [(n["code"], n["cell"]) for n in found["notes"]] == [("script", "c3")]
