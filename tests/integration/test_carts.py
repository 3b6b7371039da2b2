"""Carts and their clock, on both databases (domain §3, "Document order", and domain §5, "Ordering a Credential Reprint")."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models.codes import (
    ConsumerState,
    CredentialState,
    DeliveryMethod,
    ItemState,
    OrderState,
    RecipientKind,
    Role,
)
from models.consumers import Consumer
from models.orders import DocumentOrder, DraftLine, OrderItem
from tests.carts import MAYA, NOAH, filled, items, state
from tests.ministry import CALGARY_ADDRESS, CLERK, SUPPORT, Ministry
from workflows.command import SYSTEM, Actor, Command
from workflows.operations.access.permission import NotPermittedError
from workflows.operations.carts import cart, checkout
from workflows.operations.ordering.reprint_line import ReprintDetails, ReprintLine, judge
from workflows.replay.replay import Chosen, Difference, replay
from workflows.rules.rule import REGISTRY
from workflows.source import table
from workflows.views.orders import OrderFilter, find_orders


def test_a_free_cart_is_placed_at_once(ministry: Ministry) -> None:
    """All lines become items in their order, the drafts are gone, and every chain of history is whole."""
    order = filled(ministry, ReprintDetails(copies=2), ReprintDetails(address=CALGARY_ADDRESS))
    done = checkout.place(ministry.installation, order, MAYA)
    assert done.outcome.state == OrderState.ORDERED
    made = items(ministry, order)
    assert [(each.item_no, each.copies, each.follows_student) for each in made] == [
        (1, 2, True),
        (2, 1, False),
    ]
    assert {each.requested_by for each in made} == {"maya"}
    assert ministry.where(DraftLine) == []
    row = ministry.row(DocumentOrder, order)
    assert (row.placed_at, row.amount_cents, row.payment_id) == (ministry.now, 0, None)
    assert ministry.broken_history() == []
    ministry.work()
    assert {each.state for each in items(ministry, order)} == {ItemState.IN_PRINT_JOB}


def test_nothing_of_a_refused_cart_is_saved(ministry: Ministry) -> None:
    """One bad line of two keeps both from being placed, and changes nothing at all."""
    order = filled(ministry, ReprintDetails(), ReprintDetails(copies=11))
    before = ministry.fingerprint()
    done = checkout.place(ministry.installation, order, MAYA)
    assert done.decision is not None
    assert [reason.code for reason in done.decision.reasons] == ["CO-02"]
    assert ministry.fingerprint() == before


def test_a_cart_touched_meanwhile_is_not_abandoned(ministry: Ministry) -> None:
    """A message with ids is only a hint: the step looks again."""
    order = filled(ministry)
    ministry.wait(days=30)
    cart.edit_line(ministry.installation, order, 1, {"copies": 2}, MAYA)
    assert checkout.abandon_idle(ministry.installation, [order]) == []
    assert state(ministry, order) is OrderState.UNDER_CONSTRUCTION


@pytest.mark.parametrize("who", [NOAH, SUPPORT, SYSTEM, Actor(Role.PUBLIC)], ids=lambda who: who.name)
def test_only_its_owner_and_student_records_fill_a_cart(ministry: Ministry, who: Actor) -> None:
    """CO-11; a person without a name owns nothing."""
    order = filled(ministry)
    credential = ministry.rows(DraftLine)[0].credential_id
    with pytest.raises(NotPermittedError):
        cart.add_line(ministry.installation, order, credential, ReprintDetails(), who)
    with pytest.raises(NotPermittedError):
        checkout.place(ministry.installation, order, who)
    assert cart.add_line(ministry.installation, order, credential, ReprintDetails(), CLERK).line == 2


def test_an_item_number_has_two_digits_for_the_item(ministry: Ministry) -> None:
    """No more than 99 lines in an order."""
    order = filled(ministry, *[ReprintDetails()] * 99)
    credential = ministry.rows(DraftLine)[0].credential_id
    changed = cart.add_line(ministry.installation, order, credential, ReprintDetails(), MAYA)
    assert [fault.code for fault in changed.faults] == ["too_many_lines"]
    made = checkout.place(ministry.installation, order, MAYA).items
    assert made[-1] == f"{order:010d}-99"


def judged(ministry: Ministry, item: int, details: ReprintDetails) -> tuple[set[str], set[str]]:
    """The codes that refuse and that warn."""
    with ministry.installation.database.read() as session:
        source = ministry.installation.source(session)
        (row,) = source.rows(OrderItem, table(OrderItem).c.id == item)
        from models.credentials import Credential

        (credential,) = source.rows(Credential, table(Credential).c.id == row.credential_id)
        command = Command("place", CLERK, ministry.now)
        (found,) = judge(source, [ReprintLine(credential, details)], command)
    return {each.code for each in found.reasons}, {each.code for each in found.warnings}


def test_a_digital_reprint_goes_to_an_active_consumer(ministry: Ministry) -> None:
    """CO-03 asks the consumer's state when ordering."""
    (item,) = ministry.ordered()
    values = {"email_domain": "example.org", "email": "in@example.org", "language": "en", "version": 0}
    found = {
        each: ministry._insert(Consumer, name=each.value, state=each, history_hash="", **values)
        for each in ConsumerState
    }
    refused = {
        each.value: judged(
            ministry,
            item,
            ReprintDetails(
                delivery_method=DeliveryMethod.DIGITAL,
                recipient_kind=RecipientKind.CONSUMER,
                consumer_id=consumer,
            ),
        )[0]
        for each, consumer in found.items()
    }
    assert refused == {"pending": {"CO-03"}, "active": set(), "declined": {"CO-03"}}


