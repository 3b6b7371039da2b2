"""What waits for a person: special handling, work lists, messages; and what anybody may ask about a document."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from models.codes import Label
from web.api.order_items import found_by
from web.api.protocol.answers import Answer, answer
from web.api.protocol.bodies import Assignment
from web.api.protocol.calls import Basing, Reading, Token, address_of, recognise
from web.api.protocol.door import Door
from web.api.protocol.inputs import (
    HandlingEvent,
    HandlingFilter,
    ItemNumber,
    Limit,
    MessageItemFilter,
    MessageKindFilter,
    MessageNumber,
    OwnerFilter,
    Unsent,
    VerificationCode,
)
from web.api.protocol.once import once
from web.api.protocol.problems import Problem, missing
from web.api.protocol.route import Guarded
from web.api.protocol.schema import answers
from workflows.installation import Installation
from workflows.machines import special_handling
from workflows.operations.access.permission import WHO_READS, WHO_READS_MESSAGES, require
from workflows.operations.delivery.special_handling import TaskFilter, Tasks, change, work_list
from workflows.trust.verify import VerifiedView, verified_view, verify
from workflows.views import work_lists
from workflows.views.messages import MessageAndText, Messages, find_messages, message_and_text, message_view
from workflows.views.outcomes import ItemDone, item_done
from workflows.views.work_lists import ItemsOfDeceased, RefundsDue

router = APIRouter(route_class=Guarded, tags=["work"])
_DONE_WITH = Label(
    "What is complete has no owner and no day any more; leave owner and due_on out, or assign it first.",
    "Ce qui est terminé n'a plus ni responsable ni échéance; retirez owner et due_on, ou attribuez-le d'abord.",
)
_TOO_MANY = Label(
    "Too many documents were looked up from this address; wait a minute, or show a token.",
    "Trop de documents ont été consultés depuis cette adresse; attendez une minute ou présentez un jeton.",
)


@router.get("/special-handling", operation_id="handling.list", responses=answers(Tasks))
def tasks(call: Reading, state: HandlingFilter = None, owner: OwnerFilter = None) -> Response:
    """The special handling that is to be done, the most urgent first."""
    require(WHO_READS, call.command("handling"))
    with call.reading() as source:
        return answer(Tasks(handling=work_list(source, TaskFilter(state, owner)))).response()


@router.post(
    "/order-items/{number}/special-handling/{event}",
    operation_id="handling.change",
    responses=answers(ItemDone),
)
def handle(
    call: Basing,
    number: ItemNumber,
    event: HandlingEvent,
    body: Assignment = Assignment(),  # noqa: B008
) -> Response:
    """Start or complete the special handling of an item, or say who does it and by when."""
    told = body.owner is not None or body.due_on is not None
    if event == "assign" and not told:
        raise Problem("malformed", Label("Say who does it or by when.", "Dites qui le fait ou pour quand."))
    if event == "complete" and told:
        raise Problem("malformed", _DONE_WITH)

    def act(work: Installation) -> Answer:
        found = found_by(call, work, number)
        command = call.command(event, versions=call.versions(found))
        outcome = change(work, found, command, body.owner, body.due_on)
        call.require_done(special_handling.PLAN, outcome, "item")
        return answer(item_done(number, outcome))

    return once(call, act)


@router.get("/work-lists/deceased", operation_id="work_lists.deceased", responses=answers(ItemsOfDeceased))
def deceased(call: Reading) -> Response:
    """Documents under way of students who are flagged deceased."""
    require(WHO_READS, call.command("deceased"))
    with call.reading() as source:
        return answer(ItemsOfDeceased(items=work_lists.of_deceased(source))).response()


@router.get("/work-lists/refunds", operation_id="work_lists.refunds", responses=answers(RefundsDue))
def list_refunds(call: Reading) -> Response:
    """Cancelled items of paid orders that were not refunded."""
    require(WHO_READS, call.command("refunds"))
    with call.reading() as source:
        return answer(RefundsDue(items=work_lists.refunds_due(source))).response()


@router.get("/messages", operation_id="messages.list", responses=answers(Messages))
def messages(
    call: Reading,
    kind: MessageKindFilter = None,
    item: MessageItemFilter = None,
    limit: Limit = 100,
    *,
    unsent: Unsent = False,
) -> Response:
    """Messages to people, the newest first."""
    require(WHO_READS_MESSAGES, call.command("messages"))
    with call.reading() as source:
        found = find_messages(source, kind, item, limit, unsent=unsent)
    return answer(Messages(messages=[message_view(row) for row in found])).response()


@router.get("/messages/{number}", operation_id="messages.show", responses=answers(MessageAndText))
def message(call: Reading, number: MessageNumber) -> Response:
    """A message with its text."""
    require(WHO_READS_MESSAGES, call.command("messages"))
    with call.reading() as source:
        found = find_messages(source, number=number)
    if not found:
        raise missing("message")
    return answer(message_and_text(found[0])).response()


async def _limited(request: Request, token: Token) -> None:
    """Hold strangers to so many look-ups a minute from one address; a portal asks from one address for everybody."""
    door: Door = request.app.state.door
    if token is not None:
        await recognise(request)
    elif wait := door.verifications.wait(address_of(request)):
        raise Problem("too_many", _TOO_MANY, headers={"Retry-After": str(int(wait) + 1)})


@router.get(
    "/verification/{code}",
    operation_id="verification.show",
    responses=answers(VerifiedView),
    dependencies=[Depends(_limited)],
    openapi_extra={"security": [{}]},  # a token may be shown, or none
)
def verification(
    request: Request,
    code: VerificationCode,
) -> Response:
    """What a document's QR code says about it, for anybody; without a token so many in a minute from one address."""
    door: Door = request.app.state.door
    found = verify(door.installation, code if code.isascii() and code.isalnum() else "")
    return answer(verified_view(found)).response()
