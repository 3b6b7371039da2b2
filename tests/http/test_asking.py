"""What is known of a request before its body is read: strangers are refused, and nothing that was said is left out of account."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from models.kept_answers import KeptAnswer
from tests.http.test_inputs import ITEM
from tests.installations import with_settings
from tests.ministry import Ministry
from tests.service import InProcess
from web.app import create_app

ITEMS = "/api/order-items"
HOLD = {"items": ["0000000001-01"], "reason": "Investigation"}


def kind(answer: httpx.Response) -> tuple[int, str]:
    """Status and kind of a problem."""
    return answer.status_code, answer.json()["kind"]


@pytest.fixture
def stranger(ministry: Ministry) -> Iterator[httpx.Client]:
    """Somebody without a token, who may try twice a minute."""
    app = create_app(with_settings(ministry.installation, http_failures_per_minute=2))
    with httpx.Client(transport=InProcess(app), base_url="http://orders") as client:
        yield client


def test_strangers_are_refused_before_their_body_is_read(stranger: httpx.Client) -> None:
    """What they send is not looked at, and counts as an attempt."""
    for content, expected in ((b"{", 401), (b"[" * 100_000, 401), (b"{}", 429)):
        assert stranger.post("/api/orders", content=content).status_code == expected


@pytest.mark.parametrize(
    "query", ["stat=created", "state=created&state=sent", "limit=1&Limit=2", "%00=1", "dry_run=true"]
)
def test_parameters_that_are_not_known_or_said_twice_are_refused(http: httpx.Client, query: str) -> None:
    """A mistyped filter must not take everything."""
    answer = http.get(f"{ITEMS}?{query}")
    assert kind(answer) == (422, "malformed")
    assert answer.json()["detail"].isprintable()


def test_what_is_known_is_named(http: httpx.Client) -> None:
    """Which parameters there are, in both languages."""
    told = http.get(f"{ITEMS}/0000000001-01?stat=created").json()["message"]
    assert "stat" in told["en"]
    assert "inconnu" in told["fr"]
    assert "after, asn, can, error, limit" in http.get(f"{ITEMS}?stat=created").json()["detail"]


def test_a_mistyped_rehearsal_is_not_carried_out(http: httpx.Client, ministry: Ministry) -> None:
    """Neither where the name is wrong nor where it is said twice and differently."""
    before = ministry.rows(KeptAnswer), ministry.item(1).version
    for query in ("dryrun=true", "dry_run=true&dry_run=false"):
        assert kind(http.post(f"{ITEMS}/transitions/hold?{query}", json=HOLD)) == (422, "malformed")
    assert (ministry.rows(KeptAnswer), ministry.item(1).version) == before


def test_a_list_is_a_parameter_said_several_times(http: httpx.Client) -> None:
    """A waybill is for several items."""
    answer = http.post("/api/waybills?item=0000000001-01&item=0000009999-01", content=b"x")
    assert kind(answer) == (404, "not_found")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Orders-As", ["public:ada@example.org", "student_records"]),
        ("Orders-Connections", ["100000001", "100000002"]),
        ("Idempotency-Key", ["a", "b"]),
        ("If-Match", ['"1"', '"2"']),
    ],
)
def test_headers_are_said_once(http: httpx.Client, name: str, values: list[str]) -> None:
    """Which of two would count, nobody could know."""
    answer = http.request("GET", ITEMS, headers=[*http.headers.items(), *((name, each) for each in values)])
    assert kind(answer) == (422, "malformed")
    assert name in answer.json()["message"]["fr"]


@pytest.mark.parametrize(
    "acting",
    ["", ":", "public:%FF", "public:%ED%A0%80", "public:zoé".encode(), "public:zoé".encode("latin-1")],
)
def test_who_acts_is_never_guessed(http: httpx.Client, acting: str | bytes) -> None:
    """An empty name is not the token's first role, and no two people are read as one."""
    assert kind(http.get(ITEMS, headers={"Orders-As": acting})) == (422, "malformed")  # type: ignore[dict-item]


@pytest.mark.parametrize("body", [{"note": "important"}, [1]])
def test_a_body_that_nobody_reads_is_refused(http: httpx.Client, body: Any) -> None:
    """It is not lost without a word; an empty one says nothing."""
    assert kind(http.post("/api/orders/2/abandon", json=body)) == (422, "malformed")
    assert kind(http.post("/api/orders/2/abandon", json={}, headers={"Orders-As": "auditor"})) == (
        403,
        "permission",
    )


@pytest.mark.parametrize(
    ("accepted", "title"),
    [
        ("fr", "Introuvable"),
        ("fr-CA, en;q=0.5", "Introuvable"),
        ("en;q=0.1, fr;q=0.9", "Introuvable"),
        ("de, fr;q=0.9, en;q=0.5", "Introuvable"),
        ("fr;q=0, en", "Not found"),
        ("en, fr", "Not found"),
        ("frr", "Not found"),
        ("fresh, *;q=0.1", "Not found"),
        ("", "Not found"),
    ],
)
def test_the_language_is_the_one_that_is_liked_better(http: httpx.Client, accepted: str, title: str) -> None:
    """By the qualities that the caller gives, not by how the header begins."""
    answer = http.get(f"{ITEM[:-1]}9", headers={"Accept-Language": accepted})
    assert (answer.json()["title"], answer.headers["Content-Language"]) == (
        title,
        "fr" if title[0] == "I" else "en",
    )
