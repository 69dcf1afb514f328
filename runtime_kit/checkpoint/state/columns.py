"""Many small values stored by columns.

A replay memory has thousands of tuples of small tensors. An entry in state.json and in the file's
header for each of them, a copy and a checksum take far longer than their bytes. So a long sequence
of portable values (``portable.py``) becomes :class:`Packed`: what is the same of all rows once, and
one column for each part that differs, as Arrow and Parquet have it. Unpacking gives the same
values in the same order, so which of them are shared is what it was.
"""

from __future__ import annotations

import itertools
import math
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from .dtypes import module
from .leaves import SMALLEST_SHARED, is_dense

_WORTHWHILE = 4096  # parts of a value; with fewer the step stays readable for older versions
_ROWS = 16
_KINDS = 32  # of rows in one column
_DEEPEST = 8  # columns in columns; state.json must not be nested too deep
# Where a sequence has its items: {kind: index}
_SEQUENCES = {"list": 1, "tuple": 1, "set": 1, "frozenset": 1, "deque": 2, "namedtuple": 3}
_DICTS = {"dict": 1, "OrderedDict": 1, "Counter": 1, "defaultdict": 2}
_TYPES = {"float16", "bfloat16", "float32", "float64", "bool", "uint8"}
_TYPES |= {"int8", "int16", "int32", "int64"}
_OTHER = ("other",)

Column = tuple[Any, ...]


class Packed:
    """``rows`` portable values by columns."""

    __slots__ = ("column", "rows")

    def __init__(self, rows: int, column: Column) -> None:
        self.rows, self.column = rows, column


# -- packing


def pack(node: Any) -> Any:
    """A portable value with its long sequences packed, if it has any."""
    if type(node) is not tuple or not _is_large(node):
        return node
    kind = node[0]
    if kind in _SEQUENCES or kind in _DICTS:
        at = _SEQUENCES.get(kind) or _DICTS[kind]
        return _replaced(node, at, _packed_items(node[at]))
    if kind == "items":
        attributes = [[name, pack(item)] for name, item in node[4]]
        return _replaced(_replaced(node, 3, _packed_items(node[3])), 4, attributes)
    if kind == "object":
        return _replaced(node, 2, [[name, pack(item)] for name, item in node[2]])
    return _replaced(node, 2, pack(node[2])) if kind == "state" else node


def _replaced(node: tuple[Any, ...], at: int, part: Any) -> tuple[Any, ...]:
    return (*node[:at], part, *node[at + 1 :])


def _packed_items(items: Any) -> Any:
    """Values, or pairs of a key and a value."""
    if type(items) is not list:
        return items  # numbers, which are bytes already
    if len(items) < _ROWS:
        return [[pack(part) for part in i] if type(i) is list else pack(i) for i in items]
    column = _column(items, 0)
    return column[1] if column[0] == "values" else Packed(len(items), column)


def _is_large(node: Any) -> bool:
    """Looks at no more parts than it has to."""
    todo, seen = [node], 0
    while todo and seen < _WORTHWHILE:
        part = todo.pop()
        seen += 1
        if type(part) in (tuple, list):
            todo += part[: _WORTHWHILE - seen]
    return seen >= _WORTHWHILE


def _column(nodes: Sequence[Any], depth: int) -> Column:
    keys = list(map(_key, nodes))
    kinds = list(dict.fromkeys(keys))
    if len(kinds) > _KINDS:
        kinds = [*[key for key in kinds if key != _OTHER][: _KINDS - 1], _OTHER]
    if len(kinds) == 1:
        return _column_of(kinds[0], nodes, depth)
    numbers = {key: number for number, key in enumerate(kinds)}
    rest = numbers.get(_OTHER, 0)
    which = [numbers.get(key, rest) for key in keys]
    rows: list[list[Any]] = [[] for _ in kinds]
    for number, node in zip(which, nodes, strict=True):
        rows[number].append(node)
    parts = [_column_of(key, part, depth + 1) for key, part in zip(kinds, rows, strict=True)]
    return ("mixed", _numbers(which), parts)


