"""Random generators of Python, NumPy and torch, captured cheaply and stored without pickle."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .dtypes import module


@dataclass
class RngState:
    """State of all global generators at one moment, plus those that loaders draw from.

    ``loader`` has these under the place of their loader: ``"1.0"`` is the first generator of the
    loader of an epoch's second loop.

    Taking it costs about 20 microseconds, so that it can be taken before every batch; turning it
    into JSON is left to the save.
    """

    python: Any = None
    numpy: Any = None
    torch: Any = None
    cuda: list[Any] = field(default_factory=list)
    mps: Any = None
    loader: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def capture(cls, loader: Mapping[str, Any] | None = None) -> RngState:
        """``loader``: torch.Generators that loaders draw from, by place; for a loader that has not
        been met yet, the state that its own is to have."""
        state = cls(python=random.getstate())
        numpy, torch = module("numpy"), module("torch")
        if numpy is not None:
            state.numpy = numpy.random.get_state()
        if torch is not None:
            state.torch = torch.get_rng_state()
            if torch.cuda.is_initialized():
                state.cuda = torch.cuda.get_rng_state_all()
            if torch.backends.mps.is_available():
                state.mps = torch.mps.get_rng_state()
            state.loader = {
                place: own.get_state() if isinstance(own, torch.Generator) else own
                for place, own in (loader or {}).items()
            }
        return state

    def apply(self, loader: Mapping[str, Any] | None = None) -> None:
        """Set the generators; those without a saved state are left as they are."""
        numpy, torch = module("numpy"), module("torch")
        if self.python is not None:
            random.setstate(self.python)
        if self.numpy is not None and numpy is not None:
            numpy.random.set_state(self.numpy)
        if torch is None:
            return
        if self.torch is not None:
            torch.set_rng_state(self.torch)
        if self.cuda and torch.cuda.is_available():
            for device, state in enumerate(self.cuda[: torch.cuda.device_count()]):
                torch.cuda.set_rng_state(state, device)
        if self.mps is not None and torch.backends.mps.is_available():
            torch.mps.set_rng_state(self.mps)
        for place, own in (loader or {}).items():
            if place in self.loader and isinstance(own, torch.Generator):
                own.set_state(self.loader[place])

    def to_json(self) -> dict[str, Any]:
        """The form of docs/checkpoint-layout.md."""
        body: dict[str, Any] = {}
        if self.python is not None:
            version, internal, gauss = self.python
            body["python"] = [version, list(internal), gauss]
        if self.numpy is not None:
            name, keys, position, has_gauss, cached = self.numpy
            body["numpy"] = [name, keys.tolist(), int(position), int(has_gauss), float(cached)]
        if self.torch is not None:
            body["torch"] = _hex(self.torch)
        if self.cuda:
            body["cuda"] = [_hex(state) for state in self.cuda]
        if self.mps is not None:
            body["mps"] = _hex(self.mps)
        if self.loader:
            body["loaders"] = {place: _hex(state) for place, state in self.loader.items()}
            body["loader"] = body["loaders"][min(self.loader)]
        return body

    @classmethod
    def from_json(cls, body: dict[str, Any] | None, loop: int = 0) -> RngState:
        """Read what :meth:`to_json` or the standalone cell wrote; absent generators stay absent.

        :param loop: the loop in use, to whose loader a list belongs (as it was written once).
        """
        body = body or {}
        state = cls()
        if python := body.get("python"):
            state.python = (python[0], tuple(python[1]), python[2])
        if (numbers := body.get("numpy")) and module("numpy") is not None:
            keys = module("numpy").array(numbers[1], dtype="uint32")
            state.numpy = (numbers[0], keys, *numbers[2:])
        if module("torch") is not None:
            state.torch = _tensor(body.get("torch"))
            state.cuda = [_tensor(text) for text in body.get("cuda") or []]
            state.mps = _tensor(body.get("mps"))
            loaders = body.get("loaders") or ([body["loader"]] if body.get("loader") else [])
            if isinstance(loaders, list):
                loaders = {f"{loop}.{number}": text for number, text in enumerate(loaders)}
            state.loader = {place: _tensor(text) for place, text in loaders.items()}
        return state


def _hex(state: Any) -> str:
    return bytes(memoryview(state.cpu().contiguous().numpy())).hex()


def _tensor(text: str | None) -> Any:
    if not text:
        return None
    torch = module("torch")
    return torch.frombuffer(bytearray.fromhex(text), dtype=torch.uint8)
