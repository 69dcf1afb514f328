"""The snippets about the runtime itself: awake, notified, opened elsewhere, released."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from http_service import Asked, Reply, http_service
from kernels import STAND_INS, kernel_pythons, snippet_kernel
from shared_kernel import Notebook

Open = Callable[..., Notebook]
COLAB = str(STAND_INS / "colab")
SECRET = "s3cr3t-t0ken"


def sent(asked: Asked) -> str:
    body = json.loads(asked.body)
    assert body["text"] == body["content"], "Slack reads the one, Discord the other"
    return body["text"]


def test_notify_by_webhook(notebook: Open) -> None:
    with http_service(lambda asked: (200, b"ok")) as service:
        book = notebook(WEBHOOK_URL=f"{service.url}/{SECRET}")
        for _ in range(2):  # the second time takes the place of the first
            printed = book.insert("notify", NOTIFY_AFTER=0, NOTIFY_BY="webhook")
            assert SECRET not in printed + str(book.answer.outputs)
        assert sent(service.next()).startswith("A cell has ended")  # the second's first cell
        book.kernel.must("1 + 1")
        assert sent(service.next()) == "A cell has ended after 0.0 minutes."
        book.kernel.run("1 / 0")
        assert sent(service.next()) == "A cell failed with ZeroDivisionError after 0.0 minutes."
        book.insert("notify", NOTIFY_AFTER=3600, NOTIFY_BY="webhook")
        assert sent(service.next()).startswith("A cell has ended")  # and here
        book.kernel.must("2 + 2")
        book.insert("notify", NOTIFY_BY="off")
        book.kernel.must("3 + 3")
        assert service.asked.empty()
    assert "environment variable NO_URL" in book.fail(
        "notify", NOTIFY_BY="webhook", WEBHOOK_VARIABLE="NO_URL"
    )


@pytest.mark.parametrize("python", kernel_pythons())
def test_notify_of_a_kernel_that_died(python: Path, tmp_path: Path) -> None:
    with (
        http_service(lambda asked: (200, b"ok")) as service,
        snippet_kernel(python, tmp_path, WEBHOOK_URL=service.url) as kernel,
    ):
        kernel.insert("notify", NOTIFY_AFTER=3600, NOTIFY_BY="webhook")
        kernel.begin("import time; print('running', flush=True); time.sleep(600)")
        kernel.wait_for("running")
        kernel.kill()
        dead = "The kernel died or was shut down while a cell was running."
        assert sent(service.next()) == dead


def test_notify_on_the_desktop(notebook: Open) -> None:
    book = notebook()
    book.insert("notify", NOTIFY_AFTER=0)
    [asked] = book.shown("application/javascript")
    assert "{ Notification.requestPermission() }" in asked
    # A notebook binds names of all kinds.
    answer = book.kernel.run("display = Javascript = json = time = 1")
    [script] = [
        content["data"]["application/javascript"]
        for kind, content in answer.outputs
        if kind == "display_data"
    ]
    text = "A cell has ended after 0.0 minutes."
    assert f"new Notification('Notebook', {{body: \"{text}\"}})" in script
    # A page that is opened later runs it again: it is of its minute.
    [moment] = re.findall(r"Date\.now\(\) - (\d+)\)", script)
    assert abs(int(moment) / 1000 - time.time()) < 600
    book.insert("notify", NOTIFY_BY="off")


@pytest.mark.parametrize(
    ("variable", "todo"),
    [("COLAB_RELEASE_TAG", "Settings > Site"), ("KAGGLE_KERNEL_RUN_TYPE", "take the webhook")],
)
def test_pages_that_let_no_cell_notify(notebook: Open, variable: str, todo: str) -> None:
    book = notebook(**{variable: "x"})
    printed = book.insert("notify", NOTIFY_AFTER=0)
    assert printed.startswith("Notifications: off.") and todo in printed
    assert book.shown("application/javascript") == []
    assert book.kernel.value("'cell_notifier' in globals()") == "False"


def test_keep_alive_on_a_hub(notebook: Open) -> None:
    replies = {"POST": b"", "DELETE": b"", "GET": b'{"remaining": 5400}'}
    status = 200
    with http_service(lambda asked: (status, replies[asked.method])) as service:
        book = notebook(
            JUPYTERHUB_SERVICE_URL=f"{service.url}/user/ada/", JUPYTERHUB_API_TOKEN=SECRET
        )
        printed = book.insert("keep-alive", KEEP_ALIVE_HOURS=1.5)
        assert printed == "jupyter-keepalive keeps this server for 1.5 h.\n"
        asked = service.next()
        assert (asked.method, asked.path) == ("POST", "/user/ada/ext-keepalive")
        assert json.loads(asked.body) == {"seconds": 5400}
        assert asked.headers["Authorization"] == f"token {SECRET}"
        service.next()
        assert "is stopped" in book.insert("keep-alive", KEEP_ALIVE="stop")
        assert service.next().method == "DELETE"
        status = 404
        assert "%pip install jupyter-keepalive" in book.fail("keep-alive")
        status = 403
        failed = book.fail("keep-alive")
        assert "does not let its kernel do that" in failed and SECRET not in failed


def test_keep_alive_on_colab_explains(notebook: Open) -> None:
    book = notebook(COLAB_RELEASE_TAG="release-colab")
    printed = book.insert("keep-alive")
    assert "disallows" in printed and "Checkpoint & resume" in printed
    assert book.kernel.value("'heartbeat' in globals()") == "False"


def test_a_heartbeat_is_bounded_and_can_be_stopped(notebook: Open) -> None:
    book = notebook()
    code = "sum(type(t).__module__ == '__main__' for t in __import__('threading').enumerate())"
    # The kernel is shared with tests that leave one running.
    before = int(book.kernel.value(code))
    for _ in range(2):
        assert "heartbeat.stop()" in book.insert("keep-alive", KEEP_ALIVE_HOURS=0.1)
    assert int(book.kernel.value(code)) == before + 1
    book.kernel.must("heartbeat.stop()")
    assert int(book.kernel.value(code)) == before
    book.kernel.must("Heartbeat = type(heartbeat); Heartbeat.every = 0.01")
    book.kernel.must("short = Heartbeat(0.05); short.start(); short.join()")
    book.insert("keep-alive", KEEP_ALIVE="stop")
    # While no cell runs, its messages are what counts as activity.
    book.kernel.must("endless = Heartbeat(3600); endless.start()")
    book.kernel.wait_for_update()
    book.kernel.must("endless.stop()")


TUNNEL = """#!/bin/sh
echo "*"
echo "* Visual Studio Code Server"
printf 'To grant access to the server, please log into '
echo "https://github.com/login/device and use code 1A2B-3C4D"
echo "$@" >"$HOME/arguments"
echo "Open this link in your browser https://vscode.dev/tunnel/$4"
exec sleep 600
"""
SSHD = """#!/bin/sh
case "$*" in *"PasswordAuthentication=no"*) ;; *) exit 1 ;; esac
echo "Server listening on 127.0.0.1 port 2222." >&2
exec sleep 600
"""
CLOUDFLARED = """#!/bin/sh
echo "$@" >"$HOME/cloudflared-arguments"
echo "2026-01-01T00:00:00Z INF |  https://four-random-words-here.trycloudflare.com  |" >&2
exec sleep 600
"""
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKq1Qw0mYv7hC8n2wU0d1v8zPq6kVd8b3b3x7tQe9JkL ada@desk"


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, str]:
    """Programs that say what the real ones say; ssh-keygen is the real one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in {"code": TUNNEL, "sshd": SSHD, "cloudflared": CLOUDFLARED}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(tmp_path)}


