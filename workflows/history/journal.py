"""Tells the log what was committed: one line per command and machine, with the numbers of all that it changed or not.

Numbers, ids, codes and roles only: no name, address, note or parameter of a rule, since logs travel and stay.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from models.orders import item_number
from models.print_jobs import job_number
from workflows.command import Command

_LOG = logging.getLogger("orders.transitions")
_NOTES = "orders_journal"


def note(
    session: Session, subject: str, rows: Sequence[Any], outcomes: Sequence[Any], command: Command
) -> None:
    """Tell of ``outcomes`` once ``session`` has committed; where it is rolled back, nothing happened."""
    if not outcomes or not _LOG.isEnabledFor(logging.INFO):
        return
    if _NOTES not in session.info:
        session.info[_NOTES] = []
        event.listen(session, "after_commit", _tell, once=True)
    session.info[_NOTES].append((subject, rows, outcomes, command))


def _tell(session: Session) -> None:
    for noted in session.info.pop(_NOTES, ()):
        tell(*noted)


def tell(subject: str, rows: Sequence[Any], outcomes: Sequence[Any], command: Command) -> None:
    """Tell of ``outcomes`` that are committed."""
    if not _LOG.isEnabledFor(logging.INFO):
        return
    numbers = {row.id: number_of(subject, row) for row in rows}
    said = _by_kind(outcomes, numbers)
    said |= {"command": command.command_id, "role": command.actor.role.value}
    _LOG.info("%s %s", subject, command.event, extra=said)


def _by_kind(outcomes: Sequence[Any], numbers: Mapping[int, str]) -> dict[str, Any]:
    """``done``, ``already_done``, ``conflict``, ``not_found``: numbers; ``refused``: numbers by the codes of the rules."""
    said: dict[str, Any] = defaultdict(list)
    refused: dict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        number = numbers.get(outcome.subject_id, str(outcome.subject_id))
        if outcome.kind != "refused":
            said[outcome.kind].append(number)
            continue
        for code in sorted({reason.code for reason in outcome.decision.reasons}) or [outcome.decision.kind]:
            refused[code].append(number)
    return dict(said) | ({"refused": dict(refused)} if refused else {})


def number_of(subject: str, row: Any) -> str:
    """The number under which people know a row of the machine ``subject``."""
    if subject == "order_items":
        return item_number(row.order_id, row.item_no)
    return job_number(row.id) if subject == "print_jobs" else str(row.id)
