"""Makes a process of Linux answer the project's code as Windows or macOS would.

Python imports this at its start where the folder is on PYTHONPATH; ``RUNTIME_KIT_MACHINE`` says
which. Only modules of the project, and what runs as ``__main__``, get other modules: other
packages have their own tests there. What the system itself does differently (names that are taken,
files that are open, /proc) is so for the whole process.

What it can't do: other letters for folders, names without case, ctypes.windll.
"""

from __future__ import annotations

import builtins
import errno
import io
import locale
import os
import signal
import stat
import sys
import types

MACHINE = os.environ.get("RUNTIME_KIT_MACHINE", "")
WINDOWS = MACHINE == "windows"

# What the standard library's documentation lists as "Availability: Unix" (or Linux).
LINUX_ONLY = """
    copy_file_range eventfd fdatasync getxattr listxattr memfd_create posix_fadvise
    posix_fallocate removexattr sched_getaffinity sched_setaffinity setxattr splice O_TMPFILE
    O_DIRECT O_NOATIME O_PATH POSIX_FADV_DONTNEED
""".split()  # noqa: SIM905
UNIX_ONLY = """
    chown chroot fchdir fchmod fchown fork forkpty fpathconf fstatvfs getegid geteuid getgid
    getgroups getloadavg getpgid getpgrp getpriority getresgid getresuid getsid getuid
    kill_group killpg lchown lockf major makedev minor mkfifo mknod nice openpty pathconf
    posix_spawn posix_spawnp pread preadv pwrite pwritev readv register_at_fork sched_yield
    sendfile setegid seteuid setgid setpgid setpriority setsid setuid statvfs sync sysconf
    tcgetpgrp ttyname uname wait wait3 wait4 waitid writev O_ASYNC O_CLOEXEC O_DIRECTORY O_DSYNC
    O_NDELAY O_NOCTTY O_NOFOLLOW O_NONBLOCK O_SYNC WEXITSTATUS WIFEXITED WIFSIGNALED WNOHANG
    WTERMSIG
""".split()  # noqa: SIM905
UNIX_SIGNALS = """
    SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSTOP SIGSYS SIGTRAP
    SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIGPWR
    SIGIO SIG_BLOCK SIG_SETMASK SIG_UNBLOCK ITIMER_REAL alarm getitimer pause pthread_kill
    pthread_sigmask setitimer siginterrupt sigpending sigtimedwait sigwait sigwaitinfo
""".split()  # noqa: SIM905
UNIX_MODULES = {
    *("fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"),
    *(("curses",) if WINDOWS else ()),
}
# Cells that are run with `exec` have no name.
PROJECT = ("", "runtime_kit", "jupyterlab_runtime_kit", "__main__", "__mp_main__")
SYSTEM_FOLDERS = ("/proc", "/sys")

_real = types.SimpleNamespace(
    open=builtins.open,
    io_open=io.open,
    os_open=os.open,
    stat=os.stat,
    lstat=os.lstat,
    listdir=os.listdir,
    readlink=os.readlink,
    rename=os.rename,
    replace=os.replace,
    unlink=os.unlink,
    rmdir=os.rmdir,
)


class _Other(types.ModuleType):
    """A module without some of its names, and with some changed; all else is the real one."""

    def __init__(self, real: types.ModuleType, without: set[str], **changed: object) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(_real_module=real, _without=without, **changed)

    def __getattr__(self, name: str) -> object:
        if name in self._without:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(self._real_module, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._real_module, name, value)

    def __dir__(self) -> list[str]:
        return [name for name in dir(self._real_module) if name not in self._without]


def _is_system(path: object) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    text = os.fsdecode(path)
    return any(text == top or text.startswith(top + "/") for top in SYSTEM_FOLDERS)


def _missing(path: object) -> OSError:
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def _without_system(function):  # type: ignore[no-untyped-def]
    def call(path=".", *args, **kwargs):  # type: ignore[no-untyped-def]
        if _is_system(path):
            raise _missing(path)
        return function(path, *args, **kwargs)

    return call


# ----- what Windows does with files


