"""Rules of digital official document consumers, and of what is released to them."""

from models.codes import ItemState
from models.consumers import Consumer
from models.orders import OrderItem
from workflows.rules.rule import No, Reason, Verdict, rule

_WITHHELD = (ItemState.USER_HOLD, ItemState.SYSTEM_HOLD, ItemState.CANCELLED)


@rule(
    "82003",
    title=("The consumer's status may change", "L'état du destinataire peut changer"),
    message=(
        "Another active consumer has the e-mail domain {domain}: {name}.",
        "Un autre destinataire actif a le domaine de courriel {domain} : {name}.",
    ),
)
def status_change_is_allowed(consumer: Consumer, event: str, rival: str | None) -> Verdict:
    """82003: no two active consumers share an e-mail domain, since it alone says whose a user is."""
    if event != "activate" or rival is None:
        return True
    return No({"domain": consumer.email_domain, "name": rival})


@rule(
    "60406",
    title=("The item is neither held nor cancelled", "L'article n'est ni suspendu ni annulé"),
    message=(
        "The document is not released: {state}.{errors}",
        "Le document n'est pas remis : {state}.{errors}",
    ),
    optional={"errors": (" Errors: {errors}.", " Erreurs : {errors}.")},
)
def item_is_released(item: OrderItem, stored_errors: tuple[Reason, ...]) -> Verdict:
    """60406: a held or cancelled item is released to no one; its errors are returned."""
    if item.state not in _WITHHELD:
        return True
    errors = [each.code for each in stored_errors]
    return No({"state": item.state} | ({"errors": errors} if errors else {}))
