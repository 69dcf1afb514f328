"""What goes wrong with storage, each in one plain sentence with what to do about it."""

from __future__ import annotations

import errno
import re


class StorageError(RuntimeError):
    """Something that the user has to know; the original error is its ``__cause__``."""


class StorageTimeout(StorageError):
    """Something did not answer in time. It may still do so later; nothing was undone."""


class Unsuited(StorageError):
    """A provider found out, by trying, that it does not work on this machine."""


def _status(*codes: int) -> str:
    """A pattern for a status of HTTP, and for no number in a file's name or a size."""
    of = "|".join(map(str, codes))
    words = "Forbidden|Unauthorized|Method|Insufficient|Too Many|Proxy|Service|Bad|Gateway|Internal"
    return rf"([Ee]rror|[Ss]tatus|[Cc]ode|HTTP/[\d.]+):? ({of})\b|\b({of}) ({words})"


# A pattern in the text of the original error, and what it means. The first that fits counts.
_MEANINGS = (
    (
        "Mountpoint must|mountpoint must",
        "choose a new or empty folder to mount at, not a link, and without spaces in its name",
    ),
    (
        "fusermount|fuse: device|/dev/fuse|cannot find FUSE|WinFsp|macFUSE|failed to mount FUSE",
        "FUSE does not work on this machine",
    ),
    (
        "root folder",
        "the top folder of My Drive has too many files: move them into folders, wait "
        "a while and try again",
    ),
    (
        "domain policy",
        "your organization has disabled Drive for desktop: use another Google account",
    ),
    (
        "service account (credentials )?file|couldn't find service account",
        "the service account's key file can't be read: check its path in the remote's settings",
    ),
    (
        "Service Accounts do not have storage quota",
        "a service account has no storage of its own: use a shared drive, or connect the remote "
        "with your own account",
    ),
    (
        "(deleted|disabled|invalid|unauthorized)_client",
        "the OAuth client of this remote was deleted, disabled or mistyped, so connecting again "
        "does not help: make a client id of your own and set it in the remote",
    ),
    (
        "credential propagation|MessageError",
        "access was not granted: run this again and allow everything it asks for",
    ),
    (
        "mount failed",
        "Drive did not start: run this on Colab's own page, since other pages can't ask for "
        "permission, and allow access; if you did, restart the runtime",
    ),
    ("TIMEOUT", "Drive did not start in time: run this again, or use a new runtime"),
    (
        "didn't find section in config|not found in config",
        "rclone has no such remote: connect it (Runtime > Connect a Remote)",
    ),
    (
        "unable to decrypt|password to decrypt|RCLONE_CONFIG_PASS|decrypt configuration",
        "rclone's configuration is encrypted: set RCLONE_CONFIG_PASS before the kernel starts",
    ),
    (
        "invalid_grant|token expired|empty token|couldn't fetch token|cannot fetch token",
        "the authorization of this remote has expired: connect it again",
    ),
    (
        "[Dd]isk quota exceeded|EDQUOT",
        "your disk quota on this machine is used up: free some space there, then try again",
    ),
    (
        "storageQuotaExceeded|[Ii]nsufficient [Ss]torage|No space left|disk full"
        "|storage quota has been exceeded|" + _status(507),
        "it is full: delete files there (and empty its trash), then try again",
    ),
    (
        "downloadQuotaExceeded|download quota",
        "too many people downloaded this file: wait up to 24 hours, or copy it to your own Drive",
    ),
    (
        "accessNotConfigured|API has not been used in project",
        "the Drive API is off in the project of your client id: turn it on in the Google Cloud "
        "console",
    ),
    (
        "cannotDownloadAbusiveFile",
        "Google has marked a file as malware: delete it, or set drive-acknowledge-abuse in the "
        "remote",
    ),
    (
        "numChildrenInNonRootLimitExceeded|teamDriveFileLimitExceeded|number of children",
        "the folder has too many files: move some of them to another folder",
    ),
    (
        "[Rr]ate ?[Ll]imit ?[Ee]xceeded|[Qq]uota exceeded|dailyLimitExceeded"
        "|[Tt]oo many requests|SlowDown|" + _status(429),
        "a limit of the service is reached: wait some hours, or use your own client id",
    ),
    (
        "RequestTimeTooSkewed|clock is not synchronized",
        "this machine's clock is wrong: set it, then try again",
    ),
    (
        "knownhosts: |[Hh]ost key verification|REMOTE HOST IDENTIFICATION",
        "the server's host key is not the known one: check that it is your server, then update "
        "known_hosts",
    ),
    (
        _status(407) + "|[Pp]roxy [Aa]uthentication",
        "the proxy wants a name and a password: set HTTPS_PROXY with both",
    ),
    (
        "handshake timeout|broken pipe|connection lost|closed network connection",
        "it can't be reached: check the network and the server",
    ),
    (
        "x509: |tls: |certificate|CERTIFICATE_VERIFY_FAILED|SSLError|handshake failure",
        "its certificate is not trusted: check this machine's clock, and whether a proxy stands "
        "between",
    ),
    (
        "no such host|[Nn]ame resolution|server misbehaving|Name or service not known"
        "|[Cc]ould not resolve|getaddrinfo|nodename nor servname",
        "its name can't be resolved: check the address and this machine's network",
    ),
    (
        "InvalidAccessKeyId|SignatureDoesNotMatch|unable to authenticate|authError|Unauthorized|"
        + _status(401),
        "the name or the password of this remote is wrong: connect it again",
    ),
    (
        "[Rr]ead-only file system|read only|Forbidden|insufficientPermissions"
        "|[Pp]ermission denied|Access ?Denied|failed to upload.*404|" + _status(403, 405),
        "permission denied",
    ),
    (
        "connection refused|network is unreachable|connection reset|i/o timeout"
        "|deadline exceeded|awaiting response headers|no route to host|EOF$",
        "it can't be reached: check the network and the server",
    ),
    (
        "backendError|internalError|InternalError|ServiceUnavailable|"
        + _status(500, 502, 503, 504),
        "the service has a fault of its own: wait some minutes, then try again",
    ),
    (
        "[Tt]ransport endpoint is not connected",
        "the mount does not respond: remount it with drive.remount()",
    ),
    ("NoSuchBucket|directory not found|object not found", "folder not found"),
)


def disk_meaning(error: OSError) -> str:
    """:func:`meaning` of an error of this machine's own disk."""
    if error.errno == errno.EIO:
        return "input/output error: check this machine's disk, then try again"
    return meaning(error)


def meaning(error: BaseException | str) -> str:
    """What an error means, as a part of a sentence; its own text where that is not known."""
    if isinstance(error, OSError):
        if error.errno in (errno.ENOTCONN, errno.ECONNABORTED):
            return "the mount does not respond: remount it with drive.remount()"
        if error.errno == errno.EIO:
            return "the service refuses (often a limit of Drive): wait some hours and try again"
        if error.errno == errno.ENOSPC:
            return "the disk is full: free some space and try again"
        if error.errno == errno.EDQUOT:
            return "your disk quota on this machine is used up: free some space and try again"
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    for pattern, sentence in _MEANINGS:
        if re.search(pattern, text):
            return sentence
    said = text if isinstance(error, str) else str(error) or type(error).__name__
    said = re.sub(r"^\d{4}/\d\d/\d\d [\d:]+ (\w+ *: )?", "", said, flags=re.MULTILINE)
    return " ".join(said.split())[-300:].rstrip(".")
