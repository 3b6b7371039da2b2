"""Rules as they are told to programs, and to people as a page."""

from html import escape

import httpx
import pytest
from orders_client import Orders

from workflows.rules.fact_words import FACTS, LOOKS_AT, listed
from workflows.rules.rule import REGISTRY


def test_a_rule_says_what_it_looks_at(clerk: Orders) -> None:
    """Each fact by its name and its words, in the order in which the rule names them."""
    assert clerk.work.rule("60108")["looks_at"] == [
        {"fact": "item", "label": {"en": "the item", "fr": "l’article"}},
        {
            "fact": "destination",
            "label": {"en": "the address to which the item goes", "fr": "l’adresse à laquelle va l’article"},
        },
    ]


def test_who_may_looks_at_what_any_transition_asks(clerk: Orders) -> None:
    """CO-11 is one rule with roles for each transition; some of them ask whose the order is too."""
    assert [each["fact"] for each in clerk.work.rule("CO-11")["looks_at"]] == ["role", "is_own"]


def test_every_rule_says_what_it_looks_at(clerk: Orders) -> None:
    """In the list of all rules each has the facts that it names, in their order and with their words."""
    told = clerk.work.rules()
    assert {each["code"] for each in told} == set(REGISTRY)
    for each in told:
        facts = [fact["fact"] for fact in each["looks_at"]]
        assert facts[: len(REGISTRY[each["code"]].looks_at)] == list(REGISTRY[each["code"]].looks_at)
        assert [fact["label"] for fact in each["looks_at"]] == [FACTS[fact]._asdict() for fact in facts]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_of_a_rule_says_what_it_looks_at(http: httpx.Client, language: str) -> None:
    """A browser is shown a line for each language, with the words of the facts alone."""
    page = http.get("/api/rules/CO-05", headers={"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    line = LOOKS_AT.filled(facts=listed(("student_hold",))).in_(language)
    assert page.text.count(f'<p lang="{language}">{escape(line)}</p>') == 1
    assert "student_hold" not in page.text
