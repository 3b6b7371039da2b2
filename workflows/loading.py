"""Loads facts for a whole batch in a fixed number of queries."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from models.codes import (
    MAILED_BY_PROVIDER,
    ConsumerState,
    CredentialState,
    CredentialType,
    DeliveryMethod,
    ItemState,
    OrderOrigin,
    PrintJobState,
    Role,
    SpecialHandling,
)
from models.consumers import Consumer
from models.credentials import Credential
from models.documents import Document
from models.orders import DocumentOrder, DraftLine, ItemError, OrderItem, item_number
from models.print_jobs import Envelope, PrintJob
from models.special_handling import SpecialHandlingTask
from models.store import Store
from models.students import Address, Student, StudentHold
from workflows.command import Actor, Command
from workflows.facts import ItemFacts, JobFacts, OrderFacts, OrderingFacts
from workflows.links import link_of
from workflows.rule import Reason, restore
from workflows.source import Source, table


@dataclass(frozen=True, slots=True)
class StudentBook:
    """Students of a batch with their credentials, addresses and holds."""

    students: Mapping[int, Any]
    credentials: Mapping[int, list[Any]]
    addresses: Mapping[int, Any]
    holds: Mapping[int, Any]
    primary_asns: Mapping[int, str]

    def common(self, command: Command, credential: Any) -> dict[str, Any]:
        """The fields of :class:`CredentialFacts` for ``credential``."""
        student_id = credential.student_id
        active = self.active(student_id, credential.credential_type)
        return {
            "command": command,
            "student": self.students[student_id],
            "credential": credential,
            "primary_asn": self.primary_asns.get(student_id),
            "current_address": _unexpired(self.addresses.get(student_id), command.today),
            "student_hold": _in_force(self.holds.get(student_id), command.today),
            "active_number": active and (active.number or active.legacy_number),
        }

    def active(self, student_id: int, credential_type: CredentialType) -> Any:
        """The awarded, undeleted credential of a student and type, or ``None``."""
        return next(
            (each for each in self.awarded(student_id) if each.credential_type is credential_type), None
        )

    def awarded(self, student_id: int) -> list[Any]:
        """The awarded, undeleted credentials of a student."""
        return [each for each in self.credentials[student_id] if each.state is CredentialState.AWARDED]

    def same_type(self, credential: Any) -> list[Any]:
        """The student's credentials of the same type, over all its numbers."""
        mine = self.credentials[credential.student_id]
        return [each for each in mine if each.credential_type is credential.credential_type]

    def credential(self, student_id: int, credential_id: int) -> Any:
        """One credential of a student."""
        return next(each for each in self.credentials[student_id] if each.id == credential_id)


def load_students(source: Source, student_ids: Iterable[int]) -> StudentBook:
    """Load what is known of students: five queries whatever their number."""
    ids = sorted(set(student_ids))
    students = {row.id: row for row in source.rows(Student, table(Student).c.id.in_(ids))}
    credentials: dict[int, list[Any]] = defaultdict(list)
    for row in source.rows(Credential, table(Credential).c.student_id.in_(ids)):
        credentials[row.student_id].append(row)
    addresses = source.rows(
        Address, table(Address).c.student_id.in_(ids), table(Address).c.replaced_at.is_(None)
    )
    holds = source.rows(
        StudentHold, table(StudentHold).c.student_id.in_(ids), table(StudentHold).c.ended_at.is_(None)
    )
    primaries = [row.primary_id for row in students.values() if row.primary_id]
    asns = {row.id: row.asn for row in source.rows(Student, table(Student).c.id.in_(primaries))}
    return StudentBook(
        students,
        credentials,
        {row.student_id: row for row in addresses},
        {row.student_id: row for row in holds},
        {row.id: asns[row.primary_id] for row in students.values() if row.primary_id},
    )


def address_json(row: Any) -> dict[str, Any]:
    """An address as items keep it."""
    return {name: getattr(row, name) for name in ("lines", "city", "province", "postal_code", "country")}


def _unexpired(row: Any, today: date) -> dict[str, Any] | None:
    """An address past its last valid day counts as none, everywhere."""
    expired = row is None or (row.expires_on is not None and row.expires_on < today)
    return None if expired else address_json(row)


