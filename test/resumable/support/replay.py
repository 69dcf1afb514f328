"""Runs notebooks in processes of their own, and kills them at a step.

A server over stdin and stdout, one JSON line a request. It has imported torch and forks for each
notebook, which takes milliseconds where a new interpreter takes seconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import linecache
import os
import signal
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any


def main() -> None:
    import torch

    torch.set_num_threads(1)
    _import_what_is_lazy(torch)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_in_child(request)), flush=True)


def _import_what_is_lazy(torch: Any) -> None:
    """What a first optimizer step and a first save import: seconds, which each fork would need."""
    import safetensors.torch
    import tqdm.auto

    import runtime_kit.checkpoint.manager
    import runtime_kit.checkpoint.run  # noqa: F401

    assert safetensors.torch and tqdm.auto
    weight = torch.nn.Parameter(torch.zeros(2))
    weight.grad = torch.ones(2)
    for kind in (torch.optim.SGD, torch.optim.Adam):
        kind([weight], lr=0.1).step()
    with contextlib.suppress(ImportError):
        import torch._dynamo
    list(torch.utils.data.DataLoader([1, 2], shuffle=True))


def _in_child(request: dict[str, Any]) -> dict[str, Any]:
    answer = Path(request["folder"]) / "answer.json"
    answer.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        try:
            body = _run(request)
        except BaseException:
            body = {"error": traceback.format_exc()}
        answer.write_text(json.dumps(body))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"killed": os.WTERMSIG(status)}
    return json.loads(answer.read_text())  # type: ignore[no-any-return]


def _run(request: dict[str, Any]) -> dict[str, Any]:
    import torch

    os.environ["RUNTIME_KIT_FOLDER"] = str(Path(request["folder"]) / "runs")
    work = Path(request["folder"]) / "work"
    work.mkdir(exist_ok=True)
    os.chdir(work)
    _save_after_each_step()
    steps = 0

    def stepped(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == request.get("kill"):
            _wait_for_saves()
            os.kill(os.getpid(), signal.SIGKILL)

    _after(torch.Tensor, "backward", stepped)
    if "sklearn" in "".join(request["cells"]):
        from sklearn.linear_model import SGDClassifier

        _after(SGDClassifier, "partial_fit", stepped)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    output = io.StringIO()
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
        for number, source in enumerate(request["cells"]):
            name = f"<cell {number}>"
            lines = source.splitlines(keepends=True)
            linecache.cache[name] = (len(source), None, lines, name)
            exec(compile(source, name, "exec"), namespace)
    steps, whole = -1, steps
    digests = {
        name: digest(value)
        for name, value in namespace.items()
        if not name.startswith("_") and name not in request["ignore"]
    }
    random_state = digest(torch.get_rng_state())
    return {
        "steps": whole,
        "digests": {k: v for k, v in digests.items() if v},
        "random": random_state,
        "output": output.getvalue()[-2000:],
    }


def _after(owner: Any, name: str, call: Any) -> None:
    """Have something called behind each call of a method."""
    original = getattr(owner, name)

    def method(*arguments: Any, **options: Any) -> Any:
        found = original(*arguments, **options)
        call()
        return found

    setattr(owner, name, method)


def _save_after_each_step() -> None:
    from runtime_kit.checkpoint.run import Run

    original = Run.__init__

    def init(self: Any, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **{"every": 1, **options})

    Run.__init__ = init  # type: ignore[method-assign]


def _wait_for_saves() -> None:
    """What was acknowledged before the kill is what a resume begins with, at any speed."""
    import gc

    from runtime_kit.checkpoint.run import Run

    for run in [value for value in gc.get_objects() if type(value) is Run]:
        with contextlib.suppress(Exception):
            run.manager.wait()


def digest(value: Any) -> str:
    """Tells two values apart bit for bit; empty for what is no result (modules, functions)."""
    found = hashlib.sha256()
    return found.hexdigest()[:16] if _feed(found, value, 0) else ""


def _feed(found: Any, value: Any, depth: int) -> bool:
    import numpy
    import torch

    if depth > 12:
        return False
    if value is None or isinstance(value, (bool, int, float, str, bytes, complex)):
        found.update(f"{type(value).__name__}:{value!r}".encode())
        return True
    if isinstance(value, torch.Tensor):
        value = value.detach()
        found.update(f"tensor:{value.dtype}:{tuple(value.shape)}".encode())
        found.update(
            value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
            if value.numel()
            else b""
        )
        return True
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        value = numpy.asarray(value)
        if value.dtype.hasobject:
            return False
        found.update(f"array:{value.dtype}:{value.shape}".encode())
        found.update(numpy.ascontiguousarray(value).tobytes())
        return True
    if isinstance(value, dict):
        for key, item in sorted(value.items(), key=lambda pair: repr(pair[0])):
            _feed(found, key if not isinstance(key, torch.Tensor) else len(value), depth + 1)
            _feed(found, item, depth + 1)
        return True
    if isinstance(value, (list, tuple)) or type(value).__name__ == "deque":
        found.update(b"[")
        for item in value:
            _feed(found, item, depth + 1)
        return True
    if isinstance(value, (torch.nn.Module, torch.optim.Optimizer)):
        return _feed(found, value.state_dict(), depth + 1)
    if hasattr(value, "state_dict") and not isinstance(value, type):
        return _feed(found, value.state_dict(), depth + 1)
    if type(value).__module__ == "__main__" and hasattr(value, "__dict__"):
        return _feed(found, vars(value), depth + 1)
    if hasattr(value, "partial_fit") and hasattr(value, "coef_"):
        return _feed(found, [value.coef_, value.intercept_, value.t_], depth + 1)
    return False


if __name__ == "__main__":
    main()
