"""Which reasons an event takes, from whom and in which state (60118)."""

import pytest

from models.codes import (
    ItemState,
    Role,
)
from tests.unit.workflows.builders import (
    command,
    holds,
    item,
    item_facts,
    job,
    job_facts,
    params,
)
from workflows.rules.rule import REGISTRY
from workflows.rules.status import reasons_for

_CANCEL = {"RequestedByStudent", "DuplicateOrder", "OrderedInError", "StudentDeceased"}
_HOLD = {"Investigation", "AwaitingStudent"}
_FAIL = {
    "ReturnedBadAddress",
    "Refused",
    "Unclaimed",
    "Damaged",
    "Lost",
    "PrintDefect",
    "PulledBeforeMailing",
} | {"NotSupplied"}
_MISDELIVER = {"IncorrectRecipient", "IncorrectStudent"}
_REORDER = {
    "LostInMail",
    "DamagedInMail",
    "ReturnedBadAddress",
    "WrongRecipient",
    "PrintDefect",
    "MinistryError",
} | {"Other"}
_OF_DELIVERED = {"PrintDefect", "DamagedInMail", "MinistryError", "Other"}
_SR, _OS = "student_records", "operational_support"


@pytest.mark.parametrize(
    ("event", "states", "roles", "reasons"),
    [
        ("cancel", ["created", "user_hold", "system_hold"], [_SR, _OS], _CANCEL),
        ("cancel", ["created", "user_hold", "system_hold"], ["public"], {"RequestedByStudent"}),
        ("cancel", ["created", "user_hold", "system_hold"], ["system"], {"StudentDeceased"}),
        ("hold", ["created", "rendered"], [_SR, _OS], _HOLD),
        ("pull", ["in_print_job"], [_SR, _OS], _HOLD),
        ("fail", ["sent", "delivered", "delivered_in_error"], [_SR, _OS], _FAIL),
        ("fail", ["sent", "delivered", "delivered_in_error"], ["system"], {"PulledBeforeMailing"}),
        ("misdeliver", ["sent", "delivered", "failed"], [_SR, _OS], _MISDELIVER),
        ("reorder", ["failed", "delivered_in_error", "expired", "reordered"], [_SR, _OS], _REORDER),
        ("reorder", ["delivered"], [_SR, _OS], _OF_DELIVERED),
        ("release", ["user_hold", "system_hold"], [_SR, _OS, "system"], set()),
        ("deliver", ["sent"], [_SR, _OS, "system"], set()),
    ],
)
def test_the_reasons_of_an_event(event, states, roles, reasons):
    """60118: which reasons fit an event, in a state, by a role (domain §4, "Status reasons", and domain §2, "From → To")."""
    for state in states:
        for role in roles:
            assert set(reasons_for(event, state, Role(role))) == reasons


@pytest.mark.parametrize("event", ["cancel", "hold", "pull", "fail", "misdeliver", "reorder", "discard"])
@pytest.mark.parametrize("reason", [None, "", "investigation", "Because"])
def test_a_change_needs_a_reason_of_the_list(event, reason):
    """60118: no reason, an empty one, one in other letters and one that nobody knows are refused alike."""
    facts = item_facts(command=command(event, Role.STUDENT_RECORDS, reason=reason))
    assert not holds("60118", item(state=ItemState.FAILED), facts)


def test_a_discard_takes_any_reason_of_its_own_list():
    """60118: each of domain §4, "Discard reasons", is taken and none of another event."""
    for reason, ok in [
        ("ProviderUnavailable", True),
        ("WrongContent", True),
        ("Other", True),
        ("Lost", False),
    ]:
        facts = job_facts(
            command=command("discard", Role.STUDENT_RECORDS, reason=reason, note="See the log.")
        )
        assert holds("60118", job(), facts) is ok


def test_the_reason_other_needs_a_note():
    """60118: "Other (note)" says nothing by itself."""
    facts = job_facts(command=command("discard", Role.STUDENT_RECORDS, reason="Other"))
    verdict = REGISTRY["60118"](job(), facts)
    assert params(verdict)["given"] == "other_without_note"


@pytest.mark.parametrize("event", ["cancel", "hold", "pull", "fail", "misdeliver", "reorder", "discard"])
def test_asking_what_may_happen_needs_no_reason_yet(event):
    """60118, 60105 and CO-29 ask for what a person would still type in, so a mere question is not refused for it."""
    asking = command(event, Role.STUDENT_RECORDS, asking=True)
    assert holds("60118", item(state=ItemState.FAILED), item_facts(command=asking))
    assert holds("60105", item(state=ItemState.FAILED), item_facts(command=asking))
    assert holds("CO-29", job(), job_facts(command=asking))
