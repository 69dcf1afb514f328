# ---
# id: drive-download
# title: Download from Drive
# description: Fetches a file or a folder from Google Drive by its link or id, or from any rclone remote
# tags: [storage, drive, download, gdown, rclone]
# languages: [python]
# version: 2
# requires: [package:runtime_kit]
# names: [fetch, DOWNLOADED]
# ---

# %% engine: install

# %%
# @title Download from Drive
# @markdown A link or id of Drive, or `remote:path` of rclone. Run again to continue where it was interrupted.
DRIVE_LINK = ""  # @param {type:"string"}
DOWNLOAD_TO = "downloads"  # @param {type:"string"}
DOWNLOAD_REMOTE = ""  # @param {type:"string"}
from runtime_kit import fetch

DOWNLOADED = fetch(DRIVE_LINK, DOWNLOAD_TO, remote=DOWNLOAD_REMOTE or None)
