"""The OpenAPI document, and the page that shows it: made here, so that nothing is fetched from anywhere."""

import re
from html import escape
from itertools import groupby
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.responses import HTMLResponse, JSONResponse, Response

from models.errors import KINDS
from web.api.protocol.answers import PROBLEM
from web.api.protocol.bodies import Receipts
from web.api.protocol.calls import versioned
from web.api.protocol.examples import EXAMPLES
from web.api.protocol.route import depends_on
from web.api.protocol.schema import definitions, shape
from workflows.views.outcomes import ProblemView

#: What every call may answer, and what those that change something may answer besides.
_ALWAYS = (400, 404, 405, 408, 422, 429, 503)
_WITH_TOKEN = (401, 403)
_CHANGING = (409, 413, 415)
#: Besides, where a version may be said, and where one must be.
_BASED, _VERSIONED = 412, 428
#: The header that comes with a problem.
_WITH_HEADER = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
_HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {
        "description": "The version, in quotes: what `If-Match` takes.",
        "schema": {"type": "string", "examples": ['"3"']},
    },
    "Location": {
        "description": "The address of what was made or begun.",
        "schema": {"type": "string", "examples": ["/api/orders/0000000012"]},
    },
    "Content-Disposition": {
        "description": "The name of the file.",
        "schema": {"type": "string", "examples": ['attachment; filename="0000000123-01.pdf"']},
    },
    "Link": {
        "description": "Where the next rows begin, if there are more than were asked for.",
        "schema": {"type": "string", "examples": ['</api/order-items.csv?limit=500&after=500>; rel="next"']},
    },
    "Retry-After": {
        "description": "Seconds until it is worth asking again.",
        "schema": {"type": "string", "pattern": r"^\d+$", "examples": ["2"]},
    },
    "WWW-Authenticate": {
        "description": "How to say who asks.",
        "schema": {"type": "string", "examples": ["Bearer"]},
    },
}
#: Bodies that come in more than one content type, which the framework does not read.
_READ_BY_THE_CALL = (Receipts,)
#: Taken by every call, since every one may answer a problem.
_LANGUAGE: dict[str, Any] = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "`en` or `fr`: the language of a problem's `title` and `detail`, and of files for people. "
    "Without it, that of the installation; `message` always has both.",
    "schema": {"type": "string", "examples": ["fr"]},
}

#: What answers name, by operation and status: a thing, told by the path that it has, and where in the answer its number is.
#: Whatever may be asked of a thing, or done to it, is linked to each answer that names it.
_NAMED: dict[tuple[str, str], dict[str, str]] = {
    ("order_items.list", "200"): {
        "/api/order-items/{number}": "items/0/number",
        "/api/students/{asn}": "items/0/asn",
        "/api/downloads/{number}": "items/0/number",
    },
    ("order_items.show", "200"): {
        "/api/credentials/{number}": "credential_number",
        "/api/print-jobs/{job}": "print_job",
        "/api/students/{asn}": "asn",
    },
    ("order_items.reorder", "200"): {"/api/order-items/{number}": "item"},
    ("credentials.list", "200"): {
        "/api/credentials/{number}": "credentials/0/number",
        "/api/students/{asn}": "credentials/0/asn",
    },
    ("credentials.show", "200"): {"/api/order-items/{number}": "credentials/0/items/0"},
    ("credentials.first_run", "200"): {"/api/order-items/{number}": "item"},
    ("credentials.reprint", "200"): {"/api/order-items/{number}": "item"},
    ("orders.list", "200"): {"/api/orders/{order}": "orders/0/number"},
    ("orders.begin", "201"): {"/api/orders/{order}": "order"},
    ("orders.add", "200"): {"/api/orders/{order}": "order"},
    ("orders.place", "200"): {"/api/orders/{order}": "order", "/api/order-items/{number}": "items/0"},
    ("print_jobs.list", "200"): {"/api/print-jobs/{job}": "print_jobs/0/number"},
    ("consumers.list", "200"): {"/api/consumers/{number}": "consumers/0/id"},
    ("consumers.register", "201"): {"/api/consumers/{number}": "consumer"},
    ("downloads.list", "200"): {"/api/downloads/{number}": "downloads/0/item"},
    ("handling.list", "200"): {"/api/order-items/{number}": "handling/0/item"},
    ("work_lists.deceased", "200"): {
        "/api/order-items/{number}": "items/0/item",
        "/api/students/{asn}": "items/0/asn",
    },
    ("work_lists.refunds", "200"): {"/api/order-items/{number}": "items/0/item"},
    ("messages.list", "200"): {"/api/messages/{number}": "messages/0/id"},
    ("bulk.transition", "202"): {"/api/bulk-runs/{run}": "run"},
    ("bulk.award_and_order", "202"): {"/api/bulk-runs/{run}": "run"},
    ("bulk.list", "200"): {"/api/bulk-runs/{run}": "runs/0/run"},
    ("rules.list", "200"): {"/api/rules/{code}": "rules/0/code"},
}


