"""Packs columns of values as JSON and unpacks them with their types: what facts are made of, and nothing else.

A column that says the same of everybody is written once, rows of a table as the columns that they are made of. What has no
place in JSON carries its kind: codes by the name of their list, instants and days, lists, rows, reasons and links. Rows of
our own tables carry the kinds of their columns once (``workflows/history/row_shapes.py``); for all others each value tells.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row
from sqlmodel import SQLModel

from models.codes import Code
from workflows.history import row_shapes
from workflows.history.row_shapes import LOST
from workflows.rules.digital_link import DigitalLink
from workflows.rules.rule import REGISTRY, Reason, restore

_NATIVE = frozenset({type(None), bool, int, float, str})
_CONTAINERS = frozenset({dict, list, tuple, frozenset, Row})


class UnpackableError(TypeError):
    """A value of a kind that facts are not made of."""


class Remembered:
    """A row as it was, by attribute; what was not kept raises :class:`AttributeError`, as a missing fact does."""

    def __init__(self, columns: Mapping[str, Any]) -> None:
        """A row of ``columns``."""
        self.__dict__.update(columns)

    def _asdict(self) -> dict[str, Any]:
        """The columns by name."""
        return dict(self.__dict__)


def pack(values: Sequence[Any]) -> Any:
    """``values``, at least one, as JSON: a list that begins with its kind, or what all of them are.

    Raises :class:`UnpackableError`.
    """
    first = values[0]
    if len(values) == 1:
        return _alone(first)
    kinds = set(map(type, values))
    if len(kinds) == 1 and _are_alike(values):
        return first if type(first) in _NATIVE else ["same", _of_kind(type(first), values[:1])]
    if kinds <= _NATIVE:
        return ["v", list(values)]
    if type(None) in kinds:
        absent = [place for place, value in enumerate(values) if value is None]
        return ["some", absent, pack([value for value in values if value is not None])]
    return _of_kind(type(first), values) if len(kinds) == 1 else _one_by_one(values)


def _are_alike(values: Sequence[Any]) -> bool:
    """Whether all are the same; of what holds others only the very same is, since [True] equals [1]."""
    first = values[0]
    if type(first) in _CONTAINERS:
        return all(value is first for value in values)
    return values.count(first) == len(values)


def _alone(value: Any) -> Any:
    kind = type(value)
    if kind in _NATIVE:
        return value
    return _code(value) if issubclass(kind, Code) else _of_kind(kind, (value,))


@lru_cache(maxsize=1024, typed=True)
def _code(value: Code) -> list[Any]:
    """A single code, of which rows have many and which are few."""
    return _of_kind(type(value), (value,))


def _one_by_one(values: Sequence[Any]) -> list[Any]:
    return ["each", [pack([value]) for value in values]]


def _of_kind(kind: type[Any], values: Sequence[Any]) -> list[Any]:
    if issubclass(kind, Code):
        return ["code", kind.__name__, [value.value for value in values]]
    if issubclass(kind, SQLModel | SimpleNamespace):
        return _lines(values)
    packs = _PACKS.get(kind)
    if packs is None:
        raise UnpackableError(kind.__name__)
    return packs(values)


def _lines(values: Sequence[Any]) -> list[Any]:
    """Rows that are only to be: all of one shape, and their columns by attribute."""
    kept, _ = _kept(tuple(_columns_of(values[0])))
    if any(_columns_of(value).keys() != _columns_of(values[0]).keys() for value in values[1:]):
        return _one_by_one(values)
    return ["row", kept, [pack([getattr(value, name) for value in values]) for name in kept]]


def _columns_of(value: Any) -> Mapping[str, Any]:
    return type(value).model_fields if isinstance(value, SQLModel) else vars(value)


def _rows(values: Sequence[Any]) -> list[Any]:
    names = tuple(values[0]._fields)
    # Rows of one query, which most are, share what tells their columns.
    parent = values[0]._parent  # noqa: SLF001
    if any(value._parent is not parent and value._fields != names for value in values):  # noqa: SLF001
        return _one_by_one(values)
    shape = row_shapes.shape_of(names)
    return _rows_plainly(names, values) if shape is None else shape.pack(values)


def _rows_plainly(names: tuple[str, ...], values: Sequence[Any]) -> list[Any]:
    """The plain twin of :meth:`workflows.history.row_shapes.Shape.pack`: every value tells its kind."""
    kept, places = _kept(names)
    columns = list(zip(*values, strict=True))
    return ["row", kept, [pack(columns[place]) for place in places]]


@lru_cache(maxsize=64)
def _kept(names: tuple[str, ...]) -> tuple[list[str], list[int]]:
    """Names and places of the columns that are kept."""
    places = [place for place, name in enumerate(names) if name not in row_shapes.WITHHELD]
    return [names[place] for place in places], places


def _dicts(values: Sequence[dict[Any, Any]]) -> list[Any]:
    names = tuple(values[0])
    if any(tuple(value) != names for value in values):
        return _one_by_one(values)
    if not all(isinstance(name, str) for name in names):
        raise UnpackableError("dict")
    return ["dict", names, [pack([value[name] for value in values]) for name in names]]


def _collections(kind: str) -> Callable[[Sequence[Any]], list[Any]]:
    def packs(values: Sequence[Any]) -> list[Any]:
        members = [member for value in values for member in value]
        return [kind, [len(value) for value in values], pack(members) if members else None]

    return packs


_PACKS: dict[type[Any], Callable[[Sequence[Any]], list[Any]]] = {
    Row: _rows,
    dict: _dicts,
    list: _collections("list"),
    tuple: _collections("tuple"),
    frozenset: _collections("set"),
    date: lambda values: ["day", list(values)],
    datetime: lambda values: ["instant", list(values)],
    Reason: lambda values: [
        "reason",
        [value.code for value in values],
        pack([dict(value.params) for value in values]),
    ],
    DigitalLink: lambda values: ["link", [value.expires_on for value in values]],
}


def unpack(packed: Any, number: int) -> list[Any]:
    """The ``number`` values that were packed; :data:`LOST` for those that can't be told any more."""
    if not isinstance(packed, list):
        return [packed] * number
    kind, *told = packed
    return _UNPACKS[kind](number, *told)


