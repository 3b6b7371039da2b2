"""A value has one way to be stored: whatever else lies in a history's columns is found and named, and stops nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models.codes import CredentialType, EnvelopeOutcome, ItemState
from tests.ministry import Ministry
from workflows.evidence.verification import Verified, verify

#: Edits that say the same by another spelling, and values that nothing can be read from: SQLite stores anything.
ON_SQLITE = (
    "at = ''",
    "at = 'yesterday'",
    "at = 2026",
    "at = x'00'",
    "at = replace(at, ' ', 'T')",
    "at = replace(at, ' ', 'T') || 'Z'",
    "at = at || '+00:00'",
    "at = substr(at, 1, 10) || 'X' || substr(at, 12)",
    "at = substr(at, 1, 23)",
    "detail = '{'",
    "detail = ''",
    "detail = 'null'",
    "detail = replace(detail, '{', '{ ')",
    'detail = \'{"sha256": "forged", \' || substr(detail, 2)',
    "detail = '{\"a\": 1e999}'",
    "detail = replace(hex(zeroblob(60000)), '00', '[')",
    "detail = replace(hex(zeroblob(3000)), '00', '9')",
    "seq = 'abc'",
    "seq = x'ff'",
    "seq = 2.5",
    "seq = 9223372036854775807",
    "actor_role = 'forged'",
    "actor_name = x'6167656e74'",
    "actor_name = CAST(x'ff' AS TEXT)",
    "note = CAST(x'ff' AS TEXT)",
    "subject_id = 'nobody'",
    "event = x'00ff'",
)
ON_POSTGRESQL = (
    "at = 'infinity'",
    "at = '0044-03-15 BC'",
    "at = '20000-01-01'",
    "at = at + interval '1 microsecond'",
    "detail = '5'",
    "detail = 'null'",
    "detail = '{\"a\": 1e400}'",
    "detail = ('{\"a\": ' || repeat('9', 6000) || '}')::jsonb",
    "seq = 2147483647",
    "actor_role = 'forged'",
)


def verified(ministry: Ministry) -> Verified:
    """What a verification finds now."""
    return verify(ministry.installation)


@contextmanager
def edited(ministry: Ministry, change: str, where: str) -> Iterator[None]:
    """One row of the items' history with one column changed, no constraint in the way; undone again."""
    with ministry.installation.database.write() as session:
        run = session.connection().exec_driver_sql
        run("CREATE TABLE kept AS SELECT * FROM order_item_history")
        if ministry.installation.database.is_sqlite:
            run("PRAGMA ignore_check_constraints = ON")
            run("PRAGMA defer_foreign_keys = ON")
        else:
            run("ALTER TABLE order_item_history DROP CONSTRAINT IF EXISTS actor_role_is_known")
        run(f"UPDATE order_item_history SET {change} WHERE {where}")
    yield
    with ministry.installation.database.write() as session:
        run = session.connection().exec_driver_sql
        run("DELETE FROM order_item_history")
        run("INSERT INTO order_item_history SELECT * FROM kept")
        run("DROP TABLE kept")


def test_what_is_stored_otherwise_is_named(ministry: Ministry) -> None:
    """An edit of any spelling names its row, or one that took its place; the other subjects stay unnamed."""
    items = ministry.in_state(ItemState.SENT, 3)
    item = items[1]
    for change in ON_SQLITE if ministry.installation.database.is_sqlite else ON_POSTGRESQL:
        with edited(ministry, change, f"subject_id = {item} AND seq = 2"):
            found = verified(ministry)
        assert [row for row in found.rows if row.subject == item and row.seq == 2], (change, found.rows)
        assert not {row.subject for row in found.rows} & {items[0], items[2]}, change
    assert verified(ministry).whole


def test_nothing_and_the_word_for_it_are_two(ministry: Ministry) -> None:
    """JSON's null in the place of no detail at all."""
    (item,) = ministry.in_state(ItemState.SENT)
    with edited(ministry, "detail = 'null'", f"subject_id = {item} AND seq = 1"):
        (found,) = verified(ministry).rows
    assert (found.subject, found.seq, found.kind) == (item, 1, "broken")


def test_what_can_not_be_read_keeps_nothing_else_from_being_told(ministry: Ministry) -> None:
    """Beside a row that is no text, another that was edited."""
    one, two = ministry.in_state(ItemState.SENT, 2)
    if not ministry.installation.database.is_sqlite:
        pytest.skip("PostgreSQL stores no text that is none")
    with edited(ministry, "note = CAST(x'ff' AS TEXT)", f"subject_id = {one} AND seq = 1"):
        run(ministry, f"UPDATE order_item_history SET note = 'x' WHERE subject_id = {two} AND seq = 0")
        assert [(row.subject, row.seq) for row in verified(ministry).rows] == [(one, 1), (two, 0)]


