"""What follows in the weeks after a wave: reorders, reprints, digital documents, a courier, a cart left alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from models.codes import (
    DeliveryMethod,
    ItemState,
    Language,
    RecipientKind,
    ReorderReason,
    Role,
    StatusReason,
)
from models.credentials import Credential
from models.orders import OrderItem, parse_item_number
from workflows.command import Actor, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.special_handling import SPECIAL_HANDLING
from workflows.engine.engine import apply
from workflows.installation import Installation
from workflows.operations.carts import cart, checkout
from workflows.operations.delivery import consumers, download
from workflows.operations.ordering.reorder import reorder
from workflows.operations.ordering.reprint import reprint
from workflows.operations.ordering.reprint_line import ReprintDetails
from workflows.source import table

CLERK = Actor(Role.STUDENT_RECORDS, "demo")
_CITIZEN = Actor(Role.PUBLIC, "demo-citizen")
_USER = Actor(Role.DOD_CONSUMER, "registrar@bowriver.example")
_CALGARY: Mapping[str, Any] = {
    "lines": ["800 Macleod Trail SE"],
    "city": "Calgary",
    "province": "AB",
    "postal_code": "T2P 2M5",
    "country": "CA",
}
_ELSEWHERE = {"address": _CALGARY, "follows_student": False}


class Sequel:
    """Told with real operations; ``produce`` processes, prints and hands over what was ordered."""

    def __init__(
        self,
        installation: Installation,
        sample: Callable[[ItemState, int], list[int]],
        produce: Callable[[], None],
    ) -> None:
        """``sample`` draws items of a state."""
        self._installation, self._sample, self._produce = installation, sample, produce

    def tell(self) -> None:
        """Carry out every part of the sequel, in order."""
        self._reorder_what_came_back()
        self._reprint()
        self._deliver_digitally()
        self._leave_a_cart()

    def _command(self, event: str, actor: Actor = CLERK, **fields: Any) -> Command:
        return Command(event, actor, self._installation.now(), **fields)

    def _later(self, days: int) -> Installation:
        """The installation with its clock moved on by ``days``."""
        clock = self._installation.now() + timedelta(days=days)
        settings = self._installation.settings.model_copy(update={"clock": clock})
        return replace(self._installation, settings=settings)

    def _reorder_what_came_back(self) -> None:
        """Some envelopes that came back go again to a new address; the first of them comes back once more."""
        returned = self._sample(ItemState.FAILED, 4)
        made = [self._reorder(item, ReorderReason.RETURNED_BAD_ADDRESS) for item in returned]
        again = [item for item in made if item is not None]
        self._produce()
        for item in again[:1]:
            self._do("fail", [item], StatusReason.UNCLAIMED)
            self._reorder(item, ReorderReason.LOST_IN_MAIL)
        self._produce()

    def _reorder(self, item: int, reason: ReorderReason) -> int | None:
        done = reorder(self._installation, item, self._command("reorder", reason=reason.value), _ELSEWHERE)
        return self._id(done.item)

    def _reprint(self) -> None:
        """A school and a student ask for more copies; one wants a courier, and has sent no waybill yet."""
        wanted = (
            ReprintDetails(copies=2),
            ReprintDetails(
                recipient_kind=RecipientKind.ORGANISATION,
                recipient="University of Bow River",
                address=_CALGARY,
            ),
            ReprintDetails(delivery_method=DeliveryMethod.COURIER),
        )
        numbers = self._numbers(len(wanted))
        placed = [self._place(*pair) for pair in zip(numbers, wanted, strict=False)]
        self._produce()
        if len(placed) == len(wanted) and (courier := placed[-1]) is not None:
            with self._installation.database.write() as session:
                source = self._installation.source(session)
                apply(source, SPECIAL_HANDLING, [courier], self._command("start"))

    def _deliver_digitally(self) -> None:
        """A university downloads one document, and lets another expire."""
        name, domain = "University of Bow River", "bowriver.example"
        made = consumers.register(
            self._installation, name, domain, f"registrar@{domain}", Language.EN, self._command("register")
        )
        if not isinstance(made, int):
            return
        consumers.change_consumer(self._installation, made, self._command("activate"))
        details = ReprintDetails(
            delivery_method=DeliveryMethod.DIGITAL, recipient_kind=RecipientKind.CONSUMER, consumer_id=made
        )
        placed = [self._place(number, details) for number in self._numbers(2)]
        self._produce()
        ready = [item for item in placed if item is not None]
        for item in ready[:1]:
            download.download(self._installation, item, self._command("download", _USER))
        download.expire(self._later(self._installation.settings.link_days + 1), ready[1:])

    def _leave_a_cart(self) -> None:
        """Somebody begins an order and does not come back."""
        order = cart.begin(self._installation, _CITIZEN)
        if not isinstance(order, int):
            return
        for item in self._sample(ItemState.DELIVERED, 1):
            with self._installation.database.read() as session:
                (row,) = self._installation.source(session).rows(OrderItem, table(OrderItem).c.id == item)
            cart.add_line(self._installation, order, row.credential_id, ReprintDetails(), _CITIZEN)
        checkout.abandon_idle(self._later(31), [order])

    def _place(self, number: str, details: ReprintDetails) -> int | None:
        done = reprint(self._installation, number, details, self._command("place"))
        return None if done is None else self._id(done.item)

    def _numbers(self, count: int) -> list[str]:
        """The credential numbers of delivered documents."""
        items = self._sample(ItemState.DELIVERED, count)
        with self._installation.database.read() as session:
            source = self._installation.source(session)
            rows = source.rows(OrderItem, table(OrderItem).c.id.in_(items))
            found = source.rows(Credential, table(Credential).c.id.in_([row.credential_id for row in rows]))
        return [row.number for row in found if row.number]

    def _do(self, event: str, ids: Iterable[int], reason: StatusReason) -> None:
        with self._installation.database.write() as session:
            apply(
                self._installation.source(session), ORDER_ITEM, ids, self._command(event, reason=reason.value)
            )

    def _id(self, number: str | None) -> int | None:
        """The id of an item by its number."""
        key = parse_item_number(number or "")
        if key is None:
            return None
        columns = table(OrderItem).c
        with self._installation.database.read() as session:
            source = self._installation.source(session)
            (row,) = source.rows(OrderItem, columns.order_id == key[0], columns.item_no == key[1])
        return int(row.id)
