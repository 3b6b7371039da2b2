"""What the print provider reports: an outcome per mailing sequence number, and the reconciliation (domain §3, "every sequence has an outcome").

Decided here, where the domain is silent:

- Rows that say different things of one envelope are all rejected: which of them is right is for the provider to say. What is
  said twice in the same words is said once. A later file corrects an earlier one, until the job is reconciled.
- An envelope's day lies between the job's hand-over and today, both in Edmonton: days to the presumed delivery count from it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update
from typing_extensions import TypedDict

from models.codes import EnvelopeOutcome, StatusReason
from models.edges.faults import Fault, fault
from models.edges.receipts import BadReceipt, Receipt
from models.print_jobs import Envelope, PrintJob
from workflows.calendar import EDMONTON
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.engine.engine import apply, follow
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.operations.access.permission import WHO_SEES_PRINT_JOBS, require_standing
from workflows.shapes import Both, both
from workflows.source import Source, table


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What became of receipts: how many envelopes were recorded, the numbers that the job does not have, and what is rejected."""

    outcome: Outcome
    recorded: int = 0
    unknown: list[int] = field(default_factory=list)
    rejected: list[BadReceipt] = field(default_factory=list)

    def left_out(self, unread: Sequence[BadReceipt]) -> list[BadReceipt]:
        """What is rejected and what could not be read, in the order of their lines."""
        return sorted([*unread, *self.rejected], key=lambda each: each.line)


class RejectedReceipt(TypedDict):
    """A row that is not recorded, with what to do about it."""

    line: int
    message: Both


class AcknowledgedView(TypedDict):
    """What was recorded of what the print provider reported, and what was not."""

    job: str
    recorded: int
    unknown_sequences: list[int]
    rejected: list[RejectedReceipt]


def acknowledged_view(job: str, done: Acknowledged, unread: Sequence[BadReceipt]) -> AcknowledgedView:
    """What became of the receipts of the print job ``job``, with the rows that could not be read."""
    return {
        "job": job,
        "recorded": done.recorded,
        "unknown_sequences": done.unknown,
        "rejected": [{"line": each.line, "message": both(each.message)} for each in done.left_out(unread)],
    }


def acknowledge(
    installation: Installation, job: int, receipts: Sequence[Receipt], command: Command
) -> Acknowledged:
    """Record the provider's outcomes; what contradicts itself or can't have been is left out and given back.

    Raises :class:`NotPermittedError`.
    """
    require_standing(PRINT_JOB.plan, command, WHO_SEES_PRINT_JOBS)
    with installation.database.write() as session:
        source = installation.source(session)
        good, rejected = _sifted(receipts, _handed_over_on(source, job), command.today)
        known = _sequences(source, job)
        used = [receipt for receipt in good if receipt.sequence in known]
        given = {job: [_as_json(receipt) for receipt in used]}
        (outcome,) = apply(source, PRINT_JOB, [job], replace(command, given=given))
        if outcome.kind == "done" and used:
            _record(source, job, used)
    unknown = [receipt.sequence for receipt in good if receipt.sequence not in known]
    return Acknowledged(outcome, len(used), unknown, rejected)


def _sifted(
    receipts: Sequence[Receipt], handed_over: date | None, today: date
) -> tuple[list[Receipt], list[BadReceipt]]:
    """One receipt of each envelope, and what is rejected with all reasons, in the order of their lines."""
    of_envelope: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        of_envelope[receipt.sequence].append(receipt)
    good: dict[int, Receipt] = {}
    rejected = []
    for receipt in receipts:
        faults = [
            *_contradiction(of_envelope[receipt.sequence]),
            *_impossible_day(receipt, handed_over, today),
        ]
        if faults:
            rejected.append(BadReceipt(receipt.line, tuple(faults)))
        else:
            good.setdefault(receipt.sequence, receipt)
    return list(good.values()), rejected


def _contradiction(receipts: Sequence[Receipt]) -> list[Fault]:
    if len({receipt.said for receipt in receipts}) == 1:
        return []
    lines = ", ".join(str(receipt.line) for receipt in receipts)
    return [fault("sequence_contradicted", "sequence", lines=lines, sequence=receipts[0].sequence)]


def _impossible_day(receipt: Receipt, handed_over: date | None, today: date) -> list[Fault]:
    value = receipt.on.isoformat()
    if receipt.on > today:
        return [fault("after_today", "date", value=value, today=today.isoformat())]
    if handed_over is not None and receipt.on < handed_over:
        return [fault("before_transmission", "date", value=value, transmitted=handed_over.isoformat())]
    return []


def _handed_over_on(source: Source, job: int) -> date | None:
    """The day on which the job was transmitted; a job that was not has no receipts, as its machine will say."""
    rows = source.rows(PrintJob, table(PrintJob).c.id == job)
    at = rows[0].transmitted_at if rows else None
    return None if at is None else at.astimezone(EDMONTON).date()


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
