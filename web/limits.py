"""Limits for every request, in size, time and number, and the headers that every answer carries."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import partial
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Seconds over which attempts are counted.
WINDOW = 60.0
#: Addresses that are remembered at a time.
_REMEMBERED = 10_000

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'",
    "Cache-Control": "no-store",
}


class FailureLimit:
    """At most ``allowed`` attempts in a minute from one address, counted in this process alone."""

    def __init__(self, allowed: int) -> None:
        """Begin with no attempts counted."""
        self._allowed = allowed
        self._attempts: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, address: str) -> float:
        """Note an attempt; seconds until the next is allowed where there were too many, else 0."""
        now = time.monotonic()
        with self._lock:
            attempts = self._attempts.setdefault(address, deque())
            self._attempts.move_to_end(address)
            while attempts and attempts[0] <= now - WINDOW:
                attempts.popleft()
            while len(self._attempts) > _REMEMBERED:
                self._attempts.popitem(last=False)
            if len(attempts) >= self._allowed:
                return attempts[0] + WINDOW - now
            attempts.append(now)
            return 0.0


class TooLargeError(HTTPException):
    """The body is larger than is taken."""

    def __init__(self) -> None:
        """Answered with 413."""
        super().__init__(413)


class TooSlowError(HTTPException):
    """The body did not arrive in time."""

    def __init__(self) -> None:
        """Answered with 408."""
        super().__init__(408)


class BusyError(HTTPException):
    """More requests are under way than are taken."""

    def __init__(self) -> None:
        """Answered with 503, and in ``Retry-After`` when to come back."""
        super().__init__(503, headers={"Retry-After": "2"})


class Limits:
    """ASGI middleware: bodies of a bounded size, bodies and answers in time, so many at a time, and security headers.

    A long answer has the whole time for each of its parts. Errors are answered here too, so that every answer carries the
    headers.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body: int,
        seconds: float,
        most: int,
        instead: Callable[[Scope, Exception], Response],
        https: bool,
    ) -> None:
        """Hold ``app`` to bodies of ``max_body`` bytes, answers within ``seconds``, and ``most`` requests at a time.

        ``instead`` makes the answers to requests that fail.
        """
        self._app, self._instead = app, instead
        self._max_body, self._seconds, self._most = max_body, seconds, most
        self._under_way = 0
        more = {"Strict-Transport-Security": "max-age=31536000"} if https else {}
        self._headers = [
            (name.lower().encode(), value.encode()) for name, value in (SECURITY_HEADERS | more).items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on to the application within the limits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answering = _Answering(send, self._headers)
        self._under_way += 1
        try:
            await self._answer(scope, receive, answering)
        except Exception as error:
            if answering.started:
                raise
            response = await run_in_threadpool(self._instead, scope, error)
            await response(scope, _nothing, answering)
        finally:
            self._under_way -= 1

    async def _answer(self, scope: Scope, receive: Receive, answering: "_Answering") -> None:
        if self._under_way > self._most:
            raise BusyError
        reading = _Reading(receive, self._max_body, self._seconds / 2)
        try:
            async with asyncio.timeout(self._seconds) as deadline:
                answering.on_part = partial(self._prolong, deadline)
                await self._app(scope, reading, answering)
        except TimeoutError:
            if reading.waits:
                raise TooSlowError from None
            raise  # an operation goes on to its end in its thread; an Idempotency-Key makes the repeat safe

    def _prolong(self, deadline: asyncio.Timeout) -> None:
        """Set the deadline anew when a part of a long answer is sent: each part has the whole time."""
        if not deadline.expired():
            deadline.reschedule(asyncio.get_running_loop().time() + self._seconds)


class _Reading:
    """The body of a request, as far as it is taken; ``seconds`` is how long each part of it is waited for."""

    def __init__(self, receive: Receive, max_body: int, seconds: float) -> None:
        self._receive, self._left, self._seconds = receive, max_body, seconds
        self._is_done = self.waits = False

    async def __call__(self) -> Message:
        if self._is_done:  # what follows the body is the client's going away, for which there is no hurry
            return await self._receive()
        self.waits = True
        try:
            message = await asyncio.wait_for(self._receive(), self._seconds)
        except TimeoutError:
            raise TooSlowError from None
        self.waits = False
        self._left -= len(message.get("body", b""))
        self._is_done = not message.get("more_body", False)
        if self._left < 0:
            raise TooLargeError
        return message


class _Answering:
    """The answer to a request, with the headers that every answer carries."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send, self._headers, self.started = send, headers, False
        self.on_part: Callable[[], None] = _nobody

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            present = {name.lower() for name, _ in message["headers"]}
            more = [each for each in self._headers if each[0] not in present]
            message = {**message, "headers": [*message["headers"], *more]}
        await self._send(message)
        if message.get("more_body"):
            self.on_part()


def _nobody() -> None:
    """Stand in for ``on_part`` until there is a deadline to prolong: do nothing."""


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
