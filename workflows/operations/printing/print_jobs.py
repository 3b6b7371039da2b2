"""The print job agent (domain §6, "Print job agent"): gather, release, write the file, hand over, and what the provider reports back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from models.codes import (
    MAILED_BY_PROVIDER,
    CredentialType,
    DeliveryMethod,
    ItemState,
    Label,
    Language,
    PrintJobState,
)
from models.credentials import Credential
from models.documents import Document
from models.history import PrintJobHistory
from models.orders import OrderItem
from models.print_jobs import Envelope, PrintJob
from models.sql.many_rows import append
from workflows.command import SYSTEM, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.engine.engine import apply, first_history_row, follow, keep_refused
from workflows.facts.kinds import ItemFacts
from workflows.facts.loading import document_fault, load_item_facts
from workflows.facts.looked_at import facts_of_all
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.machines.follows import begun
from workflows.machines.order_item import RELEASE_CHECKS, STILL_DELIVERABLE
from workflows.machines.plan import decide
from workflows.operations.access.permission import WHO_SEES_PRINT_JOBS, require_standing
from workflows.operations.printing.processing import hold_by_system
from workflows.questions import Question
from workflows.rules.addressing import country_group
from workflows.rules.rule import failing
from workflows.source import Source, table

#: What is asked of every envelope once more before its job is closed.
LAST_CHECK = Question(
    "last_check",
    Label("Last check of an envelope", "Dernière vérification d'une enveloppe"),
    ORDER_ITEM.table.name,
    RELEASE_CHECKS,
)
#: More sheets than this do not pass the inserting machine (domain §6, "more than 6 sheets").
MAX_SHEETS_AUTOMATED = 6

Key = tuple[CredentialType, Language, DeliveryMethod]


def gather(installation: Installation, ids: Iterable[int]) -> list[Outcome]:
    """Put rendered items into the open job of their key, opening one where none is; hold those that may not go.

    A job takes items up to its maximum; what finds no room waits until that job is released.
    """
    chosen = sorted(set(ids))
    try:
        return _gather(installation, chosen)
    except IntegrityError:  # another agent opened the job of the same key at the same moment: now it is there
        return _gather(installation, chosen)


def _gather(installation: Installation, ids: Sequence[int]) -> list[Outcome]:
    now = installation.now()
    with installation.database.write() as session:
        source = installation.source(session)
        items = table(OrderItem)
        free = source.free(OrderItem, items.c.id.in_(ids), items.c.state == ItemState.RENDERED)
        rows = source.rows(OrderItem, items.c.id.in_(free))
        _lock_open_jobs(source, rows)
        command = Command("add_to_print_job", SYSTEM, now)
        facts = load_item_facts(source, rows, command, names=_TO_GATHER)
        errors = {row.id: found for row in rows if (found := failing(STILL_DELIVERABLE, row, facts[row.id]))}
        keep_refused(source, ORDER_ITEM, [row for row in rows if row.id in errors], facts, command)
        jobs = _with_room(source, [row for row in rows if row.id not in errors], facts)
        given = {item: {"job": job} for item, job in jobs.items()}
        outcomes = apply(source, ORDER_ITEM, given, replace(command, given=given))
        return outcomes + hold_by_system(source, errors, now)


def _lock_open_jobs(source: Source, items: Sequence[Any]) -> None:
    """Nobody else fills or releases the open jobs of these items' keys until this transaction ends."""
    ordered, credentials, jobs = table(OrderItem), table(Credential), table(PrintJob)
    same_key = (
        select(ordered.c.id)
        .join_from(ordered, credentials, ordered.c.credential_id == credentials.c.id)
        .where(
            ordered.c.id.in_([item.id for item in items]),
            credentials.c.credential_type == jobs.c.credential_type,
            ordered.c.language == jobs.c.language,
            ordered.c.delivery_method == jobs.c.delivery_method,
        )
    )
    source.locked(PrintJob, jobs.c.state == PrintJobState.OPEN, same_key.exists())


def _with_room(source: Source, rows: Sequence[Any], facts: dict[int, ItemFacts]) -> dict[int, int]:
    """The job of each item, as far as jobs have room, in the order of the items."""
    by_key: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        by_key[_key(row, facts[row.id])].append(row)
    return {row.id: job for key, members in by_key.items() for row, job in _fill(source, key, members, facts)}


