"""The bodies of calls, checked before any operation sees them."""

from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.codes import (
    DeliveryMethod,
    DiscardReason,
    EnvelopeOutcome,
    ItemState,
    Language,
    RecipientKind,
)
from models.edges.faults import fault
from models.edges.receipts import MAX_SEQUENCE, MAX_SPOILED
from models.edges.text import check_address
from models.sql.columns import MAX_KEY, MAX_TYPED_COPIES
from web.api.protocol.inputs import (
    MOST_ROWS,
    AddressPart,
    Asn,
    AuthorityCode,
    BulkType,
    Certified,
    ConsumerName,
    Country,
    Day,
    Email,
    EmailDomain,
    Note,
    Owner,
    Reason,
    Recipient,
    RequestedBy,
    SchoolCode,
    SchoolYear,
    refuse,
)
from workflows.operations.ordering.award import check_first_run
from workflows.operations.ordering.reprint_line import as_typed


def _example(**fields: Any) -> ConfigDict:
    """The body's example in the document."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


_HOME = {
    "lines": ["10044 108 Street NW"],
    "city": "Edmonton",
    "province": "AB",
    "postal_code": "T5J 5E6",
    "country": "CA",
}


class Body(BaseModel):
    """A body; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", str_max_length=2000)

    def given(self) -> dict[str, Any]:
        """The fields that the caller sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}

    def refuse_null(self, but: Collection[str] = ()) -> None:
        """Refuse fields that are null: an unset variable must neither choose everything nor be ignored silently."""
        empty = sorted(name for name, each in self.given().items() if each is None and name not in but)
        refuse([fault("null", name) for name in empty])


class Why(Body):
    """Why something is done."""

    model_config = _example(reason="OrderedInError", note="The student called.")

    reason: Reason | None = None
    note: Note | None = None


class Address(Body):
    """A mailing address. An incomplete one is taken; rule 60108 judges it later."""

    lines: list[AddressPart] = Field(max_length=20, examples=[["10044 108 Street NW"]])
    city: AddressPart = Field("", examples=["Edmonton"])
    province: AddressPart = Field("", examples=["AB"])
    postal_code: AddressPart = Field("", examples=["T5J 5E6"])
    country: Country

    def model_post_init(self, _context: Any) -> None:
        """Refuse malformed texts, with every fault."""
        refuse(check_address(self.lines, self.city, self.province, self.postal_code, self.country))

    def stored(self) -> dict[str, Any]:
        """The address as items and students store it."""
        return self.model_dump()


class Destination(Body):
    """To whom an item goes, where, how, in which language and when; what is not given stays."""

    model_config = _example(address=_HOME, delivery_method="courier")

    recipient_kind: RecipientKind | None = None
    recipient: Recipient | None = None
    address: Address | None = None
    follow_student: bool = Field(False, description="To the student, wherever the student lives by then.")
    delivery_method: DeliveryMethod | None = None
    language: Language | None = None
    control_date: Day | None = Field(None, description="Not before this day; null: at once.")
    certification_country: Certified | None = None

    def model_post_init(self, _context: Any) -> None:
        """Refuse null for fields that can't be emptied."""
        self.refuse_null(but=_NULLABLE)

    def typed(self) -> dict[str, Any]:
        """The given fields, as :func:`workflows.operations.ordering.edit.as_fields` takes them."""
        given = {name: each for name, each in self.given().items() if name not in {"reason", "note"}}
        if self.address is not None:
            given["address"] = self.address.stored()
        return given


#: Fields of a destination that are emptied by saying null.
_NULLABLE = {"control_date", "certification_country", "reason", "note"}


class Noted(Body):
    """Something is done for no reason that has a code."""

    model_config = _example(note="Deleted by mistake.")

    note: Note | None = None


class Reorder(Destination):
    """A reorder: why, and what is to be otherwise this time."""

    model_config = _example(reason="ReturnedBadAddress", note="The student moved.", address=_HOME)

    reason: Reason | None = Field(None, examples=["LostInMail"])
    note: Note | None = None


class Awarding(Body):
    """An award, and the first-run that is to be ordered with it: both or neither."""

    model_config = _example(school_year="2025/2026", order=True)

    school_year: SchoolYear | None = None
    order: bool = False
    delivery_method: DeliveryMethod = Field(
        DeliveryMethod.AUTOMATED_CARDBOARD, description="Of the first-run; only with `order`."
    )
    language: Language | None = Field(None, description="Of the first-run; only with `order`.")

    def model_post_init(self, _context: Any) -> None:
        """Refuse delivery method and language where no first-run is ordered."""
        given = self.given()
        refuse(check_first_run(given.get("delivery_method"), given.get("language"), order=self.order))


