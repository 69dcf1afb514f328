# ---
# id: drive-folders
# title: Folders on Drive
# description: Makes a folder for the notebook and one for datasets on Drive, and works in the first
# tags: [storage, drive, folders]
# languages: [python]
# version: 1
# ---

# %% [markdown]
# **Folders on Drive** makes two folders on Drive if they are not there yet: `COLAB` for what this notebook writes, which becomes the working directory, and `DATASET` for data. Run the Mount Drive cell first.

# %%
COLAB_FOLDER = "colab"  # @param {type:"string"}
DATASET_FOLDER = "dataset"  # @param {type:"string"}
WORK_IN_COLAB = True  # @param {type:"boolean"}

import os
from pathlib import Path

DRIVE_TOP = Path(globals().get("DRIVE", "/content/drive/MyDrive"))
if not DRIVE_TOP.is_dir():
    raise RuntimeError(f"There is no folder {DRIVE_TOP}: run the Mount Drive cell first")
COLAB, DATASET = DRIVE_TOP / COLAB_FOLDER.strip("/"), DRIVE_TOP / DATASET_FOLDER.strip("/")
try:
    for made in (COLAB, DATASET):
        made.mkdir(parents=True, exist_ok=True)
    if WORK_IN_COLAB:
        os.chdir(COLAB)
except OSError as error:
    raise RuntimeError(f"The folders cannot be made: {error}") from error
print(f"COLAB = {COLAB}\nDATASET = {DATASET}\nworking directory: {os.getcwd()}")
