"""What keeps a fetch from ending, in plain words."""

from __future__ import annotations

import re


class FetchError(RuntimeError):
    """Fetching stopped. What has come is kept, and the next call goes on from there."""


class NotAllowedError(FetchError):
    """The account (or nobody in particular) may not read this."""


class QuotaError(FetchError):
    """Google lets nobody, or not this account, download this at the moment."""


_MEANINGS: tuple[tuple[str, type[FetchError], str], ...] = (
    (
        r"downloadQuotaExceeded|too many users have (viewed|downloaded)|quota for this file",
        QuotaError,
        "so many people have downloaded this that Google has stopped it for some hours (up to a "
        "day). Wait, or make a copy of it in your own Drive (Make a copy) and fetch that one "
        "through an rclone remote with remote=NAME. Where a browser is signed in on this machine, "
        "`gdown --cookies-from-browser firefox LINK` may still get it",
    ),
    (
        r"dailyLimitExceeded|(user)?RateLimitExceeded|too many requests|status code 429",
        QuotaError,
        "Google limits how often it is asked. Wait some minutes; an rclone remote with a client "
        "id of your own has a limit of its own",
    ),
    (
        r"cannotDownloadAbusiveFile",
        NotAllowedError,
        "Google takes this file for malware and gives it to its owner only",
    ),
    (
        r"cannotDownloadFile|fileNotDownloadable|download.*(disabled|restricted)",
        NotAllowedError,
        "its owner has switched off downloading for those it is shared with",
    ),
    (
        r"(deleted|disabled|invalid|unauthorized)_client",
        NotAllowedError,
        "the OAuth client of the remote was deleted, disabled or mistyped: make a client id of "
        "your own and set it with `rclone config update NAME client_id=...`",
    ),
    (
        r"invalid_grant|token (has been )?expired|couldn't fetch token",
        NotAllowedError,
        "the remote's permission has run out: renew it with `rclone config reconnect NAME:`",
    ),
    (
        r"insufficient(File)?Permissions|appNotAuthorizedToFile|access ?denied|status code 40[13]|"
        r"40[13] (Forbidden|Unauthorized)|permission to 'Anyone|Check the permission",
        NotAllowedError,
        "it is not shared with you. Ask its owner for 'Anyone with the link', or use an rclone "
        "remote of an account that may read it with remote=NAME",
    ),
    (
        r"didn't find section in config|not found in config",
        FetchError,
        "rclone has no remote of this name: `rclone listremotes` shows those there are",
    ),
    (
        r"notFound|file not found|(directory|object) not found|status code 404|404 Not Found",
        FetchError,
        "there is nothing at this address for this account: the link is wrong or it is not shared",
    ),
)


def explained(what: str, said: str) -> FetchError:
    """The error for what rclone, gdown or Google said."""
    detail = " ".join(said.split())[-300:]
    for pattern, kind, meaning in _MEANINGS:
        if re.search(pattern, said, re.IGNORECASE):
            return kind(f"{what}: {meaning}. ({detail})")
    return FetchError(f"{what} was not fetched: {detail or 'no reason was given'}")
