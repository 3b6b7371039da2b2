"""Reading requests: uvicorn's fastest way, held to heads that end and that come to their end in time."""

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Most bytes of a request's line and headers; uvicorn's other reader takes as many.
MOST = 65_536
#: Seconds within which they must have come.
SECONDS = 30.0


class Heads(HttpToolsProtocol):
    """httptools by itself would collect the headers of one request for ever."""

    _bytes = 0
    _in_head = False
    _waiting: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Start the timer of the first head: a connection on which nothing is asked is closed."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone: stop the timer of its head."""
        self._have_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A part of a head, of a body, or of several requests."""
        super().data_received(data)
        if self._in_head:
            self._bytes += len(data)
            if self._bytes > MOST:
                self.send_400_response("The headers are too long.")

    def on_message_begin(self) -> None:
        """Start the time and the count of bytes that a head has."""
        super().on_message_begin()
        self._in_head, self._bytes = True, 0
        if self._waiting is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Stop the timer: the head is complete."""
        self._in_head = False
        self._have_head()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._waiting = self.loop.call_later(SECONDS, self._give_up)

    def _have_head(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()
