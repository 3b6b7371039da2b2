"""What a command is about is looked up once, counted by the statements that the database is sent."""

import re

import pytest

from tests.acceptance.command_line import Orders
from tests.acceptance.wave import IN_RELEASED_JOB, item_of
from tests.statements import statements_of_all

#: Commands that look at one thing, and how a statement looks for it: the table, and a condition on what names it.
LOOKS = [
    ("item show {item}", "order_items", r"(item_no|order_items\.id) (=|IN)"),
    ("item can {item}", "order_items", r"(item_no|order_items\.order_id|order_items\.id) (=|IN)"),
    ("item history {item}", "order_items", r"(item_no|order_items\.id) (=|IN)"),
    ("print-job show {job}", "print_jobs", r"print_jobs\.id ="),
    ("credential can {credential}", "credentials", r"credentials\.(legacy_)?number ="),
    ("credential history {credential}", "credentials", r"credentials\.(legacy_)?number ="),
]


@pytest.mark.parametrize(("words", "name", "condition"), LOOKS, ids=[each[0] for each in LOOKS])
def test_a_command_looks_its_subject_up_once(
    seen_wave: Orders, words: str, name: str, condition: str
) -> None:
    """One statement finds it, with all that the command shows of it."""
    item = item_of(seen_wave, IN_RELEASED_JOB)
    named = {"item": item["number"], "job": item["print_job"], "credential": item["credential_number"]}
    with statements_of_all() as sent:
        seen_wave.ok(*words.format(**named).split())
    looks = [
        each
        for each in sent
        if re.search(rf"\bFROM {name}\b", each) and re.search(condition, each.partition("WHERE")[2])
    ]
    assert len(looks) == 1, looks