def test_tunnel_on_colab_is_refused_unless_acknowledged(
    notebook: Open, programs: dict[str, str]
) -> None:
    book = notebook(COLAB_RELEASE_TAG="release-colab", **programs)
    assert "PermissionError: Colab disallows this on its free tier" in book.fail("tunnel-vscode")
    assert book.kernel.value("tunnel_processes") == "[]"
    book.insert("tunnel-vscode", I_HAVE_COMPUTE_UNITS=True)
    book.insert("tunnel-vscode", TUNNEL="stop")


def test_tunnel_to_vscode(notebook: Open, programs: dict[str, str], tmp_path: Path) -> None:
    book = notebook(**programs)
    printed = book.insert("tunnel-vscode", TUNNEL_NAME="My Runtime!")
    assert "https://github.com/login/device and use code 1A2B-3C4D" in printed
    assert printed.rstrip().endswith("Open https://vscode.dev/tunnel/my-runtime")
    expected = "tunnel --accept-server-license-terms --name my-runtime"
    assert (tmp_path / "arguments").read_text().strip() == expected
    assert "open already" in book.insert("tunnel-vscode")
    book.kernel.must("process = tunnel_processes[0]")
    book.insert("tunnel-vscode", TUNNEL="stop")
    assert book.kernel.value("process.poll() is not None") == "True"
    (tmp_path / "bin" / "code").write_text("#!/bin/sh\necho 'error: no network'\nexit 1\n")
    assert "code has ended" in book.fail("tunnel-vscode")


