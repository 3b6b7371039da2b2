"""Two at once: whoever comes first wins, the other is told so, and nothing is done twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from models.codes import CredentialType, ItemState, PrintJobState
from models.credentials import Credential
from models.orders import OrderItem
from models.print_jobs import PrintJob
from tests.ministry import Ministry
from workflows.operations.printing import print_jobs
from workflows.source import table

RACES = 8


def race(*contestants: Callable[[], Any]) -> list[Any]:
    """Let all go at the same moment; gives what each returned."""
    line = threading.Barrier(len(contestants))

    def run(contestant: Callable[[], Any]) -> Any:
        line.wait()
        return contestant()

    with ThreadPoolExecutor(len(contestants)) as pool:
        return [each.result() for each in [pool.submit(run, one) for one in contestants]]


def test_two_clerks_have_one_winner(ministry: Ministry) -> None:
    """Of two commands on the same version one is done; the other meets the new state or a conflict."""
    for item in ministry.ordered(RACES):
        version = {item: ministry.item(item).version}
        hold, cancel = race(
            lambda: ministry.do("hold", [item], reason="Investigation", versions=version)[0].kind,
            lambda: ministry.do("cancel", [item], reason="OrderedInError", versions=version)[0].kind,
        )
        assert sorted((hold, cancel)) == ["conflict", "done"]
        assert len(ministry.history(item)) == 2
    assert ministry.broken_history() == []


def test_two_workers_share_a_batch(ministry: Ministry) -> None:
    """Four workers that claim the same batch take each item once."""
    items = ministry.ordered(40)
    claims = race(*(lambda name=name: ministry.claim(items, name) for name in ("a", "b", "c", "d")))
    assert sorted(item for claim in claims for item in claim) == items
    assert {len(ministry.history(item)) for item in items} == {2}


def test_crossing_batches_do_not_wait_for_each_other(ministry: Ministry) -> None:
    """Two commands over the same items in opposite orders both end (ids are locked ascending)."""
    items = ministry.ordered(60)
    kinds = race(
        lambda: [each.kind for each in ministry.do("hold", items, reason="Investigation")],
        lambda: [each.kind for each in ministry.do("cancel", items[::-1], reason="OrderedInError")],
    )
    assert [len(each) for each in kinds] == [60, 60]
    assert set(ministry.states(items)) <= {"cancelled", "user_hold"}
    assert ministry.broken_history() == []


def test_a_repeated_command_races_itself(ministry: Ministry) -> None:
    """The same command delivered twice at once is done once and already done once."""
    for item in ministry.ordered(RACES):
        kinds = race(
            *[lambda: ministry.do("hold", [item], reason="Investigation", command_id="same")[0].kind] * 2
        )
        assert kinds.count("done") == 1
        assert len(ministry.history(item)) == 2


def test_two_print_job_agents_open_one_job(ministry: Ministry) -> None:
    """Two agents that gather at once leave one open job of the key, with every item in it once."""
    items = ministry.in_state(ItemState.RENDERED, 20)

    def gather(part: list[int]) -> Callable[[], object]:
        def attempt() -> object:
            try:
                return ministry.gather(part)
            except Exception as error:  # noqa: BLE001 - the loser may be told by the unique index
                return error

        return attempt

    race(gather(items[:10]), gather(items[10:]))
    ministry.gather(items)
    assert set(ministry.states(items)) == {"in_print_job"}
    assert [each.state for each in ministry.rows(PrintJob)] == [PrintJobState.OPEN]


def test_two_releases_number_the_envelopes_once(ministry: Ministry) -> None:
    """A job that two people release at once is released once."""
    items = ministry.in_state(ItemState.IN_PRINT_JOB, 5)
    job = ministry.job_of(items[0])
    kinds = race(*[lambda: ministry.release_job(job).kind] * 2)
    assert sorted(kinds) == ["done", "refused"]
    assert [each.sequence for each in ministry.envelopes(job)] == [1, 2, 3, 4, 5]


def test_two_transmissions_dispatch_once(ministry: Ministry) -> None:
    """Two workers that hand over the same job send every item once."""
    items = ministry.in_state(ItemState.IN_PRINT_JOB, 3)
    job = ministry.job_of(items[0])
    ministry.release_job(job)
    ministry.write_file(job)
    race(lambda: ministry.transmit(job, "a"), lambda: ministry.transmit(job, "b"))
    assert ministry.states(items) == ["sent"] * 3
    assert [each.event for each in ministry.history(items[0])].count("dispatch") == 1
    assert ministry.broken_history() == []


def test_two_bulk_runs_award_once(ministry: Ministry) -> None:
    """Two bulk runs over the same students award and order each once, with different numbers."""
    for _ in range(30):
        ministry.credential(ministry.student())
    summaries = race(*[lambda: ministry.award_and_order(CredentialType.AHSD)] * 2)
    assert sum(each.ordered for each in summaries) == 30
    assert len({each.number for each in ministry.rows(Credential)}) == 30
    assert len(ministry.rows(OrderItem)) == 30
    assert ministry.broken_history() == []


def test_a_reader_is_not_stopped_by_a_writer(ministry: Ministry) -> None:
    """While a command's transaction is open others still read the state before it."""
    (item,) = ministry.ordered()
    with ministry.installation.database.write() as session:
        session.connection().exec_driver_sql("UPDATE order_items SET status_reason = 'x'")
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(ministry.item, item).result(timeout=5).status_reason is None


