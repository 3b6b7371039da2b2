"""``orders cart …`` and ``orders orders``: the public's cart, from its first line to its payment."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import DONE, NOT_FOUND, REFUSED, USAGE, Context
from cli.present import grid, permitted, reason_lines, refuse, settle
from models.codes import DeliveryMethod, Label, Language, OrderState, RecipientKind
from models.columns import MAX_KEY
from models.consumers import Consumer
from models.messages import Fault
from models.text import parse_asn, parse_date
from renderers.long_forms import dashed_asn, dashed_credential_number
from workflows import document_order
from workflows.operations import cart as carts
from workflows.operations import checkout as checkouts
from workflows.operations import waybill as waybills
from workflows.operations.cart import Changed, UnknownLineError, UnknownOrderError
from workflows.operations.cart_views import OrderFilter, cart_view, find_orders, review_views
from workflows.operations.checkout import Checkout, order_number
from workflows.operations.permission import WHO_SEES_ORDERS, require
from workflows.operations.reprint_line import ReprintDetails
from workflows.plan import Decision
from workflows.rule import Reason
from workflows.rules.special_handling import waybill_is_usable
from workflows.source import table

cart = typer.Typer(no_args_is_help=True, help="A cart of reprints: fill it, look through it, place it, pay.")


def _order_id(text: str) -> str:
    """The order's number in full, where the leading zeros were left out."""
    return order_number(int(text)) if text.isascii() and text.isdecimal() and len(text) <= 18 else text