def _in_force(hold: Any, today: date) -> Any:
    ended = hold is None or (hold.until is not None and hold.until < today)
    return None if ended else hold


def load_item_facts(
    source: Source, items: Sequence[Any], command: Command, hashed: Iterable[int] = ()
) -> dict[int, ItemFacts]:
    """Facts for ``items`` by id. The stored documents of the items ``hashed`` are read and compared (CO-91)."""
    ids = [item.id for item in items]
    book = load_students(source, (item.student_id for item in items))
    documents = _current_documents(source, ids)
    errors = _stored_errors(source, ids)
    reorders = _live_reorders(source, ids)
    handling = handling_of(source, items)
    own = own_orders(source, {item.order_id for item in items}, command.actor)
    jobs = _jobs_of(source, items, book, command)
    sizes = _job_sizes(source, {job.id for job in jobs.values() if job is not None})
    faults = {item_id: _document_fault(source.store, documents.get(item_id)) for item_id in hashed}
    consumers = {item.consumer_id for item in items if item.consumer_id is not None}
    active, reached = active_consumers(source, consumers), _consumers_of(source, consumers, command.actor)
    facts = {}
    for item in items:
        job = jobs.get(item.id)
        envelopes, size = sizes.get(job.id, (0, 0)) if job is not None else (0, 0)
        facts[item.id] = ItemFacts(
            **book.common(command, book.credential(item.student_id, item.credential_id)),
            settings=source.settings,
            given=command.given.get(item.id),
            job=job,
            job_envelopes=envelopes,
            job_bytes=size,
            document=documents.get(item.id),
            document_fault=faults.get(item.id),
            stored_errors=tuple(errors.get(item.id, ())),
            live_reorders=tuple(reorders.get(item.id, ())),
            special_handling=handling.get(item.id, SpecialHandling.NOT_REQUIRED),
            is_own=item.order_id in own,
            consumer_is_active=item.consumer_id in active,
            link=link_of(item) if item.consumer_id in reached else None,
        )
    return facts


def active_consumers(source: Source, ids: set[int]) -> set[int]:
    """Those of the consumers that are active."""
    if not ids:
        return set()
    consumers = table(Consumer).c
    chosen = consumers.id.in_(sorted(ids)), consumers.state == ConsumerState.ACTIVE
    return {row.id for row in source.rows(Consumer, *chosen)}


def _consumers_of(source: Source, ids: set[int], actor: Actor) -> set[int]:
    """Those of the consumers whose links the actor may use: a user's only that of the user's own e-mail domain."""
    if actor.role is not Role.DOD_CONSUMER or not ids:
        return ids
    columns = table(Consumer).c
    return {
        row.id
        for row in source.rows(
            Consumer, columns.id.in_(sorted(ids)), columns.email_domain == domain_of(actor)
        )
    }


def domain_of(actor: Actor) -> str:
    """The part behind the @ of the address under which a consumer's user signed in."""
    return actor.name.rpartition("@")[2].casefold()


def is_own_order(order: Any, actor: Actor) -> bool:
    """Whether ``actor`` is the member of the public who began the order; nobody's name is nobody's own."""
    return bool(
        actor.role is Role.PUBLIC
        and actor.name
        and order.origin is OrderOrigin.PUBLIC
        and order.requested_by == actor.name
    )


def own_orders(source: Source, order_ids: set[int], actor: Actor) -> set[int]:
    """The orders that the actor began itself, asked only where the public acts."""
    if actor.role is not Role.PUBLIC:
        return set()
    rows = source.rows(DocumentOrder, table(DocumentOrder).c.id.in_(sorted(order_ids)))
    return {row.id for row in rows if is_own_order(row, actor)}


def needs_handling(method: DeliveryMethod) -> bool:
    """Whether a document that travels so returns to Student Records once it is printed."""
    return method not in MAILED_BY_PROVIDER and method is not DeliveryMethod.DIGITAL


