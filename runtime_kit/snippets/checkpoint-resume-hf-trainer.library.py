# ---
# id: checkpoint-resume-hf-trainer
# title: "Checkpoint & resume: HF Trainer"
# description: Saves a training of Hugging Face's Trainer and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, transformers, pytorch]
# languages: [python]
# requires: [package:runtime_kit, package:transformers]
# version: 1
# ---

# %% [markdown]
# **Checkpoint & resume** for the Trainer of transformers: run this cell after the one that makes the trainer (with `save_strategy="no"`), then start it with the line that is printed. After a crash or a restart run all cells again: it goes on with the step that was next.

# %%
RUN = "run"  # @param {type:"string"}
RUN_FOLDER = ""  # @param {type:"string"}
# In steps ("100") or time ("10m"); "auto" saves as often as costs less than 3 % of the time.
SAVE_EVERY = "auto"  # @param {type:"string"}
TRAINER = "trainer"  # @param {type:"string"}

try:
    from runtime_kit.checkpoint.integrations.transformers import RuntimeKitCallback
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.name} is missing: run %pip install jupyterlab-runtime-kit transformers accelerate"
    ) from None
from pathlib import Path

runs = Path(globals().get("DRIVE", "")) / "runtime-kit-runs"
# No folder: the one that outlives this runtime, unless the run is here already.
run_folder = RUN_FOLDER or (runs if "DRIVE" in globals() or (runs / RUN).exists() else None)
save_every = int(SAVE_EVERY) if SAVE_EVERY.isdigit() else SAVE_EVERY


class NoVariable(NameError):
    def _render_traceback_(self):  # in a notebook: this line alone
        return [f"NameError: {self}"]


if TRAINER not in globals():
    raise NoVariable(f"no variable {TRAINER!r}: run its cell first, or correct TRAINER")
trainer_to_save = globals()[TRAINER]
trainer_to_save.remove_callback(RuntimeKitCallback)  # the one of an earlier run of this cell
checkpoint = RuntimeKitCallback(RUN, run_folder, every=save_every)
trainer_to_save.add_callback(checkpoint)
print(f"Train with {TRAINER}.train(resume_from_checkpoint=checkpoint.resume({TRAINER}))")