def _in_use(path: object) -> bool:
    """Whether this process has the file, or one in the folder, open or mapped: nothing takes its
    name from it then."""
    try:
        wanted = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
        found = [
            _real.readlink(f"/proc/self/fd/{number}")
            for number in _real.listdir("/proc/self/fd")
            if _exists(f"/proc/self/fd/{number}")
        ]
        with _real.open("/proc/self/maps") as maps:
            found += [line.split(None, 5)[5].rstrip("\n") for line in maps if line.count("/")]
    except OSError:
        return False
    return any(name == wanted or name.startswith(wanted + "/") for name in found)


def _exists(path: str) -> bool:
    try:
        _real.stat(path)
    except OSError:
        return False
    return True


def _refuse(path: object) -> OSError:
    error = PermissionError(
        errno.EACCES,
        "The process cannot access the file because it is being used by another process",
        str(path),
    )
    error.winerror = 32  # type: ignore[attr-defined]
    return error


def _is_link(path: object) -> bool:
    try:
        return stat.S_ISLNK(_real.lstat(path).st_mode)  # type: ignore[arg-type]
    except OSError:
        return False


def _moving(function, replaces: bool):  # type: ignore[no-untyped-def]
    def move(source, target, **kwargs):  # type: ignore[no-untyped-def]
        if not _is_link(source) and _in_use(source):
            raise _refuse(source)
        try:
            there = _real.lstat(target)
        except OSError:
            return function(source, target, **kwargs)
        if not replaces:
            raise FileExistsError(
                errno.EEXIST, "Cannot create a file when that file already exists", str(target)
            )
        if stat.S_ISDIR(there.st_mode):
            raise PermissionError(errno.EACCES, "Access is denied", str(target))
        if _in_use(target):
            raise _refuse(target)
        return function(source, target, **kwargs)

    return move


def _deleting(function):  # type: ignore[no-untyped-def]
    def delete(path, *, dir_fd=None):  # type: ignore[no-untyped-def]
        if dir_fd is not None:
            raise NotImplementedError("dir_fd unavailable on this platform")
        if not _is_link(path) and _in_use(path):
            raise _refuse(path)
        return function(path)

    return delete


def _open_no_folder(path, flags, mode=0o777, *, dir_fd=None):  # type: ignore[no-untyped-def]
    if dir_fd is not None:
        raise NotImplementedError("dir_fd unavailable on this platform")
    if _is_system(path):
        raise _missing(path)
    descriptor = _real.os_open(path, flags, mode)
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise PermissionError(errno.EACCES, "Permission denied", str(path))
    return descriptor


def _opening(function):  # type: ignore[no-untyped-def]
    """Text is in the machine's own code page unless an encoding is named."""
    page = os.environ.get("RUNTIME_KIT_CODE_PAGE")

    def open_(file, mode="r", buffering=-1, encoding=None, *args, **kwargs):  # type: ignore[no-untyped-def]
        if _is_system(file):
            raise _missing(file)
        if page and encoding in (None, "locale") and "b" not in mode:
            encoding = page
        return function(file, mode, buffering, encoding, *args, **kwargs)

    return open_


# ----- which modules the project sees


def _modules() -> dict[str, types.ModuleType]:
    if not WINDOWS:
        return {
            "os": _Other(os, set(LINUX_ONLY)),
            "sys": _Other(sys, set(), platform="darwin"),
        }
    seen = _Other(
        os,
        {*LINUX_ONLY, *UNIX_ONLY},
        name="nt",
        supports_dir_fd=set(),
        supports_fd={os.stat, os.truncate},
        supports_follow_symlinks={os.stat},
        O_BINARY=0,
        stat=os.stat,
    )
    # subprocess would look after the group itself; here it is enough that there are such names.
    signals = _Other(signal, set(UNIX_SIGNALS), SIGBREAK=21, CTRL_C_EVENT=0, CTRL_BREAK_EVENT=1)
    return {
        "os": seen,
        "signal": signals,
        "sys": _Other(sys, {"abiflags"}, platform="win32"),
    }


