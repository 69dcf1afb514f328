"""``run.state(best=0.0, history=[])``: values that are saved with the run, as attributes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from .inplace import rebuild


class PlainState(SimpleNamespace):
    """Holds plain values, tensors and containers of them. Lists and dicts are filled in place."""

    def state_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        for name, value in saved.items():
            setattr(self, name, rebuild(getattr(self, name, None), value, f"state.{name}"))
