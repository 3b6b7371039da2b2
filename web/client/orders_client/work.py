"""What waits for a person, what was told to people, what a document's code says, and what the rules are."""

from typing import Any

from orders_client.noun import Noun


class Work(Noun):
    """What there is to look at."""

    def handling(self, **filters: Any) -> list[dict[str, Any]]:
        """Special handling that is to be done."""
        return self._send.get("/api/special-handling", **filters)["handling"]

    def deceased(self) -> list[dict[str, Any]]:
        """Documents under way of the deceased."""
        return self._send.get("/api/work-lists/deceased")["items"]

    def refunds(self) -> list[dict[str, Any]]:
        """Refunds that are due."""
        return self._send.get("/api/work-lists/refunds")["items"]

    def messages(self, **filters: Any) -> list[dict[str, Any]]:
        """What people were told, the newest first."""
        return self._send.get("/api/messages", **filters)["messages"]

    def message(self, number: int) -> dict[str, Any]:
        """A message with its text."""
        return self._send.get(f"/api/messages/{number}")

    def counts(self) -> dict[str, int]:
        """How many items are in each state."""
        return self._send.get("/api/order-items/counts")["items"]

    def verify(self, code: str) -> dict[str, Any]:
        """What a document's code says about it."""
        return self._send.get(f"/api/verification/{code}")

    def rules(self) -> list[dict[str, Any]]:
        """Every rule with its texts, and who can fix what it refuses."""
        return self._send.get("/api/rules")["rules"]

    def rule(self, code: str) -> dict[str, Any]:
        """One rule by its code."""
        return self._send.get(f"/api/rules/{code}")
