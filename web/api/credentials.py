"""Credentials: find them, award, order, replace, delete and restore."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from models.codes import Role
from models.credentials import Credential, has_number
from web.api.protocol.answers import Answer, answer, csv_pages
from web.api.protocol.bodies import Awarding, FirstRunOrder, Noted, Reissue, Reprint, Why
from web.api.protocol.calls import Basing, Call, Reading
from web.api.protocol.inputs import (
    After,
    AsnFilter,
    AsnInPath,
    AuthorityFilter,
    AwardedFrom,
    AwardedTo,
    CredentialNumber,
    Limit,
    NameDiffers,
    NameFilter,
    NumberFilter,
    OrderedFilter,
    SchoolFilter,
    SchoolYearFilter,
    SheetLimit,
    StatusFilter,
    TypeFilter,
    TypeInPath,
)
from web.api.protocol.once import once
from web.api.protocol.problems import malformed, missing, refusal
from web.api.protocol.route import Guarded
from web.api.protocol.schema import SHEET, answers
from workflows.command import Command
from workflows.effects.credential import CREDENTIAL
from workflows.engine.engine import ask
from workflows.installation import Installation
from workflows.machines import credential
from workflows.machines.decision import Outcome
from workflows.operations.access.permission import WHO_READS, require
from workflows.operations.ordering import reissue as operations
from workflows.operations.ordering.award import FirstRun, award, order_first_run
from workflows.operations.ordering.reissue import ReissuedView
from workflows.operations.ordering.reprint import reprint
from workflows.operations.ordering.reprint_line import ReprintDetails, check_details
from workflows.rules.rule import Reason
from workflows.source import Source, table
from workflows.views.credentials import (
    CredentialFilter,
    CredentialPage,
    CredentialView,
    FoundCredentials,
    credential_history,
    credential_page,
    credentials_by_number,
    find_credentials,
)
from workflows.views.history import CredentialHistoryView
from workflows.views.ordering import (
    AwardedAndOrdered,
    AwardedView,
    OrderedView,
    ReprintedView,
    awarded_view,
    ordered_view,
    reprinted_view,
)
from workflows.views.outcomes import CredentialDone, CredentialEvents, credential_done, decision_view

router = APIRouter(route_class=Guarded, tags=["credentials"])
Change = Callable[[Installation, str, Command], Outcome | None]
_CSV = (
    "asn", "last_name", "first_name", "credential_type", "state", "number", "legacy_number", "school_year", "awarded_on",
    "name_differs", "items",
)  # fmt: skip


async def _filter(  # in no thread: it only gathers
    call: Reading,
    asn: AsnFilter = None,
    name: NameFilter = None,
    credential_type: TypeFilter = None,
    number: NumberFilter = None,
    status: StatusFilter = None,
    ordered: OrderedFilter = None,
    awarded_from: AwardedFrom = None,
    awarded_to: AwardedTo = None,
    school: SchoolFilter = None,
    authority: AuthorityFilter = None,
    school_year: SchoolYearFilter = None,
    name_differs: NameDiffers = None,
) -> CredentialFilter:
    """Which credentials; the public sees those of the students that it is connected to."""
    if call.actor.role is not Role.PUBLIC:
        require(WHO_READS, call.command("credentials"))
    return CredentialFilter(
        asn,
        name,
        credential_type,
        number and number.replace("-", ""),
        status,
        ordered,
        awarded_from,
        awarded_to,
        school,
        authority,
        school_year,
        name_differs,
        call.connections,
    )


Chosen = Annotated[CredentialFilter, Depends(_filter)]


@router.get("/credentials", operation_id="credentials.list", responses=answers(CredentialPage))
def list_credentials(call: Reading, chosen: Chosen, after: After = 0, limit: Limit = 100) -> Response:
    """List credentials, a page at a time."""
    with call.reading() as source:
        return answer(credential_page(*find_credentials(source, chosen, after, limit))).response()


@router.get("/credentials.csv", operation_id="credentials.export", responses=SHEET)
def export_credentials(
    request: Request, call: Reading, chosen: Chosen, after: After = 0, limit: SheetLimit = None
) -> Response:
    """List credentials for a spreadsheet: all rows, or as many as are asked for, with a ``Link`` to the next where there are more."""

    def find(after: int, limit: int) -> tuple[list[dict[str, Any]], int | None]:
        with call.reading() as source:
            found, following = find_credentials(source, chosen, after, limit)
        return [{**each, **each["legal_name"]} for each in found], following

    return csv_pages(request, "credentials", _CSV, after, limit, find)


@router.get("/credentials/{number}", operation_id="credentials.show", responses=answers(FoundCredentials))
def show(call: Reading, number: CredentialNumber) -> Response:
    """Find a credential by its number: active, superseded or legacy; the ``ETag`` is its version."""
    with call.reading() as source:
        found = _seen(call, source, number)
    return answer(
        FoundCredentials(credentials=found), headers={"ETag": f'"{found[0]["version"]}"'}
    ).response()


@router.get(
    "/credentials/{number}/history",
    operation_id="credentials.history",
    responses=answers(CredentialHistoryView),
)
def history(call: Reading, number: CredentialNumber) -> Response:
    """Everything that happened to the number, oldest first."""
    with call.reading() as source:
        rows = credential_history(source, _id(call, source, number))
    return answer(CredentialHistoryView(credential=number, history=rows)).response()


@router.get(
    "/credentials/{number}/transitions", operation_id="credentials.can", responses=answers(CredentialEvents)
)
def transitions(call: Reading, number: CredentialNumber) -> Response:
    """Every event of the number: allowed, or all the reasons why not."""
    with call.reading() as source:
        found = _id(call, source, number)
        asked = replace(call.command("can"), asking=True)
        decisions = ask(source, CREDENTIAL, [found], asked)[found]
    events = [decision_view(each) for each in decisions]
    return answer(CredentialEvents(credential=number, events=events)).response()


@router.post(
    "/students/{asn}/credentials/{credential_type}/award",
    operation_id="credentials.award",
    responses=answers(AwardedView, AwardedAndOrdered),
)
def award_one(
    call: Basing,
    asn: AsnInPath,
    credential_type: TypeInPath,
    body: Awarding = Awarding(),  # noqa: B008
) -> Response:
    """Award an achieved credential, and order its first-run where `order` says so: both or neither."""

    def act(work: Installation) -> Answer:
        wanted = FirstRun(body.delivery_method, body.language) if body.order else None
        done = award(work, asn, credential_type, call.actor, body.school_year, wanted, version=call.version)
        if done is None:
            raise missing("credential")
        call.require_done(credential.PLAN, done.outcome, "credential")
        if done.ordered is not None:
            _placed(done.ordered.item, done.ordered.reasons)
        return answer(awarded_view(asn, credential_type, done))

    return once(call, act)


@router.post(
    "/credentials/{number}/first-run", operation_id="credentials.first_run", responses=answers(OrderedView)
)
def first_run(
    call: Basing,
    number: CredentialNumber,
    body: FirstRunOrder = FirstRunOrder(),  # noqa: B008
) -> Response:
    """Order the first-run of an awarded credential."""

    def act(work: Installation) -> Answer:
        wanted = FirstRun(body.delivery_method, body.language)
        ordered = order_first_run(work, number, call.actor, wanted, version=call.version)
        if ordered is None:
            raise missing("credential")
        return answer(ordered_view(_placed(ordered.item, ordered.reasons), ordered))

    return once(call, act)


@router.post(
    "/credentials/{number}/reprints", operation_id="credentials.reprint", responses=answers(ReprintedView)
)
def order_reprint(call: Basing, number: CredentialNumber, body: Reprint = Reprint()) -> Response:  # noqa: B008
    """Order a reprint: another copy, another language, or the present name."""
    details = ReprintDetails(**body.details())
    if faults := check_details(details):
        raise malformed(faults)

    def act(work: Installation) -> Answer:
        command = call.command("place", versions=_versions(call, work, number))
        done = reprint(work, number, details, command, current_name=body.current_name)
        if done is None:
            raise missing("credential")
        if done.reissue is not None:
            call.require_done(credential.PLAN, done.reissue, "credential")
        return answer(reprinted_view(_placed(done.item, done.reasons), done))

    return once(call, act)


@router.post(
    "/credentials/{number}/reissue", operation_id="credentials.reissue", responses=answers(ReissuedView)
)
def reissue(call: Basing, number: CredentialNumber, body: Reissue = Reissue()) -> Response:  # noqa: B008
    """Give the credential a new number, because the legal name or the school year changed."""

    def act(work: Installation) -> Answer:
        command = call.command("supersede", note=body.note, versions=_versions(call, work, number))
        done = operations.reissue(work, number, command, body.school_year)
        if done is None:
            raise missing("credential")
        call.require_done(credential.PLAN, done.outcome, "credential")
        return answer(operations.reissued_view(number, done))

    return once(call, act)


@router.post(
    "/credentials/{number}/delete", operation_id="credentials.delete", responses=answers(CredentialDone)
)
def delete(call: Basing, number: CredentialNumber, body: Why = Why()) -> Response:  # noqa: B008
    """Delete a number that should not have been awarded."""
    return _change(call, number, operations.change_number, "delete", body.note, body.reason)


@router.post(
    "/credentials/{number}/undelete", operation_id="credentials.undelete", responses=answers(CredentialDone)
)
def undelete(call: Basing, number: CredentialNumber, body: Noted = Noted()) -> Response:  # noqa: B008
    """Restore a deleted number."""
    return _change(call, number, operations.change_number, "undelete", body.note)


@router.post(
    "/credentials/{number}/undo-supersession",
    operation_id="credentials.undo_supersession",
    responses=answers(CredentialDone),
)
def undo_supersession(call: Basing, number: CredentialNumber, body: Noted = Noted()) -> Response:  # noqa: B008
    """Make a superseded number the active one again; the number that replaced it is deleted."""
    return _change(call, number, operations.undo_supersession, "undo_supersede", body.note)


def _change(
    call: Call, number: str, operation: Change, event: str, note: str | None, reason: str | None = None
) -> Response:
    def act(work: Installation) -> Answer:
        said = {"reason": reason, "note": note, "versions": _versions(call, work, number)}
        outcome = operation(work, number, call.command(event, **said))
        if outcome is None:
            raise missing("credential")
        call.require_done(credential.PLAN, outcome, "credential")
        return answer(credential_done(number, outcome))

    return once(call, act)


def _versions(call: Call, work: Installation, number: str) -> dict[int, int]:
    """What a change of the number is based on, where the caller says so."""
    if call.version is None:
        return {}
    with work.database.read() as session:
        rows = _rows(work.source(session), number)
    return {row.id: call.version for row in rows}


def _placed(item: str | None, reasons: Sequence[Reason]) -> str:
    """The item that was ordered; raises the refusal where there is none."""
    if item is None:
        raise refusal("place", reasons)
    return item


def _seen(call: Call, source: Source, number: str) -> list[CredentialView]:
    """What has the number, where the caller may look at it; to the public, what is not its own is not there."""
    found = credentials_by_number(source, number)
    if call.connections is not None:
        found = [each for each in found if each["asn"] in call.connections]
    else:
        require(WHO_READS, call.command("find"))
    if not found:
        raise missing("credential")
    return found


def _id(call: Call, source: Source, number: str) -> int:
    """The id of a number, where the caller may look at it; whose it is matters to the public alone."""
    if call.connections is not None:
        _seen(call, source, number)
    else:
        require(WHO_READS, call.command("find"))
    rows = _rows(source, number)
    if not rows:
        raise missing("credential")
    return int(rows[0].id)


def _rows(source: Source, number: str) -> Sequence[Any]:
    return source.rows(Credential, has_number(table(Credential).c, number))
