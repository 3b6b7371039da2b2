"""Print jobs: look at them, release, hand over, acknowledge, close."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from actors.embedded import beacon_of
from models.codes import Label
from models.edges.receipts import BadReceipt, Receipt, read_receipts
from models.print_jobs import PrintJob, job_number
from renderers.manifest import Manifest
from web.api.protocol.answers import Answer, answer, pdf_file
from web.api.protocol.bodies import Discarding, Receipts
from web.api.protocol.calls import Basing, Call, Reading
from web.api.protocol.inputs import JobNumber
from web.api.protocol.once import once, once_outside
from web.api.protocol.problems import Problem, missing, not_found, refusal
from web.api.protocol.route import Guarded
from web.api.protocol.schema import PDF, answers
from workflows.facts.documents import content_fault
from workflows.installation import Installation
from workflows.machines import print_job
from workflows.machines.decision import Outcome
from workflows.operations.access.permission import WHO_CHANGES_STATUS, WHO_SEES_PRINT_JOBS, require
from workflows.operations.printing import print_jobs as operations
from workflows.operations.printing.receipts import AcknowledgedView, acknowledge, acknowledged_view, reconcile
from workflows.operations.printing.transmission import (
    drop_name,
    hand_over_now,
    manifest_path,
    write_print_file,
)
from workflows.rules.printing import document_is_intact
from workflows.rules.rule import Reason
from workflows.source import table
from workflows.views.outcomes import JobDone, job_done
from workflows.views.print_jobs import JobAndHistory, Jobs, job_and_history, job_views

router = APIRouter(route_class=Guarded, tags=["print jobs"])
_NO_FILE = Label("The job has no file yet.", "Le lot n'a pas encore de fichier.")
_RECEIPTS = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Receipts"},
            },
            "text/csv": {
                "schema": {"type": "string"},
                "example": "sequence,outcome,date\n1,mailed,2026-03-03\n",
            },
        },
    }
}


@router.get("/print-jobs", operation_id="print_jobs.list", responses=answers(Jobs))
def list_jobs(call: Reading) -> Response:
    """The print jobs."""
    require(WHO_SEES_PRINT_JOBS, call.command("print-jobs"))
    with call.reading() as source:
        return answer(Jobs(print_jobs=job_views(source))).response()


@router.get("/print-jobs/{job}", operation_id="print_jobs.show", responses=answers(JobAndHistory))
def show(call: Reading, job: JobNumber) -> Response:
    """A print job with its history."""
    row = _job(call, job)
    with call.reading() as source:
        return answer(job_and_history(source, row)).response()


@router.get("/print-jobs/{job}/file", operation_id="print_jobs.file", responses=PDF)
def file(call: Reading, job: JobNumber) -> Response:
    """The print file of a released job."""
    row = _job(call, job)
    data = _unaltered(call, row.path, row.sha256)
    return pdf_file(drop_name(row).rpartition("/")[2], data)


@router.get("/print-jobs/{job}/manifest", operation_id="print_jobs.manifest", responses=answers(Manifest))
def manifest(call: Reading, job: JobNumber) -> Response:
    """The manifest of a released job: every envelope with its pages and stock."""
    row = _job(call, job)
    data = _unaltered(call, row.path and manifest_path(row.path), row.manifest_sha256)
    return Response(data, media_type="application/json")


@router.post("/print-jobs/{job}/release", operation_id="print_jobs.release", responses=answers(JobDone))
def release(call: Basing, job: JobNumber) -> Response:
    """Close an open job now: content and sequence numbers are frozen, the file is written."""
    response = _change(call, job, lambda work, command: operations.release(work, job, command), "release")
    if response.status_code == 200:
        write_print_file(call.installation, job)
    return response


@router.post("/print-jobs/{job}/transmit", operation_id="print_jobs.transmit", responses=answers(JobDone))
def hand_over(call: Basing, job: JobNumber) -> Response:
    """Hand a released job over to the print provider's drop now; a job that was accepted is *already done*."""
    require(WHO_CHANGES_STATUS, call.command("hand_over"))

    def act(work: Installation) -> Answer:
        _job(call, job)
        with beacon_of(work) as beacon:
            outcome = hand_over_now(work, job, beacon.name, call.versions(job))
        return _settled(call, job, outcome)

    return once_outside(call, act)


