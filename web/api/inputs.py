"""What callers send: path and query parameters and bodies, checked before any operation sees them."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from models.codes import (
    CredentialType,
    DeliveryMethod,
    DiscardReason,
    EnvelopeOutcome,
    ItemState,
    Language,
    RecipientKind,
)
from models.columns import MAX_KEY, MAX_TYPED_COPIES
from models.messages import Fault
from models.orders import item_number, parse_item_number
from models.text import (
    LIMITS,
    check_address,
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
from workflows.operations.receipts import MAX_SEQUENCE, MAX_SPOILED
from workflows.operations.reprint_line import as_typed

#: Most rows of a page.
MOST_ROWS = 1000


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise PydanticCustomError(
            "text",
            "{en}",
            {language: " ".join(each.in_(language) for each in faults) for language in ("en", "fr")},
        )


def _said(code: str, en: str, fr: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{en}", {"en": en, "fr": fr})


def _asn(text: str) -> str:
    found = parse_asn(text)
    if found is None:
        raise _said("asn", "this is no ASN; give nine digits.", "ce n'est pas un NEA; donnez neuf chiffres.")
    return found


def _year(text: str) -> str:
    if parse_school_year(text) is None:
        raise _said("school_year", "write e.g. 2025/2026.", "écrivez p. ex. 2025/2026.")
    return text


def _checked(check: Callable[[str], Sequence[Fault]]) -> AfterValidator:
    """Refuses a text with a fault, with all of them."""

    def look(text: str) -> str:
        _refuse(check(text))
        return text

    return AfterValidator(look)


def _line(field: str) -> AfterValidator:
    """A text of one line, as the field may be."""
    return _checked(partial(check_text, field))


def _most(field: str, **more: Any) -> Any:
    """As many characters as the field may have."""
    return Field(max_length=LIMITS[field], **more)


def _day(given: object) -> date:
    """A day as text; numbers and moments, which would be taken for one too, are none."""
    day = parse_date(given) if isinstance(given, str) else None
    if day is None:
        raise _said("date", "write a day, such as 2026-06-30.", "écrivez un jour, comme 2026-06-30.")
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
        raise _said("event", f"write one of {events}.", f"écrivez l'une des valeurs {events}.")
    return text


def _bulk_type(each: CredentialType) -> CredentialType:
    if each is CredentialType.HONR:
        raise _said("type", "honorary ones are never in bulk.", "les diplômes honorifiques jamais en lot.")
    return each


Asn = Annotated[str, AfterValidator(_asn)]
SchoolYear = Annotated[
    str, AfterValidator(_year), Field(examples=["2025/2026"], json_schema_extra={"pattern": r"^\d{4}/\d{4}$"})
]
Country = Annotated[str, _checked(partial(check_country, "country")), Field(examples=["CA"])]
Certified = Annotated[str, _checked(partial(check_country, "certification_country")), Field(examples=["GB"])]
Day = Annotated[date, BeforeValidator(_day)]
RequestedBy = Annotated[str, _line("requested_by"), _most("requested_by")]
Recipient = Annotated[str, _line("recipient"), _most("recipient")]
Owner = Annotated[str, _line("owner"), _most("owner")]
AuthorityCode = Annotated[str, _line("authority_code"), _most("authority_code")]
SchoolCode = Annotated[str, _line("school_code"), _most("school_code")]
Reason = Annotated[str, _line("reason"), _most("reason", examples=["OrderedInError"])]
Note = Annotated[str, _checked(check_note), _most("note")]
Email = Annotated[str, _checked(check_email), _most("email", examples=["ada@example.org"])]

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
TextFilter = Annotated[RequestedBy | None, Query(max_length=203)]
DryRun = Annotated[bool, Query(description="Decide everything, change nothing.")]


class Body(BaseModel):
    """A body; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", str_max_length=2000)

    def given(self) -> dict[str, Any]:
        """The fields that the caller sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Why(Body):
    """Why something is done."""

    reason: Reason | None = None
    note: Note | None = None


class Address(Body):
    """A mailing address. An incomplete one is taken; rule 60108 judges it later."""

    lines: list[Annotated[str, Field(max_length=246)]] = Field(
        max_length=20, examples=[["10044 108 Street NW"]]
    )
    city: str = Field("", max_length=246, examples=["Edmonton"])
    province: str = Field("", max_length=246, examples=["AB"])
    postal_code: str = Field("", max_length=246, examples=["T5J 5E6"])
    country: Country

    def model_post_init(self, _context: Any) -> None:
        """Every fault of its texts."""
        _refuse(check_address(self.lines, self.city, self.province, self.postal_code, self.country))

    def stored(self) -> dict[str, Any]:
        """As items and students keep it."""
        return self.model_dump()


class Destination(Body):
    """To whom an item goes, where, how, in which language and when; what is not given stays."""

    recipient_kind: RecipientKind | None = None
    recipient: Recipient | None = None
    address: Address | None = None
    follow_student: bool = Field(False, description="To the student, wherever the student lives by then.")
    delivery_method: DeliveryMethod | None = None
    language: Language | None = None
    control_date: Day | None = Field(None, description="Not before this day; null: at once.")
    certification_country: Certified | None = None

    def typed(self) -> dict[str, Any]:
        """What was given, as :func:`workflows.operations.edit.as_fields` takes it."""
        given = {name: each for name, each in self.given().items() if name not in {"reason", "note"}}
        if self.address is not None:
            given["address"] = self.address.stored()
        return {name: each for name, each in given.items() if each is not None or name in _NULLABLE}


#: Fields of a destination that are emptied by saying null.
_NULLABLE = {"control_date", "certification_country"}


class Noted(Body):
    """Something is done for no reason that has a code."""

    note: Note | None = None


class Reorder(Destination):
    """A reorder: why, and what is to be otherwise this time."""

    reason: Reason | None = Field(None, examples=["LostInMail"])
    note: Note | None = None


class Awarding(Body):
    """An award, and the first-run that is to be ordered with it: both or neither."""

    school_year: SchoolYear | None = None
    order: bool = False
    delivery_method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD
    language: Language | None = None


class FirstRunOrder(Body):
    """How a first-run is delivered, and in which language; by default the programme's."""

    delivery_method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD
    language: Language | None = None


