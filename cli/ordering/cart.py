"""``orders cart …`` and ``orders orders``: the public's cart, from its beginning to its payment."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from cli.ordering import cart_lines
from cli.ordering.cart_answers import LINE, Order, key, known, say_reasons, settle_checkout
from cli.terminal.context import Context
from cli.terminal.parse import refuse_faults
from cli.terminal.present import grid, permitted, settle, show_page
from models.codes import DeliveryMethod, Label, Language, OrderState
from models.orders import order_number
from models.sql.columns import MAX_KEY
from models.typography import amount
from renderers.pages.long_forms import dashed_asn, dashed_credential_number
from workflows.machines import document_order
from workflows.operations.access.permission import WHO_SEES_ORDERS, require
from workflows.operations.carts import cart as carts
from workflows.operations.carts import checkout as checkouts
from workflows.views.orders import (
    OrderFilter,
    OrderView,
    awaited_view,
    begun_view,
    cart_view,
    find_orders,
    order_page,
    review_view,
)
from workflows.views.outcomes import order_done

cart = typer.Typer(no_args_is_help=True, help="A cart of reprints: fill it, look through it, place it, pay.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    cart_lines.register(cart)
    app.add_typer(cart, name="cart")
    app.command("orders")(orders)


@cart.command("new")
def new(
    call: typer.Context,
    on_behalf_of: Annotated[str, typer.Option(help="Student Records: for whom.")] = "",
    email: Annotated[str, typer.Option(help="Where messages about it go besides the student.")] = "",
    language: Annotated[Language, typer.Option(help="Language of these messages.")] = Language.EN,
) -> None:
    """Begin a cart."""
    context: Context = call.obj
    with permitted(context, "begin"):
        begun = carts.begin(
            context.installation, context.actor, on_behalf_of=on_behalf_of, email=email, language=language
        )
    if not isinstance(begun, int):
        refuse_faults(context, begun)
        return
    context.emit(begun_view(begun))
    context.say(Label("Cart {order} is begun.", "Le panier {order} est ouvert."), order=order_number(begun))


@cart.command("show")
def show(call: typer.Context, order: Order) -> None:
    """Show an order: its state, its lines while it is a cart, its items once it is placed."""
    context: Context = call.obj
    with known(context, "show", order), context.reading() as source:
        view = cart_view(source, carts.seen(source, key(context, order), context.command("show")))
    context.emit(view)
    if context.json:
        return
    state = OrderState(view["state"]).label.in_(context.language)
    context.say(f"{order}  {state}  {amount(view['amount_cents'], context.language)}  {view['requested_by']}")
    for line in view["lines"]:
        number = dashed_credential_number(line["credential_number"] or "")
        method = DeliveryMethod(line["delivery_method"]).label.in_(context.language)
        context.say(
            f"  {line['line']:>2}  {dashed_asn(line['asn'])}  {line['credential_type']}  {number}  "
            f"{Language(line['language']).label.in_(context.language)}  × {line['copies']}  {method}"
        )
    for item in view["items"]:
        context.say(f"  {item}")


@cart.command("review")
def review(call: typer.Context, order: Order) -> None:
    """Look through a cart before placing it: every failing rule and every warning of every line, and the amount."""
    context: Context = call.obj
    with known(context, "review", order):
        found = carts.review(context.installation, key(context, order), context.actor)
    context.emit(review_view(key(context, order), found))
    context.say(_AMOUNT, amount=amount(found.amount_cents, context.language))
    for line, judged in zip(found.lines, found.judged, strict=True):
        context.say(LINE, line=line.number)
        say_reasons(context, "✗", judged.reasons)
        say_reasons(context, "!", judged.warnings)


@cart.command("place")
def place(call: typer.Context, order: Order) -> None:
    """Place the order: all lines or none."""
    context: Context = call.obj
    with known(context, "place", order):
        done = checkouts.place(context.installation, key(context, order), context.actor)
    settle_checkout(context, order, done)


@cart.command("pay")
def pay(
    call: typer.Context,
    order: Order,
    not_received: Annotated[
        bool, typer.Option("--not-received", help="Student Records: it will not come, or is refunded.")
    ] = False,
) -> None:
    """Ask what became of the payment: paid, the order is placed; failed, nothing of it is lost."""
    context: Context = call.obj
    with known(context, "pay", order):
        number = key(context, order)
        if not_received:
            with permitted(context, "fail_payment"):
                given_up = checkouts.give_payment_up(
                    context.installation, number, context.command("fail_payment")
                )
            settle(
                context,
                document_order.PLAN,
                given_up,
                order,
                order_done(order, given_up),
                f"orders cart show {order}",
            )
            return
        done = checkouts.pay(context.installation, number, context.actor)
    if done is None:
        context.emit(awaited_view(number))
        context.say(Label("No answer yet; ask again later.", "Pas encore de réponse; redemandez plus tard."))
        return
    settle_checkout(context, order, done)


@cart.command("retry")
def retry(call: typer.Context, order: Order) -> None:
    """Pay again what was not received."""
    context: Context = call.obj
    with known(context, "retry_payment", order):
        done = checkouts.retry_payment(context.installation, key(context, order), context.actor)
    settle_checkout(context, order, done)


@cart.command("reopen")
def reopen(call: typer.Context, order: Order) -> None:
    """Make a cart again of an order whose payment was not received."""
    _change(call.obj, order, "reopen")


@cart.command("abandon")
def abandon(call: typer.Context, order: Order) -> None:
    """Give a cart up."""
    _change(call.obj, order, "abandon")


def orders(
    call: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="Only what the acting person began.")] = False,
    state: Annotated[OrderState | None, typer.Option(help="Only orders in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    after: Annotated[int, typer.Option(max=MAX_KEY, metavar="CURSOR")] = 0,
) -> None:
    """List document orders, a page at a time; the public sees its own."""
    context: Context = call.obj
    with permitted(context, "orders"):
        require(WHO_SEES_ORDERS, context.command("orders"), is_own=True)
    chosen = OrderFilter(state, context.actor.name if mine else None)
    with context.reading() as source:
        found, following = find_orders(source, chosen, context.actor, after, limit)
    show_page(context, order_page(found, following), found, following, partial(_print_orders, context))


def _print_orders(context: Context, found: Sequence[OrderView]) -> None:
    shown = grid(_HEADINGS, context)
    for each in found:
        label = OrderState(each["state"]).label.in_(context.language)
        due = amount(each["amount_cents"], context.language)
        items = ", ".join(each["items"])
        shown.add_row(each["number"], label, each["requested_by"], due, each["placed_at"] or "", items)
    context.out.print(shown)


_HEADINGS = (
    Label("Order", "Commande"),
    Label("State", "État"),
    Label("Requested by", "Demandée par"),
    Label("Amount", "Montant"),
    Label("Placed", "Passée"),
    Label("Items", "Articles"),
)
_AMOUNT = Label("Amount: {amount}", "Montant : {amount}")


def _change(context: Context, order: str, event: str) -> None:
    with known(context, event, order):
        outcome = carts.change(context.installation, key(context, order), context.command(event))
    settle(
        context, document_order.PLAN, outcome, order, order_done(order, outcome), f"orders cart show {order}"
    )
