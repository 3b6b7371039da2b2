"""Refused attempts of people and services (CO-11 and every other rule), kept as history keeps what was done.

A refusal that a machine gives is written in the transaction of the command. One that ends an operation before any
machine is asked, or undoes its transaction, is written by the door through which it came (:func:`note`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import insert
from sqlmodel import Session

from models.codes import Role
from models.evidence import Refusal
from workflows.command import Command
from workflows.rules.rule import Reason
from workflows.source import Source, table

if TYPE_CHECKING:
    from workflows.installation import Installation
    from workflows.machines.decision import Outcome


#: What an attempt was about: a table, and a row's id.
Subject: TypeAlias = tuple[str, int]


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


def record_rows(
    session: Session, subject_table: str, command: Command, refused: Iterable[tuple[int, Sequence[Reason]]]
) -> None:
    """Keep what rules refused of subjects that no machine was asked about: ids with the reasons, in one statement."""
    if command.actor.role is Role.SYSTEM:
        return
    rows = [_row(command, subject_table, subject, None, "rule", reasons) for subject, reasons in refused]
    if rows:
        session.connection().execute(insert(table(Refusal)), rows)


def note(
    installation: "Installation",
    command: Command,
    kind: str,
    reasons: Sequence[Reason],
    *,
    about: str = "",
    subject: Subject | None = None,
) -> None:
    """Keep the refusal of an operation in a transaction of its own, with what was asked for and what it is about."""
    if command.actor.role is Role.SYSTEM:
        return
    of, found = subject or ("", None)
    row = _row(command, of, found, None, kind, reasons) | {"about": _plain(about) or None}
    with installation.database.write() as session:
        session.connection().execute(insert(table(Refusal)), [row])


#: The most characters that are kept of what somebody asked for.
_MOST = 200


def _plain(text: str) -> str:
    """``text`` as any database takes it: strangers ask for anything."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text[:_MOST])


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
        "event": _plain(command.event),
        "state": None if state is None else str(state),
        "kind": kind,
        "codes": [reason.code for reason in reasons],
        "command_id": command.command_id,
        "about": None,
        "service": command.actor.service or None,
    }


def refusals(
    source: Source,
    *,
    since: datetime | None = None,
    role: Role | None = None,
    subject: Subject | None = None,
    after: int = 0,
    limit: int = 100,
) -> Sequence[Any]:
    """The refused attempts in the order in which they were made, a page at a time."""
    columns = table(Refusal).c
    conditions = [columns.id > after]
    conditions += [columns.at >= since] if since is not None else []
    conditions += [columns.actor_role == role] if role is not None else []
    if subject is not None:
        conditions += [columns.subject_table == subject[0], columns.subject_id == subject[1]]
    statement = table(Refusal).select().where(*conditions).order_by(columns.id).limit(limit)
    return source.session.connection().execute(statement).all()
