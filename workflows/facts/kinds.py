"""The kinds of facts by the name under which decisions keep them."""

from workflows.facts.circumstances import Circumstances
from workflows.facts.consumers import ConsumerFacts
from workflows.facts.items import ItemFacts
from workflows.facts.ordering import AwardFacts, OrderingFacts
from workflows.facts.orders import OrderFacts
from workflows.facts.print_jobs import JobFacts
from workflows.facts.special_handling import HandlingFacts, WaybillFacts
from workflows.facts.students import StudentFacts

KINDS: dict[str, type[Circumstances]] = {
    kind.__name__: kind
    for kind in (
        ItemFacts,
        AwardFacts,
        OrderingFacts,
        OrderFacts,
        JobFacts,
        HandlingFacts,
        WaybillFacts,
        ConsumerFacts,
        StudentFacts,
    )
}