def run(ministry: Ministry, statement: str) -> None:
    """One statement behind the engine's back."""
    with ministry.installation.database.write() as session:
        session.connection().exec_driver_sql(statement)


def found(ministry: Ministry) -> list[tuple[Any, ...]]:
    """(table, subject, first row, last row, kind) of all that is found."""
    return [(row.table, row.subject, row.seq, row.last, row.kind.value) for row in verified(ministry).rows]


def test_a_chain_that_vanished_whole_is_missing(ministry: Ministry) -> None:
    """State and version stay, the hash beside them is gone as the rows are: so many rows are missing."""
    (item,) = ministry.in_state(ItemState.SENT)
    version = ministry.item(item).version
    run(ministry, "DELETE FROM order_item_history")
    run(ministry, "UPDATE order_items SET history_hash = ''")
    missing = [("order_item_history", item, 0, version - 1, "missing")]
    assert found(ministry) == missing
    run(ministry, "UPDATE order_items SET version = 0")
    assert found(ministry) == [("order_item_history", item, 0, None, "missing")]


def test_only_what_an_import_brought_has_no_history(ministry: Ministry) -> None:
    """A credential that nothing happened to has none; one that counts a change must have it."""
    ministry.credential(ministry.student(), CredentialType.CHSA)
    assert verified(ministry).whole
    run(ministry, "UPDATE credentials SET version = 1")
    assert [row[1:] for row in found(ministry)] == [(1, 0, None, "missing")]


def test_rows_are_named_as_they_are(ministry: Ministry) -> None:
    """No row is named that never was: the last one itself, both of a pair, and rows whose item is gone."""
    (item,) = ministry.in_state(ItemState.SENT)
    last = ministry.item(item).version - 1
    for change in ("note = 'x', hash = 'x'", "hash = 'x'"):
        with edited(ministry, change, f"subject_id = {item} AND seq = {last}"):
            assert [row[2:] for row in found(ministry)] == [(last, None, "broken")]
    with edited(ministry, "note = NULL", f"subject_id = {item}"):
        run(ministry, "UPDATE order_items SET history_hash = 'x'")
        (named,) = verified(ministry).rows
    number = ministry.item(item).order_id
    assert (named.seq, named.name) == (last, f"{number:010d}-01")


#: Columns that a history recorded, set to what it does not say: by the table, the column, and the rows that are changed.
RECORDED = (
    ("order_items", "status_reason = 'Investigation'", "id = 1", ("order_item_history", 1, "status_reason")),
    ("order_items", "item_no = 7", "id = 1", ("order_item_history", 1, "number")),
    ("documents", "sha256 = 'forged'", "item_id = 1", ("order_item_history", 1, "sha256")),
    ("documents", "deleted_at = rendered_at", "item_id = 1", ("order_item_history", 1, "sha256")),
    ("credentials", "number = '9999999999'", "id = 1", ("credential_history", 1, "number")),
    ("print_jobs", "sha256 = 'forged'", "id = 1", ("print_job_history", 1, "sha256")),
    ("print_jobs", "manifest_sha256 = 'forged'", "id = 1", ("print_job_history", 1, "manifest_sha256")),
    ("envelopes", "outcome = NULL", "sequence = 2", ("print_job_history", 1, "outcome of envelope 2")),
)


@pytest.mark.parametrize(("of", "change", "where", "named"), RECORDED)
def test_a_column_that_its_history_recorded_is_compared(
    ministry: Ministry, of: str, change: str, where: str, named: tuple[str, int, str]
) -> None:
    """What the last row that recorded a column says is what is stored, or the row is named with the column."""
    items = ministry.in_state(ItemState.SENT, 2)
    ministry.acknowledge(1, {1: EnvelopeOutcome.MAILED, 2: EnvelopeOutcome.MAILED})
    assert verified(ministry).whole
    assert items == [1, 2]
    run(ministry, f"UPDATE {of} SET {change} WHERE {where}")
    assert [(row.table, row.subject, row.column) for row in verified(ministry).rows] == [named]


def test_swapped_numbers_are_found(ministry: Ministry) -> None:
    """The rows of two items change places in their orders: what their histories began with tells."""
    ministry.ordered(2)
    orders = [ministry.item(item).order_id for item in (1, 2)]
    run(ministry, "UPDATE order_items SET item_no = 9 WHERE id = 1")
    run(ministry, f"UPDATE order_items SET order_id = {orders[0]} WHERE id = 2")
    run(ministry, f"UPDATE order_items SET order_id = {orders[1]}, item_no = 1 WHERE id = 1")
    assert [(row.subject, row.seq, row.column) for row in verified(ministry).rows] == [
        (1, 0, "number"),
        (2, 0, "number"),
    ]
