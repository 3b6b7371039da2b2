"""Describes the good answers of routes: JSON Schema that is derived from the types of the views, and files."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import core_schema

Schema = dict[str, Any]
#: The descriptions of a route's good answers, by status.
Answers = dict[int | str, dict[str, Any]]
_REF = "#/components/schemas/{model}"
#: Every view that a route answers with, by its name.
_ANSWERED: dict[str, Any] = {}


class _Closed(GenerateJsonSchema):
    """A schema generator that closes every view: an answer has the fields that its view names and no others."""

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> Schema:
        """The schema of a view, closed to any other field."""
        return super().typed_dict_schema(schema) | {"additionalProperties": False}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the library's signature
        """Leave titles of fields out of the document: the name of a field is its title."""
        return False


def shape(*views: Any) -> Schema:
    """The schema of one of ``views``; the schemas that it refers to are in :func:`definitions`."""
    _ANSWERED.update({each.__name__: each for each in views})
    refs: list[Schema] = [{"$ref": _REF.format(model=each.__name__)} for each in views]
    return refs[0] if len(refs) == 1 else {"anyOf": refs}


def definitions() -> dict[str, Schema]:
    """The schemas of all views that are answered with, and of all that these are made of, by name."""
    return _definitions(frozenset(_ANSWERED))


@cache
def _definitions(names: frozenset[str]) -> dict[str, Schema]:
    mode: JsonSchemaMode = "serialization"
    adapters = [(name, mode, TypeAdapter(_ANSWERED[name])) for name in sorted(names)]
    _, made = TypeAdapter.json_schemas(adapters, ref_template=_REF, schema_generator=_Closed)
    found: dict[str, Schema] = made["$defs"]
    return found


def answers(*views: Any, status: int = 200, description: str = "Done") -> Answers:
    """A JSON answer that is one of ``views``."""
    return {status: {"description": description, "content": {"application/json": {"schema": shape(*views)}}}}


def file_of(media_type: str) -> Answers:
    """A file."""
    schema = {"type": "string", "contentMediaType": media_type}
    return {200: {"description": "The file", "content": {media_type: {"schema": schema}}}}


PDF, SHEET = file_of("application/pdf"), file_of("text/csv")
