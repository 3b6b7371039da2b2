"""Every screen of domain §5, "The screens of the overview", and every life that must be lived through, has an acceptance test under its name."""

import re
from pathlib import Path

import pytest

ACCEPTANCE = Path(__file__).parents[2] / "acceptance"
SCREENS = (
    "award_and_order_credential",
    "bulk_award_and_order_credential",
    "list_credentials",
    "add_credential_reprint_order",
    "ordering_a_credential_reprint",
    "add_credential_reorder_item",
    "around_them",
    "verification",
)
LIVES = (
    "no_address_arrives_released",
    "student_hold_while_in_an_open_job",
    "cart_abandoned",
    "courier_without_waybill",
    "returned_reorder_cancelled_reorder_again",
    "returned_renamed_reissued",
    "digital_expires_reorder",
    "digital_to_the_wrong_consumer",
    "defect_found_at_the_ministrys_desk",
    "hand_over_fails_three_times_then_discard",
    "a_step_that_always_raises",
    "deceased_while_in_a_job",
    "first_run_made_elsewhere",
)


@pytest.mark.parametrize("name", SCREENS + LIVES)
def test_there_is_a_test_of_that_name(name: str) -> None:
    """One test, and only one, is called after it."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ACCEPTANCE.glob("test_*.py")))
    assert len(re.findall(rf"^def test_{name}\(", source, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", SCREENS)
def test_a_service_can_do_what_the_screen_does(name: str) -> None:
    """One test over HTTP, and only one, is called after each screen."""
    source = (ACCEPTANCE.parent / "http" / "test_screens.py").read_text(encoding="utf-8")
    assert len(re.findall(rf"^def test_{name}\(", source, re.MULTILINE)) == 1
