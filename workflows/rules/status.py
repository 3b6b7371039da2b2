"""Rules about who changes a status, and why."""

from models.codes import Code, DeleteReason, DiscardReason, ItemState, ReorderReason, Role, StatusReason
from models.orders import OrderItem
from workflows.rules.rule import No, Verdict, rule

_HOLDING: tuple[Code, ...] = (StatusReason.INVESTIGATION, StatusReason.AWAITING_STUDENT)

#: The reasons that fit each event that needs one (domain §4, "Status reasons").
REASONS_OF_EVENT: dict[str, tuple[Code, ...]] = {
    "cancel": (
        StatusReason.REQUESTED_BY_STUDENT,
        StatusReason.DUPLICATE_ORDER,
        StatusReason.ORDERED_IN_ERROR,
        StatusReason.STUDENT_DECEASED,
    ),
    "hold": _HOLDING,
    "pull": _HOLDING,
    "fail": (
        StatusReason.RETURNED_BAD_ADDRESS,
        StatusReason.REFUSED,
        StatusReason.UNCLAIMED,
        StatusReason.DAMAGED,
        StatusReason.LOST,
        StatusReason.PRINT_DEFECT,
        StatusReason.PULLED_BEFORE_MAILING,
        StatusReason.NOT_SUPPLIED,
    ),
    "misdeliver": (StatusReason.INCORRECT_RECIPIENT, StatusReason.INCORRECT_STUDENT),
    "reorder": tuple(ReorderReason),
    "discard": tuple(DiscardReason),
    "delete": tuple(DeleteReason),
}

#: What arrived is reordered for these reasons only; what did not arrive is failed first.
REORDER_REASONS_OF_DELIVERED: tuple[Code, ...] = (
    ReorderReason.PRINT_DEFECT,
    ReorderReason.DAMAGED_IN_MAIL,
    ReorderReason.MINISTRY_ERROR,
    ReorderReason.OTHER,
)


#: What the software itself may give as a reason: a death flag, an envelope reconciled as pulled.
_REASONS_OF_SYSTEM: dict[str, tuple[Code, ...]] = {
    "cancel": (StatusReason.STUDENT_DECEASED,),
    "fail": (StatusReason.PULLED_BEFORE_MAILING,),
}


def reasons_for(event: str, state: str, role: Role) -> tuple[Code, ...]:
    """The reasons that a person with ``role`` may give for ``event`` in ``state``; empty where none is needed."""
    if event == "reorder" and state == "delivered":
        return REORDER_REASONS_OF_DELIVERED
    if event == "cancel" and role is Role.PUBLIC:
        return (StatusReason.REQUESTED_BY_STUDENT,)
    if role is Role.SYSTEM and event in _REASONS_OF_SYSTEM:
        return _REASONS_OF_SYSTEM[event]
    return REASONS_OF_EVENT.get(event, ())


@rule(
    "CO-11",
    title=("The acting role may cause this event", "Le rôle peut provoquer cet événement"),
    message=(
        "The role {role} may not do this; one of these may: {roles}.",
        "Le rôle {role} ne peut pas faire ceci; peuvent le faire : {roles}.",
    ),
)
def role_may_cause_event(role: Role) -> Verdict:
    """CO-11: only certain roles may cause an event; each transition asks for its own, through ``workflows.rules.may.may``."""
    raise NotImplementedError(role)


@rule(
    "60118",
    title=("The change carries a reason that is valid for it", "Le changement porte un motif valable"),
    message=(
        "Give one of these reasons: {reasons}{given}.",
        "Donnez l'un de ces motifs : {reasons}{given}.",
    ),
    optional={"given": (" (given: {given})", " (donné : {given})")},
)
def reason_is_valid(
    state: Code, event: str, role: Role, reason: str | None, note: str | None, asking: bool
) -> Verdict:
    """60118: hold, pull, cancel, fail, misdeliver, reorder, discard carry a reason valid for them."""
    allowed = [each.value for each in reasons_for(event, state, role)]
    if reason == _OTHER and _OTHER in allowed and not (note or asking):
        return No({"reasons": allowed, "given": "other_without_note"})
    if asking or reason in allowed:
        return True
    return No({"reasons": allowed} | ({"given": reason} if reason else {}))


#: The reason that says nothing by itself, so that a note must.
_OTHER = "Other"


@rule(
    "60105",
    title=(
        "A reorder names both its source and its reason",
        "Une nouvelle commande nomme sa source et son motif",
    ),
    message=("Give a reason for the reorder.", "Donnez un motif pour la nouvelle commande."),
)
def reorder_has_source_and_reason(reason: str | None, asking: bool) -> Verdict:
    """60105: reorder source and reorder reason: both or neither. Here the source is the item itself."""
    return True if asking or reason else No()


@rule(
    "CO-16",
    title=(
        "Every earlier reorder of the item is cancelled",
        "Chaque nouvelle commande antérieure de l'article est annulée",
    ),
    message=(
        "The item was reordered already as {reorders}; cancel that one first, or reorder it instead.",
        "L'article a déjà été commandé de nouveau ({reorders}); annulez cette commande ou commandez-la de nouveau.",
    ),
)
def earlier_reorders_are_cancelled(live_reorders: tuple[str, ...]) -> Verdict:
    """CO-16 *(ours)*: what was reordered is reordered again only when every earlier reorder of it is cancelled."""
    return No({"reorders": list(live_reorders)}) if live_reorders else True


@rule(
    "CO-27",
    title=("The cause of every stored error is gone", "La cause de chaque erreur conservée a disparu"),
    message=("These errors still stand: {codes}.", "Ces erreurs subsistent : {codes}."),
)
def causes_are_gone(standing_errors: tuple[str, ...]) -> Verdict:
    """CO-27: guards the automatic release; a technical error (CO-90) never goes away by itself."""
    return No({"codes": list(standing_errors)}) if standing_errors else True


@rule(
    "CO-38",
    title=("A refund of the item is due", "Un remboursement de l'article est dû"),
    message=(
        "Only a paid item that was cancelled is refunded, and once.",
        "Seul un article payé puis annulé est remboursé, une seule fois.",
    ),
)
def refund_is_due(item: OrderItem, is_paid: bool) -> Verdict:
    """CO-38 *(ours)*: what the *refund due* list shows (domain §2, "refund due")."""
    return True if is_paid and item.state is ItemState.CANCELLED and item.refunded_at is None else No()


@rule(
    "CO-33",
    title=("At least one error was found", "Au moins une erreur a été trouvée"),
    message=("No error was found, so there is nothing to hold.", "Aucune erreur trouvée : rien à suspendre."),
    who=Role.SYSTEM,
)
def error_was_found(error_is_given: bool) -> Verdict:
    """CO-33 *(ours)*: ``hold_by_system`` needs an error (domain §2, "hold_by_system")."""
    return True if error_is_given else No()
