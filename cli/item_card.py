"""One order item as a clerk reads it: grouped, labelled in the language of the call, empty lines left out."""

from collections.abc import Callable, Mapping
from typing import Any

from cli.terminal.context import Context
from cli.terminal.present import WHO_CAN_FIX, item_state
from models.codes import (
    Code,
    CredentialType,
    DeliveredHow,
    DeliveryMethod,
    ItemKind,
    Label,
    Language,
    LetterKind,
    Role,
    SpecialHandling,
    StatusReason,
)
from renderers.pages.long_forms import dashed_asn, dashed_credential_number
from workflows.rules.addressing import window_lines
from workflows.rules.vocabulary import WHO

_LABELS = {
    "state": Label("State", "État"),
    "status_reason": Label("Reason", "Motif"),
    "asn": Label("ASN", "NEA"),
    "credential_type": Label("Credential", "Titre"),
    "credential_number": Label("Credential number", "Numéro du titre"),
    "kind": Label("Kind", "Nature"),
    "reorder_of": Label("Reorder of", "Nouvelle commande de"),
    "printed_name": Label("Printed name", "Nom imprimé"),
    "language": Label("Language", "Langue"),
    "copies": Label("Copies", "Exemplaires"),
    "letter": Label("Letter", "Lettre"),
    "delivery_method": Label("Delivery", "Livraison"),
    "recipient": Label("Recipient", "Destinataire"),
    "address": Label("Address", "Adresse"),
    "control_date": Label("To be issued", "À délivrer le"),
    "special_handling": Label("Special handling", "Traitement spécial"),
    "print_job": Label("Print job", "Lot d'impression"),
    "sequence": Label("Mailing sequence", "Séquence d'envoi"),
    "processed_at": Label("Processed", "Traitée"),
    "sent_at": Label("Sent", "Envoyée"),
    "delivered_at": Label("Delivered", "Livrée"),
    "delivered_how": Label("Known how", "Livraison connue"),
    "document": Label("Document", "Document"),
    "version": Label("Version", "Version"),
}
_CODES: dict[str, type[Code]] = {
    "credential_type": CredentialType,
    "kind": ItemKind,
    "language": Language,
    "letter": LetterKind,
    "delivery_method": DeliveryMethod,
    "special_handling": SpecialHandling,
    "delivered_how": DeliveredHow,
}


#: Special handling is hidden from the public but for the state's label (domain §3, "hidden from the public but for its label"), and so is how the ministry prints.
_BEHIND_THE_SCENES = frozenset({"special_handling", "print_job", "sequence", "document"})


def show_item(context: Context, view: Mapping[str, Any]) -> None:
    """Print the card of an item, with every stored error and who can fix it."""
    context.say(view["number"])
    for name, label in _LABELS.items():
        if context.actor.role is Role.PUBLIC and name in _BEHIND_THE_SCENES:
            continue
        text = item_state(context, view) if name == "state" else _text(context, name, view[name])
        if text:
            context.say(f"  {label.in_(context.language):18} {text}")
    for error in view["errors"]:
        who = context.text(WHO_CAN_FIX, who=WHO[error["who"]].in_(context.language))
        context.say(f"  {error['code']}  {error['message'][context.language]} ({who})")


def _text(context: Context, name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _CODES:
        return _CODES[name](value).label.in_(context.language)
    if name == "status_reason" and value in set(StatusReason):
        return StatusReason(value).label.in_(context.language)
    if name in _SHAPES:
        return _SHAPES[name](value)
    return str(value)


_SHAPES: dict[str, Callable[[Any], str]] = {
    "asn": dashed_asn,
    "credential_number": dashed_credential_number,
    "recipient": lambda recipient: recipient["name"] or "",
    "address": lambda address: " / ".join(window_lines(address)),
    "document": lambda document: (
        f"{document['pages']} p., {document['size']} B, SHA-256 {document['sha256']}"
    ),
}
