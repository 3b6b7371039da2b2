"""Students, consumers, and what these download."""

from typing import Any

from orders_client.noun import Noun
from orders_client.shapes import Consumer, ConsumerDone, ConsumerEvent, StudentChange


class People(Noun):
    """Whom documents are for."""

    def student(
        self, asn: str, what: StudentChange, *, key: str | None = None, **body: Any
    ) -> dict[str, Any]:
        """Hold everything of a student or end that, flag a death, or tell a new address."""
        return self._send.change("POST", f"/api/students/{asn}/{what}", body or None, key=key)

    def consumers(self, state: str | None = None) -> list[Consumer]:
        """The digital document consumers."""
        return self._send.get("/api/consumers", state=state)["consumers"]

    def show_consumer(self, number: int) -> Consumer:
        """One of them with its history."""
        return self._send.get(f"/api/consumers/{number}")

    def register(self, *, key: str | None = None, **body: Any) -> int:
        """Register a consumer; gives its id."""
        return self._send.change("POST", "/api/consumers", body, key=key)["consumer"]

    def consumer(
        self, number: int, event: ConsumerEvent, *, version: int | None = None, key: str | None = None
    ) -> ConsumerDone:
        """Let a consumer in, or not."""
        return self._send.change("POST", f"/api/consumers/{number}/{event}", version=version, key=key)

    def downloads(self) -> list[dict[str, Any]]:
        """What the user's organisation may download."""
        return self._send.get("/api/downloads")["downloads"]

    def download(self, number: str, link: str | None = None) -> bytes:
        """The official PDF. The first download delivers it, and later ones change nothing, so none needs a key."""
        return self._send.send("POST", f"/api/downloads/{number}", json={"link": link}).content
