"""Files and folders by link, id or path: from Google Drive, or any remote of rclone's."""

from .api import fetch
from .errors import FetchError, NotAllowedError, QuotaError

__all__ = ["FetchError", "NotAllowedError", "QuotaError", "fetch"]
