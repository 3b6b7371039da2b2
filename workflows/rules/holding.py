"""Rules whose failure holds an item: the Credential Processing Agent asks them before it prints, ordering some of them earlier."""

from datetime import date, datetime

from models.codes import CredentialState, DeliveryMethod, ItemKind, RecipientKind, Role
from models.credentials import Credential
from models.orders import OrderItem
from models.students import Student, StudentHold
from renderers.content import Name
from renderers.fonts.names import Unprintable, set_name, unprintable_address, unprintable_line
from renderers.masters.master import has_master
from workflows.rules.addressing import MailingAddress, missing_parts, window_lines
from workflows.rules.rule import No, Verdict, rule

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
def recipient_address_is_complete(item: OrderItem, destination: MailingAddress | None) -> Verdict:
    """60108: physical delivery has a complete, unexpired address; digital delivery needs none."""
    if item.delivery_method is DeliveryMethod.DIGITAL:
        return True
    missing = ["no address"] if destination is None else missing_parts(destination)
    return No({"missing": missing}) if missing else True


@rule(
    "60128",
    title=("The item carries a credential number", "L'article porte un numéro de titre"),
    message=(
        "The credential has no number; award it first.",
        "Le titre n'a pas de numéro; décernez-le d'abord.",
    ),
)
def credential_has_number(credential_number: str | None) -> Verdict:
    """60128: a credential item carries a credential number."""
    return True if credential_number else No()


@rule(
    "44016",
    title=("The credential is awarded and not deleted", "Le titre est décerné et non supprimé"),
    message=("The credential is {state}, not awarded.", "Le titre n'est pas décerné; son état : {state}."),
)
def credential_is_awarded(credential: Credential) -> Verdict:
    """44016: the credential is awarded and not deleted; a superseded credential was awarded too, and CO-12 is the rule that speaks of it."""
    state = credential.state
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
def student_is_not_on_hold(student_hold: StudentHold | None) -> Verdict:
    """CO-05: a hold on the student blocks the release of documents until it ends."""
    return True if student_hold is None else No({"until": student_hold.until or "open_ended"})


@rule(
    "CO-06",
    title=("The printed name can be set", "Le nom imprimé peut être composé"),
    message=(
        "The {field} “{text}” can't be printed: {problem}.",
        "Impossible d'imprimer « {text} » ({field}) : {problem}.",
    ),
)
def printed_name_can_be_set(
    item: OrderItem,
    printed_name: tuple[str, str, str, str],
    recipient: str,
    destination: MailingAddress | None,
) -> Verdict:
    """CO-06: the name on the credential, and recipient and address on the letter."""
    if (no := refused_name(Name(*printed_name))) is not None:
        return no
    if item.delivery_method is DeliveryMethod.DIGITAL:
        return True
    if (bad := unprintable_line(recipient)) is not None:
        return No({"field": "recipient"} | _problem(bad))
    if destination is not None and (bad := unprintable_address(window_lines(destination))) is not None:
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
def asn_is_primary(student: Student, primary_asn: str | None) -> Verdict:
    """CO-07: documents are ordered and printed under the primary ASN, to which secondary ones point."""
    return True if student.primary_id is None else No({"primary": primary_asn})


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
def master_exists(item: OrderItem, credential: Credential, first_master_fault: str | None) -> Verdict:
    """CO-08: a reorder needs the master that its first document was printed with, and no other will do."""
    sought = {"credential_type": credential.credential_type, "language": item.language}
    if not has_master(credential.credential_type.value, item.language.value):
        return No(sought)
    fault = first_master_fault
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
def number_is_active(credential: Credential, active_number: str | None) -> Verdict:
    """CO-12: the refusal names the new number, where there is one."""
    if credential.state is not CredentialState.SUPERSEDED:
        return True
    return No({"number": active_number} if active_number else {})


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
def digital_is_reprint_to_consumer(item: OrderItem, consumer_is_active: bool) -> Verdict:
    """CO-03: digital only where the root kind is reprint, and to an active consumer."""
    if item.delivery_method is not DeliveryMethod.DIGITAL:
        return True
    to_consumer = item.recipient_kind is RecipientKind.CONSUMER and consumer_is_active
    return True if item.root_kind is ItemKind.REPRINT and to_consumer else No()


@rule(
    "CO-18",
    title=("The control date has come", "La date de contrôle est arrivée"),
    message=("To be issued on {control_date}.", "À délivrer le {control_date}."),
)
def control_date_has_come(item: OrderItem, today: date) -> Verdict:
    """CO-18: an empty control date means at once."""
    due = item.control_date is None or item.control_date <= today
    return True if due else No({"control_date": item.control_date})


@rule(
    "CO-26",
    title=("The lease has lapsed or its worker stopped", "Le bail est échu ou son travailleur s'est arrêté"),
    message=("A worker holds the item until {until}.", "Un travailleur détient l'article jusqu'à {until}."),
    who=Role.SYSTEM,
)
def lease_has_lapsed(item: OrderItem, at: datetime, stopped_owner: str | None) -> Verdict:
    """CO-26: unless its worker is known to have stopped, or gives the item back itself, the lease runs to its end."""
    if stopped_owner is not None and item.lease_owner == stopped_owner:
        return True
    until = item.lease_until
    return True if until is None or until <= at else No({"until": until})


@rule(
    "CO-90",
    title=("The step did not fail three times", "L'étape n'a pas échoué trois fois"),
    message=(
        "A technical fault in step {step}: {error} (reference {reference}).",
        "Défaut technique à l'étape {step} : {error} (référence {reference}).",
    ),
    who=Role.OPERATIONAL_SUPPORT,
)
def step_did_not_keep_failing(item: OrderItem) -> Verdict:
    """CO-90: once an item is held for it, only a person's release lets the step be tried again."""
    exhausted = item.attempts >= MAX_ATTEMPTS
    return No(item.last_error or {}) if exhausted else True
