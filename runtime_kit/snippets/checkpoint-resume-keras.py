# ---
# id: checkpoint-resume-keras
# title: "Checkpoint & resume: Keras"
# description: Saves a Keras training and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, keras]
# languages: [python]
# requires: [package:keras]
# version: 2
# names: [Run, checkpoint]
# ---

# %% engine: checkpoint

# %%
# @title Checkpoint & resume: Keras
# @markdown Train with `model.fit(..., callbacks=[checkpoint])`. After a crash, run all cells again to resume.
RUN = "run"  # @param {type:"string"} # What is saved. The same name resumes it.
RUN_FOLDER = ""  # @param {type:"string"} # Where to save. Empty: in Drive if it is mounted.
checkpoint = Run(RUN, RUN_FOLDER).keras_callback()
print("Train with model.fit(..., callbacks=[checkpoint])")
