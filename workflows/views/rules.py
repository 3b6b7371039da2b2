"""A rule as it is shown: its texts, who can fix what it refuses, what it looks at, and where it guards."""

from typing import Annotated

from typing_extensions import TypedDict

from workflows.machines import consumer, credential, document_order, order_item, print_job, special_handling
from workflows.machines.plan import Plan
from workflows.rules.fact_words import FACTS
from workflows.rules.rule import Rule
from workflows.rules.vocabulary import WHO
from workflows.shapes import Both, both, values_of

_PLANS: tuple[Plan, ...] = (
    order_item.PLAN,
    document_order.PLAN,
    print_job.PLAN,
    special_handling.PLAN,
    credential.PLAN,
    consumer.PLAN,
)


class GuardedEvent(TypedDict):
    """An event from a state."""

    machine: str
    state: str
    event: str


class FactView(TypedDict):
    """A fact that a rule looks at, and what it is called within a sentence."""

    fact: str
    label: Both


class RuleView(TypedDict):
    """A rule with its texts, who can fix what it refuses, what it looks at, and the transitions that it guards."""

    code: str
    rule: str
    title: Both
    message: Both
    who: Annotated[str, values_of(WHO)]
    about: str
    looks_at: list[FactView]
    guards: list[GuardedEvent]


class Rules(TypedDict):
    """Every rule."""

    rules: list[RuleView]


def rule_view(rule: Rule) -> RuleView:
    """A rule with its texts, who can fix what it refuses, what it looks at, and the transitions that it guards."""
    return {
        "code": rule.code,
        "rule": rule.name,
        "title": both(rule.title),
        "message": both(rule.whole_message),
        "who": rule.who,
        "about": (rule.__doc__ or "").strip(),
        "looks_at": [{"fact": each, "label": both(FACTS[each])} for each in _looked_at(rule)],
        "guards": [
            {"machine": plan.machine, "state": state, "event": event}
            for plan in _PLANS
            for state, event in plan.candidates
            if rule.code in {each.code for each in plan.rules_of(state, event)}
        ],
    }


def _looked_at(rule: Rule) -> tuple[str, ...]:
    """The facts of a rule; of one that each transition has for itself (CO-11), those of all of them."""
    made = (each for plan in _PLANS for each in plan.rules if each.code == rule.code)
    return tuple(dict.fromkeys(fact for each in (rule, *made) for fact in each.looks_at))
