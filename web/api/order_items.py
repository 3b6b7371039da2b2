"""Order items: look at them, ask what may happen, do it."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from models.codes import Label
from web.api.protocol.answers import Answer, answer, csv_pages, pdf_file
from web.api.protocol.bodies import Destination, Reorder, Why
from web.api.protocol.calls import Basing, Call, Reading, Versioned
from web.api.protocol.inputs import (
    After,
    AsnFilter,
    HeldByFilter,
    ItemEvent,
    ItemNumber,
    ItemStateFilter,
    JobFilter,
    Limit,
    SheetLimit,
    Unofficial,
    WithEvents,
)
from web.api.protocol.once import once
from web.api.protocol.problems import Problem, malformed, missing, refusal
from web.api.protocol.route import Guarded
from web.api.protocol.schema import PDF, SHEET, answers
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import ask_of
from workflows.engine.one import apply_one
from workflows.finding.items import ItemFilter, item_of_number, whole_of_number
from workflows.installation import Installation
from workflows.machines import order_item
from workflows.machines.decision import Outcome
from workflows.operations.access.permission import WHO_READS, WHO_READS_DOCUMENTS, require
from workflows.operations.access.sight import item_in_sight, require_list
from workflows.operations.delivery import download, refunds
from workflows.operations.ordering import edit, reorder
from workflows.source import Source
from workflows.views import items
from workflows.views.counts import Counts, counts_by_state
from workflows.views.history import ItemHistory, item_history
from workflows.views.item_export import COLUMNS
from workflows.views.items import ItemPage, ItemView, find_items, item_page, item_views
from workflows.views.ordering import ReorderedView, reordered_view
from workflows.views.outcomes import ItemDone, ItemEvents, decision_view, item_done

router = APIRouter(route_class=Guarded, tags=["order items"])


def item_id(call: Call, source: Source, number: str) -> int:
    """The item's id, for callers who may look at it; the public does not find the items of others."""
    return int(item_in_sight(source, number, call.command("show")).id)


def found_by(call: Call, work: Installation, number: str) -> int:
    """The id of an item that the caller wants to change."""
    with work.database.read() as session:
        return item_id(call, work.source(session), number)


@router.get("/order-items", operation_id="order_items.list", responses=answers(ItemPage))
def list_items(
    call: Reading,
    state: ItemStateFilter = None,
    error: HeldByFilter = None,
    print_job: JobFilter = None,
    asn: AsnFilter = None,
    after: After = 0,
    limit: Limit = 100,
    *,
    can: WithEvents = False,
) -> Response:
    """List order items, a page at a time; the public sees its own."""
    chosen = ItemFilter(state, error, print_job, asn, require_list(call.command("items")))
    asked = call.command("can", asking=True, glancing=True)
    with call.reading() as source:
        if can:
            found = items.find_items_and_events(source, chosen, after, limit, asked)
        else:
            found = find_items(source, chosen, after, limit)
    return answer(item_page(*found)).response()


@router.get("/order-items.csv", operation_id="order_items.export", responses=SHEET)
def export_items(
    request: Request,
    call: Reading,
    state: ItemStateFilter = None,
    error: HeldByFilter = None,
    print_job: JobFilter = None,
    asn: AsnFilter = None,
    after: After = 0,
    limit: SheetLimit = None,
) -> Response:
    """List order items for a spreadsheet: all rows, or as many as are asked for, with a ``Link`` to the next where there are more."""
    chosen = ItemFilter(state, error, print_job, asn, require_list(call.command("items")))

    def find(after: int, limit: int) -> tuple[list[ItemView], int | None]:
        with call.reading() as source:
            return find_items(source, chosen, after, limit)

    return csv_pages(request, "order-items", COLUMNS, after, limit, find)


@router.get("/order-items/counts", operation_id="order_items.counts", responses=answers(Counts))
def counts(call: Reading) -> Response:
    """How many items are in each state."""
    require(WHO_READS, call.command("counts"))
    with call.reading() as source:
        return answer(Counts(items=counts_by_state(source))).response()


@router.get("/order-items/{number}", operation_id="order_items.show", responses=answers(ItemView))
def show(call: Reading, number: ItemNumber) -> Response:
    """Show an item with its errors and document; its ``ETag`` is the version for ``If-Match``."""
    with call.reading() as source:
        row = item_in_sight(source, number, call.command("show"), item_of_number)
        (view,) = item_views(source, [row])
    return answer(view).response()


@router.get(
    "/order-items/{number}/history", operation_id="order_items.history", responses=answers(ItemHistory)
)
def history(call: Reading, number: ItemNumber) -> Response:
    """Everything that happened to an item, oldest first."""
    with call.reading() as source:
        found = item_in_sight(source, number, call.command("history"))
        return answer(ItemHistory(item=number, history=item_history(source, found.id))).response()


