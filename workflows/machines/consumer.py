"""The machine of a digital official document consumer (domain §3, "DOD consumer")."""

from statemachine import State

from models.codes import ConsumerState, Label, Role
from workflows.machines.chart import Chart
from workflows.machines.plan import compile_plan
from workflows.rules.consumers import status_change_is_allowed
from workflows.rules.may import may
from workflows.rules.rule import guards

_S = ConsumerState
_GUARDS = [may(Role.STUDENT_RECORDS), status_change_is_allowed]


class ConsumerMachine(Chart):
    """pending → active or declined, and back."""

    pending = State(value=_S.PENDING, initial=True)
    active = State(value=_S.ACTIVE)
    declined = State(value=_S.DECLINED)

    activate = pending.to(active, cond=guards(*_GUARDS))
    decline = pending.to(declined, cond=guards(*_GUARDS))
    reconsider = active.to(pending, cond=guards(*_GUARDS)) | declined.to(pending, cond=guards(*_GUARDS))


EVENTS: dict[str, Label] = {
    "activate": Label("Activate", "Activer"),
    "decline": Label("Decline", "Refuser"),
    "reconsider": Label("Reconsider", "Réexaminer"),
}

PLAN = compile_plan(ConsumerMachine, ConsumerState, EVENTS)
