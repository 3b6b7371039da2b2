"""The HTTP service on an installation of a test, called through the client as a service would."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import jsonschema_rs
import uvicorn
from fastapi import FastAPI
from orders_client import Orders

from models.codes import Role
from tests.installations import with_settings
from tests.ministry import CLERK
from web.api.protocol.answers import PROBLEM
from web.app import create_app
from web.request_heads import Heads
from workflows.command import Command
from workflows.installation import Installation
from workflows.operations.access import service_tokens
from workflows.operations.bulk import bulk_runs, chunks

#: The roles in which the portal's token lets it act: all that a service may have.
EVERYBODY = service_tokens.ROLES


def token_of(
    installation: Installation,
    name: str = "portal",
    roles: Sequence[Role] = EVERYBODY,
    operations: Sequence[str] = (),
) -> str:
    """A new token."""
    command = Command("create", CLERK, installation.now())
    made = service_tokens.create(installation, name, roles, operations, None, command)
    assert isinstance(made, str)
    return made


def free_port() -> int:
    """A port of the loopback on which nobody listens yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


#: The OpenAPI document, which takes a third of a second to make and is every application's: ``test_document.py`` shows it.
_document: dict[str, Any] = {}


def app_of(installation: Installation) -> FastAPI:
    """The application; bulk runs are carried out at once, before their answer is sent."""
    app = create_app(with_settings(installation, http_token_seconds=0))
    if not _document:
        _document.update(app.openapi())
    app.openapi_schema = _document

    def drain() -> None:
        for run in bulk_runs.unfinished(installation):
            while chunks.carry_on(installation, run):
                pass

    app.state.door.on_bulk_run = drain
    return app


class InProcess(httpx.BaseTransport):
    """Calls an application in this process, in an event loop of its own."""

    def __init__(self, app: FastAPI) -> None:
        """The loop runs in a thread until the transport is closed."""
        self._app = app
        self._asgi = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, from any thread."""
        request.read()
        answer = asyncio.run_coroutine_threadsafe(self._send(request), self._loop).result()
        as_documented(self._app, request, answer)
        return answer

    async def _send(self, request: httpx.Request) -> httpx.Response:
        asked = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        answer = await self._asgi.handle_async_request(asked)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

    def close(self) -> None:
        """Stop the loop."""
        asyncio.run_coroutine_threadsafe(self._loop.shutdown_default_executor(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


#: What an answer says beside its body that callers act on.
_TOLD_HEADERS = ("ETag", "Location", "Retry-After", "Content-Disposition", "WWW-Authenticate", "Link")


def as_documented(app: FastAPI, request: httpx.Request, answer: httpx.Response) -> None:
    """Hold an answer to what the OpenAPI document says of it: its headers, and the shape of problems and of good JSON."""
    document = app.openapi()
    components = document["components"]
    if answer.headers.get("content-type") == PROBLEM:
        told = {"$ref": "#/components/schemas/ProblemView", "components": components}
        jsonschema_rs.validate(told, answer.json())
    for path, operations in document["paths"].items():
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
        documented = operations.get(request.method.lower())
        if documented and re.fullmatch(pattern, request.url.path):
            told = documented["responses"].get(str(answer.status_code), {})
            sent = {name for name in _TOLD_HEADERS if name in answer.headers}
            assert sent <= told.get("headers", {}).keys(), (request.method, path, answer.status_code, sent)
            if answer.status_code < 300 and answer.headers.get("content-type") == "application/json":
                shape = told["content"]["application/json"]["schema"]
                jsonschema_rs.validate({**shape, "components": components}, answer.json())
            return


@contextmanager
def client_of(installation: Installation, **options: object) -> Iterator[Orders]:
    """A client of the application in this process, acting as a clerk."""
    token = token_of(installation)
    with httpx.Client(
        transport=InProcess(app_of(installation)), base_url="http://orders", timeout=60
    ) as http:
        yield Orders("", token, acting="student_records:clerk", http=http, attempts=1, **options)  # type: ignore[arg-type]


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a free port of this machine; gives its URL."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(256)
        port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(app, http=Heads, log_level="error", access_log=False, lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            await_service(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


def await_service(url: str) -> None:
    """Wait until a service that is just starting answers."""
    for _ in range(200):
        try:
            httpx.get(f"{url}/healthz", timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return


def eventually(look: Callable[[], bool]) -> None:
    """Wait for what is done beside a request."""
    for _ in range(400):
        if look():
            return
        time.sleep(0.05)
    raise AssertionError


def link_in(text: str) -> str:
    """The token of the link in a message."""
    found = re.search(r"https://\S+", text)
    assert found is not None
    return found[0].rpartition("/")[2]
