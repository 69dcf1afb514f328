# ---
# id: drive-mount
# title: Mount Drive
# description: Sets DRIVE to a folder of Google Drive (on Colab or through rclone), or to a local folder where there is none
# tags: [storage, drive, colab, rclone]
# languages: [python]
# version: 2
# icon: jupyterlab-runtime-kit:drive-mount
# names: [mount_drive, DRIVE]
# ---

# %% engine: drive

# %%
# @title Mount Drive
MOUNT_POINT = "/content/drive"  # @param {type:"string"}
DRIVE_FOLDER = ""  # @param {type:"string"} # A folder in the Drive. Empty: all of it.
READ_ONLY = False  # @param {type:"boolean"}
RCLONE_REMOTE = ""  # @param {type:"string"} # Outside Colab: the name of an rclone remote.
DRIVE = mount_drive(MOUNT_POINT, DRIVE_FOLDER, READ_ONLY, RCLONE_REMOTE)
