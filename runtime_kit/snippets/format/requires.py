"""What a snippet may say that it cannot do without. `src/snippets/format/requires.ts` is its twin."""

import re

from runtime_kit.platform import LOCAL, PLATFORMS

IDS = [rule.id for rule in PLATFORMS] + [LOCAL]

REQUIREMENTS = "package:<import name>, tool:<executable>, gpu or platform:<id>"
"""What `requires` may hold, for messages."""

_REQUIREMENT = re.compile(
    r"gpu"
    r"|package:[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*"
    r"|tool:[A-Za-z0-9_][A-Za-z0-9_.+-]*"
    rf"|platform:(?:{'|'.join(IDS)})"
)


def is_requirement(text: str) -> bool:
    """Whether a text of `requires` can be understood."""
    return _REQUIREMENT.fullmatch(text) is not None
