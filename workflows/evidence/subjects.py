"""The subjects of the histories as the verification sees them: where they stand, and what people call them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from models.orders import item_number
from models.print_jobs import job_number
from workflows.effects.credential import CREDENTIAL
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.effects.special_handling import SPECIAL_HANDLING
from workflows.evidence import rows
from workflows.machines.machine import Machine
from workflows.source import Source


class Subject(NamedTuple):
    """One subject as it is stored, whatever that is; ``own`` are the columns that only its table has."""

    history_hash: Any
    state: Any
    version: Any
    own: rows.Row


class _Table(NamedTuple):
    """What is read of a table beside what all have, and how that names a subject."""

    own: tuple[str, ...]
    name: Callable[[int, rows.Row], str]
    beside: str = ""


def _item(_key: int, own: rows.Row) -> str:
    order, number, *_ = own
    return item_number(order, number)


_PLAIN = _Table((), lambda key, _own: str(key))
_TABLES: Mapping[str, _Table] = {
    ORDER_ITEM.table.name: _Table(
        ("one.order_id", "one.item_no", "one.status_reason", "document.sha256"),
        _item,
        "LEFT JOIN documents AS document ON document.item_id = one.id AND document.deleted_at IS NULL",
    ),
    SPECIAL_HANDLING.table.name: _Table(
        ("item.order_id", "item.item_no"), _item, "LEFT JOIN order_items AS item ON item.id = one.id"
    ),
    PRINT_JOB.table.name: _Table(("one.sha256", "one.manifest_sha256"), lambda key, _own: job_number(key)),
    DOCUMENT_ORDER.table.name: _Table((), lambda key, _own: f"{key:010d}"),
    CREDENTIAL.table.name: _Table(
        ("one.number", "one.legacy_number"), lambda key, own: str(own[0] or own[1] or key)
    ),
}


def subjects(source: Source, machine: Machine) -> Iterator[tuple[int, Subject]]:
    """(id, subject) in the order of ids; what has no id is nobody."""
    of = _TABLES.get(machine.table.name, _PLAIN)
    columns = ", ".join(("one.id", "one.history_hash", "one.state", "one.version", *of.own))
    statement = f"SELECT {columns} FROM {machine.table.name} AS one {of.beside} ORDER BY one.id"  # noqa: S608
    for key, history_hash, state, version, *own in rows.stream(source.session, statement):
        if type(key) is int:
            yield key, Subject(history_hash, state, version, own)


def name_of(machine: Machine, key: int, subject: Subject | None) -> str:
    """What people call a subject; its id where it is gone, or nobody can tell."""
    if subject is not None:
        try:
            return _TABLES.get(machine.table.name, _PLAIN).name(key, subject.own)
        except rows.UNREADABLE:
            pass
    return str(key)
