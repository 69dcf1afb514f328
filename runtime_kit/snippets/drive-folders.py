# ---
# id: drive-folders
# title: Folders on Drive
# description: Makes a folder for the notebook and one for datasets on Drive, and works in the first
# tags: [storage, drive, folders]
# languages: [python]
# version: 2
# names: [make_drive_folders, COLAB, DATASET]
# ---

# %% engine:
# @title Folders on Drive engine: run this cell, no need to read it
def make_drive_folders(colab_folder, dataset_folder, work_in_colab):
    """Make two folders on Drive where they are missing; return both."""
    import os
    from pathlib import Path

    top = Path(globals().get("DRIVE", "/content/drive/MyDrive"))
    if not top.is_dir():
        raise RuntimeError(f"There is no folder {top}: run the Mount Drive cell first")
    colab, dataset = top / colab_folder.strip("/"), top / dataset_folder.strip("/")
    try:
        for made in (colab, dataset):
            made.mkdir(parents=True, exist_ok=True)
        if work_in_colab:
            os.chdir(colab)
    except OSError as error:
        raise RuntimeError(f"The folders cannot be made: {error}") from error
    print(f"COLAB = {colab}\nDATASET = {dataset}\nworking directory: {os.getcwd()}")
    return colab, dataset


# %%
# @title Folders on Drive
# @markdown Run Mount Drive first.
COLAB_FOLDER = "colab"  # @param {type:"string"}
DATASET_FOLDER = "dataset"  # @param {type:"string"}
WORK_IN_COLAB = True  # @param {type:"boolean"}
COLAB, DATASET = make_drive_folders(COLAB_FOLDER, DATASET_FOLDER, WORK_IN_COLAB)
