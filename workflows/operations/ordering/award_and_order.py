"""Awarding and ordering in bulk: which credentials, by which rules, and all of a chunk in one transaction."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from typing import Any, Literal, TypeAlias

from sqlalchemy import Select, select
from sqlmodel import Session

from models.codes import CredentialState, CredentialType, DeliveryMethod, Label
from models.credentials import Credential
from models.students import Authority, School, Student
from workflows.command import Actor, Command
from workflows.effects.credential import CREDENTIAL
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.engine.engine import apply
from workflows.facts.kinds import OrderingFacts
from workflows.facts.loading import load_ordering_facts
from workflows.history import refusals
from workflows.installation import Installation
from workflows.machines.follows import begun
from workflows.operations.access.permission import WHO_ORDERS, require
from workflows.operations.ordering.award import FIRST_RUN_RULES, WARNINGS
from workflows.operations.ordering.numbering import take_numbers
from workflows.operations.ordering.place import first_run_line, place_each
from workflows.questions import Question
from workflows.rules.ordering import (
    no_awarded_credential_excludes,
    school_year_is_known,
    student_is_not_deceased,
    type_is_highest_of_run,
)
from workflows.rules.rule import Reason, Rule, failing
from workflows.source import Source, table

#: What an achieved credential must meet besides when it is awarded and ordered in bulk.
BULK_RULES: tuple[Rule, ...] = (
    school_year_is_known,
    *FIRST_RUN_RULES,
    student_is_not_deceased,
    no_awarded_credential_excludes,
    type_is_highest_of_run,
)
IN_BULK = Question(
    "order_in_bulk",
    Label("Award and order in bulk", "Décerner et commander en lot"),
    CREDENTIAL.table.name,
    BULK_RULES,
)
#: *conflict*: another run awarded it meanwhile.
OutcomeKind: TypeAlias = Literal["ordered", "refused", "failed", "conflict"]
Progress: TypeAlias = Callable[[int, int], None]

#: Students looked at together in a preview.
_CHUNK = 250


@dataclass(frozen=True, slots=True)
class Selection:
    """Which achieved credentials a bulk run is about; empty filters take all."""

    types: frozenset[CredentialType]
    authority: str | None = None
    school: str | None = None
    school_year: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one selected credential."""

    asn: str
    credential_type: CredentialType
    outcome: OutcomeKind
    credential_id: int
    credential_number: str | None = None
    item: str | None = None
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    error: str | None = None


@dataclass(slots=True)
class Summary:
    """The outcome of a bulk run."""

    rows: list[Row] = field(default_factory=list)

    @property
    def ordered(self) -> int:
        """Credentials that were awarded and ordered."""
        return sum(row.outcome == "ordered" for row in self.rows)

    @property
    def by_rule(self) -> Counter[str]:
        """How many rows each rule refused."""
        return Counter(reason.code for row in self.rows for reason in row.reasons)


def preview_award(
    installation: Installation,
    selection: Selection,
    actor: Actor,
    *,
    delivery_method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD,
    progress: Progress | None = None,
) -> Summary:
    """What a run would do with every selected credential, in ASN order. Changes nothing.

    Raises :class:`NotPermittedError`.
    """
    command = Command("award", actor, installation.now())
    require(WHO_ORDERS, command)
    chunk = _Chunk(installation, command, delivery_method)
    with installation.database.read() as session:
        pairs = [(student, found) for student, found in session.connection().execute(selected(selection))]
    summary = Summary()
    for students in _in_chunks(pairs):
        summary.rows += chunk.preview(students)
        if progress is not None:
            progress(len(summary.rows), len(pairs))
    return summary


