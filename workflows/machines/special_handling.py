"""The machine of special handling (domain §3, "Special handling"): manual work that Student Records does on a printed item."""

from statemachine import State

from models.codes import Label, Role, SpecialHandling
from workflows.machines.chart import Chart
from workflows.machines.plan import compile_plan
from workflows.rules.may import may
from workflows.rules.rule import guards
from workflows.rules.special_handling import courier_has_waybill

_S = SpecialHandling
_SYSTEM = may(Role.SYSTEM)
_MINISTRY = may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT)
_MINISTRY_OR_SYSTEM = may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.SYSTEM)


class SpecialHandlingMachine(Chart):
    """not required → outstanding → pending → complete.

    ``assign``, ``waive`` and ``close`` are ours: who does it and by when; the item goes a way that needs no manual
    work, or begins anew; the item failed.
    """

    not_required = State(value=_S.NOT_REQUIRED, initial=True)
    outstanding = State(value=_S.OUTSTANDING)
    pending = State(value=_S.PENDING)
    done = State(value=_S.COMPLETE)  # its event is called complete

    require = (
        not_required.to(outstanding, cond=guards(_MINISTRY_OR_SYSTEM))
        | outstanding.to(outstanding, cond=guards(_MINISTRY_OR_SYSTEM))
        | pending.to(outstanding, cond=guards(_MINISTRY_OR_SYSTEM))
        | done.to(outstanding, cond=guards(_MINISTRY_OR_SYSTEM))
    )
    start = outstanding.to(pending, cond=guards(_MINISTRY))
    complete = outstanding.to(done, cond=guards(_MINISTRY, courier_has_waybill)) | pending.to(
        done, cond=guards(_MINISTRY, courier_has_waybill)
    )
    assign = outstanding.to(outstanding, cond=guards(_MINISTRY)) | pending.to(pending, cond=guards(_MINISTRY))
    waive = (
        not_required.to(not_required, cond=guards(_MINISTRY_OR_SYSTEM))
        | outstanding.to(not_required, cond=guards(_MINISTRY_OR_SYSTEM))
        | pending.to(not_required, cond=guards(_MINISTRY_OR_SYSTEM))
        | done.to(not_required, cond=guards(_MINISTRY_OR_SYSTEM))
    )
    close = outstanding.to(done, cond=guards(_SYSTEM)) | pending.to(done, cond=guards(_SYSTEM))


EVENTS: dict[str, Label] = {
    "require": Label("Require", "Exiger"),
    "start": Label("Wait for information", "Attendre l'information"),
    "complete": Label("Complete", "Terminer"),
    "assign": Label("Assign", "Attribuer"),
    "waive": Label("Waive", "Dispenser"),
    "close": Label("Close", "Clore"),
}

PLAN = compile_plan(SpecialHandlingMachine, SpecialHandling, EVENTS)
