"""Rules are declared once, and shown by code and sentence."""

from types import SimpleNamespace
from typing import Any

import pytest

from models.codes import DeliveryMethod, ItemState, Role
from tests.unit.workflows.builders import command, item
from workflows.facts.kinds import WaybillFacts
from workflows.rules.rule import REGISTRY, No, Verdict, rule
from workflows.rules.special_handling import waybill_is_usable
from workflows.rules.status import role_may_cause_event


def test_a_rule_shows_its_code_and_its_sentence() -> None:
    """What a failed test or a debugger prints names the rule."""
    assert repr(REGISTRY["CO-05"]) == "<CO-05 student_is_not_on_hold>"


def test_a_code_is_declared_once() -> None:
    """A second rule under a code that is taken is refused when the module is read."""

    def another(_subject: Any, _facts: Any) -> Verdict:
        return True

    with pytest.raises(ValueError, match="CO-05 is declared twice"):
        rule("CO-05", title=("a", "b"), message=("c", "d"))(another)


def test_permission_is_asked_with_its_roles_only() -> None:
    """CO-11 by itself knows no roles: an event that forgot to name its own fails loudly, and allows nothing."""
    with pytest.raises(NotImplementedError):
        role_may_cause_event(item(), SimpleNamespace())


@pytest.mark.parametrize(
    ("method", "problem"),
    [(DeliveryMethod.MANUAL_MAIL, "not_by_courier"), (DeliveryMethod.COURIER, "no_longer_open")],
)
def test_a_waybill_is_for_a_courier_item_that_waits(method: DeliveryMethod, problem: str) -> None:
    """65060 says which it is: no courier goes, or the courier has gone."""
    facts = WaybillFacts(command("waybill", Role.PUBLIC), too_late=frozenset({ItemState.DELIVERED}))
    verdict = waybill_is_usable(item(delivery_method=method, state=ItemState.DELIVERED), facts)
    assert verdict == No({"problems": [problem]})
