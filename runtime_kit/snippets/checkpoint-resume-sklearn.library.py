# ---
# id: checkpoint-resume-sklearn
# title: "Checkpoint & resume: scikit-learn"
# description: Saves a scikit-learn estimator that learns by partial_fit and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, scikit-learn]
# languages: [python]
# requires: [package:runtime_kit, package:sklearn]
# version: 2
# names: [run_options, start_run, Run, run]
# ---

# %% engine: install

# %% engine: runs

# %%
# @title Checkpoint & resume: scikit-learn
# @markdown Train in `for epoch in run.epochs(20):` with `for x, y in run.batches(batches):` and `partial_fit`, then `run.finish()`. After a crash, run all cells again. `SAVE_EVERY`: steps ("100"), time ("10m") or "auto".
RUN = "run"  # @param {type:"string"} # What is saved. The same name resumes it.
RUN_FOLDER = ""  # @param {type:"string"} # Where to save. Empty: in Drive if it is mounted.
SAVE_EVERY = "auto"  # @param {type:"string"}
ESTIMATOR = model  # @param {type:"raw", placeholder:"variable"}
from runtime_kit import Run

run = Run(**run_options(RUN, RUN_FOLDER, SAVE_EVERY))
start_run(run, model=ESTIMATOR)