# One in the middle of the other: the same interleaving every time


@pytest.fixture
def in_between(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], threading.Thread]:
    """Let another thread act just before a function of ``print_jobs`` is called for the first time.

    Where locks make the other wait, it goes on when the first has committed.
    """

    def arrange(name: str, act: Callable[[], object]) -> threading.Thread:
        function = getattr(print_jobs, name)
        other = threading.Thread(target=act)
        begun = threading.Event()

        def overtaken(*arguments: Any, **named: Any) -> Any:
            if not begun.is_set():
                begun.set()
                other.start()
                other.join(0.5)
            return function(*arguments, **named)

        monkeypatch.setattr(print_jobs, name, overtaken)
        return other

    return arrange


InBetween = Callable[[str, Callable[[], object]], threading.Thread]


def in_job_and_sealed(ministry: Ministry, job: int) -> tuple[set[int], set[int]]:
    """The items that carry the job's number, and those that have an envelope in it."""
    columns = table(OrderItem).c
    inside = {each.id for each in ministry.where(OrderItem, columns.print_job_id == job)}
    return inside, {each.item_id for each in ministry.envelopes(job)}


def test_an_item_pulled_during_the_release_is_not_printed(ministry: Ministry, in_between: InBetween) -> None:
    """An item pulled while its job is released either has left before it is sealed, or comes too late; never both."""
    items = ministry.in_state(ItemState.IN_PRINT_JOB, 3)
    job = ministry.job_of(items[0])
    other = in_between("_seal", lambda: ministry.do("pull", items[:1], reason="Investigation"))
    ministry.release_job(job)
    other.join()
    inside, sealed = in_job_and_sealed(ministry, job)
    assert inside == sealed


def test_an_item_gathered_during_the_release_is_not_forgotten(
    ministry: Ministry, in_between: InBetween
) -> None:
    """An item gathered while the job is released gets an envelope or goes into another job: none is sent unprinted."""
    (first,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    items = ministry.in_state(ItemState.RENDERED, 2)
    job = ministry.job_of(first)
    other = in_between("_with_room", lambda: ministry.release_job(job))
    ministry.gather(items)
    other.join()
    inside, sealed = in_job_and_sealed(ministry, job)
    assert inside == sealed


def test_two_agents_never_overfill_a_job(ministry: Ministry, in_between: InBetween) -> None:
    """The maximum holds when two agents gather at once."""
    ministry.set(job_max_envelopes=5)
    (first,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    items = ministry.in_state(ItemState.RENDERED, 8)
    other = in_between("_with_room", lambda: ministry.gather(items[4:]))
    ministry.gather(items[:4])
    other.join()
    inside, _ = in_job_and_sealed(ministry, ministry.job_of(first))
    assert len(inside) == 5
