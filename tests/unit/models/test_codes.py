"""Everything that people read has both languages: codes, events, rules, and who can fix what."""

from string import Formatter

import pytest

import workflows.rules  # noqa: F401 - declares the rules
from models import codes
from models.codes import Code, Role
from tests.unit.workflows.machines.stubbed import MACHINES
from workflows.machines.amendments import AMENDMENTS
from workflows.rules.rule import REGISTRY
from workflows.rules.vocabulary import WHO, WORDS

CODE_LISTS = [
    each
    for each in vars(codes).values()
    if isinstance(each, type) and issubclass(each, Code) and each is not Code
]
PLANS = {name: plan for name, (_, plan) in MACHINES.items()}

every_list = pytest.mark.parametrize("code_list", CODE_LISTS, ids=lambda each: each.__name__)
every_plan = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
every_rule = pytest.mark.parametrize("rule", REGISTRY.values(), ids=REGISTRY)


def is_text(text):
    """Whether there is something to read, without outer spaces."""
    return isinstance(text, str) and bool(text) and text == text.strip()


def placeholders(text):
    """The names between braces."""
    return {name for _, name, *_ in Formatter().parse(text) if name is not None}


def test_there_are_code_lists():
    """The module has the code lists of the field, each with members."""
    assert len(CODE_LISTS) > 10
    assert all(len(code_list) for code_list in CODE_LISTS)


@every_list
def test_every_code_has_labels_in_both_languages(code_list):
    """Every member of every code list can be shown in English and in French."""
    for code in code_list:
        assert is_text(code.label.en)
        assert is_text(code.label.fr)
        assert (code.label.in_("en"), code.label.in_("fr")) == code.label


@every_list
def test_labels_tell_codes_apart(code_list):
    """No two members of a list look alike, in either language."""
    assert len({code.label.en for code in code_list}) == len(code_list)
    assert len({code.label.fr for code in code_list}) == len(code_list)


@every_list
def test_a_code_is_its_value(code_list):
    """A code compares, prints and comes back as the value that is stored."""
    for code in code_list:
        assert code == code.value == str(code)
        assert code_list(code.value) is code


@every_plan
def test_every_event_has_labels_in_both_languages(plan):
    """Every event that some transition takes is named in English and in French."""
    assert {event for _, event in plan.candidates} == set(plan.events)
    for label in plan.events.values():
        assert is_text(label.en)
        assert is_text(label.fr)


def test_what_is_recorded_like_an_event_has_labels_in_both_languages():
    """Edits, new links, reminders and refunds stand in histories and refusals beside the events, and never hide one."""
    assert all(is_text(label.en) and is_text(label.fr) for label in AMENDMENTS.values())
    assert not set(AMENDMENTS) & {event for plan in PLANS.values() for event in plan.events}


@every_plan
def test_events_of_a_machine_look_different(plan):
    """Two buttons of one screen never carry the same words."""
    assert len({label.en for label in plan.events.values()}) == len(plan.events)
    assert len({label.fr for label in plan.events.values()}) == len(plan.events)


@every_rule
def test_every_rule_has_title_and_message_in_both_languages(rule):
    """Title and message exist in English and French, and the languages differ."""
    for text in (*rule.title, *rule.message):
        assert is_text(text)
    assert rule.title.en != rule.title.fr
    assert rule.message.en != rule.message.fr


@every_rule
def test_both_languages_name_the_same_parameters(rule):
    """The placeholders of the French message are those of the English one; a title has none."""
    assert placeholders(rule.message.en) == placeholders(rule.message.fr)
    for name, part in rule.optional.items():
        assert name in placeholders(rule.message.en) & placeholders(part.en) & placeholders(part.fr)
    assert not placeholders(rule.title.en) | placeholders(rule.title.fr)


@every_rule
def test_every_rule_says_who_can_fix_it(rule):
    """`who` is a role, the student or the school, and has words in both languages."""
    assert rule.who in WHO
    assert is_text(WHO[rule.who].en)
    assert is_text(WHO[rule.who].fr)


@every_rule
def test_a_rule_is_named_by_a_sentence_and_has_a_source(rule):
    """A rule's name reads as what must hold, and its docstring says which rule of the page it is."""
    assert rule.name.isidentifier()
    assert "_" in rule.name
    about = rule.__doc__ or ""
    assert rule.code in about
    assert len(about.split()) > 5, "the code alone tells nothing to who asks what the rule is about"


def test_rules_have_names_of_their_own():
    """No two rules share a name, which the interfaces show as `rule`."""
    assert len({rule.name for rule in REGISTRY.values()}) == len(REGISTRY)


def test_every_role_can_be_named_as_the_one_who_fixes():
    """The vocabulary knows all roles, and those outside the system that the interfaces name."""
    assert set(WHO) == {role.value for role in Role} | {"student", "school"}


def test_words_have_both_languages():
    """Every word that stands in for a parameter exists in both languages."""
    assert all(is_text(label.en) and is_text(label.fr) for label in WORDS.values())
