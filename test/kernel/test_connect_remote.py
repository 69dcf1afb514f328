"""Connecting a remote: what the front end carries, in kernels of both ends of the version range,
with real rclone and a WebDAV server that wants a password."""

from __future__ import annotations

import ast
import configparser
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kernels import SnippetKernel, kernel_pythons, snippet_kernel

FRONTEND = Path(__file__).parents[2] / "runtime_kit" / "frontend"
SECRET = "s3cret pass; with 'marks'"
# In the order of src/kernel/queries/remotes.ts.
CARRIED = ("stdin_secret", "rclone_config", "rclone_connect")


@pytest.fixture(scope="module", params=kernel_pythons())
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    if not shutil.which("rclone"):
        pytest.skip("rclone is not installed")
    folder = tmp_path_factory.mktemp("kernel")
    (folder / "tmp").mkdir()
    settings = {
        "RCLONE_CONFIG": str(folder / "conf" / "rclone.conf"),
        "TMPDIR": str(folder / "tmp"),
    }
    with snippet_kernel(request.param, folder, **settings) as kernel:
        yield kernel


@pytest.fixture
def folder(kernel: SnippetKernel) -> Path:
    """The kernel's, with a configuration that has one remote, readable by all."""
    folder = Path(ast.literal_eval(kernel.value("__import__('os').getcwd()")))
    (folder / "conf").mkdir(exist_ok=True)
    (folder / "conf" / "rclone.conf").write_text("# mine\n[old]\ntype = local\n")
    (folder / "conf" / "rclone.conf").chmod(0o644)
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = ["rclone", "serve", "webdav", str(tmp_path), "--addr", address]
    process = subprocess.Popen([*command, "--user", "me", "--pass", SECRET])
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://{address}/", timeout=5).close()
            except urllib.error.HTTPError:
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.02)
        yield f"http://{address}/"
    finally:
        process.kill()
        process.wait()


def call(function: str, *arguments: Any) -> str:
    """The expression that the front end sends."""
    sources = [(FRONTEND / f"{name}.py").read_text() for name in CARRIED]
    code = (FRONTEND / "call.py").read_text()
    return f"({code}\n)({sources!r}, 'runtime_kit_carried', {function!r}, {arguments!r})"


def ask(kernel: SnippetKernel, *arguments: Any) -> Any:
    return json.loads(ast.literal_eval(kernel.value(call("ask", *arguments))))


def confide(kernel: SnippetKernel, secret: str, *arguments: Any) -> Any:
    """One request whose code takes the secret as an input reply, as the front end sends it."""
    client = kernel._client
    content = {
        "code": call("receive"),
        "silent": True,
        "store_history": False,
        "user_expressions": {"value": call("ask", "answer", *arguments)},
        "allow_stdin": True,
        "stop_on_error": False,
    }
    message = client.session.msg("execute_request", content)
    client.shell_channel.send(message)
    asked = client.get_stdin_msg(timeout=60)
    assert asked["msg_type"] == "input_request" and asked["content"]["password"] is True
    client.input(secret)
    reply: Any = {}
    while reply.get("parent_header", {}).get("msg_id") != message["header"]["msg_id"]:
        reply = client.get_shell_msg(timeout=60)
    assert reply["content"]["status"] == "ok", reply
    found = reply["content"]["user_expressions"]["value"]
    assert found["status"] == "ok", found
    return json.loads(ast.literal_eval(found["data"]["text/plain"]))


def answer(kernel: SnippetKernel, step: Any, name: str, kind: str, value: str) -> Any:
    question = step["question"]
    about = (step["state"], question["name"], question["secret"])
    return confide(kernel, value, step["draft"], name, kind, *about)


def answer_all(kernel: SnippetKernel, name: str, kind: str, answers: dict[str, str]) -> Any:
    step = ask(kernel, "begin", name, kind)
    asked = []
    while step["question"]:
        key = step["question"]["name"]
        asked.append(key)
        step = answer(kernel, step, name, kind, answers.get(key, step["question"]["default"]))
    assert set(answers) <= set(asked)
    return step