def _msvcrt() -> types.ModuleType:
    """Locks of bytes of a file, as the library takes them."""
    import fcntl

    module = types.ModuleType("msvcrt")
    module.LK_UNLCK, module.LK_LOCK, module.LK_NBLCK = 0, 1, 2  # type: ignore[attr-defined]

    def locking(descriptor: int, mode: int, count: int) -> None:
        how = fcntl.LOCK_UN if mode == 0 else fcntl.LOCK_EX | fcntl.LOCK_NB
        try:
            fcntl.flock(descriptor, how)
        except OSError:
            raise PermissionError(errno.EACCES, "Permission denied") from None

    module.locking = locking  # type: ignore[attr-defined]
    return module


def _kernel32() -> types.SimpleNamespace:
    """What the library asks Windows about processes, answered from /proc."""

    def start(pid: int) -> int:
        try:
            with _real.open(f"/proc/{pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            return 0
        return 0 if fields[0] in "ZX" else int(fields[19])

    def times(handle, created, *others):  # type: ignore[no-untyped-def]
        created._obj.value = start(handle)
        return 1

    def code(handle, code):  # type: ignore[no-untyped-def]
        code._obj.value = 259 if start(handle) else 0
        return 1

    return types.SimpleNamespace(
        OpenProcess=lambda access, inherit, pid: pid if start(pid) else 0,
        GetExitCodeProcess=code,
        GetProcessTimes=times,
        CloseHandle=lambda handle: 1,
    )


def _hide_modules() -> None:
    import ctypes
    import multiprocessing
    import platform
    import subprocess

    real_import, others = builtins.__import__, _modules()
    system = "Windows" if WINDOWS else "Darwin"
    others["platform"] = _Other(platform, set(), system=lambda: system)
    multiprocessing.set_start_method("spawn")
    if WINDOWS:
        others["msvcrt"] = _msvcrt()
        kernel = _kernel32()
        windll = types.SimpleNamespace(kernel32=kernel)
        others["ctypes"] = _Other(ctypes, set(), windll=windll)
        real_init = subprocess.Popen.__init__

        def popen(self, *args, creationflags=0, **kwargs):  # type: ignore[no-untyped-def]
            wrong = {"preexec_fn", "pass_fds"} & {k for k, v in kwargs.items() if v}
            if wrong:
                raise ValueError(f"{wrong.pop()} is not supported on Windows platforms")
            text = kwargs.get("text") or kwargs.get("universal_newlines") or kwargs.get("errors")
            if text and not kwargs.get("encoding"):
                kwargs["encoding"] = os.environ.get("RUNTIME_KIT_CODE_PAGE") or None
            kwargs.setdefault("start_new_session", bool(creationflags))
            real_init(self, *args, **kwargs)

        subprocess.Popen.__init__ = popen  # type: ignore[method-assign]

    def import_(name, globals=None, locals=None, fromlist=(), level=0):  # type: ignore[no-untyped-def]
        importer = str((globals or {}).get("__name__", "")).partition(".")[0]
        if level or importer not in PROJECT:
            return real_import(name, globals, locals, fromlist, level)
        top = name.partition(".")[0]
        if WINDOWS and top in UNIX_MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name in others:
            return others[name]
        return real_import(name, globals, locals, fromlist, level)

    builtins.__import__ = import_


def become() -> None:
    """Change this process."""
    _hide_modules()
    os.stat = _without_system(_real.stat)
    os.lstat = _without_system(_real.lstat)
    os.listdir = _without_system(_real.listdir)
    os.readlink = _without_system(_real.readlink)
    io.open = builtins.open = _opening(_real.io_open)
    if page := os.environ.get("RUNTIME_KIT_CODE_PAGE"):
        locale.getpreferredencoding = lambda do_setlocale=True: page
    if WINDOWS:
        os.open = _open_no_folder
        os.rename, os.replace = _moving(_real.rename, False), _moving(_real.replace, True)
        os.unlink = os.remove = _deleting(_real.unlink)
        os.rmdir = _deleting(_real.rmdir)


if MACHINE:
    become()
