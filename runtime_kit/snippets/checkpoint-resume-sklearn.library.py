# ---
# id: checkpoint-resume-sklearn
# title: "Checkpoint & resume: scikit-learn"
# description: Saves a scikit-learn estimator that learns by partial_fit and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, scikit-learn]
# languages: [python]
# requires: [package:runtime_kit, package:sklearn]
# version: 1
# ---

# %% [markdown]
# **Checkpoint & resume** for scikit-learn: run this cell after the one that makes the estimator, then call `partial_fit` in the loop that is printed. After a crash or a restart run all cells again. Parameters and fitted arrays are saved, no pickle.

# %%
RUN = "run"  # @param {type:"string"}
RUN_FOLDER = ""  # @param {type:"string"}
# In steps ("100") or time ("10m"); "auto" saves as often as costs less than 3 % of the time.
SAVE_EVERY = "auto"  # @param {type:"string"}
ESTIMATOR = "model"  # @param {type:"string"}

try:
    from runtime_kit import Run
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.name} is missing: run %pip install jupyterlab-runtime-kit scikit-learn"
    ) from None
from pathlib import Path

runs = Path(globals().get("DRIVE", "")) / "runtime-kit-runs"
# No folder: the one that outlives this runtime, unless the run is here already.
run_folder = RUN_FOLDER or (runs if "DRIVE" in globals() or (runs / RUN).exists() else None)
save_every = int(SAVE_EVERY) if SAVE_EVERY.isdigit() else SAVE_EVERY


class NoVariable(NameError):
    def _render_traceback_(self):  # in a notebook: this line alone
        return [f"NameError: {self}"]


if ESTIMATOR not in globals():
    raise NoVariable(f"no variable {ESTIMATOR!r}: run its cell first, or correct ESTIMATOR")
if not hasattr(globals()[ESTIMATOR], "partial_fit"):
    raise TypeError(f"{ESTIMATOR} learns by fit alone, at one go: there is no step to resume from.")
run = Run(RUN, folder=run_folder, every=save_every).track(model=globals()[ESTIMATOR])
if run.restore() is None:
    print(f"No checkpoint in {run.folder} yet: training starts with epoch 0.")
print(f"""Train in this loop (in place of EPOCHS the number of epochs, of batches your batches):

for epoch in run.epochs(EPOCHS):
    for x, y in run.batches(batches):
        {ESTIMATOR}.partial_fit(x, y, classes=classes)
run.finish()  # saves the end and waits until it is on the disk""")