Order = Annotated[str, typer.Argument(metavar="ORDER", parser=_order_id, help="e.g. 0000000012")]
Line = Annotated[int, typer.Argument(help="The number of the line in the cart.")]
DocumentLanguage = Annotated[Language | None, typer.Option("--language", help="The document's language.")]
Copies = Annotated[int | None, typer.Option(min=0, max=99_999, help="1 to 10; one where digital.")]
Method = Annotated[DeliveryMethod | None, typer.Option("--delivery-method", help="How it travels.")]
Recipient = Annotated[RecipientKind | None, typer.Option("--recipient", help="Who receives it.")]
Name = Annotated[str | None, typer.Option("--name", help="The recipient's name, unless the student.")]
ConsumerName = Annotated[str | None, typer.Option("--consumer", help="Name of the digital consumer.")]
Lines = Annotated[list[str] | None, typer.Option("--address", help="A street line; may be repeated.")]
City = Annotated[str, typer.Option()]
Province = Annotated[str, typer.Option(help="Province or state as its code.")]
PostalCode = Annotated[str, typer.Option("--postal-code")]
Country = Annotated[str, typer.Option(help="ISO code of the address's country.")]
ControlDate = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Not to be issued before.")]
Certification = Annotated[
    str | None, typer.Option("--certification-country", help="ISO code of the country to certify it for.")
]
RequestedBy = Annotated[str | None, typer.Option("--requested-by", help="Who asks for it.")]
WaybillFile = Annotated[Path | None, typer.Option("--waybill", help="The courier's waybill.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(cart, name="cart")
    app.command("orders")(orders)


@cart.command("new")
def new(
    call: typer.Context,
    behalf: Annotated[str, typer.Option("--for", help="Student Records: on behalf of whom.")] = "",
    email: Annotated[str, typer.Option(help="Where messages about it go besides the student.")] = "",
    language: Annotated[Language, typer.Option(help="Language of these messages.")] = Language.EN,
) -> None:
    """Begin a cart."""
    context: Context = call.obj
    with permitted(context, "begin"):
        begun = carts.begin(
            context.installation, context.actor, on_behalf_of=behalf, email=email, language=language
        )
    if not isinstance(begun, int):
        _stop_for(context, begun)
        return
    context.emit({"order": order_number(begun)})
    context.say(Label("Cart {order} is begun.", "Le panier {order} est ouvert."), order=order_number(begun))


@cart.command("show")
def show(call: typer.Context, order: Order) -> None:
    """Show an order: its state, its lines while it is a cart, its items once it is placed."""
    context: Context = call.obj
    with _known(context, "show", order), context.reading() as source:
        view = cart_view(source, carts.seen(source, _key(context, order), context.command("show")))
    context.emit(view)
    if context.json:
        return
    state = OrderState(view["state"]).label.in_(context.language)
    context.say(f"{order}  {state}  {view['amount_cents'] / 100:.2f}  {view['requested_by']}")
    for line in view["lines"]:
        number = dashed_credential_number(line["credential_number"] or "")
        method = DeliveryMethod(line["delivery_method"]).label.in_(context.language)
        context.say(
            f"  {line['line']:>2}  {dashed_asn(line['asn'])}  {line['credential_type']}  {number}  "
            f"{line['language']}  × {line['copies']}  {method}"
        )
    for item in view["items"]:
        context.say(f"  {item}")


@cart.command("add")
def add(
    call: typer.Context,
    order: Order,
    asn: str,
    credential: Annotated[str, typer.Argument(metavar="NUMBER|TYPE", help="Whose reprint.")],
    language: DocumentLanguage = None,
    copies: Copies = None,
    delivery_method: Method = None,
    recipient: Recipient = None,
    name: Name = None,
    consumer: ConsumerName = None,
    address: Lines = None,
    city: City = "",
    province: Province = "",
    postal_code: PostalCode = "",
    country: Country = "",
    control_date: ControlDate = None,
    certification_country: Certification = None,
    requested_by: RequestedBy = None,
    waybill: WaybillFile = None,
) -> None:
    """Put a reprint into a cart."""
    context: Context = call.obj
    changes = _changes(
        context,
        language=language,
        copies=copies,
        delivery_method=delivery_method,
        recipient_kind=recipient,
        recipient=name,
        consumer=consumer,
        address=_address(address, city, province, postal_code, country),
        control_date=control_date,
        certification_country=certification_country,
        requested_by=requested_by,
        waybill=waybill,
    )
    with context.reading() as source:
        found = carts.find_credential(source, parse_asn(asn) or asn, credential.replace("-", ""))
    if found is None:
        missing = Label("Student {asn} has no {credential}.", "L'élève {asn} n'a pas de {credential}.")
        context.stop(NOT_FOUND, missing, asn=asn, credential=credential)
    with _known(context, "add", order):
        key, details = _key(context, order), ReprintDetails(**changes)
        changed = carts.add_line(context.installation, key, found, details, context.actor)
    _settle_line(context, "add", order, changed)


@cart.command("edit")
def edit(
    call: typer.Context,
    order: Order,
    line: Line,
    language: DocumentLanguage = None,
    copies: Copies = None,
    delivery_method: Method = None,
    recipient: Recipient = None,
    name: Name = None,
    consumer: ConsumerName = None,
    address: Lines = None,
    city: City = "",
    province: Province = "",
    postal_code: PostalCode = "",
    country: Country = "",
    control_date: ControlDate = None,
    certification_country: Certification = None,
    requested_by: RequestedBy = None,
    waybill: WaybillFile = None,
    without: Annotated[
        list[str] | None, typer.Option(help="A detail to leave out, e.g. waybill; may be repeated.")
    ] = None,
) -> None:
    """Change a line of a cart; what is not given stays."""
    context: Context = call.obj
    changes = _changes(
        context,
        language=language,
        copies=copies,
        delivery_method=delivery_method,
        recipient_kind=recipient,
        recipient=name,
        consumer=consumer,
        address=_address(address, city, province, postal_code, country),
        control_date=control_date,
        certification_country=certification_country,
        requested_by=requested_by,
        waybill=waybill,
    )
    for each in without or []:
        if each not in _MAY_BE_EMPTY:
            unknown = Label("{name} can't be left out; {known} can.", "{name} ne s'omet pas; {known} oui.")
            context.stop(USAGE, unknown, name=each, known=", ".join(_MAY_BE_EMPTY))
        changes[_MAY_BE_EMPTY[each]] = None
    with _known(context, "edit", order):
        key = _key(context, order)
        changed = carts.edit_line(context.installation, key, line, changes, context.actor)
    _settle_line(context, "edit", order, changed)


#: What ``--without`` empties, and the field behind it.
_MAY_BE_EMPTY = {
    "name": "recipient",
    "address": "address",
    "consumer": "consumer_id",
    "control-date": "control_date",
    "certification-country": "certification_country",
    "waybill": "waybill",
}


@cart.command("remove")
def remove(call: typer.Context, order: Order, line: Line) -> None:
    """Leave a line out."""
    context: Context = call.obj
    with _known(context, "remove", order):
        changed = carts.remove_line(context.installation, _key(context, order), line, context.actor)
    _settle_line(context, "remove", order, changed)


@cart.command("review")
def review(call: typer.Context, order: Order) -> None:
    """Look through a cart before placing it: every failing rule and every warning of every line, and the amount."""
    context: Context = call.obj
    with _known(context, "review", order):
        found = carts.review(context.installation, _key(context, order), context.actor)
    views = review_views(found)
    context.emit({"order": order, "amount_cents": found.amount_cents, "lines": views})
    context.say(_AMOUNT, amount=f"{found.amount_cents / 100:.2f}")
    for line, judged in zip(found.lines, found.judged, strict=True):
        context.say(_LINE, line=line.number)
        _say_reasons(context, "✗", judged.reasons)
        _say_reasons(context, "!", judged.warnings)


@cart.command("place")
def place(call: typer.Context, order: Order) -> None:
    """Place the order: all lines or none."""
    context: Context = call.obj
    with _known(context, "place", order):
        done = checkouts.place(context.installation, _key(context, order), context.actor)
    _settle_checkout(context, order, done)


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
    with _known(context, "pay", order):
        key = _key(context, order)
        if not_received:
            given_up = checkouts.give_payment_up(context.installation, key, context.command("fail_payment"))
            settle(context, document_order.PLAN, given_up, order, f"orders cart show {order}")
            return
        done = checkouts.pay(context.installation, key, context.actor)
    if done is None:
        context.emit({"order": order, "state": "payment_pending", "answer": "unknown"})
        context.say(Label("No answer yet; ask again later.", "Pas encore de réponse; redemandez plus tard."))
        return
    _settle_checkout(context, order, done)


@cart.command("retry")
def retry(call: typer.Context, order: Order) -> None:
    """Pay again what was not received."""
    context: Context = call.obj
    with _known(context, "retry_payment", order):
        done = checkouts.retry_payment(context.installation, _key(context, order), context.actor)
    _settle_checkout(context, order, done)


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
    context.emit({"orders": found, "next": None if following is None else str(following)})
    if context.json:
        return
    shown = grid(_HEADINGS, context)
    for each in found:
        label = OrderState(each["state"]).label.in_(context.language)
        amount = f"{each['amount_cents'] / 100:.2f}"
        items = ", ".join(each["items"])
        shown.add_row(each["number"], label, each["requested_by"], amount, each["placed_at"] or "", items)
    context.out.print(shown)
    if following is not None:
        context.say(Label("More: add --after {cursor}", "Suite : ajoutez --after {cursor}"), cursor=following)


_HEADINGS = (
    Label("Order", "Commande"),
    Label("State", "État"),
    Label("Requested by", "Demandée par"),
    Label("Amount", "Montant"),
    Label("Placed", "Passée"),
    Label("Items", "Articles"),
)
_AMOUNT = Label("Amount: {amount}", "Montant : {amount}")
_LINE = Label("Line {line}", "Ligne {line}")


def _changes(
    context: Context, *, consumer: str | None, control_date: str | None, waybill: Path | None, **given: Any
) -> dict[str, Any]:
    """What was given, as fields of the details; ends the call where it can't be understood."""
    changes = {name: value for name, value in given.items() if value is not None}
    if consumer is not None:
        with context.reading() as source:
            rows = source.rows(Consumer, table(Consumer).c.name == consumer)
        if not rows:
            missing = Label("There is no consumer {name}.", "Le destinataire {name} n'existe pas.")
            context.stop(NOT_FOUND, missing, name=consumer)
        changes["consumer_id"] = rows[0].id
    if control_date is not None:
        changes["control_date"] = parse_date(control_date)
        if changes["control_date"] is None:
            wrong = Label("{day} is no date: give YYYY-MM-DD.", "{day} n'est pas une date : AAAA-MM-JJ.")
            context.stop(USAGE, wrong, day=control_date)
    if waybill is not None:
        changes["waybill"] = _kept(context, waybill)
    return changes


def _kept(context: Context, file: Path) -> str:
    data = read_waybill(context, file)
    problems = waybills.problems_of(data)
    if problems:
        show_refusal(context, "waybill", [Reason(waybill_is_usable, {"problems": list(problems)})])
    return waybills.keep(context.installation, data)


def read_waybill(context: Context, file: Path) -> bytes:
    """The bytes of a file that is to be a waybill; no more than are needed to see that it is too large."""
    try:
        with file.open("rb") as stream:
            return stream.read(waybills.MAX_WAYBILL_BYTES + 1)
    except (FileNotFoundError, IsADirectoryError):
        missing = Label("There is no file {file}.", "Le fichier {file} n'existe pas.")
        context.stop(NOT_FOUND, missing, file=file)


def show_refusal(context: Context, event: str, reasons: list[Reason]) -> None:
    """Show what the rules refuse, and end the call."""
    context.note_refusal(event, "rule", reasons)
    shown = [reason.as_json() for reason in reasons]
    context.emit({"refused": {"event": event, "state": None, "kind": "rule", "reasons": shown}})
    for text in [] if context.json else reason_lines(context, reasons):
        context.err.print(text, style="red", markup=False)
    raise typer.Exit(REFUSED)


def _address(
    lines: list[str] | None, city: str, province: str, postal_code: str, country: str
) -> dict[str, Any] | None:
    parts = {"city": city, "province": province, "postal_code": postal_code, "country": country}
    return {"lines": lines or [], **parts} if lines or any(parts.values()) else None


def _change(context: Context, order: str, event: str) -> None:
    with _known(context, event, order):
        outcome = carts.change(context.installation, _key(context, order), context.command(event))
    settle(context, document_order.PLAN, outcome, order, f"orders cart show {order}")


def _settle_line(context: Context, event: str, order: str, changed: Changed) -> None:
    if changed.faults:
        _stop_for(context, list(changed.faults))
    if changed.reasons:
        show_refusal(context, event, list(changed.reasons))
    context.emit({"order": order, "line": changed.line})
    done = Label("Cart {order}, line {line}: done.", "Panier {order}, ligne {line} : fait.")
    context.say(done, order=order, line=changed.line)


def _stop_for(context: Context, faults: list[Fault]) -> None:
    """End the call with everything malformed in what was typed."""
    texts = {language: " ".join(fault.in_(language) for fault in faults) for language in ("en", "fr")}
    context.stop(USAGE, Label("{en}", "{fr}"), **texts)


def _settle_checkout(context: Context, order: str, done: Checkout) -> None:
    """Show what became of an order; a refusal also says which line each reason is about."""
    decision = done.decision
    if decision is not None and decision.kind != "conflict":
        context.note_refusal(decision.event, str(decision.kind), decision.reasons)
    if decision is not None and decision.kind == "rule" and done.review.lines:
        _refuse_lines(context, order, decision, done)
    if decision is not None:
        refuse(context, document_order.PLAN, decision, f"orders cart show {order}")
    outcome = done.outcome
    state = OrderState(str(outcome.state))
    context.emit(
        {
            "order": order,
            "done": {"event": outcome.event, "from": str(outcome.from_state), "state": state.value},
            "amount_cents": done.review.amount_cents,
            "items": list(done.items),
            "lines": review_views(done.review),
        }
    )
    context.say(f"{order}: {state.label.in_(context.language)}")
    for item in done.items:
        context.say(f"  {item}")
    for judged in done.review.judged:
        _say_reasons(context, "!", judged.warnings)
    raise typer.Exit(DONE)


def _refuse_lines(context: Context, order: str, decision: Decision, done: Checkout) -> None:
    reasons = [reason.as_json() for reason in decision.reasons]
    refused = {"event": decision.event, "state": str(decision.state), "kind": "rule", "reasons": reasons}
    context.emit({"refused": refused, "lines": review_views(done.review)})
    if not context.json:
        of_lines = {reason for judged in done.review.judged for reason in map(id, judged.reasons)}
        for text in reason_lines(context, [each for each in decision.reasons if id(each) not in of_lines]):
            context.err.print(text, style="red", markup=False)
        for line, judged in zip(done.review.lines, done.review.judged, strict=True):
            if judged.reasons:
                context.err.print(context.text(_LINE, line=line.number), style="red", markup=False)
            for text in reason_lines(context, judged.reasons):
                context.err.print(text, markup=False)
        context.err.print(f"orders cart edit {order} …", markup=False)
    raise typer.Exit(REFUSED)


def _say_reasons(context: Context, mark: str, reasons: tuple[Reason, ...]) -> None:
    for text in reason_lines(context, reasons):
        context.say(f"  {mark}{text}")


def _key(context: Context, order: str) -> int:
    if not order.isdecimal():
        context.stop(NOT_FOUND, _NO_ORDER, order=order)
    return int(order)


@contextmanager
def _known(context: Context, event: str, order: str) -> Iterator[None]:
    """Show the refusal of a role, and an order or line that is not there, and end the call."""
    try:
        with permitted(context, event):
            yield
    except UnknownOrderError:
        context.stop(NOT_FOUND, _NO_ORDER, order=order)
    except UnknownLineError as error:
        missing = Label("Cart {order} has no line {line}.", "Le panier {order} n'a pas de ligne {line}.")
        context.stop(NOT_FOUND, missing, order=order, line=error.args[0])


_NO_ORDER = Label("There is no order {order}.", "La commande {order} n'existe pas.")
