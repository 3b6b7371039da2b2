"""Loads facts for a whole batch in a fixed number of queries."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
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
from models.orders import DocumentOrder, DraftLine, ItemError, OrderItem, is_of, item_number
from models.print_jobs import Envelope, PrintJob
from models.special_handling import SpecialHandlingTask
from models.sql.in_values import in_values
from models.store import Store
from renderers.masters.kept_master import fault_of
from workflows.command import Actor, Command
from workflows.facts.kinds import ItemFacts, JobFacts, OrderFacts, OrderingFacts
from workflows.facts.student_book import StudentBook, in_force, load_students, unexpired
from workflows.finding.job_sizes import job_sizes
from workflows.machines.order_item import UNDER_WAY
from workflows.rules.digital_link import link_of
from workflows.rules.rule import Reason, restore
from workflows.source import Source, table


def load_item_facts(
    source: Source,
    items: Sequence[Any],
    command: Command,
    hashed: Iterable[int] = (),
    names: frozenset[str] | None = None,
) -> dict[int, ItemFacts]:
    """Facts for ``items`` by id. The stored documents of the items ``hashed`` are read and compared (CO-91).

    With ``names`` only these facts are loaded, and those that they are made of; the others are missing.
    """
    if not items:
        return {}
    wanted = _ITEM_FACTS if names is None else _ITEM_FACTS & names
    columns = _loaded(source, items, command, hashed, wanted)
    facts = {}
    for item in items:
        facts[item.id] = one = ItemFacts.__new__(ItemFacts)
        one.command, one.settings, one.given = command, source.settings, command.given.get(item.id)
        for name, of in columns.items():
            setattr(one, name, of(item))
    return facts


#: The facts that are loaded, by the name that rules know them by.
_ITEM_FACTS = frozenset(each.name for each in fields(ItemFacts)) - {"command", "settings", "given"}
_OF_STUDENT = frozenset(
    {"student", "credential", "primary_asn", "current_address", "student_hold", "active_number"}
)
_OF_JOB = frozenset({"job", "job_envelopes", "job_bytes"})
_OF_MASTER = frozenset({"first_master", "first_master_fault"})
_OF_CONSUMER = frozenset({"consumer_is_active", "link"})


def _loaded(
    source: Source, items: Sequence[Any], command: Command, hashed: Iterable[int], wanted: frozenset[str]
) -> dict[str, Callable[[Any], Any]]:
    """What gives each wanted fact for an item, in a number of queries that does not depend on the items'."""
    ids = [item.id for item in items]
    found: dict[str, Callable[[Any], Any]] = {}
    if wanted & (_OF_STUDENT | _OF_JOB):
        book = load_students(source, (item.student_id for item in items), _of_book(wanted))
        found |= _of_students(book, command, wanted & _OF_STUDENT)
        if wanted & _OF_JOB:
            found |= _of_jobs(source, items, book, command, wanted)
    if wanted & {"document", "document_fault"}:
        read = list(hashed)
        documents = _current_documents(source, ids) if read or "document" in wanted else {}
        faults = {each: document_fault(source.store, documents.get(each)) for each in read}
        found |= {
            "document": lambda item: documents.get(item.id),
            "document_fault": lambda item: faults.get(item.id),
        }
    if wanted & _OF_MASTER:
        masters = _first_masters(source, items)
        master_faults = {each: fault_of(source.shelf, each) for each in set(masters.values())}
        found |= {
            "first_master": lambda item: masters.get(item.id, ""),
            "first_master_fault": lambda item: master_faults.get(masters.get(item.id, "")),
        }
    if "stored_errors" in wanted:
        errors = _stored_errors(source, ids)
        found["stored_errors"] = lambda item: tuple(errors.get(item.id, ()))
    if "live_reorders" in wanted:
        reorders = _live_reorders(source, ids)
        found["live_reorders"] = lambda item: tuple(reorders.get(item.id, ()))
    if "special_handling" in wanted:
        handling = handling_of(source, items)
        found["special_handling"] = lambda item: handling.get(item.id, SpecialHandling.NOT_REQUIRED)
    if "is_own" in wanted:
        own = own_orders(source, {item.order_id for item in items}, command.actor)
        found["is_own"] = lambda item: item.order_id in own
    if wanted & _OF_CONSUMER:
        found |= _of_consumers(source, items, command)
    return found


