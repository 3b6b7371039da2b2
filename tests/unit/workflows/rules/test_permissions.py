"""CO-11 by itself: whose role, and for the public, whose order."""

from types import SimpleNamespace

import pytest

from models.codes import Role
from tests.unit.workflows.builders import command
from workflows.effects.amendments import AMENDMENTS, label_of
from workflows.machines import credential, order_item, print_job
from workflows.machines.plan import Plan
from workflows.operations.access.permission import (
    WHO_READS,
    WHO_SEES_PRINT_JOBS,
    NotPermittedError,
    require_standing,
)
from workflows.rules.may import May, may, may_own
from workflows.rules.rule import No


def facts(role: Role, *, is_own: bool) -> SimpleNamespace:
    """Facts of a command by ``role``."""
    return SimpleNamespace(role=role, is_own=is_own)


@pytest.mark.parametrize(
    ("role", "is_own", "verdict"),
    [
        (Role.STUDENT_RECORDS, False, True),
        (Role.STUDENT_RECORDS, True, True),
        (Role.PUBLIC, True, True),
        (Role.PUBLIC, False, No({"role": Role.PUBLIC, "roles": [Role.STUDENT_RECORDS]})),
        (Role.AUDITOR, True, No({"role": Role.AUDITOR, "roles": [Role.PUBLIC, Role.STUDENT_RECORDS]})),
    ],
)
def test_the_public_may_with_its_own_alone(role: Role, is_own: bool, verdict: object) -> None:
    """The ministry may whoever ordered; the public with its own; who has no right is told everybody who has."""
    assert may_own(Role.STUDENT_RECORDS, Role.PUBLIC).ask(facts(role, is_own=is_own)) == verdict


def test_a_role_is_let_in_with_true() -> None:
    """The library and the plan both take ``True``, and nothing that merely looks like it."""
    assert may(Role.SYSTEM).ask(facts(Role.SYSTEM, is_own=False)) is True
    assert may(Role.SYSTEM).ask(facts(Role.PUBLIC, is_own=True)) == No(
        {"role": Role.PUBLIC, "roles": [Role.SYSTEM]}
    )


def test_events_and_amendments_are_named_alike() -> None:
    """A refusal names an event by its machine's label, and what is only recorded like one by its own."""
    assert label_of(order_item.PLAN, "hold") == order_item.EVENTS["hold"]
    assert label_of(order_item.PLAN, "edit") == AMENDMENTS["edit"].label


@pytest.mark.parametrize(
    ("plan", "who_looks"), [(credential.PLAN, WHO_READS), (print_job.PLAN, WHO_SEES_PRINT_JOBS)]
)
def test_who_neither_acts_nor_looks_has_no_standing(plan: Plan, who_looks: May) -> None:
    """For every event and role: refused beforehand, with who may, or left to the machine."""
    for event in plan.events:
        refused = set()
        for role in Role:
            try:
                require_standing(plan, command(event, role), who_looks)
            except NotPermittedError as error:
                refused.add(role)
                roles = sorted(plan.roles[event])
                assert error.reason.params == {"role": role, "roles": roles}  # noqa: PT017
        assert refused == set(Role) - plan.roles[event] - who_looks.roles
