"""What the print provider reports: an outcome per mailing sequence number, and the reconciliation (domain §3)."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update
from typing_extensions import TypedDict

from models.codes import EnvelopeOutcome, Label, StatusReason
from models.print_jobs import Envelope
from models.text import parse_date
from workflows.answers import Both, both
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.engine import Outcome, apply, follow
from workflows.installation import Installation
from workflows.operations.permission import WHO_SEES_PRINT_JOBS, require_standing
from workflows.source import Source, table

#: The columns of a receipt; ``spoiled_sheets`` may be left out.
COLUMNS = ("sequence", "outcome", "date", "spoiled_sheets")
#: The largest number of an envelope, and the most sheets that one can have spoiled.
MAX_SEQUENCE, MAX_SPOILED = 2**31 - 1, 10_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of one envelope."""

    sequence: int
    outcome: EnvelopeOutcome
    on: date
    spoiled_sheets: int = 0


@dataclass(frozen=True, slots=True)
class BadReceipt:
    """A row that says nothing usable, with what to do about it."""

    line: int
    message: Label


class RejectedReceipt(TypedDict):
    """A row that says nothing usable, with what to do about it."""

    line: int
    message: Both


class AcknowledgedView(TypedDict):
    """What was recorded of what the print provider reported, and what was not."""

    job: str
    recorded: int
    unknown_sequences: list[int]
    rejected: list[RejectedReceipt]


def acknowledged_view(
    job: str, recorded: int, unknown: Sequence[int], bad: Sequence[BadReceipt]
) -> AcknowledgedView:
    """What became of the receipts of the print job ``job``."""
    return {
        "job": job,
        "recorded": recorded,
        "unknown_sequences": [*unknown],
        "rejected": [{"line": each.line, "message": both(each.message)} for each in bad],
    }


def read_receipts(file: Iterable[str]) -> tuple[list[Receipt], list[BadReceipt]]:
    """Read a receipt CSV: the rows that can be used, and the others with their line and what is wrong."""
    good: list[Receipt] = []
    bad: list[BadReceipt] = []
    reader = csv.DictReader(file)
    for row in reader:
        try:
            good.append(_receipt(row))
        except (KeyError, TypeError, ValueError):
            bad.append(BadReceipt(reader.line_num, _EXPECTED))
    return good, bad


_EXPECTED = Label(
    f"Give a sequence number, one of {', '.join(EnvelopeOutcome)}, a date YYYY-MM-DD and a number of spoiled sheets.",
    f"Donnez un numéro de séquence, l'un de {', '.join(EnvelopeOutcome)}, une date AAAA-MM-JJ et un nombre de feuilles "
    "gâchées.",
)


def _receipt(row: dict[str, str]) -> Receipt:
    sequence, day = int(row["sequence"]), parse_date(row["date"])
    spoiled = int(row.get("spoiled_sheets") or 0)
    if day is None or not 0 < sequence <= MAX_SEQUENCE or not 0 <= spoiled <= MAX_SPOILED:
        raise ValueError(row)
    return Receipt(sequence, EnvelopeOutcome(row["outcome"]), day, spoiled)


def acknowledge(
    installation: Installation, job: int, receipts: Sequence[Receipt], command: Command
) -> tuple[Outcome, list[int]]:
    """Record the provider's outcomes; gives also the sequence numbers that the job does not have, which are left out.

    Raises :class:`NotPermittedError`.
    """
    require_standing(PRINT_JOB.plan, command, WHO_SEES_PRINT_JOBS)
    with installation.database.write() as session:
        source = installation.source(session)
        known = _sequences(source, job)
        used = [receipt for receipt in receipts if receipt.sequence in known]
        given = {job: [_as_json(receipt) for receipt in used]}
        (outcome,) = apply(source, PRINT_JOB, [job], replace(command, given=given))
        if outcome.kind == "done" and used:
            _record(source, job, used)
    return outcome, [receipt.sequence for receipt in receipts if receipt.sequence not in known]


def _sequences(source: Source, job: int) -> set[int]:
    envelopes = table(Envelope)
    statement = select(envelopes.c.sequence).where(envelopes.c.print_job_id == job)
    return set(source.session.connection().execute(statement).scalars())


def _as_json(receipt: Receipt) -> dict[str, Any]:
    return {
        "sequence": receipt.sequence,
        "outcome": receipt.outcome,
        "date": receipt.on,
        "spoiled": receipt.spoiled_sheets,
    }


def _record(source: Source, job: int, receipts: Sequence[Receipt]) -> None:
    envelopes = table(Envelope)
    statement = (
        update(envelopes)
        .where(envelopes.c.print_job_id == job, envelopes.c.sequence == bindparam("at"))
        .values(
            outcome=bindparam("its_outcome"), outcome_on=bindparam("day"), spoiled_sheets=bindparam("spoiled")
        )
    )
    rows = [
        {"at": each.sequence, "its_outcome": each.outcome, "day": each.on, "spoiled": each.spoiled_sheets}
        for each in receipts
    ]
    source.session.connection().execute(statement, rows)


def reconcile(installation: Installation, job: int, command: Command) -> Outcome:
    """Close the job once every envelope has an outcome; what was pulled before mailing has failed.

    Raises :class:`NotPermittedError`.
    """
    require_standing(PRINT_JOB.plan, command, WHO_SEES_PRINT_JOBS)
    with installation.database.write() as session:
        source = installation.source(session)
        (outcome,) = apply(source, PRINT_JOB, [job], command)
        if outcome.kind == "done":
            envelopes = table(Envelope)
            pulled = (envelopes.c.print_job_id == job) & (envelopes.c.outcome == EnvelopeOutcome.PULLED)
            items = list(session.connection().execute(select(envelopes.c.item_id).where(pulled)).scalars())
            reason = StatusReason.PULLED_BEFORE_MAILING.value
            follow(source, ORDER_ITEM, "fail", items, command, after=PRINT_JOB.plan, reason=reason)
        return outcome
