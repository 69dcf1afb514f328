"""Something that the user confides to the kernel without a trace.

Carried to kernels by the front end. It comes as an input reply, as the answer of `getpass` does:
that is in no code, so in no history, no output and no log of requests. One request takes it with
its code and uses it with its user expression.
"""

import sys
import types

_SLOT = "_runtime_kit_confided"


def receive() -> None:
    """Ask the front end for it."""
    shell = sys.modules["IPython"].get_ipython()
    slot = types.ModuleType(_SLOT)
    slot.value = shell.kernel.getpass("")  # type: ignore[attr-defined]
    sys.modules[_SLOT] = slot


def take_confided() -> str:
    """What was received, once."""
    return sys.modules.pop(_SLOT).value
