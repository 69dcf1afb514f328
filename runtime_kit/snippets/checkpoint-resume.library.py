# ---
# id: checkpoint-resume
# title: Checkpoint & resume
# description: Saves a training in the middle of its epochs with hardly any stall, and resumes it bit for bit after a kill at any moment
# tags: [checkpoint, resume, training, pytorch]
# languages: [python]
# requires: [package:runtime_kit]
# version: 2
# icon: jupyterlab-runtime-kit:checkpoint-resume
# names: [run_options, start_run, Run, run]
# ---

# %% engine: install

# %% engine: runs

# %%
# @title Checkpoint & resume
RUN = "run"  # @param {type:"string"} # What is saved. The same name resumes it.
RUN_FOLDER = ""  # @param {type:"string"} # Where to save. Empty: in Drive if it is mounted.
MODEL = model  # @param {type:"raw", placeholder:"variable"}
OPTIMIZER = optimizer  # @param {type:"raw", placeholder:"variable"}
SCHEDULER = None  # @param {type:"raw", placeholder:"variable"}
SCALER = None  # @param {type:"raw", placeholder:"variable"}
LOADER = None  # @param {type:"raw", placeholder:"variable"}
from runtime_kit import Run

run = Run(**run_options(RUN, RUN_FOLDER))
start_run(run, LOADER, model=MODEL, optimizer=OPTIMIZER, scheduler=SCHEDULER, scaler=SCALER)
