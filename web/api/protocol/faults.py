"""From everything that goes wrong to the problem details that the caller gets."""

import json
import re
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from models.codes import Label, Role
from models.edges.faults import printable
from models.errors import KINDS, ExpectedError
from models.sql import errors
from renderers.not_rendered import NotRendered
from web.api.protocol.answers import PROBLEM
from web.api.protocol.calls import language_of
from web.api.protocol.door import REFUSALS, Door, Refusal
from web.api.protocol.inputs import ONE_OF
from web.api.protocol.problems import Problem, not_found, of_error, of_faults
from workflows.command import Actor
from workflows.errors import expected
from workflows.logs import error_of, logger
from workflows.missing import MissingError
from workflows.operations.access.permission import NotPermittedError
from workflows.rules.may import MayOwn
from workflows.shapes import both
from workflows.views.outcomes import FaultView

_LOG = logger("orders.http")
#: Most faults of a body that are told: a hundred thousand unknown fields would take longer to tell than to mend.
MOST_FAULTS = 100


def problem_of(error: Exception, actor: Actor | None = None) -> Problem | None:
    """The problem that an error is; ``None`` for what nobody expected.

    To the public, what is not its own is not there: it is answered in the same words.
    """
    if (known := expected(error)) is not None:
        public = actor is not None and actor.role is Role.PUBLIC
        return not_found(NOTHING) if public and _is_hidden(known) else of_error(known)
    if isinstance(error, (*errors.AWAY, OSError)):
        return Problem("unavailable", _UNAVAILABLE, headers={"Retry-After": "2"})
    return None


def _is_hidden(error: ExpectedError) -> bool:
    """Whether the public must not tell what is not there from what is somebody else's."""
    if isinstance(error, MissingError):
        return error.noun in {"item", "order"}
    if not isinstance(error, NotPermittedError):
        return False
    who = error.reason.rule
    return isinstance(who, MayOwn) and Role.PUBLIC in who.roles


def register(app: FastAPI) -> None:
    """Let ``app`` answer all that goes wrong with problem details."""
    for kind in (ExpectedError, NotRendered, *errors.FAILED, OSError):
        app.add_exception_handler(kind, _answer_known)
    app.add_exception_handler(RequestValidationError, _answer_malformed)
    app.add_exception_handler(HTTPException, _answer_http)


def respond(request: Request, problem: Problem) -> Response:
    """The problem details; whoever records refusals hears of it first."""
    language = language_of(request)
    told = problem.body(language, request.url.path)
    caller = getattr(request.state, "caller", None)
    if caller is not None and problem.kind in REFUSALS:
        door: Door = request.app.state.door
        _, actor, operation = caller
        now = door.installation.now()
        door.on_refusal(Refusal(now, actor, operation, request.url.path, problem))
    headers = {"Content-Language": language, **problem.headers}
    return Response(json.dumps(told, ensure_ascii=False), problem.status, headers, PROBLEM)


def answer_to(scope: Any, error: Exception) -> Response:
    """The problem details of a request that did not come to its end, whatever stopped it."""
    request = Request(scope)
    if isinstance(error, HTTPException):
        return _answer_http(request, error)
    if isinstance(error, TimeoutError):
        return respond(request, Problem("unavailable", _UNAVAILABLE, headers={"Retry-After": "2"}))
    _LOG.error("request_failed", path=request.url.path, **error_of(error))
    return respond(request, Problem("failure", _FAILURE))


def _answer_known(request: Request, error: Exception) -> Response:
    caller = getattr(request.state, "caller", None)
    problem = problem_of(error, caller and caller[1])
    if problem is None:  # of a database, and nobody's doing
        raise error
    if problem.kind == "failure":
        _LOG.error("request_failed", path=request.url.path, **error_of(error))
    return respond(request, problem)


