"""What every event of an order item changes beside the state (domain §2, "Side effects")."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.codes import CredentialType, DeliveredHow, DeliveryMethod, ItemState, SpecialHandling
from models.credentials import Credential
from models.documents import Document
from models.orders import ItemError, OrderItem
from models.students import Address
from tests.ministry import CALGARY_ADDRESS, EDMONTON_ADDRESS, SUPPORT, WORKER, Ministry
from workflows.calendar import EDMONTON
from workflows.command import SYSTEM
from workflows.rules.rule import REGISTRY, Reason, order_of
from workflows.source import table


def current_address(ministry: Ministry, student: int) -> Any:
    """The student's address that nobody replaced."""
    columns = table(Address).c
    (found,) = ministry.where(Address, columns.student_id == student, columns.replaced_at.is_(None))
    return found


# process, requeue


def test_process_takes_a_lease(ministry: Ministry) -> None:
    """``process`` gives the item to a worker for the lease's length and remembers the instant of the first claim."""
    (item,) = ministry.in_state(ItemState.PROCESSING)
    row = ministry.item(item)
    assert (row.lease_owner, row.processed_at) == (WORKER, ministry.now)
    assert row.lease_until == ministry.now + timedelta(seconds=30)


def test_the_processed_date_is_that_of_the_first_claim(ministry: Ministry) -> None:
    """A second claim after a lapse keeps the processed date; one after a ``release`` takes a new one."""
    (item,) = ministry.in_state(ItemState.PROCESSING)
    first = ministry.now
    ministry.wait(days=1)
    ministry.do("requeue", [item], SYSTEM)
    ministry.claim([item])
    assert ministry.item(item).processed_at == first
    ministry.wait(days=1)
    ministry.do("requeue", [item], SYSTEM)
    ministry.do("hold", [item], reason="Investigation")
    ministry.do("release", [item])
    ministry.claim([item])
    assert ministry.item(item).processed_at == ministry.now


def test_the_letter_carries_the_edmonton_date(ministry: Ministry) -> None:
    """An item claimed at 23:30 in Edmonton is processed on that day, though in UTC it is the next."""
    ministry.at(ministry.now.astimezone(EDMONTON).replace(hour=23, minute=30).astimezone(ministry.now.tzinfo))
    (item,) = ministry.in_state(ItemState.PROCESSING)
    assert ministry.item(item).processed_at.date() == date(2026, 3, 3)
    assert ministry.item(item).processed_at.astimezone(EDMONTON).date() == ministry.today == date(2026, 3, 2)


def test_requeue_gives_the_lease_back_and_counts_a_lapse(ministry: Ministry) -> None:
    """``requeue`` after a lapse frees the item and counts the lapse, which is no failed attempt."""
    (item,) = ministry.in_state(ItemState.PROCESSING)
    ministry.wait(seconds=31)
    ministry.do("requeue", [item], SYSTEM)
    row = ministry.item(item)
    assert (row.lease_owner, row.lease_until, row.lapses, row.attempts) == (None, None, 1, 0)
    assert (row.next_attempt_at, row.last_error) == (None, None)


# render


def test_render_stores_the_document(ministry: Ministry) -> None:
    """``render`` records path, size, SHA-256, pages and master of the PDF, which lies in the store as recorded."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    document = ministry.document(item)
    data = ministry.installation.store.read(document.path)
    assert data is not None
    assert (document.size, document.pages, document.rendered_at) == (len(data), 2, ministry.now)
    assert ministry.history(item)[-1].detail == {"sha256": document.sha256}
    assert len(document.master) == 64


def test_render_freezes_what_is_printed(ministry: Ministry) -> None:
    """Printed name, its format, recipient and address are frozen on the item, the lease and its counters cleared."""
    (item,) = ministry.ordered(middle_name="Chidi", suffix="Jr.")
    ministry.render([item])
    row = ministry.item(item)
    assert (row.printed_name, row.name_format) == ("Ada Chidi Okafor Jr.", 1)
    assert (row.recipient, row.address) == ("Ada Chidi Okafor Jr.", EDMONTON_ADDRESS)
    assert (row.lease_owner, row.lease_until, row.lapses, row.attempts) == (None, None, 0, 0)


def test_a_rendered_item_does_not_follow_the_student(ministry: Ministry) -> None:
    """An address that changes after ``render`` does not change the item's."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    ministry.move(ministry.item(item).student_id, CALGARY_ADDRESS)
    ministry.work()
    assert ministry.item(item).address == EDMONTON_ADDRESS


