"""The student credential's machine (domain §3), as far as ordering needs it: awarding."""

from statemachine import State

from models.codes import CredentialState, Label, Role
from workflows.chart import Chart
from workflows.plan import compile_plan, may
from workflows.rules.ordering import school_year_is_known


class CredentialMachine(Chart):
    """achieved → awarded."""

    achieved = State(value=CredentialState.ACHIEVED, initial=True)
    awarded = State(value=CredentialState.AWARDED, final=True)

    award = achieved.to(awarded, cond=[may(Role.STUDENT_RECORDS), school_year_is_known])


EVENTS: dict[str, Label] = {"award": Label("Award", "Décerner")}

PLAN = compile_plan(CredentialMachine, CredentialState, EVENTS)
