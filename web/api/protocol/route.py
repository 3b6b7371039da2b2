"""Checks a request before its body is read: caller, repeated headers, unknown parameters, a body that is not taken."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.responses import Response

from models.codes import Label
from models.edges.faults import printable
from web.api.protocol.calls import reading, recognise
from web.api.protocol.problems import Problem

#: Headers that may be given once only.
_ONCE = ("Authorization", "Orders-As", "Orders-Connections", "Idempotency-Key", "If-Match")


class Guarded(APIRoute):
    """A route that refuses unknown callers first, then any query parameter or body that it does not take."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, behind the checks of this file."""
        handle = super().get_route_handler()
        for_services = depends_on(self.dependant, reading)
        takes_body = self.body_field is not None or "requestBody" in (self.openapi_extra or {})
        lists = {name: is_list for each in _flat(self.dependant) for name, is_list in _parameters(each)}

        async def guarded(request: Request) -> Response:
            if for_services:
                await recognise(request)
            _refuse_repeated_headers(request)
            _refuse_other_parameters(request, lists)
            if not takes_body and request.method != "GET":
                await _refuse_body(request)
            return await handle(request)

        return guarded


def depends_on(dependant: Dependant, wanted: Any) -> bool:
    """Whether a route calls ``wanted`` on its way."""
    return any(each.call is wanted for each in _flat(dependant))


def _flat(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from _flat(each)


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The query parameters that are taken, each with whether it may be given several times."""
    for each in dependant.query_params:
        yield each.alias, get_origin(each.field_info.annotation) is list


def _refuse_repeated_headers(request: Request) -> None:
    for name in _ONCE:
        if len(request.headers.getlist(name)) > 1:
            raise Problem("malformed", _SAID_TWICE.filled(field=name))


def _refuse_other_parameters(request: Request, lists: dict[str, bool]) -> None:
    """Refuse query parameters that are unknown, or repeated where one is taken.

    A mistyped ``dry_run`` must not be carried out, nor a mistyped filter take everything.
    """
    for name in request.query_params:
        if name not in lists:
            known = ", ".join(sorted(lists)) or "—"
            raise Problem("malformed", _UNKNOWN.filled(field=printable(name), known=known))
        if len(request.query_params.getlist(name)) > 1 and not lists[name]:
            raise Problem("malformed", _SAID_TWICE.filled(field=name))


async def _refuse_body(request: Request) -> None:
    if (await request.body()).strip() not in {b"", b"{}"}:
        raise Problem("malformed", _NO_BODY)


_UNKNOWN = Label(
    "{field}: this parameter is not known here; those that are: {known}.",
    "{field} : ce paramètre est inconnu ici; ceux qui sont connus : {known}.",
)
_SAID_TWICE = Label("{field}: say this once.", "{field} : dites-le une seule fois.")
_NO_BODY = Label(
    "This call takes no body; leave it out, or look up which call takes what you say in it.",
    "Cet appel ne prend aucun corps; omettez-le, ou cherchez quel appel prend ce que vous y dites.",
)