def award_and_order(
    installation: Installation, ids: Sequence[int], command: Command, delivery_method: DeliveryMethod
) -> dict[int, Row]:
    """Award every one of these credentials that its rules let pass, and order its first-run, in one transaction.

    They are all of a run that their students have (CO-15 compares them); what is no longer only achieved has no row.
    Raises :class:`NotPermittedError`.
    """
    require(WHO_ORDERS, command)
    rows = _Chunk(installation, command, delivery_method).carry_out(ids)
    return {row.credential_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class _Chunk:
    installation: Installation
    command: Command
    delivery_method: DeliveryMethod

    def preview(self, ids: Sequence[int]) -> list[Row]:
        with self.installation.database.read() as session:
            return [row for row, _ in self._decided(self.installation.source(session), ids)]

    def carry_out(self, ids: Sequence[int]) -> list[Row]:
        with self.installation.database.write() as session:
            source = self.installation.source(session)
            decided = self._decided(source, ids)
            IN_BULK.keep(
                source, self.command, ((self._line(facts), facts, row.reasons) for row, facts in decided)
            )
            refused = ((row.credential_id, row.reasons) for row, _ in decided if row.reasons)
            wanted = replace(self.command, event=IN_BULK.name)
            refusals.record_rows(session, CREDENTIAL.table.name, wanted, refused)
            passed = [(row, facts) for row, facts in decided if row.outcome == "ordered"]
            numbers = self._award(source, [facts for _, facts in passed])
            lines = [self._line(facts) for _, facts in passed]
            items = place_each(session, lines, begun(CREDENTIAL.plan, self.command, DOCUMENT_ORDER.plan))
        placed = {
            id(row): replace(row, credential_number=number, item=item)
            for (row, _), number, item in zip(passed, numbers, items, strict=True)
        }
        return [placed.get(id(row), row) for row, _ in decided]

    def _decided(self, source: Source, ids: Sequence[int]) -> list[tuple[Row, OrderingFacts]]:
        rows = _achieved(source.session, ids)
        facts = load_ordering_facts(source, rows, self.command)
        in_order = sorted(rows, key=lambda row: (facts[row.id].student.asn, row.id))
        return [(self._decide(facts[row.id]), facts[row.id]) for row in in_order]

    def _decide(self, facts: OrderingFacts) -> Row:
        line = self._line(facts)
        reasons = tuple(failing(BULK_RULES, line, facts))
        return Row(
            asn=facts.student.asn,
            credential_type=facts.credential.credential_type,
            outcome="refused" if reasons else "ordered",
            credential_id=facts.credential.id,
            reasons=reasons,
            warnings=() if reasons else tuple(failing(WARNINGS, line, facts)),
        )

    def _award(self, source: Source, passed: Sequence[OrderingFacts]) -> list[str]:
        numbers = take_numbers(source.session, len(passed)) if passed else []
        ids = [facts.credential.id for facts in passed]
        given = {credential: {"number": number} for credential, number in zip(ids, numbers, strict=True)}
        outcomes = apply(source, CREDENTIAL, ids, replace(self.command, given=given))
        if not all(outcome.done for outcome in outcomes):
            message = "a credential that passed its rules was not awarded"
            raise RuntimeError(message)
        return numbers

    def _line(self, facts: OrderingFacts) -> Any:
        return first_run_line(facts.credential, self.delivery_method, None, self.command)


def _achieved(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    """The chosen credentials that still are only achieved, under lock."""
    credentials = table(Credential)
    statement = select(credentials).where(
        credentials.c.id.in_(ids), credentials.c.state == CredentialState.ACHIEVED
    )
    return session.connection().execute(statement.order_by(credentials.c.id).with_for_update()).all()


def selected(selection: Selection) -> Select[Any]:
    """Selects (student, credential) of every selected credential, in ASN order."""
    credentials, students = table(Credential), table(Student)
    statement = (
        select(students.c.id, credentials.c.id)
        .join_from(credentials, students, credentials.c.student_id == students.c.id)
        .where(
            credentials.c.state == CredentialState.ACHIEVED,
            credentials.c.credential_type.in_(selection.types),
        )
        .order_by(students.c.asn, credentials.c.id)
    )
    if selection.school_year:
        statement = statement.where(credentials.c.school_year == selection.school_year)
    statement = statement.join(table(School), students.c.school_id == table(School).c.id, isouter=True)
    statement = statement.join(
        table(Authority), table(School).c.authority_id == table(Authority).c.id, isouter=True
    )
    if selection.school:
        statement = statement.where(table(School).c.code == selection.school)
    if selection.authority:
        statement = statement.where(table(Authority).c.code == selection.authority)
    return statement


def _in_chunks(pairs: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Credential ids in chunks that never part the types of one student (CO-15 compares them)."""
    by_student = (
        [credential for _, credential in group] for _, group in groupby(pairs, key=lambda pair: pair[0])
    )
    while students := list(islice(by_student, _CHUNK)):
        yield [credential for student in students for credential in student]
