"""Rules of the document order and its payment."""

from typing import TYPE_CHECKING, Any

from models.codes import OrderState, Role
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import OrderFacts

#: The largest amount of an order, in cents *(verify)*.
MAX_AMOUNT_CENTS = 9_999_999
_MAY_BE_ABANDONED = (OrderState.UNDER_CONSTRUCTION, OrderState.PAYMENT_NOT_RECEIVED)


@rule(
    "60111",
    title=("A payment carries its transaction id", "Un paiement porte son numéro de transaction"),
    message=(
        "The amount of {amount} is due and there is no payment transaction for it.",
        "Le montant de {amount} est dû et aucune transaction de paiement n'y correspond.",
    ),
    who=Role.OPERATIONAL_SUPPORT,
    amounts=("amount",),
)
def payment_has_transaction(order: Any, facts: "OrderFacts") -> Verdict:
    """60111: whatever costs something is placed or waits for its payment with the transaction's id."""
    return True if facts.transaction or not facts.amount_cents else No({"amount": facts.amount})


@rule(
    "60112",
    title=("The order waits for no payment", "La commande n'attend aucun paiement"),
    message=(
        "The order waits for its payment; nothing in it changes until the answer is there.",
        "La commande attend son paiement; rien n'y change jusqu'à la réponse.",
    ),
    who=Role.SYSTEM,
)
def no_payment_is_pending(order: Any, facts: "OrderFacts") -> Verdict:
    """60112: while a payment is pending only status, transaction id, placed date and amount change."""
    return No() if order.state is OrderState.PAYMENT_PENDING else True


@rule(
    "60113",
    title=("The order is under construction", "La commande est en préparation"),
    message=(
        "The order is “{state}”; its lines change only while it is under construction.",
        "La commande est « {state} »; ses lignes ne changent que pendant sa préparation.",
    ),
    who="student",
)
def order_is_under_construction(order: Any, facts: "OrderFacts") -> Verdict:
    """60113: an order that is placed or abandoned never changes; one whose payment failed is reopened first."""
    building = (OrderState.UNDER_CONSTRUCTION, OrderState.PAYMENT_PENDING)  # of the latter 60112 speaks
    return True if order.state in building else No({"state": order.state})


@rule(
    "60114",
    title=("The order may be abandoned", "La commande peut être abandonnée"),
    message=(
        "The order is “{state}” and can't be abandoned any more.",
        "La commande est « {state} » et ne peut plus être abandonnée.",
    ),
    who="student",
)
def order_may_be_abandoned(order: Any, facts: "OrderFacts") -> Verdict:
    """60114: only under construction, or when its payment was not received."""
    return True if order.state in _MAY_BE_ABANDONED else No({"state": order.state})


@rule(
    "60125",
    title=("The amount is not beyond what can be paid", "Le montant ne dépasse pas ce qui peut être payé"),
    message=(
        "The amount of {amount} is more than {most}; order less at once.",
        "Le montant de {amount} dépasse {most}; commandez moins à la fois.",
    ),
    who="student",
    amounts=("amount", "most"),
)
def amount_is_in_bounds(order: Any, facts: "OrderFacts") -> Verdict:
    """60125: order amount ≤ 99,999.99 *(verify)*."""
    if facts.amount_cents <= MAX_AMOUNT_CENTS:
        return True
    return No({"amount": facts.amount, "most": f"{MAX_AMOUNT_CENTS / 100:.2f}"})


@rule(
    "60130",
    title=("The order has at least one item", "La commande a au moins un article"),
    message=("The order is empty; add a line first.", "La commande est vide; ajoutez d'abord une ligne."),
    who="student",
)
def order_has_item(order: Any, facts: "OrderFacts") -> Verdict:
    """60130: an order is placed, or its payment begun, with at least one item in it."""
    return True if facts.lines else No()
