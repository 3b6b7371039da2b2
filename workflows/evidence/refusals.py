"""Refused attempts of people and services (CO-11 and every other rule), kept as history keeps what was done.

A refusal that a machine gives is written in the transaction of the command. One that ends an operation before any
machine is asked, or undoes its transaction, is written by the door through which it came (:func:`note`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlmodel import Session

from models.codes import Role
from models.evidence import Refusal
from workflows.command import Command
from workflows.rule import Reason
from workflows.source import Source, table

if TYPE_CHECKING:
    from workflows.engine import Outcome
    from workflows.installation import Installation


def record(session: Session, subject_table: str, command: Command, outcomes: Iterable["Outcome"]) -> None:
    """Keep what ``command`` was refused; what the software tries by itself is no attempt."""
    if command.actor.role is Role.SYSTEM:
        return
    rows = [
        _row(
            command,
            subject_table,
            outcome.subject_id,
            outcome.decision.state,
            outcome.decision.kind,
            outcome.decision.reasons,
        )
        for outcome in outcomes
        if outcome.kind == "refused" and outcome.decision is not None
    ]
    if rows:
        session.connection().execute(insert(table(Refusal)), rows)


def note(installation: "Installation", command: Command, kind: str, reasons: Sequence[Reason]) -> None:
    """Keep the refusal of an operation in a transaction of its own."""
    if command.actor.role is not Role.SYSTEM:
        with installation.database.write() as session:
            session.connection().execute(
                insert(table(Refusal)), [_row(command, "", None, None, kind, reasons)]
            )


def _row(
    command: Command,
    subject_table: str,
    subject: int | None,
    state: Any,
    kind: Any,
    reasons: Sequence[Reason],
) -> dict[str, Any]:
    return {
        "at": command.at,
        "actor_role": command.actor.role,
        "actor_name": command.actor.name,
        "subject_table": subject_table,
        "subject_id": subject,
        "event": command.event,
        "state": None if state is None else str(state),
        "kind": kind,
        "codes": [reason.code for reason in reasons],
        "command_id": command.command_id,
    }


def refusals(
    source: Source,
    *,
    since: datetime | None = None,
    role: Role | None = None,
    subject: tuple[str, int] | None = None,
    after: int = 0,
    limit: int = 100,
) -> Sequence[Any]:
    """The refused attempts in the order in which they were made, a page at a time; ``subject`` is (table, id)."""
    columns = table(Refusal).c
    conditions = [columns.id > after]
    conditions += [columns.at >= since] if since is not None else []
    conditions += [columns.actor_role == role] if role is not None else []
    if subject is not None:
        conditions += [columns.subject_table == subject[0], columns.subject_id == subject[1]]
    statement = table(Refusal).select().where(*conditions).order_by(columns.id).limit(limit)
    return source.session.connection().execute(statement).all()
