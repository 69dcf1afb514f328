# ---
# id: write-script
# title: Write a script
# description: Makes a Python script with command-line arguments of each kind (positional, optional, flag, help) out of a cell
# tags: [scripts, python, argparse, command line]
# languages: [python]
# version: 1
# ---

# %% [markdown]
# **Write a script** makes a file of the second cell, with `argparse` arguments of each kind to start from. It replaces only a file that such a cell has made.

# %%
WRITE_TO = "script.py"  # @param {type:"string"}

from pathlib import Path

script_path = Path(globals().get("DRIVE", "")) / Path(WRITE_TO).expanduser()
if script_path.suffix != ".py":
    raise ValueError(f"WRITE_TO is to end with .py, not {WRITE_TO!r}.")
if script_path.exists() and "Made by a notebook cell" not in script_path.read_text():
    raise FileExistsError(
        f"{script_path} is not from such a cell: choose another name in WRITE_TO."
    )
script_path.parent.mkdir(parents=True, exist_ok=True)

# %%
# %%writefile "{script_path}"
# """Trains a model. Made by a notebook cell, which writes it anew: edit it there."""
#
# import argparse
#
#
# def parse_arguments():
#     parser = argparse.ArgumentParser(description=__doc__)
#     parser.add_argument("data", help="file to train on")  # positional: it must be there
#     parser.add_argument("--epochs", type=int, default=10, help="how often (default: %(default)s)")
#     parser.add_argument("--lr", type=float, default=1e-3, help="step size (default: %(default)s)")
#     parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="where to run")
#     parser.add_argument("--verbose", action="store_true", help="say more")  # a flag: there or not
#     return parser.parse_args()
#
#
# def main():
#     arguments = parse_arguments()
#     for epoch in range(arguments.epochs):
#         if arguments.verbose:
#             print(f"epoch {epoch} of {arguments.data} on {arguments.device}, lr {arguments.lr}")
#     print(f"{arguments.epochs} epochs done")
#
#
# if __name__ == "__main__":
#     main()