def _fill(source: Source, key: Key, members: list[Any], facts: dict[int, ItemFacts]) -> list[tuple[Any, int]]:
    first = facts[members[0].id]
    job = first.job.id if first.job is not None else _open_job(source, key, first.command)
    envelopes, size = first.job_envelopes, first.job_bytes
    taken = []
    for row in members:
        if envelopes >= source.settings.job_max_envelopes or size >= source.settings.job_max_bytes:
            break
        taken.append((row, job))
        envelopes, size = envelopes + 1, size + facts[row.id].document.size
    return taken


def _key(row: Any, facts: ItemFacts) -> Key:
    return facts.credential.credential_type, row.language, row.delivery_method


def _open_job(source: Source, key: Key, command: Command) -> int:
    jobs = table(PrintJob)
    names = ("credential_type", "language", "delivery_method")
    values = dict(zip(names, key, strict=True)) | {
        "state": PrintJobState.OPEN,
        "opened_at": command.at,
        "version": 1,
        "attempts": 0,
        "history_hash": "",
    }
    connection = source.session.connection()
    job = connection.execute(insert(jobs).values(values).returning(jobs.c.id)).scalar_one()
    row = first_history_row(job, PrintJobState.OPEN.value, begun(ORDER_ITEM.plan, command, PRINT_JOB.plan))
    append(source.session, table(PrintJobHistory), [row])
    connection.execute(update(jobs).where(jobs.c.id == job).values(history_hash=row["hash"]))
    return int(job)


def release(installation: Installation, job: int, command: Command) -> Outcome:
    """Close the job: items that may no longer go are held and leave, the rest get their sequence numbers.

    Raises :class:`NotPermittedError`, as all that changes jobs. The job is locked before its items are judged, so that none comes in or is pulled in between; their documents
    are read before, so that hashing them keeps nobody waiting. The content is frozen from here on; the file is written from it by :func:`write_print_file`.
    """
    require_standing(PRINT_JOB.plan, command, WHO_SEES_PRINT_JOBS)
    checked = _checked(installation, job)
    with installation.database.write() as session:
        source = installation.source(session)
        source.locked(PrintJob, table(PrintJob).c.id == job)
        refused = _refused_beforehand(source, job, command)
        if refused is not None:
            return refused
        items = _members(source, job)
        facts = load_item_facts(source, items, command, names=_TO_RELEASE)
        for each in facts.values():
            document = each.document
            known = document is not None and document.id in checked
            each.document_fault = checked[document.id] if known else document_fault(source.store, document)
        errors = {
            item.id: found for item in items if (found := failing(RELEASE_CHECKS, item, facts[item.id]))
        }
        LAST_CHECK.keep(source, command, ((item, facts[item.id], errors.get(item.id, ())) for item in items))
        follow(source, ORDER_ITEM, "hold_by_system", errors, command, after=PRINT_JOB.plan, given=errors)
        (outcome,) = apply(source, PRINT_JOB, [job], command)
        if outcome.kind == "done":
            _seal(source, job, [item for item in items if item.id not in errors], facts)
        return outcome


def _checked(installation: Installation, job: int) -> dict[int, str | None]:
    """What is wrong with the documents that an open job holds, or ``None``, by their ids."""
    items, documents, jobs = table(OrderItem), table(Document), table(PrintJob)
    held = (
        select(items.c.id)
        .join_from(items, jobs, items.c.print_job_id == jobs.c.id)
        .where(jobs.c.id == job, jobs.c.state == PrintJobState.OPEN, items.c.state == ItemState.IN_PRINT_JOB)
    )
    with installation.database.read() as session:
        source = installation.source(session)
        rows = source.rows(Document, documents.c.item_id.in_(held), documents.c.deleted_at.is_(None))
    return {row.id: document_fault(installation.store, row) for row in rows}


def _refused_beforehand(source: Source, job: int, command: Command) -> Outcome | None:
    """What refuses the release whatever its items are, so that they are not touched; repeats get their first answer."""
    rows = source.rows(PrintJob, table(PrintJob).c.id == job)
    stale = rows and command.versions.get(job, rows[0].version) != rows[0].version
    if rows and not stale and rows[0].state is PrintJobState.OPEN:
        facts = PRINT_JOB.load_facts(source, rows, command, {job: (command.event,)})[job]
        if decide(PRINT_JOB.plan, rows[0].state, command.event, rows[0], facts).kind != "permission":
            return None
    return apply(source, PRINT_JOB, [job], command)[0]


