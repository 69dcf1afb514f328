# ---
# id: run-script
# title: Run a script
# description: Runs a Python script of the durable folder with arguments, shows its output while it runs and checks its exit code
# tags: [scripts, python, command line]
# languages: [python]
# version: 2
# names: [run_script]
# ---

# %% engine:
# @title Run a script engine: run this cell, no need to read it
def run_script(script, script_arguments):
    """Run a script in its folder and show what it prints."""
    import codecs
    import os
    import shlex
    import subprocess
    import sys
    from pathlib import Path

    def run(script, arguments):
        """Run it in its folder and show what it prints; an error if it does not end well."""
        if not script.is_file():
            raise FileNotFoundError(f"No script {script}: correct SCRIPT, or mount Drive first.")
        command = [sys.executable, "-u", str(script.resolve()), *arguments]
        print("$", shlex.join(["python", script.name, *arguments]))
        process = subprocess.Popen(
            command, cwd=script.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        try:
            while data := os.read(
                process.stdout.fileno(), 1 << 16
            ):  # what is there, progress bars too
                print(decode(data), end="", flush=True)
            code = process.wait()
        finally:
            if process.poll() is None:  # the stop button
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            process.stdout.close()
        if code:
            how = f"exit code {code}" if code > 0 else f"signal {-code}"
            raise RuntimeError(f"{script.name} ended with {how}: its last lines above say why.")
        print(f"{script.name} has ended well.")

    run(Path(globals().get("DRIVE", "")) / Path(script).expanduser(), shlex.split(script_arguments))


# %%
# @title Run a script
SCRIPT = "script.py"  # @param {type:"string"}
SCRIPT_ARGUMENTS = ""  # @param {type:"string"}
run_script(SCRIPT, SCRIPT_ARGUMENTS)
