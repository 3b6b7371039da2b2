"""Many at a time: changes of status, and awards with orders; at once, rehearsed, or in the background."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from models.codes import Label
from models.orders import item_number, parse_item_number
from web.api.protocol.answers import Answer, answer, csv_pages
from web.api.protocol.bodies import Bulk, BulkAward
from web.api.protocol.calls import Call, Changing, Reading
from web.api.protocol.inputs import After, DryRun, ItemEvent, Limit, Prefer, Preview, RunNumber
from web.api.protocol.once import once
from web.api.protocol.problems import Problem, missing
from web.api.protocol.route import Guarded
from web.api.protocol.schema import SHEET, answers
from workflows.finding.items import ItemFilter, ids_of_numbers, item_ids, numbers_of_ids
from workflows.installation import Installation
from workflows.operations.access.permission import WHO_ORDERS, WHO_READS, require
from workflows.operations.access.sight import require_list
from workflows.operations.bulk.bulk_award import begin_award
from workflows.operations.bulk.bulk_change import begin_change, change_each, rehearse_each
from workflows.operations.bulk.bulk_runs import page_of_runs, run_in_sight, run_of
from workflows.operations.ordering.award_and_order import Selection, preview_award
from workflows.source import Source
from workflows.views.awards import PreviewView, preview_view
from workflows.views.bulk_runs import (
    RunOutcomePage,
    RunPage,
    RunView,
    cells_of,
    columns_of,
    find_outcomes,
    outcome_page,
    run_page,
    run_view,
)
from workflows.views.outcomes import BulkView, bulk_view

router = APIRouter(route_class=Guarded, tags=["bulk"])
_STARTED = answers(
    RunView, status=202, description="Started in the background; `Location` shows its progress"
)
#: More items than this are changed in the background.
MOST_AT_ONCE = 500


@router.post(
    "/order-items/transitions/{event}", operation_id="bulk.transition", responses=answers(BulkView) | _STARTED
)
def transition(
    call: Changing, event: ItemEvent, body: Bulk, dry_run: DryRun = False, prefer: Prefer = None
) -> Response:
    """Make an event happen to many items; what is refused stops none of the others.

    Up to 500 items are changed before the answer; more, or with `Prefer: respond-async`, in the background (202).
    """
    if (body.items is None) == (body.filter is None) or (body.filter and not body.filter.given()):
        raise Problem("malformed", _ITEMS_OR_FILTER)
    command = call.command(event, reason=body.reason, note=body.note)
    if dry_run:
        with call.reading() as source:
            names, unknown = _subjects(call, source, body)
        outcomes = rehearse_each(call.installation, list(names), command)
        return answer(bulk_view(outcomes, names, unknown, dry_run=True)).response()
    in_background = prefer is not None and "respond-async" in prefer

    def act(work: Installation) -> Answer:
        with work.database.read() as session:
            names, unknown = _subjects(call, work.source(session), body, most=MOST_AT_ONCE + 1)
        if in_background or len(names) > MOST_AT_ONCE:
            items = list(names) if body.filter is None else _filter(call, body)
            return _started(work, begin_change(work, items, command, unknown=unknown))
        outcomes = change_each(work, list(names), command)
        return answer(bulk_view(outcomes, names, unknown, dry_run=False))

    response = once(call, act)
    call.door.on_bulk_run()
    return response


@router.post(
    "/credentials/award-and-order",
    operation_id="bulk.award_and_order",
    responses=answers(PreviewView) | _STARTED,
)
def award_in_bulk(
    call: Changing,
    body: BulkAward,
    preview: Preview = False,
) -> Response:
    """Award every achieved credential that its rules let pass and order its first-run, in the background (202)."""
    require(WHO_ORDERS, call.command("award"))
    selection = Selection(frozenset(body.types), body.authority, body.school, body.school_year)
    if preview:
        found = preview_award(call.installation, selection, call.actor, delivery_method=body.delivery_method)
        return answer(preview_view(found)).response()

    def act(work: Installation) -> Answer:
        return _started(work, begin_award(work, selection, call.command("award"), body.delivery_method))

    response = once(call, act)
    call.door.on_bulk_run()
    return response


@router.get("/bulk-runs", operation_id="bulk.list", responses=answers(RunPage))
def runs(call: Reading, after: After = 0, limit: Limit = 100) -> Response:
    """The bulk runs with their progress, a page at a time."""
    require(WHO_READS, call.command("bulk_runs"))
    with call.reading() as source:
        found = page_of_runs(source, after, limit)
    return answer(run_page(*found)).response()


@router.get("/bulk-runs/{run}", operation_id="bulk.show", responses=answers(RunView))
def show(call: Reading, run: RunNumber) -> Response:
    """How far a run is: how many are finished, by outcome and by rule."""
    with call.reading() as source:
        return answer(run_view(_run(call, source, run))).response()


@router.get("/bulk-runs/{run}/outcomes", operation_id="bulk.outcomes", responses=answers(RunOutcomePage))
def outcomes(call: Reading, run: RunNumber, after: After = 0, limit: Limit = 100) -> Response:
    """The outcome of each subject in its turn, a page at a time, as far as the run is."""
    with call.reading() as source:
        found = find_outcomes(source, _run(call, source, run), after, limit)
    return answer(outcome_page(*found)).response()


@router.get("/bulk-runs/{run}/outcomes.csv", operation_id="bulk.export", responses=SHEET)
def export(request: Request, call: Reading, run: RunNumber) -> Response:
    """The outcomes of all subjects for a spreadsheet, as far as the run is."""
    with call.reading() as source:
        row = _run(call, source, run)

    def find(after: int, limit: int) -> tuple[list[Any], int | None]:
        with call.reading() as source:
            found, following = find_outcomes(source, row, after, limit)
        return [cells_of(row.kind, each, call.language) for each in found], following

    return csv_pages(request, f"run-{run}", columns_of(row.kind), 0, None, find)


def _subjects(
    call: Call, source: Source, body: Bulk, most: int | None = None
) -> tuple[dict[int, str], list[str]]:
    """The chosen items' numbers by id, ascending, and the numbers that no item has, or none that the caller may see.

    Raises :class:`NotPermittedError` for a role that sees no items.
    """
    owner = require_list(call.command("items"))
    if body.filter is not None:
        ids = item_ids(source, _filter(call, body), most)
        return dict(sorted(numbers_of_ids(source, ids).items())), []
    keys = {each: parse_item_number(each) for each in body.items or ()}
    wanted = {each: item_number(*key) if key and key[1] < 100 else "?" for each, key in keys.items()}
    found = ids_of_numbers(source, list(wanted.values()))
    if owner is not None:
        own = set(item_ids(source, ItemFilter(owner=owner)))
        found = {number: item for number, item in found.items() if item in own}
    unknown = [each for each, number in wanted.items() if number not in found]
    return dict(sorted((item, number) for number, item in found.items())), unknown


def _filter(call: Call, body: Bulk) -> ItemFilter:
    """The filter of the body, of which the caller sees its own items alone where it sees no others."""
    owner, chosen = require_list(call.command("items")), body.filter
    if chosen is None:
        return ItemFilter(owner=owner)
    return ItemFilter(chosen.state, chosen.error, chosen.print_job, chosen.asn, owner)


def _started(work: Installation, run: int) -> Answer:
    with work.database.read() as session:
        view = run_view(run_of(work.source(session), run))
    return answer(view, 202, {"Location": f"/api/bulk-runs/{run}"})


def _run(call: Call, source: Source, run: int) -> Any:
    row = run_in_sight(source, run, call.command("bulk_runs"))
    if row is None:
        raise missing("bulk_run")
    return row


_ITEMS_OR_FILTER = Label(
    "Say which items: either items, or a filter that is not empty.",
    "Dites quels articles : soit items, soit un filtre qui n'est pas vide.",
)
