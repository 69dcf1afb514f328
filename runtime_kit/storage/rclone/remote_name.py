"""Which remotes of rclone's are taken: the configured ones, by name."""

from __future__ import annotations

import re

# What rclone takes as a name, then perhaps a path. In front of the colon no comma: options after
# it, as in `box,bearer_token_command=...:`, can have rclone run a program.
_CONFIGURED = re.compile(r"[\w.+@][\w .+@-]*(:[^\x00-\x1f\x7f]*)?|:local:[^\x00-\x1f\x7f]*")


def why_not_a_remote(text: str, *, connection_string: bool = False) -> str:
    """Empty for ``name``, ``name:path`` and ``:local:path``; otherwise what to do, in a sentence.

    :param connection_string: also take what rclone calls so, ``:backend,option=value:path``.
    """
    if _CONFIGURED.fullmatch(text):
        return ""
    if text.startswith("-") or "\0" in text or "\n" in text or ":" not in text:
        return f"{text!r} is not the name of a remote: use one that `rclone listremotes` shows."
    if connection_string:
        return ""
    return (
        f"{text!r} is an rclone connection string, and its options can run programs: use the name "
        "of a configured remote, or pass connection_string=True if you wrote it yourself."
    )
