"""What a file is like on one side of a copy."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class FileFingerprint(NamedTuple):
    """Its size, and a time that changes when it does."""

    size: int
    time: str


UNKNOWN = FileFingerprint(-1, "")
"""Of a file that was changed while it was sent: whatever it is like now, it is sent again."""


def fingerprint(stat: os.stat_result) -> FileFingerprint:
    return FileFingerprint(stat.st_size, str(stat.st_mtime_ns))


def remote_fingerprint(item: dict[str, Any]) -> FileFingerprint:
    """From an entry of rclone's listing."""
    return FileFingerprint(item["Size"], in_utc(item["ModTime"]))


def in_utc(moment: str) -> str:
    """rclone writes times in this machine's time zone. The same one of a machine elsewhere, or of
    this one after a journey, is no other time."""
    parsed = _parsed(moment)
    if parsed is None:
        return moment
    seconds, fraction = parsed
    whole = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}{'.' + fraction if fraction else ''}Z"


def alike(there: FileFingerprint, here: FileFingerprint) -> bool:
    """Whether one is a copy of the other, by size and time. A file that is brought gets the time of
    the remote when it is whole, and one that is sent its own there, where the remote keeps times:
    elsewhere it gets the one of its arrival."""
    parsed = _parsed(there.time)
    if parsed is None or here.size != there.size:
        return False
    seconds, fraction = parsed
    step = 10 ** (9 - len(fraction))
    there_ns = seconds * 10**9 + int(fraction.ljust(9, "0"))
    return there_ns // step == int(here.time) // step


def _parsed(moment: str) -> tuple[int, str] | None:
    """Seconds since 1970, and the digits behind the point; None for what is no time."""
    found = _MOMENT.match(moment)
    if not found:
        return None
    zone = found[3] or "Z"
    when = datetime.fromisoformat(found[1] + ("+00:00" if zone == "Z" else zone))
    return (when - _EPOCH) // timedelta(seconds=1), (found[2] or "")[:9].rstrip("0")
