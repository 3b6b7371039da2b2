"""What the OpenAPI document of a service describes, with its references followed."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def followed(document: Schema, part: Any) -> Any:
    """The same part of ``document`` with what it refers to in place of the references."""
    if isinstance(part, list):
        return [followed(document, each) for each in part]
    if not isinstance(part, dict):
        return part
    if (name := part.get("$ref")) is not None:
        return followed(document, document["components"]["schemas"][name.rpartition("/")[2]])
    return {key: followed(document, each) for key, each in part.items()}


def answers(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    """(operation, status, schema) of every good JSON answer."""
    for methods in document["paths"].values():
        for call in methods.values():
            for status, told in call["responses"].items():
                content = told.get("content", {}) if status.startswith("2") else {}
                if "application/json" in content:
                    schema = content["application/json"]["schema"]
                    yield call["operationId"], status, followed(document, schema)


def records(schema: Schema) -> list[Schema]:
    """The records that an answer may be."""
    return [
        each for some in schema.get("anyOf", [schema]) for each in ([some] if "properties" in some else [])
    ]


def kinds(schema: Schema) -> set[str]:
    """The types that a value may have."""
    return {kind for each in schema.get("anyOf", [schema]) for kind in [each["type"]]}
