"""Rules of delivery: on paper, and as a digital official document."""

from models.codes import DeliveryMethod, SpecialHandling
from models.orders import OrderItem
from workflows.rules.rule import No, Verdict, rule


@rule(
    "CO-23",
    title=("The delivery is digital", "La livraison est numérique"),
    message=(
        "This is for digital documents; the item is on paper.",
        "Réservé au numérique; l'article est sur papier.",
    ),
)
def delivery_is_digital(item: OrderItem) -> Verdict:
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
def special_handling_is_done(special_handling: SpecialHandling) -> Verdict:
    """CO-24: an item counts as delivered once its special handling is complete, or where it needs none."""
    done = special_handling in (SpecialHandling.COMPLETE, SpecialHandling.NOT_REQUIRED)
    return True if done else No({"state": special_handling})
