"""The one door: what ``apply`` answers and stores for one item and for many, and what ``ask`` costs."""

from datetime import datetime

import pytest

from models.codes import ItemState
from tests.ministry import AUDITOR, CLERK, SUPPORT, Ministry
from tests.statements import statements
from workflows.calendar import EDMONTON
from workflows.command import SYSTEM, Actor, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply, judge
from workflows.finding.items import ItemFilter
from workflows.machines.machine import Change
from workflows.views.items import find_items

MANY = 500
#: No item has this id.
NOBODY = 999_999


def test_one_item_changes(ministry: Ministry) -> None:
    """A command for one item moves its state, raises its version by one and appends one history row."""
    (item,) = ministry.ordered()
    before = ministry.item(item)
    (outcome,) = ministry.do("hold", [item], reason="Investigation", note="who signed?")
    after, row = ministry.item(item), ministry.history(item)[-1]
    assert (outcome.kind, outcome.from_state, outcome.state) == ("done", "created", "user_hold")
    assert (after.state, after.version, outcome.version) == (
        ItemState.USER_HOLD,
        before.version + 1,
        before.version + 1,
    )
    assert (row.seq, row.event, row.from_state, row.to_state) == (
        before.version,
        "hold",
        "created",
        "user_hold",
    )
    assert (row.actor_role, row.actor_name, row.reason, row.note) == (
        CLERK.role,
        "clerk",
        "Investigation",
        "who signed?",
    )
    assert row.at == ministry.now
    assert row.previous_hash == ministry.history(item)[-2].hash


def test_five_hundred_items_change_alike(ministry: Ministry) -> None:
    """A command for 500 items moves each, with one history row each, and every chain stays whole."""
    items = ministry.ordered(MANY)
    outcomes = ministry.do("hold", items, reason="AwaitingStudent")
    assert [each.kind for each in outcomes] == ["done"] * MANY
    assert [each.subject_id for each in outcomes] == items
    assert set(ministry.states(items)) == {"user_hold"}
    assert ministry.counts()["order_item_history"] == 2 * MANY
    assert ministry.broken_history() == []


def test_each_item_gets_its_own_answer(ministry: Ministry) -> None:
    """Done, refused, in conflict, already done and not found stand side by side; a refusal stops nobody."""
    good, wrong_state, stale, repeated = ministry.ordered(4)
    ministry.do("cancel", [wrong_state], reason="OrderedInError")
    ministry.do("hold", [repeated], reason="Investigation", command_id="the-command")
    outcomes = ministry.do(
        "hold",
        [NOBODY, repeated, stale, wrong_state, good],
        reason="Investigation",
        command_id="the-command",
        versions={stale: ministry.item(stale).version - 1, good: ministry.item(good).version},
    )
    kinds = {each.subject_id: each.kind for each in outcomes}
    assert kinds == {
        good: "done",
        wrong_state: "refused",
        stale: "conflict",
        repeated: "already_done",
        NOBODY: "not_found",
    }
    refused = next(each for each in outcomes if each.kind == "refused")
    assert refused.decision is not None
    assert refused.decision.kind == "no_such_transition"
    assert ministry.states([good, wrong_state, stale]) == ["user_hold", "cancelled", "created"]


def test_what_would_become_of_a_command_is_what_becomes_of_it(ministry: Ministry) -> None:
    """``judge`` answers as ``apply`` does afterwards, for every kind of answer, in whatever order, and changes nothing."""
    repeated, stale, wrong_state, good = ministry.ordered(4)
    ministry.do("cancel", [wrong_state], reason="OrderedInError")
    ministry.do("hold", [repeated], reason="Investigation", command_id="the-command")
    said = {stale: ministry.item(stale).version - 1, good: ministry.item(good).version}
    said[repeated] = ministry.item(repeated).version - 1
    command = Command(
        "hold", CLERK, ministry.now, reason="Investigation", command_id="the-command", versions=said
    )
    wanted, before = [NOBODY, good, wrong_state, stale, repeated, good], ministry.fingerprint()
    with ministry.installation.database.read() as session:
        expected = judge(ministry.installation.source(session), ORDER_ITEM, wanted, command)
    assert ministry.fingerprint() == before
    with ministry.installation.database.write() as session:
        became = apply(ministry.installation.source(session), ORDER_ITEM, wanted, command)
    assert [each.kind for each in became] == ["already_done", "conflict", "refused", "done", "not_found"]
    assert became == expected


def test_a_stale_version_is_a_conflict(ministry: Ministry) -> None:
    """A command based on an older version changes nothing, and says so with the state that it met."""
    (item,) = ministry.ordered()
    seen = ministry.item(item).version
    ministry.do("hold", [item], reason="Investigation")
    (outcome,) = ministry.do("cancel", [item], reason="OrderedInError", versions={item: seen})
    assert (outcome.kind, outcome.state, outcome.version) == ("conflict", "user_hold", seen + 1)
    assert ministry.states([item]) == ["user_hold"]


