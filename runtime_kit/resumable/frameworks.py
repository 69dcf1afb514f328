"""Frameworks that own the training loop: their callback, or how they resume by themselves."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from .hazards import GYMS
from .heads import Edit
from .objects import Unclear
from .program import Program, function_around, loops_around, path_of, statement_of
from .source import cell_of, text_of

_INTEGRATIONS = "runtime_kit.checkpoint.integrations"

# Packages with checkpoints of their own: what resumes them.
_OWN = {
    "ultralytics": ("Ultralytics", "use model.train(resume=True)"),
    "fastai": ("fastai", "use SaveModelCallback and learn.load"),
    "xgboost": ("XGBoost", "use xgb_model= and TrainingCheckPoint"),
    "lightgbm": ("LightGBM", "use init_model="),
    "catboost": ("CatBoost", "use snapshot_file="),
    "detectron2": ("Detectron2", "use trainer.resume_or_load(resume=True)"),
    "mmengine": ("MMEngine", "use cfg.resume = True"),
    "composer": ("Composer", "use Trainer(save_folder=..., autoresume=True)"),
    "deepspeed": ("DeepSpeed", "use save_checkpoint and load_checkpoint"),
    "stable_baselines3": ("Stable-Baselines3", "use CheckpointCallback and model.load"),
    "trl": ("TRL", "use trainer.train(resume_from_checkpoint=True)"),
    "sentence_transformers": (
        "Sentence Transformers",
        "use trainer.train(resume_from_checkpoint=True)",
    ),
    "ignite": ("Ignite", "use Checkpoint and engine.load_state_dict"),
    "spacy": ("spaCy", "use nlp.to_disk"),
    "gensim": ("Gensim", "use model.save and model.load"),
    "paddle": ("Paddle", "use paddle.save and paddle.load"),
    "mindspore": ("MindSpore", "use ModelCheckpoint"),
    "mxnet": ("MXNet", "use save_parameters and load_parameters"),
}
_FLAX = {"jax", "flax", "optax", "haiku", "equinox"}


@dataclass
class FrameworkPlan:
    """A callback for one call of a framework's training."""

    framework: str
    before: ast.stmt
    imports: str
    lines: list[str]
    edits: list[tuple[Edit, str]] = field(default_factory=list)


def framework_of(program: Program) -> set[str]:
    """The top-level packages that a program imports."""
    return {origin.partition(".")[0] for origin in program.imports.values()}


def find_framework_plans(program: Program, name: str) -> list[FrameworkPlan]:
    """:raises Unclear: a call trains several times, which a run of one name would mix up."""
    packages = framework_of(program)
    found: list[FrameworkPlan] = []
    trainers: list[ast.AST] = []
    for node in program.walk():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        own = f"{name}-{len(found) + 1}" if found else name
        made: ast.Call | None = None
        if node.func.attr == "fit" and packages & {"keras", "tensorflow", "tf_keras"}:
            if _is_keras(program, node):
                made = node
                found.append(_keras(node, own))
        elif node.func.attr == "fit" and packages & {"lightning", "pytorch_lightning"}:
            made = _maker(program, node, "Trainer")
            if made is not None:
                _check_one_process(made)
                found.append(_lightning(made, own))
        elif node.func.attr == "train" and "transformers" in packages:
            made = _maker(program, node, "Trainer")
            if made is not None and not node.args and not node.keywords:
                wanted = f"checkpoint{len(found) + 1}" if found else "checkpoint"
                found.append(_transformers(made, node, own, program.free_name(wanted)))
        if made is not None:
            if packages & GYMS:
                raise Unclear("environment", node)
            _check_once(program, node)
            if made in trainers:
                raise Unclear("called-often", node, name=text_of(node.func))
            trainers.append(made)
    return found


def _check_once(program: Program, call: ast.Call) -> None:
    """:raises Unclear: a call is in a loop, or in a function that is not called exactly once."""
    node: ast.AST = call
    while True:
        loops = loops_around(node)
        if loops:
            raise Unclear("loop-name", loops[-1])
        function = function_around(node)
        if function is None:
            return
        calls = program.calls_of(function)
        if len(calls) != 1:
            raise Unclear("called-often" if calls else "not-called", function, name=function.name)
        node = calls[0]


def why_not_covered(program: Program) -> Unclear | None:
    """What to say of a program without a loop that is understood."""
    packages = framework_of(program)
    for package, (title, advice) in _OWN.items():
        if package in packages:
            return Unclear("own", _import_of(program, package), framework=title, advice=advice)
    if "tensorflow" in packages and any(
        isinstance(n, ast.Attribute) and n.attr == "GradientTape" for n in program.walk()
    ):
        return Unclear("keras-custom", _import_of(program, "tensorflow"))
    if packages & _FLAX:
        return Unclear(
            "uncovered",
            _import_of(program, *_FLAX),
            framework="JAX",
            advice="keep params and optimizer state in one dict and track it (docs/checkpoints.md)",
        )
    if "transformers" in packages:
        for node in program.walk():
            if isinstance(node, ast.keyword) and node.arg == "resume_from_checkpoint":
                return Unclear(
                    "own",
                    node.value,
                    framework="Transformers",
                    advice="resume_from_checkpoint is already used",
                )
    return None


