"""Rules at their edges, where one side is allowed and the next is not."""

from collections.abc import Mapping
from typing import Any

import pytest

from models.codes import DeliveryMethod, ItemState, Role
from tests.unit.workflows.builders import command, item, item_facts
from workflows.operations.waybill import problems_of
from workflows.rule import No
from workflows.rules.edit import only_delivery_changes_once_rendered

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
