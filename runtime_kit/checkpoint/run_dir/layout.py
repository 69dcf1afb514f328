"""Names and COMMIT.json of the checkpoint layout (docs/checkpoint-layout.md)."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..._os.files import stat_or_none
from ..errors import CheckpointError, DamagedStepError, UnknownFormatError

FORMAT = 1
FORMAT_WITH_REFERENCES = 2
FORMAT_WITH_COLUMNS = 3
COMMIT = "COMMIT.json"
STATE = "state.json"
LOCK = ".lock"
UNFINISHED = ".unfinished"  # in a step that is written in place

_STEP = re.compile(r"step-([0-9]{12,})")
_TEMPORARY = re.compile(r"\.step-([0-9]+)\.tmp-\w+")
_REPLACED = re.compile(r"\.step-([0-9]+)\.old-\w+")
_FIRST = re.compile(r"\.step-([0-9]+)\.first")
_FILE = re.compile(r"(\.\./step-[0-9]{12,}/)?(?!\.)[^/\\\0]+(/[^/\\\0]+)*")
_LONGEST_NAME = 200  # bytes; file systems take 255, and a step's temporary names are longer
_RUN = re.compile(r"[^/\\\0]+")


@dataclass(frozen=True)
class FileRecord:
    """Size in bytes and zlib CRC-32 of one file of a step."""

    size: int
    crc32: int


@dataclass(frozen=True)
class Commit:
    """What COMMIT.json says. Names that begin with ``../step-`` are references: files of an older
    step that this one shares because their content did not change (format 2).

    :param packed: state.json has values by columns (format 3).
    """

    step: int
    files: Mapping[str, FileRecord] = field(default_factory=dict)
    packed: bool = False

    def dumps(self) -> bytes:
        # Where several files have a tensor of one name the last one counts, so older ones first.
        names = sorted(self.files, key=lambda name: (not name.startswith("../"), name))
        shared = any(name.startswith("../") for name in names)
        version = FORMAT_WITH_REFERENCES if shared else FORMAT
        body = {
            "format": FORMAT_WITH_COLUMNS if self.packed else version,
            "step": self.step,
            "files": {
                name: {"size": self.files[name].size, "crc32": f"{self.files[name].crc32:08x}"}
                for name in names
            },
        }
        return json.dumps(body, indent=1).encode()

    def references(self) -> set[int]:
        """Numbers of the older steps whose files this step needs."""
        return {int(name.split("/")[1][5:]) for name in self.files if name.startswith("../")}

    @classmethod
    def loads(cls, text: bytes, step: int) -> Commit:
        """Parse; :class:`DamagedStepError` on anything unexpected."""
        try:
            body = json.loads(text)
            version, number, files = body["format"], body["step"], body["files"]
            if not isinstance(version, int):
                raise ValueError("format is no number")
            if version not in (FORMAT, FORMAT_WITH_REFERENCES, FORMAT_WITH_COLUMNS):
                raise UnknownFormatError(
                    f"Step {step} has layout version {version}, which is newer than "
                    "this version of jupyterlab-runtime-kit supports. Update it to "
                    "continue this run."
                )
            records = {}
            for name, record in files.items():
                # A ".." inside a name must not lead the reader (or a prune) out of the run.
                if not _FILE.fullmatch(name) or "/../" in name.removeprefix("../"):
                    raise ValueError(f"bad file name {name!r}")
                records[name] = FileRecord(int(record["size"]), int(record["crc32"], 16))
        except (ValueError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise DamagedStepError(f"{COMMIT} cannot be read ({error})") from error
        if number != step:
            raise DamagedStepError(f"{COMMIT} is of step {number}")
        if STATE not in records:
            raise DamagedStepError(f"{COMMIT} does not list {STATE}")
        return cls(step, records, version == FORMAT_WITH_COLUMNS)


def runs_folder(folder: str | os.PathLike[str]) -> Path:
    """The folder of runs, resolved.

    :raises CheckpointError: it can never be one.
    """
    try:
        found = Path(folder).expanduser().resolve()
        with suppress(FileNotFoundError):
            found.stat()  # resolve says nothing of links that lead to themselves from 3.13 on
    except (OSError, RuntimeError) as error:
        raise CheckpointError(f"Can't use {os.fspath(folder)!r} as folder: {error}.") from error
    except TypeError:
        raise CheckpointError(f"folder is a path such as 'runs', not {folder!r}.") from None
    if found.exists() and not found.is_dir():
        raise CheckpointError(f"{found} is a file. Give the folder that holds the runs.")
    return found


def check_run_name(name: str) -> str:
    """A run's name is one folder name, not hidden."""
    if not isinstance(name, str):
        raise CheckpointError(f"A run's name is a string such as 'digits', not {name!r}.")
    if len(os.fsencode(name)) > _LONGEST_NAME:
        raise CheckpointError(
            f"The run name {name[:20]!r}... is too long. Use at most {_LONGEST_NAME} bytes."
        )
    if not _RUN.fullmatch(name) or name.startswith(".") or name != name.strip():
        raise CheckpointError(
            f"{name!r} is not a valid run name. Use a plain folder name such as 'digits'."
        )
    return name


def step_name(step: int) -> str:
    return f"step-{step:012d}"


def temporary_name(step: int) -> str:
    return f".step-{step}.tmp-{secrets.token_hex(4)}"


def replaced_name(step: int) -> str:
    return f".step-{step}.old-{secrets.token_hex(4)}"


def first_name(step: int) -> str:
    """An empty folder beside the first step of a run, as long as that is written in place."""
    return f".step-{step}.first"


@dataclass(frozen=True)
class Listing:
    """The folders of a run by kind."""

    steps: dict[int, Path]
    temporary: list[Path]
    replaced: dict[int, Path]
    first: dict[int, Path]


def list_run(folder: Path) -> Listing:
    """Look at a run's folder; an absent folder is an empty run, any other OSError is raised."""
    steps: dict[int, Path] = {}
    temporary: list[Path] = []
    replaced: dict[int, Path] = {}
    first: dict[int, Path] = {}
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        names = []
    for name in names:  # ".step-" sorts before "step-"
        if match := _STEP.fullmatch(name):
            path, number = folder / name, int(match[1])
            begun = number in first or stat_or_none(path / UNFINISHED)
            if begun and not stat_or_none(path / COMMIT):
                temporary.append(path)
            else:
                steps[number] = path
        elif _TEMPORARY.fullmatch(name):
            temporary.append(folder / name)
        elif match := _REPLACED.fullmatch(name):
            replaced[int(match[1])] = folder / name
        elif match := _FIRST.fullmatch(name):
            first[int(match[1])] = folder / name
    return Listing(steps, temporary, replaced, first)
