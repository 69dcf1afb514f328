"""Checks a run's folder with the standard library alone, as another program would."""

from __future__ import annotations

import json
import zlib
from pathlib import Path


def is_valid(step: Path) -> bool:
    """COMMIT.json agrees with every file that it names."""
    try:
        commit = json.loads((step / "COMMIT.json").read_bytes())
        if commit["step"] != int(step.name[5:]) or commit["format"] not in (1, 2, 3):
            return False
        for name, record in commit["files"].items():
            data = (step / name).read_bytes()
            if len(data) != record["size"] or f"{zlib.crc32(data):08x}" != record["crc32"]:
                return False
    except (OSError, ValueError, KeyError):
        return False
    return True


def valid_steps(run: Path) -> list[int]:
    """Numbers of the valid steps, oldest first."""
    return [int(p.name[5:]) for p in sorted(run.glob("step-*")) if is_valid(p)]
