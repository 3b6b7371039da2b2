"""Rules of digital official document consumers, and of what is released to them."""

from typing import TYPE_CHECKING, Any

from models.codes import ItemState
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import ConsumerFacts, ItemFacts

_WITHHELD = (ItemState.USER_HOLD, ItemState.SYSTEM_HOLD, ItemState.CANCELLED)


@rule(
    "82003",
    title=("The consumer's status may change", "L'état du destinataire peut changer"),
    message=(
        "Another active consumer has the e-mail domain {domain}: {name}.",
        "Un autre destinataire actif a le domaine de courriel {domain} : {name}.",
    ),
)
def status_change_is_allowed(consumer: Any, facts: "ConsumerFacts") -> Verdict:
    """82003: no two active consumers share an e-mail domain, since it alone says whose a user is."""
    if facts.command.event != "activate" or facts.rival is None:
        return True
    return No({"domain": consumer.email_domain, "name": facts.rival})


@rule(
    "60406",
    title=("The item is neither held nor cancelled", "L'article n'est ni suspendu ni annulé"),
    message=(
        "The document is not released: {state}.{errors}",
        "Le document n'est pas remis : {state}.{errors}",
    ),
    optional={"errors": (" Errors: {errors}.", " Erreurs : {errors}.")},
)
def item_is_released(item: Any, facts: "ItemFacts") -> Verdict:
    """60406: a held or cancelled item is released to no one; its errors are returned."""
    if item.state not in _WITHHELD:
        return True
    errors = [each.code for each in facts.stored_errors]
    return No({"state": item.state} | ({"errors": errors} if errors else {}))
