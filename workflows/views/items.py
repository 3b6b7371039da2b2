"""What people and services read of order items: one, or a page at a time with all that stands beside each."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any, NotRequired

from typing_extensions import TypedDict

from models.codes import (
    CredentialType,
    DeliveredHow,
    DeliveryMethod,
    ItemKind,
    ItemState,
    Language,
    LetterKind,
    RecipientKind,
    SpecialHandling,
)
from models.orders import ItemError, item_number
from models.print_jobs import job_number
from models.sql.in_values import in_values
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import ask_of
from workflows.facts.loading import handling_of
from workflows.finding.items import ItemFilter, numbers_of_ids, page_of_items
from workflows.machines import order_item
from workflows.machines.decision import Decision
from workflows.machines.plan import Plan
from workflows.rules.rule import ReasonView, restore
from workflows.shapes import AddressView, Day, Instant, cursor, day, instant, meaning, values_of
from workflows.source import Source, table
from workflows.views.outcomes import DecisionView, decision_view


def _states_since(plan: Plan, event: str, until: str) -> frozenset[str]:
    """The states in which a subject may be that ``event`` happened to, as long as ``until`` did not."""
    found: set[str] = set()
    entered = {each.target for key, some in plan.candidates.items() if key[1] == event for each in some}
    while entered:
        found |= entered
        ways = ((key, some) for key, some in plan.candidates.items() if key[0] in entered and key[1] != until)
        entered = {each.target for _, some in ways for each in some} - found
    return frozenset(found)


#: The states in which an item may have errors: a release clears them.
_WITH_ERRORS = _states_since(order_item.PLAN, "hold_by_system", until="release")


class RecipientView(TypedDict):
    """Who receives a document; without a name, the student under the present one."""

    kind: Annotated[str, values_of(RecipientKind)]
    name: str | None


class DocumentView(TypedDict):
    """The stored document of an item, and the page master that it was printed with."""

    sha256: str
    size: int
    pages: int
    master: str | None


class ItemView(TypedDict):
    """An order item with its errors and document."""

    number: str
    asn: str
    credential_number: str | None
    credential_type: Annotated[str, values_of(CredentialType)]
    kind: Annotated[str, values_of(ItemKind)]
    root_kind: Annotated[
        str, values_of(ItemKind), meaning("The kind of the first item of a chain of reorders.")
    ]
    reorder_of: str | None
    reorder_root: str | None
    letter: Annotated[str, values_of(LetterKind)]
    state: Annotated[str, values_of(ItemState)]
    version: int
    language: Annotated[str, values_of(Language)]
    copies: int
    delivery_method: Annotated[str, values_of(DeliveryMethod)]
    recipient: RecipientView
    address: AddressView | None
    printed_name: str | None
    control_date: Day | None
    special_handling: Annotated[str, values_of(SpecialHandling)]
    status_reason: str | None
    errors: list[ReasonView]
    print_job: str | None
    sequence: Annotated[int | None, meaning("The place in the print job.")]
    processed_at: Instant | None
    sent_at: Instant | None
    delivered_at: Instant | None
    delivered_how: Annotated[str, values_of(DeliveredHow)] | None
    document: DocumentView | None
    events: NotRequired[
        Annotated[list[DecisionView], meaning("In a list that was asked for what may be done with each.")]
    ]


class ItemPage(TypedDict):
    """A page of order items, and the cursor of the next."""

    items: list[ItemView]
    next: str | None


def item_page(found: list[ItemView], following: int | None) -> ItemPage:
    """A page of items as the interfaces show it."""
    return {"items": found, "next": cursor(following)}


def find_items(
    source: Source, chosen: ItemFilter, after: int, limit: int
) -> tuple[list[ItemView], int | None]:
    """One page of items in the order of their ids after the cursor ``after``, and the cursor of the next page."""
    rows, following = page_of_items(source, chosen, after, limit)
    return item_views(source, rows), following


def item_views(source: Source, rows: Sequence[Any]) -> list[ItemView]:
    """Items as the interfaces show them: a fixed number of queries whatever their number."""
    numbers = _numbers_of_related(source, rows)
    errors = _errors(source, [row.id for row in rows if row.state in _WITH_ERRORS])
    handling = handling_of(source, rows)
    return [_view(row, numbers, errors[row.id], handling) for row in rows]


def _numbers_of_related(source: Source, rows: Sequence[Any]) -> dict[int, str]:
    """The numbers of the items that these link back to, by id."""
    related = {row.reorder_of_id for row in rows} | {row.root_id for row in rows}
    return numbers_of_ids(source, related - {None})


def _errors(source: Source, ids: Sequence[int]) -> dict[int, list[ReasonView]]:
    errors = table(ItemError).c
    found: dict[int, list[ReasonView]] = defaultdict(list)
    written: dict[Any, ReasonView] = {}
    if ids:
        for each in source.rows(ItemError, in_values(errors.item_id, ids), errors.cleared_at.is_(None)):
            key = each.code, repr(each.params)  # most of those that a page shows are alike
            if key not in written:
                written[key] = restore(each.code, each.params).as_json()
            found[each.item_id].append(written[key])
    return found


def _view(
    row: Any, numbers: dict[int, str], errors: list[ReasonView], handling: dict[int, SpecialHandling]
) -> ItemView:
    return {
        "number": item_number(row.order_id, row.item_no),
        "asn": row.asn,
        "credential_number": row.credential_number,
        "credential_type": row.credential_type,
        "kind": row.kind,
        "root_kind": row.root_kind,
        "reorder_of": numbers.get(row.reorder_of_id),
        "reorder_root": numbers.get(row.root_id),
        "letter": row.letter,
        "state": row.state,
        "version": row.version,
        "language": row.language,
        "copies": row.copies,
        "delivery_method": row.delivery_method,
        "address": row.address,
        "printed_name": row.printed_name,
        "control_date": day(row.control_date),
        "status_reason": row.status_reason,
        "sequence": row.sequence,
        "delivered_how": row.delivered_how,
        "recipient": {"kind": row.recipient_kind, "name": row.recipient},
        "print_job": None if row.print_job_id is None else job_number(row.print_job_id),
        "processed_at": instant(row.processed_at),
        "sent_at": instant(row.sent_at),
        "delivered_at": instant(row.delivered_at),
        "special_handling": handling.get(row.id, SpecialHandling.NOT_REQUIRED).value,
        "errors": errors,
        "document": _document(row),
    }


def _document(row: Any) -> DocumentView | None:
    if row.sha256 is None:
        return None
    return {"sha256": row.sha256, "size": row.size, "pages": row.pages, "master": row.master}


def find_items_and_events(
    source: Source, chosen: ItemFilter, after: int, limit: int, command: Command
) -> tuple[list[ItemView], int | None]:
    """The page of :func:`find_items`, each item with its ``events`` as ``can`` shows them.

    ``command`` names who asks and when. The number of queries does not depend on that of the items.
    """
    rows, following = page_of_items(source, chosen, after, limit, whole=True)
    decided = ask_of(source, ORDER_ITEM, rows, command)
    events = _Events()
    views = item_views(source, rows)
    for row, view in zip(rows, views, strict=True):
        view["events"] = [events.view(each) for each in decided[row.id]]
    return views, following


class _Events:
    """Decisions as ``can`` shows them; what many items share is written out once."""

    def __init__(self) -> None:
        self._same: dict[int, DecisionView] = {}
        self._alike: dict[Any, DecisionView] = {}

    def view(self, decision: Decision) -> DecisionView:
        """Must not be asked about one that is gone: another may have taken its place."""
        found = self._same.get(id(decision))
        if found is None:
            reasons = tuple((each.code, repr(each.params)) for each in decision.reasons)
            key = decision.event, decision.kind, reasons
            found = self._alike.get(key) or self._alike.setdefault(key, decision_view(decision))
            self._same[id(decision)] = found
        return found
