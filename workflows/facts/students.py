"""Facts about a student and the student's credentials: what awarding, ordering and the agents all ask about."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, TypeVar, cast

from sqlmodel import SQLModel

from models.codes import CredentialState, CredentialType
from models.credentials import Credential
from models.orders import OrderItem, item_number
from models.sql.in_values import in_values
from models.students import Address, Student, StudentHold
from workflows.facts.circumstances import Batch, Circumstances
from workflows.facts.fact import derived, fact, loaded
from workflows.machines.order_item import UNDER_WAY
from workflows.rules.addressing import MailingAddress
from workflows.source import table

_Model = TypeVar("_Model", bound=SQLModel)


class StudentBatch(Batch):
    """What is known of the students whom the subjects belong to: items, lines that are to be items, or credentials."""

    @loaded
    def student_ids(self) -> list[int]:
        """The students, each once."""
        return sorted({each.student_id for each in self.subjects})

    def _rows(self, model: type[_Model], column: str, *conditions: Any) -> Sequence[_Model]:
        return self.source.read(model, in_values(table(model).c[column], self.student_ids), *conditions)

    @loaded
    def students(self) -> Mapping[int, Student]:
        """The students by id."""
        return {row.id: row for row in self._rows(Student, "id")}

    @loaded
    def credentials(self) -> Mapping[int, list[Credential]]:
        """The credentials of each student, all numbers of all types."""
        found: dict[int, list[Credential]] = defaultdict(list)
        for row in self._rows(Credential, "student_id"):
            found[row.student_id].append(row)
        return found

    @loaded
    def addresses(self) -> Mapping[int, Address]:
        """The newest mailing address of each student, expired or not."""
        rows = self._rows(Address, "student_id", table(Address).c.replaced_at.is_(None))
        return {row.student_id: row for row in rows}

    @loaded
    def holds(self) -> Mapping[int, StudentHold]:
        """The hold of each student that was not ended, in force or not."""
        rows = self._rows(StudentHold, "student_id", table(StudentHold).c.ended_at.is_(None))
        return {row.student_id: row for row in rows}

    @loaded
    def primary_asns(self) -> Mapping[int, str]:
        """The primary ASN of each student whose own is secondary."""
        secondary = {row.id: row.primary_id for row in self.students.values() if row.primary_id}
        if not secondary:
            return {}
        primaries = self.source.read(Student, in_values(table(Student).c.id, set(secondary.values())))
        asns = {row.id: row.asn for row in primaries}
        return {student: asns[primary] for student, primary in secondary.items()}

    def credential(self, student_id: int, credential_id: int) -> Credential:
        """One credential of a student."""
        return next(each for each in self.credentials[student_id] if each.id == credential_id)

    def awarded(self, student_id: int) -> list[Credential]:
        """The awarded, undeleted credentials of a student."""
        return [each for each in self.credentials[student_id] if each.state is CredentialState.AWARDED]

    def active(self, student_id: int, credential_type: CredentialType) -> Credential | None:
        """The awarded, undeleted credential of a student and type, or ``None``."""
        mine = self.awarded(student_id)
        return next((each for each in mine if each.credential_type is credential_type), None)

    def same_type(self, credential: Credential) -> list[Credential]:
        """The student's credentials of the same type, over all its numbers."""
        mine = self.credentials[credential.student_id]
        return [each for each in mine if each.credential_type is credential.credential_type]


class CredentialFacts(Circumstances):
    """Facts about a student's credential: of an item, of a line that is to be one, or by itself."""

    batch_kind: ClassVar[type[Batch]] = StudentBatch
    batch: StudentBatch

    @fact
    def student(self) -> Student:
        """The student."""
        return self.batch.students[self.subject.student_id]

    @fact
    def credential(self) -> Credential:
        """The credential."""
        return self.batch.credential(self.subject.student_id, self.subject.credential_id)

    @fact
    def primary_asn(self) -> str | None:
        """The ASN to which the student's own points, where that is secondary."""
        return self.batch.primary_asns.get(self.subject.student_id)

    @fact
    def current_address(self) -> MailingAddress | None:
        """The student's mailing address, unless it has expired."""
        return unexpired(self.batch.addresses.get(self.subject.student_id), self.today)

    @fact
    def student_hold(self) -> StudentHold | None:
        """The hold on the student that is in force today."""
        return in_force(self.batch.holds.get(self.subject.student_id), self.today)

    @fact
    def active_number(self) -> str | None:
        """The number that the student's credential of the same type has now."""
        credential = self.credential
        active = self.batch.active(credential.student_id, credential.credential_type)
        return None if active is None else active.number or active.legacy_number

    @derived
    def credential_number(self) -> str | None:
        """The number to print: PASI's, or the legacy one."""
        return self.credential.number or self.credential.legacy_number

    @derived
    def legal_name(self) -> tuple[str, str, str, str]:
        """First, middle, last name and suffix of the student."""
        return _name(self.student)

    @derived
    def printed_name(self) -> tuple[str, str, str, str]:
        """First, middle, last name and suffix as awarded; before awarding, the legal name."""
        return _name(self.credential) if self.credential.last_name else self.legal_name


def _name(of: Any) -> tuple[str, str, str, str]:
    return of.first_name, of.middle_name, of.last_name, of.suffix


class SecondaryBatch(Batch):
    """What is known of students who are to become secondary to others."""

    @loaded
    def items_under_way(self) -> Mapping[int, list[str]]:
        """The numbers of the students' items under way, by student."""
        items = table(OrderItem).c
        ids = [student.id for student in self.subjects]
        found: dict[int, list[str]] = defaultdict(list)
        for row in self.source.rows(OrderItem, items.student_id.in_(ids), items.state.in_(UNDER_WAY)):
            found[row.student_id].append(item_number(row.order_id, row.item_no))
        return found


class StudentFacts(Circumstances):
    """Facts about a student who is to become secondary to another."""

    subject_name: ClassVar[str] = "student"
    batch_kind: ClassVar[type[Batch]] = SecondaryBatch
    batch: SecondaryBatch
    student: Student

    @fact
    def items_under_way(self) -> tuple[str, ...]:
        """The numbers of the student's items under way."""
        return tuple(self.batch.items_under_way.get(self.student.id, ()))


def address_json(row: Any) -> MailingAddress:
    """An address as items keep it."""
    names = ("lines", "city", "province", "postal_code", "country")
    return cast(MailingAddress, {name: getattr(row, name) for name in names})


def unexpired(row: Address | None, today: date) -> MailingAddress | None:
    """An address past its last valid day counts as none, everywhere."""
    expired = row is None or (row.expires_on is not None and row.expires_on < today)
    return None if expired else address_json(row)


def in_force(hold: StudentHold | None, today: date) -> StudentHold | None:
    """The hold until its last day, which counts; then none."""
    ended = hold is None or (hold.until is not None and hold.until < today)
    return None if ended else hold
