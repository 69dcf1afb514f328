# ---
# id: release-runtime
# title: Release the runtime
# description: Verifies that the last checkpoint of each run reached the durable folder, flushes the storage, then releases the runtime
# tags: [runtime, checkpoint, storage, colab]
# languages: [python]
# version: 3
# names: [release_runtime]
# ---

# %% engine:
# @title Release the runtime engine: run this cell, no need to read it
def release_runtime(durable_runs, local_runs, release):
    """Give the machine back when all runs are in a durable folder."""
    import json
    import os
    import re
    import subprocess
    import sys
    import zlib
    from pathlib import Path

    def crc_of(path):
        crc = 0
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                crc = zlib.crc32(block, crc)
        return f"{crc:08x}"

    def names_in(folder):
        """What is in a folder; None where it is no folder. A mount that fails is an error: glob()
        and exists() can take what is on it for missing."""
        try:
            return sorted(os.listdir(folder), reverse=True)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def steps_in(run):
        """The steps of a run's folder that are committed, newest first."""
        steps = [run / name for name in names_in(run) or () if re.fullmatch(r"step-\d{12}", name)]
        return [step for step in steps if "COMMIT.json" in (names_in(step) or ())]

    def verify(step):
        """An error unless each file of the step is as it was written."""
        path = step / "COMMIT.json"
        try:
            files = json.loads(path.read_bytes())["files"].items()
            facts = [(step / name, (file["size"], file["crc32"])) for name, file in files]
            for path, wanted in facts:
                if (path.stat().st_size, path.is_file() and crc_of(path)) != wanted:
                    raise ValueError
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            reason = f"{path} is damaged or missing. Save the run again"
            raise RuntimeError(f"NOT released: {reason}.") from None

    def saved_at(step):
        """When a step was saved; 0 where it does not say so."""
        try:
            return float(json.loads((step / "state.json").read_bytes())["time"])
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return 0.0

    def places_of_runs():
        """LOCAL_RUNS, and where else this notebook saves runs."""
        yield local_runs
        named = (v for n, v in list(globals().items()) if re.fullmatch(r"RUN_FOLDER(_\d+)?", n))
        yield from (place for place in named if isinstance(place, (str, Path)) and str(place))
        if os.environ.get("RUNTIME_KIT_FOLDER"):
            yield os.environ["RUNTIME_KIT_FOLDER"]
        active = sys.modules.get("runtime_kit.checkpoint.loop.active_runs")
        yield from (Path(run.folder).parent for run in (active.runs() if active else ()))

    def is_newer(here, there):
        """Whether a step is not in the durable run: a later one, or of a run that was started over."""
        return here.name > there.name or saved_at(here) > saved_at(there)

    def verify_runs(durable):
        """The newest step of each run, wherever it was saved, has to be whole in the durable folder."""
        places = [durable, *(Path(place).expanduser().absolute() for place in places_of_runs())]
        names = {place: names_in(place) for place in places}
        places = [place for place in names if names[place] is not None]
        runs = {name for place in places for name in names[place] if steps_in(place / name)}
        for name in sorted(runs):
            there = steps_in(durable / name)
            for here in (steps_in(place / name) for place in places):
                if here and (not there or is_newer(here[0], there[0])):
                    reason = f"{here[0].name} of run {name} is only on this machine"
                    reason = f"{reason}, not in {durable}. Copy {here[0].parent} there"
                    raise RuntimeError(f"NOT released: {reason}.")
            verify(there[0])
            print(f"Run {name}: {there[0].name} is whole in {durable}.")
        if not runs:
            print(f"There are no runs in {', '.join(map(str, places)) or durable}.")
        return sorted(runs)

    HOW_TO_RELEASE = [  # what shows that this is such a machine, and how it is given back
        ("KAGGLE_KERNEL_RUN_TYPE", "Kaggle: the power symbol of the session stops it."),
        (
            "RUNPOD_POD_ID",
            "RunPod: run `!runpodctl stop pod $RUNPOD_POD_ID`, or stop it in the console.",
        ),
        ("VAST_CONTAINERLABEL", "Vast.ai: stop or destroy the instance in the console."),
        (
            "LIGHTNING_CLOUD_URL",
            "Lightning: switch the Studio off, or to a CPU machine, at its top right.",
        ),
        ("BINDER_SERVICE_HOST", "Binder: close the tab; Binder ends idle servers by itself."),
        (
            "DATABRICKS_RUNTIME_VERSION",
            "Databricks: detach the notebook, or terminate the cluster.",
        ),
        ("SPACE_ID", "Hugging Face Spaces: pause the Space in its settings."),
        ("MODAL_TASK_ID", "Modal: stop the notebook's kernel; the container then ends."),
        ("JUPYTERHUB_API_URL", "JupyterHub: File > Hub Control Panel > Stop My Server."),
        (
            "",
            "Shut the kernel down under Kernel > Shut Down Kernel, and the machine where you rent it.",
        ),
    ]

    def flush_storage(durable, runs):
        """Have what was written leave this machine. An error means that it has not."""
        if hasattr(os, "sync"):
            os.sync()
        remote, mount = globals().get("RCLONE_REMOTE", ""), globals().get("MOUNT_POINT", "")
        if (
            remote and mount and os.path.ismount(mount)
        ):  # past the mount's cache: ask the remote itself
            top = remote if ":" in remote else f"{remote}:"
            if not re.match(
                r"([\w.+@][\w .+@-]*|:local):", top
            ):  # options of others can run programs
                raise ValueError(
                    f"NOT released: RCLONE_REMOTE is a configured name, not {remote!r}."
                )
            for run in runs:
                step = steps_in(durable / run)[0].resolve()
                if not step.is_relative_to(Path(mount).resolve()):
                    continue  # in another durable folder: written with os.sync
                inside = step.relative_to(Path(mount).resolve()).as_posix()
                there = f"{top}{'' if top.endswith((':', '/')) else '/'}{inside}"
                command = ["rclone", "check", "--one-way", "--", str(step), there]
                answer = subprocess.run(command, capture_output=True, text=True)
                if answer.returncode:
                    said = answer.stderr.strip().rpartition("\n")[2]
                    raise RuntimeError(
                        f"NOT released: {step.name} is not at {there} yet: run this again. ({said})"
                    )
        try:
            from google.colab import drive
        except ImportError:
            return
        drive.flush_and_unmount()  # returns when all has reached Drive; an error is shown as it is
        print("Drive is flushed and unmounted: run the Mount Drive cell to use it again.")

    durable_runs = Path(durable_runs or Path(globals().get("DRIVE", "")) / "runtime-kit-runs")
    durable_runs = durable_runs.expanduser().absolute()
    try:
        runs = verify_runs(durable_runs)
    except OSError as error:  # a mount whose helper has ended
        reason = f"can't read {error.filename or durable_runs} ({error.strerror})"
        raise RuntimeError(f"NOT released: {reason}. Run Mount Drive, then this again.") from error
    here = bool(runs) and os.stat(durable_runs).st_dev == os.stat(Path.cwd()).st_dev
    try:
        from google.colab import runtime
    except ImportError:
        runtime = None
    if "KAGGLE_KERNEL_RUN_TYPE" in os.environ:  # its image has Colab's package too
        runtime = None
    if runtime and release and here:  # a plain folder of this machine, whatever its name is
        raise RuntimeError(
            f"NOT released: these runs exist only on this machine: {', '.join(runs)}. Run Mount "
            f"Drive, copy {durable_runs} to it, then run this again."
        )
    flush_storage(durable_runs, runs)
    if not runtime:
        if here and not {"JUPYTERHUB_API_URL", "LIGHTNING_CLOUD_URL"} & set(os.environ):
            print(
                f"Before you stop it: {', '.join(runs)} and this notebook's folder are on the same "
                "disk. If that is deleted with the machine, copy the runs first."
            )
        print(
            next(how for variable, how in HOW_TO_RELEASE if not variable or variable in os.environ)
        )
    else:
        if release:
            print("Releasing the runtime.", flush=True)
            runtime.unassign()
        else:
            print(
                "RELEASE is off: the runtime stays. Runtime > Disconnect and delete runtime ends it."
            )


# %%
# @title Release the runtime
# @markdown The last cell of a notebook: it checks the runs before it releases the machine.
DURABLE_RUNS = ""  # @param {type:"string"}
LOCAL_RUNS = "runtime-kit-runs"  # @param {type:"string"}
RELEASE = True  # @param {type:"boolean"}
release_runtime(DURABLE_RUNS, LOCAL_RUNS, RELEASE)