def test_a_repeated_command_gets_its_first_answer(ministry: Ministry) -> None:
    """A command that comes twice is already done, with the state and version it led to, even if both moved on."""
    (item,) = ministry.ordered()
    (first,) = ministry.do("hold", [item], reason="Investigation", command_id="c-1")
    ministry.do("release", [item])
    before = ministry.fingerprint()
    (again,) = ministry.do("hold", [item], reason="Investigation", command_id="c-1")
    assert (again.kind, again.from_state, again.state, again.version) == (
        "already_done",
        first.from_state,
        first.state,
        first.version,
    )
    assert again.done
    assert ministry.fingerprint() == before


def test_every_failing_rule_is_reported(ministry: Ministry) -> None:
    """A refusal by rules names every failing rule in the order of the domain page, not only the first."""
    items = ministry.in_state(ItemState.FAILED)
    (outcome,) = ministry.do("reorder", items)
    assert outcome.decision is not None
    assert [each.code for each in outcome.decision.reasons] == ["60105", "60118"]


def test_a_role_that_may_not_is_refused_for_it(ministry: Ministry) -> None:
    """An auditor changes nothing: the refusal is of the kind *permission* and names who may (CO-11)."""
    (item,) = ministry.ordered()
    before = ministry.fingerprint()
    (outcome,) = ministry.do("hold", [item], AUDITOR, reason="Investigation")
    assert outcome.decision is not None
    assert outcome.decision.kind == "permission"
    (reason,) = outcome.decision.reasons
    assert (reason.code, reason.params["roles"]) == ("CO-11", ["operational_support", "student_records"])
    assert ministry.fingerprint() == before


def test_ids_given_twice_are_one(ministry: Ministry) -> None:
    """The same item twice in one command is changed once and answered once."""
    (item,) = ministry.ordered()
    outcomes = ministry.do("hold", [item, item], reason="Investigation")
    assert [each.kind for each in outcomes] == ["done"]


def test_nobody_is_nothing(ministry: Ministry) -> None:
    """A command without subjects changes nothing and answers nothing."""
    assert ministry.do("hold", [], reason="Investigation") == []


def test_the_history_of_a_whole_life_is_gapless(ministry: Ministry) -> None:
    """The seqs of a life count from 0 without a gap, its states join, and the item's version is the last seq + 1."""
    (item,) = ministry.in_state(ItemState.REORDERED)
    rows = ministry.history(item)
    assert [row.seq for row in rows] == list(range(len(rows)))
    assert [row.from_state for row in rows] == [None, *(row.to_state for row in rows[:-1])]
    assert ministry.item(item).version == rows[-1].seq + 1
    assert ministry.broken_history() == []