def _some(number: int, absent: Sequence[int], rest: Sequence[Any]) -> list[Any]:
    missing = set(absent)
    present = iter(unpack(rest, number - len(missing)))
    return [None if place in missing else next(present) for place in range(number)]


def _codes(_number: int, name: str, values: Sequence[str]) -> list[Any]:
    known = row_shapes.codes_of(name)
    return [known.get(value, LOST) for value in values]


def _remembered(number: int, names: Sequence[str], columns: Sequence[Any]) -> list[Any]:
    return _of_columns(names, [unpack(column, number) for column in columns], number)


def _of_table(number: int, told: Sequence[Any], columns: Sequence[Any]) -> list[Any]:
    names, kinds = told
    return _of_columns(names, row_shapes.unpacked(number, names, kinds, columns), number)


def _of_columns(names: Sequence[str], columns: Sequence[Sequence[Any]], number: int) -> list[Any]:
    rows: list[dict[str, Any]] = [{} for _ in range(number)]
    for name, column in zip(names, columns, strict=True):
        for row, value in zip(rows, column, strict=True):
            if value is not LOST:
                row[name] = value
    return [Remembered(row) for row in rows]


def _dict(number: int, names: Sequence[str], columns: Sequence[Any]) -> list[Any]:
    values = [unpack(column, number) for column in columns]
    rows = zip(*values, strict=True) if values else [()] * number
    return [_whole(row, dict(zip(names, row, strict=True))) for row in rows]


def _collected(kind: Callable[[Sequence[Any]], Any]) -> Callable[..., list[Any]]:
    def unpacks(_number: int, lengths: Sequence[int], members: Any) -> list[Any]:
        total = sum(lengths)
        left = iter(unpack(members, total) if total else ())
        taken = [[next(left) for _ in range(length)] for length in lengths]
        return [_whole(each, kind(each)) for each in taken]

    return unpacks


def _whole(parts: Sequence[Any], value: Any) -> Any:
    """What holds something that is lost is lost."""
    return LOST if any(part is LOST for part in parts) else value


def _reasons(number: int, known: Sequence[str], params: Sequence[Any]) -> list[Any]:
    told = zip(known, unpack(params, number), strict=True)
    return [_whole([given], restore(code, given) if code in REGISTRY else LOST) for code, given in told]


_UNPACKS: dict[str, Callable[..., list[Any]]] = {
    "same": lambda number, value: unpack(value, 1) * number,
    "v": lambda _number, values: list(values),
    "some": _some,
    "each": lambda _number, values: [unpack(value, 1)[0] for value in values],
    "code": _codes,
    "row": _remembered,
    "table": _of_table,
    "dict": _dict,
    "list": _collected(list),
    "tuple": _collected(tuple),
    "set": _collected(frozenset),
    "day": lambda _number, values: [date.fromisoformat(value) for value in values],
    "instant": lambda _number, values: [datetime.fromisoformat(value) for value in values],
    "reason": _reasons,
    "link": lambda _number, values: [DigitalLink(date.fromisoformat(value)) for value in values],
}