def handling_of(source: Source, items: Sequence[Any]) -> dict[int, SpecialHandling]:
    """The state of special handling of the items that have any; where no item's method needs it nothing is asked."""
    ids = [item.id for item in items if needs_handling(item.delivery_method)]
    tasks = table(SpecialHandlingTask)
    return {row.id: row.state for row in source.rows(SpecialHandlingTask, tasks.c.id.in_(ids))} if ids else {}


def _current_documents(source: Source, ids: Sequence[int]) -> dict[int, Any]:
    documents = table(Document)
    rows = source.rows(Document, documents.c.item_id.in_(ids), documents.c.deleted_at.is_(None))
    return {row.item_id: row for row in rows}


def _stored_errors(source: Source, ids: Sequence[int]) -> dict[int, list[Reason]]:
    errors = table(ItemError)
    found: dict[int, list[Reason]] = defaultdict(list)
    for row in source.rows(ItemError, errors.c.item_id.in_(ids), errors.c.cleared_at.is_(None)):
        found[row.item_id].append(restore(row.code, row.params))
    return found


def _live_reorders(source: Source, ids: Sequence[int]) -> dict[int, list[str]]:
    items = table(OrderItem)
    found: dict[int, list[str]] = defaultdict(list)
    for row in source.rows(OrderItem, items.c.reorder_of_id.in_(ids), items.c.state != ItemState.CANCELLED):
        found[row.reorder_of_id].append(item_number(row.order_id, row.item_no))
    return found


def _jobs_of(source: Source, items: Sequence[Any], book: StudentBook, command: Command) -> dict[int, Any]:
    """Each item's print job; for an item in none, the job that it was given, or the open one of its key."""
    jobs = table(PrintJob)
    wanted = {item.print_job_id for item in items if item.print_job_id is not None}
    wanted |= {given["job"] for given in command.given.values() if isinstance(given, dict) and "job" in given}
    rows = source.rows(PrintJob, (jobs.c.state == PrintJobState.OPEN) | jobs.c.id.in_(wanted))
    by_id = {row.id: row for row in rows}
    by_key = {job_key(row): row for row in rows if row.state is PrintJobState.OPEN}
    found = {}
    for item in items:
        given = command.given.get(item.id)
        job_id = given["job"] if isinstance(given, dict) and "job" in given else item.print_job_id
        credential = book.credential(item.student_id, item.credential_id)
        key = (credential.credential_type, item.language, item.delivery_method)
        found[item.id] = by_id[job_id] if job_id is not None else by_key.get(key)
    return found


def job_key(job: Any) -> tuple[Any, Any, Any]:
    """What the items of a job have in common."""
    return job.credential_type, job.language, job.delivery_method


def _job_sizes(source: Source, job_ids: set[int]) -> dict[int, tuple[int, int]]:
    """Envelopes and bytes of stored documents per job."""
    items, documents = table(OrderItem), table(Document)
    statement = (
        select(items.c.print_job_id, func.count(), func.coalesce(func.sum(documents.c.size), 0))
        .join_from(items, documents, (documents.c.item_id == items.c.id) & documents.c.deleted_at.is_(None))
        .where(items.c.print_job_id.in_(job_ids))
        .group_by(items.c.print_job_id)
    )
    return {job: (envelopes, size) for job, envelopes, size in source.session.connection().execute(statement)}


def _document_fault(store: Store, document: Any) -> str | None:
    """``missing`` or ``altered``, or ``None`` where the stored document is as it was rendered."""
    data = store.read(document.path) if document is not None else None
    if data is None:
        return "missing"
    return None if hashlib.sha256(data).hexdigest() == document.sha256 else "altered"


def load_job_facts(source: Source, jobs: Sequence[Any], command: Command) -> dict[int, JobFacts]:
    """Facts for print ``jobs`` by id."""
    ids = [job.id for job in jobs]
    items, envelopes = table(OrderItem), table(Envelope)
    members = _counts(source, items.c.print_job_id, ids, items.c.state == ItemState.IN_PRINT_JOB)
    waiting = _counts(source, envelopes.c.print_job_id, ids, envelopes.c.outcome.is_(None))
    return {
        job_id: JobFacts(
            command,
            source.settings,
            command.given.get(job_id),
            members.get(job_id, 0),
            waiting.get(job_id, 0),
        )
        for job_id in ids
    }


