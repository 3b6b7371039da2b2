"""Rules of re-issuing, deleting and restoring credential numbers."""

from typing import TYPE_CHECKING, Any

from models.codes import CredentialState
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import OrderingFacts


@rule(
    "44002",
    title=(
        "The credential number exists and is the current one",
        "Le numéro de titre existe et est le numéro actuel",
    ),
    message=(
        "The number is not the current one{number}.",
        "Ce numéro n'est pas le numéro actuel{number}.",
    ),
    optional={"number": ("; the current one is {number}", ", qui est {number}")},
)
def number_is_current(credential: Any, facts: "OrderingFacts") -> Verdict:
    """44002: guards re-issue: only the number that is active now is replaced by a new one."""
    if facts.credential.state is CredentialState.AWARDED:
        return True
    return No({"number": facts.active_number} if facts.active_number else {})


@rule(
    "44005",
    title=(
        "The legal name or the awarded school year changed",
        "Le nom légal ou l'année scolaire du titre a changé",
    ),
    message=(
        "The legal name and the school year are still those of the award; nothing calls for a new number.",
        "Le nom légal et l'année scolaire sont encore ceux du titre décerné; aucun nouveau numéro n'est nécessaire.",
    ),
)
def name_or_year_changed(credential: Any, facts: "OrderingFacts") -> Verdict:
    """44005: guards re-issue; the school year is the one given with the command, if any."""
    year_changed = facts.school_year != facts.credential.school_year
    return True if facts.name_differs or year_changed else No()


@rule(
    "44015",
    title=("No order of the number is under way", "Aucune commande de ce numéro n'est en cours"),
    message=(
        "These orders are under way: {items}. Let them be sent, or cancel them.",
        "Ces commandes sont en cours : {items}. Attendez leur envoi ou annulez-les.",
    ),
)
def no_item_is_under_way(credential: Any, facts: "OrderingFacts") -> Verdict:
    """44015: no item of the number is created, processing, rendered, in a print job or held."""
    return No({"items": list(facts.items_under_way)}) if facts.items_under_way else True


@rule(
    "CO-37",
    title=("No other number is active", "Aucun autre numéro n'est actif"),
    message=(
        "The number {number} is active; one student has one active number per type.",
        "Le numéro {number} est actif; un élève a un seul numéro actif par type.",
    ),
)
def no_other_number_is_active(credential: Any, facts: "OrderingFacts") -> Verdict:
    """CO-37 *(ours)*: guards ``undelete``, and ``undo_supersede`` but for the direct successor (domain §3, "only if no other number is active")."""
    rival = facts.rival
    succeeds = rival is not None and rival.replaces_id == credential.id
    if rival is None or (succeeds and facts.command.event == "undo_supersede"):
        return True
    return No({"number": facts.active_number})
