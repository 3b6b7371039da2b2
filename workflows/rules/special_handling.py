"""Rules of special handling and of the waybills that it waits for."""

from typing import TYPE_CHECKING, Any

from models.codes import BY_COURIER
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import HandlingFacts, WaybillFacts

#: The largest waybill, in bytes.
MAX_WAYBILL_BYTES = 5 * 1024 * 1024


@rule(
    "CO-10",
    title=("A courier item has its waybill", "L'article par messagerie a son bordereau"),
    message=(
        "The item goes by {method} and has no waybill yet.",
        "L'article part par {method} et n'a pas encore de bordereau.",
    ),
    who="student",
)
def courier_has_waybill(task: Any, facts: "HandlingFacts") -> Verdict:
    """CO-10: waybill present before special handling completes."""
    item = facts.item
    if item.delivery_method not in BY_COURIER or item.waybill:
        return True
    return No({"method": item.delivery_method})


@rule(
    "65060",
    title=("The waybill can be used", "Le bordereau est utilisable"),
    message=(
        "The waybill can't be used: {problems}. Send one page as PDF, PNG or JPEG, at most 5 MB.",
        "Le bordereau est inutilisable : {problems}. Envoyez une page en PDF, PNG ou JPEG, d'au plus 5 Mo.",
    ),
    who="student",
)
def waybill_is_usable(item: Any, facts: "WaybillFacts") -> Verdict:
    """65060 *(ours)*: PDF, PNG or JPEG by its content, ≤ 5 MB, one page; and the item still waits for a courier."""
    problems = [*facts.problems]
    if item.delivery_method not in BY_COURIER:
        problems.append("not_by_courier")
    elif item.state in facts.too_late:
        problems.append("no_longer_open")
    return No({"problems": problems}) if problems else True
