"""Which facts a function may look at: what its code tells holds whatever it looks at when it runs."""

from dataclasses import fields
from typing import Any

import pytest

from tests.unit.workflows.rules.rule_cases import CASES, rule_of
from workflows.effects.order_item import ORDER_ITEM
from workflows.facts.kinds import ItemFacts
from workflows.facts.looked_at import facts_of
from workflows.rules.processing import control_date_has_come, credential_has_number
from workflows.rules.status import causes_are_gone

ALL = frozenset(each.name for each in fields(ItemFacts))


class Watched:
    """Facts that remember what was looked at."""

    def __init__(self, facts: Any) -> None:
        self.facts, self.seen = facts, set[str]()

    def __getattr__(self, name):
        """The fact, noted; what a method of the facts looks at is noted too."""
        self.seen.add(name)
        of = getattr(type(self.facts), name, None)
        if isinstance(of, property) and of.fget is not None:
            return of.fget(self)
        return of.__get__(self) if callable(of) else getattr(self.facts, name)


@pytest.mark.parametrize("code", CASES)
@pytest.mark.parametrize("side", ["fails", "passes"])
def test_a_rule_looks_at_nothing_that_its_code_does_not_tell(code, side):
    """Asked its cases, no rule looks at a fact that would not have been loaded for it."""
    subject, facts = getattr(CASES[code], side)
    watched = Watched(facts)
    rule_of(code)(subject, watched)
    known = {each.name for each in fields(facts)}
    assert watched.seen & known <= facts_of(rule_of(code), type(facts))


def test_methods_and_properties_are_followed():
    """A property of the facts is made of facts."""
    assert facts_of(credential_has_number, ItemFacts) == {"credential"}
    assert facts_of(control_date_has_come, ItemFacts) == {"command"}


def test_stored_errors_may_ask_for_anything():
    """Their rules are asked again, and which those are only the database knows."""
    assert facts_of(causes_are_gone, ItemFacts) == ALL


def test_consequences_are_followed_through_closures():
    """Telling student and orderer looks at the student, through two functions and a closure."""
    assert {"student", "credential"} <= facts_of(ORDER_ITEM.consequences["dispatch"], ItemFacts)


def test_what_was_not_loaded_is_missing():
    """A fact that is not there is no default: asking for it raises."""
    with pytest.raises(AttributeError, match="student_hold"):
        _ = ItemFacts.__new__(ItemFacts).student_hold
