"""``orders items``, ``item …`` and ``items-do``."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, NoReturn

import typer

from cli.item_card import show_item
from cli.terminal.context import DONE, REFUSED, USAGE, Context
from cli.terminal.csv_export import Sheet, sheet_at
from cli.terminal.foreground import carry_out
from cli.terminal.options import ExportTo, Note, Reason, Replace, Version
from cli.terminal.present import explain, grid, history_line, item_state, permitted, say_more, settle
from cli.terminal.totals import say_change
from models.codes import ItemState, Label, StatusReason
from models.edges.text import parse_asn
from models.orders import item_number, parse_item_number
from models.sql.columns import MAX_KEY
from renderers.pages.long_forms import dashed_asn
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import ask_of
from workflows.engine.one import apply_one
from workflows.finding.items import (
    ItemFilter,
    ids_of_numbers,
    item_ids,
    item_of_number,
    items_by_number,
    key_of_number,
    numbers_of_ids,
)
from workflows.finding.paging import ROWS_AT_ONCE, FindPage, Pages
from workflows.history.refusals import Subject
from workflows.machines import order_item
from workflows.machines.decision import Decision
from workflows.operations.access.sight import item_in_sight, require_list, require_sight
from workflows.operations.bulk.bulk_change import begin_change, rehearse_each
from workflows.rules.status import reasons_for
from workflows.shapes import cursor
from workflows.source import Source
from workflows.views.history import ItemHistory, item_history
from workflows.views.item_export import COLUMNS, pages_of_items
from workflows.views.items import ItemView, find_items, find_items_and_events, item_views
from workflows.views.outcomes import ItemEvents, bulk_view, decision_view, item_done

item = typer.Typer(no_args_is_help=True, help="One order item: look at it, ask what may happen, do it.")


def canonical(text: str) -> str:
    """The item's number in full, where the leading zeros were left out."""
    key = parse_item_number(text)
    return text if key is None else item_number(*key)