@pytest.mark.parametrize("method", [each for each in DeliveryMethod if each is not DeliveryMethod.DIGITAL])
def test_render_sets_special_handling_by_delivery_method(ministry: Ministry, method: DeliveryMethod) -> None:
    """What returns to Student Records has special handling outstanding once rendered; automated mail has none."""
    (item,) = ministry.in_state(ItemState.RENDERED, method=method)
    automated = method is DeliveryMethod.AUTOMATED_CARDBOARD
    expected = SpecialHandling.NOT_REQUIRED if automated else SpecialHandling.OUTSTANDING
    assert ministry.handling(item) is expected


# hold_by_system


def test_a_system_hold_stores_every_error(ministry: Ministry) -> None:
    """One error is stored per failed rule, with its parameters; the status reason is the first in the order of domain §4, "the order of this table"."""
    student = ministry.student(
        address={**EDMONTON_ADDRESS, "city": "", "province": ""}, last_name="雨桐", held=True
    )
    credential = ministry.credential(student)
    ministry.award_and_order(CredentialType.AHSD)
    ministry.change_student(student, primary_id=ministry.student())
    (item,) = (each.id for each in ministry.rows(OrderItem))
    assert ministry.row(Credential, credential).number
    ministry.render([item])
    columns = table(ItemError).c
    errors = ministry.where(ItemError, columns.item_id == item)
    assert {each.code for each in errors} == {"60108", "CO-05", "CO-06", "CO-07"}
    assert ministry.item(item).status_reason == "60108"
    assert next(each.params for each in errors if each.code == "60108") == {"missing": ["city", "province"]}
    assert {each.found_at for each in errors} == {ministry.now}
    assert [each["code"] for each in ministry.history(item)[-1].detail["errors"]] == sorted(
        {each.code for each in errors}, key=order_of
    )


@pytest.mark.parametrize(
    "codes", [("CO-12", "44016", "60128"), ("CO-91", "CO-05"), ("CO-06", "60108", "44016")]
)
def test_the_status_reason_is_the_first_of_the_page(ministry: Ministry, codes: tuple[str, ...]) -> None:
    """Whatever the order in which the errors are found, the status reason is the first in domain §4, "the order of this table"."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    reasons = [Reason(REGISTRY[code], {}) for code in sorted(codes, key=order_of)]
    ministry.do("hold_by_system", [item], SYSTEM, given={item: reasons})
    assert ministry.item(item).status_reason == min(codes, key=order_of)
    assert sorted(ministry.errors(item), key=order_of) == sorted(codes, key=order_of)


def test_a_system_hold_leaves_an_open_job(ministry: Ministry) -> None:
    """An item held while its job is open leaves it: no job, no sequence number."""
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    ministry.do("hold_by_system", [item], SYSTEM, given={item: [Reason(REGISTRY["CO-05"], {})]})
    row = ministry.item(item)
    assert (row.state, row.print_job_id, row.sequence) == (ItemState.SYSTEM_HOLD, None, None)


def test_a_system_hold_needs_an_error(ministry: Ministry) -> None:
    """Without any error the system holds nothing (CO-33)."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    (outcome,) = ministry.do("hold_by_system", [item], SYSTEM, given={item: []})
    assert outcome.decision is not None
    assert [each.code for each in outcome.decision.reasons] == ["CO-33"]


# hold, pull, release, cancel


def test_hold_keeps_its_reason(ministry: Ministry) -> None:
    """``hold`` sets the status reason; the document of a rendered item is kept."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    ministry.do("hold", [item], reason="AwaitingStudent")
    assert ministry.item(item).status_reason == "AwaitingStudent"
    assert ministry.document(item) is not None


def test_pull_leaves_the_job(ministry: Ministry) -> None:
    """``pull`` takes the item out of its open job and keeps the reason."""
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    ministry.do("pull", [item], reason="Investigation")
    row = ministry.item(item)
    assert (row.state, row.status_reason) == (ItemState.USER_HOLD, "Investigation")
    assert (row.print_job_id, row.sequence) == (None, None)


def test_release_clears_errors_and_file_logically(ministry: Ministry) -> None:
    """``release`` marks errors cleared and the document deleted; the rows and the file remain."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    path = ministry.document(item).path
    ministry.do("hold_by_system", [item], SYSTEM, given={item: [Reason(REGISTRY["CO-05"], {})]})
    ministry.wait(hours=1)
    ministry.do("release", [item])
    (error,), (document,) = ministry.rows(ItemError), ministry.rows(Document)
    assert (error.cleared_at, document.deleted_at) == (ministry.now, ministry.now)
    assert (ministry.errors(item), ministry.document(item)) == ([], None)
    assert ministry.installation.store.read(path) is not None


