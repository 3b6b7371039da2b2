"""The print job's machine (domain §3, "Print job")."""

from statemachine import State

from models.codes import Label, PrintJobState, Role
from workflows.machines.chart import Chart
from workflows.machines.plan import compile_plan
from workflows.rules.may import may
from workflows.rules.printing import (
    envelopes_fit_event,
    every_envelope_has_outcome,
    files_are_in_drop,
    provider_holds_no_copy,
    transmission_is_on,
)
from workflows.rules.rule import guards
from workflows.rules.status import reason_is_valid

_S = PrintJobState
_SYSTEM = may(Role.SYSTEM)
_MINISTRY = may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT)
_STUDENT_RECORDS = may(Role.STUDENT_RECORDS)
#: Student Records pulls an envelope on its own screen (domain §5, "pull an envelope"); all other outcomes are the provider's.
_WHO_ACKNOWLEDGES = may(Role.PRINT_PROVIDER, Role.STUDENT_RECORDS)


class PrintJobMachine(Chart):
    """open → released → transmitting → transmitted → reconciled, with retry, failure and discard."""

    open = State(value=_S.OPEN, initial=True)
    released = State(value=_S.RELEASED)
    transmitting = State(value=_S.TRANSMITTING)
    transmitted = State(value=_S.TRANSMITTED)
    failed = State(value=_S.FAILED)
    discarded = State(value=_S.DISCARDED, final=True)
    reconciled = State(value=_S.RECONCILED, final=True)

    release = open.to(
        released,
        cond=guards(may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.SYSTEM), envelopes_fit_event),
    )
    hand_over = released.to(transmitting, cond=guards(_SYSTEM, transmission_is_on))
    accept = transmitting.to(transmitted, cond=guards(_SYSTEM, files_are_in_drop))
    retry = transmitting.to(released, cond=guards(_SYSTEM))
    give_up = transmitting.to(failed, cond=guards(_SYSTEM))
    resend = failed.to(released, cond=guards(_MINISTRY))
    discard = (
        open.to(discarded, cond=guards(_STUDENT_RECORDS, reason_is_valid, envelopes_fit_event))
        | released.to(discarded, cond=guards(_STUDENT_RECORDS, reason_is_valid, provider_holds_no_copy))
        | failed.to(discarded, cond=guards(_STUDENT_RECORDS, reason_is_valid, provider_holds_no_copy))
    )
    acknowledge = transmitted.to(transmitted, cond=guards(_WHO_ACKNOWLEDGES))
    reconcile = transmitted.to(reconciled, cond=guards(_WHO_ACKNOWLEDGES, every_envelope_has_outcome))


EVENTS: dict[str, Label] = {
    "release": Label("Release", "Lancer"),
    "hand_over": Label("Hand over", "Remettre"),
    "accept": Label("Accept", "Accepter"),
    "retry": Label("Retry", "Réessayer"),
    "give_up": Label("Give up", "Renoncer"),
    "resend": Label("Resend", "Renvoyer"),
    "discard": Label("Discard", "Abandonner"),
    "acknowledge": Label("Acknowledge", "Accuser réception"),
    "reconcile": Label("Reconcile", "Rapprocher"),
}

PLAN = compile_plan(PrintJobMachine, PrintJobState, EVENTS)
