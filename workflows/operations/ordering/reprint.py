"""The ministry's reprint order: one item, placed at once; a changed name is re-issued first (domain §5, "Add Credential Reprint Order")."""

from dataclasses import dataclass, replace
from typing import Any

from models.credentials import Credential
from workflows.command import Command
from workflows.effects.credential import CREDENTIAL
from workflows.history import refusals
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.operations.access.as_seen import require_as_seen
from workflows.operations.access.permission import WHO_ORDERS, require
from workflows.operations.ordering.place import place_each
from workflows.operations.ordering.reissue import credentials_of, reissue_in
from workflows.operations.ordering.reprint_line import (
    Judged,
    ReprintDetails,
    ReprintLine,
    judge,
    keep_answers,
)
from workflows.rules.rule import Reason
from workflows.source import Source, table


@dataclass(frozen=True, slots=True)
class Reprinted:
    """A placed reprint with its warnings, or every reason why it was not placed."""

    item: str | None = None
    credential_number: str | None = None
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    #: The re-issue that failed, where one was wanted.
    reissue: Outcome | None = None


def reprint(
    installation: Installation,
    number: str,
    details: ReprintDetails,
    command: Command,
    *,
    current_name: bool = False,
) -> Reprinted | None:
    """Order a reprint of the credential ``number``; ``None`` where no such number is known.

    ``current_name`` prints the present legal name, for which the credential is re-issued first; both happen or
    neither. Raises :class:`NotPermittedError`, and :class:`StaleError` where the credential is not as the caller saw it.
    """
    require(WHO_ORDERS, command)
    with installation.database.write() as session:
        source = installation.source(session)
        found = credentials_of(source, number)
        if not found:
            return None
        require_as_seen(found[0], command)
        savepoint = session.begin_nested()
        done = _place(source, found[0], details, command, current_name=current_name)
        if done.item is None:
            savepoint.rollback()
            if done.reissue is not None:
                refusals.record(session, CREDENTIAL.table.name, command, [done.reissue])
        return done


def _place(
    source: Source, credential: Any, details: ReprintDetails, command: Command, *, current_name: bool
) -> Reprinted:
    if current_name:
        reissued = reissue_in(source, credential, replace(command, event="supersede"))
        if reissued.credential_id is None:
            return Reprinted(reissue=reissued.outcome)
        (credential,) = source.rows(Credential, table(Credential).c.id == reissued.credential_id)
    judged = _judged(source, credential, details, command)
    keep_answers(source, [judged], command)
    if judged.reasons:
        return Reprinted(reasons=judged.reasons)
    (item,) = place_each(source.session, [judged.item], replace(command, event="place"))
    return Reprinted(item, credential.number or credential.legacy_number, warnings=judged.warnings)


def _judged(source: Source, credential: Any, details: ReprintDetails, command: Command) -> Judged:
    """Whoever asks is the student, under the preferred name, unless somebody else is named."""
    (judged,) = judge(source, [ReprintLine(credential, details)], command)
    student = judged.facts.student
    judged.item.requested_by = details.requested_by or student.preferred_name or student.first_name
    return judged