def test_release_begins_anew(ministry: Ministry) -> None:
    """``release`` forgets printed name, special handling, processed date and reason, and counts the release."""
    (item,) = ministry.in_state(ItemState.RENDERED, method=DeliveryMethod.COURIER)
    ministry.do("hold", [item], reason="AwaitingStudent")
    ministry.do("release", [item])
    row = ministry.item(item)
    assert (row.printed_name, row.name_format, row.processed_at, row.status_reason) == (None,) * 4
    assert (ministry.handling(item), row.release_count) == (SpecialHandling.NOT_REQUIRED, 1)
    assert (row.recipient, row.address) == (None, None)


def test_a_released_item_follows_the_student_again(ministry: Ministry) -> None:
    """Released and processed again, the item goes to the address that the student has by then."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    ministry.do("hold", [item], reason="AwaitingStudent")
    ministry.move(ministry.item(item).student_id, CALGARY_ADDRESS)
    ministry.do("release", [item])
    ministry.render([item])
    assert ministry.item(item).address == CALGARY_ADDRESS


def test_a_released_item_keeps_what_somebody_edited(ministry: Ministry) -> None:
    """An item that no longer follows the student keeps recipient and address through a release."""
    (first,) = ministry.in_state(ItemState.SENT)
    item = ministry.reprint(
        first, follows_student=False, recipient="Registrar", address=dict(CALGARY_ADDRESS)
    )
    ministry.render([item])
    ministry.do("hold", [item], reason="AwaitingStudent")
    ministry.do("release", [item])
    assert (ministry.item(item).recipient, ministry.item(item).address) == ("Registrar", CALGARY_ADDRESS)


def test_a_released_and_rendered_item_has_another_document(ministry: Ministry) -> None:
    """Rendered again after a release the item has one current document, with another verification token."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    first = ministry.document(item).sha256
    ministry.do("hold", [item], reason="AwaitingStudent")
    ministry.do("release", [item])
    ministry.render([item])
    assert ministry.document(item).sha256 != first
    assert len(ministry.rows(Document)) == 2


def test_cancel_keeps_the_item_with_its_reason(ministry: Ministry) -> None:
    """``cancel`` keeps the item for ever, with its reason."""
    (item,) = ministry.ordered()
    ministry.do("cancel", [item], reason="DuplicateOrder")
    assert (ministry.states([item]), ministry.item(item).status_reason) == (["cancelled"], "DuplicateOrder")


def test_a_cancelled_held_item_is_not_looked_at_again(ministry: Ministry) -> None:
    """Cancelling a held item ends its automatic release."""
    (item,) = ministry.in_state(ItemState.SYSTEM_HOLD)
    ministry.do("cancel", [item], reason="OrderedInError")
    ministry.move(ministry.item(item).student_id, EDMONTON_ADDRESS)
    ministry.work()
    assert ministry.states([item]) == ["cancelled"]


# print jobs


def test_an_item_in_a_job_carries_its_number(ministry: Ministry) -> None:
    """``add_to_print_job`` records the job on the item and in its history."""
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    assert ministry.history(item)[-1].detail == {"print_job": ministry.job_of(item)}


def test_dispatch_records_when(ministry: Ministry) -> None:
    """``dispatch`` sets the sent-on instant and keeps the sequence number in the history."""
    (item,) = ministry.in_state(ItemState.SENT)
    assert ministry.item(item).sent_at == ministry.now
    assert ministry.history(item)[-1].detail == {"sequence": 1}


# deliver, fail, misdeliver, reorder


def test_deliver_says_how_it_is_known(ministry: Ministry) -> None:
    """A clerk's delivery is *confirmed*, the clock's *presumed*; both record when."""
    by_clerk, by_clock = ministry.in_state(ItemState.SENT, 2)
    ministry.do("deliver", [by_clerk])
    ministry.do("deliver", [by_clock], SYSTEM)
    assert ministry.item(by_clerk).delivered_how is DeliveredHow.CONFIRMED
    assert ministry.item(by_clock).delivered_how is DeliveredHow.PRESUMED
    assert {ministry.item(each).delivered_at for each in (by_clerk, by_clock)} == {ministry.now}


