"""Rows of our own tables as columns of plain JSON, with the kinds of the columns told once.

A table says what its columns hold, so no value need be looked at to know its kind: what most facts are made of is packed
by one step for each column. ``workflows/history/packing.py`` packs all else, and holds the plain twin.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean, Column, Date, Integer, String
from sqlmodel import AutoString, SQLModel

from models import codes
from models.sql.types import CodeType, UtcDateTime

#: Columns that no rule can ask for: they are noise, or open something.
WITHHELD = frozenset({"history_hash", "verification_token"})
_CODE = "code "
_PLAIN, _JSON = "plain", "json"
_NATIVE = frozenset({_PLAIN, _JSON})


class Lost:
    """What can't be told any more: its code, or its rule, is not known today."""


#: Stands for every value that can't be told any more.
LOST = Lost()


@dataclass(frozen=True, slots=True)
class Shape:
    """What is kept of the rows of a table: ``take`` gives the values of one.

    ``told`` is JSON: the names of the columns, and the kinds of those whose values JSON has no word for.
    """

    told: orjson.Fragment
    places: Sequence[int]
    kinds: Sequence[str]
    take: Callable[[Any], tuple[Any, ...]]

    def pack(self, rows: Sequence[Any]) -> list[Any]:
        """A single row as its values, several as columns: of one value where it is everybody's."""
        if len(rows) == 1:
            return ["table", self.told, self.take(rows[0])]
        columns = list(zip(*rows, strict=True))
        return [
            "table",
            self.told,
            [_column(kind, columns[place]) for kind, place in zip(self.kinds, self.places, strict=True)],
        ]


def _column(kind: str, values: Sequence[Any]) -> Sequence[Any]:
    first = values[0]
    # What JSON holds may be equal and yet be something else: [1] and [True].
    alike = all(value is first for value in values) if kind == _JSON else values.count(first) == len(values)
    return values[:1] if alike else values


@lru_cache(maxsize=64)
def shape_of(names: tuple[str, ...]) -> Shape | None:
    """The shape of the rows with the columns ``names``: those of a table, or ``None`` where it is none of ours."""
    tables = [each for each in SQLModel.metadata.tables.values() if tuple(each.c.keys()) == names]
    known = {tuple(_kind(column) for column in each.c) for each in tables}
    if len(known) != 1:
        return None
    (kinds,) = known
    if "" in kinds:
        return None
    places = [place for place, name in enumerate(names) if name not in WITHHELD]
    kept = [kinds[place] for place in places]
    special = {names[place]: kinds[place] for place in places if kinds[place] not in _NATIVE}
    told = orjson.Fragment(orjson.dumps([[names[place] for place in places], special]))
    return Shape(told, places, kept, itemgetter(*places))


def _kind(column: "Column[Any]") -> str:
    """What the column holds; empty where it has no place in JSON."""
    match column.type:
        case CodeType() as coded:
            return f"{_CODE}{coded.codes.__name__}"
        case UtcDateTime():
            return "instant"
        case Date():
            return "day"
        case JSON():
            return _JSON
        case Boolean() | Integer() | String() | AutoString():
            return _PLAIN
        case _:
            return ""


def unpacked(
    number: int, names: Sequence[str], kinds: Mapping[str, str], columns: Sequence[Any]
) -> list[list[Any]]:
    """The columns of ``number`` rows with their values' types; :data:`LOST` for what can't be told any more."""
    return [
        _unpacked(number, kinds.get(name, _PLAIN), column)
        for name, column in zip(names, columns, strict=True)
    ]


def _unpacked(number: int, kind: str, column: Any) -> list[Any]:
    values = [column] if number == 1 else column
    if kind.startswith(_CODE):
        known: Mapping[Any, Any] = {None: None} | codes_of(kind.removeprefix(_CODE))
        values = [known.get(value, LOST) for value in values]
    elif kind in _READ:
        read = _READ[kind]
        values = [None if value is None else read(value) for value in values]
    return values * number if len(values) == 1 else values


_READ: Mapping[str, Callable[[str], Any]] = {"instant": datetime.fromisoformat, "day": date.fromisoformat}


def codes_of(name: str) -> dict[Any, Any]:
    """The codes of the list called ``name`` by their values; none where there is no such list today."""
    known = getattr(codes, name, None)
    return {} if known is None else {code.value: code for code in known}
