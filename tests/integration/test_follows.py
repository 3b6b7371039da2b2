"""How the machines meet is declared once, and nothing happens otherwise."""

from collections import defaultdict

import pytest

from diagrams.machines import DRAWN
from models.codes import EnvelopeOutcome, ItemState
from tests.ministry import CLERK, REACHABLE, Ministry
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.engine.engine import follow
from workflows.machines.follows import FOLLOWS, UndeclaredConsequenceError, begun

Pair = tuple[str, str, str, str]


def declared_pairs() -> set[Pair]:
    """(machine, event, machine, event) of each declaration, and of what follows from what follows."""
    direct = {
        (each.machine.machine, cause, each.follower.machine, each.event)
        for each in FOLLOWS
        for cause in each.causes
    }
    return direct | {(*one[:2], *other[2:]) for one in direct for other in direct if one[2:] == other[:2]}


def pairs_in_history(ministry: Ministry) -> set[Pair]:
    """Events of different machines that history shows under one command id."""
    events: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with ministry.installation.database.read() as session:
        for drawn in DRAWN:
            for row in session.connection().execute(drawn.machine.history.select()):
                events[row.command_id].add((drawn.machine.plan.machine, row.event))
    return {
        (*one, *other) for found in events.values() for one in found for other in found if one[0] != other[0]
    }


def test_declarations_name_real_events():
    """Causes are events or amendments of their machine; what follows is an event, or begins a subject."""
    for each in FOLLOWS:
        for cause in each.causes:
            assert each.machine.label_of(cause).fr
        assert each.begins or each.event in each.follower.events


def test_undeclared_consequence_is_refused(ministry: Ministry):
    """The engine carries out no consequence that the overview does not show."""
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    command = Command("release", CLERK, ministry.now)
    with (
        pytest.raises(
            UndeclaredConsequenceError, match=r"PrintJobMachine\.release → OrderItemMachine\.dispatch"
        ),
        ministry.installation.database.write() as session,
    ):
        follow(
            ministry.installation.source(session),
            ORDER_ITEM,
            "dispatch",
            [item],
            command,
            after=PRINT_JOB.plan,
        )
    with pytest.raises(UndeclaredConsequenceError, match="new PrintJobMachine"):
        begun(ORDER_ITEM.plan, command, PRINT_JOB.plan)
    assert ministry.item(item).state is ItemState.IN_PRINT_JOB


def test_history_holds_declared_consequences_only(ministry: Ministry):
    """Whatever items go through, what shares a command over two machines is declared, in one direction or the other."""
    for state in REACHABLE:
        ministry.in_state(state, 2)
    sent = ministry.in_state(ItemState.SENT, 2)
    job = ministry.job_of(sent[0])
    outcomes = {envelope.sequence: EnvelopeOutcome.PULLED for envelope in ministry.envelopes(job)}
    ministry.acknowledge(job, outcomes)
    ministry.wait(hours=1)
    ministry.reconcile(job)
    declared = declared_pairs()
    found = pairs_in_history(ministry)
    assert {
        pair for pair in found if pair not in declared and (*pair[2:], *pair[:2]) not in declared
    } == set()
    assert ("PrintJobMachine", "accept", "OrderItemMachine", "dispatch") in found
    assert ("PrintJobMachine", "reconcile", "OrderItemMachine", "fail") in found