def test_special_handling_must_be_done_before_delivery(ministry: Ministry) -> None:
    """An item with special handling outstanding is not delivered (CO-24)."""
    (item,) = ministry.in_state(ItemState.SENT, method=DeliveryMethod.MANUAL_MAIL)
    (outcome,) = ministry.do("deliver", [item])
    assert outcome.decision is not None
    assert [each.code for each in outcome.decision.reasons] == ["CO-24"]


def test_fail_closes_special_handling(ministry: Ministry) -> None:
    """``fail`` closes an open special-handling task."""
    (item,) = ministry.in_state(ItemState.SENT, method=DeliveryMethod.COURIER)
    ministry.do("fail", [item], SUPPORT, reason="Lost")
    assert ministry.item(item).status_reason == "Lost"
    assert ministry.handling(item) is SpecialHandling.COMPLETE


def test_fail_after_delivery_forgets_the_delivery(ministry: Ministry) -> None:
    """An item that failed after all is not known as delivered any more."""
    (item,) = ministry.in_state(ItemState.DELIVERED)
    ministry.do("fail", [item], reason="Refused")
    row = ministry.item(item)
    assert (row.delivered_at, row.delivered_how) == (None, None)


def test_a_returned_envelope_expires_the_address(ministry: Ministry) -> None:
    """ReturnedBadAddress: the equal address on file counts as none from today, and the history says so."""
    (item,) = ministry.in_state(ItemState.SENT)
    ministry.do("fail", [item], reason="ReturnedBadAddress")
    address = current_address(ministry, ministry.item(item).student_id)
    assert address.expires_on == ministry.today - timedelta(days=1)
    assert ministry.history(item)[-1].detail == {"address_expired": True}


def test_nothing_more_goes_to_a_returned_address(ministry: Ministry) -> None:
    """The next item of the student is held for its address (60108)."""
    (item,) = ministry.in_state(ItemState.SENT)
    ministry.do("fail", [item], reason="ReturnedBadAddress")
    reprint = ministry.reprint(item)
    ministry.render([reprint])
    assert (ministry.states([reprint]), ministry.errors(reprint)) == (["system_hold"], ["60108"])


def test_a_newer_address_survives_an_old_envelope(ministry: Ministry) -> None:
    """An envelope that comes back from where the student used to live expires nothing, and the history says so."""
    (item,) = ministry.in_state(ItemState.SENT)
    student = ministry.item(item).student_id
    ministry.move(student, CALGARY_ADDRESS)
    ministry.do("fail", [item], reason="ReturnedBadAddress")
    assert current_address(ministry, student).expires_on is None
    assert ministry.history(item)[-1].detail == {"address_expired": False}


@pytest.mark.parametrize("reason", ["Refused", "Unclaimed", "Damaged", "Lost", "PrintDefect", "NotSupplied"])
def test_other_failures_leave_the_address_alone(ministry: Ministry, reason: str) -> None:
    """Only ReturnedBadAddress expires an address."""
    (item,) = ministry.in_state(ItemState.SENT)
    ministry.do("fail", [item], reason=reason)
    student = ministry.item(item).student_id
    assert current_address(ministry, student).expires_on is None


def test_misdeliver_keeps_its_reason(ministry: Ministry) -> None:
    """``misdeliver`` records which mistake it was."""
    (item,) = ministry.in_state(ItemState.SENT)
    ministry.do("misdeliver", [item], reason="IncorrectStudent")
    assert ministry.item(item).status_reason == "IncorrectStudent"


def test_a_delivered_item_is_reordered_for_what_a_person_can_see_only(ministry: Ministry) -> None:
    """From *delivered* LostInMail is no reason: what did not arrive is failed first (60118)."""
    (item,) = ministry.in_state(ItemState.DELIVERED)
    (lost,) = ministry.do("reorder", [item], reason="LostInMail")
    (defect,) = ministry.do("reorder", [item], reason="PrintDefect")
    assert (lost.kind, defect.kind) == ("refused", "done")
    assert ministry.item(item).status_reason == "PrintDefect"
