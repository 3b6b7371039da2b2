"""The service, noun by noun."""

import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import quote

import httpx

from orders_client.shapes import Done, Item, Run
from orders_client.transport import Sender


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
        http: httpx.Client | None = None,
    ) -> None:
        """``acting`` is ``ROLE`` or ``ROLE:NAME``; ``connections`` are the ASNs of a member of the public's students."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        if acting is not None:
            headers["Orders-As"] = quote(acting, safe=":@.")
        if connections:
            headers["Orders-Connections"] = ",".join(connections)
        self._given: dict[str, Any] = {"url": url, "token": token, "language": language, "attempts": attempts}
        self._http = http or httpx.Client(base_url=url, timeout=70.0)
        self.send = Sender(self._http, headers, attempts)
        self.items = Items(self.send)
        self.credentials = Credentials(self.send)
        self.carts = Carts(self.send)
        self.print_jobs = PrintJobs(self.send)
        self.bulk = BulkRuns(self.send)
        self.people = People(self.send)
        self.work = Work(self.send)

    def as_(self, acting: str, *connections: str) -> "Orders":
        """The same service for somebody else, over the same connections."""
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


class _Noun:
    def __init__(self, send: Sender) -> None:
        self._send = send

    def _pages(self, path: str, name: str, /, **filters: Any) -> Iterator[Any]:
        after: str | None = None
        while True:
            page = self._send.get(path, after=after, **filters)
            yield from page[name]
            after = page["next"]
            if after is None:
                return


class Items(_Noun):
    """Order items."""

    def listed(self, **filters: Any) -> Iterator[Item]:
        """All items that ``state, error, print_job, asn`` take, page by page."""
        return self._pages("/api/order-items", "items", limit=1000, **filters)

    def show(self, number: str) -> Item:
        """One item."""
        return cast("Item", self._send.get(f"/api/order-items/{number}"))

    def history(self, number: str) -> list[dict[str, Any]]:
        """Everything that happened to it, oldest first."""
        return cast("list[dict[str, Any]]", self._send.get(f"/api/order-items/{number}/history")["history"])

    def can(self, number: str) -> dict[str, dict[str, Any]]:
        """Every event by name: allowed, or all the reasons why not."""
        events = self._send.get(f"/api/order-items/{number}/transitions")["events"]
        return {each["event"]: each for each in events}

    def document(self, number: str, *, unofficial: bool = False) -> bytes:
        """The stored PDF."""
        return self._send.send(
            "GET", f"/api/order-items/{number}/document", params={"unofficial": unofficial}
        ).content

    def do(
        self,
        number: str,
        event: str,
        *,
        version: int | None = None,
        reason: str | None = None,
        note: str | None = None,
        key: str | None = None,
    ) -> Done:
        """Make an event happen, based on ``version``; without one, on the version that the item has now."""
        known = version if version is not None else self.show(number)["version"]
        path = f"/api/order-items/{number}/transitions/{event}"
        done = self._send.change("POST", path, {"reason": reason, "note": note}, version=known, key=key)
        return cast("Done", done)

    def edit(self, number: str, *, version: int | None = None, **fields: Any) -> Done:
        """Change where it goes, how, in which language or when."""
        known = version if version is not None else self.show(number)["version"]
        return cast("Done", self._send.change("PATCH", f"/api/order-items/{number}", fields, version=known))

    def reorder(self, number: str, reason: str, **fields: Any) -> dict[str, Any]:
        """Order it again."""
        body = {"reason": reason, **fields}
        return cast("dict[str, Any]", self._send.change("POST", f"/api/order-items/{number}/reorder", body))

    def new_link(self, number: str) -> Done:
        """A new link for a digital document."""
        return cast("Done", self._send.change("POST", f"/api/order-items/{number}/new-link"))

    def refund(self, number: str) -> Done:
        """Record that it was refunded."""
        return cast("Done", self._send.change("POST", f"/api/order-items/{number}/refund"))

    def handle(self, number: str, event: str, **fields: Any) -> Done:
        """``start``, ``complete`` or ``assign`` its special handling."""
        path = f"/api/order-items/{number}/special-handling/{event}"
        return cast("Done", self._send.change("POST", path, fields))

    def attach_waybill(self, data: bytes, *numbers: str) -> dict[str, Any]:
        """Put a waybill on items that go by courier."""
        sent = self._send.upload("POST", "/api/waybills", data, item=list(numbers))
        return cast("dict[str, Any]", sent.json())


class Credentials(_Noun):
    """Credentials, awards and the ministry's orders."""

    def listed(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """All credentials that the filters take, page by page."""
        return self._pages("/api/credentials", "credentials", limit=1000, **filters)

    def csv(self, **filters: Any) -> str:
        """The same for a spreadsheet."""
        return self._send.send("GET", "/api/credentials.csv", params=filters).content.decode("utf-8-sig")

    def find(self, number: str) -> list[dict[str, Any]]:
        """What has this number: active, superseded or legacy."""
        return cast("list[dict[str, Any]]", self._send.get(f"/api/credentials/{number}")["credentials"])

    def history(self, number: str) -> list[dict[str, Any]]:
        """Everything that happened to a number, oldest first."""
        return cast("list[dict[str, Any]]", self._send.get(f"/api/credentials/{number}/history")["history"])

    def award(self, asn: str, credential_type: str, **body: Any) -> dict[str, Any]:
        """Award, and order the first-run with ``order=True``."""
        path = f"/api/students/{asn}/credentials/{credential_type}/award"
        return cast("dict[str, Any]", self._send.change("POST", path, body))

    def first_run(self, number: str, **body: Any) -> dict[str, Any]:
        """Order the first-run."""
        return self._do(number, "first-run", body)

    def reprint(self, number: str, **body: Any) -> dict[str, Any]:
        """Order a reprint."""
        return self._do(number, "reprints", body)

    def reissue(self, number: str, **body: Any) -> dict[str, Any]:
        """Give it a new number."""
        return self._do(number, "reissue", body)

    def delete(self, number: str, reason: str, note: str | None = None) -> dict[str, Any]:
        """Delete the number."""
        return self._do(number, "delete", {"reason": reason, "note": note})

    def undelete(self, number: str) -> dict[str, Any]:
        """Restore it."""
        return self._do(number, "undelete", {})

    def undo_supersession(self, number: str) -> dict[str, Any]:
        """Make a superseded number the active one again."""
        return self._do(number, "undo-supersession", {})

    def _do(self, number: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
        return cast("dict[str, Any]", self._send.change("POST", f"/api/credentials/{number}/{what}", body))


class Carts(_Noun):
    """Document orders."""

    def listed(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """All orders that the caller may see."""
        return self._pages("/api/orders", "orders", limit=1000, **filters)

    def begin(self, **body: Any) -> str:
        """A new cart; gives its number."""
        return cast("str", self._send.change("POST", "/api/orders", body)["order"])

    def show(self, order: str) -> dict[str, Any]:
        """An order with its lines and items."""
        return cast("dict[str, Any]", self._send.get(f"/api/orders/{order}"))

    def add(self, order: str, asn: str, credential: str, **body: Any) -> int:
        """Put a reprint into it; gives the line."""
        wanted = {"asn": asn, "credential": credential, **body}
        return cast("int", self._send.change("POST", f"/api/orders/{order}/lines", wanted)["line"])

    def edit(self, order: str, line: int, **body: Any) -> None:
        """Change a line."""
        self._send.change("PATCH", f"/api/orders/{order}/lines/{line}", body)

    def remove(self, order: str, line: int) -> None:
        """Leave a line out."""
        self._send.change("DELETE", f"/api/orders/{order}/lines/{line}")

    def waybill(self, order: str, line: int, data: bytes) -> None:
        """The courier's waybill of a line."""
        self._send.upload("PUT", f"/api/orders/{order}/lines/{line}/waybill", data)

    def review(self, order: str) -> dict[str, Any]:
        """What refuses and what warns, line by line, and the amount."""
        return cast("dict[str, Any]", self._send.get(f"/api/orders/{order}/review"))

    def do(self, order: str, what: str) -> dict[str, Any]:
        """``place``, ``pay``, ``retry-payment``, ``reopen``, ``abandon`` or ``fail-payment``."""
        return cast("dict[str, Any]", self._send.change("POST", f"/api/orders/{order}/{what}"))


class PrintJobs(_Noun):
    """Print jobs."""

    def listed(self) -> list[dict[str, Any]]:
        """All of them."""
        return cast("list[dict[str, Any]]", self._send.get("/api/print-jobs")["print_jobs"])

    def show(self, job: str) -> dict[str, Any]:
        """One with its history."""
        return cast("dict[str, Any]", self._send.get(f"/api/print-jobs/{job}"))

    def file(self, job: str) -> bytes:
        """The print file."""
        return self._send.send("GET", f"/api/print-jobs/{job}/file").content

    def manifest(self, job: str) -> dict[str, Any]:
        """The manifest."""
        return cast("dict[str, Any]", self._send.get(f"/api/print-jobs/{job}/manifest"))

    def do(self, job: str, what: str, **body: Any) -> Done:
        """``release``, ``transmit``, ``reconcile``, ``resend`` or ``discard``."""
        return cast("Done", self._send.change("POST", f"/api/print-jobs/{job}/{what}", body or None))

    def acknowledge(self, job: str, receipts: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """What the provider reports."""
        path = f"/api/print-jobs/{job}/acknowledge"
        return cast("dict[str, Any]", self._send.change("POST", path, {"receipts": list(receipts)}))

    def acknowledge_csv(self, job: str, text: str) -> dict[str, Any]:
        """The same from a CSV."""
        sent = self._send.upload("POST", f"/api/print-jobs/{job}/acknowledge", text.encode(), "text/csv")
        return cast("dict[str, Any]", sent.json())


class BulkRuns(_Noun):
    """Many at a time."""

    def do(self, event: str, *, dry_run: bool = False, key: str | None = None, **body: Any) -> dict[str, Any]:
        """An event for ``items=[…]`` or ``filter={…}``; where they are many, a run in the background."""
        path = f"/api/order-items/transitions/{event}"
        return cast("dict[str, Any]", self._send.change("POST", path, body, key=key, dry_run=dry_run))

    def award_and_order(self, types: Sequence[str], *, preview: bool = False, **body: Any) -> dict[str, Any]:
        """Award and order in bulk: a preview, or a run in the background."""
        wanted = {"types": list(types), **body}
        path = "/api/credentials/award-and-order"
        return cast("dict[str, Any]", self._send.change("POST", path, wanted, preview=preview))

    def show(self, run: int) -> Run:
        """How far a run is."""
        return cast("Run", self._send.get(f"/api/bulk-runs/{run}"))

    def wait(self, run: int, seconds: float = 600, pause: float = 0.2) -> Run:
        """The run when it is over; raises TimeoutError where it is not in time."""
        end = time.monotonic() + seconds
        while (found := self.show(run))["state"] == "running":
            if time.monotonic() > end:
                raise TimeoutError(f"bulk run {run} is at {found['finished']} of {found['selected']}")
            time.sleep(pause)
        return found

    def outcomes(self, run: int) -> Iterator[dict[str, Any]]:
        """The outcome of each subject."""
        return self._pages(f"/api/bulk-runs/{run}/outcomes", "outcomes", limit=1000)

    def csv(self, run: int) -> str:
        """The same for a spreadsheet."""
        return self._send.send("GET", f"/api/bulk-runs/{run}/outcomes.csv").content.decode("utf-8-sig")


class People(_Noun):
    """Students, consumers, and what these download."""

    def student(self, asn: str, what: str, **body: Any) -> dict[str, Any]:
        """``hold``, ``end-hold``, ``deceased`` or ``move``."""
        return cast("dict[str, Any]", self._send.change("POST", f"/api/students/{asn}/{what}", body or None))

    def consumers(self, state: str | None = None) -> list[dict[str, Any]]:
        """The digital document consumers."""
        return cast("list[dict[str, Any]]", self._send.get("/api/consumers", state=state)["consumers"])

    def register(self, **body: Any) -> int:
        """Register a consumer; gives its id."""
        return cast("int", self._send.change("POST", "/api/consumers", body)["consumer"])

    def consumer(self, number: int, event: str) -> Done:
        """``activate``, ``decline`` or ``reconsider``."""
        return cast("Done", self._send.change("POST", f"/api/consumers/{number}/{event}"))

    def downloads(self) -> list[dict[str, Any]]:
        """What the user's organisation may download."""
        return cast("list[dict[str, Any]]", self._send.get("/api/downloads")["downloads"])

    def download(self, number: str, link: str | None = None) -> bytes:
        """The official PDF."""
        return self._send.send("POST", f"/api/downloads/{number}", json={"link": link}).content


class Work(_Noun):
    """What waits for a person, what was told to people, and what a document's code says."""

    def handling(self, **filters: Any) -> list[dict[str, Any]]:
        """Special handling that is to be done."""
        return cast("list[dict[str, Any]]", self._send.get("/api/special-handling", **filters)["handling"])

    def deceased(self) -> list[dict[str, Any]]:
        """Documents under way of the deceased."""
        return cast("list[dict[str, Any]]", self._send.get("/api/work-lists/deceased")["items"])

    def refunds(self) -> list[dict[str, Any]]:
        """Refunds that are due."""
        return cast("list[dict[str, Any]]", self._send.get("/api/work-lists/refunds")["items"])

    def messages(self, **filters: Any) -> list[dict[str, Any]]:
        """What people were told, the newest first."""
        return cast("list[dict[str, Any]]", self._send.get("/api/messages", **filters)["messages"])

    def counts(self) -> dict[str, int]:
        """How many items are in each state."""
        return cast("dict[str, int]", self._send.get("/api/order-items/counts")["items"])

    def verify(self, code: str) -> dict[str, Any]:
        """What a document's code says about it."""
        return cast("dict[str, Any]", self._send.get(f"/api/verification/{code}"))
