"""Awarding one credential, and ordering the first-run of an awarded one."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.codes import CredentialState, CredentialType, DeliveryMethod, Label, Language
from models.credentials import Credential
from models.edges.faults import Fault, FaultsError, fault
from models.edges.text import check_school_year
from models.students import Student
from workflows.command import Actor, Command
from workflows.effects.credential import CREDENTIAL
from workflows.engine.engine import apply
from workflows.facts.loading import load_ordering_facts
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.operations.access.as_seen import require_as_seen
from workflows.operations.access.permission import WHO_ORDERS, require
from workflows.operations.ordering.numbering import take_numbers
from workflows.operations.ordering.place import first_run_line, place_each
from workflows.operations.ordering.reissue import credentials_of
from workflows.questions import Question
from workflows.rules.ordering import (
    copies_are_in_bounds,
    credential_is_not_legacy,
    first_run_is_new,
    first_run_is_one_copy_to_student,
)
from workflows.rules.processing import (
    asn_is_primary,
    credential_has_number,
    credential_is_awarded,
    digital_is_reprint_to_consumer,
    number_is_active,
    printed_name_can_be_set,
    recipient_address_is_complete,
)
from workflows.rules.rule import Reason, Rule, failing
from workflows.source import Source, table

#: What every first-run line must meet before it is placed.
FIRST_RUN_RULES: tuple[Rule, ...] = (
    first_run_is_new,
    credential_is_not_legacy,
    first_run_is_one_copy_to_student,
    copies_are_in_bounds,
    digital_is_reprint_to_consumer,
    asn_is_primary,
)
#: What a single order of an awarded credential must meet besides.
AWARDED_RULES: tuple[Rule, ...] = (
    credential_is_awarded,
    credential_has_number,
    number_is_active,
    *FIRST_RUN_RULES,
)
FIRST_RUN = Question(
    "order_first_run",
    Label("Order the first-run", "Commander la première impression"),
    CREDENTIAL.table.name,
    AWARDED_RULES,
)
#: What will hold the item later unless someone acts; said at ordering, never refused.
WARNINGS: tuple[Rule, ...] = (recipient_address_is_complete, printed_name_can_be_set)


@dataclass(frozen=True, slots=True)
class FirstRun:
    """How a first-run is to be delivered, and in which language; by default the programme's."""

    delivery_method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """A placed first-run, or why it was not."""

    item: str | None
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Awarded:
    """What became of an award, and of the order that was to go with it."""

    outcome: Outcome
    #: Of the credential; empty where it was not awarded.
    number: str = ""
    ordered: Ordered | None = None


def check_first_run(method: DeliveryMethod | None, language: Language | None, *, order: bool) -> list[Fault]:
    """What is said of a first-run that nobody orders would be lost, and so is refused."""
    given = {"delivery_method": method, "language": language}
    return (
        []
        if order
        else [fault("only_with_order", name) for name, value in given.items() if value is not None]
    )


def award(
    installation: Installation,
    asn: str,
    credential_type: CredentialType,
    actor: Actor,
    school_year: str | None = None,
    first_run: FirstRun | None = None,
    *,
    version: int | None = None,
) -> Awarded | None:
    """Award one achieved credential, by hand and so for a school year that may be given; ``None`` if there is none.

    Raises :class:`FaultsError` for a school year that is too far ahead.
    ``version`` is that of the credential as the caller saw it. With ``first_run`` it is ordered in the same transaction: both happen or neither.
    """
    asked = Command("award", actor, installation.now())
    require(WHO_ORDERS, asked)
    with installation.database.write() as session:
        found = _find(session, asn, credential_type)
        if found is None:
            return None
        command = replace(asked, versions=_as_seen(found, version))
        if faults := check_school_year(school_year, command.today):
            raise FaultsError(*faults)
        source = installation.source(session)
        given = {found: {"number": take_numbers(session, 1)[0], "school_year": school_year}}
        savepoint = session.begin_nested()
        (outcome,) = apply(source, CREDENTIAL, [found], replace(command, given=given))
        (credential,) = source.rows(Credential, table(Credential).c.id == found)
        if first_run is None or outcome.kind != "done":
            return Awarded(outcome, credential.number or "")
        ordered = _order(source, credential, first_run, replace(command, event="place"))
        if ordered.item is None:
            savepoint.rollback()
        return Awarded(outcome, credential.number, ordered)


def order_first_run(
    installation: Installation,
    number: str,
    actor: Actor,
    first_run: FirstRun = FirstRun(),
    *,
    version: int | None = None,
) -> Ordered | None:
    """Order the first-run of the awarded credential ``number``; ``None`` where no such number is known.

    Raises :class:`StaleError` where the credential is at another ``version`` than the caller saw.
    """
    command = Command("place", actor, installation.now())
    require(WHO_ORDERS, command)
    with installation.database.write() as session:
        source = installation.source(session)
        found = credentials_of(source, number)
        if not found:
            return None
        require_as_seen(found[0], replace(command, versions=_as_seen(found[0].id, version)))
        return _order(source, found[0], first_run, command)


def _as_seen(credential: int, version: int | None) -> dict[int, int]:
    return {} if version is None else {credential: version}


def _order(source: Source, credential: Any, wanted: FirstRun, command: Command) -> Ordered:
    facts = load_ordering_facts(source, [credential], command)[credential.id]
    line = first_run_line(credential, wanted.delivery_method, wanted.language, command)
    reasons = tuple(failing(AWARDED_RULES, line, facts))
    FIRST_RUN.keep(source, command, [(line, facts, reasons)])
    if reasons:
        return Ordered(None, reasons)
    return Ordered(place_each(source.session, [line], command)[0], (), tuple(failing(WARNINGS, line, facts)))


def _find(session: Session, asn: str, credential_type: CredentialType) -> int | None:
    """The newest undeleted credential of a student and type."""
    credentials, students = table(Credential), table(Student)
    statement = (
        select(credentials.c.id)
        .join_from(credentials, students, credentials.c.student_id == students.c.id)
        .where(students.c.asn == asn, credentials.c.credential_type == credential_type)
        .where(credentials.c.state != CredentialState.DELETED)
        .order_by(credentials.c.id.desc())
    )
    return session.connection().execute(statement).scalars().first()