def test_a_repeated_reprint_is_warned_of(ministry: Ministry) -> None:
    """CO-17: to the same recipient while one is open, or within 30 days of it; a cancelled one does not count."""
    (item,) = ministry.ordered()
    college = ReprintDetails(
        recipient_kind=RecipientKind.ORGANISATION, recipient="Bow College", address=CALGARY_ADDRESS
    )
    other = {"recipient_kind": RecipientKind.ORGANISATION, "recipient": "BOW COLLEGE"}
    reprint = ministry.reprint(item, **other, address=dict(CALGARY_ADDRESS), follows_student=False)
    assert judged(ministry, item, college)[1] == {"CO-17"}
    assert judged(ministry, item, ReprintDetails())[1] == set()
    with ministry.installation.database.write() as session:
        items_ = table(OrderItem)
        delivered = update(items_).where(items_.c.id == reprint).values(state=ItemState.DELIVERED)
        session.connection().execute(delivered)
    assert judged(ministry, item, college)[1] == {"CO-17"}
    ministry.wait(days=30)
    assert judged(ministry, item, college)[1] == {"CO-17"}
    ministry.wait(seconds=1)
    assert judged(ministry, item, college)[1] == set()


def test_a_legacy_credential_is_only_reprinted(ministry: Ministry) -> None:
    """CO-04 holds for a legacy credential, and for a first-run made elsewhere; not once the first-run is cancelled."""
    (item,) = ministry.ordered()
    ministry.do("cancel", [item], reason="OrderedInError")
    assert judged(ministry, item, ReprintDetails())[0] == {"CO-04"}
    credential = ministry.item(item).credential_id
    ministry.change_credential(credential, first_run_on=ministry.today - timedelta(days=400))
    assert judged(ministry, item, ReprintDetails())[0] == set()
    ministry.change_credential(credential, first_run_on=None, number=None, legacy_number="A77")
    assert judged(ministry, item, ReprintDetails())[0] == set()
    ministry.change_credential(credential, state=CredentialState.DELETED)
    assert judged(ministry, item, ReprintDetails())[0] == {"44016"}


def test_details_come_back_as_they_were_stored() -> None:
    """A draft line keeps what was chosen, dates and codes included."""
    details = ReprintDetails(copies=3, control_date=None, recipient="Zoë", address=CALGARY_ADDRESS)
    assert ReprintDetails.restored(details.stored()) == details


def test_a_nameless_person_begins_no_cart(ministry: Ministry) -> None:
    """What a cart's owner is called, and where mail goes, is checked before anything is stored."""
    faults = cart.begin(ministry.installation, Actor(Role.PUBLIC, ""), email="nobody")
    assert isinstance(faults, list)
    assert {each.field for each in faults} == {"requested_by", "email"}
    assert ministry.rows(DocumentOrder) == []


