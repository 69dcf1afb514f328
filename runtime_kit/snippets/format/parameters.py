"""Find the parameters of a code cell."""

import re

from .cells import PercentCell, is_python
from .declaration import read_declaration
from .errors import FormatError
from .model import Parameter
from .scan import LineScanner

_PARAM_COMMENT = re.compile(r"#\s*@param\b\s*(.*)")
_ASSIGNMENT = re.compile(r"(\s*([A-Za-z_]\w*)\s*=\s*)(?!=)(.*)", re.ASCII | re.DOTALL)


def parse_parameters(cell: PercentCell, source: str, index: int) -> list[Parameter]:
    """The parameters of a cell with this source, the snippet's cell number `index`.

    Raises FormatError.
    """
    parameters: list[Parameter] = []
    if not is_python(source):
        return parameters
    scanner = LineScanner()
    offset = 0
    for i, line in enumerate(source.split("\n")):
        found = _read_line(line, scanner, cell.first_line + i)
        if found:
            name, literal, spec, start = found
            declaration = read_declaration(name, literal, spec, cell.first_line + i)
            span = (offset + start, offset + start + len(literal))
            parameters.append(Parameter(**declaration, cell=index, line=i + 1, span=span))
        offset += len(line) + 1
    return parameters


def _read_line(line: str, scanner: LineScanner, file_line: int) -> tuple[str, str, str, int] | None:
    """Name, literal, specification and column of the literal."""
    scanned = scanner.scan(line)
    if scanned.broken and re.search(r"#\s*@param\b", line):
        name = re.match(r"\s*(\w+)\s*=", line, re.ASCII)
        raise FormatError(name[1] if name else "@param", file_line, "a string is not closed")
    spec = _PARAM_COMMENT.fullmatch(line[scanned.comment :]) if scanned.comment >= 0 else None
    if not spec:
        return None
    match = _ASSIGNMENT.fullmatch(line[: scanned.comment])
    if not match or not scanned.starts_statement:
        reason = "@param stands behind NAME = literal, all on one line"
        raise FormatError(match[2] if match else "@param", file_line, reason)
    return match[2], match[3].rstrip(), spec[1], len(match[1])
