"""What is printed about a folder when it is mounted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runtime_kit._os.say import say, show
from runtime_kit._os.units import readable

from .health import Health, Watch
from .provider import Mounted


def announce(
    mounted: Mounted, folder: Path, reasons: Mapping[str, str], health: Health, watch: Watch
) -> None:
    """Which provider, how durable, how much is free, where; then, for a folder that does not last,
    why it is no better one."""
    free = watch.glance()[2]
    facts = [
        mounted.provider.title,
        "kept when the runtime ends" if mounted.durable else "NOT durable",
        f"{readable(free)} free" if free is not None else "free space unknown",
        *(["read-only"] if mounted.read_only else []),
        *([mounted.detail] if mounted.detail else []),
    ]
    if not health:
        facts.append(health.text)
    say(f"{'; '.join(facts).rstrip('.')}.")
    show(f"DRIVE = {folder}")
    if mounted.durable:
        return
    titles: dict[str, list[str]] = {}
    for title, reason in reasons.items():
        if title != "already mounted":
            titles.setdefault(reason, []).append(title)
    if titles:
        print("No durable storage is available here:")
    for reason, alike in titles.items():
        show(f"  {', '.join(alike)}: {reason}")