@router.get("/order-items/{number}/document", operation_id="order_items.document", responses=PDF)
def document(call: Reading, number: ItemNumber, *, unofficial: Unofficial = False) -> Response:
    """The stored document of an item, as it is or marked as an unofficial copy; one that is not as rendered is refused."""
    require(WHO_READS_DOCUMENTS, call.command("document"))
    with call.reading() as source:
        found = item_id(call, source, number)
        stored = download.document_for(source, found, unofficial=unofficial)
    if stored is None:
        raise missing("document")
    if stored.reasons:
        raise refusal("document", stored.reasons)
    return pdf_file(number, stored.pdf)


@router.get(
    "/order-items/{number}/transitions", operation_id="order_items.can", responses=answers(ItemEvents)
)
def transitions(call: Reading, number: ItemNumber) -> Response:
    """Every event of an item: allowed, or all the reasons why not."""
    with call.reading() as source:
        found = item_in_sight(source, number, call.command("can"), whole_of_number)
        decisions = ask_of(source, ORDER_ITEM, [found], call.command("can", asking=True))[found.id]
    return answer(ItemEvents(item=number, events=[decision_view(each) for each in decisions])).response()


@router.post(
    "/order-items/{number}/transitions/{event}",
    operation_id="order_items.transition",
    responses=answers(ItemDone),
)
def transition(call: Versioned, number: ItemNumber, event: ItemEvent, body: Why = Why()) -> Response:  # noqa: B008
    """Make an event happen to an item, based on the version in ``If-Match``."""

    def act(work: Installation) -> Answer:
        found = found_by(call, work, number)
        command = call.command(event, reason=body.reason, note=body.note, versions=call.versions(found))
        return settled(call, number, apply_one(work, ORDER_ITEM, found, command))

    return once(call, act, alone=True)


@router.patch("/order-items/{number}", operation_id="order_items.edit", responses=answers(ItemDone))
def edit_item(call: Versioned, number: ItemNumber, body: Destination) -> Response:
    """Change where an item goes, how, in which language or when, based on the version in ``If-Match``."""
    fields = _fields(body)
    if not fields:
        raise Problem("malformed", Label("Say what to change.", "Dites quoi modifier."))

    def act(work: Installation) -> Answer:
        found = found_by(call, work, number)
        command = call.command("edit", versions=call.versions(found))
        return settled(call, number, edit.edit(work, found, fields, command))

    return once(call, act)


@router.post(
    "/order-items/{number}/reorder", operation_id="order_items.reorder", responses=answers(ReorderedView)
)
def reorder_item(call: Basing, number: ItemNumber, body: Reorder) -> Response:
    """Order a document again whose delivery went wrong; what is not given stays as it was."""
    fields = _fields(body)

    def act(work: Installation) -> Answer:
        found = found_by(call, work, number)
        command = call.command("reorder", reason=body.reason, note=body.note, versions=call.versions(found))
        done = reorder.reorder(work, found, command, fields)
        call.require_done(order_item.PLAN, done.outcome, "item")
        return answer(reordered_view(number, done))

    return once(call, act)


@router.post(
    "/order-items/{number}/new-link", operation_id="order_items.new_link", responses=answers(ItemDone)
)
def new_link(call: Basing, number: ItemNumber) -> Response:
    """Make a new link for a digital document; the old one stops working."""
    return _amended(call, number, "new_link", download.new_link)


@router.post("/order-items/{number}/refund", operation_id="order_items.refund", responses=answers(ItemDone))
def refund(call: Basing, number: ItemNumber) -> Response:
    """Record that a cancelled, paid item was refunded."""
    return _amended(call, number, "refund", refunds.refund)


def _fields(body: Destination) -> dict[str, Any]:
    """The fields to set; raises the problem that a malformed body is."""
    typed = body.typed()
    if faults := edit.check_typed(typed):
        raise malformed(faults)
    return edit.as_fields(typed)


def _amended(
    call: Call, number: str, event: str, amend: Callable[[Installation, int, Command], Outcome]
) -> Response:
    """Carry out a change that leaves the item's state alone, once for each idempotency key."""

    def act(work: Installation) -> Answer:
        found = found_by(call, work, number)
        command = call.command(event, versions=call.versions(found))
        return settled(call, number, amend(work, found, command))

    return once(call, act)


def settled(call: Call, number: str, outcome: Outcome) -> Answer:
    """The answer of an outcome that is done, now or before; raises the problem details of a refusal."""
    call.require_done(order_item.PLAN, outcome, "item")
    return answer(item_done(number, outcome))
