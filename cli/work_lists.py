"""``orders work-list …`` and ``refund``: what waits for a person."""

import typer

from cli.items import Number, item_id
from cli.terminal.context import Context
from cli.terminal.present import require_reader, settle
from models.codes import ItemState
from models.typography import amount
from renderers.pages.long_forms import dashed_asn
from workflows.machines import order_item
from workflows.operations.delivery import refunds
from workflows.views import work_lists
from workflows.views.outcomes import item_done

work_list = typer.Typer(no_args_is_help=True, help="What waits for a person.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(work_list, name="work-list")
    app.command("refund")(refund)


@work_list.command("deceased")
def deceased(call: typer.Context) -> None:
    """Documents under way of students who are flagged deceased."""
    context: Context = call.obj
    require_reader(context, "deceased")
    with context.reading() as source:
        found = work_lists.of_deceased(source)
    context.emit(work_lists.ItemsOfDeceased(items=found))
    for each in found:
        state = ItemState(each["state"]).label.in_(context.language)
        context.say(f"{each['item']}  {dashed_asn(each['asn'])}  {state}")


@work_list.command("refunds")
def list_refunds(call: typer.Context) -> None:
    """Cancelled items of paid orders that were not refunded."""
    context: Context = call.obj
    require_reader(context, "refunds")
    with context.reading() as source:
        found = work_lists.refunds_due(source)
    context.emit(work_lists.RefundsDue(items=found))
    for each in found:
        due = amount(each["amount_cents"], context.language)
        context.say(f"{each['item']}  {each['payer']}  {each['payment']}  {due}")


def refund(call: typer.Context, number: Number) -> None:
    """Record that a cancelled, paid item was refunded."""
    context: Context = call.obj
    found = item_id(context, number, "refund")
    outcome = refunds.refund(context.installation, found, context.command("refund"))
    settle(context, order_item.PLAN, outcome, number, item_done(number, outcome), "orders work-list refunds")
