"""What a kill left while a step was replaced."""

from __future__ import annotations

import os
from pathlib import Path

from runtime_kit._os.delete import remove_folder
from runtime_kit._os.files import fsync_folder
from runtime_kit.checkpoint.errors import DamagedStepError, UnknownFormatError
from runtime_kit.checkpoint.run_dir.layout import step_name

from .step_reader import verify_step


def recover(replaced: dict[int, Path], run: Path) -> None:
    """Finish what a kill left while a step was replaced: the old one comes back, unless the new
    one is complete. A mount may have kept its COMMIT.json and not yet what this names."""
    for step, aside in replaced.items():
        target = run / step_name(step)
        if aside.is_symlink():  # not made here, and no step to bring back
            aside.unlink()
            continue
        try:
            verify_step(target, step)
        except UnknownFormatError:
            continue
        except DamagedStepError as error:
            if not error.certain:  # a mount that fails: not now
                continue
        else:
            remove_folder(aside)
            continue
        if os.path.lexists(target):
            remove_folder(target)
        os.rename(aside, target)
        fsync_folder(run)
