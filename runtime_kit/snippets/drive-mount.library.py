# ---
# id: drive-mount
# title: Mount Drive
# description: Sets DRIVE to a folder of Google Drive (on Colab or through rclone), or to a local folder where there is none
# tags: [storage, drive, colab, rclone]
# languages: [python]
# requires: [package:runtime_kit]
# version: 1
# icon: jupyterlab-runtime-kit:drive-mount
# ---

# %% [markdown]
# **Mount Drive** sets `DRIVE`, the folder for what has to outlive this machine: Google Drive on Colab, an rclone remote elsewhere, or else a local folder, and then it says so. `drive.flush()` waits until all is there; `drive.remount()` brings a mount back that has died.

# %%
MOUNT_POINT = "/content/drive"  # @param {type:"string"}
DRIVE_FOLDER = ""  # @param {type:"string"}
READ_ONLY = False  # @param {type:"boolean"}
RCLONE_REMOTE = ""  # @param {type:"string"}

try:
    from runtime_kit import drive
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.name} is missing: run %pip install jupyterlab-runtime-kit"
    ) from None

DRIVE = drive.mount(MOUNT_POINT, folder=DRIVE_FOLDER, read_only=READ_ONLY, remote=RCLONE_REMOTE)
