"""Whom it is for: students, digital document consumers, and the documents that these download."""

from collections.abc import Callable

from fastapi import APIRouter, Depends
from starlette.responses import Response

from web.api.protocol.answers import Answer, answer, pdf_file
from web.api.protocol.bodies import Death, Link, Move, NewConsumer, StudentHold
from web.api.protocol.calls import Basing, Call, Changing, Reading, reading, refuse_version
from web.api.protocol.inputs import AsnInPath, ConsumerNumber, ConsumerStateFilter, ItemNumber
from web.api.protocol.once import once
from web.api.protocol.problems import malformed, missing, not_found, refusal
from web.api.protocol.route import Guarded
from web.api.protocol.schema import PDF, answers
from workflows.finding.items import key_of_number
from workflows.installation import Installation
from workflows.machines import consumer
from workflows.missing import NO_LINK
from workflows.operations.access.permission import WHO_READS, NotPermittedError, require
from workflows.operations.delivery import consumers as organisations
from workflows.operations.delivery import download as downloads
from workflows.operations.delivery.consumers import Consumers, ConsumerView, RegisteredConsumer
from workflows.operations.delivery.download import Downloads
from workflows.operations.students import student_changes as students
from workflows.operations.students.student_changes import ChangedStudent
from workflows.views.outcomes import ConsumerDone, consumer_done

router = APIRouter(route_class=Guarded, tags=["people"])


@router.post("/students/{asn}/hold", operation_id="students.hold", responses=answers(ChangedStudent))
def hold(call: Changing, asn: AsnInPath, body: StudentHold = StudentHold()) -> Response:  # noqa: B008
    """Let no document of the student go until the hold ends."""
    return _student(
        call, asn, lambda work: students.hold_student(work, asn, body.until, call.command("hold"))
    )


@router.post("/students/{asn}/end-hold", operation_id="students.end_hold", responses=answers(ChangedStudent))
def end_hold(call: Changing, asn: AsnInPath) -> Response:
    """End the student's hold."""
    return _student(call, asn, lambda work: students.end_student_hold(work, asn, call.command("hold")))


@router.post("/students/{asn}/deceased", operation_id="students.deceased", responses=answers(ChangedStudent))
def deceased(call: Changing, asn: AsnInPath, body: Death = Death()) -> Response:  # noqa: B008
    """Flag the student as deceased, which cancels what is not under way yet; or take the flag back."""
    command = call.command("deceased")
    return _student(
        call, asn, lambda work: students.flag_deceased(work, asn, command, deceased=body.deceased)
    )


@router.post("/students/{asn}/move", operation_id="students.move", responses=answers(ChangedStudent))
def move(call: Changing, asn: AsnInPath, body: Move) -> Response:
    """Give the student a new mailing address."""
    address, command = body.address.stored(), call.command("move")
    return _student(
        call, asn, lambda work: students.move_student(work, asn, address, body.expires_on, command)
    )


@router.get("/consumers", operation_id="consumers.list", responses=answers(Consumers))
def list_consumers(call: Reading, state: ConsumerStateFilter = None) -> Response:
    """The digital document consumers; the public sees the active ones, from which it chooses."""
    with call.reading() as source:
        found = organisations.seen(source, call.command("consumers"), state)
    return answer(Consumers(consumers=found)).response()


@router.post(
    "/consumers",
    operation_id="consumers.register",
    status_code=201,
    responses=answers(RegisteredConsumer, status=201),
)
def register(call: Changing, body: NewConsumer) -> Response:
    """Register a consumer; it receives documents once it is activated."""

    def act(work: Installation) -> Answer:
        made = organisations.register(
            work, body.name, body.email_domain, body.email, body.language, call.command("register")
        )
        if not isinstance(made, int):
            raise malformed(made)
        told = organisations.registered_view(made)
        return answer(told, 201, {"Location": f"/api/consumers/{made}"})

    return once(call, act)


@router.get("/consumers/{number}", operation_id="consumers.show", responses=answers(ConsumerView))
def show_consumer(call: Reading, number: ConsumerNumber) -> Response:
    """A consumer."""
    require(WHO_READS, call.command("consumers"))
    with call.reading() as source:
        found = organisations.one(source, number)
    if found is None:
        raise missing("consumer")
    return answer(found).response()


@router.post(
    "/consumers/{number}/activate", operation_id="consumers.activate", responses=answers(ConsumerDone)
)
def activate(call: Basing, number: ConsumerNumber) -> Response:
    """Let a pending consumer receive documents."""
    return _consumer(call, number, "activate")


@router.post("/consumers/{number}/decline", operation_id="consumers.decline", responses=answers(ConsumerDone))
def decline(call: Basing, number: ConsumerNumber) -> Response:
    """Turn a pending consumer away."""
    return _consumer(call, number, "decline")


@router.post(
    "/consumers/{number}/reconsider", operation_id="consumers.reconsider", responses=answers(ConsumerDone)
)
def reconsider(call: Basing, number: ConsumerNumber) -> Response:
    """Make an active or declined consumer pending again."""
    return _consumer(call, number, "reconsider")


@router.get("/downloads", operation_id="downloads.list", responses=answers(Downloads))
def list_downloads(call: Reading) -> Response:
    """The digital documents of the user's organisation, the expired ones marked."""
    command = call.command("download")
    require(downloads.WHO_DOWNLOADS, command)
    with call.reading() as source:
        return answer(Downloads(downloads=downloads.downloads(source, command))).response()


@router.post(
    "/downloads/{number}",
    operation_id="downloads.download",
    responses=PDF,
    dependencies=[Depends(reading), Depends(refuse_version)],
)
def download(call: Reading, number: ItemNumber, body: Link = Link()) -> Response:  # noqa: B008
    """Download a digital document; the first download delivers it, later ones change nothing."""
    with call.reading() as source:
        found = key_of_number(source, number)
    done = downloads.download(call.installation, found and found.id, call.command("download"), body.link)
    if done.kind == "not_found":
        raise not_found(NO_LINK)
    if done.kind == "refused":
        if [each.code for each in done.reasons] == ["CO-11"]:
            raise NotPermittedError(done.reasons[0])
        raise refusal("download", done.reasons)
    return pdf_file(number, done.pdf)


def _student(call: Call, asn: str, operation: Callable[[Installation], bool | None]) -> Response:
    def act(work: Installation) -> Answer:
        changed = operation(work)
        if changed is None:
            raise missing("student")
        return answer(students.changed_view(asn, changed=changed))

    return once(call, act)


def _consumer(call: Call, number: int, event: str) -> Response:
    def act(work: Installation) -> Answer:
        command = call.command(event, versions=call.versions(number))
        outcome = organisations.change_consumer(work, number, command)
        call.require_done(consumer.PLAN, outcome, "consumer")
        return answer(consumer_done(number, outcome))

    return once(call, act)