@router.post(
    "/print-jobs/{job}/acknowledge",
    operation_id="print_jobs.acknowledge",
    responses=answers(AcknowledgedView),
    openapi_extra=_RECEIPTS,
)
async def acknowledge_(request: Request, call: Basing, job: JobNumber) -> Response:
    """Record what the print provider reports for each envelope, as JSON or CSV.

    Rows that can't be used are told with their ``line`` in the CSV, or their place in the JSON from 1 on; the others are
    recorded. A CSV that can't be read, or JSON that is not as described, is refused as a whole.
    """
    data = await request.body()
    good, bad = _receipts(request.headers.get("content-type", ""), data)

    def act(work: Installation) -> Answer:
        command = call.command("acknowledge", versions=call.versions(job))
        done = acknowledge(work, job, good, command)
        _settled(call, job, done.outcome)
        return answer(acknowledged_view(job_number(job), done, bad))

    return await run_in_threadpool(once, call, act)


@router.post("/print-jobs/{job}/reconcile", operation_id="print_jobs.reconcile", responses=answers(JobDone))
def reconcile_(call: Basing, job: JobNumber) -> Response:
    """Close a job of whose every envelope the outcome is known."""
    return _change(call, job, lambda work, command: reconcile(work, job, command), "reconcile")


@router.post("/print-jobs/{job}/resend", operation_id="print_jobs.resend", responses=answers(JobDone))
def resend(call: Basing, job: JobNumber) -> Response:
    """Hand a failed job over again: same file, same numbers."""
    return _change(call, job, lambda work, command: operations.change(work, job, command), "resend")


@router.post("/print-jobs/{job}/discard", operation_id="print_jobs.discard", responses=answers(JobDone))
def discard(call: Basing, job: JobNumber, body: Discarding = Discarding()) -> Response:  # noqa: B008
    """Discard a job; its items go into another one."""

    def act(work: Installation, command: Any) -> Outcome:
        return operations.discard(work, job, command, no_copy_confirmed=body.no_copy)

    why = {"reason": body.reason and body.reason.value, "note": body.note}
    return _change(call, job, act, "discard", **why)


def _change(call: Call, job: int, operation: Any, event: str, **why: Any) -> Response:
    def act(work: Installation) -> Answer:
        return _settled(call, job, operation(work, call.command(event, versions=call.versions(job), **why)))

    return once(call, act)


def _settled(call: Call, job: int, outcome: Outcome) -> Answer:
    call.require_done(print_job.PLAN, outcome, "print_job")
    return answer(job_done(job_number(job), outcome))


def _job(call: Call, job: int) -> Any:
    require(WHO_SEES_PRINT_JOBS, call.command("print-jobs"))
    with call.reading() as source:
        rows = source.rows(PrintJob, table(PrintJob).c.id == job)
    if not rows:
        raise missing("print_job")
    return rows[0]


def _unaltered(call: Call, path: str | None, sha256: str | None) -> bytes:
    """A file of the job as it was written (CO-91)."""
    if path is None or sha256 is None:
        raise not_found(_NO_FILE)
    data = call.installation.store.read(path)
    if fault := content_fault(data, sha256):
        raise refusal("document", [Reason(document_is_intact, {"fault": fault})])
    return data or b""


def _receipts(kind: str, data: bytes) -> tuple[list[Receipt], list[BadReceipt]]:
    if kind.lower().startswith("text/csv"):
        return read_receipts("receipts.csv", data)
    if not kind.lower().startswith("application/json"):
        raise Problem("media_type", _CSV_OR_JSON)
    try:
        body = Receipts.model_validate_json(data)
    except ValidationError as error:
        raise RequestValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        ) from None
    return [
        Receipt(each.sequence, each.outcome, each.date, each.spoiled_sheets, place)
        for place, each in enumerate(body.receipts, start=1)
    ], []


_CSV_OR_JSON = Label("Send text/csv or application/json.", "Envoyez text/csv ou application/json.")