def _key(node: Any) -> tuple[Any, ...]:
    """Equal for rows that one column can have; what is in it tells them from others."""
    kind = type(node)
    if kind is tuple:
        of = _KEYS.get(node[0])
        return of(node) if of is not None else _OTHER
    if kind is int:
        return ("int",) if -(1 << 63) <= node < 1 << 63 else _OTHER
    if kind is float:
        return ("float",)
    if kind is list:
        return ("pair",)
    numpy = module("numpy")
    if numpy is not None and isinstance(node, numpy.generic) and node.dtype.name in _TYPES:
        return ("scalar", node.dtype.name)
    return _OTHER


def _key_of_tensor(node: Any) -> tuple[Any, ...]:
    torch = module("torch")
    _, value, device, leaf, parameter = node
    dtype = value.dtype
    if type(value) is not torch.Tensor or _name(dtype) not in _TYPES:
        return _OTHER
    if value.numel() * value.element_size() >= SMALLEST_SHARED:
        return _OTHER  # of these only what has changed is written again
    if not value.is_contiguous() and is_dense(value):
        return _OTHER  # the order of its memory is kept, too
    return ("tensor", dtype, device, leaf, parameter)


@lru_cache(maxsize=64)
def _name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def _key_of_array(node: Any) -> tuple[Any, ...]:
    value = node[1]
    if type(value) is tuple or value.nbytes >= SMALLEST_SHARED:
        return _OTHER
    plain = value.dtype.isnative and value.dtype.name in _TYPES
    return ("array", value.dtype) if plain else _OTHER


def _key_of_names(kind: str, about: Any, pairs: Any) -> tuple[Any, ...]:
    names = tuple(name for name, _ in pairs) if type(pairs) is list else ()
    return (kind, about, names) if names and all(type(n) is str for n in names) else _OTHER


_KEYS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "tensor": _key_of_tensor,
    "array": _key_of_array,
    "same": lambda node: ("same",),
    "list": lambda node: ("list",) if type(node[1]) is list else _OTHER,
    "tuple": lambda node: ("tuple", len(node[1])) if node[1] else _OTHER,
    "namedtuple": lambda node: ("namedtuple", node[1], tuple(node[2])) if node[2] else _OTHER,
    "dict": lambda node: _key_of_names("dict", None, node[1]),
    "object": lambda node: _key_of_names("object", node[1:2] + node[3:], node[2]),
}


def _column_of(key: tuple[Any, ...], nodes: Sequence[Any], depth: int) -> Column:
    kind = key[0]
    if kind == "int":
        return ("ints", _numbers(nodes))
    if kind == "float":
        return ("floats", array("d", nodes).tobytes())
    if kind == "same":
        return ("same", _numbers([node[1] for node in nodes]))
    if kind == "scalar":
        return ("scalars", module("numpy").array(nodes, key[1]))
    if kind == "tensor":
        try:
            return ("tensors", *_joined([node[1] for node in nodes], module("torch")), *key[2:])
        except RuntimeError:  # the GPU has no room for it
            return ("values", list(nodes))
    if kind == "array":
        return ("arrays", *_joined([node[1] for node in nodes], module("numpy")))
    if kind == "other" or depth >= _DEEPEST:
        return ("values", [[*map(pack, n)] if type(n) is list else pack(n) for n in nodes])
    if kind == "list":
        items = [item for node in nodes for item in node[1]]
        lengths = [len(node[1]) for node in nodes]
        return ("lists", _numbers(lengths), _column(items, depth + 1))
    if kind == "pair":
        return ("pairs", _columns(nodes, depth))
    if kind == "tuple":
        return ("tuples", _columns([node[1] for node in nodes], depth))
    if kind == "namedtuple":
        columns = _columns([node[3] for node in nodes], depth)
        return ("namedtuples", key[1], list(key[2]), columns)
    rows = [[item for _, item in node[1 if kind == "dict" else 2]] for node in nodes]
    return (f"{kind}s", key[1], list(key[2]), _columns(rows, depth))


def _columns(rows: Sequence[Sequence[Any]], depth: int) -> list[Column]:
    return [_column(part, depth + 1) for part in zip(*rows, strict=True)]


