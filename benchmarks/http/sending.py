"""Requests on kept connections with as little work as can be: what the load costs is taken from the service's machine."""

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from typing import cast

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it goes over the wire."""

    kind: str
    data: bytes


def request(kind: str, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Request:
    """A request of HTTP/1.1 with a body of JSON, or none."""
    more = {} if body is None else {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in (headers | more).items())]
    return Request(kind, "\r\n".join((*lines, "", "")).encode() + (body or b""))


class Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        """Not connected yet."""
        self._answer: asyncio.Future[int] | None = None
        self._read = b""
        self._transport: asyncio.Transport | None = None

    @property
    def is_open(self) -> bool:
        """Whether the server has not closed it: what nobody asks anything for half a minute it closes."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The server is gone: 0 stands for no answer."""
        self._transport = None
        self._told(0)

    def data_received(self, data: bytes) -> None:
        """A part of an answer, or all of it."""
        self._read += data
        head = self._read.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(self._read, 0, head + 2)
        status = _STATUS.match(self._read)
        if length is None or status is None:
            self._told(0)
        elif len(self._read) >= head + 4 + int(length[1]):
            self._told(int(status[1]))

    def _told(self, status: int) -> None:
        self._read = b""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(status)

    async def send(self, wanted: Request) -> int:
        """The status of the answer, once all of it has come; 0 where none comes within half a minute."""
        if self._transport is None:
            return 0
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(wanted.data)
        try:
            return await asyncio.wait_for(self._answer, 30)
        except TimeoutError:
            self._transport.abort()
            return 0


class Connections:
    """As many connections as there are requests under way, up to ``most``."""

    def __init__(self, host: str, port: int, most: int = 100) -> None:
        """None yet."""
        self._where = host, port
        self._free: deque[Connection] = deque()
        self._room = asyncio.Semaphore(most)

    async def send(self, wanted: Request) -> int:
        """The status of the answer; waits for a connection where all are busy."""
        async with self._room:
            while self._free and not self._free[-1].is_open:
                self._free.pop()
            connection = self._free.pop() if self._free else await self._connected()
            status = await connection.send(wanted)
            if status:
                self._free.append(connection)
            return status

    async def _connected(self) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(Connection, *self._where)
        return connection
