"""A change of state recorded by one statement, and its plain twin: the row and its history, one after the other."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.codes import ItemState, Role
from models.history import OrderItemHistory
from models.orders import OrderItem
from models.sql.recording import Recorded, record
from tests.integration.test_bulk import COLUMNS, INSTANTS, JSON, ROWS, TEXT
from tests.ministry import Ministry
from workflows.source import table

ITEMS, HISTORY = table(OrderItem), table(OrderItemHistory)
Made = list[tuple[int, bool, bool, dict[str, Any], dict[str, Any]]]


def plainly(session: Session, changes: Sequence[Recorded]) -> set[int]:
    """The twin: look whether the command is known, change the row where its version is the same, then tell of it."""
    connection, written = session.connection(), set()
    for change in changes:
        told = change.history
        subject = told["subject_id"]
        known = select(HISTORY.c.seq).where(
            HISTORY.c.subject_id == subject, HISTORY.c.command_id == told["command_id"]
        )
        unchanged = (ITEMS.c.id == subject) & (ITEMS.c.version == told["seq"])
        statement = update(ITEMS).where(unchanged).values(**change.columns, version=ITEMS.c.version + 1)
        if connection.execute(known).first() is None and connection.execute(statement).rowcount:
            connection.execute(insert(HISTORY), dict(told))
            written.add(subject)
    return written


@st.composite
def made(draw: st.DrawFn) -> Made:
    """For some of the items: whether the version is stale, whether the command is known, columns, and own history."""
    rows = []
    for place in sorted(draw(st.sets(st.integers(0, ROWS - 1)))):
        names = [*sorted(draw(st.sets(st.sampled_from(sorted(COLUMNS.keys() - {"state"}))))), "state"]
        columns = {name: draw(COLUMNS[name]) for name in names}
        own = {
            "from_state": draw(st.none() | st.sampled_from([state.value for state in ItemState])),
            "detail": draw(st.none() | st.dictionaries(TEXT, JSON, max_size=3)),
        }
        stale, known = draw(st.sampled_from([(False, False), (False, False), (True, False), (False, True)]))
        rows.append((place, stale, known, columns, own))
    return rows


@given(
    rows=made(),
    at=INSTANTS,
    role=st.sampled_from(list(Role)),
    texts=st.fixed_dictionaries(
        {"event": TEXT, "actor_name": TEXT, "reason": st.none() | TEXT, "note": st.none() | TEXT}
    ),
)
@settings(max_examples=max(20, settings().max_examples // 2))
def test_recording_equals_its_plain_twin(
    ministry: Ministry, rows: Made, at: Any, role: Role, texts: dict[str, Any]
) -> None:
    """Both write the same rows and the same history, for one change and for many, and leave the same ones alone."""
    if not ministry.rows(OrderItem):
        ministry.ordered(ROWS)
    stored = ministry.rows(OrderItem)
    shared = {**texts, "at": at, "actor_role": role, "command_id": "this", "rule_set": "r"}
    changes = []
    for place, stale, _, columns, own in rows:
        item = stored[place]
        told = {**shared, **own, "subject_id": item.id, "seq": item.version - stale, "previous_hash": "p"}
        told |= {"to_state": columns["state"].value, "hash": f"h{item.id}"}
        changes.append(Recorded({**columns, "history_hash": told["hash"]}, told))
    known = {stored[place].id for place, _, known, _, _ in rows if known}

    def after(write: Callable[[Session], set[int]]) -> Any:
        with ministry.installation.database.rehearse() as session:
            connection = session.connection()
            if known:
                connection.execute(
                    update(HISTORY).where(HISTORY.c.subject_id.in_(known)).values(command_id="this")
                )
            written = write(session)
            chosen = (
                select(ITEMS).order_by(ITEMS.c.id),
                select(HISTORY).order_by(HISTORY.c.subject_id, HISTORY.c.seq),
            )
            return written, [connection.execute(each).all() for each in chosen]

    fast = after(lambda session: record(session, ITEMS, HISTORY, changes))
    assert fast == after(lambda session: plainly(session, changes))
    assert fast[0] == {stored[place].id for place, stale, known, _, _ in rows if not (stale or known)}
