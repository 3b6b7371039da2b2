"""What the views of all interfaces are made of.

A view is a plain dict whose type stands beside the function that makes it. The OpenAPI document is derived from these
types (:mod:`web.api.protocol.schema`): a field that one of them names is documented, and one that none of them names is told
nowhere.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeAlias, overload

from pydantic import Field
from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

from models.codes import Label


def values_of(values: Iterable[str]) -> Any:
    """Marks a text that is one of ``values``: those of a code list, which views hold as plain texts."""
    return Field(json_schema_extra={"enum": [str(each) for each in values]})


def meaning(text: str) -> Any:
    """Says in the document what a field means, where its name and kind do not."""
    return Field(description=text)


#: RFC 3339 in UTC.
Instant: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Day: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "date"})]
#: How many of each: numbers by name.
Counted: TypeAlias = dict[str, int]


class Both(TypedDict):
    """A text in both languages."""

    en: str
    fr: str


class AddressView(TypedDict):
    """A mailing address."""

    lines: list[str]
    city: str
    province: str
    postal_code: str
    country: Annotated[str, meaning("ISO 3166 alpha-2.")]


class Hindrance(TypedDict):
    """What went wrong last where it is tried again: in which step, and the kind of error."""

    step: str
    error: str


def both(label: Label) -> Both:
    """A text in both languages as the interfaces show it."""
    return {"en": label.en, "fr": label.fr}


def cursor(following: object | None) -> str | None:
    """Where the next page of a list begins, ``None`` after the last."""
    return None if following is None else str(following)


def day(value: date | None) -> str | None:
    """A day as text."""
    return None if value is None else value.isoformat()


@overload
def instant(value: datetime) -> str: ...


@overload
def instant(value: None) -> None: ...


def instant(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    if value is None:
        return None
    text = value.isoformat()
    if not text.endswith(UTC_OFFSET):  # as PostgreSQL never gives them
        text = value.astimezone(UTC).isoformat()
    return f"{text.removesuffix(UTC_OFFSET)}Z"


UTC_OFFSET = "+00:00"
