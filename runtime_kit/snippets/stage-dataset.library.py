# ---
# id: stage-dataset
# title: Stage a dataset
# description: Unpacks an archive or copies a folder from Drive to the fast local disk, once, in one pass that survives an interrupt
# tags: [storage, dataset, drive, zip]
# languages: [python]
# version: 1
# requires: [package:runtime_kit]
# ---

# %% [markdown]
# **Stage a dataset** brings an archive or a folder from Drive to this machine's own disk, unpacked while it is read; `DATA` is the folder. Run again, it returns at once, or goes on where it was interrupted. `PACK_FOLDER` also packs a folder of many small files beside itself, which makes the next time fast.

# %%
STAGE_SOURCE = "/content/drive/MyDrive/dataset.zip"  # @param {type:"string"}
STAGE_TO = ""  # @param {type:"string"}
PACK_FOLDER = False  # @param {type:"boolean"}

try:
    from runtime_kit import stage
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.name} is missing: run %pip install jupyterlab-runtime-kit"
    ) from None

DATA = stage(STAGE_SOURCE, STAGE_TO or None, pack=PACK_FOLDER)