def register(app: FastAPI) -> None:
    """Give ``app`` its document, at ``/api/openapi.json``, and the page ``/api/docs``."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    def docs(request: Request) -> Response:
        accept = request.headers.get("accept", "")
        if "json" in accept and "html" not in accept:
            return JSONResponse(document())
        return HTMLResponse(_page(document()))

    app.openapi = document  # type: ignore[method-assign]
    app.add_api_route("/api/openapi.json", lambda: JSONResponse(document()), include_in_schema=False)
    app.add_api_route("/api/docs", docs, include_in_schema=False)


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        routes=app.routes,
        description="Orders, prints and delivers official school credentials.",
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for body in _READ_BY_THE_CALL:
        schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= {**schema.pop("$defs", {}), body.__name__: schema}
    found = (each.original_route for each in iter_route_contexts(app.routes))
    routes = {each.operation_id: each for each in found if isinstance(each, APIRoute)}
    for methods in made["paths"].values():
        for method, call in methods.items():
            _tell_answers(call, routes[call["operationId"]])
            _tell_body(call, schemas)
            call.setdefault("parameters", []).append(_LANGUAGE)
            _add_problems(call, method, _versions(call, routes[call["operationId"]]))
            _add_links(call, made["paths"])
    schemas |= definitions()
    for view, example in EXAMPLES.items():
        schemas[view.__name__]["examples"] = [example]
    return made


def _tell_answers(call: dict[str, Any], route: APIRoute) -> None:
    """Good answers as the route tells them: the framework drops what is null in an example, and adds JSON to files."""
    for status, each in route.responses.items():
        told = call["responses"][str(status)]
        told["content"] = each["content"]
        names = _headers(int(status), call, each["content"])
        if names:
            told["headers"] = {name: _HEADERS[name] for name in names}


def _headers(status: int, call: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """The headers of a good answer, by what it is.

    What is made or begun has an address, what has a version an ``ETag``, and a sheet of so many rows the address of the rest.
    """
    is_file = "application/json" not in content
    told = {
        "ETag": call["operationId"] == "credentials.show" or (not is_file and _has_version(content)),
        "Location": status in {201, 202},
        "Content-Disposition": is_file,
        "Link": is_file and "limit" in {each["name"] for each in call.get("parameters", ())},
    }
    return [name for name, is_sent in told.items() if is_sent]


def _has_version(content: dict[str, Any]) -> bool:
    shape = content["application/json"]["schema"]
    named = (each.get("$ref", "").rpartition("/")[2] for each in (shape, *shape.get("anyOf", ())))
    return any("version" in definitions()[each]["properties"] for each in named if each)


def _tell_body(call: dict[str, Any], schemas: dict[str, Any]) -> None:
    """The example of a JSON body beside it, where whoever tries the call looks for it."""
    body = call.get("requestBody", {}).get("content", {}).get("application/json", {})
    found = schemas.get(body.get("schema", {}).get("$ref", "").rpartition("/")[2], {}).get("examples")
    if found:
        body["example"] = found[0]


def _add_links(call: dict[str, Any], paths: dict[str, Any]) -> None:
    for status, answer in call["responses"].items():
        named = _NAMED.get((call["operationId"], status), {})
        links = {
            other["operationId"]: {
                "operationId": other["operationId"],
                "parameters": {_PARAMETER.findall(thing)[-1]: f"$response.body#/{place}"},
            }
            for thing, place in named.items()
            for path, methods in paths.items()
            if path == thing or path.startswith(f"{thing}/")
            for other in methods.values()
        }
        if links:
            answer["links"] = links


_PARAMETER = re.compile(r"{(\w+)}")


def _versions(call: dict[str, Any], route: APIRoute) -> set[int]:
    """What is answered for the sake of ``If-Match``, by whether the route takes it; where it must be sent, the call says so."""
    told = [each for each in call.get("parameters", ()) if each["name"] == "If-Match"]
    if not told:
        return set()
    if not depends_on(route.dependant, versioned):
        return {_BASED}
    told[0]["required"] = True
    return {_BASED, _VERSIONED}


def _add_problems(call: dict[str, Any], method: str, more: set[int]) -> None:
    statuses = {*_ALWAYS, *(_WITH_TOKEN if call.get("security") else ()), *more}
    statuses |= {*_CHANGING} if method != "get" else {409}
    kinds = sorted(KINDS.values(), key=lambda each: each.status)
    titles = {
        status: "; ".join(each.title.en for each in some)
        for status, some in groupby(kinds, lambda each: each.status)
    }
    schema = shape(ProblemView)
    for status in sorted(statuses):
        told = call["responses"][str(status)] = {
            "description": titles[status],
            "content": {PROBLEM: {"schema": schema}},
        }
        if status in _WITH_HEADER:
            told["headers"] = {_WITH_HEADER[status]: _HEADERS[_WITH_HEADER[status]]}


def _page(document: dict[str, Any]) -> str:
    calls = [
        _call(path, method, call)
        for path, methods in document["paths"].items()
        for method, call in methods.items()
    ]
    kinds = "".join(
        f"<li><code>{escape(name)}</code> {each.status} {escape(each.title.en)} / {escape(each.title.fr)}</li>"
        for name, each in KINDS.items()
    )
    return _PAGE.format(title=escape(document["info"]["title"]), calls="\n".join(calls), kinds=kinds)


def _call(path: str, method: str, call: dict[str, Any]) -> str:
    parameters = "".join(
        f"<li><code>{escape(each['name'])}</code> ({escape(each['in'])}) {escape(each.get('description', ''))}</li>"
        for each in call.get("parameters", ())
    )
    body = call.get("requestBody", {}).get("content", {})
    shapes = ", ".join(
        f"{escape(kind)}: {escape(str(each.get('schema', {}).get('$ref', '')).rpartition('/')[2])}"
        for kind, each in body.items()
    )
    return (
        f'<section id="{escape(call["operationId"])}"><h2><code>{method.upper()} {escape(path)}</code></h2>'
        f"<p>{escape(call.get('description', ''))}</p><p>{escape(call['operationId'])}</p><ul>{parameters}</ul>"
        f"<p>{shapes}</p><p>{', '.join(call['responses'])}</p></section>"
    )


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}</style></head>
<body><main><h1>{title}</h1><p><a href="/api/openapi.json">OpenAPI 3.1</a> · <a href="/api/rules">Rules</a></p>
<h2>Problems</h2><ul>{kinds}</ul>
{calls}
</main></body></html>
"""
