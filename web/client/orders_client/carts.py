"""Document orders."""

from collections.abc import Iterator
from typing import Any

from orders_client.noun import Noun
from orders_client.shapes import OrderEvent


class Carts(Noun):
    """Document orders, from the cart on."""

    def listed(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """All orders that the caller may see."""
        return self._pages("/api/orders", "orders", limit=1000, **filters)

    def begin(self, *, key: str | None = None, **body: Any) -> str:
        """A new cart; gives its number."""
        return self._send.change("POST", "/api/orders", body, key=key)["order"]

    def show(self, order: str) -> dict[str, Any]:
        """An order with its lines, items and ``version``."""
        return self._send.get(f"/api/orders/{order}")

    def add(
        self,
        order: str,
        asn: str,
        credential: str,
        *,
        version: int | None = None,
        key: str | None = None,
        **body: Any,
    ) -> int:
        """Put a reprint into it; gives the line."""
        wanted = {"asn": asn, "credential": credential, **body}
        return self._send.change("POST", f"/api/orders/{order}/lines", wanted, version=version, key=key)[
            "line"
        ]

    def edit(
        self, order: str, line: int, *, version: int | None = None, key: str | None = None, **body: Any
    ) -> None:
        """Change a line."""
        self._send.change("PATCH", f"/api/orders/{order}/lines/{line}", body, version=version, key=key)

    def remove(self, order: str, line: int, *, version: int | None = None, key: str | None = None) -> None:
        """Leave a line out."""
        self._send.change("DELETE", f"/api/orders/{order}/lines/{line}", version=version, key=key)

    def waybill(
        self, order: str, line: int, data: bytes, *, version: int | None = None, key: str | None = None
    ) -> None:
        """The courier's waybill of a line."""
        path = f"/api/orders/{order}/lines/{line}/waybill"
        self._send.upload("PUT", path, data, version=version, key=key)

    def review(self, order: str) -> dict[str, Any]:
        """What refuses and what warns, line by line, and the amount."""
        return self._send.get(f"/api/orders/{order}/review")

    def do(
        self, order: str, what: OrderEvent, *, version: int | None = None, key: str | None = None
    ) -> dict[str, Any]:
        """Place it, pay for it, or leave it."""
        return self._send.change("POST", f"/api/orders/{order}/{what}", version=version, key=key)
