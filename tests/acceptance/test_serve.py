"""``orders tokens`` and ``orders serve``: a service is let in, and a stop is graceful."""

import itertools
import json
import signal
import time
from pathlib import Path

import httpx

from tests.acceptance.command_line import Orders
from tests.service import eventually, free_port


def test_a_token_lets_a_service_in_until_it_is_revoked(orders: Orders) -> None:
    """Made, shown once, listed without its secret, used over HTTP, revoked; the process stops when told to."""
    token = orders.ok("tokens", "create", "myPass", "--role", "student_records", "--role", "public")["token"]
    (listed,) = orders.ok("tokens", "list")["tokens"]
    assert (listed["name"], listed["roles"], listed["last_used_at"]) == (
        "myPass",
        ["student_records", "public"],
        None,
    )
    assert token not in str(orders.dump())
    assert orders.call("tokens", "create", "myPass", "--role", "public").exit_code == 2
    assert orders.call("tokens", "create", "clock", "--role", "system").exit_code == 2
    assert orders.call("tokens", "create", "x", "--role", "public", "--as", "auditor").exit_code == 1
    port = free_port()
    serving = orders.with_(ORDERS_HTTP_TOKEN_SECONDS="0").start("serve", "--port", port)
    try:
        base, headers = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {token}"}
        assert answered(f"{base}/healthz").json() == {"status": "ok"}
        assert httpx.get(f"{base}/api/order-items", headers=headers).json() == {"items": [], "next": None}
        assert "orders_" in httpx.get(f"{base}/metrics").text
        eventually(lambda: orders.ok("tokens", "list")["tokens"][0]["last_used_at"] is not None)
        assert orders.ok("tokens", "revoke", "myPass") == {"name": "myPass", "already_done": False}
        assert httpx.get(f"{base}/api/order-items", headers=headers).status_code == 401
    finally:
        serving.send_signal(signal.SIGTERM)
        _, said = serving.communicate(timeout=30)
    assert serving.returncode in {0, -signal.SIGTERM}, said
    assert orders.call("tokens", "revoke", "nobody").exit_code == 4


def test_a_demonstration_can_be_asked_over_http(tmp_path: Path) -> None:
    """``orders demo --serve`` answers for the wave just made, with the token that it tells, until told to stop."""
    port = free_port()
    serving = Orders(tmp_path).start("demo", "--students", 20, "--json", "--serve", "--port", port)
    try:
        assert serving.stdout is not None
        told = json.loads("".join(itertools.takewhile("}\n".__ne__, serving.stdout)) + "}")
        base, headers = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {told['token']}"}
        assert answered(f"{base}/healthz").status_code == 200
        items = httpx.get(f"{base}/api/order-items?limit=1000", headers=headers).json()["items"]
        assert len(items) == told["items"]
        assert httpx.get(f"{base}/api/order-items", headers=headers | {"Orders-As": "auditor"}).is_success
    finally:
        serving.send_signal(signal.SIGTERM)
        _, said = serving.communicate(timeout=30)
    assert serving.returncode in {0, -signal.SIGTERM}, said


def answered(url: str) -> httpx.Response:
    """The first answer of a service that is just starting."""
    for _ in range(200):
        try:
            return httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(url)