def test_a_rewritten_past_shows(ministry: Ministry) -> None:
    """A history row changed behind the engine's back breaks the chain."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    with ministry.installation.database.write() as session:
        session.connection().exec_driver_sql(
            f"UPDATE order_item_history SET actor_name = 'somebody else' WHERE subject_id = {item} AND seq = 0"
        )
    assert ("order_items", item, [0]) in ministry.broken_history()


def test_a_cut_off_past_shows(ministry: Ministry) -> None:
    """A history whose last row was removed does not end in the hash kept beside the state."""
    (item,) = ministry.in_state(ItemState.USER_HOLD)
    with ministry.installation.database.write() as session:
        session.connection().exec_driver_sql(
            f"DELETE FROM order_item_history WHERE subject_id = {item} AND seq = 1"
        )
    assert ("order_items", item, [1]) in ministry.broken_history()


def test_a_clock_with_another_offset_breaks_no_chain(ministry: Ministry) -> None:
    """Times of any offset are hashed alike: what was written as 09:00−07:00 and read as 16:00Z is the same."""
    ministry.at(datetime(2026, 3, 2, 9, 0, tzinfo=EDMONTON))
    ministry.in_state(ItemState.RENDERED)
    assert ministry.broken_history() == []


def test_nothing_is_saved_when_the_transaction_fails(ministry: Ministry) -> None:
    """What raises after the engine's work leaves no state, no history and no error row behind."""
    items = ministry.ordered(3)
    before = ministry.fingerprint()

    def change_and_break() -> None:
        with ministry.installation.database.write() as session:
            source = ministry.installation.source(session)
            apply(source, ORDER_ITEM, items, Command("hold", CLERK, ministry.now, reason="Investigation"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_break()
    assert ministry.fingerprint() == before


def test_nothing_is_saved_when_a_consequence_fails(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consequence in another table that fails takes the state and the history with it."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    items = ministry.in_state(ItemState.SYSTEM_HOLD, 2)
    before = ministry.fingerprint()
    monkeypatch.setitem(ORDER_ITEM.consequences, "release", broken)
    with pytest.raises(ZeroDivisionError):
        ministry.do("release", items)
    assert ministry.fingerprint() == before


def test_a_rehearsal_changes_nothing(ministry: Ministry) -> None:
    """The same command in ``Database.rehearse`` answers as ever, and is undone."""
    items = ministry.ordered(3)
    before = ministry.fingerprint()
    with ministry.installation.database.rehearse() as session:
        source = ministry.installation.source(session)
        command = Command("hold", CLERK, ministry.now, reason="Investigation")
        kinds = [each.kind for each in apply(source, ORDER_ITEM, items, command)]
    assert kinds == ["done"] * 3
    assert ministry.fingerprint() == before


def test_a_row_lost_between_reading_and_writing_is_a_conflict(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a row changed after it was read, the conditional update answers *conflict* and writes no history."""
    lost, kept = ministry.ordered(2)

    def overtaken(case: object) -> Change:
        if case.row.id == lost:  # type: ignore[attr-defined]
            raced.append(lost)
        return Change()

    raced: list[int] = []
    monkeypatch.setitem(ORDER_ITEM.effects, "hold", overtaken)
    original = ORDER_ITEM.load_facts

    with ministry.installation.database.write() as session:
        source = ministry.installation.source(session)

        def load_then_lose(*arguments: object) -> object:
            facts = original(*arguments)
            session.connection().exec_driver_sql(
                f"UPDATE order_items SET version = version + 1 WHERE id = {lost}"
            )
            return facts

        machine = type(ORDER_ITEM)(
            ORDER_ITEM.plan,
            ORDER_ITEM.table,
            ORDER_ITEM.history,
            load_then_lose,
            ORDER_ITEM.effects,
            ORDER_ITEM.consequences,
        )
        command = Command("hold", CLERK, ministry.now, reason="Investigation")
        kinds = {each.subject_id: each.kind for each in apply(source, machine, [lost, kept], command)}
    assert kinds == {lost: "conflict", kept: "done"}
    assert raced == [lost]
    assert [len(ministry.history(each)) for each in (lost, kept)] == [1, 2]


# What it costs


def test_asking_costs_the_same_for_one_item_and_for_many(ministry: Ministry) -> None:
    """``can`` sends as many SQL statements for 500 items as for one."""
    items = ministry.ordered(MANY)
    with statements(ministry.installation.database) as for_one:
        ministry.can(items[:1])
    with statements(ministry.installation.database) as for_many:
        answers = ministry.can(items)
    assert len(for_many) == len(for_one)
    assert len(answers) == MANY


def test_listing_costs_the_same_for_one_item_and_for_many(ministry: Ministry) -> None:
    """The list of items sends as many SQL statements for 500 items as for one."""
    ministry.in_state(ItemState.SYSTEM_HOLD, MANY)

    def listed(limit: int) -> int:
        with (
            statements(ministry.installation.database) as sent,
            ministry.installation.database.read() as session,
        ):
            page, _ = find_items(ministry.installation.source(session), ItemFilter(), 0, limit)
        assert len(page) == limit
        return len(sent)

    assert listed(1) == listed(MANY)


@pytest.mark.parametrize(
    ("event", "reason", "actor"),
    [("hold", "Investigation", CLERK), ("cancel", "OrderedInError", SUPPORT), ("process", None, SYSTEM)],
)
def test_applying_costs_the_same_for_one_item_and_for_many(
    ministry: Ministry, event: str, reason: str | None, actor: Actor
) -> None:
    """``apply`` sends as many SQL statements for 499 items as for one, ids and rows included."""
    items = ministry.ordered(MANY)
    lease = {"owner": "w", "until": ministry.now}
    given = dict.fromkeys(items, lease)
    with statements(ministry.installation.database) as for_one:
        ministry.do(event, items[:1], actor, reason=reason, given=given)
    with statements(ministry.installation.database) as for_many:
        outcomes = ministry.do(event, items[1:], actor, reason=reason, given=given)
    assert {each.kind for each in outcomes} == {"done"}
    assert len(for_many) == len(for_one)


def test_asking_changes_nothing(ministry: Ministry) -> None:
    """``can`` answers for every event of the machine and leaves no trace."""
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    before = ministry.fingerprint()
    answers = ministry.can([item])[item]
    assert set(answers) == set(ORDER_ITEM.plan.events)
    assert [name for name, decision in answers.items() if decision.allowed] == ["pull"]
    assert ministry.fingerprint() == before
