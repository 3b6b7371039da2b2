"""Rules at their edges, where one side is allowed and the next is not."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from models.codes import DeliveryMethod, ItemState, Language, Role
from tests.unit.workflows.builders import command, credential, item, item_facts, ordering_facts
from workflows.operations.delivery.waybill import problems_of
from workflows.rules.credentials import no_other_number_is_active
from workflows.rules.edit import fields_are_editable, only_delivery_changes_once_rendered
from workflows.rules.reprint import certification_names_country, first_run_exists
from workflows.rules.rule import No
from workflows.rules.status import refund_is_due

FIVE_MEGABYTES = 5_242_880


@pytest.mark.parametrize(
    ("method", "given", "fixed"),
    [
        ("automated_cardboard", {"delivery_method": DeliveryMethod.COURIER}, None),
        ("automated_cardboard", {"delivery_method": DeliveryMethod.DIGITAL}, ["delivery_method"]),
        ("digital", {"delivery_method": DeliveryMethod.COURIER}, ["delivery_method"]),
        ("digital", {"delivery_method": DeliveryMethod.DIGITAL}, None),
        ("digital", {"certification_country": "DE"}, None),
        ("courier", {"copies": 2, "delivery_method": DeliveryMethod.MANUAL_MAIL}, ["copies"]),
    ],
)
def test_a_rendered_item_changes_among_ways_on_paper(
    method: str, given: Mapping[str, Any], fixed: list[str] | None
) -> None:
    """60121: paper stays paper and digital stays digital, though either may be named again as it is."""
    subject = item(state=ItemState.RENDERED, delivery_method=DeliveryMethod(method))
    facts = item_facts(command=command("edit", Role.STUDENT_RECORDS), given=dict(given))
    verdict = only_delivery_changes_once_rendered(subject, facts)
    assert verdict == (True if fixed is None else No({"fields": fixed, "when": "once_rendered"}))


@pytest.mark.parametrize(
    ("size", "problems"), [(FIVE_MEGABYTES, ("unreadable",)), (FIVE_MEGABYTES + 1, ("too_large",))]
)
def test_a_waybill_has_at_most_five_megabytes(size: int, problems: tuple[str, ...]) -> None:
    """65060: the last byte that is allowed is looked into; one more, and the file is not even opened."""
    assert problems_of(b"%PDF-1.7\n".ljust(size, b" ")) == problems


@pytest.mark.parametrize(
    ("state", "role", "when"),
    [
        (ItemState.SYSTEM_HOLD, Role.PUBLIC, "while_held"),
        (ItemState.SYSTEM_HOLD, Role.STUDENT_RECORDS, None),
        (ItemState.CREATED, Role.PUBLIC, None),
        (ItemState.PROCESSING, Role.STUDENT_RECORDS, "while_processing"),
    ],
)
def test_a_held_item_is_the_ministrys_to_edit(state: ItemState, role: Role, when: str | None) -> None:
    """60120: the public edits what is just ordered; the ministry what is held, too."""
    facts = item_facts(command=command("edit", role), given={"language": Language.FR})
    verdict = fields_are_editable(item(state=state), facts)
    assert verdict == (True if when is None else No({"fields": ["language"], "when": when}))


@pytest.mark.parametrize(
    ("state", "role", "when"),
    [
        (ItemState.CREATED, Role.PUBLIC, None),
        (ItemState.RENDERED, Role.PUBLIC, "once_sealed"),
        (ItemState.SENT, Role.STUDENT_RECORDS, "once_sealed"),
    ],
)
def test_what_is_sealed_is_nobodys_to_edit(state: ItemState, role: Role, when: str | None) -> None:
    """60121 says nothing before rendering; after it the public changes nothing, and the ministry nothing on its way."""
    given = {"delivery_method": DeliveryMethod.MANUAL_MAIL}
    verdict = only_delivery_changes_once_rendered(
        item(state=state), item_facts(command=command("edit", role), given=given)
    )
    assert verdict == (True if when is None else No({"fields": ["delivery_method"], "when": when}))


@pytest.mark.parametrize(
    ("number", "legacy", "first_run", "allowed"),
    [
        ("1000000015", None, None, False),
        ("1000000015", "A77", None, False),
        (None, "A77", None, True),
        (None, None, None, False),
        ("1000000015", None, "0000000012-01", True),
    ],
)
def test_only_a_legacy_credential_is_reprinted_without_a_first_run(
    number: str | None, legacy: str | None, first_run: str | None, *, allowed: bool
) -> None:
    """CO-04: a number from the mainframe and no other, or a first-run."""
    facts = ordering_facts(credential=credential(number=number, legacy_number=legacy), first_run=first_run)
    assert bool(first_run_exists(item(), facts)) is allowed


def test_only_certification_names_a_country() -> None:
    """CO-09 has nothing to say about other ways of delivery."""
    assert certification_names_country(item(delivery_method=DeliveryMethod.COURIER), ordering_facts()) is True


@pytest.mark.parametrize(
    ("event", "replaces", "allowed"),
    [("undo_supersede", 5, True), ("undo_supersede", 6, False), ("undelete", 5, False)],
)
def test_only_the_direct_successor_may_be_undone(event: str, replaces: int, *, allowed: bool) -> None:
    """CO-37: another active number stops a number's return, but for the one that replaced it."""
    facts = ordering_facts(
        command=command(event, Role.STUDENT_RECORDS),
        rival=SimpleNamespace(replaces_id=replaces),
        active_number="1",
    )
    assert bool(no_other_number_is_active(credential(id=5), facts)) is allowed


@pytest.mark.parametrize(
    ("state", "given", "due"),
    [
        (ItemState.CANCELLED, {"paid": True}, True),
        (ItemState.CANCELLED, {"paid": False}, False),
        (ItemState.CANCELLED, None, False),
        (ItemState.CREATED, {"paid": True}, False),
    ],
)
def test_only_what_was_paid_and_cancelled_is_refunded(
    state: ItemState, given: Mapping[str, bool] | None, *, due: bool
) -> None:
    """CO-38: nothing that cost nothing, and nothing that is still to come."""
    assert bool(refund_is_due(item(state=state, refunded_at=None), item_facts(given=given))) is due
