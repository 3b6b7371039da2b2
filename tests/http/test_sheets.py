"""Lists for spreadsheets: all rows, a page at a time."""

import asyncio
import csv
import io
from collections.abc import Callable

import httpx
import pytest
from orders_client import Orders
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from models.codes import ItemState
from tests.ministry import CLERK, Ministry
from web.limits import Limits
from workflows.command import Command
from workflows.finding import paging
from workflows.operations.bulk import chunks
from workflows.operations.bulk.bulk_change import begin_change

SHEETS = ["/api/order-items.csv", "/api/credentials.csv"]


def rows(text: str) -> list[dict[str, str]]:
    """What a spreadsheet shows."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_a_sheet_has_every_row_once(
    ministry: Ministry, clerk: Orders, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """However many fit on a page; under one header, flags as in an extract."""
    monkeypatch.setattr(paging, "ROWS_AT_ONCE", size)
    ministry.in_state(ItemState.RENDERED, 5)
    items = rows(clerk.items.csv())
    assert [each["number"] for each in items] == [each["number"] for each in clerk.items.listed()]
    assert len(items) == 5
    credentials = rows(clerk.credentials.csv())
    assert [each["number"] for each in credentials] == [each["number"] for each in clerk.credentials.listed()]
    assert {each["name_differs"] for each in credentials} == {"false"}
    assert rows(clerk.items.csv(state="failed")) == []


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_sheet_of_outcomes_has_every_row_once(
    ministry: Ministry, clerk: Orders, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """However many fit on a page: of items with their reasons, and of credentials."""
    monkeypatch.setattr(paging, "ROWS_AT_ONCE", size)
    items = ministry.ordered(4)
    (award,) = clerk.bulk.listed()
    credentials = rows(clerk.bulk.csv(award["run"]))
    assert [each["asn"] for each in credentials] == [ministry.asn(place) for place in range(1, 5)]
    run = begin_change(
        ministry.installation, items, Command("cancel", CLERK, ministry.now, reason="Nonsense")
    )
    assert rows(clerk.bulk.csv(run)) == []
    assert not chunks.carry_on(ministry.installation, run)
    told = rows(clerk.bulk.csv(run))
    assert [each["item"] for each in told] == [ministry.view(each)["number"] for each in items]
    assert {(each["outcome"], each["codes"]) for each in told} == {("refused", "60118")}


@pytest.mark.parametrize("path", SHEETS)
def test_a_sheet_that_is_cut_says_where_it_goes_on(ministry: Ministry, http: httpx.Client, path: str) -> None:
    """Who asks for so many rows follows ``Link`` to the rest, with the same filters; the last has none."""
    ministry.in_state(ItemState.RENDERED, 4)
    whole = rows(http.get(path).text)
    got, asked, url = [], 0, f"{path}?limit=2"
    while url:
        answer = http.get(url)
        got += rows(answer.text)
        asked += 1
        url = answer.links.get("next", {}).get("url", "")
        assert not url or url.startswith(f"{path}?limit=2&after=")
    assert (got, asked) == (whole, 3)
    assert "Link" not in http.get(path).headers
    assert http.get(path, params={"limit": 0}).status_code == 422


def test_a_long_answer_may_take_as_long_as_its_parts_come() -> None:
    """The time that an answer may take is that to its next part."""
    assert asyncio.run(_told(parts=6, seconds=0.3, pause=0.1)) == b"x" * 6
    with pytest.raises(TimeoutError):
        asyncio.run(_told(parts=2, seconds=0.1, pause=1))


async def _told(parts: int, seconds: float, pause: float) -> bytes:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def said():
            for _ in range(parts):
                yield b"x"
                await asyncio.sleep(pause)

        await StreamingResponse(said())(scope, receive, send)

    sent: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    instead: Callable[..., Response] = StreamingResponse
    limits = Limits(app, max_body=1000, seconds=seconds, most=1, instead=instead, https=False)
    scope = {"type": "http", "asgi": {"spec_version": "2.4"}, "method": "GET", "path": "/", "headers": []}
    await limits(scope, receive, send)
    return b"".join(sent)
