"""What the Runtime panel shows of a kernel and its machine: measured in the kernel itself.

The front end asks :mod:`.link`. Where ``runtime_kit`` is not installed it carries these files to
the kernel, so all of this needs the standard library and the neighbours it names only. May import
accelerator/, platform.py, _os/, and of checkpoint/ the layout and the reader of steps.
"""

from __future__ import annotations

PROTOCOL = 1
