"""What every request is held to, and that no answer is without the headers that protect whoever reads it."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text
from starlette.requests import Request

from tests.http.test_heads import connected, told
from tests.installations import with_settings
from tests.ministry import Ministry
from tests.service import InProcess, app_of, served, token_of
from web.app import create_app
from web.limits import SECURITY_HEADERS


def protected(answer: httpx.Response) -> bool:
    """Whether ``answer`` carries every header that it should."""
    return all(answer.headers.get(name) == value for name, value in SECURITY_HEADERS.items())


def failing(request: Request) -> None:
    """What nobody expected."""
    raise ZeroDivisionError(request.url.path)


@pytest.fixture
def faulty(ministry: Ministry) -> Iterator[httpx.Client]:
    """A service in which something is wrong with one address."""
    app = app_of(ministry.installation)
    app.add_api_route("/faulty", failing, include_in_schema=False)
    with httpx.Client(transport=InProcess(app), base_url="http://orders") as client:
        yield client


def test_a_fault_of_the_service_is_an_answer_like_others(faulty: httpx.Client) -> None:
    """With problem details, in the language that was asked for, and protected."""
    answer = faulty.get("/faulty", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.json()["kind"], answer.json()["title"]) == (
        500,
        "failure",
        "Une panne du service",
    )
    assert protected(answer)


def test_a_fault_does_not_end_the_connection(ministry: Ministry) -> None:
    """What comes next on it is answered."""
    app = app_of(ministry.installation)
    app.add_api_route("/faulty", failing, include_in_schema=False)
    with served(app) as base, connected(base) as connection:
        for path in ("faulty", "healthz"):
            close = "Connection: close\r\n" if path == "healthz" else ""
            connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: x\r\n{close}\r\n".encode())
        answers = told(connection)
        assert (answers.count(b"HTTP/1.1 500"), answers.count(b"HTTP/1.1 200")) == (1, 1)


@pytest.mark.parametrize("method", ["GET", "PUT", "TRACE"])
def test_what_is_not_there_is_told_in_problem_details(faulty: httpx.Client, method: str) -> None:
    """No redirection to wherever the request says that it went."""
    answer = faulty.request(method, "/api/order-items/", headers={"Host": "evil.example"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert "location" not in answer.headers
    assert protected(answer)


def test_what_is_wrong_is_said_where_a_method_is(faulty: httpx.Client) -> None:
    """And which methods are right."""
    answer = faulty.delete("/api/order-items")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert "Allow" in answer.json()["detail"]


def test_a_body_that_trickles_came_too_slowly(ministry: Ministry) -> None:
    """However often something came."""
    app = create_app(with_settings(ministry.installation, http_seconds=1))
    with served(app) as base, connected(base) as connection:
        bearer = f"Authorization: Bearer {token_of(ministry.installation)}\r\n"
        head = f"POST /api/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{bearer}"
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n".encode())
        for _ in range(8):
            time.sleep(0.2)
            try:
                connection.sendall(b" ")
            except OSError:
                break
        answer = told(connection)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["kind"] == "slow"


def test_more_than_so_many_are_told_to_come_back(ministry: Ministry) -> None:
    """By problem details; connections that ask nothing shut nobody out."""
    app = create_app(with_settings(ministry.installation, http_concurrency=1))
    with served(app) as base:
        idle = [connected(base) for _ in range(5)]
        with connected(base) as waiting:
            bearer = f"Authorization: Bearer {token_of(ministry.installation)}\r\n"
            waiting.sendall(
                f"POST /api/orders HTTP/1.1\r\nHost: x\r\n{bearer}Content-Length: 9\r\n\r\n".encode()
            )
            answer = _until_busy(base)
            assert (answer.json()["kind"], answer.headers["retry-after"]) == ("unavailable", "2")
            assert protected(answer)
        for each in idle:
            each.close()


def _until_busy(base: str) -> httpx.Response:
    for _ in range(100):
        answer = httpx.get(f"{base}/healthz")
        if answer.status_code == 503:
            return answer
        time.sleep(0.05)
    raise AssertionError


def test_the_service_says_when_it_can_not_answer(ministry: Ministry) -> None:
    """A database that is behind the program, or isn't there."""
    with httpx.Client(transport=InProcess(app_of(ministry.installation)), base_url="http://orders") as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for change, status in (
            ("UPDATE alembic_version SET version_num = '0001'", "not_upgraded"),
            ("DROP TABLE alembic_version", "not_upgraded"),
        ):
            with ministry.installation.database.write() as session:
                session.connection().execute(text(change))
            answer = client.get("/healthz")
            assert (answer.status_code, answer.json()) == (503, {"status": status})


def test_whose_address_it_is_nobody_makes_up(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a request says of where it was forwarded from is believed of the proxies of the settings alone."""
    from web import server

    made: list[object] = []
    monkeypatch.setattr(
        server, "configure", lambda *_given: None
    )  # what others of this process log is theirs
    monkeypatch.setattr(server.uvicorn.Server, "run", lambda self: made.append(self.config))
    for proxies in ("", "10.0.0.1"):
        server.serve(with_settings(ministry.installation, http_proxies=proxies), "127.0.0.1", 0)
    none, one = made
    assert not none.proxy_headers  # type: ignore[attr-defined]
    assert (one.proxy_headers, one.forwarded_allow_ips) == (True, "10.0.0.1")  # type: ignore[attr-defined]
