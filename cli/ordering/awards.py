"""``orders award``, ``first-run`` and ``award-and-order``."""

from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from rich.progress import Progress

from cli.terminal.context import DONE, REFUSED, USAGE, Context
from cli.terminal.csv_export import Sheet, sheet_at
from cli.terminal.foreground import carry_out
from cli.terminal.options import ExportTo, Replace
from cli.terminal.parse import asn_of, refuse_faults, year_of
from cli.terminal.present import permitted, refuse_by_rules, settle, warn
from cli.terminal.totals import say_preview
from models.codes import CredentialType, DeliveryMethod, Label, Language
from workflows.machines import credential
from workflows.operations.bulk.bulk_award import begin_award
from workflows.operations.ordering.award import FirstRun, Ordered, award, check_first_run, order_first_run
from workflows.operations.ordering.award_and_order import Selection, preview_award
from workflows.views.awards import COLUMNS, row_cells, summary_view
from workflows.views.ordering import awarded_view, ordered_view

Method = Annotated[DeliveryMethod, typer.Option("--delivery-method", help="How the documents travel.")]
Year = Annotated[str | None, typer.Option("--school-year", metavar="YYYY/YYYY", help="e.g. 2025/2026")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("award")(award_one)
    app.command("first-run")(first_run)
    app.command("award-and-order")(bulk)


def award_one(
    call: typer.Context,
    asn: str,
    credential_type: Annotated[CredentialType, typer.Argument(metavar="TYPE")],
    school_year: Year = None,
    order: Annotated[bool, typer.Option("--order", help="Order the first-run too: both or neither.")] = False,
    delivery_method: Annotated[
        DeliveryMethod | None,
        typer.Option("--delivery-method", help="How the documents travel; only with --order."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="The document's language; only with --order.")
    ] = None,
) -> None:
    """Award one achieved credential to a student, and order its first-run if wanted."""
    context: Context = call.obj
    year = year_of(context, school_year)
    refuse_faults(context, check_first_run(delivery_method, language, order=order))
    method = delivery_method or DeliveryMethod.AUTOMATED_CARDBOARD
    wanted = FirstRun(method, language) if order else None
    with permitted(context, "award"):
        done = award(context.installation, asn_of(context, asn), credential_type, context.actor, year, wanted)
    if done is None:
        context.stop_missing("credential_of_student", credential_type.value, asn=asn)
    if done.ordered is not None:
        item = _placed(context, done.ordered)
        context.emit(awarded_view(asn_of(context, asn), credential_type, done))
        _tell_order(context, item, done.ordered)
        return
    settle(
        context,
        credential.PLAN,
        done.outcome,
        f"{asn} {credential_type}",
        awarded_view(asn_of(context, asn), credential_type, done),
        f"orders award {asn} {credential_type} --school-year YYYY/YYYY",
    )


def first_run(
    call: typer.Context,
    number: str,
    delivery_method: Method = DeliveryMethod.AUTOMATED_CARDBOARD,
    language: Annotated[Language | None, typer.Option(help="The document's language.")] = None,
) -> None:
    """Order the first-run of an awarded credential."""
    context: Context = call.obj
    with permitted(context, "place"):
        ordered = order_first_run(
            context.installation, number.replace("-", ""), context.actor, FirstRun(delivery_method, language)
        )
    if ordered is None:
        context.stop_missing("credential", number)
    item = _placed(context, ordered)
    context.emit(ordered_view(item, ordered))
    _tell_order(context, item, ordered)


def _placed(context: Context, ordered: Ordered) -> str:
    """The item that was ordered; ends the call where it was refused."""
    if ordered.item is None:
        refuse_by_rules(context, "place", ordered.reasons)
    return ordered.item


def _tell_order(context: Context, item: str, ordered: Ordered) -> None:
    context.say(Label("Ordered as {item}.", "Commande passée : {item}."), item=item)
    warn(context, ordered.warnings)


def bulk(
    call: typer.Context,
    types: Annotated[list[str], typer.Option("--type", metavar="CODE", help="May be given several times.")],
    authority: Annotated[str | None, typer.Option(help="Authority code.")] = None,
    school: Annotated[str | None, typer.Option(help="School code.")] = None,
    school_year: Year = None,
    delivery_method: Method = DeliveryMethod.AUTOMATED_CARDBOARD,
    preview: Annotated[
        bool, typer.Option("--preview", help="Change nothing; count outcomes by rule.")
    ] = False,
    export: ExportTo = None,
    *,
    replace: Replace = False,
) -> None:
    """Award achieved credentials in bulk and order their first-run, as a run that survives its interruption."""
    context: Context = call.obj
    selection = Selection(_bulk_types(context, types), authority, school, year_of(context, school_year))
    sheet = sheet_at(context, export, replace=replace)
    if preview:
        _preview(context, selection, delivery_method, sheet)
    with permitted(context, "award"):
        run = begin_award(context.installation, selection, context.command("award"), delivery_method)
    carry_out(context, run, sheet)


def _preview(
    context: Context, selection: Selection, delivery_method: DeliveryMethod, sheet: Sheet | None
) -> NoReturn:
    """Show what a run would do, and end the call."""
    with permitted(context, "award"), Progress(console=context.err, transient=True) as bar:
        task = bar.add_task(context.text(_PREVIEW), total=None)
        summary = preview_award(
            context.installation,
            selection,
            context.actor,
            delivery_method=delivery_method,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    view = summary_view(summary)
    if sheet is not None:
        sheet.write(COLUMNS, [[row_cells(row, context.language) for row in view["outcomes"]]])
    context.emit(view)
    say_preview(context, view)
    raise typer.Exit(REFUSED if summary.rows and not summary.ordered else DONE)


def _bulk_types(context: Context, codes: Sequence[str]) -> frozenset[CredentialType]:
    known = {each.value: each for each in CredentialType if each is not CredentialType.HONR}
    unknown = [code for code in codes if code not in known]
    if unknown:
        context.stop(USAGE, _UNKNOWN_TYPE, types=", ".join(unknown), known=", ".join(known))
    return frozenset(known[code] for code in codes)


_PREVIEW = Label("Award and order: preview", "Décerner et commander : aperçu")
_UNKNOWN_TYPE = Label(
    "{types} can't be ordered in bulk. Types: {known}.", "{types} ne se commande pas en lot. Types : {known}."
)
