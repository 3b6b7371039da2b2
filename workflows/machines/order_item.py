"""The order item's machine (domain §2, "The order item"): the only definition of what may happen to an item."""

from statemachine import State

from models.codes import ItemState, Label, Role
from workflows.machines.chart import Chart
from workflows.machines.plan import compile_plan
from workflows.rules.delivery import delivery_is_digital, special_handling_is_done
from workflows.rules.digital_link import expiry_date_has_passed, link_is_valid
from workflows.rules.holding import (
    asn_is_primary,
    control_date_has_come,
    credential_has_number,
    credential_is_awarded,
    digital_is_reprint_to_consumer,
    lease_has_lapsed,
    master_exists,
    number_is_active,
    printed_name_can_be_set,
    recipient_address_is_complete,
    student_is_not_on_hold,
)
from workflows.rules.may import may, may_own
from workflows.rules.printing import (
    delivery_is_physical,
    document_is_intact,
    item_matches_job,
    job_is_below_maximum,
    job_is_discarded,
    job_is_open,
    job_was_accepted,
)
from workflows.rules.rule import guards
from workflows.rules.status import (
    causes_are_gone,
    earlier_reorders_are_cancelled,
    error_was_found,
    reason_is_valid,
    reorder_has_source_and_reason,
)

#: It waits until a person, or the system that held it, lets it go on.
HELD = (ItemState.USER_HOLD, ItemState.SYSTEM_HOLD)
#: Its document is being made, or is made and has not left.
IN_THE_MAKING = (ItemState.PROCESSING, ItemState.RENDERED, ItemState.IN_PRINT_JOB)
#: It has not left, so that it keeps its credential's number from being replaced or deleted (44015).
UNDER_WAY = (ItemState.CREATED, *HELD, *IN_THE_MAKING)
#: It has not arrived, as far as anybody was told.
OPEN = (*UNDER_WAY, ItemState.SENT)

_S = ItemState
_SYSTEM = may(Role.SYSTEM)
_MINISTRY = may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT)
_MINISTRY_OR_SYSTEM = may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.SYSTEM)
#: The system cancels only what a death flag stops (domain §2, "Deceased").
_WHO_CANCELS = may_own(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.PUBLIC, Role.SYSTEM)

#: The validations of domain §6, "all failures collected", all of which must pass before an item is rendered.
VALIDATIONS = (
    recipient_address_is_complete,
    credential_has_number,
    credential_is_awarded,
    digital_is_reprint_to_consumer,
    student_is_not_on_hold,
    printed_name_can_be_set,
    asn_is_primary,
    master_exists,
    number_is_active,
)

#: What may have changed between rendering and printing; asked again of each item at a job's release, with CO-91.
STILL_DELIVERABLE = (credential_is_awarded, student_is_not_on_hold, number_is_active)
RELEASE_CHECKS = (*STILL_DELIVERABLE, document_is_intact)

_REORDER = [_MINISTRY, reorder_has_source_and_reason, reason_is_valid, document_is_intact]