class FirstRunOrder(Body):
    """How a first-run is delivered, and in which language; by default the programme's."""

    model_config = _example(delivery_method="manual_mail", language="fr")

    delivery_method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD
    language: Language | None = None


class ReprintLine(Body):
    """What a reprint is to be."""

    model_config = _example(language="fr", copies=2)

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
        """The given fields, as fields of :class:`workflows.operations.ordering.reprint_line.ReprintDetails`."""
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

    model_config = _example(language="en", copies=2, current_name=True)

    current_name: bool = Field(
        False, description="Print the present legal name: re-issues the credential first."
    )


class CartLine(ReprintLine):
    """A reprint in a cart: of whose credential, by its number or type."""

    model_config = _example(asn="123456789", credential="AHSD", language="fr", copies=2)

    asn: Asn
    credential: str = Field(max_length=20, pattern=r"^[A-Za-z0-9-]+$", examples=["AHSD"])


class Reissue(Body):
    """A re-issue, perhaps for another school year."""

    model_config = _example(school_year="2024/2025", note="The year was corrected.")

    school_year: SchoolYear | None = None
    note: Note | None = None


class Cart(Body):
    """A cart to begin."""

    model_config = _example(on_behalf_of="Ada Byron", email="ada@example.org", language="en")

    on_behalf_of: RequestedBy = Field("", description="Student Records: for whom.")
    email: Email = ""
    language: Language = Language.EN


class ItemFilterBody(Body):
    """A filter of order items: all that meet every condition."""

    state: ItemState | None = None
    error: str | None = Field(None, max_length=10, pattern=r"^[A-Z0-9-]+$", examples=["60108"])
    print_job: int | None = Field(None, ge=1, le=MAX_KEY)
    asn: Asn | None = None

    def model_post_init(self, _context: Any) -> None:
        """Refuse null: a condition that is not meant is left out."""
        self.refuse_null()


class Bulk(Body):
    """A change of many items: those of a list, or all that a filter takes; why."""

    model_config = _example(
        filter={"state": "system_hold", "error": "60108"}, note="The addresses are there."
    )

    items: list[Annotated[str, Field(max_length=40)]] | None = Field(None, min_length=1, max_length=MOST_ROWS)
    filter: ItemFilterBody | None = None
    reason: Reason | None = None
    note: Note | None = None


class BulkAward(Body):
    """Which achieved credentials are awarded and ordered; empty filters take all, honorary ones never."""

    model_config = _example(types=["AHSD", "CHSA"], school_year="2025/2026")

    types: list[BulkType] = Field(min_length=1, max_length=20, examples=[["AHSD"]])
    authority: AuthorityCode | None = None
    school: SchoolCode | None = None
    school_year: SchoolYear | None = None
    delivery_method: Literal[DeliveryMethod.AUTOMATED_CARDBOARD, DeliveryMethod.MANUAL_MAIL] = (
        DeliveryMethod.AUTOMATED_CARDBOARD
    )


class Discarding(Body):
    """A print job is given up."""

    model_config = _example(reason="WrongContent", note="Two pages were swapped.", no_copy=True)

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

    model_config = _example(receipts=[{"sequence": 1, "outcome": "mailed", "date": "2026-03-03"}])

    receipts: list[ReceiptRow] = Field(min_length=1, max_length=10_000)


class Assignment(Body):
    """Who does the special handling of an item, and by when."""

    model_config = _example(owner="Claire", due_on="2026-06-30")

    owner: Owner | None = None
    due_on: Day | None = None


class NewConsumer(Body):
    """A digital document consumer to register."""

    model_config = _example(
        name="University of Lethbridge", email_domain="uleth.ca", email="registrar@uleth.ca", language="en"
    )

    name: ConsumerName
    email_domain: EmailDomain
    email: Email = Field(examples=["registrar@uleth.ca"])
    language: Language = Language.EN


class StudentHold(Body):
    """A hold on a student, up to and with its last day; open-ended without."""

    model_config = _example(until="2026-12-31")

    until: Day | None = None


class Death(Body):
    """The death flag."""

    model_config = _example(deceased=True)

    deceased: bool = True


class Move(Body):
    """A new mailing address, and its last valid day."""

    model_config = _example(address=_HOME, expires_on="2027-06-30")

    address: Address
    expires_on: Day | None = None


class Link(Body):
    """The token of a digital document's link."""

    model_config = _example(link="0123456789abcdef0123456789abcdef")

    link: str | None = Field(None, max_length=200, pattern=r"^[A-Za-z0-9_=-]*$")