def section(folder: Path, name: str) -> dict[str, str]:
    config = configparser.ConfigParser(interpolation=None)
    config.read(folder / "conf" / "rclone.conf")
    return dict(config[name])


def test_a_remote_with_a_password(kernel: SnippetKernel, folder: Path, server: str) -> None:
    kernel.must("shown = 1\nshown")
    about = ask(kernel, "describe")
    assert about["taken"] == ["old"]
    assert {"drive", "webdav", "s3"} <= {kind["type"] for kind in about["kinds"]}
    answers = {"url": server, "vendor": "other", "user": "me", "pass": SECRET}
    step = answer_all(kernel, "my box", "webdav", answers)
    assert not (folder / "conf" / "rclone.conf").read_text().count("my box")  # not yet
    assert ask(kernel, "save", step["draft"], "my box") == {
        "saved": True,
        "works": True,
        "reason": "",
    }
    written = (folder / "conf" / "rclone.conf").read_text()
    assert written.startswith("# mine\n[old]\ntype = local\n\n[my box]\n")
    assert (folder / "conf" / "rclone.conf").stat().st_mode & 0o777 == 0o600
    # No trace of it: not in what the user has, not in history, in no file of the kernel's.
    history = "list(get_ipython().history_manager.get_range(output=True))"
    for kept in ("[name for name in globals() if name[0] != '_']", "In", "Out", history):
        assert SECRET not in kernel.value(kept) and "confided" not in kernel.value(kept)
    assert kernel.value("'_runtime_kit_confided' in __import__('sys').modules") == "False"
    for path in folder.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path
    assert list((folder / "tmp").glob("runtime-kit-remote-*")) == []


def test_drive_with_a_token_that_was_pasted(kernel: SnippetKernel, folder: Path) -> None:
    token = '{"access_token":"t0ken","token_type":"Bearer","expiry":"2031-01-01T00:00:00Z"}'
    answers = {"client_id": "mine", "client_secret": "c1ient", "config_token": token}
    step = answer_all(kernel, "gdrive", "drive", answers)
    # It is not saved here: that would look for Google's servers.
    draft = Path(step["draft"]) / "rclone.conf"
    assert draft.stat().st_mode & 0o777 == 0o600 and draft.parent.stat().st_mode & 0o777 == 0o700
    assert f"token = {token}" in draft.read_text() and "client_id = mine" in draft.read_text()
    ask(kernel, "cancel", step["draft"])
    assert not draft.parent.exists() and "gdrive" not in section(folder, "old")


def test_says_what_is_wrong(kernel: SnippetKernel, folder: Path) -> None:
    assert "already" in ask(kernel, "begin", "old", "webdav")["error"]
    for name in ("", "a:b", "-x", "x ", "[x]", "../x"):
        assert "letters" in ask(kernel, "begin", name, "webdav")["error"]
    assert "nonsense" in ask(kernel, "begin", "new", "nonsense")["error"]
    assert "given up" in ask(kernel, "cancel", str(folder / "conf"))["error"]
    assert (folder / "conf" / "rclone.conf").exists()
    # A token that is none is refused without a word of it, and can be given again.
    step = ask(kernel, "begin", "new", "drive")
    while step["question"]["name"] != "config_token":
        step = answer(kernel, step, "new", "drive", step["question"]["default"])
    refused = answer(kernel, step, "new", "drive", "n0t a token")
    assert refused["error"] and "n0t a token" not in refused["error"]
    ask(kernel, "cancel", step["draft"])
    assert list((folder / "tmp").glob("runtime-kit-remote-*")) == []
    # Saved, but it does not answer.
    answers = {"url": "http://127.0.0.1:1/", "vendor": "other"}
    step = answer_all(kernel, "gone", "webdav", answers)
    saved = ask(kernel, "save", step["draft"], "gone")
    assert saved["saved"] and not saved["works"] and "refused" in saved["reason"]
    # An encrypted configuration is left as it is.
    step = answer_all(kernel, "late", "webdav", answers)
    locked = "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nAAAA\n"
    (folder / "conf" / "rclone.conf").write_text(locked)
    assert ask(kernel, "save", step["draft"], "late")["error"]
    assert (folder / "conf" / "rclone.conf").read_text() == locked
