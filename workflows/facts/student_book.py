"""What is known of the students of a batch, loaded in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import SQLModel

from models.codes import CredentialState, CredentialType
from models.credentials import Credential
from models.sql.in_values import in_values
from models.students import Address, Student, StudentHold
from workflows.command import Command
from workflows.source import Source, table


@dataclass(frozen=True, slots=True)
class StudentBook:
    """Students of a batch with their credentials, addresses and holds."""

    students: Mapping[int, Any]
    credentials: Mapping[int, list[Any]]
    addresses: Mapping[int, Any]
    holds: Mapping[int, Any]
    primary_asns: Mapping[int, str]

    def common(self, command: Command, credential: Any) -> dict[str, Any]:
        """The fields of :class:`CredentialFacts` for ``credential``."""
        student_id = credential.student_id
        return {
            "command": command,
            "student": self.students[student_id],
            "credential": credential,
            "primary_asn": self.primary_asns.get(student_id),
            "current_address": unexpired(self.addresses.get(student_id), command.today),
            "student_hold": in_force(self.holds.get(student_id), command.today),
            "active_number": self.active_number(credential),
        }

    def active_number(self, credential: Any) -> str | None:
        """The number that the student's credential of the same type has now."""
        active = self.active(credential.student_id, credential.credential_type)
        number: str | None = active and (active.number or active.legacy_number)
        return number

    def active(self, student_id: int, credential_type: CredentialType) -> Any:
        """The awarded, undeleted credential of a student and type, or ``None``."""
        return next(
            (each for each in self.awarded(student_id) if each.credential_type is credential_type), None
        )

    def awarded(self, student_id: int) -> list[Any]:
        """The awarded, undeleted credentials of a student."""
        return [each for each in self.credentials[student_id] if each.state is CredentialState.AWARDED]

    def same_type(self, credential: Any) -> list[Any]:
        """The student's credentials of the same type, over all its numbers."""
        mine = self.credentials[credential.student_id]
        return [each for each in mine if each.credential_type is credential.credential_type]

    def credential(self, student_id: int, credential_id: int) -> Any:
        """One credential of a student."""
        return next(each for each in self.credentials[student_id] if each.id == credential_id)


def load_students(
    source: Source, student_ids: Iterable[int], wanted: frozenset[str] | None = None
) -> StudentBook:
    """Load what is known of students: five queries at the most, whatever their number.

    ``wanted`` are the fields of :class:`CredentialFacts` that will be asked for; ``None`` is all.
    """
    ids = sorted(set(student_ids))

    def rows(model: type[SQLModel], column: str, needed_by: set[str], *conditions: Any) -> Sequence[Any]:
        needed = wanted is None or bool(wanted & needed_by)
        return source.rows(model, in_values(table(model).c[column], ids), *conditions) if needed else ()

    students = {row.id: row for row in rows(Student, "id", {"student", "primary_asn"})}
    credentials: dict[int, list[Any]] = defaultdict(list)
    for row in rows(Credential, "student_id", {"credential", "active_number"}):
        credentials[row.student_id].append(row)
    current, still_held = table(Address).c.replaced_at.is_(None), table(StudentHold).c.ended_at.is_(None)
    addresses = rows(Address, "student_id", {"current_address"}, current)
    holds = rows(StudentHold, "student_id", {"student_hold"}, still_held)
    primaries = [row.primary_id for row in students.values() if row.primary_id]
    asns = {row.id: row.asn for row in rows_by_id(source, Student, primaries)}
    return StudentBook(
        students,
        credentials,
        {row.student_id: row for row in addresses},
        {row.student_id: row for row in holds},
        {row.id: asns[row.primary_id] for row in students.values() if row.primary_id},
    )


def rows_by_id(source: Source, model: type[SQLModel], ids: Sequence[int]) -> Sequence[Any]:
    """Rows by id; where there are none to look for, nothing is asked."""
    return source.rows(model, in_values(table(model).c.id, ids)) if ids else ()


def address_json(row: Any) -> dict[str, Any]:
    """An address as items keep it."""
    return {name: getattr(row, name) for name in ("lines", "city", "province", "postal_code", "country")}


def unexpired(row: Any, today: date) -> dict[str, Any] | None:
    """An address past its last valid day counts as none, everywhere."""
    expired = row is None or (row.expires_on is not None and row.expires_on < today)
    return None if expired else address_json(row)


def in_force(hold: Any, today: date) -> Any:
    """The hold until its last day, which counts; then none."""
    ended = hold is None or (hold.until is not None and hold.until < today)
    return None if ended else hold
