# ---
# id: release-runtime
# title: Release the runtime
# description: Verifies that the last checkpoint of each run reached the durable folder, flushes the storage, then releases the runtime
# tags: [runtime, checkpoint, storage, colab]
# languages: [python]
# version: 2
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
    import zlib
    from pathlib import Path

    def crc_of(path):
        crc = 0
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                crc = zlib.crc32(block, crc)
        return f"{crc:08x}"

    def steps_in(run):
        """The steps of a run's folder that are committed, newest first."""
        found = run.glob("step-" + "[0-9]" * 12)
        return sorted((step for step in found if (step / "COMMIT.json").exists()), reverse=True)

    def verify(step):
        """An error unless each file of the step is as it was written."""
        for name, wanted in json.loads((step / "COMMIT.json").read_bytes())["files"].items():
            path = step / name
            if (
                not path.is_file()
                or path.stat().st_size != wanted["size"]
                or crc_of(path) != wanted["crc32"]
            ):
                raise RuntimeError(
                    f"NOT released: {path} is damaged or missing; save the run again."
                )

    def verify_runs(durable, local):
        """The newest step of each run, wherever it was saved, has to be whole in the durable folder."""
        folders = [f for f in (durable, local) if f.is_dir()]
        runs = {run.name for f in folders for run in f.iterdir() if run.is_dir() and steps_in(run)}
        for name in sorted(runs):
            there, here = steps_in(durable / name), steps_in(local / name)
            if here and (not there or there[0].name < here[0].name):
                reason = f"{here[0].name} of run {name} is only on this machine, not in {durable}"
                raise RuntimeError(f"NOT released: {reason}. Copy {here[0].parent} there.")
            verify(there[0])
            print(f"Run {name}: {there[0].name} is whole in {durable}.")
        if not runs:
            print(f"There are no runs in {durable} and {local}.")
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
    runs = verify_runs(durable_runs, Path(local_runs).expanduser().absolute())
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
