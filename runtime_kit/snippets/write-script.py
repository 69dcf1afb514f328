# ---
# id: write-script
# title: Write a script
# description: Makes a Python script with command-line arguments of each kind (positional, optional, flag, help) out of a cell
# tags: [scripts, python, argparse, command line]
# languages: [python]
# version: 2
# names: [prepare_script, script_path]
# ---

# %% engine:
# @title Write a script engine: run this cell, no need to read it
def prepare_script(write_to):
    """Return where the script goes; refuse to replace a file that is not from such a cell."""
    from pathlib import Path

    path = Path(globals().get("DRIVE", "")) / Path(write_to).expanduser()
    if path.suffix != ".py":
        raise ValueError(f"WRITE_TO is to end with .py, not {write_to!r}.")
    if path.exists() and "Made by a notebook cell" not in path.read_text():
        raise FileExistsError(f"{path} is not from such a cell: choose another name in WRITE_TO.")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


# %%
# @title Write a script
WRITE_TO = "script.py"  # @param {type:"string"}
script_path = prepare_script(WRITE_TO)

# %%
# %%writefile "{script_path}"
# from argparse import ArgumentParser  # Made by a notebook cell, which overwrites it
# parser = ArgumentParser(description="Trains a model.")
# parser.add_argument("data", help="file to train on")  # positional: it must be given
# parser.add_argument("--epochs", type=int, default=10, help="how often (default: %(default)s)")
# parser.add_argument("--lr", type=float, default=1e-3, help="step size (default: %(default)s)")
# parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="where to run")
# parser.add_argument("--verbose", dest="say", action="store_const", const=print, default=str)
# arguments = parser.parse_args()
# for epoch in range(arguments.epochs):
#     arguments.say(f"epoch {epoch} of {arguments.data} on {arguments.device}, lr {arguments.lr}")
# print(f"{arguments.epochs} epochs done")
