"""Rules that the Credential Processing Agent asks before it prints; ordering asks some of them earlier."""

from typing import TYPE_CHECKING, Any

from models.codes import CredentialState, DeliveryMethod, ItemKind, RecipientKind, Role
from renderers.content import Name
from renderers.fonts.names import Unprintable, set_name, unprintable_address, unprintable_line
from renderers.masters.master import has_master
from workflows.rules.addressing import missing_parts, window_lines
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import CredentialFacts, ItemFacts

#: Failed attempts of a step after which its item is held (CO-90).
MAX_ATTEMPTS = 3


@rule(
    "60108",
    title=(
        "The recipient's address is complete and not expired",
        "L'adresse du destinataire est complète et valide",
    ),
    message=(
        "The mailing address is not usable: {missing}.",
        "L'adresse postale est inutilisable : {missing}.",
    ),
    who="student",
)
def recipient_address_is_complete(item: Any, facts: "CredentialFacts") -> Verdict:
    """60108: physical delivery has a complete, unexpired address; digital delivery needs none."""
    if item.delivery_method is DeliveryMethod.DIGITAL:
        return True
    address = facts.address_of(item)
    missing = ["no address"] if address is None else missing_parts(address)
    return No({"missing": missing}) if missing else True


@rule(
    "60128",
    title=("The item carries a credential number", "L'article porte un numéro de titre"),
    message=(
        "The credential has no number; award it first.",
        "Le titre n'a pas de numéro; décernez-le d'abord.",
    ),
)
def credential_has_number(item: Any, facts: "CredentialFacts") -> Verdict:
    """60128: a credential item carries a credential number."""
    return True if facts.credential_number else No()


@rule(
    "44016",
    title=("The credential is awarded and not deleted", "Le titre est décerné et non supprimé"),
    message=("The credential is {state}, not awarded.", "Le titre n'est pas décerné; son état : {state}."),
)
def credential_is_awarded(item: Any, facts: "CredentialFacts") -> Verdict:
    """44016: the credential is awarded and not deleted; a superseded credential was awarded too, and CO-12 is the rule that speaks of it."""
    state = facts.credential.state
    awarded = state in (CredentialState.AWARDED, CredentialState.SUPERSEDED)
    return True if awarded else No({"state": state})


@rule(
    "CO-05",
    title=("No student hold is in force", "Aucune suspension de l'élève n'est en vigueur"),
    message=(
        "The student is on hold; last day of the hold: {until}.",
        "L'élève fait l'objet d'une suspension; son dernier jour : {until}.",
    ),
)
def student_is_not_on_hold(item: Any, facts: "CredentialFacts") -> Verdict:
    """CO-05: a hold on the student blocks the release of documents until it ends."""
    hold = facts.student_hold
    if hold is None:
        return True
    return No({"until": hold.until or "open_ended"})


@rule(
    "CO-06",
    title=("The printed name can be set", "Le nom imprimé peut être composé"),
    message=(
        "The {field} “{text}” can't be printed: {problem}.",
        "Impossible d'imprimer « {text} » ({field}) : {problem}.",
    ),
)
def printed_name_can_be_set(item: Any, facts: "CredentialFacts") -> Verdict:
    """CO-06: the name on the credential, and recipient and address on the letter."""
    if (no := refused_name(Name(*facts.printed_name))) is not None:
        return no
    if item.delivery_method is DeliveryMethod.DIGITAL:
        return True
    if (bad := unprintable_line(facts.recipient_of(item))) is not None:
        return No({"field": "recipient"} | _problem(bad))
    address = facts.address_of(item)
    if address is not None and (bad := unprintable_address(window_lines(address))) is not None:
        return No({"field": "address"} | _problem(bad))
    return True


def refused_name(name: Name) -> No | None:
    """What CO-06 says against a name alone, before there is an item; None when it can be set."""
    fault = set_name(name)
    return No({"field": "printed_name"} | _problem(fault)) if isinstance(fault, Unprintable) else None


def _problem(fault: Unprintable) -> dict[str, str]:
    """The parameters of CO-06: the first character that can't be set, or that the text is too long."""
    if fault.problem == "too_long":
        return {"text": fault.text, "problem": "too_long"}
    named = f"{fault.character} ({fault.code_point} {fault.unicode_name})"
    return {
        "text": fault.text,
        "problem": named,
        "character": fault.character,
        "code_point": fault.code_point,
        "unicode_name": fault.unicode_name,
    }


