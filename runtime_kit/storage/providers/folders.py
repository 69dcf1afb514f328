"""Folders that need no mounting: the platform's own durable one, and a plain local one."""

from __future__ import annotations

import os
from pathlib import Path

from runtime_kit import platform
from runtime_kit.storage.calls import bounded
from runtime_kit.storage.errors import StorageError
from runtime_kit.storage.provider import PATIENCE, Flushed, Mounted, Provider, Request


class PlatformFolder(Provider):
    name = "platform"
    title = "the platform's folder"

    def why_not(self, request: Request) -> str:
        if request.remote:
            return "a remote was named"
        here = platform.detect()
        if here.problem:
            return here.problem.rstrip(".")
        if here.durable is None:
            return f"{here.name} has no folder that is kept. {here.advice}".strip().rstrip(".")
        if not bounded(lambda: os.access(here.durable or ".", os.W_OK), PATIENCE, "access"):
            return f"{here.durable} is not writable"
        return ""

    def mount(self, request: Request) -> Mounted:
        here = platform.detect()
        assert here.durable is not None
        detail = f"kept by {here.name}. {here.advice}".strip()
        return Mounted(self, here.durable, True, detail, read_only=request.read_only)


class LocalFolder(Provider):
    name = "local"
    title = "local folder"

    def why_not(self, request: Request) -> str:
        return "a remote was named" if request.remote else ""

    def mount(self, request: Request) -> Mounted:
        folder = Path.cwd() / "drive-local"
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise StorageError(f"Can't create {folder} ({error.strerror}).") from error
        detail = "it is deleted when the runtime ends: copy what you need from it"
        return Mounted(self, folder, False, detail, read_only=request.read_only)

    def flush(self, mounted: Mounted, timeout: float) -> Flushed:
        return Flushed(
            False, f"{mounted.path} is a local folder that is deleted when the runtime ends."
        )
