# ---
# id: checkpoint-resume-lightning
# title: "Checkpoint & resume: Lightning"
# description: Saves a Lightning training and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, lightning, pytorch]
# languages: [python]
# requires: [package:runtime_kit, package:lightning]
# version: 1
# ---

# %% [markdown]
# **Checkpoint & resume** for Lightning: run this cell, then `Trainer(..., callbacks=[checkpoint]).fit(module, loader)` without `ckpt_path`. After a crash or a restart run all cells again: `fit` goes on with the batch that was next.

# %%
RUN = "run"  # @param {type:"string"}
RUN_FOLDER = ""  # @param {type:"string"}
# In steps ("100") or time ("10m"); "auto" saves as often as costs less than 3 % of the time.
SAVE_EVERY = "auto"  # @param {type:"string"}

try:
    from runtime_kit.checkpoint.integrations.lightning import RuntimeKitCheckpoint
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.name} is missing: run %pip install jupyterlab-runtime-kit lightning"
    ) from None
from pathlib import Path

runs = Path(globals().get("DRIVE", "")) / "runtime-kit-runs"
# No folder: the one that outlives this runtime, unless the run is here already.
run_folder = RUN_FOLDER or (runs if "DRIVE" in globals() or (runs / RUN).exists() else None)
save_every = int(SAVE_EVERY) if SAVE_EVERY.isdigit() else SAVE_EVERY

checkpoint = RuntimeKitCheckpoint(RUN, run_folder, every=save_every)
print("Train with Trainer(..., callbacks=[checkpoint]).fit(module, loader)")
