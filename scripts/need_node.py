"""Says in one line that building needs Node, where it is missing.

A hook of hatchling's (``[tool.hatch.build.hooks.custom]``), before the one that runs npm.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class NeedNode(BuildHookInterface):
    """Ends a build that would fail in the middle of npm."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        is_sdist = (Path(self.root) / "PKG-INFO").exists() and version == "standard"
        if is_sdist or os.environ.get("SKIP_JUPYTER_BUILDER") or shutil.which("npm"):
            return
        sys.exit(
            "jupyterlab-runtime-kit: building needs Node 20 or newer with npm, and npm was not "
            "found. Install it from nodejs.org, then run this again."
        )
