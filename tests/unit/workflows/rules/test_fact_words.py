"""Every fact that a rule looks at has words in both languages."""

from collections.abc import Iterator

import pytest

from models.codes import Label
from workflows.effects.amendments import AMENDMENTS
from workflows.effects.machines import MACHINES
from workflows.questions import QUESTIONS
from workflows.rules.fact_words import FACTS, LOOKS_AT, listed
from workflows.rules.rule import REGISTRY, Rule


def every_rule() -> Iterator[Rule]:
    """Every rule that is declared, and those that roles make of one."""
    yield from REGISTRY.values()
    for machine in MACHINES:
        yield from machine.plan.rules
    for question in QUESTIONS.values():
        yield from question.rules
    for amendment in AMENDMENTS.values():
        yield from amendment.all_rules


def test_what_rules_look_at_has_words_and_nothing_else() -> None:
    """The words are those of the facts that some rule names, every one of them."""
    assert {fact for rule in every_rule() for fact in rule.looks_at} == set(FACTS)


@pytest.mark.parametrize("label", FACTS.values(), ids=FACTS)
def test_words_stand_in_a_list(label: Label) -> None:
    """The words are in two languages, begin as within a sentence, and hold neither comma nor full stop."""
    assert label.en != label.fr
    for text in label:
        assert text == text.strip() != ""
        assert text[0].islower()
        assert not set(text) & set(",.:;")


def test_words_tell_facts_apart() -> None:
    """No two facts are called alike in a language."""
    assert len({label.en for label in FACTS.values()}) == len(FACTS)
    assert len({label.fr for label in FACTS.values()}) == len(FACTS)


def test_facts_are_listed_in_the_order_of_the_parameters() -> None:
    """A clerk reads the facts of a rule with commas, as each language writes it."""
    told = LOOKS_AT.filled(facts=listed(REGISTRY["60108"].looks_at))
    assert told.en == "Looks at: the item, the address to which the item goes"
    assert told.fr == "Examine\u00a0: l’article, l’adresse à laquelle va l’article"
