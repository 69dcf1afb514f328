# ---
# id: checkpoint-resume-keras
# title: "Checkpoint & resume: Keras"
# description: Saves a Keras training and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, keras]
# languages: [python]
# requires: [package:runtime_kit, package:keras]
# version: 1
# ---

# %% [markdown]
# **Checkpoint & resume** for Keras 3: run this cell, then `model.fit(..., callbacks=[checkpoint])`. After a crash or a restart run all cells again: `fit` goes on where it was.

# %%
RUN = "run"  # @param {type:"string"}
RUN_FOLDER = ""  # @param {type:"string"}
# In steps ("100") or time ("10m"); "auto" saves as often as costs less than 3 % of the time.
SAVE_EVERY = "auto"  # @param {type:"string"}

try:
    from runtime_kit.checkpoint.integrations.keras import RuntimeKitCheckpoint
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.name} is missing: run %pip install jupyterlab-runtime-kit keras"
    ) from None
from pathlib import Path

runs = Path(globals().get("DRIVE", "")) / "runtime-kit-runs"
# No folder: the one that outlives this runtime, unless the run is here already.
run_folder = RUN_FOLDER or (runs if "DRIVE" in globals() or (runs / RUN).exists() else None)
save_every = int(SAVE_EVERY) if SAVE_EVERY.isdigit() else SAVE_EVERY

checkpoint = RuntimeKitCheckpoint(RUN, run_folder, every=save_every)
print("Train with model.fit(..., callbacks=[checkpoint]), where checkpoint is the last callback.")
