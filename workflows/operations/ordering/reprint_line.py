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

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Annotated, Any, Self

from sqlalchemy import select
from typing_extensions import TypedDict

from models.codes import (
    DeliveryMethod,
    ItemKind,
    ItemState,
    Label,
    Language,
    LetterKind,
    RecipientKind,
)
from models.credentials import Credential
from models.edges.faults import Fault, fault
from models.edges.text import check_address, check_country, check_text
from models.orders import OrderItem, item_number
from workflows.command import Command
from workflows.facts.kinds import OrderingFacts
from workflows.facts.loading import active_consumers, load_ordering_facts
from workflows.machines.order_item import OPEN
from workflows.questions import Question
from workflows.rules.ordering import copies_are_in_bounds
from workflows.rules.processing import (
    asn_is_primary,
    credential_has_number,
    credential_is_awarded,
    digital_is_reprint_to_consumer,
    number_is_active,
    printed_name_can_be_set,
    recipient_address_is_complete,
)
from workflows.rules.reprint import (
    certification_names_country,
    details_fit_item,
    first_run_exists,
    reprint_is_not_repeated,
)
from workflows.rules.rule import Reason, Rule, failing, plain
from workflows.shapes import AddressView, Day, day, values_of
from workflows.source import Source, table

#: What every line of a reprint must meet before it is placed.
REPRINT_RULES: tuple[Rule, ...] = (
    credential_is_awarded,
    details_fit_item,
    credential_has_number,
    copies_are_in_bounds,
    digital_is_reprint_to_consumer,
    first_run_exists,
    asn_is_primary,
    certification_names_country,
    number_is_active,
)
REPRINT = Question(
    "order_reprint",
    Label("Order a reprint", "Commander une réimpression"),
    table(Credential).name,
    REPRINT_RULES,
)
#: What will hold the item later unless someone acts, or may be a mistake; said at ordering, never refused.
REPRINT_WARNINGS: tuple[Rule, ...] = (
    recipient_address_is_complete,
    printed_name_can_be_set,
    reprint_is_not_repeated,
)

#: A reprint to the same recipient within these days is worth a warning, even when it has arrived (CO-17).
_RECENT = timedelta(days=30)


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
    judged = []
    for item, facts in zip(items, load_reprint_facts(source, lines, items, command), strict=True):
        reasons = tuple(failing(REPRINT_RULES, item, facts))
        judged.append(Judged(item, facts, reasons, tuple(failing(REPRINT_WARNINGS, item, facts))))
    return judged


def keep_answers(source: Source, judged: Iterable[Judged], command: Command) -> None:
    """Keep what was known of lines that somebody wanted placed."""
    REPRINT.keep(source, command, ((each.item, each.facts, each.reasons) for each in judged))


def load_reprint_facts(
    source: Source, lines: Sequence[ReprintLine], items: Sequence[OrderItem], command: Command
) -> list[OrderingFacts]:
    """The facts of every line in order: those of its credential, its consumer, and reprints like it."""
    credentials = {line.credential.id: line.credential for line in lines}
    known = load_ordering_facts(source, list(credentials.values()), command)
    active = active_consumers(source, {each.consumer_id for each in items if each.consumer_id is not None})
    earlier = _earlier_reprints(source, {each.student_id for each in items}, command)
    return [
        replace(
            known[line.credential.id],
            consumer_is_active=item.consumer_id in active,
            similar_reprints=tuple(
                earlier[item.student_id, line.credential.credential_type, recipient_key(item)]
            ),
        )
        for line, item in zip(lines, items, strict=True)
    ]


def recipient_key(item: Any) -> tuple[str, object]:
    """What tells recipients apart: the student, a consumer, or the name of anybody else."""
    if item.recipient_kind is RecipientKind.STUDENT:
        return item.recipient_kind.value, None
    if item.recipient_kind is RecipientKind.CONSUMER:
        return item.recipient_kind.value, item.consumer_id
    return item.recipient_kind.value, (item.recipient or "").casefold()


def _earlier_reprints(
    source: Source, students: Iterable[int], command: Command
) -> dict[tuple[Any, ...], list[str]]:
    """Open or recent reprints by student, credential type and recipient, as item numbers."""
    items, credentials = table(OrderItem), table(Credential)
    statement = (
        select(items, credentials.c.credential_type)
        .join_from(items, credentials, items.c.credential_id == credentials.c.id)
        .where(
            items.c.student_id.in_(sorted(set(students))),
            items.c.root_kind == ItemKind.REPRINT,
            items.c.state != ItemState.CANCELLED,
            items.c.state.in_(OPEN) | (items.c.placed_at >= command.at - _RECENT),
        )
        .order_by(items.c.id)
    )
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in source.session.connection().execute(statement):
        key = row.student_id, row.credential_type, recipient_key(row)
        found[key].append(item_number(row.order_id, row.item_no))
    return found
