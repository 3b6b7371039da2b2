"""What callers send, one value at a time: path and query parameters and the fields of bodies, checked before any operation sees them."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Header, Path, Query
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from models.codes import (
    ConsumerState,
    CredentialState,
    CredentialType,
    ItemState,
    Label,
    MessageKind,
    OrderState,
    SpecialHandling,
)
from models.edges.faults import Fault, text_of
from models.edges.text import (
    LIMITS,
    check_country,
    check_email,
    check_note,
    check_text,
    parse_asn,
    parse_date,
    parse_school_year,
)
from models.orders import item_number, parse_item_number
from models.sql.columns import MAX_KEY
from workflows.machines import order_item
from workflows.operations.carts.cart import MOST_LINES

#: Most rows of a page.
MOST_ROWS = 1000
#: Most rows of a sheet for which somebody sets a limit; without one it has them all.
MOST_ROWS_OF_SHEET = 20_000


def refuse(faults: Sequence[Fault]) -> None:
    """Refuse what has faults, with all of them."""
    if faults:
        raise PydanticCustomError(
            "text",
            "{en}",
            text_of(faults)._asdict(),
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
_NO_YEAR = Label(
    "write two consecutive years from 1905/1906 on, e.g. 2025/2026.",
    "écrivez deux années consécutives à partir de 1905/1906, p. ex. 2025/2026.",
)
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
ItemNumberText = Annotated[str, AfterValidator(_item), Field(max_length=40, examples=["0000000123-01"])]
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
JobNumber = Annotated[int, Path(ge=0, le=MAX_KEY, description="The print job's number.", examples=[12])]
ConsumerNumber = Annotated[
    int, Path(ge=1, le=MAX_KEY, description="The consumer's number in the list.", examples=[3])
]
MessageNumber = Annotated[
    int, Path(ge=1, le=MAX_KEY, description="The message's number in the list.", examples=[41])
]
RunNumber = Annotated[
    int,
    Path(ge=1, le=MAX_KEY, description="The number of the bulk run, as its beginning told.", examples=[7]),
]
LineNumber = Annotated[
    int, Path(ge=1, le=MOST_LINES, description="The number of the line in the cart.", examples=[1])
]
TypeInPath = Annotated[CredentialType, Path(description="The credential's type.", examples=["AHSD"])]
HandlingEvent = Annotated[
    Literal["start", "complete", "assign"],
    Path(
        description="Wait for information from the student; it is done; or say who does it and by when.",
        examples=["start"],
    ),
]
RuleCode = Annotated[str, Path(max_length=10, description="The rule's code.", examples=["60108"])]
KindOfProblem = Annotated[
    str, Path(max_length=40, description="The last part of a problem's `type`.", examples=["rule"])
]
VerificationCode = Annotated[
    str,
    Path(
        max_length=200,
        description="The code at the end of the link in the document's QR code.",
        examples=["0123456789abcdef0123456789abcdef"],
    ),
]
OrderNumber = Annotated[int, Path(ge=0, le=MAX_KEY, description="The order's number.", examples=[12])]

After = Annotated[
    int, Query(ge=0, le=MAX_KEY, description="The cursor of the page before (`next`).", examples=[0])
]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows of the page.", examples=[100])]
SheetLimit = Annotated[
    int | None,
    Query(
        ge=1, le=MOST_ROWS_OF_SHEET, description="Rows at most; all of them without it.", examples=[20_000]
    ),
]
DryRun = Annotated[bool, Query(description="Decide everything, change nothing.", examples=[True])]
Prefer = Annotated[
    str | None,
    Header(
        description="`respond-async`: in the background, however few they are.", examples=["respond-async"]
    ),
]

# What narrows a list

AsnFilter = Annotated[Asn | None, Query(description="Only this student's.", examples=["123456789"])]
NameFilter = Annotated[
    Annotated[str, _line("name"), at_most("name")] | None,
    Query(description="The beginning of any of the student's names.", examples=["Okafor"]),
]
OwnerFilter = Annotated[Owner | None, Query(description="Only what this person does.", examples=["Claire"])]
SchoolFilter = Annotated[
    SchoolCode | None, Query(description="Only students of the school with this code.", examples=["0210"])
]
AuthorityFilter = Annotated[
    AuthorityCode | None,
    Query(description="Only students of the authority with this code.", examples=["2155"]),
]
ItemStateFilter = Annotated[
    ItemState | None, Query(description="Only items in this state.", examples=["created"])
]
HeldByFilter = Annotated[
    str | None,
    Query(pattern=r"^[A-Z0-9-]{1,10}$", description="Only items held by this rule.", examples=["60108"]),
]
JobFilter = Annotated[
    int | None, Query(ge=0, le=MAX_KEY, description="Only items of this print job.", examples=[12])
]
TypeFilter = Annotated[
    CredentialType | None,
    Query(alias="type", description="Only credentials of this type.", examples=["AHSD"]),
]
NumberFilter = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z0-9-]{1,20}$",
        description="Only the credential with this number or legacy number.",
        examples=["0000000117"],
    ),
]
StatusFilter = Annotated[
    CredentialState | None, Query(description="Only credentials in this state.", examples=["awarded"])
]
OrderedFilter = Annotated[
    bool | None, Query(description="Whether an order of the credential exists.", examples=[True])
]
AwardedFrom = Annotated[
    Day | None, Query(description="Only those awarded on this day or later.", examples=["2026-02-01"])
]
AwardedTo = Annotated[
    Day | None, Query(description="Only those awarded on this day or earlier.", examples=["2026-07-31"])
]
SchoolYearFilter = Annotated[
    SchoolYear | None, Query(description="Only those of this school year.", examples=["2025/2026"])
]
NameDiffers = Annotated[
    bool | None,
    Query(description="Whether the legal name is no longer the awarded one.", examples=[True]),
]
OrderStateFilter = Annotated[
    OrderState | None, Query(description="Only orders in this state.", examples=["under_construction"])
]
ConsumerStateFilter = Annotated[
    ConsumerState | None, Query(description="Only consumers in this state.", examples=["active"])
]
HandlingFilter = Annotated[
    SpecialHandling | None,
    Query(
        description="Only special handling in this state; without it, all that is open.", examples=["pending"]
    ),
]
MessageKindFilter = Annotated[
    MessageKind | None, Query(description="Only messages of this kind.", examples=["credential_issued"])
]
MessageItemFilter = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9-]{1,40}$", description="Only messages about this item.", examples=["0000000123-01"]
    ),
]
Unsent = Annotated[bool, Query(description="Only messages that were not sent yet.", examples=[True])]
WithEvents = Annotated[
    bool, Query(description="Each item with its `events`: allowed, or why not.", examples=[True])
]
Unofficial = Annotated[bool, Query(description="Marked as an unofficial copy.", examples=[True])]
Preview = Annotated[bool, Query(description="Decide everything, change nothing.", examples=[True])]
CourierItems = Annotated[
    list[ItemNumberText],
    Query(
        min_length=1,
        max_length=99,
        description="The items that go with the waybill; may be repeated.",
        examples=[["0000000123-01"]],
    ),
]
