"""``orders downloads``, ``download``, ``item new-link`` and ``item document``: documents as files."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli.items import Number, canonical, item, item_id, subject_of
from cli.terminal.context import NOT_FOUND, REFUSED, Context
from cli.terminal.present import grid, permitted, reason_lines, refuse_by_rules, settle
from models.codes import Label
from workflows.effects.order_item import ORDER_ITEM
from workflows.finding.items import ids_of_numbers
from workflows.machines import order_item
from workflows.missing import NO_LINK
from workflows.operations.access.permission import WHO_READS_DOCUMENTS, require
from workflows.operations.delivery import download as operations
from workflows.views.outcomes import OUTCOMES, item_done

Folder = Annotated[Path, typer.Option("--to", help="Where the files go.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("downloads")(downloads)
    app.command("download")(download)


def downloads(call: typer.Context) -> None:
    """List the digital documents of your organisation (--as dod_consumer:USER@DOMAIN)."""
    context: Context = call.obj
    command = context.command("download")
    with permitted(context, "download"):
        require(operations.WHO_DOWNLOADS, command)
    with context.reading() as source:
        found = operations.downloads(source, command)
    context.emit(operations.Downloads(downloads=found))
    if not context.json:
        shown = grid(_HEADINGS, context)
        for each in found:
            shown.add_row(
                each["item"],
                context.text(_EXPIRED if each["expired"] else _OPEN, day=each["expires_on"] or "–"),
            )
        context.out.print(shown)


_HEADINGS = (Label("Document", "Document"), Label("Available", "Disponible"))
_OPEN = Label("until {day}", "jusqu'au {day}")
_BECAME = Label("{item}: {outcome}", "{item} : {outcome}")
_EXPIRED = Label("expired ({day})", "expiré ({day})")


def download(
    call: typer.Context,
    numbers: Annotated[list[str], typer.Argument(metavar="ITEM…", parser=canonical)],
    folder: Folder = Path(),
    link: Annotated[
        str | None, typer.Option(help="The token of the link that was sent, for one item.")
    ] = None,
) -> None:
    """Download digital documents; the first download delivers them."""
    context: Context = call.obj
    with context.reading() as source:
        ids = ids_of_numbers(source, numbers)
    results = [
        operations.download(context.installation, ids.get(number), context.command("download"), link)
        for number in numbers
    ]
    _note_refused(context, [ids.get(number) for number in numbers], results)
    if link is not None and results[0].kind == "not_found":
        context.stop(NOT_FOUND, NO_LINK)
    folder.mkdir(parents=True, exist_ok=True)
    for each in results:
        if each.kind == "done":
            (folder / f"{each.number}.pdf").write_bytes(each.pdf)
    context.emit(
        {
            "downloads": [
                {
                    "item": number,
                    "outcome": each.kind,
                    "reasons": [reason.as_json() for reason in each.reasons],
                }
                for number, each in zip(numbers, results, strict=True)
            ]
        }
    )
    for number, each in zip(numbers, results, strict=True):
        context.say(_BECAME, item=number, outcome=OUTCOMES[each.kind].in_(context.language))
        for line in [] if context.json else reason_lines(context, each.reasons):
            context.err.print(line, style="red", markup=False)
    if not any(each.kind == "done" for each in results):
        raise typer.Exit(REFUSED)


def _note_refused(
    context: Context, items: Sequence[int | None], results: Sequence[operations.Downloaded]
) -> None:
    """Record each download that was refused as a refused attempt."""
    for found, each in zip(items, results, strict=True):
        if each.kind != "done":
            by_role = [reason.code for reason in each.reasons] == ["CO-11"]
            kind = each.kind if each.kind == "not_found" else "permission" if by_role else "rule"
            subject = None if found is None else (ORDER_ITEM.table.name, found)
            context.note_refusal("download", kind, each.reasons, subject)


@item.command("new-link")
def new_link(call: typer.Context, number: Number) -> None:
    """Make a new link for a digital document; the old one stops working."""
    context: Context = call.obj
    found = item_id(context, number, "new_link")
    outcome = operations.new_link(context.installation, found, context.command("new_link"))
    done = item_done(number, outcome)
    settle(context, order_item.PLAN, outcome, number, done, f"orders item show {number}")


@item.command("document")
def document(
    call: typer.Context,
    number: Number,
    file: Annotated[Path, typer.Option("--to", help="The file to write.")],
    unofficial: Annotated[bool, typer.Option("--unofficial", help="Mark it as an unofficial copy.")] = False,
) -> None:
    """Write the stored document of an item to a file, as it is or as an unofficial copy."""
    context: Context = call.obj
    with permitted(context, "document", partial(subject_of, context, number)):
        require(WHO_READS_DOCUMENTS, context.command("document"))
    found = item_id(context, number, "document")
    with context.reading() as source:
        stored = operations.document_for(source, found, unofficial=unofficial)
    if stored is None:
        context.stop_missing("document", number, subject=(ORDER_ITEM.table.name, found))
    if stored.reasons:
        refuse_by_rules(context, "document", stored.reasons)
    data = stored.pdf
    file.write_bytes(data)
    context.emit({"item": number, "file": str(file), "size": len(data)})
    context.say(str(file))
