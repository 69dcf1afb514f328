# ---
# id: tunnel-vscode
# title: Open in VS Code
# description: Opens this machine in VS Code through `code tunnel`, or by SSH with a key through cloudflared, where that is allowed
# tags: [runtime, vscode, ssh, tunnel]
# languages: [python]
# version: 3
# names: [tunnel_to_vscode, tunnel_processes]
# ---

# %% engine:
# @title Open in VS Code engine: run this cell, no need to read it
def tunnel_to_vscode(tunnel, tunnel_name, i_have_compute_units, ssh_public_key):
    """Start a tunnel to this machine, or stop it."""
    import getpass
    import hashlib
    import io
    import json
    import os
    import platform
    import re
    import shutil
    import socket
    import subprocess
    import tarfile
    import time
    import urllib.request
    from http.client import HTTPException
    from pathlib import Path

    TUNNEL_FOLDER = Path.home() / ".cache" / "notebook-tunnel"
    CLI = "https://code.visualstudio.com/sha/download?build=stable&os=cli-alpine-"  # Microsoft's licence
    CHECKSUMS = (
        "https://code.visualstudio.com/sha?build=stable"  # of each file of the stable version
    )

    def packed_program(kind):
        """The archive with VS Code's program, checked against the SHA-256 that Microsoft publishes."""
        with urllib.request.urlopen(CHECKSUMS, timeout=60) as answer:
            files = json.load(answer)["products"]
        with urllib.request.urlopen(CLI + kind, timeout=60) as answer:
            packed = answer.read()
        wanted = [f["sha256hash"] for f in files if f["platform"]["os"] == f"cli-alpine-{kind}"]
        if hashlib.sha256(packed).hexdigest() not in wanted:
            raise ValueError("its checksum is not the published one: try again later")
        return io.BytesIO(packed)

    def vscode_command():
        """Where `code` is; VS Code's command-line program is fetched if there is none."""
        program = shutil.which("code") or TUNNEL_FOLDER / "code"
        if not Path(program).exists():
            if platform.system() != "Linux":
                raise RuntimeError(
                    "Install VS Code here first: https://code.visualstudio.com/download"
                )
            kind = "arm64" if platform.machine() in ("aarch64", "arm64") else "x64"
            try:
                part = TUNNEL_FOLDER / "code.part"
                with tarfile.open(fileobj=packed_program(kind), mode="r:gz") as archive:
                    part.write_bytes(archive.extractfile("code").read())
                part.chmod(0o755)
            except (
                OSError,
                EOFError,
                LookupError,
                TypeError,
                ValueError,
                HTTPException,
                tarfile.TarError,
            ) as error:
                raise RuntimeError(
                    f"VS Code's program cannot be fetched ({error}): this needs access to the internet."
                ) from error
            part.replace(program)  # only what is whole gets the name
        name = re.sub(r"[^a-z0-9-]", "-", tunnel_name.lower())[:20].strip("-") or "runtime"
        return [str(program), "tunnel", "--accept-server-license-terms", "--name", name]

    def sshd_command(port):
        """A server for the one key, of your own user, that only this machine can reach."""
        program = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
        if not program or not shutil.which("cloudflared"):
            raise RuntimeError(
                "For ssh install openssh-server and cloudflared first, or use vscode."
            )
        if not re.fullmatch(r"(ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]{40,}( [^\r\n]*)?", ssh_public_key):
            raise ValueError(
                "SSH_PUBLIC_KEY is the line in your id_ed25519.pub (never the private key)."
            )
        host_key = TUNNEL_FOLDER / "host_key"
        if not host_key.exists():
            make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(host_key)]
            subprocess.run(make, check=True)
        keys = TUNNEL_FOLDER / "authorized_keys"
        keys.write_text(ssh_public_key + "\n")
        keys.chmod(0o600)
        options = {
            "ListenAddress": f"127.0.0.1:{port}",
            "HostKey": host_key,
            "AuthorizedKeysFile": keys,
        }
        options |= {"PasswordAuthentication": "no", "KbdInteractiveAuthentication": "no"}
        options |= {"PidFile": "none", "UsePAM": "no", "StrictModes": "no"}
        settings = [part for key, value in options.items() for part in ("-o", f"{key}={value}")]
        return [program, "-D", "-e", "-f", "/dev/null", *settings]

    def start(command, until):
        """Start a program that stays, and show what it says until a line has `until` in it."""
        log = TUNNEL_FOLDER / f"{Path(command[0]).name}.log"
        with open(log, "wb") as said:
            process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
        tunnel_processes.append(process)
        with open(log, encoding="utf-8", errors="replace") as lines:
            line = ""
            while True:
                part = lines.readline()
                line = part if line.endswith("\n") else line + part  # it may come in pieces
                if part:
                    print(part, end="", flush=True)
                    if line.endswith("\n") and (found := re.search(until, line)):
                        return found[0]
                elif process.poll() is not None:
                    raise RuntimeError(
                        f"{Path(command[0]).name} has ended: its lines above say why."
                    )
                else:
                    time.sleep(0.1)

    def stop_tunnel():
        while tunnel_processes:
            process = tunnel_processes.pop()
            process.terminate()
            process.wait()

    def open_tunnel():
        on_colab = os.path.exists("/var/colab/hostname") or "COLAB_RELEASE_TAG" in os.environ
        on_colab = on_colab and "KAGGLE_KERNEL_RUN_TYPE" not in os.environ  # has them too
        if on_colab and not i_have_compute_units:
            raise PermissionError(
                "Colab disallows this on its free tier: set I_HAVE_COMPUTE_UNITS only if you do have some."
            )
        TUNNEL_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            if tunnel == "vscode":
                print(f"Open {start(vscode_command(), r'https://vscode.dev/tunnel/[^ ]+').strip()}")
                return
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            start(sshd_command(port), r"Server listening")
            command = ["cloudflared", "tunnel", "--url", f"ssh://127.0.0.1:{port}"]
            host = start(command, r"https://[a-z0-9-]+\.trycloudflare\.com").removeprefix(
                "https://"
            )
        except BaseException:  # the stop button too
            stop_tunnel()
            raise
        proxy = f'-o ProxyCommand="cloudflared access ssh --hostname {host}"'
        print(f"On your machine: ssh {proxy} {getpass.getuser()}@{host}")

    tunnel_processes = globals().setdefault("tunnel_processes", [])
    if tunnel == "stop":
        stop_tunnel()
        print("No tunnel is open.")
    elif any(process.poll() is None for process in tunnel_processes):
        print('The tunnel is open already; TUNNEL = "stop" ends it.')
    else:
        open_tunnel()


# %%
# @title Open in VS Code
# Colab's policy: SSH shells, remote desktops and other remote control are disallowed on its free
# tier (allowed with a positive balance of compute units). Breaking it can cost you the account.
TUNNEL = "vscode"  # @param ["vscode", "ssh", "stop"]
TUNNEL_NAME = "runtime"  # @param {type:"string"}
I_HAVE_COMPUTE_UNITS = False  # @param {type:"boolean"}
SSH_PUBLIC_KEY = ""  # @param {type:"string"}
tunnel_to_vscode(TUNNEL, TUNNEL_NAME, I_HAVE_COMPUTE_UNITS, SSH_PUBLIC_KEY)
