"""Which addresses a document may be sent to (60108), and whose address counts."""

from types import SimpleNamespace

import pytest

from tests.unit.workflows.builders import (
    DAY,
    TODAY,
    address,
    digital_item,
    holds,
    item,
    item_facts,
    params,
)
from workflows.facts.student_book import unexpired
from workflows.rules.rule import REGISTRY


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        pytest.param({}, None, id="canada"),
        pytest.param({"lines": []}, ["street"], id="no street"),
        pytest.param({"lines": ["", " "]}, ["street"], id="blank street"),
        pytest.param({"city": " "}, ["city"], id="blank city"),
        pytest.param({"province": ""}, ["province"], id="no province"),
        pytest.param({"province": "Alberta"}, ["province"], id="province by name"),
        pytest.param({"province": "NV"}, ["province"], id="a state in Canada"),
        pytest.param({"postal_code": ""}, ["postal_code"], id="no postal code"),
        pytest.param({"postal_code": "89501"}, ["postal_code"], id="a ZIP code in Canada"),
        pytest.param({"country": ""}, ["country"], id="no country"),
        pytest.param(
            {"lines": [], "city": "", "province": "", "postal_code": ""},
            ["street", "city", "province", "postal_code"],
            id="only a country",
        ),
        pytest.param(
            {"country": "US", "city": "Reno", "province": "NV", "postal_code": "89501-1234"}, None, id="us"
        ),
        pytest.param(
            {"country": "US", "city": "Reno"}, ["province", "postal_code"], id="a Canadian code in the US"
        ),
        pytest.param(
            {"country": "FR", "city": "", "province": "", "postal_code": ""},
            None,
            id="elsewhere: all in the street",
        ),
        pytest.param(
            {"country": "FR", "lines": [], "city": "Paris", "postal_code": "75001"},
            ["street"],
            id="elsewhere: no street",
        ),
    ],
)
def test_an_address_is_complete_as_its_country_asks(changes, missing):
    """CA/US need street, city, province or state as code and a code of their format; elsewhere street and country."""
    verdict = REGISTRY["60108"](item(), item_facts(current_address=address(**changes)))
    assert (None if verdict is True else params(verdict)["missing"]) == missing


def test_no_address_is_refused_as_one():
    """Without any address the refusal says that there is none, not which parts it lacks."""
    verdict = REGISTRY["60108"](item(), item_facts(current_address=None))
    assert params(verdict) == {"missing": ["no address"]}


def test_digital_delivery_needs_no_address():
    """60108 is about physical delivery."""
    assert holds("60108", digital_item(follows_student=False), item_facts(current_address=None))


def test_an_untouched_item_follows_the_students_address():
    """While nobody edited it, the student's current address is judged."""
    assert not holds("60108", item(follows_student=True), item_facts(current_address=address(city="")))


def test_a_frozen_address_is_judged_whatever_the_student_has_now():
    """After `render`, or an edit, the item's own address counts, and the student's neither helps nor harms."""
    own = item(address=address(), follows_student=False)
    assert holds("60108", own, item_facts(current_address=None))
    assert not holds("60108", item(address=address(city=""), follows_student=False), item_facts())


def test_an_item_for_another_without_address_does_not_borrow_the_students():
    """A document for somebody else never goes to the student's address."""
    assert not holds("60108", item(address=None, follows_student=False), item_facts())


@pytest.mark.parametrize(
    ("expires_on", "counts"), [(None, True), (TODAY + DAY, True), (TODAY, True), (TODAY - DAY, False)]
)
def test_an_address_past_its_last_valid_day_counts_as_none(expires_on, counts):
    """The expiry is the last valid day: the address counts on it, and is none from the next day on."""
    row = SimpleNamespace(**address(), expires_on=expires_on)
    assert unexpired(row, TODAY) == (address() if counts else None)


def test_no_address_on_file_is_none():
    """A student without an address has none."""
    assert unexpired(None, TODAY) is None
