"""What the codes of a proposal mean, in English."""

from __future__ import annotations

from collections.abc import Mapping

# Why an edit is proposed.
REASONS = {
    "epochs": "Resumes at the epoch where the run stopped.",
    "steps": "Resumes at the step where the run stopped, and saves after each step.",
    "condition": "Ends the loop where its condition did.",
    "batches": "Saves between batches, and resumes with the next batch in the same order.",
    "batches-unsure": "Saves between batches, if {name} gives the same batches again each time.",
    "cycle": "Starts the loader again at its end, and resumes with the next batch.",
    "run": "Makes the run and names what it saves: {objects}.",
    "import": "Imports Run.",
    "finish": "Saves the end of the training and waits until it is on the disk.",
    "pass": "Hands the run to {function}.",
    "parameter": "Takes the run from its caller.",
    "turn": "Numbers the turns, so that each has a run of its own.",
    "name-call": "Names the run of this call of {function}.",
    "name-parameter": "Takes the name of the run from its caller.",
    "callback": "Saves what {framework} trains, and resumes it.",
    "enable": "Lets {framework} take the callback: False refuses it.",
}

_SCRIPT = (
    "{name} trains in a process of its own. In a terminal, python -m runtime_kit "
    "propose {name} shows its edits, and --apply writes them."
)

# Why nothing is proposed.
OBSTACLES = {
    "no-loop": "No training loop was found in this notebook's code.",
    "unreadable": "The cell with the training loop is not valid Python ({error}).",
    "already": "This notebook already trains with runtime_kit.",
    "no-objects": "No optimizer or model was found that this loop trains.",
    "not-visible": "{name} can't be reached where the run would be made.",
    "maybe-none": "{name} may be None, which a run can't save.",
    "no-range": "This loop has no range to count: only range(...), tqdm(range(...)) and counted "
    "while loops can be resumed.",
    "own-resume": "The code resumes with its own checkpoints here, which would conflict.",
    "environment": "The environment keeps state of its own, which can't be saved.",
    "generator-object": "{name} draws random numbers with a generator that can't be saved.",
    "copied-model": "{name} keeps a copy of a model, which can't be saved from a variable. Keep "
    "copy.deepcopy(model.state_dict()) instead.",
    "aliased-state": "{name} holds the live weights of a state_dict(). Keep "
    "copy.deepcopy(model.state_dict()) instead.",
    "iterator": "{name} is an iterator that continues across steps and can't be resumed.",
    "new-optimizer": "The optimizer is created again in this loop.",
    "grows": "The optimizer or model changes its shape during training.",
    "called-often": "{name} is called from several places, so its runs can't be told apart.",
    "callback": "{name} is also used without being called.",
    "redefined": "{name} is defined several times. Give each version a name of its own.",
    "elsewhere": "The training loop is in {name}, which is imported. Run "
    "python -m runtime_kit propose on its file.",
    "script": _SCRIPT,
    "not-called": "{name} trains, but nothing here calls it.",
    "asynchronous": "Asynchronous functions and generators can't be resumed.",
    "one-line": "The loop shares its line with other code.",
    "loop-name": "The runs of this outer loop can't be told apart by a name.",
    "processes": "The training runs in other processes.",
    "keras-custom": "TensorFlow training loops with GradientTape aren't covered. Use "
    "tf.train.CheckpointManager.",
    "own": "{framework} saves and resumes itself: {advice}.",
    "uncovered": "{framework} isn't covered: {advice}.",
    "too-complex": "The way from this call to the training loop is not clear.",
}

NOTES = {
    "after-epoch": "A training is saved after each turn of its outer loop only: within one it "
    "could not be resumed exactly.",
    "name-taken": "{notebook} has saved a run {name}, so this notebook's is named {own}.",
    "several": "Several trainings were found: each has its own run.",
    "own-save": "{name} saves a checkpoint of your own. It is kept; the run doesn't need it.",
    "script": _SCRIPT,
    "from-kernel": "{name} was found in the kernel: it has the optimizer's parameters. Check that "
    "nothing else is trained.",
}


def text_of(kind: Mapping[str, str], code: str, values: Mapping[str, str]) -> str:
    class _Values(dict):
        def __missing__(self, key: str) -> str:
            return "?"

    return kind[code].format_map(_Values(values))
