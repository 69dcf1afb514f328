# ---
# id: checkpoint-resume-jax
# title: "Checkpoint & resume: JAX"
# description: Saves a JAX training (parameters, optimizer state, random key) and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, jax]
# languages: [python]
# requires: [package:jax]
# version: 2
# names: [Run, run]
# ---

# %% engine: checkpoint

# %%
# @title Checkpoint & resume: JAX
# @markdown Keep all that training changes in one variable: a pytree of parameters, optimizer state and random key. Train in `for epoch in run.epochs(20):`. After a crash, run all cells again to resume.
RUN = "run"  # @param {type:"string"} # What is saved. The same name resumes it.
RUN_FOLDER = ""  # @param {type:"string"} # Where to save. Empty: in Drive if it is mounted.
STATE = "state"  # @param {type:"string"}
run = Run(RUN, RUN_FOLDER).carry(STATE)
