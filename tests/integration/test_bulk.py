"""The set-based update and its plain twin: many rows by one statement, and row by row."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models.codes import Code, DeliveredHow, DeliveryMethod, ItemState, Language, LetterKind, Role
from models.history import OrderItemHistory
from models.orders import OrderItem
from models.sql.many_rows import append, take_ids, update_where_unchanged
from tests.ministry import Ministry
from workflows.source import table

ITEMS, HISTORY = table(OrderItem), table(OrderItemHistory)
ROWS = 4

Row = Mapping[str, Any]


def plainly(session: Session, rows: Sequence[Row]) -> set[int]:
    """The twin: one UPDATE per row."""
    changed = set()
    for row in rows:
        values = {name: value for name, value in row.items() if name not in ("id", "was_version")}
        unchanged = (ITEMS.c.id == row["id"]) & (ITEMS.c.version == row["was_version"])
        statement = update(ITEMS).where(unchanged).values(**values, version=ITEMS.c.version + 1)
        if session.connection().execute(statement).rowcount:
            changed.add(row["id"])
    return changed


#: PostgreSQL stores no NUL, and no text holds a lone surrogate; everything else must come through.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
INSTANTS = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))]),
)
DATES = st.dates(date(1900, 1, 1), date(2200, 1, 1))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def code(codes: type[Code]) -> st.SearchStrategy[Code]:
    """A value of a code list."""
    return st.sampled_from(list(codes))


#: Columns of every kind that the engine writes, and values for them.
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "state": code(ItemState).filter(
        lambda state: state not in (ItemState.PROCESSING, ItemState.IN_PRINT_JOB)
    ),
    "language": code(Language),
    "delivery_method": code(DeliveryMethod),
    "letter": code(LetterKind),
    "delivered_how": st.none() | code(DeliveredHow),
    "recipient": st.none() | TEXT,
    "status_reason": st.none() | TEXT,
    "printed_name": st.none() | TEXT,
    "address": st.none() | st.dictionaries(TEXT, JSON, max_size=4),
    "last_error": st.none() | st.dictionaries(TEXT, JSON, max_size=4),
    "control_date": st.none() | DATES,
    "processed_at": st.none() | INSTANTS,
    "next_attempt_at": st.none() | INSTANTS,
    "follows_student": st.booleans(),
    "copies": st.integers(1, 10),
    "attempts": st.integers(0, 2**31 - 1),
    "name_format": st.none() | st.integers(1, 4),
}


@st.composite
def batches(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows for some of the items, each with columns of its own, some of them stale; ``id`` counts from 0."""
    rows = []
    for index in draw(st.sets(st.integers(0, ROWS - 1))):
        names = draw(st.sets(st.sampled_from(sorted(COLUMNS))))
        stale = draw(st.booleans())
        rows.append({"id": index, "stale": stale} | {name: draw(COLUMNS[name]) for name in sorted(names)})
    return rows


@given(batch=batches())
@settings(max_examples=max(20, settings().max_examples // 2))
def test_the_set_based_update_equals_its_plain_twin(ministry: Ministry, batch: list[dict[str, Any]]) -> None:
    """For rows of any columns and values both change the same rows to the same values, and leave stale ones alone."""
    if not ministry.rows(OrderItem):
        ministry.ordered(ROWS)
    stored = ministry.rows(OrderItem)
    rows = [
        {name: value for name, value in row.items() if name != "stale"}
        | {"id": stored[row["id"]].id, "was_version": stored[row["id"]].version - row["stale"]}
        for row in batch
    ]
    results = []
    for change in (lambda session: update_where_unchanged(session, ITEMS, rows), lambda s: plainly(s, rows)):
        with ministry.installation.database.rehearse() as session:
            changed = change(session)
            after = session.connection().execute(select(ITEMS).order_by(ITEMS.c.id)).all()
            raw = session.connection().exec_driver_sql("SELECT * FROM order_items ORDER BY id").all()
        results.append((changed, after, _comparable(raw)))
    fast, plain = results
    assert fast == plain
    assert fast[0] == {row["id"] for row, made in zip(rows, batch, strict=True) if not made["stale"]}


def _comparable(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows as they are stored, down to the text of dates on SQLite; spaces in JSON's text are nobody's concern."""
    return [{name: _read(name, value) for name, value in row._mapping.items()} for row in rows]


def _read(name: str, value: Any) -> Any:
    is_json = name in ("address", "last_error") and isinstance(value, str)
    return ("json", json.loads(value)) if is_json else value


def test_versions_only(ministry: Ministry) -> None:
    """Rows that bring no column at all still win or lose, and their version rises."""
    items = ministry.ordered(2)
    rows = [{"id": each, "was_version": ministry.item(each).version} for each in items]
    with ministry.installation.database.write() as session:
        assert update_where_unchanged(session, ITEMS, rows) == set(items)
        assert update_where_unchanged(session, ITEMS, rows) == set()


def test_no_rows(ministry: Ministry) -> None:
    """No rows change nothing."""
    with ministry.installation.database.write() as session:
        assert update_where_unchanged(session, ITEMS, []) == set()


TEXTS = ("event", "to_state", "actor_name", "command_id", "rule_set", "previous_hash", "hash")


@st.composite
def pasts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """History rows of one item, as many as are copied."""
    number = draw(st.integers(10, 14))
    return [
        {name: draw(TEXT) for name in TEXTS}
        | {
            "seq": seq,
            "command_id": str(seq),
            "from_state": draw(st.none() | TEXT),
            "reason": draw(st.none() | TEXT),
            "note": draw(st.none() | TEXT),
            "at": draw(INSTANTS),
            "actor_role": draw(code(Role)),
            "detail": draw(st.none() | st.dictionaries(TEXT, JSON, max_size=3)),
        }
        for seq in range(1, number + 1)
    ]


@given(rows=pasts())
@settings(max_examples=max(20, settings().max_examples // 4))
def test_many_rows_are_appended_as_each_would_be(ministry: Ministry, rows: list[dict[str, Any]]) -> None:
    """Whatever texts, instants, codes and JSON they hold: copied rows are those that single inserts make."""
    (item,) = [row.id for row in ministry.rows(OrderItem)] or ministry.ordered()
    told = [{**row, "subject_id": item} for row in rows]
    results = []
    for size in (len(told), 1):
        with ministry.installation.database.rehearse() as session:
            for start in range(0, len(told), size):
                append(session, HISTORY, told[start : start + size])
            chosen = select(HISTORY).where(HISTORY.c.seq > 0).order_by(HISTORY.c.seq)
            results.append(session.connection().execute(chosen).all())
    copied, inserted = results
    assert copied == inserted
    assert len(copied) == len(rows)


def test_what_may_not_be_appended_is_refused_alike(ministry: Ministry) -> None:
    """A copied row that breaks a constraint is an error as an inserted one is, and none of them stays."""
    item = ministry.ordered()[0]
    (first,) = ministry.history(item)
    again = [{**first._mapping, "command_id": str(place)} for place in range(12)]
    with pytest.raises(IntegrityError), ministry.installation.database.write() as session:
        append(session, HISTORY, again)
    assert len(ministry.history(item)) == 1


def test_ids_are_taken_once(ministry: Ministry) -> None:
    """Ids ascend, and what was taken and used is not given to anybody else."""
    first = ministry.ordered(3)
    with ministry.installation.database.rehearse() as session:
        taken = take_ids(session, ITEMS, 3)
    second = ministry.ordered(3)
    assert len(set(first + second)) == 6
    assert first < taken < second or taken == second
    assert taken == sorted(set(taken))
