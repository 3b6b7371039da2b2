"""``orders refusals``: what people and services tried and were refused."""

from datetime import datetime, time
from typing import Annotated, Any

import typer
from rich.text import Text

from cli.items import canonical, item_id
from cli.terminal.context import Context
from cli.terminal.parse import date_of
from cli.terminal.present import grid, require_reader
from models.codes import Label, Role
from models.orders import OrderItem
from models.sql.columns import MAX_KEY
from workflows.calendar import EDMONTON
from workflows.history.refusals import refusals as refused_attempts
from workflows.shapes import instant
from workflows.source import table


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("refusals")(refusals)


def refusals(
    call: typer.Context,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Only attempts since this day.")] = None,
    role: Annotated[Role | None, typer.Option(help="Only attempts of this role.")] = None,
    item: Annotated[
        str | None, typer.Option(metavar="ITEM", parser=canonical, help="Only attempts on this item.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    after: Annotated[int, typer.Option(max=MAX_KEY, metavar="CURSOR")] = 0,
) -> None:
    """List the refused attempts of people and services, oldest first."""
    context: Context = call.obj
    require_reader(context, "refusals")
    day = date_of(context, since)
    begin = None if day is None else datetime.combine(day, time(), EDMONTON)
    subject = None if item is None else (table(OrderItem).name, item_id(context, item, "refusals"))
    with context.reading() as source:
        rows = refused_attempts(source, since=begin, role=role, subject=subject, after=after, limit=limit)
    following = str(rows[-1].id) if len(rows) == limit else None
    context.emit({"refusals": [_shown(row) for row in rows], "next": following})
    if not context.json:
        _print(context, rows)


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": instant(row.at),
        "actor": {"role": row.actor_role.value, "name": row.actor_name},
        "subject": {"table": row.subject_table, "id": row.subject_id} if row.subject_table else None,
        "event": row.event,
        "state": row.state,
        "kind": row.kind,
        "codes": row.codes,
        "command_id": row.command_id,
        "about": row.about,
        "service": row.service,
    }


def _print(context: Context, rows: Any) -> None:
    shown = grid(_HEADINGS, context)
    for row in rows:
        who = f"{row.actor_role.label.in_(context.language)} {row.actor_name}".strip()
        subject = f"{row.subject_table} {row.subject_id}" if row.subject_table else ""
        why = ", ".join(row.codes) or row.kind
        cells = (str(instant(row.at)), who, row.service or "", row.event, row.about or subject, why)
        shown.add_row(*map(Text, cells))
    context.out.print(shown)


_HEADINGS = (
    Label("When", "Quand"),
    Label("Who", "Qui"),
    Label("Through", "Par l'entremise de"),
    Label("Attempt", "Tentative"),
    Label("On", "Sur"),
    Label("Reasons", "Motifs"),
)