def _joined(parts: list[Any], library: Any) -> tuple[Any, Any]:
    """One tensor or array of all, and their shapes where they differ."""
    shapes = [tuple(part.shape) for part in parts]
    if len(set(shapes)) == 1:
        return library.stack(parts), None
    join = library.cat if library is module("torch") else library.concatenate
    flat = join([part.reshape(-1) for part in parts])
    return flat, [_numbers(list(map(len, shapes))), _numbers([n for s in shapes for n in s])]


def _numbers(values: Sequence[int]) -> tuple[str, bytes]:
    for code in "BHI":
        try:
            return code, array(code, values).tobytes()
        except OverflowError:
            continue
    return "q", array("q", values).tobytes()


# -- unpacking


def unpack(rows: int, column: Column) -> list[Any]:
    """The portable values.

    :raises ValueError: or another error, where the columns do not fit together.
    """
    nodes = _READERS[column[0]](rows, *column[1:])
    if len(nodes) != rows:
        raise ValueError(f"{len(nodes)} rows of {rows}")
    return nodes


def _ints(body: Any) -> list[int]:
    code, data = body
    if code not in ("B", "H", "I", "q"):
        raise ValueError(code)
    return _array(code, data)


def _array(code: str, data: bytes) -> list[Any]:
    numbers = array(code)
    numbers.frombytes(data)
    return numbers.tolist()


def _parts(rows: int, data: Any, shapes: Any) -> list[Any]:
    """Each with its shape, in the memory of ``data``."""
    if shapes is None:
        return [data[n, ...] for n in range(len(data))]
    sizes, found, at = iter(_ints(shapes[1])), [], 0
    for dimensions in _ints(shapes[0]):
        shape = [next(sizes) for _ in range(dimensions)]
        count = math.prod(shape)
        found.append(data[at : at + count].reshape(shape))
        at += count
    if at != len(data) or next(sizes, None) is not None:
        raise ValueError(f"{len(data)} elements, {at} expected")
    return found


def _tensors(rows: int, data: Any, shapes: Any, *about: Any) -> list[Any]:
    parts = data.unbind(0) if shapes is None else _parts(rows, data, shapes)
    return [("tensor", part, *about) for part in parts]


def _lists(rows: int, lengths: Any, column: Column) -> list[Any]:
    sizes = _ints(lengths)
    items = iter(unpack(sum(sizes), column))
    return [("list", list(itertools.islice(items, size))) for size in sizes]


def _mixed(rows: int, which: Any, columns: list[Column]) -> list[Any]:
    numbers = _ints(which)
    counts = Counter(numbers)
    parts = [iter(unpack(counts[n], column)) for n, column in enumerate(columns)]
    return [next(parts[number]) for number in numbers]


def _rows_of(rows: int, columns: list[Column]) -> list[list[Any]]:
    return [list(row) for row in zip(*[unpack(rows, c) for c in columns], strict=True)]


def _named(rows: int, names: list[str], columns: list[Column]) -> list[list[list[Any]]]:
    found = _rows_of(rows, columns)
    return [[[n, item] for n, item in zip(names, row, strict=True)] for row in found]


_READERS: dict[str, Callable[..., list[Any]]] = {
    "values": lambda rows, nodes: list(nodes),
    "ints": lambda rows, body: _ints(body),
    "floats": lambda rows, data: _array("d", data),
    "same": lambda rows, body: [("same", number) for number in _ints(body)],
    "scalars": lambda rows, data: list(data),
    "tensors": _tensors,
    "arrays": lambda rows, *body: [("array", part) for part in _parts(rows, *body)],
    "mixed": _mixed,
    "lists": _lists,
    "pairs": _rows_of,
    "tuples": lambda rows, columns: [("tuple", row) for row in _rows_of(rows, columns)],
    "namedtuples": lambda rows, name, names, columns: [
        ("namedtuple", name, list(names), row) for row in _rows_of(rows, columns)
    ],
    "dicts": lambda rows, _, names, columns: [
        ("dict", pairs) for pairs in _named(rows, names, columns)
    ],
    "objects": lambda rows, about, names, columns: [
        ("object", about[0], pairs, *about[1:]) for pairs in _named(rows, names, columns)
    ],
}
