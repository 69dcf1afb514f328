"""The providers, in the order in which they are tried."""

from __future__ import annotations

import logging

from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage.errors import StorageError, Unsuited
from runtime_kit.storage.provider import Mounted, Provider, Request

from .colab import Colab
from .desktop import Desktop
from .existing_mount import ExistingMount
from .folders import LocalFolder, PlatformFolder
from .ocamlfuse import OcamlFuse
from .rclone_copy import RcloneCopy
from .rclone_mount import RcloneMount

logger = logging.getLogger(__name__)

PROVIDERS: list[Provider] = [
    ExistingMount(),
    Colab(),
    Desktop(),
    RcloneMount(),
    OcamlFuse(),
    RcloneCopy(),
    PlatformFolder(),
    LocalFolder(),
]


def choose(request: Request, only: str = "") -> tuple[Mounted, dict[str, str]]:
    """Mount with the first provider that can; why those before it could not, by title.

    :param only: name of the one provider to use.

    :raises StorageError: one could, but something is in its way that the user has to remove; or a
        remote was named and none can reach it.
    """
    reasons: dict[str, str] = {}
    deadline = Deadline(request.timeout)
    candidates = [each for each in PROVIDERS if only in ("", each.name)]
    if not candidates:
        names = ", ".join(each.name for each in PROVIDERS)
        raise StorageError(f"No provider {only!r}. Choose one of {names}.")
    for provider in candidates:
        if reason := provider.why_not(request.within(deadline)):
            reasons[provider.title] = reason
            logger.debug("%s: %s", provider.name, reason)
            continue
        try:
            return provider.mount(request.within(deadline)), reasons
        except Unsuited as error:
            reasons[provider.title] = str(error)
            logger.debug("%s: %s", provider.name, error)
    told = [
        f"{each.title}: {reasons[each.title]}"
        for each in candidates
        if each.name == only or (each.serves_remotes and each.name != "present")
    ]
    what = request.remote or only
    raise StorageError(f"Can't use {what} here. {'; '.join(told)}.")
