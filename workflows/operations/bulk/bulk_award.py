"""Awarding and ordering many credentials as a bulk run: a whole province in one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from models.codes import BulkKind, CredentialType, DeliveryMethod
from models.credentials import Credential
from models.students import Student
from workflows.command import Command
from workflows.installation import Installation
from workflows.operations.access.permission import WHO_ORDERS, require
from workflows.operations.bulk import bulk_runs
from workflows.operations.bulk.credential_rows import CredentialOutcome, row_view
from workflows.operations.ordering.award_and_order import (
    OutcomeKind,
    Row,
    Selection,
    award_and_order,
    selected,
)
from workflows.source import Source, table


def begin_award(
    installation: Installation,
    selection: Selection,
    command: Command,
    delivery_method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD,
) -> int:
    """Enter a run that awards and orders every selected credential, in ASN order; gives the run's number.

    Nothing is changed yet. Raises :class:`NotPermittedError`.
    """
    require(WHO_ORDERS, command)
    parameters = {
        "types": [each.value for each in CredentialType if each in selection.types],
        "authority": selection.authority,
        "school": selection.school,
        "school_year": selection.school_year,
        "delivery_method": delivery_method.value,
    }
    chosen = selected(selection).with_only_columns(table(Student).c.asn, table(Credential).c.id)
    with installation.database.write() as session:
        run = bulk_runs.enter(session, BulkKind.AWARD_AND_ORDER, parameters, command)
        bulk_runs.enter_selected(session, run, chosen)
    return run


def carry_out(installation: Installation, run: Any, ids: Sequence[int]) -> list[CredentialOutcome]:
    """Award and order these credentials, of whole students each; one that is no longer only achieved is in *conflict*."""
    command = bulk_runs.command_of(run, "award", installation)
    found = award_and_order(installation, ids, command, DeliveryMethod(run.parameters["delivery_method"]))
    with installation.database.read() as session:
        gone = [each for each in ids if each not in found]
        found |= _untouched(installation.source(session), gone, "conflict")
    return [row_view(found[each]) for each in ids]


def failed(source: Source, ids: Sequence[int], error: str) -> list[CredentialOutcome]:
    """What is told of credentials whose award or order failed with an error of this kind."""
    rows = _untouched(source, ids, "failed", error)
    return [row_view(rows[each]) for each in ids]


def _untouched(
    source: Source, ids: Sequence[int], outcome: OutcomeKind, error: str | None = None
) -> dict[int, Row]:
    """What became of credentials that were not awarded, nor refused, by id."""
    if not ids:
        return {}
    credentials, students = table(Credential), table(Student)
    chosen = (
        select(credentials.c.id, students.c.asn, credentials.c.credential_type)
        .join_from(credentials, students, credentials.c.student_id == students.c.id)
        .where(credentials.c.id.in_(ids))
    )
    rows = source.session.connection().execute(chosen)
    return {row.id: Row(row.asn, row.credential_type, outcome, row.id, error=error) for row in rows}
