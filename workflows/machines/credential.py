"""The student credential's machine (domain §3, "Student credential"): a number is awarded, replaced, deleted, and may come back."""

from statemachine import State

from models.codes import CredentialState, Label, Role
from workflows.machines.chart import Chart
from workflows.machines.plan import compile_plan
from workflows.rules.credentials import (
    name_or_year_changed,
    no_item_is_under_way,
    no_other_number_is_active,
    number_is_current,
)
from workflows.rules.may import may
from workflows.rules.ordering import credential_is_not_legacy, school_year_is_known
from workflows.rules.rule import guards
from workflows.rules.status import reason_is_valid

_STUDENT_RECORDS = may(Role.STUDENT_RECORDS)


class CredentialMachine(Chart):
    """achieved → awarded → superseded or deleted, and back."""

    achieved = State(value=CredentialState.ACHIEVED, initial=True)
    awarded = State(value=CredentialState.AWARDED)
    superseded = State(value=CredentialState.SUPERSEDED)
    deleted = State(value=CredentialState.DELETED)

    award = achieved.to(awarded, cond=guards(_STUDENT_RECORDS, school_year_is_known))
    supersede = awarded.to(
        superseded,
        cond=guards(
            _STUDENT_RECORDS,
            number_is_current,
            name_or_year_changed,
            no_item_is_under_way,
            credential_is_not_legacy,
        ),
    )
    undo_supersede = superseded.to(
        awarded, cond=guards(_STUDENT_RECORDS, no_item_is_under_way, no_other_number_is_active)
    )
    delete = awarded.to(deleted, cond=guards(_STUDENT_RECORDS, reason_is_valid, no_item_is_under_way))
    undelete = deleted.to(awarded, cond=guards(_STUDENT_RECORDS, no_other_number_is_active))


EVENTS: dict[str, Label] = {
    "award": Label("Award", "Décerner"),
    "supersede": Label("Re-issue", "Remplacer"),
    "undo_supersede": Label("Undo supersession", "Annuler le remplacement"),
    "delete": Label("Delete", "Supprimer"),
    "undelete": Label("Undelete", "Rétablir"),
}

PLAN = compile_plan(CredentialMachine, CredentialState, EVENTS)
