"""The service, noun by noun."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from orders_client.bulk import BulkRuns
from orders_client.carts import Carts
from orders_client.credentials import Credentials
from orders_client.items import Items
from orders_client.people import People
from orders_client.print_jobs import PrintJobs
from orders_client.transport import Sender
from orders_client.work import Work


class Orders:
    """The service as one caller sees it: a token, and perhaps the role and person for whom it acts."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        acting: str | None = None,
        connections: Sequence[str] = (),
        language: str = "en",
        attempts: int = 5,
        patience: float = 60.0,
        http: httpx.Client | None = None,
    ) -> None:
        """``acting`` is ``ROLE`` or ``ROLE:NAME``; ``connections`` are the ASNs of a member of the public's students.

        What may be sent again is sent at most ``attempts`` times, with at most ``patience`` seconds of waiting in all.
        """
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        if acting is not None:
            headers["Orders-As"] = quote(acting, safe=":@.")
        if connections:
            headers["Orders-Connections"] = ",".join(connections)
        tried = {"attempts": attempts, "patience": patience}
        self._given: dict[str, Any] = {"url": url, "token": token, "language": language, **tried}
        self._http = http or httpx.Client(base_url=url, timeout=70.0)
        self.send = Sender(self._http, headers, attempts, patience)
        self.items = Items(self.send)
        self.credentials = Credentials(self.send)
        self.carts = Carts(self.send)
        self.print_jobs = PrintJobs(self.send)
        self.bulk = BulkRuns(self.send)
        self.people = People(self.send)
        self.work = Work(self.send)

    def as_(self, acting: str, *connections: str) -> "Orders":
        """A client of the service that acts for somebody else, over this one's connections."""
        return Orders(**self._given, acting=acting, connections=connections, http=self._http)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the connections back."""
        self.close()
