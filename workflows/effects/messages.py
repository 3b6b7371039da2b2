"""Writes messages to people into the outbox, in the transaction of the change, once per kind, matter and address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from models.codes import CountryGroup, Language, MessageKind, StatusReason
from models.consumers import Consumer
from models.orders import DocumentOrder, item_number
from models.outbox import Message
from models.print_jobs import Envelope, job_number
from models.settings import Settings
from models.sql.many_rows import append
from renderers.content import Imprint
from renderers.pages.long_forms import long_date
from workflows.command import Command
from workflows.effects.message_texts import compose
from workflows.machines.machine import Case
from workflows.rules.digital_link import last_day_of_link, link_token
from workflows.source import Source, table

#: The envelope never left, so nobody waits for it (domain §2, "where the envelope never left").
NEVER_LEFT = frozenset(
    {StatusReason.PRINT_DEFECT, StatusReason.PULLED_BEFORE_MAILING, StatusReason.NOT_SUPPLIED}
)


@dataclass(frozen=True, slots=True)
class Reader:
    """An address, and the language of the person who reads there."""

    address: str
    language: Language


def tell_student_and_orderer(
    source: Source, kind: MessageKind, cases: Sequence[Case], command: Command
) -> None:
    """Write to the student, unless deceased, and to the person who ordered; only to addresses on file."""
    orders = table(DocumentOrder)
    ids = {case.row.order_id for case in cases}
    statement = select(orders.c.id, orders.c.email, orders.c.language).where(
        orders.c.id.in_(sorted(ids)), orders.c.email != ""
    )
    orderers = {row.id: row for row in source.session.connection().execute(statement)}
    _tell(source, kind, [(case, _readers(case, orderers.get(case.row.order_id))) for case in cases], command)


def _readers(case: Case, order: Any) -> list[Reader]:
    student = case.facts.student
    found = {} if order is None else {order.email: Reader(order.email, order.language)}
    if student.email and not student.deceased:
        found.setdefault(student.email, Reader(student.email, student.language))
    return list(found.values())


def tell_consumer(source: Source, kind: MessageKind, cases: Sequence[Case], command: Command) -> None:
    """Write to the consumer of each digital item about its newest link."""
    ids = {case.row.consumer_id for case in cases}
    consumers = {row.id: row for row in source.rows(Consumer, table(Consumer).c.id.in_(sorted(ids)))}
    readers = {key: [Reader(row.email, row.language)] for key, row in consumers.items()}
    _tell(source, kind, [(case, readers.get(case.row.consumer_id, [])) for case in cases], command)


def _tell(
    source: Source, kind: MessageKind, cases: Iterable[tuple[Case, Sequence[Reader]]], command: Command
) -> None:
    rows = []
    for case, readers in cases:
        about = f"item:{item_number(case.row.order_id, case.row.item_no)}"
        if kind in _ABOUT_LINKS:
            about += f":{_link_no(kind, case)}"
        for reader in readers:
            fields = _fields(kind, case, reader.language, command, source.settings)
            rows.append(_row(source, kind, about, reader, fields, command))
    write_once(source, rows)


#: Written once for each link, not once for the item.
_ABOUT_LINKS = frozenset({MessageKind.LINK_AVAILABLE, MessageKind.ABOUT_TO_EXPIRE})


def _link_no(kind: MessageKind, case: Case) -> int:
    """The link that the message is about: rendering makes the next one."""
    return int(case.row.link_no) + (kind is MessageKind.LINK_AVAILABLE)


def _fields(
    kind: MessageKind, case: Case, language: Language, command: Command, settings: Settings
) -> Mapping[str, object]:
    fields: dict[str, object] = {
        "title": case.facts.credential.credential_type.label.in_(language),
        "item": item_number(case.row.order_id, case.row.item_no),
    }
    if kind is MessageKind.UNDELIVERABLE and command.reason:
        fields["reason"] = StatusReason(command.reason).label.in_(language)
    if kind in _ABOUT_LINKS:
        new = kind is MessageKind.LINK_AVAILABLE
        last_day = last_day_of_link(command.today, settings) if new else case.row.link_expires_on
        fields["day"] = long_date(last_day, language.value)
        token = link_token(case.row.order_id, case.row.item_no, _link_no(kind, case), settings)
        fields["link"] = f"{settings.link_url.rstrip('/')}/{fields['item']}/{token}"
    return fields


def tell_of_transmission(source: Source, kind: MessageKind, cases: Sequence[Case], command: Command) -> None:
    """Write the notice to provider and Student Records: counts by country and the last sequence number (domain §6, "After each transmission a notice")."""
    settings = source.settings
    readers = (
        Reader(settings.provider_email, Language.EN),
        Reader(settings.student_records_email, settings.lang),
    )
    counts = _envelopes(source, [case.row.id for case in cases])
    rows = []
    for case in cases:
        number, found = job_number(case.row.id), counts.get(case.row.id, {})
        for reader in readers:
            lines = [f"{group.label.in_(reader.language)}: {found.get(group, 0)}" for group in CountryGroup]
            fields = {"job": number, "counts": "\n".join(lines), "last": sum(found.values())}
            # The version tells one transmission of a job from the next.
            rows.append(_row(source, kind, f"job:{number}:{case.row.version}", reader, fields, command))
    write_once(source, rows)


def _envelopes(source: Source, jobs: Sequence[int]) -> dict[int, dict[CountryGroup, int]]:
    envelopes = table(Envelope).c
    statement = (
        select(envelopes.print_job_id, envelopes.country_group, func.count())
        .where(envelopes.print_job_id.in_(jobs))
        .group_by(envelopes.print_job_id, envelopes.country_group)
    )
    found: dict[int, dict[CountryGroup, int]] = {}
    for job, group, number in source.session.connection().execute(statement):
        found.setdefault(job, {})[group] = number
    return found


def _row(
    source: Source,
    kind: MessageKind,
    about: str,
    reader: Reader,
    fields: Mapping[str, object],
    command: Command,
) -> dict[str, Any]:
    contact = Imprint(specimen=not source.settings.production).contact(reader.language.value)
    subject, body = compose(kind, reader.language.value, contact, **fields)
    return {
        "kind": kind,
        "about": about,
        "address": reader.address,
        "language": reader.language,
        "subject": subject,
        "body": body,
        "created_at": command.at,
        "attempts": 0,
    }


def write_once(source: Source, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append the messages that were not written before; the caller has locked their subjects."""
    if not rows:
        return
    messages = table(Message).c
    statement = select(messages.kind, messages.about, messages.address).where(
        messages.about.in_({row["about"] for row in rows})
    )
    told = {tuple(row) for row in source.session.connection().execute(statement)}
    new = {(row["kind"], row["about"], row["address"]): dict(row) for row in rows}
    append(source.session, table(Message), [row for key, row in new.items() if key not in told])
