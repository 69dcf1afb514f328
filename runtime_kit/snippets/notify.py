# ---
# id: notify
# title: Notify me
# description: Sends a message (desktop or webhook) when a long cell ends, when it fails, and when the kernel dies in the middle of it
# tags: [runtime, notification, webhook]
# languages: [python]
# version: 2
# names: [notify_when_done, cell_notifier]
# ---

# %% engine:
# @title Notify me engine: run this cell, no need to read it
def notify_when_done(notify_after, notify_by, webhook_variable):
    """Tell on the desktop or at a webhook when a long cell has ended."""
    import json
    import os
    import subprocess
    import sys
    import time

    from IPython.display import Javascript, display

    # In the page. A notebook that is opened again runs it again, so what is old does nothing.
    PAGE_SCRIPT = """
if (Math.abs(Date.now() - %d) < 120000) {
  if (!window.isSecureContext || !window.Notification) {
    element.textContent = 'No notifications on this page: its address is to begin with https.';
  } else if (Notification.permission === 'denied') {
    element.textContent = 'This page may not notify: allow it at the left of its address.';
  } else { %s }
}"""
    OTHER_PAGES = {  # let no cell do that
        "KAGGLE_KERNEL_RUN_TYPE": "Kaggle's page lets no cell notify you: take the webhook.",
        "COLAB_RELEASE_TAG": "Colab's page tells you itself: see Tools > Settings > Site.",
    }
    # Runs beside the kernel and reads a line when a cell begins and when it has ended. When the lines
    # end while a cell runs, the kernel is gone.
    WATCHER = """
import json, os, sys, urllib.request

def post(text):
    body = json.dumps({"text": text, "content": text}).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "notebook"}
    try:
        urllib.request.urlopen(urllib.request.Request(os.environ["NOTIFY_URL"], body, headers), timeout=30)
    except OSError:
        pass

busy = False
for line in sys.stdin:
    message = json.loads(line)
    busy = message["busy"]
    if message["text"]:
        post(message["text"])
if busy:
    post("The kernel died or was shut down while a cell was running.")
"""

    def watcher_process():
        """Beside the kernel, and not ended with it: it tells of the kernel's death."""
        url = os.environ.get(webhook_variable, "")
        if not url.startswith(("https://", "http://")):
            raise RuntimeError(
                f"Put the webhook's address into the environment variable {webhook_variable}."
            )
        environment = {**os.environ, "NOTIFY_URL": url}
        command = [sys.executable, "-I", "-c", WATCHER]  # it imports nothing of this folder
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, text=True, start_new_session=True
        )

    def show_in_page(action):
        display(Javascript(PAGE_SCRIPT % (time.time() * 1000, action)))

    class CellNotifier:
        """Hears of each cell that begins and ends."""

        def __init__(self, shell):
            self.shell = shell
            self.least, self.by, self.started = notify_after, notify_by, None
            self.watcher = watcher_process() if notify_by == "webhook" else None

        def tell_watcher(self, busy, text=""):
            if self.watcher and self.watcher.poll() is None:
                self.watcher.stdin.write(json.dumps({"busy": busy, "text": text}) + "\n")
                self.watcher.stdin.flush()

        def before(self, info=None):
            self.started = time.monotonic()
            self.tell_watcher(True)

        def after(self, result=None):
            if self.started is None:  # the cell that switched this on
                return
            seconds, self.started = time.monotonic() - self.started, None
            if seconds < self.least:
                self.tell_watcher(False)
                return
            error = getattr(result, "error_in_exec", None) or getattr(
                result, "error_before_exec", None
            )
            how = f"failed with {type(error).__name__}" if error else "has ended"
            text = f"A cell {how} after {seconds / 60:.1f} minutes."
            self.tell_watcher(False, text)
            if self.by == "desktop":
                show_in_page(f"new Notification('Notebook', {{body: {json.dumps(text)}}})")

        def switch(self, on):
            change = self.shell.events.register if on else self.shell.events.unregister
            change("pre_run_cell", self.before)
            change("post_run_cell", self.after)
            if not on and self.watcher:
                self.tell_watcher(False)  # so that its end is not taken for the kernel's
                self.watcher.stdin.close()
                self.watcher.wait()

    if "cell_notifier" in globals():
        globals().pop("cell_notifier").switch(False)  # the one of an earlier run
    other_page = [todo for variable, todo in OTHER_PAGES.items() if variable in os.environ]
    if notify_by == "desktop" and other_page:
        print(f"Notifications: off. {other_page[0]}")
    else:
        if notify_by != "off":
            globals()["cell_notifier"] = CellNotifier(get_ipython())
            globals()["cell_notifier"].switch(True)
        if notify_by == "desktop":
            show_in_page("Notification.requestPermission()")
        print(f"Notifications: {notify_by}, for cells of {notify_after} s and more.")


# %%
# @title Notify me
NOTIFY_AFTER = 60  # @param {type:"number", min:0}
NOTIFY_BY = "desktop"  # @param ["desktop", "webhook", "off"]
WEBHOOK_VARIABLE = "WEBHOOK_URL"  # @param {type:"string"}
notify_when_done(NOTIFY_AFTER, NOTIFY_BY, WEBHOOK_VARIABLE)
