"""What callers send, one value at a time: path and query parameters and the fields of bodies, checked before any operation sees them."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from models.codes import CredentialType, Label
from models.columns import MAX_KEY
from models.messages import Fault
from models.orders import item_number, parse_item_number
from models.text import (
    LIMITS,
    check_country,
    check_email,
    check_note,
    check_text,
    parse_asn,
    parse_date,
    parse_school_year,
)
from workflows import order_item
from workflows.operations.cart import MOST_LINES

#: Most rows of a page.
MOST_ROWS = 1000


def refuse(faults: Sequence[Fault]) -> None:
    """Refuse what has faults, with all of them."""
    if faults:
        raise PydanticCustomError(
            "text",
            "{en}",
            {language: " ".join(each.in_(language) for each in faults) for language in ("en", "fr")},
        )


def _said(code: str, label: Label) -> PydanticCustomError:
    return PydanticCustomError(code, "{en}", label._asdict())


def _asn(text: str) -> str:
    found = parse_asn(text)
    if found is None:
        raise _said("asn", _NO_ASN)
    return found


def _year(text: str) -> str:
    if parse_school_year(text) is None:
        raise _said("school_year", _NO_YEAR)
    return text


def _checked(check: Callable[[str], Sequence[Fault]]) -> AfterValidator:
    """Refuses a text with a fault, with all of them."""

    def look(text: str) -> str:
        refuse(check(text))
        return text

    return AfterValidator(look)


def _line(field: str) -> AfterValidator:
    """A text of one line, as the field may be."""
    return _checked(partial(check_text, field))


def at_most(field: str, **more: Any) -> Any:
    """As many characters as the field may have."""
    return Field(max_length=LIMITS[field], **more)


def _day(given: object) -> date:
    """A day as text; numbers and moments, which would be taken for one too, are none."""
    day = parse_date(given) if isinstance(given, str) else None
    if day is None:
        raise _said("date", _NO_DAY)
    return day


def _plain(text: str) -> str:
    """A number without dashes; what is no number finds nothing."""
    return text.replace("-", "") if text.isascii() and text.isprintable() else "?"


def _item(text: str) -> str:
    key = parse_item_number(text) if len(text) <= 40 else None
    return "?" if key is None or key[1] > 99 else item_number(*key)


def _event(text: str) -> str:
    if text not in order_item.EVENTS or text == "reorder":
        events = ", ".join(each for each in order_item.EVENTS if each != "reorder")
        raise _said("event", ONE_OF.filled(expected=events))
    return text


def _bulk_type(each: CredentialType) -> CredentialType:
    if each is CredentialType.HONR:
        raise _said("type", _NEVER_IN_BULK)
    return each


#: What to write where one of a few values is expected.
ONE_OF = Label("write one of: {expected}.", "écrivez l'une de ces valeurs : {expected}.")
_NO_ASN = Label("this is no ASN; give nine digits.", "ce n'est pas un NEA; donnez neuf chiffres.")
_NO_YEAR = Label("write a school year, such as 2025/2026.", "écrivez une année scolaire, comme 2025/2026.")
_NO_DAY = Label("write a day, such as 2026-06-30.", "écrivez un jour, comme 2026-06-30.")
_NEVER_IN_BULK = Label(
    "an honorary diploma is never awarded in bulk.", "un diplôme honorifique ne se décerne jamais en lot."
)

Asn = Annotated[str, AfterValidator(_asn)]
SchoolYear = Annotated[
    str, AfterValidator(_year), Field(examples=["2025/2026"], json_schema_extra={"pattern": r"^\d{4}/\d{4}$"})
]
Country = Annotated[str, _checked(partial(check_country, "country")), Field(examples=["CA"])]
Certified = Annotated[str, _checked(partial(check_country, "certification_country")), Field(examples=["GB"])]
Day = Annotated[date, BeforeValidator(_day)]
RequestedBy = Annotated[str, _line("requested_by"), at_most("requested_by")]
Recipient = Annotated[str, _line("recipient"), at_most("recipient")]
Owner = Annotated[str, _line("owner"), at_most("owner")]
AuthorityCode = Annotated[str, _line("authority_code"), at_most("authority_code")]
SchoolCode = Annotated[str, _line("school_code"), at_most("school_code")]
Reason = Annotated[str, _line("reason"), at_most("reason", examples=["OrderedInError"])]
Note = Annotated[str, _checked(check_note), at_most("note")]
#: Judged with the rest of the address.
AddressPart = Annotated[str, at_most("address")]
ConsumerName = Annotated[str, at_most("consumer_name", examples=["University of Lethbridge"])]
EmailDomain = Annotated[str, at_most("email_domain", examples=["uleth.ca"])]
BulkType = Annotated[CredentialType, AfterValidator(_bulk_type)]
Email = Annotated[str, _checked(check_email), at_most("email", examples=["ada@example.org"])]

#: An item's number outside a path.
ItemNumberText = Annotated[str, AfterValidator(_item), Field(max_length=40)]
ItemNumber = Annotated[
    str, Path(description="The item's number.", examples=["0000000123-01"]), AfterValidator(_item)
]
ItemEvent = Annotated[
    str,
    Path(
        description="An event of the order item; a reorder has a call of its own.",
        json_schema_extra={"enum": [each for each in order_item.EVENTS if each != "reorder"]},
        examples=["hold"],
    ),
    AfterValidator(_event),
]
AsnInPath = Annotated[str, Path(description="Nine digits.", examples=["123456789"]), AfterValidator(_asn)]
CredentialNumber = Annotated[
    str,
    Path(description="Ten digits, or a legacy number.", examples=["0000000117"]),
    AfterValidator(_plain),
]
JobNumber = Annotated[int, Path(ge=0, le=MAX_KEY, description="The print job's number.", examples=["000012"])]
Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
LineNumber = Annotated[int, Path(ge=1, le=MOST_LINES)]
OrderNumber = Annotated[int, Path(ge=0, le=MAX_KEY, description="The order's number.", examples=[12])]

After = Annotated[int, Query(ge=0, le=MAX_KEY, description="The cursor of the page before (`next`).")]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows of the page.")]
AsnFilter = Annotated[Asn | None, Query(description="Only this student's.")]
NameFilter = Annotated[
    Annotated[str, _line("name"), at_most("name")] | None,
    Query(description="The beginning of any of the student's names."),
]
SchoolFilter = Annotated[SchoolCode | None, Query(description="School code.")]
AuthorityFilter = Annotated[AuthorityCode | None, Query(description="Authority code.")]
OwnerFilter = Annotated[Owner | None, Query(description="Only what this person does.")]
DryRun = Annotated[bool, Query(description="Decide everything, change nothing.")]