def _of_book(wanted: frozenset[str]) -> frozenset[str]:
    """What of the students' book is needed: an item's job is found by its credential's type."""
    return wanted | {"credential"} if wanted & _OF_JOB else wanted


def _of_students(
    book: StudentBook, command: Command, wanted: frozenset[str]
) -> dict[str, Callable[[Any], Any]]:
    today = command.today

    def credential(item: Any) -> Any:
        return book.credential(item.student_id, item.credential_id)

    ways: dict[str, Callable[[Any], Any]] = {
        "student": lambda item: book.students[item.student_id],
        "credential": credential,
        "primary_asn": lambda item: book.primary_asns.get(item.student_id),
        "current_address": lambda item: unexpired(book.addresses.get(item.student_id), today),
        "student_hold": lambda item: in_force(book.holds.get(item.student_id), today),
        "active_number": lambda item: book.active_number(credential(item)),
    }
    return {name: ways[name] for name in wanted}


def _of_jobs(
    source: Source, items: Sequence[Any], book: StudentBook, command: Command, wanted: frozenset[str]
) -> dict[str, Callable[[Any], Any]]:
    jobs = _jobs_of(source, items, book, command)
    found: dict[str, Callable[[Any], Any]] = {"job": lambda item: jobs.get(item.id)}
    if wanted & {"job_envelopes", "job_bytes"}:
        sizes = _job_sizes(source, {job.id for job in jobs.values() if job is not None})

        def size(item: Any) -> tuple[int, int]:
            job = jobs.get(item.id)
            return (0, 0) if job is None else sizes.get(job.id, (0, 0))

        found |= {"job_envelopes": lambda item: size(item)[0], "job_bytes": lambda item: size(item)[1]}
    return found


def _of_consumers(source: Source, items: Sequence[Any], command: Command) -> dict[str, Callable[[Any], Any]]:
    consumers = {item.consumer_id for item in items if item.consumer_id is not None}
    active, reached = active_consumers(source, consumers), _consumers_of(source, consumers, command.actor)
    return {
        "consumer_is_active": lambda item: item.consumer_id in active,
        "link": lambda item: link_of(item) if item.consumer_id in reached else None,
    }


def active_consumers(source: Source, ids: set[int]) -> set[int]:
    """Those of the consumers that are active."""
    if not ids:
        return set()
    consumers = table(Consumer).c
    chosen = in_values(consumers.id, ids), consumers.state == ConsumerState.ACTIVE
    return {row.id for row in source.rows(Consumer, *chosen)}


