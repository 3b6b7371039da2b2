"""Facts come back as they went: whatever they are made of, and nothing where it can't be told any more."""

import ast
import json
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Row, create_engine, text
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlmodel import SQLModel

from models import codes
from models.codes import DeliveryMethod, ItemState
from models.orders import OrderItem
from models.settings import Settings
from models.sql.json_text import json_bytes
from tests.unit.workflows.builders import item_facts
from workflows import facts, rules
from workflows.command import SYSTEM, Command
from workflows.history import decided, row_shapes
from workflows.history.decided import SETTINGS_OF_RULES
from workflows.history.packing import Remembered, UnpackableError, _rows, _rows_plainly, pack, unpack
from workflows.history.row_shapes import LOST
from workflows.replay import recalled
from workflows.rules.digital_link import DigitalLink
from workflows.rules.rule import REGISTRY, Reason

COMMAND = Command("hold", SYSTEM, datetime(2026, 3, 2, tzinfo=UTC))
_PLAIN = (
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False)
)
_CODES = st.sampled_from(ItemState) | st.sampled_from(DeliveryMethod)
_TIMES = st.dates() | st.datetimes(timezones=st.just(UTC))
_LINKS = st.dates().map(DigitalLink)
_LEAVES = _PLAIN | _CODES | _TIMES | _LINKS
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def there_and_back(values: list[Any]) -> list[Any]:
    """Packed, written, read and unpacked."""
    return unpack(json.loads(json_bytes(pack(values))), len(values))


