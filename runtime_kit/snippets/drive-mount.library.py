# ---
# id: drive-mount
# title: Mount Drive
# description: Sets DRIVE to a folder of Google Drive (on Colab or through rclone), or to a local folder where there is none
# tags: [storage, drive, colab, rclone]
# languages: [python]
# requires: [package:runtime_kit]
# version: 2
# icon: jupyterlab-runtime-kit:drive-mount
# names: [drive, DRIVE]
# ---

# %% engine: install

# %%
# @title Mount Drive
MOUNT_POINT = "/content/drive"  # @param {type:"string"}
DRIVE_FOLDER = ""  # @param {type:"string"} # A folder in the Drive. Empty: all of it.
READ_ONLY = False  # @param {type:"boolean"}
RCLONE_REMOTE = ""  # @param {type:"string"} # Outside Colab: the name of an rclone remote.
from runtime_kit import drive  # drive.flush() waits until all is there

DRIVE = drive.mount(MOUNT_POINT, folder=DRIVE_FOLDER, read_only=READ_ONLY, remote=RCLONE_REMOTE)
