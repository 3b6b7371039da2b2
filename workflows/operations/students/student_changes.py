"""What Student Records changes about a student: holds, the death flag, the mailing address."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import insert, update
from typing_extensions import TypedDict

from models.edges.faults import FaultsError, fault
from models.students import Address, Student, StudentHold
from workflows.command import Command
from workflows.installation import Installation
from workflows.operations.access.permission import WHO_ORDERS, require
from workflows.operations.students.import_students import cancel_items_of_deceased, look_again_at_held_items
from workflows.source import Source, table


class ChangedStudent(TypedDict):
    """Whether anything about a student changed, or was so already."""

    asn: str
    changed: bool
    already_done: bool


Act = Callable[[Source, Any], bool]


def hold_student(installation: Installation, asn: str, until: date | None, command: Command) -> bool | None:
    """Hold the student's documents, up to and with ``until``, or until the hold is ended (CO-05).

    Gives whether anything changed; ``None`` where no such student is known. Raises :class:`NotPermittedError`, and
    :class:`FaultsError` for a day that is over: a hold is ended by :func:`end_student_hold`, which says so.
    """

    def act(source: Source, student: Any) -> bool:
        if until is not None and until < command.today:
            days = {"value": until.isoformat(), "today": command.today.isoformat()}
            raise FaultsError(fault("hold_in_past", "hold_until", **days))
        columns = table(StudentHold).c
        in_force = (columns.student_id == student.id) & columns.ended_at.is_(None)
        if found := source.rows(StudentHold, in_force):
            values: dict[str, Any] = {"until": until}
            source.session.connection().execute(update(table(StudentHold)).where(in_force).values(values))
            return bool(found[0].until != until)
        values = {"student_id": student.id, "placed_at": command.at, "until": until}
        source.session.connection().execute(insert(table(StudentHold)).values(values))
        return True

    return _change(installation, asn, command, act)


def end_student_hold(installation: Installation, asn: str, command: Command) -> bool | None:
    """End the hold; what waited for nothing else is released by the next sweep. See :func:`hold_student`."""

    def act(source: Source, student: Any) -> bool:
        columns = table(StudentHold).c
        in_force = (columns.student_id == student.id) & columns.ended_at.is_(None)
        ended = update(table(StudentHold)).where(in_force).values(ended_at=command.at)
        return source.session.connection().execute(ended).rowcount > 0

    return _change(installation, asn, command, act)


def flag_deceased(installation: Installation, asn: str, command: Command, *, deceased: bool) -> bool | None:
    """Set or take back the death flag. Setting it cancels what is not under way yet (domain §2, "Deceased")."""

    def act(source: Source, student: Any) -> bool:
        if student.deceased == deceased:
            return False
        flagged = update(table(Student)).where(table(Student).c.id == student.id).values(deceased=deceased)
        source.session.connection().execute(flagged)
        if deceased:
            cancel_items_of_deceased(source, [student.id], command)
        return True

    return _change(installation, asn, command, act)


def move_student(
    installation: Installation,
    asn: str,
    address: Mapping[str, Any],
    expires_on: date | None,
    command: Command,
) -> bool | None:
    """Give the student a new mailing address: ``lines, city, province, postal_code, country``."""

    def act(source: Source, student: Any) -> bool:
        columns = table(Address).c
        current = (columns.student_id == student.id) & columns.replaced_at.is_(None)
        new = {**address, "expires_on": expires_on}
        for old in source.rows(Address, current):
            if {name: getattr(old, name) for name in new} == new:
                return False
        connection = source.session.connection()
        connection.execute(update(table(Address)).where(current).values(replaced_at=command.at))
        connection.execute(
            insert(table(Address)).values(**new, student_id=student.id, received_at=command.at)
        )
        return True

    return _change(installation, asn, command, act)


def changed_view(asn: str, *, changed: bool) -> ChangedStudent:
    """What became of a change of the student ``asn``."""
    return {"asn": asn, "changed": changed, "already_done": not changed}


def _change(installation: Installation, asn: str, command: Command, act: Act) -> bool | None:
    require(WHO_ORDERS, command)
    with installation.database.write() as session:
        source = installation.source(session)
        found = source.locked(Student, table(Student).c.asn == asn)
        if not found:
            return None
        changed = act(source, found[0])
        look_again_at_held_items(source, [found[0].id], replace(command, event="change"))
        return changed
