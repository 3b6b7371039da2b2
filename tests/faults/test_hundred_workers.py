"""A hundred workers want one item at the same moment: one wins, and every other hears the true reason."""

import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.ministry import CLERK, Ministry
from workflows.command import SYSTEM
from workflows.machines.decision import Outcome
from workflows.operations.printing.leases import lease_of

WORKERS = 100
ROUNDS = int(os.environ.get("ORDERS_TEST_ROUNDS", "1000"))
#: What each round's workers want, in turn: the event, who wants it, where it leads, and whether they name a version.
CONTESTS = (
    ("hold", CLERK, "user_hold", True),
    ("process", SYSTEM, "processing", False),
    ("cancel", CLERK, "cancelled", False),
    ("hold", CLERK, "user_hold", False),
)
_REASONS = {"hold": "Investigation", "cancel": "OrderedInError"}


def contest(ministry: Ministry, pool: ThreadPoolExecutor, item: int, number: int) -> list[Outcome]:
    """Everybody's outcome of one round."""
    event, actor, _, versioned = CONTESTS[number % len(CONTESTS)]
    versions = {item: ministry.item(item).version} if versioned else {}
    line = threading.Barrier(WORKERS)

    def want(place: int) -> Outcome:
        given = {item: lease_of(ministry.installation, f"worker-{place}")} if event == "process" else {}
        wanted = {"reason": _REASONS.get(event), "versions": versions, "given": given}
        line.wait()
        # Some lock the item first, others write only where nobody was faster.
        return (
            ministry.do_one(event, item, actor, **wanted)
            if place % 2
            else ministry.do(event, [item], actor, **wanted)[0]
        )

    return list(pool.map(want, range(WORKERS)))


def told_truly(outcome: Outcome, target: str, *, versioned: bool) -> bool:
    """Whether a loser hears why: the version has passed, or the event does not lead on from where the item is now."""
    assert outcome.decision is not None
    kind = "conflict" if versioned else "no_such_transition"
    return (outcome.kind, outcome.decision.kind) == ("conflict" if versioned else "refused", kind) and (
        outcome.from_state == target
    )


@pytest.mark.parametrize("rounds", [4, pytest.param(ROUNDS, marks=pytest.mark.long)], ids=["few", "many"])
def test_one_of_a_hundred_wins(ministry: Ministry, rounds: int) -> None:
    """Each round has one winner, ninety-nine losers with the true reason, and one new row of history."""
    began, seen = time.monotonic(), Counter[str]()
    items = ministry.ordered(rounds)
    with ThreadPoolExecutor(WORKERS) as pool:
        for number, item in enumerate(items):
            _, _, target, versioned = CONTESTS[number % len(CONTESTS)]
            outcomes = contest(ministry, pool, item, number)
            losers = [each for each in outcomes if each.kind != "done"]
            assert len(losers) == WORKERS - 1, f"round {number}: {Counter(each.kind for each in outcomes)}"
            untrue = [each for each in losers if not told_truly(each, target, versioned=versioned)]
            assert not untrue, f"round {number}: {untrue[:3]}"
            assert len(ministry.history(item)) == 2
            seen.update(str(each.decision.kind) for each in losers if each.decision is not None)
    assert ministry.broken_history() == []
    print(f"{rounds} rounds, {rounds} winners, losers {dict(seen)}, {time.monotonic() - began:.0f} s")
