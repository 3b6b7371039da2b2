"""What the database itself refuses, and that migrations and definitions are one."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import JSON, CheckConstraint, Column, Table, inspect, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from models import schema
from models.codes import (
    Code,
    CredentialState,
    CredentialType,
    DeliveryMethod,
    ItemKind,
    ItemState,
    PrintJobState,
)
from models.credentials import Credential
from models.documents import Document
from models.orders import MAX_COPIES, OrderItem
from models.print_jobs import PrintJob
from models.sql.types import CodeType, UtcDateTime
from models.students import Address
from tests.ministry import EDMONTON_ADDRESS, Ministry
from workflows.installation import Installation
from workflows.source import table


def coded_columns() -> Iterator[tuple[str, str, type[Code]]]:
    """Every column of every table that holds a value of a code list."""
    for each in SQLModel.metadata.sorted_tables:
        for column in each.columns:
            if isinstance(column.type, CodeType):
                yield each.name, column.name, column.type.codes


CODED = list(coded_columns())


def populated(ministry: Ministry) -> None:
    """A row in every table that has coded columns."""
    (item,) = ministry.in_state(ItemState.SENT)
    assert ministry.counts()["envelopes"] == 1
    assert ministry.item(item).sequence == 1
    empty = [name for name in {name for name, *_ in CODED} if not ministry.counts()[name]]
    with ministry.installation.database.write() as session:
        for name in empty:
            of = SQLModel.metadata.tables[name]
            row = {each.name: anything(each, ministry) for each in of.columns if not each.nullable}
            session.connection().execute(of.insert().values(row))


def anything(column: Column[Any], ministry: Ministry) -> Any:
    """A value that fits the column; keys and references are 1."""
    if isinstance(column.type, CodeType):
        return next(iter(column.type.codes))
    if isinstance(column.type, UtcDateTime):
        return ministry.now
    if isinstance(column.type, JSON):
        return {}
    return 1 if column.type.python_type is int else "x"


def set_plainly(installation: Installation, of: Table, column: str, value: str) -> None:
    """Write a value past all of Python's checks, then undo it."""
    with installation.database.rehearse() as session:
        connection = session.connection()
        # Other constraints of the row are met for every value: a job, a lease.
        if of.name == "order_items":
            connection.exec_driver_sql("UPDATE order_items SET lease_until = sent_at")
        changed = connection.execute(text(f"UPDATE {of.name} SET {column} = :value"), {"value": value})
        assert changed.rowcount > 0


def test_there_are_code_lists_to_check() -> None:
    """The tables hold about thirty coded columns, and each of them has its CHECK constraint."""
    assert len(CODED) > 20
    for name, column, _ in CODED:
        checks = [
            each for each in SQLModel.metadata.tables[name].constraints if isinstance(each, CheckConstraint)
        ]
        assert f"{column}_is_known" in {each.name for each in checks}, (name, column)


def test_every_value_of_every_code_list_can_be_stored(ministry: Ministry) -> None:
    """The database takes each value of each code list in each of its columns, and refuses any other."""
    populated(ministry)
    for name, column, codes in CODED:
        of = SQLModel.metadata.tables[name]
        for code in codes:
            if (column, code) == ("root_kind", ItemKind.REORDER):
                continue  # a root is no reorder
            set_plainly(ministry.installation, of, column, code.value)
        with pytest.raises(IntegrityError, match=rf"{column}_is_known"):
            set_plainly(ministry.installation, of, column, "?")


def insert_like(ministry: Ministry, of: Table, key: int, **changes: Any) -> None:
    """Copy a row under a new id."""
    with ministry.installation.database.write() as session:
        row = session.connection().execute(select(of).where(of.c.id == key)).mappings().one()
        values = {name: value for name, value in row.items() if name != "id"} | changes
        session.connection().execute(of.insert().values(values))


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("copies", 0, "copies_in_bounds"),
        ("copies", MAX_COPIES + 1, "copies_in_bounds"),
        ("root_kind", ItemKind.REORDER, "root_is_no_reorder"),
        ("state", ItemState.IN_PRINT_JOB, "in_print_job_has_job"),
        ("state", ItemState.PROCESSING, "processing_has_lease"),
    ],
)
def test_an_item_that_makes_no_sense_is_refused(
    ministry: Ministry, column: str, value: object, name: str
) -> None:
    """Copies out of bounds, a reorder as root, a job's item without job, work without lease: not stored."""
    (item,) = ministry.ordered()
    of = table(OrderItem)
    with pytest.raises(IntegrityError, match=name), ministry.installation.database.write() as session:
        session.connection().execute(update(of).where(of.c.id == item).values({column: value}))


@pytest.mark.parametrize("state", [CredentialState.ACHIEVED, CredentialState.AWARDED])
def test_a_student_has_one_live_credential_per_type(ministry: Ministry, state: CredentialState) -> None:
    """A second achieved or awarded credential of student and type is refused; superseded and deleted ones are not."""
    student = ministry.student()
    first = ministry.credential(student)
    ministry.credential(student, CredentialType.CHSA)
    for ended in (CredentialState.SUPERSEDED, CredentialState.DELETED):
        ministry.credential(student, state=ended)
    with pytest.raises(IntegrityError):
        ministry.credential(student, state=state)
    assert ministry.row(Credential, first).state is CredentialState.ACHIEVED