def test_a_malformed_change_leaves_the_line_as_it_is(ministry: Ministry) -> None:
    """A country that does not exist, and a consumer who is not named, are said at once; the line stays."""
    order = filled(ministry)
    before = ministry.fingerprint()
    wrong = {"certification_country": "XX", "recipient_kind": RecipientKind.CONSUMER}
    changed = cart.edit_line(ministry.installation, order, 1, wrong, MAYA)
    assert [each.code for each in changed.faults] == ["consumer_missing", "certification_country_unknown"]
    assert ministry.fingerprint() == before


def test_the_public_orders_in_nobody_elses_name(ministry: Ministry) -> None:
    """As it begins no cart on behalf of somebody: neither a new line nor a changed one says so. Student Records may."""
    order = filled(ministry)
    before = ministry.fingerprint()
    line = 1
    edited = cart.edit_line(ministry.installation, order, line, {"requested_by": "Mallory"}, MAYA)
    added = cart.add_line(ministry.installation, order, 1, ReprintDetails(requested_by="Mallory"), MAYA)
    for each in (edited, added):
        assert [fault.code for fault in each.faults] == ["requested_by_for_nobody_else"]
    assert ministry.fingerprint() == before
    own = cart.edit_line(ministry.installation, order, line, {"requested_by": MAYA.name}, MAYA)
    clerks = cart.edit_line(ministry.installation, order, line, {"requested_by": "Mallory"}, CLERK)
    assert (own.faults, clerks.faults) == ((), ())


def test_a_line_is_named_after_its_consumer(ministry: Ministry) -> None:
    """The recipient of a digital line is what its consumer is called; an unknown one is left to the rules."""
    order = filled(ministry)
    values = {"email_domain": "example.org", "email": "in@example.org", "language": "en", "version": 0}
    college = ministry._insert(
        Consumer, name="Bow College", state=ConsumerState.ACTIVE, history_hash="", **values
    )
    for consumer, name in ((college, "Bow College"), (college + 1, "Bow College")):
        change = {"recipient_kind": RecipientKind.CONSUMER, "consumer_id": consumer}
        assert not cart.edit_line(ministry.installation, order, 1, change, MAYA).faults
        assert ministry.rows(DraftLine)[0].details["recipient"] == name


def test_a_placed_order_loses_no_line(ministry: Ministry) -> None:
    """What is ordered is immutable: a line is neither left out nor changed (60113)."""
    order = filled(ministry)
    checkout.place(ministry.installation, order, MAYA)
    before = ministry.fingerprint()
    for refused in (
        cart.remove_line(ministry.installation, order, 1, MAYA),
        cart.edit_line(ministry.installation, order, 1, {"copies": 2}, MAYA),
    ):
        assert "60113" in {reason.code for reason in refused.reasons}
    assert ministry.fingerprint() == before


def test_orders_are_found_by_state_and_owner(ministry: Ministry) -> None:
    """A person sees the own orders alone; one whose name is not known sees none."""
    placed, waiting = filled(ministry), filled(ministry)
    checkout.place(ministry.installation, placed, MAYA)

    def found(actor: Actor, **chosen: Any) -> list[str]:
        with ministry.installation.database.read() as session:
            source = ministry.installation.source(session)
            page, _ = find_orders(source, OrderFilter(**chosen), actor, 0, 100)
        return [each["number"] for each in page]

    assert found(MAYA, state=OrderState.UNDER_CONSTRUCTION) == [checkout.order_number(waiting)]
    assert found(CLERK, requested_by="maya") == [checkout.order_number(each) for each in (placed, waiting)]
    assert set(found(CLERK)) > set(found(CLERK, requested_by="maya"))
    assert found(NOAH) == found(Actor(Role.PUBLIC)) == []


def test_what_a_cart_was_refused_on_is_kept(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order's own decision and each line's: tomorrow's rules can be asked about a cart that was never placed."""
    order = filled(ministry, ReprintDetails(), ReprintDetails(copies=11))
    assert checkout.place(ministry.installation, order, MAYA).decision

    def differing() -> list[Difference]:
        with ministry.installation.database.read() as session:
            found = replay(ministry.installation.source(session), Chosen(event="order_reprint"))
        assert found.decisions == 2
        return [each.kind for each in found.differing]

    assert differing() == []
    monkeypatch.setattr(REGISTRY["CO-02"], "check", lambda _line, _facts: True)
    assert differing() == [Difference.ALLOWED_NOW]
