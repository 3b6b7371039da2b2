"""The labels of domain §2, "Ministry label" and public label, word for word."""

import pytest

from models.codes import DeliveryMethod, ItemState, Label, SpecialHandling
from workflows.views.state_labels import ministry_label, public_label

_PAPER, _DIGITAL = DeliveryMethod.COURIER, DeliveryMethod.DIGITAL
_H = SpecialHandling
_PROGRESS = "In Progress / En cours"
#: State, delivery method, special handling → ministry's label, public's label.
TABLE = [
    ("created", _PAPER, _H.NOT_REQUIRED, "Ordered / Commandée", "Ordered / Commandée"),
    ("processing", _PAPER, _H.NOT_REQUIRED, "Processing / En traitement", _PROGRESS),
    ("user_hold", _PAPER, _H.NOT_REQUIRED, "User Hold / Suspendue", "On Hold / Suspendue"),
    ("system_hold", _PAPER, _H.NOT_REQUIRED, "System Hold / Suspendue par PASI", "On Hold / Suspendue"),
    ("rendered", _DIGITAL, _H.NOT_REQUIRED, "Ready for Delivery / Prête pour livraison", _PROGRESS),
    ("in_print_job", _PAPER, _H.OUTSTANDING, "In Print Job / Dans un lot d'impression", _PROGRESS),
    ("sent", _PAPER, _H.NOT_REQUIRED, "Sent for Delivery / Envoyée pour livraison", None),
    ("sent", _PAPER, _H.OUTSTANDING, "Sent for Printing / À l'impression", _PROGRESS),
    ("sent", _PAPER, _H.PENDING, "Waiting for Information / En attente d'information", None),
    ("sent", _PAPER, _H.COMPLETE, "Sent for Delivery / Envoyée pour livraison", None),
    ("delivered", _PAPER, _H.COMPLETE, "Delivered / Livrée", None),
    ("delivered", _DIGITAL, _H.NOT_REQUIRED, "Downloaded / Téléchargé", None),
    ("failed", _PAPER, _H.COMPLETE, "Failed Delivery / Échec de livraison", None),
    ("delivered_in_error", _DIGITAL, _H.NOT_REQUIRED, "Delivered in Error / Erreur de livraison", None),
    ("expired", _DIGITAL, _H.NOT_REQUIRED, "Expired / Expiré", None),
    ("cancelled", _PAPER, _H.NOT_REQUIRED, "Cancelled / Annulée", None),
    ("reordered", _PAPER, _H.COMPLETE, "Reordered / Commandée de nouveau", None),
]


def test_the_table_has_every_state() -> None:
    """No state is left without the words for it."""
    assert {row[0] for row in TABLE} == set(ItemState)


@pytest.mark.parametrize(("state", "method", "handling", "ministry", "public"), TABLE)
def test_a_state_is_called_as_the_page_says(
    state: str, method: DeliveryMethod, handling: SpecialHandling, ministry: str, public: str | None
) -> None:
    """Both labels in both languages; where the page says *same*, the public's is the ministry's."""
    known = ItemState(state)
    assert ministry_label(known, method, handling) == Label(*ministry.split(" / "))
    assert public_label(known, method, handling) == Label(*(public or ministry).split(" / "))


def test_the_public_is_never_told_of_a_system() -> None:
    """A hold of the system looks like any other (domain §2, "never who or what holds its item")."""
    said = [text for state in ItemState for text in public_label(state)]
    assert not [text for text in said if "system" in text.lower() or "PASI" in text]
