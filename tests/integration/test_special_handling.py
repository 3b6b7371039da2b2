"""Special handling follows its item, on both databases, and costs ordinary items nothing."""

import pytest

from models.codes import DeliveryMethod, ItemState, SpecialHandling
from models.special_handling import SpecialHandlingTask
from tests.ministry import CLERK, SUPPORT, Ministry
from tests.statements import statements
from workflows.command import SYSTEM, Command
from workflows.effects.special_handling import SPECIAL_HANDLING, require_handling, waive_handling
from workflows.operations.delivery.special_handling import change


def test_ordinary_items_ask_nothing_about_special_handling(ministry: Ministry) -> None:
    """From claim to failure, no statement of an automated item touches the tasks."""
    items = ministry.ordered(2)
    with statements(ministry.installation.database) as seen:
        ministry.render(items)
        ministry.print_and_send(items)
        ministry.do("fail", items, reason="Lost")
    assert seen
    assert not [each for each in seen if "special_handling" in each]


@pytest.mark.parametrize("number", [1, 5])
def test_as_many_statements_for_one_as_for_many(ministry: Ministry, number: int) -> None:
    """Rendering courier items takes a fixed number of statements about their tasks."""
    items = ministry.ordered(number, method=DeliveryMethod.COURIER)
    with statements(ministry.installation.database) as seen:
        ministry.render(items)
    asked = 5 if ministry.installation.database.is_sqlite else 4  # one statement for a change and its history
    assert len([each for each in seen if "special_handling" in each]) == asked


def test_a_new_rendering_asks_anew(ministry: Ministry) -> None:
    """Released while held, the task is waived; rendered again, it is outstanding and due anew; whoever had it keeps it."""
    (item,) = ministry.in_state(ItemState.RENDERED, method=DeliveryMethod.CERTIFICATION)
    change(ministry.installation, item, Command("start", SUPPORT, ministry.now))
    first = ministry.row(SpecialHandlingTask, item)
    assert (first.owner, first.state) == (SUPPORT.name, SpecialHandling.PENDING)
    ministry.do("hold", [item], reason="AwaitingStudent")
    ministry.do("release", [item])
    assert ministry.handling(item) is SpecialHandling.NOT_REQUIRED
    ministry.wait(days=7)
    ministry.render([item])
    again = ministry.row(SpecialHandlingTask, item)
    assert (again.state, again.owner) == (SpecialHandling.OUTSTANDING, SUPPORT.name)
    assert again.due_on > first.due_on
    events = [row.event for row in ministry.history(item, SPECIAL_HANDLING)]
    assert events == ["require", "start", "waive", "require"]
    assert ministry.broken_history() == []


def test_a_cancelled_item_leaves_the_work_list(ministry: Ministry) -> None:
    """What is cancelled while held has nothing left to be handled."""
    (item,) = ministry.in_state(ItemState.RENDERED, method=DeliveryMethod.COURIER)
    ministry.do("hold", [item], reason="AwaitingStudent")
    ministry.do("cancel", [item], reason="OrderedInError")
    assert ministry.handling(item) is SpecialHandling.NOT_REQUIRED


def test_a_changed_method_sets_special_handling_anew(ministry: Ministry) -> None:
    """What the edit of an item calls: required anew from complete, or waived where the provider mails it."""
    (item,) = ministry.in_state(ItemState.SENT, method=DeliveryMethod.MANUAL_MAIL)
    change(ministry.installation, item, Command("complete", CLERK, ministry.now))
    assert ministry.row(SpecialHandlingTask, item).completed_at == ministry.now
    for follow, expected in ((require_handling, "outstanding"), (waive_handling, "not_required")):
        with ministry.installation.database.write() as session:
            follow(ministry.installation.source(session), [item], Command("edit", CLERK, ministry.now))
        row = ministry.row(SpecialHandlingTask, item)
        assert (row.state, row.completed_at) == (expected, None)


def test_the_due_date_counts_working_days(ministry: Ministry) -> None:
    """Five working days from Monday are the Monday after; the setting changes it."""
    (one,) = ministry.in_state(ItemState.RENDERED, method=DeliveryMethod.MANUAL_MAIL)
    assert str(ministry.row(SpecialHandlingTask, one).due_on) == "2026-03-09"
    ministry.set(handling_days=1)
    (two,) = ministry.in_state(ItemState.RENDERED, method=DeliveryMethod.MANUAL_MAIL)
    assert str(ministry.row(SpecialHandlingTask, two).due_on) == "2026-03-03"


def test_a_stale_command_is_a_conflict(ministry: Ministry) -> None:
    """A task carries its version like everything else."""
    (item,) = ministry.in_state(ItemState.RENDERED, method=DeliveryMethod.MANUAL_MAIL)
    outcome = change(ministry.installation, item, Command("start", CLERK, ministry.now, versions={item: 0}))
    assert outcome.kind == "conflict"
    (refused,) = ministry.do("close", [item], CLERK, SPECIAL_HANDLING)
    assert refused.decision is not None
    assert refused.decision.kind == "permission"
    (closed,) = ministry.do("close", [item], SYSTEM, SPECIAL_HANDLING)
    assert closed.state == SpecialHandling.COMPLETE
