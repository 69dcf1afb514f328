"""Files and folders by link, id or path: from Google Drive, or any remote of rclone's.

May import storage/ and _os/.
"""

from .api import fetch
from .errors import FetchError, NotAllowedError, QuotaError

__all__ = ["FetchError", "NotAllowedError", "QuotaError", "fetch"]