class ReprintLine(Body):
    """What a reprint is to be."""

    language: Language = Language.EN
    copies: int = Field(1, ge=0, le=MAX_TYPED_COPIES, description="1 to 10; digital exactly 1.")
    delivery_method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD
    recipient_kind: RecipientKind = RecipientKind.STUDENT
    recipient: Recipient | None = None
    address: Address | None = None
    consumer: int | None = Field(None, ge=1, le=MAX_KEY, description="The digital consumer's id.")
    control_date: Day | None = None
    certification_country: Certified | None = None
    requested_by: RequestedBy = ""

    def details(self) -> dict[str, Any]:
        """What was given, as fields of :class:`workflows.operations.reprint_line.ReprintDetails`."""
        fields = self.given()
        fields.pop("current_name", None)
        fields.pop("asn", None)
        fields.pop("credential", None)
        if "consumer" in fields:
            fields["consumer_id"] = fields.pop("consumer")
        if self.address is not None:
            fields["address"] = self.address.stored()
        return as_typed(fields)


class Reprint(ReprintLine):
    """A reprint order of the ministry."""

    current_name: bool = Field(
        False, description="Print the present legal name: re-issues the credential first."
    )


class CartLine(ReprintLine):
    """A reprint in a cart: of whose credential, by its number or type."""

    asn: Asn
    credential: str = Field(max_length=20, pattern=r"^[A-Za-z0-9-]+$", examples=["AHSD"])


class Reissue(Body):
    """A re-issue, perhaps for another school year."""

    school_year: SchoolYear | None = None
    note: Note | None = None


class Cart(Body):
    """A cart to begin."""

    on_behalf_of: RequestedBy = Field("", description="Student Records: for whom.")
    email: Email = ""
    language: Language = Language.EN


class ItemFilterBody(Body):
    """Which items."""

    state: ItemState | None = None
    error: str | None = Field(None, max_length=10, pattern=r"^[A-Z0-9-]+$", examples=["60108"])
    print_job: int | None = Field(None, ge=1, le=MAX_KEY)
    asn: Asn | None = None


class Bulk(Body):
    """A change of many items: those of a list, or all that a filter takes; why."""

    items: list[Annotated[str, Field(max_length=40)]] | None = Field(None, min_length=1, max_length=MOST_ROWS)
    filter: ItemFilterBody | None = None
    reason: Reason | None = None
    note: Note | None = None


class BulkAward(Body):
    """Which achieved credentials are awarded and ordered; empty filters take all, honorary ones never."""

    types: list[Annotated[CredentialType, AfterValidator(_bulk_type)]] = Field(
        min_length=1, max_length=20, examples=[["AHSD"]]
    )
    authority: AuthorityCode | None = None
    school: SchoolCode | None = None
    school_year: SchoolYear | None = None
    delivery_method: Literal[DeliveryMethod.AUTOMATED_CARDBOARD, DeliveryMethod.MANUAL_MAIL] = (
        DeliveryMethod.AUTOMATED_CARDBOARD
    )


class Discarding(Body):
    """A print job is given up."""

    reason: DiscardReason | None = None
    note: Note | None = None
    no_copy: bool = Field(False, description="Confirmed: the provider holds no copy of the file.")


class ReceiptRow(Body):
    """What the provider reports for one envelope."""

    sequence: int = Field(ge=1, le=MAX_SEQUENCE)
    outcome: EnvelopeOutcome
    date: Day
    spoiled_sheets: int = Field(0, ge=0, le=MAX_SPOILED)


class Receipts(Body):
    """What the provider reports."""

    receipts: list[ReceiptRow] = Field(max_length=10_000)


class Assignment(Body):
    """Who does the special handling of an item, and by when."""

    owner: Owner | None = None
    due_on: Day | None = None


class NewConsumer(Body):
    """A digital document consumer to register."""

    name: Annotated[str, _most("consumer_name", examples=["University of Lethbridge"])]
    email_domain: Annotated[str, _most("email_domain", examples=["uleth.ca"])]
    email: Email = Field(examples=["registrar@uleth.ca"])
    language: Language = Language.EN


class StudentHold(Body):
    """A hold on a student, up to and with its last day; open-ended without."""

    until: Day | None = None


class Death(Body):
    """The death flag."""

    deceased: bool = True


class Move(Body):
    """A new mailing address, and its last valid day."""

    address: Address
    expires_on: Day | None = None


class Link(Body):
    """The token of a digital document's link."""

    link: str | None = Field(None, max_length=200, pattern=r"^[A-Za-z0-9_=-]*$")