def _answer_http(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    headers = getattr(error, "headers", None) or {}
    kind = next((name for name, each in KINDS.items() if each.status == status), "not_found")
    return respond(request, Problem(kind, _DETAILS.get(status, KINDS[kind].title), headers=headers))


def _answer_malformed(request: Request, error: Exception) -> Response:
    errors: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    if any(each["type"] == "json_invalid" for each in errors):
        return respond(request, Problem("unreadable", _UNREADABLE))
    return respond(request, of_faults([fault_of(each) for each in errors[:MOST_FAULTS]]))


def fault_of(error: Any) -> FaultView:
    """One thing that pydantic refuses, in both languages; its own words are English, and none of them is passed on."""
    where = printable(".".join(str(each) for each in error["loc"][1:]) or str(error["loc"][0]))
    context = {name: str(value) for name, value in error.get("ctx", {}).items()}
    if {"en", "fr"} <= context.keys():
        return _told(where, error["type"], Label.said((context["en"], context["fr"])))
    if "expected" in context:  # "'en', 'fr' or 'cr'"
        context["expected"] = ", ".join(re.findall(r"'([^']*)'", context["expected"]))
    return _told(where, error["type"], _TEXTS.get(error["type"], _OTHERWISE).filled(**context))


def _told(where: str, code: str, text: Label) -> FaultView:
    return {"field": where, "code": code, "message": both(_OF_FIELD.filled(field=where, text=text))}


NOTHING = Label("There is nothing here.", "Il n'y a rien ici.")
_UNREADABLE = Label(
    "The body is no JSON document; check quotes, commas and encoding (UTF-8).",
    "Le corps n'est pas un document JSON; vérifiez guillemets, virgules et encodage (UTF-8).",
)
_TOO_LARGE = Label(
    "The body is larger than is taken; send it in parts.",
    "Le corps dépasse la limite; envoyez-le en parties.",
)
_TOO_SLOW = Label("The body did not arrive in time.", "Le corps n'est pas arrivé à temps.")
_UNAVAILABLE = Label(
    "The service or its database is busy or away; repeat the request with the same Idempotency-Key.",
    "Le service ou sa base de données est occupé ou absent; répétez la requête avec la même Idempotency-Key.",
)
_FAILURE = Label(
    "The service failed; it is recorded. Repeating the request with the same Idempotency-Key is safe.",
    "Le service a rencontré une erreur; elle est consignée. Répéter la requête avec la même Idempotency-Key est sans risque.",
)
_OF_FIELD = Label("{field}: {text}", "{field} : {text}")
#: What to do about the statuses that the framework answers by itself.
_DETAILS = {
    400: _UNREADABLE,
    404: NOTHING,
    405: Label(
        "This address does not take that method; the header Allow names those that it takes.",
        "Cette adresse ne prend pas cette méthode; l'en-tête Allow nomme celles qu'elle prend.",
    ),
    408: _TOO_SLOW,
    413: _TOO_LARGE,
    503: _UNAVAILABLE,
}
_TEXTS = {
    "missing": Label("this is needed.", "ce champ est requis."),
    "extra_forbidden": Label("this is not known here.", "ce champ est inconnu ici."),
    **dict.fromkeys(("enum", "literal_error"), ONE_OF),
    **dict.fromkeys(
        ("int_parsing", "int_type", "int_from_float"),
        Label("write a whole number.", "écrivez un nombre entier."),
    ),
    "int_parsing_size": Label("write a smaller number.", "écrivez un nombre moins grand."),
    **dict.fromkeys(
        ("bool_parsing", "bool_type"), Label("write true or false.", "écrivez true (vrai) ou false (faux).")
    ),
    **dict.fromkeys(("string_type", "string_unicode"), Label("write a text.", "écrivez un texte.")),
    "string_pattern_mismatch": Label(
        "write it in the form {pattern}.", "écrivez cette valeur sous la forme {pattern}."
    ),
    "list_type": Label("write a list.", "écrivez une liste."),
    **dict.fromkeys(
        ("model_type", "model_attributes_type", "dict_type"), Label("write an object.", "écrivez un objet.")
    ),
    "greater_than_equal": Label("write {ge} or more.", "écrivez {ge} ou plus."),
    "less_than_equal": Label("write {le} or less.", "écrivez {le} ou moins."),
    "string_too_long": Label(
        "write {max_length} characters or fewer.", "écrivez {max_length} caractères au plus."
    ),
    "string_too_short": Label(
        "write {min_length} characters or more.", "écrivez {min_length} caractères au moins."
    ),
    "too_long": Label("give {max_length} or fewer.", "donnez-en {max_length} au plus."),
    "too_short": Label("give {min_length} or more.", "donnez-en {min_length} au moins."),
}
_OTHERWISE = Label("this can't be understood.", "ceci est incompréhensible.")
