"""Document orders: the public's cart from its first line to its payment, and waybills."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from models.codes import Role
from models.orders import order_number
from web.api.order_items import found_by
from web.api.protocol.answers import Answer, answer
from web.api.protocol.bodies import Cart, CartLine, ReprintLine
from web.api.protocol.calls import Basing, Call, Changing, Reading
from web.api.protocol.inputs import After, CourierItems, Limit, LineNumber, OrderNumber, OrderStateFilter
from web.api.protocol.once import once
from web.api.protocol.problems import Problem, malformed, missing, of_decision, refusal
from web.api.protocol.route import Guarded
from web.api.protocol.schema import answers
from workflows.installation import Installation
from workflows.machines import document_order
from workflows.operations.access.permission import WHO_SEES_ORDERS, require
from workflows.operations.carts import cart as carts
from workflows.operations.carts import checkout as checkouts
from workflows.operations.carts.checkout import Checkout
from workflows.operations.delivery import waybill as waybills
from workflows.operations.delivery.waybill import AttachedView
from workflows.operations.ordering.reprint_line import ReprintDetails
from workflows.views.orders import (
    BegunCart,
    CartView,
    ChangedLine,
    CheckoutView,
    OrderFilter,
    OrderPage,
    PaymentAwaited,
    ReviewView,
    awaited_view,
    begun_view,
    cart_view,
    changed_view,
    checkout_view,
    find_orders,
    order_page,
    review_view,
    reviewed_lines,
)
from workflows.views.outcomes import More, OrderDone, order_done

router = APIRouter(route_class=Guarded, tags=["orders"])
_WAYBILL = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "contentMediaType": kind}}
            for kind in ("application/pdf", "image/png", "image/jpeg")
        },
    }
}


@router.get("/orders", operation_id="orders.list", responses=answers(OrderPage))
def list_orders(
    call: Reading, state: OrderStateFilter = None, after: After = 0, limit: Limit = 100
) -> Response:
    """List document orders, a page at a time; the public sees its own."""
    require(WHO_SEES_ORDERS, call.command("orders"), is_own=True)
    with call.reading() as source:
        found, following = find_orders(source, OrderFilter(state), call.actor, after, limit)
    return answer(order_page(found, following)).response()


@router.post(
    "/orders", operation_id="orders.begin", status_code=201, responses=answers(BegunCart, status=201)
)
def begin(call: Changing, body: Cart = Cart()) -> Response:  # noqa: B008
    """Begin a cart."""

    def act(work: Installation) -> Answer:
        begun = carts.begin(
            work, call.actor, on_behalf_of=body.on_behalf_of, email=body.email, language=body.language
        )
        if not isinstance(begun, int):
            raise malformed(begun)
        return answer(begun_view(begun), 201, {"Location": f"/api/orders/{order_number(begun)}"})

    return once(call, act)


@router.get("/orders/{order}", operation_id="orders.show", responses=answers(CartView))
def show(call: Reading, order: OrderNumber) -> Response:
    """An order: its state, its lines while it is a cart, its items once it is placed; its ``ETag`` is its version.

    The version moves with whatever happens to the order or to one of its lines.
    """
    with call.reading() as source:
        return answer(cart_view(source, carts.seen(source, order, call.command("show")))).response()


@router.get("/orders/{order}/review", operation_id="orders.review", responses=answers(ReviewView))
def review(call: Reading, order: OrderNumber) -> Response:
    """Look through a cart before placing it: every failing rule and warning of every line, and the amount."""
    found = carts.review(call.installation, order, call.actor)
    return answer(review_view(order, found)).response()


@router.post("/orders/{order}/lines", operation_id="orders.add", responses=answers(ChangedLine))
def add(call: Basing, order: OrderNumber, body: CartLine) -> Response:
    """Put a reprint into a cart; the public for the students that it is connected to."""
    if call.actor.role is Role.PUBLIC and body.asn not in (call.connections or ()):
        raise missing("credential_of_student")

    def act(work: Installation) -> Answer:
        wanted, details = body.credential.replace("-", ""), ReprintDetails(**body.details())
        added = carts.add_line_of(work, order, body.asn, wanted, details, call.actor, call.versions(order))
        if added is None:
            raise missing("credential_of_student")
        return _line(order, "add_line", added)

    return once(call, act)


@router.patch("/orders/{order}/lines/{line}", operation_id="orders.edit", responses=answers(ChangedLine))
def edit(call: Basing, order: OrderNumber, line: LineNumber, body: ReprintLine) -> Response:
    """Change a line of a cart; what is not given stays."""

    def act(work: Installation) -> Answer:
        changed = carts.edit_line(work, order, line, body.details(), call.actor, call.versions(order))
        return _line(order, "edit_line", changed)

    return once(call, act)


@router.delete("/orders/{order}/lines/{line}", operation_id="orders.remove", responses=answers(ChangedLine))
def remove(call: Basing, order: OrderNumber, line: LineNumber) -> Response:
    """Leave a line out."""

    def act(work: Installation) -> Answer:
        removed = carts.remove_line(work, order, line, call.actor, call.versions(order))
        return _line(order, "remove_line", removed)

    return once(call, act)


@router.post("/orders/{order}/place", operation_id="orders.place", responses=answers(CheckoutView))
def place(call: Basing, order: OrderNumber) -> Response:
    """Place the order: all lines or none; what costs money waits for its payment."""

    def act(work: Installation) -> Answer:
        return _checked_out(call, order, checkouts.place(work, order, call.actor, call.versions(order)))

    return once(call, act)


@router.post(
    "/orders/{order}/pay", operation_id="orders.pay", responses=answers(CheckoutView, PaymentAwaited)
)
def pay(call: Basing, order: OrderNumber) -> Response:
    """Ask what became of the payment: paid, the order is placed; failed, nothing of it is lost."""

    def act(work: Installation) -> Answer:
        done = checkouts.pay(work, order, call.actor, call.versions(order))
        if done is None:
            return answer(awaited_view(order))
        return _checked_out(call, order, done)

    return once(call, act)


@router.post(
    "/orders/{order}/retry-payment", operation_id="orders.retry_payment", responses=answers(CheckoutView)
)
def retry_payment(call: Basing, order: OrderNumber) -> Response:
    """Pay again what was not received."""

    def act(work: Installation) -> Answer:
        done = checkouts.retry_payment(work, order, call.actor, call.versions(order))
        return _checked_out(call, order, done)

    return once(call, act)


@router.post("/orders/{order}/reopen", operation_id="orders.reopen", responses=answers(OrderDone))
def reopen(call: Basing, order: OrderNumber) -> Response:
    """Make a cart again of an order whose payment was not received."""
    return _change(call, order, "reopen")


@router.post("/orders/{order}/abandon", operation_id="orders.abandon", responses=answers(OrderDone))
def abandon(call: Basing, order: OrderNumber) -> Response:
    """Give a cart up."""
    return _change(call, order, "abandon")


@router.post("/orders/{order}/fail-payment", operation_id="orders.fail_payment", responses=answers(OrderDone))
def fail_payment(call: Basing, order: OrderNumber) -> Response:
    """Student Records: the payment will not come, or is refunded."""
    return _change(call, order, "fail_payment")


@router.put(
    "/orders/{order}/lines/{line}/waybill",
    operation_id="orders.waybill",
    responses=answers(ChangedLine),
    openapi_extra=_WAYBILL,
)
async def line_waybill(request: Request, call: Basing, order: OrderNumber, line: LineNumber) -> Response:
    """The courier's waybill of a line: one page as PDF, PNG or JPEG, at most 5 MB."""
    data = await request.body()

    def act(work: Installation) -> Answer:
        changed = carts.edit_line(work, order, line, {}, call.actor, call.versions(order), waybill=data)
        return _line(order, "edit_line", changed)

    return await run_in_threadpool(once, call, act)


