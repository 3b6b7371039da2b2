"""Facts about credentials that are to be awarded or ordered, and about the lines that order them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import select

from models.codes import CredentialState, CredentialType, ItemKind, ItemState, RecipientKind
from models.credentials import Credential
from models.orders import OrderItem, is_of, item_number
from models.sql.in_values import in_values
from workflows.facts.circumstances import Batch
from workflows.facts.fact import derived, fact, loaded
from workflows.facts.lines import LineBatch, LineFacts
from workflows.facts.students import CredentialFacts
from workflows.machines.order_item import OPEN, UNDER_WAY
from workflows.source import table

#: How long a reprint counts as recent (CO-17).
_RECENT = timedelta(days=30)


class OrderingBatch(LineBatch):
    """What is known of a run: credentials, or lines that order some, those given being the whole run of each student."""

    @loaded
    def first_runs(self) -> Mapping[tuple[int, CredentialType], str]:
        """First-run items that are not cancelled, by student and type over all its numbers, as item numbers."""
        items, credentials = table(OrderItem), table(Credential)
        statement = (
            select(credentials.c.student_id, credentials.c.credential_type, items.c.order_id, items.c.item_no)
            .join_from(items, credentials, is_of(items.c, credentials.c))
            .where(
                in_values(credentials.c.student_id, self.student_ids),
                items.c.kind == "first_run",
                items.c.state != ItemState.CANCELLED,
            )
        )
        rows = self.source.session.connection().execute(statement)
        return {(student, kind): item_number(order, no) for student, kind, order, no in rows}

    @loaded
    def items_under_way(self) -> Mapping[int, list[str]]:
        """The numbers of the students' items under way, by credential."""
        items = table(OrderItem).c
        found: dict[int, list[str]] = defaultdict(list)
        chosen = in_values(items.student_id, self.student_ids), items.state.in_(UNDER_WAY)
        for row in self.source.rows(OrderItem, *chosen):
            found[row.credential_id].append(item_number(row.order_id, row.item_no))
        return found

    @loaded
    def types_in_run(self) -> Mapping[int, frozenset[CredentialType]]:
        """The types that the run would give each student."""
        found: dict[int, set[CredentialType]] = defaultdict(set)
        for each in self.subjects:
            found[each.student_id].add(self.credential_of(each).credential_type)
        return {student: frozenset(types) for student, types in found.items()}

    def credential_of(self, subject: Any) -> Credential:
        """The subject, where it is a credential; else the one that the line orders."""
        if hasattr(subject, "credential_type"):
            found: Credential = subject
            return found
        return self.credential(subject.student_id, subject.credential_id)

    @loaded
    def earlier_reprints(self) -> Mapping[tuple[Any, ...], list[str]]:
        """Open or recent reprints by student, credential type and recipient, as item numbers."""
        items, credentials = table(OrderItem), table(Credential)
        statement = (
            select(items, credentials.c.credential_type)
            .join_from(items, credentials, items.c.credential_id == credentials.c.id)
            .where(
                items.c.student_id.in_(self.student_ids),
                items.c.root_kind == ItemKind.REPRINT,
                items.c.state != ItemState.CANCELLED,
                items.c.state.in_(OPEN) | (items.c.placed_at >= self.command.at - _RECENT),
            )
            .order_by(items.c.id)
        )
        found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for row in self.source.session.connection().execute(statement):
            key = row.student_id, row.credential_type, recipient_key(row)
            found[key].append(item_number(row.order_id, row.item_no))
        return found


def recipient_key(item: Any) -> tuple[str, object]:
    """What tells recipients apart: the student, a consumer, or the name of anybody else."""
    if item.recipient_kind is RecipientKind.STUDENT:
        return item.recipient_kind.value, None
    if item.recipient_kind is RecipientKind.CONSUMER:
        return item.recipient_kind.value, item.consumer_id
    return item.recipient_kind.value, (item.recipient or "").casefold()


class AwardFacts(CredentialFacts):
    """Facts about a credential that is awarded, re-issued, deleted or restored."""

    subject_name: ClassVar[str] = "credential"
    batch_kind: ClassVar[type[Batch]] = OrderingBatch
    batch: OrderingBatch

    @fact
    def given(self) -> Any:
        """What the command brings for the credential."""
        return self.command.given.get(self.credential.id) or {}

    @fact
    def school_year(self) -> str | None:
        """The school year of the award: given with the command, else as the extract says."""
        return self.given.get("school_year") or self.credential.school_year

    @fact
    def first_run(self) -> str | None:
        """The first-run that was made, here (an item number) or elsewhere (a day)."""
        credential = self.credential
        here = self.batch.first_runs.get((credential.student_id, credential.credential_type))
        elsewhere = [other.first_run_on for other in self.batch.same_type(credential) if other.first_run_on]
        return here or next(map(str, elsewhere), None)

    @fact
    def awarded_types(self) -> frozenset[CredentialType]:
        """The types that the student was awarded."""
        mine = self.batch.awarded(self.credential.student_id)
        return frozenset(other.credential_type for other in mine)

    @fact
    def types_in_run(self) -> frozenset[CredentialType]:
        """The types that the run would give the student."""
        return self.batch.types_in_run[self.credential.student_id]

    @fact
    def items_under_way(self) -> tuple[str, ...]:
        """Numbers of the items under way of this number; where its supersession is to be undone, of its successor."""
        rival = self.rival
        superseded = self.credential.state is CredentialState.SUPERSEDED
        newest = rival if rival is not None and superseded else self.credential
        return tuple(self.batch.items_under_way.get(newest.id, ()))

    @fact
    def rival(self) -> Credential | None:
        """Another awarded credential of the student and type."""
        credential = self.credential
        active = self.batch.active(credential.student_id, credential.credential_type)
        return None if active is None or active.id == credential.id else active

    @derived
    def name_differs(self) -> bool:
        """Whether the student's legal name is no longer the awarded one."""
        return self.credential.last_name is not None and self.printed_name != self.legal_name


class OrderingFacts(LineFacts, AwardFacts):
    """Facts about a line that is to be ordered."""

    subject_name: ClassVar[str] = "item"
    batch_kind: ClassVar[type[Batch]] = OrderingBatch
    batch: OrderingBatch

    @fact
    def similar_reprints(self) -> tuple[str, ...]:
        """Open or recent reprints of the same credential to the same recipient, as item numbers (CO-17)."""
        key = self.item.student_id, self.credential.credential_type, recipient_key(self.item)
        return tuple(self.batch.earlier_reprints.get(key, ()))
