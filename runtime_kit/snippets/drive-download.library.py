# ---
# id: drive-download
# title: Download from Drive
# description: Fetches a file or a folder from Google Drive by its link or id, or from any rclone remote
# tags: [storage, drive, download, gdown, rclone]
# languages: [python]
# version: 1
# requires: [package:runtime_kit]
# ---

# %% [markdown]
# **Download from Drive** fetches a file or a whole folder by its link or id, or from any remote of rclone's (`remote:path`): public ones through gdown, private ones through the remote named, or the only one of type Drive. Run again, it goes on where it was interrupted.

# %%
DRIVE_LINK = ""  # @param {type:"string"}
DOWNLOAD_TO = "downloads"  # @param {type:"string"}
DOWNLOAD_REMOTE = ""  # @param {type:"string"}

try:
    from runtime_kit import fetch
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.name} is missing: run %pip install jupyterlab-runtime-kit"
    ) from None

DOWNLOADED = fetch(DRIVE_LINK, DOWNLOAD_TO, remote=DOWNLOAD_REMOTE or None)