Number = Annotated[str, typer.Argument(metavar="ITEM", parser=canonical, help="e.g. 0000000123-01")]
State = Annotated[ItemState | None, typer.Option(help="Only items in this state.")]
ErrorCode = Annotated[
    str | None, typer.Option("--error", metavar="CODE", help="Only items held by this rule.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("items")(items)
    app.command("items-do")(items_do)
    app.add_typer(item, name="item")


def items(
    call: typer.Context,
    state: State = None,
    error: ErrorCode = None,
    print_job: Annotated[int | None, typer.Option(max=MAX_KEY, help="Only items of this print job.")] = None,
    asn: Annotated[str | None, typer.Option(help="Only items of this student.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Rows at most; 100 unless --csv writes all.")
    ] = None,
    after: Annotated[
        int, typer.Option(max=MAX_KEY, metavar="CURSOR", help="The cursor of the page before.")
    ] = 0,
    *,
    may: Annotated[bool, typer.Option("--can", help="Each item with what may be done with it.")] = False,
    export: ExportTo = None,
    replace: Replace = False,
) -> None:
    """List order items, a page at a time, or with --csv write all that the filters take to a file."""
    context: Context = call.obj
    with permitted(context, "items"):
        owner = require_list(context.command("items"))
    chosen = ItemFilter(state, error, print_job, None if asn is None else parse_asn(asn) or asn, owner)
    if (sheet := sheet_at(context, export, replace=replace)) is not None:
        _export_items(context, chosen, after, limit, sheet, may=may)
        return
    limit = limit or _ON_A_PAGE
    with context.reading() if limit <= ROWS_AT_ONCE else context.reading_snapshot() as source:
        find = _finder(context, source, chosen, may=may)
        _show_items(context, Pages(find, after, limit), may=may)


def _finder(context: Context, source: Source, chosen: ItemFilter, *, may: bool) -> FindPage[ItemView]:
    """Finds a page of the chosen items, each with what may be done with it where that is asked."""
    if not may:
        return partial(find_items, source, chosen)
    asked = context.command("can", asking=True, glancing=True)
    return lambda after, limit: find_items_and_events(source, chosen, after, limit, asked)


def _show_items(context: Context, pages: Pages[ItemView], *, may: bool) -> None:
    """The items as JSON, written as they are read, with the cursor of the rest; or as a table with how to see more."""
    if context.json:
        context.emit_pages({}, "items", pages, lambda: {"next": cursor(pages.following)})
        return
    _print_items(context, [each for page in pages for each in page], may=may)
    say_more(context, pages.following)


def _export_items(
    context: Context, chosen: ItemFilter, after: int, limit: int | None, sheet: Sheet, *, may: bool
) -> None:
    if may:
        context.stop(USAGE, _NO_EVENTS_IN_A_FILE)
    with context.reading_snapshot() as source:
        pages = pages_of_items(source, chosen, after, limit)
        written = sheet.write(COLUMNS, pages)
    context.emit({"file": str(sheet.path), "written": written, "next": cursor(pages.following)})
    context.say(_WRITTEN, number=written, file=sheet.path)
    say_more(context, pages.following)


def _print_items(context: Context, found: Sequence[ItemView], *, may: bool) -> None:
    shown = grid((*_HEADINGS, _MAY) if may else _HEADINGS, context)
    for each in found:
        why = each["status_reason"] or ""
        why = StatusReason(why).label.in_(context.language) if why in set(StatusReason) else why
        reasons = ", ".join(error["code"] for error in each["errors"]) or why
        state = item_state(context, each)
        allowed = ", ".join(event["event"] for event in each.get("events", ()) if event["allowed"])
        row = (each["number"], dashed_asn(each["asn"]), each["credential_type"], state, reasons)
        shown.add_row(*row, *([allowed] if may else []))
    context.out.print(shown)


_HEADINGS = (
    Label("Item", "Article"),
    Label("ASN", "NEA"),
    Label("Type", "Type"),
    Label("State", "État"),
    Label("Reasons", "Motifs"),
)
_MAY = Label("Allowed", "Permis")
#: Items that are listed unless a number is asked for.
_ON_A_PAGE = 100
_WRITTEN = Label("{number} items written to {file}", "{number} articles écrits dans {file}")
_NO_EVENTS_IN_A_FILE = Label(
    "--csv writes no events; leave out --can.", "--csv n'écrit pas d'événements; omettez --can."
)


@item.command("show")
def show(call: typer.Context, number: Number) -> None:
    """Show an item with its errors and document."""
    context: Context = call.obj
    with context.reading() as source:
        row = _in_sight(context, source, number, "show", item_of_number)
        (view,) = item_views(source, [row])
    context.emit(view)
    if not context.json:
        show_item(context, view)


@item.command("can")
def can(
    call: typer.Context, numbers: Annotated[list[str], typer.Argument(metavar="ITEM…", parser=canonical)]
) -> None:
    """Every event of an item: allowed, or all the reasons why not."""
    context: Context = call.obj
    asked = context.command("can", asking=True)
    with context.reading() as source:
        rows = items_by_number(source, numbers)
        ids = {number: row.id for number, row in rows.items()}
        _require_known(context, numbers, ids, "can")
        with permitted(context, "can"):
            require_sight(source, rows.values(), asked)
        decisions = ask_of(source, ORDER_ITEM, list({row.id: row for row in rows.values()}.values()), asked)
    documents = [
        ItemEvents(item=number, events=[decision_view(each) for each in decisions[found]])
        for number, found in ids.items()
    ]
    context.emit(documents[0] if len(documents) == 1 else {"items": documents})
    for number, found in ids.items():
        context.say(number)
        for decision in sorted(decisions[found], key=_nearest_first):
            _print_decision(context, decision)


def _nearest_first(decision: Decision) -> int:
    """What may be done first, then what a rule stops, then what leads nowhere from here or is others' to do."""
    return (None, "rule", "no_such_transition", "permission").index(decision.kind)


def _print_decision(context: Context, decision: Decision) -> None:
    if context.json:
        return
    name = order_item.PLAN.events[decision.event].in_(context.language)
    context.say(f"{'✓' if decision.allowed else '✗'} {decision.event}: {name}")
    if not decision.allowed:
        for line in explain(context, order_item.PLAN, decision):
            context.say("  " + line)
    elif reasons := reasons_for(decision.event, decision.state, context.actor.role):
        context.say(f"    --reason {', '.join(reasons)}")


@item.command("history")
def history(call: typer.Context, number: Number) -> None:
    """Everything that happened to an item, oldest first."""
    context: Context = call.obj
    with context.reading() as source:
        rows = item_history(source, _in_sight(context, source, number, "history", key_of_number).id)
    context.emit(ItemHistory(item=number, history=rows))
    for row in rows:
        context.say(history_line(context, order_item.PLAN, row))


@item.command("do")
def do(
    call: typer.Context,
    number: Number,
    event: Annotated[str, typer.Argument(help="e.g. hold, release, cancel, fail")],
    reason: Reason = None,
    note: Note = None,
    version: Version = None,
    command_id: Annotated[str | None, typer.Option(help="Makes a repeat of this command harmless.")] = None,
) -> None:
    """Make an event happen to an item."""
    context: Context = call.obj
    _check_event(context, event)
    found = item_id(context, number, event)
    fields: dict[str, Any] = {"reason": reason, "note": note}
    fields |= {"versions": {found: version}} if version is not None else {}
    fields |= {"command_id": command_id} if command_id is not None else {}
    outcome = apply_one(context.installation, ORDER_ITEM, found, context.command(event, **fields))
    done = item_done(number, outcome)
    settle(context, order_item.PLAN, outcome, number, done, f"orders item can {number}")


def items_do(
    call: typer.Context,
    event: str,
    state: State = None,
    error: ErrorCode = None,
    reason: Reason = None,
    note: Note = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide everything, change nothing.")] = False,
) -> None:
    """Make an event happen to every item of a state or an error, as a run that survives its interruption."""
    context: Context = call.obj
    _check_event(context, event)
    if state is None and error is None:
        context.stop(
            USAGE, Label("Say which items: --state or --error.", "Dites quels articles : --state ou --error.")
        )
    command = context.command(event, reason=reason, note=note)
    with permitted(context, event):
        require_list(command)
    chosen = ItemFilter(state, error)
    if dry_run:
        _rehearse(context, chosen, command)
    carry_out(context, begin_change(context.installation, chosen, command))


def _rehearse(context: Context, chosen: ItemFilter, command: Command) -> NoReturn:
    """Show what would become of each item, and end the call."""
    with context.reading() as source:
        ids = item_ids(source, chosen)
        numbers = numbers_of_ids(source, ids)
    outcomes = rehearse_each(context.installation, ids, command)
    view = bulk_view(outcomes, numbers, dry_run=True)
    context.emit(view)
    say_change(context, view["by_outcome"], view["by_rule"])
    raise typer.Exit(REFUSED if outcomes and not any(each.done for each in outcomes) else DONE)


def _check_event(context: Context, event: str) -> None:
    if event not in order_item.PLAN.events:
        unknown = Label(
            "There is no event {event}. Events: {known}.",
            "L'événement {event} n'existe pas. Événements : {known}.",
        )
        context.stop(USAGE, unknown, event=event, known=", ".join(order_item.PLAN.events))
    if event == "reorder":
        context.stop(
            USAGE,
            Label(
                "A reorder makes a new item; it has a command of its own.",
                "Une nouvelle commande crée un article; elle a sa propre commande.",
            ),
        )


def subject_of(context: Context, number: str) -> Subject | None:
    """What an attempt on the item is about, if there is one."""
    with context.reading() as source:
        found = ids_of_numbers(source, [number]).get(number)
    return None if found is None else (ORDER_ITEM.table.name, found)


def item_id(context: Context, number: str, event: str) -> int:
    """The id of an item that ``event`` is about; ends the call where it is unknown or the acting role sees no items."""
    return items_of(context, [number], event)[number]


def _in_sight(
    context: Context, source: Source, number: str, event: str, read: Callable[[Source, str], Any]
) -> Any:
    """What ``read`` finds of an item; ends the call where it is unknown, or the acting role may not look at it."""
    with permitted(context, event, partial(subject_of, context, number)):
        return item_in_sight(source, number, context.command(event), read)


def items_of(context: Context, numbers: Sequence[str], event: str) -> dict[str, int]:
    """The ids of the items; ends the call where one of them is unknown, or the acting role sees no items."""
    with context.reading() as source:
        found = ids_of_numbers(source, numbers)
    _require_known(context, numbers, found, event)
    return found


def _require_known(context: Context, numbers: Sequence[str], found: Mapping[str, int], event: str) -> None:
    alone = found.get(numbers[0]) if len(numbers) == 1 else None
    subject = None if alone is None else (ORDER_ITEM.table.name, alone)
    with permitted(context, event, subject):
        require_list(context.command(event))
    for unknown in [number for number in numbers if number not in found]:
        context.stop_missing("item", unknown)