def _import_of(program: Program, *packages: str) -> ast.AST | None:
    for statement in program.walk():
        names: list[str] = []
        if isinstance(statement, ast.Import):
            names = [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            names = [statement.module or ""]
        if any(name.partition(".")[0] in packages for name in names):
            return statement
    return None


def _is_keras(program: Program, call: ast.Call) -> bool:
    known = {"epochs", "validation_data", "validation_split", "batch_size", "callbacks"}
    if not known & {k.arg for k in call.keywords}:
        return False
    path = path_of(call.func.value)  # type: ignore[attr-defined]
    values = program.values(path, function_around(call), call) if path else []
    return not any(
        isinstance(v, ast.Call) and program.full_name(v.func).startswith("sklearn") for v in values
    )


def _maker(program: Program, call: ast.Call, suffix: str) -> ast.Call | None:
    """The call that makes the trainer."""
    value = call.func.value  # type: ignore[attr-defined]
    if isinstance(value, ast.Call):
        values: list[ast.AST] = [value]
    else:
        path = path_of(value)
        values = program.values(path, function_around(call), call) if path else []
    for made in reversed(values):
        if isinstance(made, ast.Call) and program.full_name(made.func).endswith(suffix):
            return made
    return None


def _check_one_process(made: ast.Call) -> None:
    """:raises Unclear: a Lightning Trainer is set to train on several devices."""
    given = {k.arg: k.value.value for k in made.keywords if isinstance(k.value, ast.Constant)}
    several = [given.get(name) for name in ("devices", "gpus", "num_nodes")]
    if any(isinstance(n, int) and n > 1 for n in several) or re.match(
        "ddp|fsdp|deepspeed", str(given.get("strategy", given.get("accelerator", "")))
    ):
        raise Unclear(
            "uncovered",
            made,
            framework="Lightning on several devices",
            advice="use its own ModelCheckpoint",
        )


def _keras(call: ast.Call, name: str) -> FrameworkPlan:
    return FrameworkPlan(
        "Keras",
        statement_of(call),
        f"from {_INTEGRATIONS}.keras import RuntimeKitCheckpoint",
        [],
        [(_with_callback(call, f'RuntimeKitCheckpoint("{name}")'), "callback")],
    )


def _lightning(made: ast.Call, name: str) -> FrameworkPlan:
    return FrameworkPlan(
        "Lightning",
        statement_of(made),
        f"from {_INTEGRATIONS}.lightning import RuntimeKitCheckpoint",
        [],
        [*_enabled(made), (_with_callback(made, f'RuntimeKitCheckpoint("{name}")'), "callback")],
    )


def _enabled(made: ast.Call) -> list[tuple[Edit, str]]:
    """`enable_checkpointing=False` refuses all callbacks for checkpoints, also this one."""
    return [
        (Edit(cell_of(made), *cell_of(made).span(keyword.value), "True"), "enable")
        for keyword in made.keywords
        if keyword.arg == "enable_checkpointing"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is False
    ]


def _transformers(made: ast.Call, call: ast.Call, name: str, checkpoint: str) -> FrameworkPlan:
    trainer = text_of(call.func.value)  # type: ignore[attr-defined]
    cell = cell_of(call)
    end = cell.span(call)[1] - 1
    resume = Edit(cell, end, end, f"resume_from_checkpoint={checkpoint}.resume({trainer})")
    return FrameworkPlan(
        "Transformers",
        statement_of(made),
        f"from {_INTEGRATIONS}.transformers import RuntimeKitCallback",
        [f'{checkpoint} = RuntimeKitCallback("{name}")'],
        [(_with_callback(made, checkpoint), "callback"), (resume, "callback")],
    )


def _with_callback(call: ast.Call, text: str) -> Edit:
    """Add a callback, the last one, to a call's `callbacks`."""
    cell = cell_of(call)
    for keyword in call.keywords:
        if keyword.arg != "callbacks":
            continue
        value = keyword.value
        start, end = cell.span(value)
        if isinstance(value, ast.List):
            last = cell.span(value.elts[-1])[1] if value.elts else start + 1
            return Edit(cell, last, last, f", {text}" if value.elts else text)
        if isinstance(value, ast.Constant) and value.value is None:
            return Edit(cell, start, end, f"[{text}]")
        return Edit(cell, start, end, f"[*{text_of(value)}, {text}]")
    parts = [cell.span(p)[1] for p in (*call.args, *(k.value for k in call.keywords))]
    if parts:
        return Edit(cell, max(parts), max(parts), f", callbacks=[{text}]")
    end = cell.span(call)[1] - 1
    return Edit(cell, end, end, f"callbacks=[{text}]")
