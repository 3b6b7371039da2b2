"""A reprint before it is placed: its line, the item that it would become, and every rule that judges it.

Shared by the public's cart and the ministry's reprint order. Use it so::

    line = ReprintLine(credential=row, details=ReprintDetails(copies=2, delivery_method=…, …))
    (judged,) = judge(source, [line], command)      # a fixed number of queries for any number of lines
    if not judged.reasons:                          # every failing rule of REPRINT_RULES
        place_each(session, [judged.item], command) # or place_items, for the lines of one cart
    judged.warnings                                 # what of REPRINT_WARNINGS will hold it later, or looks doubled

``credential`` is a row of the table credentials, ``details`` what a person chose; ``ReprintDetails.stored`` and
``ReprintDetails.restored`` bring it into a draft line and back. ``judged.item`` is an unsaved :class:`OrderItem` in
``created`` with kind and root kind *reprint*, the letter that its method asks for, and ``item_no`` 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any, Self

from typing_extensions import TypedDict

from models.codes import (
    DeliveryMethod,
    ItemKind,
    ItemState,
    Language,
    LetterKind,
    RecipientKind,
)
from models.edges.faults import Fault, fault
from models.edges.text import check_address, check_country, check_text
from models.orders import OrderItem
from workflows.command import Command
from workflows.facts.ordering import OrderingFacts
from workflows.questions import REPRINT
from workflows.rules.rule import Reason, plain
from workflows.shapes import AddressView, Day, day, values_of
from workflows.source import Source


class StoredDetails(TypedDict):
    """What a person chose for a reprint, as it is stored and shown."""

    language: Annotated[str, values_of(Language)]
    copies: int
    delivery_method: Annotated[str, values_of(DeliveryMethod)]
    recipient_kind: Annotated[str, values_of(RecipientKind)]
    recipient: str | None
    address: AddressView | None
    consumer_id: int | None
    control_date: Day | None
    certification_country: str | None
    requested_by: str
    waybill: str | None


@dataclass(frozen=True, slots=True)
class ReprintDetails:
    """What a person chose for a reprint.

    Without ``address`` a document for the student follows the student's own; ``waybill`` is a name in the document
    store; ``requested_by`` is who asked for it, as the letter or the history may say.
    """

    language: Language = Language.EN
    copies: int = 1
    delivery_method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD
    recipient_kind: RecipientKind = RecipientKind.STUDENT
    recipient: str | None = None
    address: Mapping[str, Any] | None = None
    consumer_id: int | None = None
    control_date: date | None = None
    certification_country: str | None = None
    requested_by: str = ""
    waybill: str | None = None

    def stored(self) -> StoredDetails:
        """As the JSON of a draft line."""
        return {
            "language": self.language.value,
            "copies": self.copies,
            "delivery_method": self.delivery_method.value,
            "recipient_kind": self.recipient_kind.value,
            "recipient": self.recipient,
            "address": None if self.address is None else plain(self.address),
            "consumer_id": self.consumer_id,
            "control_date": day(self.control_date),
            "certification_country": self.certification_country,
            "requested_by": self.requested_by,
            "waybill": self.waybill,
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """From the JSON of a draft line."""
        values = dict(stored)
        day = values.get("control_date")
        return cls(
            **values
            | {
                "language": Language(values["language"]),
                "delivery_method": DeliveryMethod(values["delivery_method"]),
                "recipient_kind": RecipientKind(values["recipient_kind"]),
                "control_date": day and date.fromisoformat(day),
            }
        )


@dataclass(frozen=True, slots=True)
class ReprintLine:
    """One reprint that is wanted: of which credential (its row), and how."""

    credential: Any
    details: ReprintDetails


@dataclass(frozen=True, slots=True)
class Judged:
    """The item that a line would become, the rules that refuse it and those that warn of it."""

    item: OrderItem
    facts: OrderingFacts
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]


def as_typed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of :class:`ReprintDetails` that a person gave: a consumer that is named receives it, unless said otherwise."""
    named = given.get("consumer_id") is not None
    return {"recipient_kind": RecipientKind.CONSUMER, **given} if named else dict(given)


def check_texts(typed: Mapping[str, Any]) -> list[Fault]:
    """Everything that can't be kept of what a person typed, by the names of :class:`ReprintDetails`."""
    faults = check_text("recipient", typed.get("recipient") or "")
    faults += check_text("requested_by", typed.get("requested_by") or "")
    if typed.get("address") is not None:
        faults += check_address(**typed["address"])
    if typed.get("certification_country") is not None:
        faults += check_country("certification_country", typed["certification_country"])
    return faults


def check_details(details: ReprintDetails) -> list[Fault]:
    """Everything malformed in a line, and what is missing; whether it may be ordered is for the rules."""
    faults = []
    if details.recipient_kind in (RecipientKind.ORGANISATION, RecipientKind.OTHER) and not details.recipient:
        faults.append(fault("missing", "recipient"))
    if details.recipient_kind is RecipientKind.CONSUMER and details.consumer_id is None:
        faults.append(fault("missing", "consumer"))
    return faults + check_texts({each.name: getattr(details, each.name) for each in fields(details)})


def reprint_item(line: ReprintLine, command: Command) -> OrderItem:
    """The line as an unsaved item."""
    credential, details = line.credential, line.details
    digital = details.delivery_method is DeliveryMethod.DIGITAL
    own_address = details.recipient_kind is RecipientKind.STUDENT and details.address is None
    return OrderItem(
        item_no=1,
        student_id=credential.student_id,
        credential_id=credential.id,
        kind=ItemKind.REPRINT,
        root_kind=ItemKind.REPRINT,
        letter=LetterKind.NONE if digital else LetterKind.REPRINT,
        state=ItemState.CREATED,
        language=details.language,
        copies=details.copies,
        delivery_method=details.delivery_method,
        control_date=details.control_date,
        placed_at=command.at,
        requested_by=details.requested_by,
        certification_country=details.certification_country,
        waybill=details.waybill,
        consumer_id=details.consumer_id,
        recipient_kind=details.recipient_kind,
        recipient=details.recipient,
        address=None if details.address is None else dict(details.address),
        follows_student=own_address,
    )


def judge(source: Source, lines: Sequence[ReprintLine], command: Command) -> list[Judged]:
    """Every line as an item with its facts, the rules that refuse it and those that warn, in the order given."""
    items = [reprint_item(line, command) for line in lines]
    everyones = OrderingFacts.of_each(source, items, command)
    return [Judged(facts.item, facts, REPRINT.ask(facts), REPRINT.warn(facts)) for facts in everyones]


def keep_answers(source: Source, judged: Iterable[Judged], command: Command) -> None:
    """Keep what was known of lines that somebody wanted placed."""
    REPRINT.keep(source, command, ((each.facts, each.reasons) for each in judged))