def _members(source: Source, job: int) -> Sequence[Any]:
    items = table(OrderItem)
    return source.locked(OrderItem, items.c.print_job_id == job, items.c.state == ItemState.IN_PRINT_JOB)


def _seal(source: Source, job: int, items: Sequence[Any], facts: dict[int, ItemFacts]) -> None:
    """Mailing sequence numbers: country group, postal code, recipient."""
    ordered = sorted(items, key=lambda item: _mailing_order(item, facts[item.id]))
    envelopes = [
        {
            "print_job_id": job,
            "sequence": sequence,
            "item_id": item.id,
            "document_id": facts[item.id].document.id,
            "country_group": country_group(item.address["country"]),
            "manual_insert": item.delivery_method in MAILED_BY_PROVIDER
            and _sheets(item) > MAX_SHEETS_AUTOMATED,
            "spoiled_sheets": 0,
        }
        for sequence, item in enumerate(ordered, start=1)
    ]
    append(source.session, table(Envelope), envelopes)
    sealed, items_ = table(Envelope), table(OrderItem)
    number = select(sealed.c.sequence).where(sealed.c.print_job_id == job, sealed.c.item_id == items_.c.id)
    source.session.connection().execute(
        update(items_)
        .where(items_.c.print_job_id == job, items_.c.state == ItemState.IN_PRINT_JOB)
        .values(sequence=number.scalar_subquery())
    )


def _mailing_order(item: Any, facts: ItemFacts) -> tuple[int, str, str, int]:
    groups = list(type(country_group("CA")))
    address = item.address
    return (
        groups.index(country_group(address["country"])),
        address["postal_code"],
        facts.recipient_of(item),
        item.id,
    )


def _sheets(item: Any) -> int:
    """One letter and the copies, simplex."""
    return 1 + int(item.copies)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One envelope of a released job with what it holds."""

    envelope: Any
    item: Any
    document: Any


def sealed_envelopes(source: Source, job: int) -> list[Sealed]:
    """The envelopes of a released job in sequence."""
    envelopes, items, documents = table(Envelope), table(OrderItem), table(Document)
    in_job = envelopes.c.print_job_id == job
    rows = (
        source.session.connection()
        .execute(select(envelopes).where(in_job).order_by(envelopes.c.sequence))
        .all()
    )
    chosen = select(envelopes.c.item_id).where(in_job)
    by_item = {row.id: row for row in source.rows(OrderItem, items.c.id.in_(chosen))}
    held = select(envelopes.c.document_id).where(in_job)
    by_document = {row.id: row for row in source.rows(Document, documents.c.id.in_(held))}
    return [Sealed(row, by_item[row.item_id], by_document[row.document_id]) for row in rows]


def discard(installation: Installation, job: int, command: Command, *, no_copy_confirmed: bool) -> Outcome:
    """Discard the job; its items are ready for delivery again."""
    require_standing(PRINT_JOB.plan, command, WHO_SEES_PRINT_JOBS)
    given = {job: {"no_copy_confirmed": no_copy_confirmed}}
    with installation.database.write() as session:
        source = installation.source(session)
        (outcome,) = apply(source, PRINT_JOB, [job], replace(command, given=given))
        if outcome.kind == "done":
            members = [item.id for item in _members(source, job)]
            follow(source, ORDER_ITEM, "remove_from_print_job", members, command, after=PRINT_JOB.plan)
        return outcome


def change(installation: Installation, job: int, command: Command) -> Outcome:
    """An event of the job that changes nothing else (``resend``)."""
    require_standing(PRINT_JOB.plan, command, WHO_SEES_PRINT_JOBS)
    with installation.database.write() as session:
        return apply(installation.source(session), PRINT_JOB, [job], command)[0]


#: The facts that going into a job, and its release, look at.
_TO_GATHER = facts_of_all(
    (*ORDER_ITEM.plan.rules_of(ItemState.RENDERED, "add_to_print_job"), _with_room), ItemFacts
)
_TO_RELEASE = facts_of_all((*RELEASE_CHECKS, _seal), ItemFacts)