@rule(
    "CO-07",
    title=("The ASN is the student's primary one", "Le NEA est le numéro principal de l'élève"),
    message=(
        "The ASN is secondary to {primary}; order under that one.",
        "Le NEA est secondaire à {primary}; commandez sous celui-ci.",
    ),
)
def asn_is_primary(item: Any, facts: "CredentialFacts") -> Verdict:
    """CO-07: documents are ordered and printed under the primary ASN, to which secondary ones point."""
    return True if facts.student.primary_id is None else No({"primary": facts.primary_asn})


@rule(
    "CO-08",
    title=("A master exists for type and language", "Un modèle existe pour le type et la langue"),
    message=(
        "There is no page master for {credential_type} in {language}{as_first_printed}.",
        "Il n'y a pas de modèle de page pour le titre « {credential_type} » en {language}{as_first_printed}.",
    ),
    who=Role.OPERATIONAL_SUPPORT,
    optional={"as_first_printed": ("{as_first_printed}", "{as_first_printed}")},
)
def master_exists(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-08: a reorder needs the master that its first document was printed with, and no other will do."""
    credential_type = facts.credential.credential_type
    sought = {"credential_type": credential_type, "language": item.language}
    if not has_master(credential_type.value, item.language.value):
        return No(sought)
    fault = facts.first_master_fault
    return No(sought | {"as_first_printed": f"master_{fault}"}) if fault else True


@rule(
    "CO-12",
    title=(
        "The credential number is still the active one",
        "Le numéro de titre est toujours le numéro actif",
    ),
    message=("The number was replaced{number}.", "Le numéro a été remplacé{number}."),
    optional={"number": (" by {number}", " par {number}")},
)
def number_is_active(item: Any, facts: "CredentialFacts") -> Verdict:
    """CO-12: the refusal names the new number, where there is one."""
    if facts.credential.state is not CredentialState.SUPERSEDED:
        return True
    return No({"number": facts.active_number} if facts.active_number else {})


@rule(
    "CO-03",
    title=(
        "Digital goes with reprints, to active consumers",
        "Le numérique est réservé aux réimpressions pour un destinataire actif",
    ),
    message=(
        "Only a reprint can be delivered digitally, and only to an active consumer.",
        "Seule une réimpression peut être livrée en numérique, et seulement à un destinataire actif.",
    ),
)
def digital_is_reprint_to_consumer(item: Any, facts: "CredentialFacts") -> Verdict:
    """CO-03: digital only where the root kind is reprint, and to an active consumer."""
    if item.delivery_method is not DeliveryMethod.DIGITAL:
        return True
    to_consumer = item.recipient_kind is RecipientKind.CONSUMER and facts.consumer_is_active
    return True if item.root_kind is ItemKind.REPRINT and to_consumer else No()


@rule(
    "CO-18",
    title=("The control date has come", "La date de contrôle est arrivée"),
    message=("To be issued on {control_date}.", "À délivrer le {control_date}."),
)
def control_date_has_come(item: Any, facts: "CredentialFacts") -> Verdict:
    """CO-18: an empty control date means at once."""
    due = item.control_date is None or item.control_date <= facts.command.today
    return True if due else No({"control_date": item.control_date})


@rule(
    "CO-26",
    title=("The lease has lapsed or its worker stopped", "Le bail est échu ou son travailleur s'est arrêté"),
    message=("A worker holds the item until {until}.", "Un travailleur détient l'article jusqu'à {until}."),
    who=Role.SYSTEM,
)
def lease_has_lapsed(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-26: ``given`` names a worker that is known to have stopped, or is the step that gives the item back."""
    if facts.given and item.lease_owner == facts.given.get("stopped"):
        return True
    until = item.lease_until
    return True if until is None or until <= facts.command.at else No({"until": until})


@rule(
    "CO-90",
    title=("The step did not fail three times", "L'étape n'a pas échoué trois fois"),
    message=(
        "A technical fault in step {step}: {error} (reference {reference}).",
        "Défaut technique à l'étape {step} : {error} (référence {reference}).",
    ),
    who=Role.OPERATIONAL_SUPPORT,
)
def step_did_not_keep_failing(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-90: once an item is held for it, only a person's release lets the step be tried again."""
    exhausted = item.attempts >= MAX_ATTEMPTS
    return No(item.last_error or {}) if exhausted else True
