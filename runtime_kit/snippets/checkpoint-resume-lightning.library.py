# ---
# id: checkpoint-resume-lightning
# title: "Checkpoint & resume: Lightning"
# description: Saves a Lightning training and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, lightning, pytorch]
# languages: [python]
# requires: [package:runtime_kit, package:lightning]
# version: 2
# names: [run_options, start_run, RuntimeKitCheckpoint, checkpoint]
# ---

# %% engine: install

# %% engine: runs

# %%
# @title Checkpoint & resume: Lightning
# @markdown Train with `Trainer(..., callbacks=[checkpoint]).fit(module, loader)`, without `ckpt_path`. After a crash, run all cells again. `SAVE_EVERY`: steps ("100"), time ("10m") or "auto".
RUN = "run"  # @param {type:"string"} # What is saved. The same name resumes it.
RUN_FOLDER = ""  # @param {type:"string"} # Where to save. Empty: in Drive if it is mounted.
SAVE_EVERY = "auto"  # @param {type:"string"}
from runtime_kit.checkpoint.integrations.lightning import RuntimeKitCheckpoint

checkpoint = RuntimeKitCheckpoint(**run_options(RUN, RUN_FOLDER, SAVE_EVERY))
