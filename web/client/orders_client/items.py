"""Order items."""

from collections.abc import Iterator
from typing import Any

from orders_client.noun import Noun
from orders_client.shapes import Event, HandlingEvent, HistoryRow, Item, ItemDone
from orders_client.transport import Version


class Items(Noun):
    """Order items."""

    def listed(self, **filters: Any) -> Iterator[Item]:
        """All items that ``state, error, print_job, asn`` take, page by page."""
        return self._pages("/api/order-items", "items", limit=1000, **filters)

    def csv(self, **filters: Any) -> str:
        """All items that the filters take, as CSV for a spreadsheet."""
        return self._csv("/api/order-items.csv", **filters)

    def show(self, number: str) -> Item:
        """One item."""
        return self._send.get(f"/api/order-items/{number}")

    def history(self, number: str) -> list[HistoryRow]:
        """Everything that happened to it, oldest first."""
        return self._send.get(f"/api/order-items/{number}/history")["history"]

    def can(self, number: str) -> dict[str, Event]:
        """Every event by name: allowed, or all the reasons why not."""
        events = self._send.get(f"/api/order-items/{number}/transitions")["events"]
        return {each["event"]: each for each in events}

    def document(self, number: str, *, unofficial: bool = False) -> bytes:
        """The stored PDF."""
        return self._file(f"/api/order-items/{number}/document", unofficial=unofficial)

    def do(
        self,
        number: str,
        event: str,
        *,
        version: int | None = None,
        reason: str | None = None,
        note: str | None = None,
        key: str | None = None,
    ) -> ItemDone:
        """Make an event happen. Without a ``version`` whatever the item is by then is taken, as far as rules allow it."""
        path = f"/api/order-items/{number}/transitions/{event}"
        body = {"reason": reason, "note": note}
        return self._send.change("POST", path, body, version=_based_on(version), key=key)

    def edit(
        self, number: str, *, version: int | None = None, key: str | None = None, **fields: Any
    ) -> ItemDone:
        """Change where it goes, how, in which language or when; ``version`` as with :meth:`do`."""
        path = f"/api/order-items/{number}"
        return self._send.change("PATCH", path, fields, version=_based_on(version), key=key)

    def reorder(
        self, number: str, reason: str, *, version: int | None = None, key: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Order it again."""
        path = f"/api/order-items/{number}/reorder"
        return self._send.change("POST", path, {"reason": reason, **fields}, version=version, key=key)

    def new_link(self, number: str, *, version: int | None = None, key: str | None = None) -> ItemDone:
        """A new link for a digital document."""
        return self._send.change("POST", f"/api/order-items/{number}/new-link", version=version, key=key)

    def refund(self, number: str, *, version: int | None = None, key: str | None = None) -> ItemDone:
        """Record that it was refunded."""
        return self._send.change("POST", f"/api/order-items/{number}/refund", version=version, key=key)

    def handle(
        self,
        number: str,
        event: HandlingEvent,
        *,
        version: int | None = None,
        key: str | None = None,
        **fields: Any,
    ) -> ItemDone:
        """Take its special handling on, hand it to somebody, or complete it."""
        path = f"/api/order-items/{number}/special-handling/{event}"
        return self._send.change("POST", path, fields, version=version, key=key)

    def attach_waybill(self, data: bytes, *numbers: str, key: str | None = None) -> dict[str, Any]:
        """Put a waybill on items that go by courier."""
        return self._send.upload("POST", "/api/waybills", data, item=list(numbers), key=key)


def _based_on(version: int | None) -> Version:
    """The service wants it said where nothing was looked at before."""
    return "*" if version is None else version