def _consumers_of(source: Source, ids: set[int], actor: Actor) -> set[int]:
    """Those of the consumers whose links the actor may use: a user's only that of the user's own e-mail domain."""
    if actor.role is not Role.DOD_CONSUMER or not ids:
        return ids
    columns = table(Consumer).c
    return {
        row.id
        for row in source.rows(Consumer, in_values(columns.id, ids), columns.email_domain == domain_of(actor))
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
    rows = source.rows(DocumentOrder, in_values(table(DocumentOrder).c.id, order_ids))
    return {row.id for row in rows if is_own_order(row, actor)}


def needs_handling(method: DeliveryMethod) -> bool:
    """Whether a document that travels so returns to Student Records once it is printed."""
    return method not in MAILED_BY_PROVIDER and method != DeliveryMethod.DIGITAL


def handling_of(source: Source, items: Sequence[Any]) -> dict[int, SpecialHandling]:
    """The state of special handling of the items that have any; where no item's method needs it nothing is asked."""
    ids = [item.id for item in items if needs_handling(item.delivery_method)]
    tasks = table(SpecialHandlingTask)
    return (
        {row.id: row.state for row in source.rows(SpecialHandlingTask, in_values(tasks.c.id, ids))}
        if ids
        else {}
    )


def _current_documents(source: Source, ids: Sequence[int]) -> dict[int, Any]:
    documents = table(Document)
    rows = source.rows(Document, in_values(documents.c.item_id, ids), documents.c.deleted_at.is_(None))
    return {row.item_id: row for row in rows}


def _first_masters(source: Source, items: Sequence[Any]) -> dict[int, str]:
    """What the first document of each reorder was printed with, however long the chain; nothing is asked without any."""
    roots = {item.id: item.root_id for item in items if item.root_id is not None}
    documents = _current_documents(source, sorted(set(roots.values()))) if roots else {}
    return {item: documents[root].master for item, root in roots.items() if root in documents}


def _stored_errors(source: Source, ids: Sequence[int]) -> dict[int, list[Reason]]:
    errors = table(ItemError)
    found: dict[int, list[Reason]] = defaultdict(list)
    for row in source.rows(ItemError, in_values(errors.c.item_id, ids), errors.c.cleared_at.is_(None)):
        found[row.item_id].append(restore(row.code, row.params))
    return found


def _live_reorders(source: Source, ids: Sequence[int]) -> dict[int, list[str]]:
    items = table(OrderItem)
    found: dict[int, list[str]] = defaultdict(list)
    for row in source.rows(
        OrderItem, in_values(items.c.reorder_of_id, ids), items.c.state != ItemState.CANCELLED
    ):
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
    statement = job_sizes(in_values(table(OrderItem).c.print_job_id, job_ids))
    return {job: (envelopes, size) for job, envelopes, size in source.session.connection().execute(statement)}


def document_fault(store: Store, document: Any) -> str | None:
    """``missing`` or ``altered``, or ``None`` where the stored document is as it was rendered."""
    if document is None:
        return "missing"
    return content_fault(store.read(document.path), document.sha256)


def content_fault(data: bytes | None, sha256: str) -> str | None:
    """Why ``data``, which was read from the document store, is not the document with this SHA-256: *missing*, *altered*, or ``None``."""
    if data is None:
        return "missing"
    return None if hashlib.sha256(data).hexdigest() == sha256 else "altered"


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


def _items_under_way(source: Source, student_ids: Iterable[int]) -> dict[int, list[str]]:
    """The numbers of the students' items under way, by credential."""
    items = table(OrderItem).c
    found: dict[int, list[str]] = defaultdict(list)
    ids = sorted(set(student_ids))
    for row in source.rows(OrderItem, in_values(items.student_id, ids), items.state.in_(UNDER_WAY)):
        found[row.credential_id].append(item_number(row.order_id, row.item_no))
    return found


def _first_runs(source: Source, student_ids: Iterable[int]) -> dict[tuple[int, CredentialType], str]:
    """First-run items that are not cancelled, by student and type over all its numbers, as item numbers."""
    items, credentials = table(OrderItem), table(Credential)
    statement = (
        select(credentials.c.student_id, credentials.c.credential_type, items.c.order_id, items.c.item_no)
        .join_from(items, credentials, is_of(items.c, credentials.c))
        .where(
            in_values(credentials.c.student_id, student_ids),
            items.c.kind == "first_run",
            items.c.state != ItemState.CANCELLED,
        )
    )
    rows = source.session.connection().execute(statement)
    return {(student, kind): item_number(order, no) for student, kind, order, no in rows}


def load_order_facts(source: Source, orders: Sequence[Any], command: Command) -> dict[int, OrderFacts]:
    """Facts for document ``orders`` by id; amount and transaction are the command's, else those of the order."""
    lines, ids = table(DraftLine), [order.id for order in orders]
    statement = select(lines.c.order_id, func.count()).where(in_values(lines.c.order_id, ids))
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