class OrderItemMachine(Chart):
    """created → processing → rendered → in print job → sent → delivered / failed → reordered."""

    created = State(value=_S.CREATED, initial=True)
    processing = State(value=_S.PROCESSING)
    user_hold = State(value=_S.USER_HOLD)
    system_hold = State(value=_S.SYSTEM_HOLD)
    rendered = State(value=_S.RENDERED)
    in_print_job = State(value=_S.IN_PRINT_JOB)
    sent = State(value=_S.SENT)
    delivered = State(value=_S.DELIVERED)
    failed = State(value=_S.FAILED)
    delivered_in_error = State(value=_S.DELIVERED_IN_ERROR)
    expired = State(value=_S.EXPIRED)
    cancelled = State(value=_S.CANCELLED, final=True)
    reordered = State(value=_S.REORDERED)

    process = created.to(processing, cond=guards(_SYSTEM, control_date_has_come))
    render = processing.to(rendered, cond=guards(_SYSTEM, *VALIDATIONS))
    hold_by_system = (
        processing.to(system_hold, cond=guards(_SYSTEM, error_was_found))
        | rendered.to(system_hold, cond=guards(_SYSTEM, error_was_found))
        | in_print_job.to(system_hold, cond=guards(_SYSTEM, error_was_found, job_is_open))
    )
    requeue = processing.to(created, cond=guards(_SYSTEM, lease_has_lapsed))
    hold = created.to(user_hold, cond=guards(_MINISTRY, reason_is_valid)) | rendered.to(
        user_hold, cond=guards(_MINISTRY, reason_is_valid)
    )
    pull = in_print_job.to(user_hold, cond=guards(_MINISTRY, job_is_open, reason_is_valid))
    release = (
        user_hold.to(created, cond=guards(_MINISTRY))
        | system_hold.to(created, cond=guards(_MINISTRY))
        | system_hold.to(created, cond=guards(_SYSTEM, causes_are_gone))
    )
    cancel = (
        created.to(cancelled, cond=guards(_WHO_CANCELS, reason_is_valid))
        | user_hold.to(cancelled, cond=guards(_WHO_CANCELS, reason_is_valid))
        | system_hold.to(cancelled, cond=guards(_WHO_CANCELS, reason_is_valid))
    )
    add_to_print_job = rendered.to(
        in_print_job,
        cond=guards(
            _SYSTEM,
            delivery_is_physical,
            job_is_open,
            item_matches_job,
            job_is_below_maximum,
            *STILL_DELIVERABLE,
        ),
    )
    remove_from_print_job = in_print_job.to(rendered, cond=guards(_SYSTEM, job_is_discarded))
    dispatch = in_print_job.to(sent, cond=guards(_SYSTEM, job_was_accepted))
    deliver = sent.to(delivered, cond=guards(_MINISTRY_OR_SYSTEM, special_handling_is_done)) | rendered.to(
        delivered,
        cond=guards(
            may(Role.DOD_CONSUMER),
            delivery_is_digital,
            link_is_valid,
            student_is_not_on_hold,
            number_is_active,
            document_is_intact,
        ),
    )
    expire = rendered.to(expired, cond=guards(_SYSTEM, delivery_is_digital, expiry_date_has_passed))
    fail = (
        sent.to(failed, cond=guards(_MINISTRY_OR_SYSTEM, delivery_is_physical, reason_is_valid))
        | delivered.to(failed, cond=guards(_MINISTRY_OR_SYSTEM, delivery_is_physical, reason_is_valid))
        | delivered_in_error.to(
            failed, cond=guards(_MINISTRY_OR_SYSTEM, delivery_is_physical, reason_is_valid)
        )
    )
    misdeliver = (
        sent.to(delivered_in_error, cond=guards(_MINISTRY, reason_is_valid))
        | delivered.to(delivered_in_error, cond=guards(_MINISTRY, reason_is_valid))
        | failed.to(delivered_in_error, cond=guards(_MINISTRY, reason_is_valid))
    )
    reorder = (
        delivered.to(reordered, cond=guards(*_REORDER))
        | failed.to(reordered, cond=guards(*_REORDER))
        | delivered_in_error.to(reordered, cond=guards(*_REORDER))
        | expired.to(reordered, cond=guards(*_REORDER))
        | reordered.to(reordered, cond=guards(*_REORDER, earlier_reorders_are_cancelled))
    )


#: The events as people read them.
EVENTS: dict[str, Label] = {
    "process": Label("Process", "Traiter"),
    "render": Label("Render", "Composer"),
    "hold_by_system": Label("Hold by system", "Suspendre par le système"),
    "requeue": Label("Requeue", "Remettre en file"),
    "hold": Label("Hold", "Suspendre"),
    "pull": Label("Pull from print job", "Retirer du lot d'impression"),
    "release": Label("Release", "Libérer"),
    "cancel": Label("Cancel", "Annuler"),
    "add_to_print_job": Label("Add to print job", "Ajouter au lot d'impression"),
    "remove_from_print_job": Label("Remove from print job", "Sortir du lot d'impression"),
    "dispatch": Label("Dispatch", "Envoyer"),
    "deliver": Label("Deliver", "Livrer"),
    "expire": Label("Expire", "Expirer"),
    "fail": Label("Fail delivery", "Signaler l'échec de livraison"),
    "misdeliver": Label("Report delivery in error", "Signaler une erreur de livraison"),
    "reorder": Label("Reorder", "Commander de nouveau"),
}

PLAN = compile_plan(OrderItemMachine, ItemState, EVENTS)
