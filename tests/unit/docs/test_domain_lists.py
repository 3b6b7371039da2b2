"""The rules, reasons, roles and other lists in docs/domain.md are those of the code, in both directions."""

import pytest

from models.codes import (
    BY_COURIER,
    CERTIFIED,
    MAILED_BY_PROVIDER,
    Code,
    CredentialType,
    DeleteReason,
    DeliveryMethod,
    DiscardReason,
    MessageKind,
    ReorderReason,
    Role,
    StatusReason,
)
from tests.unit.docs.pages import both, listed, section, table, ticked, unmarked
from workflows.rules.ordering import STILL_AWARDED
from workflows.rules.rule import REGISTRY, order_of
from workflows.rules.status import REASONS_OF_EVENT, REORDER_REASONS_OF_DELIVERED, reasons_for

PAGE = "domain.md"
#: Rules that are decided and belong to later work. Whoever builds one takes its mark and this entry away.
DECIDED_ONLY = {"CO-39", "CO-40", "CO-41", "CO-92"}
#: Heading of a list on the page → the code list, and the head of its first column.
LISTS: dict[str, tuple[type[Code], str]] = {
    "Status reasons": (StatusReason, "Reason"),
    "Reorder reasons": (ReorderReason, "Reason"),
    "Delete reasons": (DeleteReason, "Reason"),
    "Discard reasons": (DiscardReason, "Reason"),
    "Who may": (Role, "Role"),
    "Delivery methods": (DeliveryMethod, "Method"),
    "Messages": (MessageKind, "Message"),
    "Credential types": (CredentialType, "Type"),
}


def value(cell: str) -> str:
    """A stored value, with or without backticks."""
    return cell.strip("`")


def test_every_rule_stands_in_the_table():
    """The table has the rules of the registry and no others, but for those that are marked as not built."""
    rows = table(PAGE, "4. Rules", "Code")
    assert {row[0] for row in rows if row.built} == set(REGISTRY)
    assert {unmarked(row[0]) for row in rows if not row.built} == DECIDED_ONLY


def test_rules_that_are_decided_only_are_really_absent():
    """No rule of later work is declared."""
    assert not DECIDED_ONLY & REGISTRY.keys()


def test_the_table_is_in_the_order_in_which_refusals_list_their_rules():
    """Codes are sorted as the table lists them."""
    codes = [unmarked(row[0]) for row in table(PAGE, "4. Rules", "Code")]
    assert codes == sorted(codes, key=order_of)
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("heading", LISTS)
def test_a_list_has_the_values_and_labels_of_the_code(heading: str):
    """Each value stands with its label in both languages, in the order of the code."""
    codes, first = LISTS[heading]
    rows = table(PAGE, heading, first)
    assert [(value(row[0]), both(row[1])) for row in rows] == [(each.value, each.label) for each in codes]


def test_each_status_reason_is_for_the_events_that_take_it():
    """The events beside a reason are those for which the rule 60118 takes it."""
    for row in table(PAGE, "Status reasons", "Reason"):
        reason = StatusReason(row[0])  # by identity: a reorder's may be spelt alike
        takes = [event for event, some in REASONS_OF_EVENT.items() if any(each is reason for each in some)]
        assert sorted(ticked(row[2])) == sorted(takes)


def test_the_page_says_who_may_give_which_reason():
    """What the public and the system may give is said below the table."""
    said = section(PAGE, "Status reasons")
    (only,) = reasons_for("cancel", "created", Role.PUBLIC)
    assert f"The public may give {only} alone" in said
    (dead,), (pulled,) = (
        reasons_for("cancel", "created", Role.SYSTEM),
        reasons_for("fail", "sent", Role.SYSTEM),
    )
    assert f"The system itself gives {dead} and {pulled}" in said


def test_what_arrived_is_reordered_for_the_reasons_marked_so():
    """*yes* stands beside each reason that a delivered item may be reordered for."""
    marked = [row[0] for row in table(PAGE, "Reorder reasons", "Reason") if row[2] == "yes"]
    assert sorted(marked) == sorted(REORDER_REASONS_OF_DELIVERED)


def test_events_without_a_table_of_reasons_need_none():
    """Every event that takes reasons is named with them, or has a list of its own."""
    named = {each for row in table(PAGE, "Status reasons", "Reason") for each in ticked(row[2])}
    assert named | {"reorder", "delete", "discard"} == set(REASONS_OF_EVENT)


def test_delivery_methods_say_who_mails_and_what_is_needed():
    """The provider's methods, those by courier and those that are certified are marked so."""
    for row in table(PAGE, "Delivery methods", "Method"):
        method = DeliveryMethod(value(row[0]))
        mailed = {"the provider": method in MAILED_BY_PROVIDER, "a link": method is DeliveryMethod.DIGITAL}
        assert mailed.get(row[2], not any(mailed.values()))
        needs = {each for each, _ in listed(row[3])}
        wanted = {"country": method in CERTIFIED, "waybill": method in BY_COURIER}
        assert needs == {each for each, is_needed in wanted.items() if is_needed}


def test_award_precedence_is_that_of_the_rule():
    """What may still be awarded in bulk to a student who holds a type, for every type."""
    on_page = {
        row[0]: {each for each, _ in listed(row[1])}
        for row in table(PAGE, "Award precedence", "Already awarded")
    }
    assert on_page == {held.value: {each.value for each in some} for held, some in STILL_AWARDED.items()}
