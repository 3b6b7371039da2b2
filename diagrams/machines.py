"""How an analyst reads each machine: its phases, the rows in them, and the way that all goes well.

States, events, roles and rules are never named twice: they come from the plans. Only what no machine knows is here.
"""

from dataclasses import dataclass
from itertools import pairwise

from models.codes import Label
from workflows.effects.consumer import CONSUMER
from workflows.effects.credential import CREDENTIAL
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.effects.special_handling import SPECIAL_HANDLING
from workflows.machines.machine import Machine

#: States side by side.
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A machine with its layout: ``phases`` top to bottom, ``happy`` states in order, ``folded`` events.

    A folded event is written into the box of the state that it leads to, and no line is drawn for it.
    """

    name: str
    title: Label
    machine: Machine
    phases: tuple[tuple[Label, tuple[Row, ...]], ...]
    happy: tuple[str, ...]
    folded: frozenset[str] = frozenset()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row of states from top to bottom."""
        return tuple(row for _, rows in self.phases for row in rows)

    @property
    def steps(self) -> frozenset[tuple[str, str]]:
        """The steps of the way that all goes well, from state to state."""
        return frozenset(pairwise(self.happy))

    @property
    def initial(self) -> str:
        """The state in which it begins."""
        return self.happy[0]

    @property
    def order(self) -> dict[str, tuple[int, int]]:
        """Where each state stands: its row, and its place in it."""
        return {
            state: (number, place) for number, row in enumerate(self.rows) for place, state in enumerate(row)
        }


DRAWN = (
    Drawn(
        "order_item",
        Label("Order item", "Article de commande"),
        ORDER_ITEM,
        (
            (Label("Ordering", "Commande"), (("user_hold", "created", "system_hold"),)),
            (Label("Processing", "Traitement"), (("processing",), ("rendered",))),
            (Label("Printing", "Impression"), (("in_print_job",),)),
            (
                Label("Delivery", "Livraison"),
                (("sent",), ("expired", "delivered", "failed", "delivered_in_error")),
            ),
            (Label("Closed, or again", "Close, ou de nouveau"), (("cancelled", "reordered"),)),
        ),
        ("created", "processing", "rendered", "in_print_job", "sent", "delivered"),
        frozenset({"cancel", "hold", "pull", "hold_by_system", "expire", "fail", "misdeliver"}),
    ),
    Drawn(
        "document_order",
        Label("Document order", "Commande de documents"),
        DOCUMENT_ORDER,
        (
            (Label("Cart", "Panier"), (("under_construction",),)),
            (Label("Payment", "Paiement"), (("payment_pending", "payment_not_received"),)),
            (Label("Closed", "Close"), (("ordered", "abandoned"),)),
        ),
        ("under_construction", "payment_pending", "ordered"),
        frozenset({"abandon"}),
    ),
    Drawn(
        "print_job",
        Label("Print job", "Lot d'impression"),
        PRINT_JOB,
        (
            (Label("Preparation", "Préparation"), (("open",), ("released",))),
            (Label("Hand-over", "Remise"), (("transmitting", "failed"),)),
            (Label("At the provider", "Chez l'imprimeur"), (("transmitted",),)),
            (Label("Closed", "Clos"), (("reconciled", "discarded"),)),
        ),
        ("open", "released", "transmitting", "transmitted", "reconciled"),
        frozenset({"discard"}),
    ),
    Drawn(
        "special_handling",
        Label("Special handling", "Traitement spécial"),
        SPECIAL_HANDLING,
        (
            (Label("None", "Aucun"), (("not_required",),)),
            (Label("Open", "Ouvert"), (("outstanding", "pending"),)),
            (Label("Done", "Fait"), (("complete",),)),
        ),
        ("not_required", "outstanding", "complete"),
        frozenset({"close", "waive", "assign"}),
    ),
    Drawn(
        "credential",
        Label("Student credential", "Titre de l'élève"),
        CREDENTIAL,
        (
            (Label("Achieved", "Obtenu"), (("achieved",),)),
            (Label("Awarded", "Décerné"), (("awarded",),)),
            (Label("Withdrawn", "Retiré"), (("superseded", "deleted"),)),
        ),
        ("achieved", "awarded"),
    ),
    Drawn(
        "consumer",
        Label("Digital document consumer", "Destinataire de documents numériques"),
        CONSUMER,
        (
            (Label("Request", "Demande"), (("pending",),)),
            (Label("Decision", "Décision"), (("active", "declined"),)),
        ),
        ("pending", "active"),
    ),
)

BY_NAME = {each.name: each for each in DRAWN}
