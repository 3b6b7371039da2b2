"""What an installation holds, as tests read it."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from models.codes import SpecialHandling
from models.documents import Document
from models.evidence import TRACES
from models.history import (
    ConsumerHistory,
    CredentialHistory,
    DocumentOrderHistory,
    OrderItemHistory,
    PrintJobHistory,
    SpecialHandlingHistory,
)
from models.orders import ItemError, OrderItem
from models.print_jobs import Envelope
from models.students import Student
from workflows.effects.machines import MACHINES
from workflows.effects.order_item import ORDER_ITEM
from workflows.evidence.tampering import Link, broken
from workflows.finding.items import ItemFilter
from workflows.history.chain import HASHED, digest
from workflows.installation import Installation
from workflows.machines.machine import Machine
from workflows.source import table
from workflows.views.items import ItemView, find_items

_HISTORIES = {
    model.__tablename__: model
    for model in (
        OrderItemHistory,
        PrintJobHistory,
        CredentialHistory,
        SpecialHandlingHistory,
        DocumentOrderHistory,
        ConsumerHistory,
    )
}


def links_of(rows: Iterable[Any]) -> list[Link]:
    """History rows with the types of their columns, as their chain sees them."""
    return [
        Link(
            row.seq,
            row.previous_hash,
            row.hash,
            digest({name: getattr(row, name) for name in HASHED}) == row.hash,
        )
        for row in rows
    ]


def broken_links(rows: Iterable[Any], head: str, version: int) -> list[int]:
    """The ``seq`` of every row of one subject that its chain names."""
    return sorted(
        {seq for _, first, last in broken(links_of(rows), head, version) for seq in range(first, last + 1)}
    )


class Stored:
    """The rows of an installation, read anew at each call; ``installation`` may be replaced."""

    def __init__(self, installation: Installation) -> None:
        """Read from ``installation``."""
        self.installation = installation

    def rows(self, model: type[SQLModel], ids: Iterable[int] | None = None) -> Sequence[Any]:
        """Rows of a table, all or those of ``ids``."""
        conditions = [] if ids is None else [table(model).c.id.in_(list(ids))]
        return self.where(model, *conditions)

    def row(self, model: type[SQLModel], key: int) -> Any:
        """The row with the id ``key``."""
        (found,) = self.rows(model, [key])
        return found

    def where(self, model: type[SQLModel], *conditions: Any) -> Sequence[Any]:
        """Rows of a table that meet all conditions."""
        with self.installation.database.read() as session:
            return self.installation.source(session).rows(model, *conditions)

    def item(self, item: int) -> Any:
        """An item's row."""
        return self.row(OrderItem, item)

    def states(self, ids: Iterable[int]) -> list[str]:
        """The states of items in the order of their ids."""
        return [each.state.value for each in self.rows(OrderItem, ids)]

    def view(self, item: int) -> ItemView:
        """An item as the interfaces show it."""
        with self.installation.database.read() as session:
            ((view,), _) = find_items(self.installation.source(session), ItemFilter(), item - 1, 1)
        return view

    def handling(self, item: int) -> SpecialHandling:
        """The state of an item's special handling."""
        return SpecialHandling(self.view(item)["special_handling"])

    def errors(self, item: int) -> list[str]:
        """The codes of an item's uncleared errors as they were stored."""
        columns = table(ItemError).c
        rows = self.where(ItemError, columns.item_id == item, columns.cleared_at.is_(None))
        return [each.code for each in rows]

    def document(self, item: int) -> Any:
        """An item's current document, or ``None``."""
        columns = table(Document).c
        rows = self.where(Document, columns.item_id == item, columns.deleted_at.is_(None))
        return rows[0] if rows else None

    def history(self, subject: int, machine: Machine = ORDER_ITEM) -> Sequence[Any]:
        """A subject's history, oldest first."""
        model = _HISTORIES[machine.history.name]
        return self.where(model, table(model).c.subject_id == subject)

    def job_of(self, item: int) -> int:
        """The print job that an item is in."""
        job = self.item(item).print_job_id
        assert job is not None
        return int(job)

    def envelopes(self, job: int) -> Sequence[Any]:
        """A released job's envelopes in sequence."""
        return self.where(Envelope, table(Envelope).c.print_job_id == job)

    def asn(self, student: int) -> str:
        """A student's ASN."""
        return str(self.row(Student, student).asn)

    def counts(self) -> dict[str, int]:
        """How many rows every table has, and what all its rows amount to."""
        with self.installation.database.read() as session:
            connection = session.connection()
            return {
                each.name: connection.execute(select(func.count()).select_from(each)).scalar_one()
                for each in SQLModel.metadata.sorted_tables
            }

    def fingerprint(self) -> str:
        """A digest of every row of every table but those that keep attempts: equal when nothing changed."""
        digest = hashlib.sha256()
        with self.installation.database.read() as session:
            for each in [each for each in SQLModel.metadata.sorted_tables if each.name not in TRACES]:
                rows = session.connection().execute(select(each).order_by(*each.primary_key)).all()
                digest.update(repr((each.name, rows)).encode())
        return digest.hexdigest()

    def broken_history(self) -> list[tuple[str, int, list[int]]]:
        """Every subject of every machine whose chain, numbering or version does not fit its history."""
        broken = []
        for machine, model in ((each, _HISTORIES[each.history.name]) for each in MACHINES):
            chains: dict[int, list[Any]] = {}
            for row in self.where(model):
                chains.setdefault(row.subject_id, []).append(row)
            with self.installation.database.read() as session:
                subjects = session.connection().execute(select(machine.table)).all()
            for subject in subjects:
                chain = chains.get(subject.id, [])
                faults = broken_links(chain, subject.history_hash, subject.version)
                fits = not chain or (
                    subject.version == chain[-1].seq + 1 and subject.state == chain[-1].to_state
                )
                if faults or not fits:
                    broken.append((machine.table.name, subject.id, faults))
        return broken

    def ids(self, column: Any, *conditions: Any) -> list[int]:
        """One column of the rows that meet all conditions, in its order."""
        with self.installation.database.read() as session:
            return list(
                session.connection().execute(select(column).where(*conditions).order_by(column)).scalars()
            )
