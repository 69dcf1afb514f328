"""What the front end learns of the user's objects, and that it only looks."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kernel_client import RunningKernel, kernel_pythons, running_kernel

FRONTEND = Path(__file__).parents[2] / "runtime_kit" / "frontend"


@pytest.fixture(scope="module", params=kernel_pythons())
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningKernel]:
    with running_kernel(request.param, tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


def ask(
    kernel: RunningKernel, limit: int = 50, *names: str, parameters: list[str] | None = None
) -> dict[str, Any]:
    """Evaluate what the front end sends: silent, as a user expression."""
    sources = [(FRONTEND / "training_objects.py").read_text()]
    call = (FRONTEND / "call.py").read_text()
    arguments = [limit, [*names], parameters or []]
    expression = f"({call}\n)({sources!r}, 'runtime_kit_carried', 'report', {arguments})"
    answer = kernel.run("", silent=True, expression=expression)
    assert answer.outputs == []
    return json.loads(ast.literal_eval(answer.value))


def objects(kernel: RunningKernel, limit: int = 50) -> list[tuple[str, str, str]]:
    found = ask(kernel, limit)["objects"]
    return [(entry["name"], entry["kind"], entry["type"]) for entry in found]


def run(kernel: RunningKernel, code: str) -> None:
    answer = kernel.run(code)
    assert answer.status == "ok", answer.outputs


def test_imports_nothing(kernel: RunningKernel) -> None:
    run(kernel, "import sys; before = set(sys.modules)")
    report = ask(kernel)
    assert report["objects"] == []
    assert report["runtime_kit"] is True
    new = "sorted(name for name in set(sys.modules) - before if 'torch' in name or 'kit' in name)"
    assert kernel.run("", silent=True, expression=new).value == "[]"
    versions = "[sys.version.split()[0], __import__('IPython').__version__]"
    value = kernel.run("", silent=True, expression=versions).value
    assert [report["python"], report["ipython"]] == ast.literal_eval(value)


TRAINING = """
%reset -f
import torch
from torch import nn
class Net(nn.Sequential): pass
net = Net(nn.Linear(1, 1))
_hidden = nn.Linear(1, 1)
head = net[0]
opt = torch.optim.AdamW(net.parameters())
plan = torch.optim.lr_scheduler.StepLR(opt, 1)
plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(opt)
scaler = torch.amp.GradScaler("cpu", enabled=False)
data = torch.utils.data.TensorDataset(torch.zeros(1, 1))
loader = torch.utils.data.DataLoader(data)
count, text, cls, models, weights = 1, "net", Net, [net], net.state_dict()
net
"""


def test_finds_what_training_needs(kernel: RunningKernel) -> None:
    run(kernel, TRAINING)
    assert objects(kernel) == [
        ("net", "Module", "Net"),
        ("head", "Module", "Linear"),
        ("opt", "Optimizer", "AdamW"),
        ("plan", "LRScheduler", "StepLR"),
        ("plateau", "LRScheduler", "ReduceLROnPlateau"),
        ("scaler", "GradScaler", "GradScaler"),
        ("loader", "DataLoader", "DataLoader"),
    ]


def test_names_the_last_ones_of_each_kind(kernel: RunningKernel) -> None:
    run(kernel, TRAINING)
    run(kernel, "for i in range(60): globals()[f'layer{i}'] = nn.Identity()")
    names = [name for name, _, _ in objects(kernel, 2)]
    assert names == ["opt", "plan", "plateau", "scaler", "loader", "layer58", "layer59"]


HOSTILE = """
%reset -f
import torch
touched = []

class Watched(type):
    def __getattribute__(cls, name):
        touched.append(name)
        return super().__getattribute__(name)
    def __hash__(cls):
        touched.append("hash")
        return 1
    def __eq__(cls, other):
        touched.append("eq")
        return True
    def mro(cls):
        return super().mro()

class Proxy(metaclass=Watched):
    def __getattribute__(self, name):
        touched.append(name)
        raise RuntimeError(name)
    def __eq__(self, other):
        touched.append("eq")
        raise RuntimeError
    __hash__ = None
    def __bool__(self):
        touched.append("bool")
        raise RuntimeError
    @property
    def __class__(self):
        touched.append("class")
        return torch.nn.Module

class Model(torch.nn.Module):
    def __getattr__(self, name):
        touched.append(name)
        raise AttributeError(name)
    def __repr__(self):
        touched.append("repr")
        return ""

model = Model()
proxy = Proxy()
globals()[1] = model
touched.clear()
"""


def test_runs_no_code_of_the_objects(kernel: RunningKernel) -> None:
    run(kernel, HOSTILE)
    assert objects(kernel) == [("model", "Module", "Model")]
    assert kernel.run("", silent=True, expression="touched").value == "[]"


def test_says_when_the_library_is_missing(kernel: RunningKernel) -> None:
    run(kernel, "import sys; path, sys.path[:] = sys.path[:], []")
    assert ask(kernel)["runtime_kit"] is False
    run(kernel, "sys.path[:] = path")
    assert ask(kernel)["runtime_kit"] is True


def test_binds_no_name(kernel: RunningKernel) -> None:
    run(kernel, "%reset -f\nexec = compile = json = importlib = sys = namespace = source = None")
    names = "sorted(globals(), key=str)"
    before = kernel.run("", silent=True, expression=names).value
    ask(kernel)
    assert kernel.run("", silent=True, expression=names).value == before


def test_the_modules_that_an_optimizer_holds(kernel: RunningKernel) -> None:
    run(
        kernel,
        """
%reset -f
import torch
from torch import nn
armed = []
class Sly(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(1, 1)
    def parameters(self, recurse=True):
        raise SystemExit("the user's code ran")
    def __getattribute__(self, name):
        if armed:
            raise SystemExit("the user's code ran")
        return object.__getattribute__(self, name)
sly, head, loss_fn, frozen = Sly(), nn.Linear(1, 1), nn.MSELoss(), nn.Linear(1, 1)
inner = sly.inner
both = torch.optim.SGD([*inner.parameters(), *head.parameters()], lr=0.1)
one = torch.optim.Adam(head.parameters())
armed.append(True)
""",
    )
    found = {item["name"]: item.get("holds") for item in ask(kernel)["objects"]}
    assert found["both"] == ["sly", "head", "inner"]
    assert found["one"] == ["head"]
    assert found["head"] is None


def test_names_that_hold_something_of_the_users(kernel: RunningKernel) -> None:
    """What this kit's own cells have left there may be bound again."""
    run(
        kernel,
        "%reset -f\nfrom runtime_kit.checkpoint.run import Run\n"
        "def make_checkpoint_engine():\n    class Run: pass\n    return Run\n"
        "run_2 = make_checkpoint_engine()()\nrun = {'a': 1}\ndf = None\nopen = 3",
    )
    names = ["run", "run_2", "Run", "make_checkpoint_engine", "df", "script_path"]
    assert ask(kernel, 50, *names)["taken"] == ["run", "df"]
    assert ask(kernel)["taken"] == []


def test_a_parameter_of_the_users_is_told_from_one_that_a_form_has_set(
    kernel: RunningKernel,
) -> None:
    run(kernel, "from types import SimpleNamespace; MODEL = 'mine'")
    run(kernel, '# @title Form\nRUN = "digits"  # @param {type:"string"}\nSTATE=1')
    asked = ["MODEL", "RUN", "RUN_FOLDER", "STATE"]
    assert sorted(ask(kernel, parameters=asked)["taken"]) == ["MODEL", "STATE"]
