# ---
# id: checkpoint-resume-hf-trainer
# title: "Checkpoint & resume: HF Trainer"
# description: Saves a training of Hugging Face's Trainer and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, transformers, pytorch]
# languages: [python]
# requires: [package:runtime_kit, package:transformers]
# version: 2
# names: [run_options, start_run, RuntimeKitCallback, checkpoint]
# ---

# %% engine: install

# %% engine: runs

# %%
# @title Checkpoint & resume: HF Trainer
# @markdown Run this after the cell that makes the trainer (with `save_strategy="no"`), then `trainer.train(resume_from_checkpoint=checkpoint.resume(trainer))`. After a crash, run all cells again. `SAVE_EVERY`: steps ("100"), time ("10m") or "auto".
RUN = "run"  # @param {type:"string"} # What is saved. The same name resumes it.
RUN_FOLDER = ""  # @param {type:"string"} # Where to save. Empty: in Drive if it is mounted.
SAVE_EVERY = "auto"  # @param {type:"string"}
TRAINER = trainer  # @param {type:"raw", placeholder:"variable"}
from runtime_kit.checkpoint.integrations.transformers import RuntimeKitCallback

TRAINER.remove_callback(RuntimeKitCallback)  # the one of an earlier run of this cell
checkpoint = RuntimeKitCallback(**run_options(RUN, RUN_FOLDER, SAVE_EVERY))
TRAINER.add_callback(checkpoint)