def test_the_program_is_fetched_whole_or_not_at_all(notebook: Open, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("code")
        member.mode, member.size = 0o755, len(TUNNEL)
        archive.addfile(member, io.BytesIO(TUNNEL.encode()))
    whole = packed.getvalue()
    reply = whole[:-40]
    published = hashlib.sha256(whole).hexdigest()

    def answer(asked: Asked) -> Reply:
        if asked.path != "/checksums":
            return 200, reply
        systems = ("cli-alpine-x64", "cli-alpine-arm64", "win32-x64")
        files = [{"platform": {"os": name}, "sha256hash": published} for name in systems]
        return 200, json.dumps({"products": files}).encode()

    program = tmp_path / ".cache" / "notebook-tunnel" / "code"
    book = notebook(PATH="/usr/bin:/bin", HOME=str(tmp_path))
    with http_service(answer) as service:
        book.kernel.must(
            "import urllib.request as _request; _urlopen, _asked = _request.urlopen, []\n"
            "_request.urlopen = lambda url, timeout: _asked.append(url) or _urlopen(\n"
            f"    {service.url!r} + ('/checksums' if '/sha?' in url else ''), timeout=timeout)"
        )
        try:
            assert "checksum is not the published one" in book.fail("tunnel-vscode")
            assert not program.exists()
            reply, published = whole, "0" * 64
            assert "checksum is not the published one" in book.fail("tunnel-vscode")
            reply, published = whole[:-40], hashlib.sha256(whole[:-40]).hexdigest()
            assert "cannot be fetched" in book.fail("tunnel-vscode")
            assert not program.exists()
            reply, published = whole, hashlib.sha256(whole).hexdigest()
            assert "https://vscode.dev/tunnel/runtime" in book.insert("tunnel-vscode")
            asked = book.kernel.value("_asked[-2:]")
            assert "&os=cli-alpine-" in asked and "http://" not in asked and program.exists()
            book.insert("tunnel-vscode", TUNNEL="stop")
            program.unlink()
        except BaseException:
            book.kernel.must("_request.urlopen = _urlopen")
            raise
    try:  # nobody answers there any more
        assert "access to the internet" in book.fail("tunnel-vscode")
        assert book.kernel.value("tunnel_processes") == "[]"
    finally:
        book.kernel.must("_request.urlopen = _urlopen")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_key_is_one_line(
    notebook: Open, programs: dict[str, str], tmp_path: Path, end: str
) -> None:
    book = notebook(**programs)
    for key in (
        f"{KEY}{end}{KEY}",
        f"{KEY}{end}",
        f"ssh-ed25519{end}{KEY[12:]}",
        f'command="x" {KEY}',
    ):
        failed = book.fail("tunnel-vscode", TUNNEL="ssh", SSH_PUBLIC_KEY=key)
        assert "SSH_PUBLIC_KEY is the line in your id_ed25519.pub" in failed
    assert not (tmp_path / ".cache" / "notebook-tunnel" / "authorized_keys").exists()


def test_tunnel_for_ssh_without_its_programs(notebook: Open, tmp_path: Path) -> None:
    book = notebook(PATH=str(tmp_path), HOME=str(tmp_path))
    failed = book.fail("tunnel-vscode", TUNNEL="ssh", SSH_PUBLIC_KEY=KEY)
    assert "install openssh-server and cloudflared first" in failed
    assert book.kernel.value("tunnel_processes") == "[]"


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
def test_tunnel_for_ssh_is_by_key(notebook: Open, programs: dict[str, str], tmp_path: Path) -> None:
    book = notebook(**programs)
    assert "never the private key" in book.fail("tunnel-vscode", TUNNEL="ssh")
    printed = book.insert("tunnel-vscode", TUNNEL="ssh", SSH_PUBLIC_KEY=KEY)
    host = "four-random-words-here.trycloudflare.com"
    assert f"cloudflared access ssh --hostname {host}" in printed and f"@{host}" in printed
    assert "--url ssh://127.0.0.1:" in (tmp_path / "cloudflared-arguments").read_text()
    keys = tmp_path / ".cache" / "notebook-tunnel" / "authorized_keys"
    assert keys.read_text() == KEY + "\n" and keys.stat().st_mode & 0o77 == 0
    book.insert("tunnel-vscode", TUNNEL="stop")


def test_the_policy_stands_in_the_first_lines() -> None:
    from kernels import sources

    for snippet_id in ("tunnel-vscode", "keep-alive"):
        title, first, second, *_ = sources(snippet_id)[-1].splitlines()
        assert title.startswith("# @title ")
        assert first.startswith("# Colab") and second.startswith("# ")