def _counts(source: Source, column: Any, ids: Sequence[int], condition: Any) -> dict[int, int]:
    statement = select(column, func.count()).where(column.in_(ids), condition).group_by(column)
    return dict(source.session.connection().execute(statement).all())


def load_ordering_facts(
    source: Source, credentials: Sequence[Any], command: Command
) -> dict[int, OrderingFacts]:
    """Facts for ``credentials`` by id, those given being the whole run of each student."""
    student_ids = [each.student_id for each in credentials]
    book = load_students(source, student_ids)
    first_runs = _first_runs(source, student_ids)
    under_way = _items_under_way(source, student_ids)
    in_run: dict[int, set[CredentialType]] = defaultdict(set)
    for each in credentials:
        in_run[each.student_id].add(each.credential_type)
    facts = {}
    for each in credentials:
        given = command.given.get(each.id) or {}
        rival = book.active(each.student_id, each.credential_type)
        rival = None if rival is None or rival.id == each.id else rival
        newest = rival if rival is not None and each.state is CredentialState.SUPERSEDED else each
        elsewhere = [other.first_run_on for other in book.same_type(each) if other.first_run_on]
        facts[each.id] = OrderingFacts(
            **book.common(command, each),
            given=given,
            school_year=given.get("school_year") or each.school_year,
            first_run=first_runs.get((each.student_id, each.credential_type))
            or next(map(str, elsewhere), None),
            awarded_types=frozenset(other.credential_type for other in book.awarded(each.student_id)),
            types_in_run=frozenset(in_run[each.student_id]),
            items_under_way=tuple(under_way[newest.id]),
            rival=rival,
        )
    return facts


#: States in which an order of a number keeps it from being replaced or deleted (44015).
UNDER_WAY = (
    ItemState.CREATED,
    ItemState.PROCESSING,
    ItemState.RENDERED,
    ItemState.IN_PRINT_JOB,
    ItemState.USER_HOLD,
    ItemState.SYSTEM_HOLD,
)


def _items_under_way(source: Source, student_ids: Iterable[int]) -> dict[int, list[str]]:
    """The numbers of the students' items under way, by credential."""
    items = table(OrderItem).c
    found: dict[int, list[str]] = defaultdict(list)
    ids = sorted(set(student_ids))
    for row in source.rows(OrderItem, items.student_id.in_(ids), items.state.in_(UNDER_WAY)):
        found[row.credential_id].append(item_number(row.order_id, row.item_no))
    return found


def _first_runs(source: Source, student_ids: Iterable[int]) -> dict[tuple[int, CredentialType], str]:
    """First-run items that are not cancelled, by student and type over all its numbers, as item numbers."""
    items, credentials = table(OrderItem), table(Credential)
    statement = (
        select(credentials.c.student_id, credentials.c.credential_type, items.c.order_id, items.c.item_no)
        .join_from(items, credentials, items.c.credential_id == credentials.c.id)
        .where(
            credentials.c.student_id.in_(sorted(set(student_ids))),
            items.c.kind == "first_run",
            items.c.state != ItemState.CANCELLED,
        )
    )
    rows = source.session.connection().execute(statement)
    return {(student, kind): item_number(order, no) for student, kind, order, no in rows}


def load_order_facts(source: Source, orders: Sequence[Any], command: Command) -> dict[int, OrderFacts]:
    """Facts for document ``orders`` by id; amount and transaction are the command's, else those of the order."""
    lines, ids = table(DraftLine), [order.id for order in orders]
    statement = select(lines.c.order_id, func.count()).where(lines.c.order_id.in_(ids))
    counted = source.session.connection().execute(statement.group_by(lines.c.order_id)).all()
    numbers: dict[int, int] = dict(counted)
    facts = {}
    for order in orders:
        given = command.given.get(order.id) or {}
        facts[order.id] = OrderFacts(
            command,
            numbers.get(order.id, 0),
            given.get("amount_cents", order.amount_cents),
            given.get("transaction", order.payment_id),
            is_own_order(order, command.actor),
            given,
        )
    return facts
