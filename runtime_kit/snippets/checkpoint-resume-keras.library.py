# ---
# id: checkpoint-resume-keras
# title: "Checkpoint & resume: Keras"
# description: Saves a Keras training and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, keras]
# languages: [python]
# requires: [package:runtime_kit, package:keras]
# version: 2
# names: [run_options, start_run, RuntimeKitCheckpoint, checkpoint]
# ---

# %% engine: install

# %% engine: runs

# %%
# @title Checkpoint & resume: Keras
# @markdown Train with `model.fit(..., callbacks=[checkpoint])`, where checkpoint is the last callback. After a crash, run all cells again. `SAVE_EVERY`: steps ("100"), time ("10m") or "auto".
RUN = "run"  # @param {type:"string"} # What is saved. The same name resumes it.
RUN_FOLDER = ""  # @param {type:"string"} # Where to save. Empty: in Drive if it is mounted.
SAVE_EVERY = "auto"  # @param {type:"string"}
from runtime_kit.checkpoint.integrations.keras import RuntimeKitCheckpoint

checkpoint = RuntimeKitCheckpoint(**run_options(RUN, RUN_FOLDER, SAVE_EVERY))
