"""What the ways to a remote of rclone's have in common."""

from __future__ import annotations

from runtime_kit.storage.provider import Mounted, Provider, Request
from runtime_kit.storage.rclone import program as rclone


class RcloneRemote(Provider):
    serves_remotes = True
    has_remote = True

    def why_not(self, request: Request) -> str:
        return rclone.remote_for(request)[1]

    def trash(self, mounted: Mounted, empty: bool, timeout: float) -> int | None:
        if empty:
            rclone.ask(
                ["cleanup", mounted.remote], timeout, f"Emptying the trash of {mounted.remote}"
            )
        return rclone.about(mounted.remote, timeout).get("trashed", 0 if empty else None)
