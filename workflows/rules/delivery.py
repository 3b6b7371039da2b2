"""Rules of delivery: on paper, and as a digital official document."""

from typing import TYPE_CHECKING, Any

from models.codes import DeliveryMethod, Role, SpecialHandling
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import ItemFacts


@rule(
    "CO-23",
    title=("The delivery is digital", "La livraison est numérique"),
    message=(
        "This is for digital documents; the item is on paper.",
        "Réservé au numérique; l'article est sur papier.",
    ),
)
def delivery_is_digital(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-23: downloads and expiry are for items that are delivered as a digital document."""
    return True if item.delivery_method is DeliveryMethod.DIGITAL else No()


@rule(
    "CO-24",
    title=("Special handling is complete or not required", "Le traitement spécial est terminé ou non requis"),
    message=(
        "Special handling is still open: {state}.",
        "Le traitement spécial n'est pas terminé : {state}.",
    ),
)
def special_handling_is_done(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-24: an item counts as delivered once its special handling is complete, or where it needs none."""
    done = facts.special_handling in (SpecialHandling.COMPLETE, SpecialHandling.NOT_REQUIRED)
    return True if done else No({"state": facts.special_handling})


@rule(
    "CO-25",
    title=("The link is valid, the consumer active", "Le lien est valide, le destinataire actif"),
    message=(
        "The item has no valid link to an active consumer.",
        "L'article n'a pas de lien valide vers un destinataire actif.",
    ),
)
def link_is_valid(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-25: the link is valid and not expired, the consumer active."""
    link = facts.link
    return (
        True if link is not None and link.is_valid(facts.command.today) and facts.consumer_is_active else No()
    )


@rule(
    "CO-36",
    title=("The expiry date has passed", "La date d'expiration est passée"),
    message=("The link has not expired.", "Le lien n'est pas expiré."),
    who=Role.SYSTEM,
)
def expiry_date_has_passed(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-36 *(ours)*: guards ``expire`` (domain §2, "expire"): the last day of the link is over."""
    link = facts.link
    return True if link is not None and link.expires_on < facts.command.today else No()
