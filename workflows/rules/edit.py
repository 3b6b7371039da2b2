"""Which fields of an item change when, and by whom (domain §2, "Editing")."""

from typing import TYPE_CHECKING, Any

from models.codes import DeliveryMethod, ItemState, Role
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import ItemFacts

#: What may be edited before an item is processed; student, credential and copies never.
EDITABLE = (
    "recipient_kind",
    "recipient",
    "address",
    "follows_student",
    "consumer_id",
    "delivery_method",
    "certification_country",
    "language",
    "control_date",
)
_HELD = (ItemState.USER_HOLD, ItemState.SYSTEM_HOLD)
_BEFORE_RENDERING = (ItemState.CREATED, ItemState.PROCESSING, *_HELD)


@rule(
    "60120",
    title=("The fields may be edited", "Les champs peuvent être modifiés"),
    message=("{fields}: this {when}.", "{fields} : cela {when}."),
)
def fields_are_editable(item: Any, facts: "ItemFacts") -> Verdict:
    """60120: created and held items by the ministry, created ones by the public; ``given`` are the new values."""
    never = sorted(set(facts.given) - set(EDITABLE))
    if never:
        return No({"fields": never, "when": "ever"})
    if item.state is ItemState.PROCESSING:
        return No({"fields": sorted(facts.given), "when": "while_processing"})
    if item.state in _HELD and facts.command.actor.role is Role.PUBLIC:
        return No({"fields": sorted(facts.given), "when": "while_held"})
    return True


@rule(
    "60121",
    title=(
        "Once rendered, only the way of delivery on paper changes",
        "Une fois composé, seul le mode de livraison sur papier change",
    ),
    message=(
        "{fields}: this {when}; hold and release the item, or reorder it.",
        "{fields} : cela {when}; suspendez et libérez l'article, ou commandez-le de nouveau.",
    ),
)
def only_delivery_changes_once_rendered(item: Any, facts: "ItemFacts") -> Verdict:
    """60121: from ``rendered`` delivery method among physical ones, before ``in_print_job``."""
    if item.state in _BEFORE_RENDERING:
        return True
    if item.state is not ItemState.RENDERED or facts.command.actor.role is Role.PUBLIC:
        return No({"fields": sorted(facts.given), "when": "once_sealed"})
    methods = {item.delivery_method, facts.given.get("delivery_method", item.delivery_method)}
    fixed = sorted(set(facts.given) - {"delivery_method", "certification_country"})
    if DeliveryMethod.DIGITAL in methods and len(methods) > 1:
        fixed.append("delivery_method")
    return No({"fields": fixed, "when": "once_rendered"}) if fixed else True
