"""The OpenAPI document says what every good answer holds, down to its last field."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi.openapi.utils import get_openapi

from models.codes import ItemState, Language
from tests.described import answers, followed
from tests.installations import with_settings
from tests.ministry import Ministry
from tests.service import app_of
from web.api.protocol.schema import definitions
from web.app import create_app

PROBLEM = {"$ref": "#/components/schemas/ProblemView"}

#: What has no one shape: the parameters of a rule's message are those that its text names, and what else there is to
#: know of an event differs from one to the next.
FREE = {"params", "detail"}
#: What is answered with a file and no JSON.
FILES = {
    "order_items.document",
    "order_items.export",
    "credentials.export",
    "bulk.export",
    "print_jobs.file",
    "downloads.download",
}


def untyped(schema: dict[str, Any], where: str) -> Iterator[str]:
    """Where in ``schema`` anything goes."""
    if "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from untyped(each, where)
    elif schema.get("type") == "object":
        if schema.get("additionalProperties", True) is True:
            yield where
        for name, each in schema.get("properties", {}).items():
            if name not in FREE:
                yield from untyped(each, f"{where}.{name}")
    elif schema.get("type") == "array":
        yield from untyped(schema.get("items", {}), f"{where}[]")
    elif not schema.get("type") or "object" in schema["type"] or "array" in schema["type"]:
        yield where


def examples(schema: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Every example in ``schema`` with the part that it is an example of."""
    if isinstance(schema, dict):
        yield from ((each, schema) for each in schema.get("examples", ()))
        for each in schema.values():
            yield from examples(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from examples(each)


@pytest.fixture
def document(ministry: Ministry) -> dict[str, Any]:
    """The document of a service."""
    return app_of(ministry.installation).openapi()


def test_the_document_is_every_installations(ministry: Ministry, document: dict[str, Any]) -> None:
    """Whatever the settings and the data, an application tells the same of itself; tests make it once for all."""
    other = create_app(with_settings(ministry.installation, lang=Language.FR, http_body_bytes=1000))
    assert other.openapi() == document
    ministry.in_state(ItemState.CREATED)
    assert create_app(ministry.installation).openapi() == document


def test_every_good_answer_is_described(document: dict[str, Any]) -> None:
    """No operation but those that send a file is without a schema, and no schema lets anything pass."""
    everything = {call["operationId"] for methods in document["paths"].values() for call in methods.values()}
    assert everything == {operation for operation, _, _ in answers(document)} | FILES
    told = [(operation, schema) for operation, _, schema in answers(document)]
    told.append(("problem", followed(document, PROBLEM)))
    assert [where for operation, schema in told for where in untyped(schema, operation)] == []


def test_what_is_not_described_is_found() -> None:
    """A record that takes more than it tells, a list of anything, and what has no type at all, however deep."""
    closed = {"type": "object", "additionalProperties": False}
    loose = closed | {"properties": {"a": {"type": "object"}, "b": {"type": "array"}, "c": {}}}
    nested = {"anyOf": [{"type": "null"}, {"type": "array", "items": loose}]}
    assert list(untyped(nested, "x")) == ["x[].a", "x[].b[]", "x[].c"]
    assert list(untyped({"type": "object", "properties": {"a": {"type": "string"}}}, "x")) == ["x"]
    assert list(untyped({"type": ["object", "null"]}, "x")) == ["x"]


def test_examples_are_as_described(document: dict[str, Any]) -> None:
    """Every example of an answer passes the schema beside it."""
    shown = [each for _, _, schema in answers(document) for each in examples(schema)]
    shown += examples(followed(document, PROBLEM))
    assert len(shown) > 20
    for example, schema in shown:
        jsonschema_rs.validate(schema, example)


def test_no_answer_is_called_as_what_is_sent(ministry: Ministry) -> None:
    """The framework describes what is sent; neither would stand where the other does."""
    sent = get_openapi(title="", version="", routes=app_of(ministry.installation).routes)
    assert not definitions().keys() & sent["components"]["schemas"].keys()


def test_what_is_one_of_a_list_is_described_so(document: dict[str, Any]) -> None:
    """A state is none but those that there are."""
    item = document["components"]["schemas"]["ItemView"]["properties"]
    assert item["state"]["enum"] == [each.value for each in ItemState]


def calls(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every call."""
    for methods in document["paths"].values():
        yield from methods.values()


def shown_with(told: dict[str, Any]) -> list[Any]:
    """The examples of a parameter or a body, wherever they stand."""
    schema = told["schema"]
    named = [each["value"] for each in told.get("examples", {}).values()]
    single = [each["example"] for each in (told, schema) if "example" in each]
    return [*named, *single, *schema.get("examples", [])]


def test_every_parameter_says_what_it_is(document: dict[str, Any]) -> None:
    """A description of each, and an example that it takes."""
    wrong = []
    for call in calls(document):
        for each in call["parameters"]:
            taken = [
                jsonschema_rs.is_valid({**each["schema"], "components": document["components"]}, example)
                for example in shown_with(each)
            ]
            if not each.get("description") or not taken or not all(taken):
                wrong.append((call["operationId"], each["name"], each))
    assert not wrong, wrong


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    """One that is taken as it stands."""
    wrong = []
    for call in calls(document):
        told = call.get("requestBody", {}).get("content", {}).get("application/json")
        if told is None:
            continue
        schema = {**told["schema"], "components": document["components"]}
        taken = [jsonschema_rs.is_valid(schema, example) for example in shown_with(told)]
        if not taken or not all(taken):
            wrong.append((call["operationId"], told))
    assert not wrong, wrong


def test_headers_are_told(document: dict[str, Any]) -> None:
    """The language is taken by every call; what comes with an answer stands beside it."""
    told = {
        (call["operationId"], status): set(answer.get("headers", ()))
        for call in calls(document)
        for status, answer in call["responses"].items()
    }
    assert all("Accept-Language" in {each["name"] for each in call["parameters"]} for call in calls(document))
    assert told["order_items.show", "200"] == told["credentials.show", "200"] == {"ETag"}
    assert told["order_items.list", "200"] == set()
    assert told["orders.begin", "201"] == told["bulk.transition", "202"] == {"Location"}
    assert told["print_jobs.file", "200"] == {"Content-Disposition"}
    assert told["order_items.list", "401"] == {"WWW-Authenticate"}
    assert told["verification.show", "429"] == told["orders.pay", "503"] == {"Retry-After"}


def test_what_a_name_does_not_say_is_described(document: dict[str, Any]) -> None:
    """Every shape says what it is, and a field what it means where its name and kind do not."""
    shapes = {name: each for name, each in document["components"]["schemas"].items() if name in definitions()}
    assert [name for name, each in shapes.items() if not each.get("description")] == ["Moved"]
    assert shapes["ItemView"]["properties"]["sequence"]["description"] == "The place in the print job."
