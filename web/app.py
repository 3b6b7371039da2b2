"""The application that ``orders serve`` runs: the interface for services, and whether it is well."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response

from actors.watch import metrics
from models import schema
from models.orders import OrderItem
from models.sql import errors
from web.api import bulk, credentials, order_items, orders, people, print_jobs, rules, work
from web.api.protocol import faults, openapi
from web.api.protocol.door import Door, Refusal, TokenMemory
from web.limits import FailureLimit, Limits
from workflows.command import Command
from workflows.finding.items import key_of_number
from workflows.history import refusals
from workflows.installation import Installation
from workflows.source import table

#: Those first whose paths others' parameters would take.
_ROUTERS = (bulk, order_items, credentials, orders, print_jobs, people, work, rules)


def create_app(installation: Installation) -> FastAPI:
    """The application on ``installation``."""
    settings = installation.settings
    app = FastAPI(
        title="Credential orders",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_few_threads,
    )
    app.state.door = Door(
        installation,
        FailureLimit(settings.http_failures_per_minute),
        FailureLimit(settings.http_verifications_per_minute),
        TokenMemory(installation),
        on_refusal=lambda refusal: record(installation, refusal),
    )
    for part in _ROUTERS:
        app.include_router(part.router, prefix="/api")
    app.include_router(_health)
    openapi.register(app)
    faults.register(app)
    app.add_middleware(
        Limits,
        max_body=settings.http_body_bytes,
        seconds=settings.http_seconds,
        most=settings.http_concurrency,
        instead=faults.answer_to,
        https=settings.production,
    )
    return app


@asynccontextmanager
async def _few_threads(app: FastAPI) -> AsyncIterator[None]:
    """More threads than the interpreter can use only wait for each other."""
    door: Door = app.state.door
    current_default_thread_limiter().total_tokens = door.installation.settings.http_threads
    yield


_health = APIRouter()


def record(installation: Installation, refusal: Refusal) -> None:
    """Keep a refusal that no machine gave, under the operation's name."""
    problem = refusal.problem
    if problem.recorded:
        return
    command = Command(str(problem.more.get("event") or refusal.operation), refusal.actor, refusal.at)
    wanted = f" (Orders-As: {role})" if (role := problem.more.get("role")) else ""
    refusals.note(
        installation,
        command,
        problem.kind,
        problem.reasons,
        about=refusal.subject + wanted,
        subject=_item_at(installation, refusal.subject),
    )


_OF_ITEM = re.compile(r"/api/(?:order-items|downloads)/([0-9]+-[0-9]+)(?:/|$)")


def _item_at(installation: Installation, path: str) -> refusals.Subject | None:
    """The item that a path names, so that what was tried on it is found by it; even by whom it was not shown to."""
    named = _OF_ITEM.match(path)
    if named is None:
        return None
    with installation.database.read() as session:
        found = key_of_number(installation.source(session), named[1])
    return None if found is None else (table(OrderItem).name, found.id)


@_health.get("/metrics", operation_id="health.metrics", include_in_schema=False)
def metrics_(request: Request) -> Response:
    """What operators watch, for Prometheus."""
    door: Door = request.app.state.door
    return Response(metrics.page(door.installation, None), media_type="text/plain; version=0.0.4")


@_health.get("/healthz", operation_id="health.show", include_in_schema=False)
def healthz(request: Request) -> Response:
    """Whether requests can be answered: the database is there, and as new as the program."""
    door: Door = request.app.state.door
    status = _status(door.installation)
    return JSONResponse({"status": status}, 200 if status == "ok" else 503)


def _status(installation: Installation) -> str:
    try:
        return "ok" if schema.is_current(installation.database) else "not_upgraded"
    except errors.ANY:
        return "no_database"
