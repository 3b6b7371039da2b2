"""Credential numbers that are replaced, deleted and restored (domain §3, "Student credential")."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert
from typing_extensions import TypedDict

from models.codes import CredentialState, DeleteReason
from models.credentials import Credential, has_number
from models.edges.faults import FaultsError
from models.edges.text import check_school_year
from models.history import CredentialHistory
from models.students import Student
from workflows.command import Command
from workflows.effects.credential import CREDENTIAL
from workflows.engine.engine import apply, ask, follow
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.machines.follows import begun
from workflows.operations.access.permission import require_standing
from workflows.operations.ordering.numbering import take_numbers
from workflows.operations.ordering.place import begin_history
from workflows.operations.students.import_students import look_again_at_held_items
from workflows.source import Source, table

_NAMES = ("last_name", "first_name", "middle_name", "suffix")


@dataclass(frozen=True, slots=True)
class Reissued:
    """What became of a re-issue, and the new number where there is one."""

    outcome: Outcome
    number: str | None = None
    credential_id: int | None = None


class ReissuedView(TypedDict):
    """The number that was superseded, and the new one."""

    superseded: str
    number: str


def reissued_view(superseded: str, done: Reissued) -> ReissuedView:
    """A credential that has a new number; of one that was refused there is nothing to show."""
    if done.number is None:
        raise AssertionError
    return {"superseded": superseded, "number": done.number}


def credentials_of(source: Source, number: str) -> list[Any]:
    """The credentials that ``number`` names, under lock: at most one, as number or as legacy number."""
    return list(source.locked(Credential, has_number(table(Credential).c, number)))


def reissue(
    installation: Installation, number: str, command: Command, school_year: str | None = None
) -> Reissued | None:
    """Give the credential a new number under the present legal name; ``None`` where no such number is known.

    Raises :class:`NotPermittedError`, as all that changes numbers, and :class:`FaultsError` for a school year that is too
    far ahead.
    """
    require_standing(CREDENTIAL.plan, replace(command, event="supersede"))
    with installation.database.write() as session:
        source = installation.source(session)
        found = credentials_of(source, number)
        if faults := check_school_year(school_year, command.today):
            raise FaultsError(*faults)
        return reissue_in(source, found[0], command, school_year) if found else None


def reissue_in(source: Source, old: Any, command: Command, school_year: str | None = None) -> Reissued:
    """The same for a locked row, inside the caller's transaction.

    The day of the award stays: a new name is no new award.
    """
    given = {old.id: {"school_year": school_year}}
    (outcome,) = apply(source, CREDENTIAL, [old.id], replace(command, event="supersede", given=given))
    if outcome.kind != "done":
        return Reissued(outcome)
    number = take_numbers(source.session, 1)[0]
    new = _insert(source, old, number, school_year)
    begin_history(
        source.session,
        Credential,
        CredentialHistory,
        [new],
        CredentialState.AWARDED,
        begun(CREDENTIAL.plan, replace(command, event="supersede"), CREDENTIAL.plan),
    )
    look_again_at_held_items(source, [old.student_id], command)
    return Reissued(outcome, number, new)


def _insert(source: Source, old: Any, number: str, school_year: str | None) -> int:
    (student,) = source.rows(Student, table(Student).c.id == old.student_id)
    values = {
        "student_id": old.student_id,
        "credential_type": old.credential_type,
        "state": CredentialState.AWARDED,
        "number": number,
        "replaces_id": old.id,
        "school_year": school_year or old.school_year,
        "programme_language": old.programme_language,
        "awarded_on": old.awarded_on,
        "version": 0,
        "history_hash": "",
        **{name: getattr(student, name) for name in _NAMES},
    }
    statement = insert(table(Credential)).values(values).returning(table(Credential).c.id)
    return int(source.session.connection().execute(statement).scalar_one())


def change_number(installation: Installation, number: str, command: Command) -> Outcome | None:
    """Delete or undelete the credential ``number``; ``None`` where no such number is known."""
    require_standing(CREDENTIAL.plan, command)
    with installation.database.write() as session:
        source = installation.source(session)
        found = credentials_of(source, number)
        if not found:
            return None
        (outcome,) = apply(source, CREDENTIAL, [found[0].id], command)
        look_again_at_held_items(source, [found[0].student_id], command)
        return outcome


def undo_supersession(installation: Installation, number: str, command: Command) -> Outcome | None:
    """Make the superseded ``number`` the active one again; the number that replaced it is deleted.

    Both happen or neither; ``None`` where no such number is known.
    """
    undo = replace(command, event="undo_supersede")
    require_standing(CREDENTIAL.plan, undo)
    with installation.database.write() as session:
        source = installation.source(session)
        found = credentials_of(source, number)
        if not found:
            return None
        (old,) = found
        columns = table(Credential).c
        newer = source.locked(
            Credential, columns.replaces_id == old.id, columns.state == CredentialState.AWARDED
        )
        decision = next(
            each
            for each in ask(source, CREDENTIAL, [old.id], command)[old.id]
            if each.event == "undo_supersede"
        )
        as_seen = command.versions.get(old.id, old.version) == old.version
        if decision.allowed and newer and as_seen:
            reason = DeleteReason.AWARDED_IN_ERROR.value
            numbers = [each.id for each in newer]
            said = {"actor": command.actor, "reason": reason, "note": command.note}
            follow(source, CREDENTIAL, "delete", numbers, undo, after=CREDENTIAL.plan, **said)
        (outcome,) = apply(source, CREDENTIAL, [old.id], undo)
        look_again_at_held_items(source, [old.student_id], command)
        return outcome
