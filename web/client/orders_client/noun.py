"""What the service's nouns have in common."""

from collections.abc import Iterator
from typing import Any

from orders_client.transport import Sender


class Noun:
    """A part of the service.

    Every change takes a ``key``, by which it can be repeated without being made twice, and a ``version`` where the service
    heeds one: what was changed since the caller saw that version is left alone, and :class:`StaleVersionError` raised.
    """

    def __init__(self, send: Sender) -> None:
        """Ask by way of ``send``."""
        self._send = send

    def _pages(self, path: str, name: str, /, **filters: Any) -> Iterator[Any]:
        after: str | None = None
        while True:
            page = self._send.get(path, after=after, **filters)
            yield from page[name]
            after = page["next"]
            if after is None:
                return

    def _file(self, path: str, **params: Any) -> bytes:
        return self._send.send("GET", path, params=params).content

    def _csv(self, path: str, **filters: Any) -> str:
        """A file for a spreadsheet, without the mark that tells a spreadsheet its encoding."""
        return self._file(path, **filters).decode("utf-8-sig")