def kind(value: Any) -> Any:
    """A value with the types of all that it is made of: True is not 1."""
    if isinstance(value, dict):
        return dict, {name: kind(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [kind(each) for each in value]
    return type(value), value


@given(st.lists(_VALUES, min_size=1, max_size=6))
def test_values_come_back(values: list[Any]) -> None:
    """Any column of any of the values that facts are made of."""
    assert kind(there_and_back(values)) == kind(values)


@given(st.lists(st.frozensets(st.sampled_from(ItemState)) | st.none(), min_size=1, max_size=4))
def test_sets_come_back(values: list[Any]) -> None:
    """The types that a student holds, say."""
    assert there_and_back(values) == values


_WHOLE = st.integers(-(2**63), 2**63 - 1)
_JSON_VALUES = st.dictionaries(st.text(max_size=5), _PLAIN, max_size=2) | st.lists(_PLAIN, max_size=2)
_OF_KIND: dict[str, st.SearchStrategy[Any]] = {
    "instant": st.datetimes(timezones=st.just(UTC)),
    "day": st.dates(),
    "json": _JSON_VALUES,
}
_OF_TYPE: dict[type[Any], st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: _WHOLE,
    str: st.text(max_size=5),
}
_TABLES = sorted(SQLModel.metadata.tables)


def a_value(column: Any) -> st.SearchStrategy[Any]:
    """Whatever the column may hold."""
    kind = row_shapes._kind(column)
    if kind.startswith("code "):
        return st.none() | st.sampled_from(list(column.type.codes))
    return st.none() | (
        _OF_KIND[kind] if kind in _OF_KIND else _OF_TYPE.get(column.type.python_type, st.text(max_size=5))
    )


@given(st.data())
def test_rows_of_our_tables_come_back_as_from_the_plain_twin(data: st.DataObject) -> None:
    """With the types of their values, whichever table, one row or several, equal columns or different ones."""
    name = data.draw(st.sampled_from(_TABLES).filter(lambda each: each != "decision_facts"))
    columns = SQLModel.metadata.tables[name].c
    metadata = SimpleResultMetaData(columns.keys())
    drawn = data.draw(st.lists(st.tuples(*map(a_value, columns)), min_size=1, max_size=3))
    same = data.draw(st.booleans())
    chosen = drawn[:1] * 3 if same else drawn
    rows: list[Any] = [Row(metadata, None, metadata._key_to_index, each) for each in chosen]
    fast = unpack(json.loads(json_bytes(_rows(rows))), len(rows))
    plain = unpack(json.loads(json_bytes(_rows_plainly(tuple(columns.keys()), rows))), len(rows))
    assert [kind(row._asdict()) for row in fast] == [kind(row._asdict()) for row in plain]


def test_every_table_has_a_shape() -> None:
    """But the facts themselves; and what is no row of a table has none."""
    shapeless = {
        name for name in _TABLES if not row_shapes.shape_of(tuple(SQLModel.metadata.tables[name].c.keys()))
    }
    assert shapeless == {"decision_facts"}
    assert row_shapes.shape_of(("id", "name", "weather")) is None


def test_what_is_larger_than_usual_comes_back() -> None:
    """Numbers of more than 64 bits, and beside them all that is written otherwise."""
    values = [
        2**70,
        date(2026, 3, 1),
        datetime(2026, 3, 1, tzinfo=UTC),
        DigitalLink(date(2026, 3, 1)),
        "\ud800",
    ]
    assert there_and_back(values) == values
    packed = {"settings": decided._settings((True, 500, 2**40)), "number": 2**70}
    assert json.loads(json_bytes(packed))["settings"]["job_max_envelopes"] == 500


def test_reasons_and_lines_come_back() -> None:
    """Stored errors, and what would be placed."""
    reasons = (Reason(REGISTRY["CO-05"], {"until": date(2026, 3, 1)}), Reason(REGISTRY["60128"], {}))
    assert there_and_back([reasons, ()]) == [reasons, ()]
    line = OrderItem(
        item_no=1, copies=2, delivery_method=DeliveryMethod.DIGITAL, control_date=date(2026, 3, 1)
    )
    first_run = SimpleNamespace(item_no=1, state=ItemState.CREATED, history_hash="")
    assert [each._asdict() for each in there_and_back([first_run] * 2)] == [
        {"item_no": 1, "state": ItemState.CREATED}
    ] * 2
    (back,) = there_and_back([line])
    kept = {name: getattr(line, name) for name in OrderItem.model_fields if name not in row_shapes.WITHHELD}
    assert back._asdict() == kept


def test_lines_of_any_shape_come_back() -> None:
    """What is only to be placed has whatever attributes it has."""
    lines = [SimpleNamespace(copies=1, state=ItemState.CREATED), SimpleNamespace(copies=2, state=None)]
    assert [each._asdict() for each in there_and_back(lines)] == [vars(line) for line in lines]
    lines.append(SimpleNamespace(copies=3))
    assert [each._asdict() for each in there_and_back(lines)] == [vars(line) for line in lines]


def test_other_things_are_not_packed() -> None:
    """Nothing that facts are not made of, nor what JSON can't name."""
    for value in (object(), {1: "one"}, b"bytes"):
        with pytest.raises(UnpackableError):
            pack([value])
    facts = item_facts(job=object())
    assert decided._facts([facts], ("job", "live_reorders")) == {"live_reorders": pack([()])}
    assert unpack(decided._subjects([object()] * 2), 2)[1]._asdict() == {}


def test_what_is_gone_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code or a rule of another day makes what holds it untold, and nothing else."""
    packed = pack([{"state": ItemState.CREATED, "reason": Reason(REGISTRY["CO-05"], {"until": None})}])
    monkeypatch.setattr(codes, "ItemState", codes.Language)
    assert unpack(packed, 1) == [LOST]
    assert unpack(["code", "NoSuchList", ["x"]], 1) == [LOST]
    assert unpack(["list", [1], ["code", "ItemState", ["created"]]], 1) == [LOST]
    monkeypatch.delitem(REGISTRY, "CO-05")
    assert unpack(["reason", ["CO-05"], ["dict", ["until"], [None]]], 1) == [LOST]
    (row,) = unpack(["row", ["id", "state"], [7, ["code", "ItemState", ["created"]]]], 1)
    assert isinstance(row, Remembered)
    assert row._asdict() == {"id": 7}
    with pytest.raises(AttributeError):
        _ = row.state
    (row,) = unpack(["table", [["id", "state"], {"state": "code ItemState"}], [7, "created"]], 1)
    assert row._asdict() == {"id": 7}


def test_rows_of_two_tables_come_back() -> None:
    """Whatever columns each of them has."""
    with create_engine("sqlite://").connect() as connection:
        one = connection.execute(text("SELECT 1 AS id")).one()
        other = connection.execute(text("SELECT 2 AS id, 'x' AS name")).one()
    assert [row._asdict() for row in there_and_back([one, other, one])] == [
        {"id": 1},
        {"id": 2, "name": "x"},
        {"id": 1},
    ]


def test_facts_of_another_day_come_back_without_their_class() -> None:
    """Facts whose class is gone are what they were by name; a fact that is none any more is left out."""
    known = {"kind": "FactsOfYore", "facts": {"weather": "rain"}, "settings": {}}
    (facts,) = recalled._facts(known, 1, COMMAND, [LOST])
    assert (facts.weather, facts.command) == ("rain", COMMAND)
    (facts,) = recalled._facts(known | {"kind": "ItemFacts"}, 1, COMMAND, [LOST])
    assert not hasattr(facts, "weather")


def test_an_instant_is_the_same_instant() -> None:
    """Wherever it was given."""
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert there_and_back([at, None]) == [at, None]


def test_all_settings_that_rules_look_at_are_kept() -> None:
    """Whatever setting is named in the code of rules and facts is kept with every decision."""
    folders = (Path(facts.__file__).parent, Path(rules.__file__).parent)
    trees = [ast.parse(path.read_text()) for folder in folders for path in folder.rglob("*.py")]
    named = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert named & set(Settings.model_fields) - NOT_OF_RULES == set(SETTINGS_OF_RULES)


#: What :mod:`workflows.rules.digital_link` makes links with; no rule looks at these.
NOT_OF_RULES = {"secret", "link_days"}
