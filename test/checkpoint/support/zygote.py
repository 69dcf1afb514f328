"""Forks training scripts from a process that has torch imported, which saves seconds a script.

Reads requests as JSON lines ``{"code", "arguments", "output", "errors"}``;
answers ``{"pid"}`` at the start and ``{"pid", "status"}`` at the end.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
import traceback


def serve() -> None:
    import torch
    from tiny import Tiny

    torch.set_num_threads(1)
    Tiny()  # what torch imports at first use
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin.buffer.raw, selectors.EVENT_READ)
    selector.register(reader, selectors.EVENT_READ)
    rest = b""
    answer(ready=True)
    while True:
        for key, _ in selector.select():
            if key.fileobj == reader:
                os.read(reader, 4096)
                reap()
                continue
            data = os.read(0, 1 << 16)
            if not data:
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                start(json.loads(line))


def start(request: dict) -> None:
    pid = os.fork()
    if pid:
        answer(pid=pid)
        return
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    output = os.open(request["output"], os.O_WRONLY)
    errors = output
    if request["errors"] != request["output"]:
        errors = os.open(request["errors"], os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["script", *request["arguments"]]
    code = 1
    try:
        exec(compile(request["code"], "script", "exec"), {"__name__": "__main__"})
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def reap() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        answer(pid=pid, status=os.waitstatus_to_exitcode(status))


def answer(**what: object) -> None:
    sys.__stdout__.write(json.dumps(what) + "\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    serve()
