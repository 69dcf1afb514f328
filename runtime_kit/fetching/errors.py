"""What keeps a fetch from ending, in plain words."""

from __future__ import annotations

import re

from runtime_kit.storage.errors import meaning


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
        "too many people downloaded this file, so Google blocks it for some hours (up to a day). "
        "Wait, or make a copy in your own Drive (Make a copy) and fetch that through an rclone "
        "remote with remote=NAME. If a browser is signed in on this machine, "
        "`gdown --cookies-from-browser firefox LINK` may still get it",
    ),
    (
        r"dailyLimitExceeded|(user)?RateLimitExceeded|too many requests|status code 429",
        QuotaError,
        "Google's request limit is reached. Wait some minutes, or use an rclone "
        "remote with your own client id",
    ),
    (
        r"cannotDownloadAbusiveFile",
        NotAllowedError,
        "Google has marked this file as malware and lets only its owner download it",
    ),
    (
        r"cannotDownloadFile|fileNotDownloadable|download.*(disabled|restricted)",
        NotAllowedError,
        "its owner has disabled downloading",
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
        "the remote's authorization has expired. Renew it with `rclone config reconnect NAME:`",
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
        "rclone has no remote of this name. `rclone listremotes` lists them",
    ),
    (
        r"notFound|file not found|(directory|object) not found|status code 404|404 Not Found",
        FetchError,
        "not found: the link is wrong, or it is not shared with this account",
    ),
)


def explained(what: str, said: str) -> FetchError:
    """The error for what rclone, gdown or Google said."""
    detail = " ".join(said.split())[-300:]
    for pattern, kind, sentence in _MEANINGS:
        if re.search(pattern, said, re.IGNORECASE):
            return kind(f"{what}: {sentence}. ({detail})")
    known = meaning(said)  # what is no matter of Drive: networks, certificates, clocks
    if known and known not in detail:
        return FetchError(f"{what} was not fetched: {known}. ({detail})")
    return FetchError(f"{what} was not fetched: {detail or 'no reason was given'}")
