"""Reading requests: heads that never end, or never come to their end, take nothing from those who ask properly."""

import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI

from tests.service import served
from web import request_heads


def connected(base: str) -> socket.socket:
    """A connection on which a test says what it likes."""
    where = urlsplit(base)
    return socket.create_connection((where.hostname, where.port), timeout=20)


def told(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:  # it closed while more was on its way to it
        pass
    return b"".join(parts)


def test_headers_come_to_an_end() -> None:
    """A request whose headers go on and on is answered 400 and hears no more."""
    with served(FastAPI()) as base, connected(base) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(request_heads.MOST // 1024 + 1):
            connection.sendall(b"X-More: " + b"x" * 1014 + b"\r\n")
        assert told(connection).startswith(b"HTTP/1.1 400 ")


def test_heads_come_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that says nothing, or half a head, is closed; one that asks properly is kept."""
    monkeypatch.setattr(request_heads, "SECONDS", 0.5)
    with (
        served(FastAPI()) as base,
        connected(base) as silent,
        connected(base) as slow,
        httpx.Client(base_url=base) as proper,
    ):
        slow.sendall(b"GET / HTTP/1.1\r\nHost:")
        for _ in range(4):
            assert proper.get("/").status_code == 404
            time.sleep(0.2)
        assert (told(silent), told(slow)) == (b"", b"")
        assert proper.get("/").status_code == 404


def test_pipelined_requests_are_each_answered() -> None:
    """Several heads in one packet, and bodies larger than any head, are no long head."""
    with served(FastAPI()) as base, connected(base) as connection:
        one = b"GET /no HTTP/1.1\r\nHost: x\r\n\r\n"
        large = b"POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000
        last = b"GET /no HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.sendall(one + one + large + last)
        assert told(connection).count(b"HTTP/1.1 404 ") == 4
