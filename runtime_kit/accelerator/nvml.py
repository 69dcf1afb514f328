"""NVIDIA GPUs by way of NVML (nvidia-ml-py), where that is installed: a millisecond a look."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast

from .._os.trusted_imports import import_trusted
from .device import device

_library: list[Any] = []
_DEPRECATED = re.compile("The pynvml package is deprecated")  # says one of its distributions


class NoNvml(Exception):
    """NVML cannot be asked; the text says why. ``broken``: there is a driver, and it fails."""

    def __init__(self, text: str, *, broken: bool = False) -> None:
        super().__init__(text)
        self.broken = broken


def find() -> list[dict[str, Any]]:
    """The GPUs; :class:`NoNvml` where it cannot be asked."""
    nvml = _open()
    try:
        count = nvml.nvmlDeviceGetCount()
        return [_describe(nvml, index) for index in range(count)]
    except nvml.NVMLError as error:
        _library.clear()  # a driver that was reset wants to be opened again
        raise NoNvml(str(error), broken=True) from None


def _open() -> Any:
    if _library:
        return _library[0]
    try:
        with _quiet():
            nvml = import_trusted("pynvml")
        error_class = nvml.NVMLError
        count = nvml.nvmlDeviceGetCount
    except Exception as error:  # not installed, or something else of this name
        raise NoNvml(f"pynvml: {error}") from None
    try:
        nvml.nvmlInit()
        count()
    except error_class as error:
        absent = getattr(error, "value", None) == getattr(nvml, "NVML_ERROR_LIBRARY_NOT_FOUND", 12)
        raise NoNvml(str(error), broken=not absent) from None
    _library.append(nvml)
    return nvml


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without a warning in the cell that happens to run. ``catch_warnings`` is not for threads: it
    would put back a list of filters that the user's code may have changed meanwhile."""
    before = cast(list[Any], warnings.filters)
    ignored = ("ignore", _DEPRECATED, FutureWarning, None, 0)
    before.insert(0, ignored)
    try:
        yield
    finally:
        for filters in (before, cast(list[Any], warnings.filters)):
            with contextlib.suppress(ValueError):  # the user has begun with an empty one
                filters.remove(ignored)


def _describe(nvml: Any, index: int) -> dict[str, Any]:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)

    def ask(name: str, *arguments: Any) -> Any:
        """None for what this GPU, driver or container does not tell."""
        # Text that is not UTF-8 (seen on WSL) fails in NVML's own binding.
        with contextlib.suppress(nvml.NVMLError, AttributeError, ValueError):
            return getattr(nvml, name)(handle, *arguments)
        return None

    rates = ask("nvmlDeviceGetUtilizationRates")
    power, limit = ask("nvmlDeviceGetPowerUsage"), ask("nvmlDeviceGetEnforcedPowerLimit")
    return device(
        index,
        _text(ask("nvmlDeviceGetName")) or "NVIDIA GPU",
        uuid=_text(ask("nvmlDeviceGetUUID")),
        **_memory(ask("nvmlDeviceGetMemoryInfo")),
        utilization=rates.gpu if rates is not None else None,
        temperature=ask("nvmlDeviceGetTemperature", 0),
        power=power / 1000 if power is not None else None,
        power_limit=limit / 1000 if limit is not None else None,
        slices=_slices(nvml, handle, ask),
    )


def _slices(nvml: Any, handle: Any, ask: Callable[..., Any]) -> list[dict[str, Any]]:
    mode = ask("nvmlDeviceGetMigMode")
    if not mode or not mode[0]:
        return []
    found = []
    for index in range(ask("nvmlDeviceGetMaxMigDeviceCount") or 0):
        with contextlib.suppress(nvml.NVMLError, ValueError):
            part = nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, index)
            memory = _memory(nvml.nvmlDeviceGetMemoryInfo(part))
            found.append({"name": _text(nvml.nvmlDeviceGetName(part)), **memory})
    return found


def _memory(info: Any) -> dict[str, Any]:
    if info is None:
        return {}
    return {"memory_used": info.used, "memory_free": info.free, "memory_total": info.total}


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
