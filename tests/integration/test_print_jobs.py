"""Print jobs from the first item gathered to the last envelope reconciled (domain §3, "Print job", and domain §6, "Print job agent")."""

from typing import Any

import pytest

from actors.steps import printing
from actors.steps.step import Worker
from models.codes import CredentialType, DeliveryMethod, ItemState, Language, PrintJobState
from models.orders import OrderItem
from models.print_jobs import PrintJob
from tests.integration.print_jobs import change, codes, in_job, job
from tests.ministry import Ministry
from workflows.command import SYSTEM
from workflows.machines.decision import Outcome
from workflows.operations.printing import print_jobs
from workflows.source import table

# Gathering


def test_items_are_gathered_by_type_language_and_method(ministry: Ministry) -> None:
    """Each key has a job of its own, and one only."""
    lots = [
        ministry.ordered(2),
        ministry.ordered(2, CredentialType.CHSA),
        ministry.ordered(2, language=Language.FR),
        ministry.ordered(2, method=DeliveryMethod.MANUAL_MAIL),
    ]
    items = [item for lot in lots for item in lot]
    ministry.render(items)
    ministry.gather(items)
    assert [len({ministry.job_of(item) for item in lot}) for lot in lots] == [1, 1, 1, 1]
    assert len({ministry.job_of(item) for item in items}) == 4
    for lot in lots:
        row, item = job(ministry, ministry.job_of(lot[0])), ministry.item(lot[0])
        assert (row.language, row.delivery_method) == (item.language, item.delivery_method)


def test_a_later_item_joins_the_open_job(ministry: Ministry) -> None:
    """An item that is rendered later goes into the job that is open, or into a new one when it was released."""
    key, _ = in_job(ministry)
    _, second = in_job(ministry)
    assert ministry.job_of(second[0]) == key
    ministry.release_job(key)
    other, _ = in_job(ministry)
    assert other != key


def test_a_job_takes_no_more_than_its_maximum(ministry: Ministry) -> None:
    """The maximum of envelopes is never passed; what finds no room waits for the next job."""
    ministry.set(job_max_envelopes=2)
    items = ministry.in_state(ItemState.RENDERED, 5)
    ministry.gather(items)
    assert ministry.states(items) == ["in_print_job"] * 2 + ["rendered"] * 3
    ministry.work()
    sizes = sorted(len(ministry.envelopes(each.id)) for each in ministry.rows(PrintJob) if each.released_at)
    assert sizes == [2, 2]
    assert ministry.states(items) == ["sent"] * 4 + ["in_print_job"]


def test_a_job_that_another_worker_releases_between_two_looks_keeps_nothing_waiting(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What found no room goes on at once, though this worker never sees a job that is due for release."""
    ministry.set(job_max_envelopes=2)
    items, gather = ministry.in_state(ItemState.RENDERED, 5), print_jobs.gather

    def gather_while_others_release(*call: Any) -> list[Outcome]:
        outcomes = gather(*call)
        for row in ministry.rows(PrintJob):
            held = ministry.where(OrderItem, table(OrderItem).c.print_job_id == row.id)
            if row.state is PrintJobState.OPEN and len(held) == 2:
                ministry.release_job(row.id)
        return outcomes

    monkeypatch.setattr(print_jobs, "gather", gather_while_others_release)
    printing.gather_items(Worker(ministry.installation, "me"), items)
    assert ministry.states(items) == ["in_print_job"] * 5


def test_a_job_is_full_by_bytes_too(ministry: Ministry) -> None:
    """The item that reaches the maximum of bytes is the job's last."""
    items = ministry.in_state(ItemState.RENDERED, 4)
    ministry.set(job_max_bytes=ministry.document(items[0]).size + 1)
    ministry.gather(items)
    assert ministry.states(items) == ["in_print_job"] * 2 + ["rendered"] * 2
    ministry.work()
    assert ministry.states(items) == ["sent"] * 4


def test_a_full_job_refuses(ministry: Ministry) -> None:
    """The engine itself refuses one more in a full job (CO-21), one in a released job (CO-19) and a wrong key (CO-20)."""
    key, _ = in_job(ministry, 2)
    (item,) = ministry.in_state(ItemState.RENDERED, language=Language.FR)
    (wrong,) = ministry.do("add_to_print_job", [item], SYSTEM, given={item: {"job": key}})
    assert codes(wrong) == ["CO-20"]
    (item,) = ministry.in_state(ItemState.RENDERED)
    ministry.set(job_max_envelopes=2)
    (full,) = ministry.do("add_to_print_job", [item], SYSTEM, given={item: {"job": key}})
    assert codes(full) == ["CO-21"]
    ministry.set(job_max_envelopes=500)
    ministry.release_job(key)
    (closed,) = ministry.do("add_to_print_job", [item], SYSTEM, given={item: {"job": key}})
    assert codes(closed) == ["CO-19"]


@pytest.mark.parametrize("code", ["CO-05", "CO-12", "44016"])
def test_what_may_no_longer_go_is_held_when_gathered(ministry: Ministry, code: str) -> None:
    """Held student, newer number and deleted credential are asked again when an item is gathered."""
    bad, good = ministry.in_state(ItemState.RENDERED, 2)
    change(ministry, bad, code)
    ministry.gather([bad, good])
    assert (ministry.states([bad, good]), ministry.errors(bad)) == (["system_hold", "in_print_job"], [code])


def test_job_creation_can_be_switched_off(ministry: Ministry) -> None:
    """With job creation off (CO-31) rendered items wait; switched on they are gathered."""
    ministry.set(job_creation=False)
    items = ministry.ordered(2)
    ministry.work()
    assert (ministry.states(items), ministry.rows(PrintJob)) == (["rendered"] * 2, [])
    ministry.set(job_creation=True)
    ministry.work()
    assert ministry.states(items) == ["in_print_job"] * 2
