"""From a released print job to an accepted one: write the file, put it in the drop, read it back (domain §3, "hashes read back from the drop")."""

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import update

from models.codes import MAILED_BY_PROVIDER, ItemState, PrintJobState
from models.orders import OrderItem, item_number
from models.print_jobs import PrintJob, job_number
from renderers import print_file
from renderers.manifest import manifest
from renderers.print_file import Envelope as PrintedEnvelopeContent
from renderers.print_file import JobSheet, PrintFile
from workflows.calendar import EDMONTON
from workflows.command import SYSTEM, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.engine.engine import apply, follow
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.operations.printing.leases import kept, lease_of
from workflows.operations.printing.print_jobs import Sealed, sealed_envelopes
from workflows.source import Source, table

#: Waits before a hand-over is tried again; after the last one it is given up.
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))


class AlteredDocumentError(Exception):
    """A stored document is missing or not the one that was released."""


class NotTakenError(Exception):
    """The drop did not take both files of a print job; its row says why, and when it is tried again."""


def drop_name(job: Any) -> str:
    """The name, without ending, under which a job's two files lie in the drop.

    What the provider mails itself and what returns to Student Records have destinations of their own.
    """
    name = f"{job_number(job.id)}-{job.credential_type}-{job.language}-{job.delivery_method}"
    return name if job.delivery_method in MAILED_BY_PROVIDER else f"returned-to-sr/{name}"


def write_print_file(installation: Installation, job_id: int) -> None:
    """Write the file and manifest of a released job into the document store. Repeating it gives the same bytes."""
    with installation.database.read() as session:
        source = installation.source(session)
        (job,) = source.rows(PrintJob, table(PrintJob).c.id == job_id)
        if job.state is not PrintJobState.RELEASED or job.path is not None:
            return
        envelopes = sealed_envelopes(source, job_id)
    with tempfile.TemporaryFile() as file:
        contents = (_content(installation, each) for each in envelopes)
        printed = print_file.write_print_file(
            _sheet(installation, job), contents, file.write, installation.store, installation.print_marks
        )
        path = installation.store.put_file("print-files", file, printed.sha256, ".pdf")
    manifest_bytes = _manifest(job, printed)
    installation.store.write(manifest_path(path), manifest_bytes)
    values = {
        "path": path,
        "sha256": printed.sha256,
        "manifest_sha256": hashlib.sha256(manifest_bytes).hexdigest(),
        "pages": printed.pages,
        "sheets": dict(printed.sheets),
    }
    with installation.database.write() as session:
        unwritten = (table(PrintJob).c.id == job_id) & table(PrintJob).c.path.is_(None)
        session.connection().execute(update(table(PrintJob)).where(unwritten).values(values))


def postpone(installation: Installation, job_id: int, error: Exception) -> None:
    """The file could not be written: say why on the job's row, and try again later."""
    jobs = table(PrintJob)
    values = {
        "attempts": jobs.c.attempts + 1,
        "next_attempt_at": installation.now() + RETRY_AFTER[-1],
        "last_error": {"step": "write_print_file", "error": type(error).__name__},
    }
    with installation.database.write() as session:
        session.connection().execute(update(jobs).where(jobs.c.id == job_id).values(values))


def _sheet(installation: Installation, job: Any) -> JobSheet:
    return JobSheet(
        job_number=job_number(job.id),
        credential_type=job.credential_type.value,
        language=job.language.value,
        delivery_method=job.delivery_method.value,
        released_on=job.released_at.astimezone(EDMONTON).date(),
        specimen=not installation.settings.production,
    )


def _content(installation: Installation, sealed: Sealed) -> PrintedEnvelopeContent:
    document = installation.store.read(sealed.document.path)
    if document is None or hashlib.sha256(document).hexdigest() != sealed.document.sha256:
        number = item_number(sealed.item.order_id, sealed.item.item_no)
        message = f"the stored document of {number} is missing or altered"
        raise AlteredDocumentError(message)
    return PrintedEnvelopeContent(
        sequence=sealed.envelope.sequence,
        item_number=item_number(sealed.item.order_id, sealed.item.item_no),
        document=document,
        copies=sealed.item.copies,
        country_group=sealed.envelope.country_group.value,
        manual_insert=sealed.envelope.manual_insert,
    )


def _manifest(job: Any, printed: PrintFile) -> bytes:
    document = manifest(
        job=job_number(job.id),
        credential_type=job.credential_type.value,
        language=job.language.value,
        delivery_method=job.delivery_method.value,
        released_at=job.released_at,
        file=drop_name(job).rsplit("/", 1)[-1] + ".pdf",
        print_file=printed,
    )
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def manifest_path(path: str) -> str:
    """Where a job's manifest lies beside its print file in the document store."""
    return path.removesuffix(".pdf") + ".manifest.json"


