# ---
# id: stage-dataset
# title: Stage a dataset
# description: Unpacks an archive or copies a folder from Drive to the fast local disk, once, in one pass that survives an interrupt
# tags: [storage, dataset, drive, zip]
# languages: [python]
# version: 2
# requires: [package:runtime_kit]
# names: [stage, DATA]
# ---

# %% engine: install

# %%
# @title Stage a dataset
# @markdown Run again to continue where it was interrupted. `PACK_FOLDER` packs a folder of many small files beside itself.
STAGE_SOURCE = "/content/drive/MyDrive/dataset.zip"  # @param {type:"string"}
STAGE_TO = ""  # @param {type:"string"}
PACK_FOLDER = False  # @param {type:"boolean"}
from runtime_kit import stage

DATA = stage(STAGE_SOURCE, STAGE_TO or None, pack=PACK_FOLDER)
