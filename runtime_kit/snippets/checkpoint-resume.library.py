# ---
# id: checkpoint-resume
# title: Checkpoint & resume
# description: Saves a training in the middle of its epochs with hardly any stall, and resumes it bit for bit after a kill at any moment
# tags: [checkpoint, resume, training, pytorch]
# languages: [python]
# requires: [package:runtime_kit]
# version: 1
# icon: jupyterlab-runtime-kit:checkpoint-resume
# ---

# %% [markdown]
# **Checkpoint & resume**: run this cell after the one that makes the model, and again whenever that one has run again. It prints the loop to train in. After a crash or a restart, run all cells again: training goes on with the batch that was next.

# %%
# What is saved. Names are those of this notebook's variables, empty where there is none.
RUN = "run"  # @param {type:"string"}
RUN_FOLDER = ""  # @param {type:"string"}
MODEL = "model"  # @param {type:"string"}
OPTIMIZER = "optimizer"  # @param {type:"string"}
SCHEDULER = ""  # @param {type:"string"}
SCALER = ""  # @param {type:"string"}
LOADER = ""  # @param {type:"string"}

try:
    from runtime_kit import Run
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.name} is missing: run %pip install jupyterlab-runtime-kit"
    ) from None
from pathlib import Path


class NoVariable(NameError):
    def _render_traceback_(self):  # in a notebook: this line alone
        return [f"NameError: {self}"]


def objects_named(**names):
    """The notebook's objects by role; a name that is empty is left out."""
    for role, name in names.items():
        if name and name not in globals():
            raise NoVariable(f"no variable {name!r}: run its cell first, or correct {role.upper()}")
    return {role: globals()[name] for role, name in names.items() if name}


objects_named(loader=LOADER)  # a wrong name is an error now, before a folder is made
tracked = objects_named(model=MODEL, optimizer=OPTIMIZER, scheduler=SCHEDULER, scaler=SCALER)
runs = Path(globals().get("DRIVE", "")) / "runtime-kit-runs"
run = Run(  # no folder: the one that outlives this runtime, unless the run is here already
    RUN, folder=RUN_FOLDER or (runs if "DRIVE" in globals() or (runs / RUN).exists() else None)
).track(**tracked)
if run.restore() is None:
    print(f"No checkpoint in {run.folder} yet: training starts with epoch 0.")
print(f"""Train in this loop (in place of EPOCHS the number of epochs):

for epoch in run.epochs(EPOCHS):
    for batch in run.batches({LOADER or "loader"}):
        ...  # one step, as without checkpoints
    # run.log(val_loss=...) keeps numbers with the next checkpoint
run.finish()  # saves the end and waits until it is on the disk""")