def transmit(
    installation: Installation,
    job_id: int,
    worker: str,
    stopped: frozenset[str] = frozenset(),
    versions: Mapping[int, int] = MappingProxyType({}),
) -> Outcome:
    """Hand the job over and, when both files read back right, accept it and dispatch its items.

    Safe to repeat: names and bytes in the drop depend on the job alone. A failure is recorded and tried again after
    1, 5 and 15 minutes, then given up. A job that one of the ``stopped`` workers left in flight is taken over.
    """
    started = _hand_over(installation, job_id, worker, stopped, versions)
    if started is not None and not started.done:
        return started
    with installation.database.read() as session:
        (job,) = installation.source(session).rows(PrintJob, table(PrintJob).c.id == job_id)
    try:
        with kept(installation, PrintJob, [job_id], worker):
            read_back = _drop(installation, job)
    except Exception as error:
        return _give_back(installation, job, error)
    return _accept(installation, job_id, read_back)


def hand_over_now(
    installation: Installation, job_id: int, worker: str, versions: Mapping[int, int] = MappingProxyType({})
) -> Outcome:
    """Hand the job over because a person asks for it; what the provider has is *already done*.

    Raises :class:`NotTakenError` where the drop did not take both files.
    """
    if (before := _accepted_before(installation, job_id)) is not None:
        return before
    write_print_file(installation, job_id)
    outcome = transmit(installation, job_id, worker, versions=versions)
    if outcome.done and outcome.event != "accept":
        raise NotTakenError
    return outcome


def _accepted_before(installation: Installation, job_id: int) -> Outcome | None:
    """What a repeat is told of a job that the provider has; ``None`` where it does not have it."""
    with installation.database.read() as session:
        (job,) = installation.source(session).rows(PrintJob, table(PrintJob).c.id == job_id)
    if job.state not in {PrintJobState.TRANSMITTED, PrintJobState.RECONCILED}:
        return None
    return Outcome(job_id, "already_done", "accept", "transmitting", job.state.value, job.version)


def _hand_over(
    installation: Installation, job_id: int, worker: str, stopped: frozenset[str], versions: Mapping[int, int]
) -> Outcome | None:
    """Take the job in hand; ``None`` where a stopped worker left it in flight and this one now continues."""
    given = {job_id: lease_of(installation, worker)}
    command = Command("hand_over", SYSTEM, installation.now(), given=given, versions=versions)
    with installation.database.write() as session:
        source = installation.source(session)
        (job,) = source.rows(PrintJob, table(PrintJob).c.id == job_id)
        left = job.state is PrintJobState.TRANSMITTING and (
            job.lease_until <= command.at or job.lease_owner in stopped
        )
        left = left and versions.get(job_id, job.version) == job.version
        if not left:
            return apply(source, PRINT_JOB, [job_id], command)[0]
        values = {"lease_owner": worker, "lease_until": given[job_id]["until"]}
        session.connection().execute(
            update(table(PrintJob)).where(table(PrintJob).c.id == job_id).values(values)
        )
    return None


def _drop(installation: Installation, job: Any) -> dict[str, str]:
    """Put both files side by side into the drop, the manifest last; gives their SHA-256 as read back."""
    name = drop_name(job)
    files = {"file": (job.path, f"{name}.pdf"), "manifest": (manifest_path(job.path), f"{name}.json")}
    read_back = {}
    for kind, (stored, dropped) in files.items():
        if not installation.drop.take(dropped, installation.store, stored):
            message = f"the {kind} of print job {job_number(job.id)} is missing from the document store"
            raise AlteredDocumentError(message)
        read_back[kind] = installation.drop.sha256(dropped) or ""
    return read_back


def _accept(installation: Installation, job_id: int, read_back: dict[str, str]) -> Outcome:
    now = installation.now()
    with installation.database.write() as session:
        source = installation.source(session)
        command = Command("accept", SYSTEM, now, given={job_id: read_back})
        (outcome,) = apply(source, PRINT_JOB, [job_id], command)
        if outcome.kind == "done":
            members = _members(source, job_id)
            follow(source, ORDER_ITEM, "dispatch", members, command, after=PRINT_JOB.plan)
    if outcome.kind == "refused":
        return _give_back(
            installation, _job(installation, job_id), AlteredDocumentError("read back differently")
        )
    return outcome


def _job(installation: Installation, job_id: int) -> Any:
    with installation.database.read() as session:
        (job,) = installation.source(session).rows(PrintJob, table(PrintJob).c.id == job_id)
    return job


def _members(source: Source, job_id: int) -> Sequence[int]:
    items = table(OrderItem)
    rows = source.rows(OrderItem, items.c.print_job_id == job_id, items.c.state == ItemState.IN_PRINT_JOB)
    return [row.id for row in rows]


def _give_back(installation: Installation, job: Any, error: Exception) -> Outcome:
    now = installation.now()
    given_up = job.attempts >= len(RETRY_AFTER)
    failed = {
        "attempts": job.attempts + 1,
        "next_attempt_at": None if given_up else now + RETRY_AFTER[job.attempts],
        "last_error": {"step": "hand_over", "error": type(error).__name__},
    }
    command = Command("give_up" if given_up else "retry", SYSTEM, now, given={job.id: failed})
    with installation.database.write() as session:
        return apply(installation.source(session), PRINT_JOB, [job.id], command)[0]
