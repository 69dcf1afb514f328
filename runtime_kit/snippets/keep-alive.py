# ---
# id: keep-alive
# title: Keep the server awake
# description: Keeps an idle JupyterHub server (through jupyter-keepalive) or your own Jupyter server from being culled for a limited time; on Colab it explains the policy
# tags: [runtime, jupyterhub, culling]
# languages: [python]
# version: 2
# names: [keep_server_awake, heartbeat]
# ---

# %% engine:
# @title Keep the server awake engine: run this cell, no need to read it
def keep_server_awake(keep_alive, keep_alive_hours):
    """Register activity for some hours and no longer."""
    import json
    import os
    import threading
    import time
    import urllib.error
    import urllib.request

    from IPython.display import display

    COLAB_ADVICE = """Colab ends idle runtimes, and its FAQ disallows what works round that. Make the end harmless:
insert Checkpoint & resume, save to Drive, and run all again later: training goes on where it was.
A paid plan has longer limits, and background execution in its largest one."""

    def on_colab():
        if "KAGGLE_KERNEL_RUN_TYPE" in os.environ:  # its image has Colab's variables too
            return False
        return os.path.exists("/var/colab/hostname") or "COLAB_RELEASE_TAG" in os.environ

    def ask_keepalive(method, body=None):
        """One request to jupyter-keepalive in this user's server."""
        url = os.environ["JUPYTERHUB_SERVICE_URL"].replace("0.0.0.0", "127.0.0.1").rstrip("/")
        headers = {"Authorization": f"token {os.environ.get('JUPYTERHUB_API_TOKEN', '')}"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{url}/ext-keepalive", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def through_jupyterhub(seconds):
        try:
            if seconds:
                ask_keepalive("POST", {"seconds": seconds})
                left = json.loads(ask_keepalive("GET"))["remaining"]
                print(f"jupyter-keepalive keeps this server for {left / 3600:.1f} h.")
            else:
                ask_keepalive("DELETE")
                print("jupyter-keepalive is stopped.")
        except urllib.error.HTTPError as error:
            todo = "run %pip install jupyter-keepalive, then restart the server from the hub"
            todo = todo if error.code == 404 else "this server does not let its kernel do that"
            raise RuntimeError(f"jupyter-keepalive: {todo} (status {error.code}).") from None
        except urllib.error.URLError as error:
            raise RuntimeError(f"The server cannot be reached: {error.reason}.") from None

    class Heartbeat(threading.Thread):
        """Any message of a kernel counts as activity: this shows the time that is left."""

        every = 60  # seconds

        def __init__(self, seconds):
            super().__init__(daemon=True)
            self.end = time.monotonic() + seconds
            self.stopped = threading.Event()
            self.shown = display({"text/plain": "keeping awake"}, raw=True, display_id=True)

        def run(self):
            while not self.stopped.wait(min(self.every, max(0, self.end - time.monotonic()))):
                left = self.end - time.monotonic()
                if left <= 0:
                    break
                self.shown.update({"text/plain": f"{left / 60:.0f} minutes left"}, raw=True)
            self.shown.update({"text/plain": "no longer kept awake"}, raw=True)

        def stop(self):
            self.stopped.set()
            self.join()

    if "heartbeat" in globals():
        globals().pop("heartbeat").stop()  # the one of an earlier run
    keep_seconds = int(keep_alive_hours * 3600) if keep_alive == "start" else 0
    if on_colab():
        print(COLAB_ADVICE)
    elif "JUPYTERHUB_SERVICE_URL" in os.environ:
        through_jupyterhub(keep_seconds)
    elif keep_seconds:
        globals()["heartbeat"] = Heartbeat(keep_seconds)
        globals()["heartbeat"].start()
        print(f"A heartbeat for {keep_alive_hours} h; heartbeat.stop() ends it.")
    else:
        print("No heartbeat is running.")


# %%
# @title Keep the server awake
# Colab: its limits on idle and total time are part of its terms, and nothing here works round them.
# Elsewhere: ask whether your operator allows it, others may wait for the machine.
KEEP_ALIVE = "start"  # @param ["start", "stop"]
KEEP_ALIVE_HOURS = 2  # @param {type:"number", min:0.1, max:24}
keep_server_awake(KEEP_ALIVE, KEEP_ALIVE_HOURS)
