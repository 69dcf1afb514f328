"""What an administrator or user can set for the output journal, in jupyter_server_config.py."""

from __future__ import annotations

from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, Float, Int, Unicode
from traitlets.config import LoggingConfigurable


class OutputJournal(LoggingConfigurable):
    """Keeps what kernels print, so that a page opened later can show it."""

    enabled = Bool(True, help="Keep the outputs of kernels.").tag(config=True)
    folder = Unicode(
        "", help="Folder of the journals. Default: runtime-kit/outputs in Jupyter's data folder."
    ).tag(config=True)
    max_bytes = Int(
        64 * 2**20, min=2**20, help="Size limit of one kernel's journal, in bytes."
    ).tag(config=True)
    keep_days = Float(7.0, min=0.0, help="Days that the journal of an ended kernel stays.").tag(
        config=True
    )
    write_notebooks = Bool(
        False, help="Write outputs into the notebook file while no page has it open."
    ).tag(config=True)
    write_every = Float(120.0, min=0.1, help="Seconds between two such writes.").tag(config=True)

    @property
    def folder_path(self) -> Path:
        return Path(self.folder or Path(jupyter_data_dir()) / "runtime-kit" / "outputs")
