# @title Run options engine: run this cell, no need to read it
def run_options(run, folder, every="auto"):
    """Return the arguments of a run: RUN_FOLDER, else DRIVE, else this or a durable folder."""
    from pathlib import Path

    drives = (globals().get(name) for name in ("DRIVE_2", "DRIVE"))
    drive = next((each for each in drives if isinstance(each, (str, Path))), None)
    runs = Path(drive or "") / "runtime-kit-runs"
    here = drive is not None or Path(runs, str(run)).exists()
    every = int(every) if every.isdigit() else every
    return {"name": run, "folder": folder or (runs if here else None), "every": every}


def start_run(run, loader=None, **objects):
    """Track the objects that are not None, load the newest checkpoint, show the loop."""
    run.track(**{role: value for role, value in objects.items() if value is not None})
    if run.restore() is None:
        print(f"No checkpoint in {run.folder} yet: training starts with epoch 0.")
    held = (
        name
        for name, value in list(globals().items())
        if value is loader and not name.startswith("LOADER")
    )
    name = next(held, "loader") if loader is not None else "loader"
    print(f"Train with: for epoch in run.epochs(20): for batch in run.batches({name}): ...")