@router.post(
    "/waybills", operation_id="waybills.attach", responses=answers(AttachedView), openapi_extra=_WAYBILL
)
async def attach(
    request: Request,
    call: Changing,
    item: CourierItems,
) -> Response:
    """Put a waybill on items that go by courier: all of them or none."""
    data = await request.body()

    def act(work: Installation) -> Answer:
        found = [found_by(call, work, each) for each in item]
        done = waybills.attach(work, data, found, call.command("waybill"))
        if done.reasons:
            raise refusal("waybill", done.reasons)
        return answer(waybills.attached_view(done, item))

    return await run_in_threadpool(once, call, act)


def _change(call: Call, order: int, event: str) -> Response:
    def act(work: Installation) -> Answer:
        # Others' orders are not there for the public; everybody else is told who may do it.
        if call.actor.role is Role.PUBLIC:
            with work.database.read() as session:
                carts.seen(work.source(session), order, call.command(event))
        command = call.command(event, versions=call.versions(order))
        carry_out = checkouts.give_payment_up if event == "fail_payment" else carts.change
        outcome = carry_out(work, order, command)
        call.require_done(document_order.PLAN, outcome, "order")
        return answer(order_done(order_number(order), outcome))

    return once(call, act)


def _line(order: int, event: str, changed: carts.Changed) -> Answer:
    if changed.faults:
        raise malformed(changed.faults)
    if changed.reasons:
        raise refusal(event, changed.reasons)
    return answer(changed_view(order, changed))


def _checked_out(call: Call, order: int, done: Checkout) -> Answer:
    """What became of an order; a refusal also says which line each reason is about."""
    if done.decision is not None:
        stale = call.version is not None
        problem = of_decision(document_order.PLAN, done.decision, call.actor.role, stale=stale)
        more: More = {**problem.more, "lines": reviewed_lines(done.review)}
        raise Problem(problem.kind, problem.label, more, reasons=problem.reasons)
    return answer(checkout_view(order, done))