def test_one_job_per_key_is_open(ministry: Ministry) -> None:
    """A second open job of type, language and delivery method is refused; released ones are not counted."""
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    job = ministry.job_of(item)
    insert_like(ministry, table(PrintJob), job, state=PrintJobState.RELEASED)
    insert_like(ministry, table(PrintJob), job, delivery_method=DeliveryMethod.COURIER)
    with pytest.raises(IntegrityError):
        insert_like(ministry, table(PrintJob), job)


def test_a_credential_has_one_first_run(ministry: Ministry) -> None:
    """A second first-run item of a credential is refused, unless the first is cancelled; reprints are not counted."""
    (item,) = ministry.ordered()
    ministry.reprint(item)
    order = ministry.item(item).order_id
    with pytest.raises(IntegrityError):
        insert_like(ministry, table(OrderItem), item, item_no=2)
    ministry.do("cancel", [item], reason="OrderedInError")
    insert_like(ministry, table(OrderItem), item, item_no=2, state=ItemState.CREATED)
    assert len(ministry.where(OrderItem, table(OrderItem).c.order_id == order)) == 2


def test_a_student_has_one_current_address_and_hold(ministry: Ministry) -> None:
    """Two current addresses, or two holds in force, of one student are refused."""
    student = ministry.student(held=True)
    with pytest.raises(IntegrityError):
        ministry.hold_student(student)
    address = {**EDMONTON_ADDRESS, "student_id": student, "received_at": ministry.now}
    with pytest.raises(IntegrityError):
        ministry._insert(Address, **address)


def test_numbers_are_unique(ministry: Ministry) -> None:
    """A credential number, a legacy number and an ASN exist once."""
    one, other = ministry.student(), ministry.student()
    awarded = CredentialState.AWARDED
    ministry.credential(one, state=awarded, number="1000000015", legacy_number="AB1")
    with pytest.raises(IntegrityError):
        ministry.credential(other, state=awarded, number="1000000015")
    with pytest.raises(IntegrityError):
        ministry.credential(other, state=awarded, legacy_number="AB1")
    with pytest.raises(IntegrityError):
        ministry.student(asn=ministry.asn(one))


def test_foreign_keys_are_kept(ministry: Ministry) -> None:
    """A row that points to nothing is refused, on SQLite too."""
    with pytest.raises(IntegrityError):
        ministry.credential(999_999)


def test_a_command_is_recorded_once(ministry: Ministry) -> None:
    """Two history rows of a subject with one command id are refused."""
    (item,) = ministry.ordered()
    (row,) = ministry.history(item)
    with pytest.raises(IntegrityError), ministry.installation.database.write() as session:  # noqa: PT012
        of = SQLModel.metadata.tables["order_item_history"]
        session.connection().execute(of.insert().values({**row._mapping, "seq": 1}))


# Migrations


def test_migrations_make_what_the_definitions_say(installation: Installation) -> None:
    """A database that was migrated differs in nothing from the tables as they are defined."""
    assert schema.drift(installation.database) == []
    assert schema.is_current(installation.database)


def test_check_constraints_are_in_the_migrations(installation: Installation) -> None:
    """Alembic does not compare CHECK constraints: every one that is defined is in the migrated database, word for word."""
    inspector = inspect(installation.database.engine)
    for each in SQLModel.metadata.sorted_tables:
        defined = {str(one.name) for one in each.constraints if isinstance(one, CheckConstraint)}
        migrated = {one["name"] for one in inspector.get_check_constraints(each.name)}
        assert defined <= migrated, each.name


def test_a_migration_goes_back_and_forth(installation: Installation) -> None:
    """Downgraded to nothing and upgraded again the database is as before."""
    with installation.database.write() as session:
        command.downgrade(schema._config(session.connection()), "base")
    left = set(inspect(installation.database.engine).get_table_names())
    assert left <= {"alembic_version"}
    schema.upgrade(installation.database)
    assert schema.drift(installation.database) == []


def test_an_upgrade_twice_is_one(ministry: Ministry) -> None:
    """Upgrading a current database changes nothing."""
    ministry.ordered()
    before = ministry.fingerprint()
    schema.upgrade(ministry.installation.database)
    assert ministry.fingerprint() == before


def test_tokens_of_documents_from_before_are_filled_in(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0002 gives current documents the token that is printed on them; of those that were replaced none is known."""
    monkeypatch.setenv("ORDERS_SECRET", ministry.installation.settings.secret)
    (kept, replaced) = ministry.in_state(ItemState.RENDERED, 2)
    ministry.do("hold", [replaced], reason="Investigation")
    ministry.do("release", [replaced])
    known = ministry.document(kept).verification_token
    config = schema._config
    with ministry.installation.database.write() as session:
        command.downgrade(config(session.connection()), "0001")
    with ministry.installation.database.write() as session:
        command.upgrade(config(session.connection()), "head")
    tokens = {each.item_id: each.verification_token for each in ministry.rows(Document)}
    assert known is not None
    assert tokens == {kept: known, replaced: None}
