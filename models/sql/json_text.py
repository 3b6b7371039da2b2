"""JSON as bytes, by orjson where it can and plainly where it can't."""

import json
from typing import Any

import orjson


def json_bytes(value: Any) -> bytes:
    """``value`` as JSON: instants and days as text, codes as their values."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a number of more than 64 bits, or half of a character
        return json.dumps(value, default=_as_orjson_does, separators=(",", ":")).encode()


def _as_orjson_does(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))
