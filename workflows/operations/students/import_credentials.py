"""The credentials of an extract: achieved ones, and those that were awarded elsewhere or long ago."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from models.codes import CredentialState, CredentialType
from models.credentials import Credential
from models.edges.extract import CredentialRow
from models.edges.extract_file import RejectedRow
from models.edges.faults import Fault, fault
from models.edges.text import check_school_year
from models.history import CredentialHistory
from models.sql.many_rows import append
from models.students import Student
from workflows.command import Command
from workflows.engine.engine import entered
from workflows.operations.students.import_students import look_again_at_held_items
from workflows.operations.students.upsert import Tally, assign
from workflows.source import Source, table

_LIVE = (CredentialState.ACHIEVED, CredentialState.AWARDED)
_NAMES = ("last_name", "first_name", "middle_name", "suffix")
Key = tuple[int, CredentialType]


def import_credentials(
    source: Source,
    rows: Sequence[CredentialRow],
    rejected_students: Mapping[str, RejectedRow],
    command: Command,
    tally: Tally,
) -> list[RejectedRow]:
    """Take the rows whose student is known and whose number agrees; gives the others as rejected."""
    students = _students(source, rows)
    stored = _stored(source, students.values())
    owners = _number_owners(source, rows)
    rejected, awarded, changed = [], [], []
    for row in rows:
        student = students.get(row.asn)
        credential = stored.get((student.id, row.credential_type)) if student else None
        faults = _faults(row, student, credential, rejected_students, owners, command.today)
        if student is None or faults:
            rejected.append(row.source.reject(*faults))
            continue
        is_new = credential is None
        credential = credential or Credential(
            student_id=student.id, credential_type=row.credential_type, state=CredentialState.ACHIEVED
        )
        differs = assign(credential, _values(row, credential))
        source.session.add(credential)
        if row.status is CredentialState.AWARDED and credential.state is CredentialState.ACHIEVED:
            awarded.append((credential, student))
            differs = True
        if is_new:
            tally.new += 1
        else:
            tally.count(changed=differs)
            changed += [student.id] if differs else []
    source.session.flush()
    _enter_as_awarded(source, awarded, command)
    look_again_at_held_items(source, changed, command)
    return rejected


def _students(source: Source, rows: Sequence[CredentialRow]) -> dict[str, Student]:
    asns = {row.asn for row in rows}
    return {
        each.asn: each
        for each in source.session.scalars(select(Student).where(table(Student).c.asn.in_(asns)))
    }


def _stored(source: Source, students: Iterable[Student]) -> dict[Key, Credential]:
    credentials = table(Credential).c
    ids = [student.id for student in students]
    found = source.session.scalars(
        select(Credential).where(credentials.student_id.in_(ids), credentials.state.in_(_LIVE))
    )
    return {(each.student_id, each.credential_type): each for each in found}


def _number_owners(source: Source, rows: Sequence[CredentialRow]) -> dict[str, tuple[str, CredentialType]]:
    """Whose the rows' numbers are already: number → (ASN, type)."""
    credentials, students = table(Credential), table(Student)
    numbers = {row.credential_number for row in rows} | {row.legacy_number for row in rows}
    statement = (
        select(
            credentials.c.number, credentials.c.legacy_number, students.c.asn, credentials.c.credential_type
        )
        .join_from(credentials, students, credentials.c.student_id == students.c.id)
        .where(credentials.c.number.in_(numbers) | credentials.c.legacy_number.in_(numbers))
    )
    found = source.session.connection().execute(statement).all()
    return {
        number: (row.asn, row.credential_type) for row in found for number in row[:2] if number is not None
    }


def _faults(
    row: CredentialRow,
    student: Student | None,
    credential: Credential | None,
    rejected_students: Mapping[str, RejectedRow],
    owners: Mapping[str, tuple[str, CredentialType]],
    today: date,
) -> list[Fault]:
    if row.asn in rejected_students:
        rejected = rejected_students[row.asn]
        return [fault("student_rejected", "asn", asn=row.asn, line=rejected.line, file=rejected.file)]
    if student is None:
        return [fault("student_unknown", "asn", asn=row.asn)]
    faults = check_school_year(row.school_year, today)
    for name, given in (("credential_number", row.credential_number), ("legacy_number", row.legacy_number)):
        stored = _stored_number(credential, name)
        is_awarded = credential is not None and credential.state is CredentialState.AWARDED
        if given is None or given == stored:
            continue
        if is_awarded and stored is not None:
            faults.append(fault("number_differs", name, stored=stored, given=given))
        elif owners.get(given, (row.asn, row.credential_type)) != (row.asn, row.credential_type):
            asn, credential_type = owners[given]
            faults.append(
                fault("number_taken", name, number=given, asn=asn, credential_type=credential_type.value)
            )
    return faults


def _stored_number(credential: Credential | None, name: str) -> str | None:
    if credential is None:
        return None
    return credential.number if name == "credential_number" else credential.legacy_number


def _values(row: CredentialRow, credential: Credential) -> dict[str, Any]:
    """What the row says, as far as it may change what is stored: ``achieved`` never moves an awarded one back."""
    if row.status is CredentialState.AWARDED:
        given = {
            "number": row.credential_number,
            "legacy_number": row.legacy_number,
            "awarded_on": row.awarded_on,
            "first_run_on": row.first_run_on,
            "school_year": row.school_year,
            "programme_language": row.programme_language,
        }
        return {name: value for name, value in given.items() if value is not None}
    if credential.state is CredentialState.AWARDED:
        return {}
    return {"school_year": row.school_year, "programme_language": row.programme_language}


def _enter_as_awarded(
    source: Source, awarded: Sequence[tuple[Credential, Student]], command: Command
) -> None:
    """Credentials that were awarded elsewhere enter with today's legal name as the awarded one."""
    history = []
    for credential, student in awarded:
        row = entered(credential, CredentialState.AWARDED.value, command)
        history.append(row)
        assign(credential, {name: getattr(student, name) for name in _NAMES})
        credential.state = CredentialState.AWARDED
        credential.version, credential.history_hash = credential.version + 1, row["hash"]
    source.session.flush()
    append(source.session, table(CredentialHistory), history)
