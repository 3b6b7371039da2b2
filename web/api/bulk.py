"""Many at a time: changes of status, and awards with orders; at once, rehearsed, or in the background."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import Session
from starlette.responses import Response

from models.bulk_runs import BulkRow, BulkRun
from models.codes import BulkKind, Label
from models.credentials import Credential
from models.orders import OrderItem, item_number, parse_item_number
from models.students import Student
from web.api.protocol.answers import Answer, answer, csv_file
from web.api.protocol.bodies import Bulk, BulkAward
from web.api.protocol.calls import Call, Changing, Reading
from web.api.protocol.inputs import After, DryRun, ItemEvent, Limit, Prefer, Preview, RunNumber
from web.api.protocol.once import once
from web.api.protocol.problems import Problem, not_found
from web.api.protocol.route import Guarded
from web.api.protocol.schema import SHEET, answers
from workflows.finding.items import ItemFilter, ids_of_numbers, item_ids, items_chosen, numbers_of_ids
from workflows.installation import Installation
from workflows.operations.access.permission import WHO_ORDERS, WHO_READS, require
from workflows.operations.access.sight import require_list
from workflows.operations.bulk import bulk_runs
from workflows.operations.bulk.bulk_change import change_each, rehearse_each
from workflows.operations.ordering.award_and_order import Selection, award_and_order, selected
from workflows.source import Source, table
from workflows.views.awards import COLUMNS, PreviewView, preview_view, row_cells
from workflows.views.bulk_runs import (
    RunOutcomePage,
    RunPage,
    RunView,
    outcome_of,
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
            parameters = {"event": event, "reason": body.reason, "note": body.note}
            with work.database.write() as session:
                run = bulk_runs.enter(session, BulkKind.TRANSITION, parameters, command)
                _enter_items(session, call, run, body, list(names), unknown)
                return _started(session, run)
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
        found = award_and_order(
            call.installation, selection, call.actor, delivery_method=body.delivery_method, preview=True
        )
        return answer(preview_view(found)).response()

    def act(work: Installation) -> Answer:
        chosen = selected(selection).with_only_columns(table(Student).c.asn, table(Credential).c.id)
        parameters = body.model_dump(mode="json")
        with work.database.write() as session:
            run = bulk_runs.enter(session, BulkKind.AWARD_AND_ORDER, parameters, call.command("award"))
            bulk_runs.enter_selected(session, run, chosen)
            return _started(session, run)

    response = once(call, act)
    call.door.on_bulk_run()
    return response


@router.get("/bulk-runs", operation_id="bulk.list", responses=answers(RunPage))
def runs(call: Reading, after: After = 0, limit: Limit = 100) -> Response:
    """The bulk runs with their progress, a page at a time."""
    require(WHO_READS, call.command("bulk_runs"))
    columns = table(BulkRun).c
    with call.reading() as source:
        chosen = select(table(BulkRun)).where(columns.id > after).order_by(columns.id).limit(limit + 1)
        rows = source.session.connection().execute(chosen).all()
    return answer(run_page(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)).response()


@router.get("/bulk-runs/{run}", operation_id="bulk.show", responses=answers(RunView))
def show(call: Reading, run: RunNumber) -> Response:
    """How far a run is: how many are finished, by outcome and by rule."""
    with call.reading() as source:
        return answer(run_view(_run(call, source, run))).response()


@router.get("/bulk-runs/{run}/outcomes", operation_id="bulk.outcomes", responses=answers(RunOutcomePage))
def outcomes(call: Reading, run: RunNumber, after: After = 0, limit: Limit = 100) -> Response:
    """The outcome of each subject in its turn, a page at a time, as far as the run is."""
    with call.reading() as source:
        kind = _run(call, source, run).kind
        rows = _rows(source, run, after, limit + 1)
    following = rows[limit - 1].position if len(rows) > limit else None
    return answer(outcome_page(kind, rows[:limit], following)).response()


@router.get("/bulk-runs/{run}/outcomes.csv", operation_id="bulk.export", responses=SHEET)
def export(call: Reading, run: RunNumber) -> Response:
    """The same for a spreadsheet, all of them."""
    with call.reading() as source:
        kind = _run(call, source, run).kind
        rows = [outcome_of(kind, row.outcome) for row in _rows(source, run, 0, 1_000_000)]
    if kind is BulkKind.AWARD_AND_ORDER:
        return csv_file(f"run-{run}", COLUMNS, [row_cells(row, call.language) for row in rows])
    told = [row | _reasons(row, call.language) for row in rows]
    return csv_file(f"run-{run}", ("item", "outcome", "state", "codes", "reasons"), told)


def _reasons(row: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "codes": [each["code"] for each in row["reasons"]],
        "reasons": [each["message"][language] for each in row["reasons"]],
    }


def _subjects(
    call: Call, source: Source, body: Bulk, most: int | None = None
) -> tuple[dict[int, str], list[str]]:
    """The chosen items' numbers by id, ascending, and the numbers that no item has, or none that the caller may see.

    Raises :class:`NotPermittedError` for a role that sees no items.
    """
    owner = require_list(call.command("items"))
    if body.filter is not None:
        chosen = items_chosen(_filter(body, owner)).limit(most)
        ids = list(source.session.connection().execute(chosen).scalars())
        return dict(sorted(numbers_of_ids(source, ids).items())), []
    keys = {each: parse_item_number(each) for each in body.items or ()}
    wanted = {each: item_number(*key) if key and key[1] < 100 else "?" for each, key in keys.items()}
    found = ids_of_numbers(source, list(wanted.values()))
    if owner is not None:
        own = set(item_ids(source, ItemFilter(owner=owner)))
        found = {number: item for number, item in found.items() if item in own}
    unknown = [each for each, number in wanted.items() if number not in found]
    return dict(sorted((item, number) for number, item in found.items())), unknown


def _filter(body: Bulk, owner: str | None) -> ItemFilter:
    chosen = body.filter
    if chosen is None:
        return ItemFilter(owner=owner)
    return ItemFilter(chosen.state, chosen.error, chosen.print_job, chosen.asn, owner)


def _enter_items(
    session: Session, call: Call, run: int, body: Bulk, ids: Sequence[int], unknown: Sequence[str]
) -> None:
    """The subjects of a run; those of a filter by one statement, however many they are."""
    if body.filter is None:
        bulk_runs.enter_subjects(session, run, ids, unknown)
        return
    item, mine = table(OrderItem).c.id, _filter(body, require_list(call.command("items")))
    chosen = items_chosen(mine).with_only_columns(item.label("unit"), item.label("subject"))
    bulk_runs.enter_selected(session, run, chosen)


def _started(session: Session, run: int) -> Answer:
    row = session.connection().execute(select(table(BulkRun)).where(table(BulkRun).c.id == run)).one()
    return answer(run_view(row), 202, {"Location": f"/api/bulk-runs/{run}"})


def _run(call: Call, source: Source, run: int) -> Any:
    """The run; the ministry and auditors see all, others those that they started."""
    rows = source.rows(BulkRun, table(BulkRun).c.id == run)
    mine = bool(rows) and (rows[0].actor_role, rows[0].actor_name) == (call.actor.role, call.actor.name)
    if not mine:
        require(WHO_READS, call.command("bulk_runs"))
    if not rows:
        raise not_found(_NO_RUN)
    return rows[0]


def _rows(source: Source, run: int, after: int, limit: int) -> Sequence[Any]:
    columns = table(BulkRow).c
    chosen = select(table(BulkRow)).where(
        columns.run_id == run, columns.position > min(after, 2**31 - 1), columns.outcome.is_not(None)
    )
    return source.session.connection().execute(chosen.order_by(columns.position).limit(limit)).all()


_NO_RUN = Label("There is no such bulk run.", "Ce traitement en lot n'existe pas.")
_ITEMS_OR_FILTER = Label(
    "Say which items: either items, or a filter that is not empty.",
    "Dites quels articles : soit items, soit un filtre qui n'est pas vide.",
)
