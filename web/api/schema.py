"""JSON Schema in a few words: what the shapes of answers are made of."""

from typing import Any

Schema = dict[str, Any]
#: What a route says of its good answers, by status.
Answers = dict[int | str, dict[str, Any]]

TEXT: Schema = {"type": "string"}
MAYBE: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": "integer"}
MAYBE_NUMBER: Schema = {"type": ["integer", "null"]}
FLAG: Schema = {"type": "boolean"}
#: What has no one shape: whatever a rule's message, an event or a run is about.
FREE: Schema = {"type": "object", "additionalProperties": True}
#: How many of each: numbers by name.
COUNTED: Schema = {"type": "object", "additionalProperties": NUMBER}


def record(**properties: Schema) -> Schema:
    """An object that has all of ``properties`` and nothing else."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def sometimes(of: Schema, **properties: Schema) -> Schema:
    """A record that may have more properties, each of them or not."""
    return of | {"properties": of["properties"] | properties}


def maybe(of: Schema) -> Schema:
    """The same, or ``null``."""
    return {"anyOf": [of, {"type": "null"}]}


def many(of: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": of}


def page_of(name: str, of: Schema) -> Schema:
    """A page of a list, and the cursor of the next."""
    return record(**{name: many(of), "next": MAYBE})


def with_example(of: Schema, example: Any) -> Schema:
    """The same with an example of it."""
    return of | {"examples": [example]}


def extended(of: Schema, **properties: Schema) -> Schema:
    """A record with more properties; an example of the shorter one is left out."""
    found = of | record(**of["properties"], **properties) | {"required": [*of["required"], *properties]}
    return {name: each for name, each in found.items() if name != "examples"}


def either(*of: Schema) -> Schema:
    """One of several shapes."""
    return {"anyOf": list(of)}


def answers(shape: Schema, status: int = 200) -> Answers:
    """A JSON answer."""
    return {status: {"description": "Done", "content": {"application/json": {"schema": shape}}}}


def file_of(media_type: str) -> Answers:
    """A file."""
    schema = {"type": "string", "contentMediaType": media_type}
    return {200: {"description": "The file", "content": {media_type: {"schema": schema}}}}
