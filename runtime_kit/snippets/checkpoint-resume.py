# ---
# id: checkpoint-resume
# title: Checkpoint & resume
# description: Saves a PyTorch training, after each epoch or (library form) in the middle of one, and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, pytorch]
# languages: [python]
# requires: [package:torch]
# version: 2
# icon: jupyterlab-runtime-kit:checkpoint-resume
# names: [Run, run]
# ---

# %% engine: checkpoint

# %%
# @title Checkpoint & resume
# @markdown Run this after the cell that makes the model. Train in `for epoch in run.epochs(20):`. After a crash, run all cells again to resume.
RUN = "run"  # @param {type:"string"} # What is saved. The same name resumes it.
RUN_FOLDER = ""  # @param {type:"string"} # Where to save. Empty: in Drive if it is mounted.
MODEL = model  # @param {type:"raw", placeholder:"variable"}
OPTIMIZER = optimizer  # @param {type:"raw", placeholder:"variable"}
SCHEDULER = None  # @param {type:"raw", placeholder:"variable"}
SCALER = None  # @param {type:"raw", placeholder:"variable"}
LOADER = None  # @param {type:"raw", placeholder:"variable"}
run = Run(RUN, RUN_FOLDER).track(
    model=MODEL, optimizer=OPTIMIZER, scheduler=SCHEDULER, scaler=SCALER, loader=LOADER
)
