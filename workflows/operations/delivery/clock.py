"""What only time brings about: presumed delivery, reminders, and the end of old print files (domain §2, "Presumed delivered", and domain §6, "purged after 30 days")."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from models.codes import DeliveredHow, ItemState
from models.print_jobs import PrintJob
from workflows.command import SYSTEM, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import amend, apply
from workflows.installation import Installation
from workflows.machines.decision import Outcome, RefusalKind
from workflows.machines.machine import Case, Change
from workflows.operations.printing.transmission import drop_name, manifest_path
from workflows.rules.delivery import delivery_is_digital
from workflows.rules.rule import Reason, failing, restore
from workflows.source import table


def presume_delivered(installation: Installation, items: Iterable[int]) -> list[Outcome]:
    """Nobody has heard of these for the days of the settings: they count as delivered."""
    ids = list(items)
    given = {each: {"how": DeliveredHow.PRESUMED} for each in ids}
    with installation.database.write() as session:
        command = Command("deliver", SYSTEM, installation.now(), given=given)
        return apply(installation.source(session), ORDER_ITEM, ids, command)


def remind(installation: Installation, items: Iterable[int]) -> list[Outcome]:
    """Remind the consumers of digital documents that will expire, once for each link."""

    def change(case: Case) -> Change:
        return Change({"reminded_link_no": case.row.link_no}, {"link": case.row.link_no})

    with installation.database.write() as session:
        source = installation.source(session)
        command = Command("remind", SYSTEM, installation.now())
        return [amend(source, ORDER_ITEM, each, command, judge_reminder, change) for each in items]


def judge_reminder(case: Case) -> tuple[RefusalKind, list[Reason]]:
    """Reminded are those who have a link to a digital document that waits."""
    if case.row.state is not ItemState.RENDERED or case.row.link_expires_on is None:
        return "no_such_transition", [restore("CO-25", {})]
    return "rule", failing([delivery_is_digital], case.row, case.facts)


def purge(installation: Installation, jobs: Iterable[int]) -> None:
    """Delete the print files of finished jobs from store and drop; what is known of them stays.

    A job whose files can't be deleted now says why on its row, and is tried again the next day.
    """
    columns = table(PrintJob).c
    with installation.database.read() as session:
        source = installation.source(session)
        finished = source.rows(PrintJob, columns.id.in_(list(jobs)), columns.path.is_not(None))
    for job in finished:
        try:
            _delete_files(installation, job)
        except OSError as error:
            fault = {"step": "purge_print_files", "error": type(error).__name__}
            values = {"last_error": fault, "next_attempt_at": installation.now() + timedelta(days=1)}
        else:
            values = {"path": None, "last_error": None, "next_attempt_at": None}
        with installation.database.write() as session:
            session.connection().execute(update(table(PrintJob)).where(columns.id == job.id).values(values))


def _delete_files(installation: Installation, job: Any) -> None:
    for name in (job.path, manifest_path(job.path)):
        installation.store.delete(name)
    for ending in ("pdf", "json"):
        installation.drop.delete(f"{drop_name(job)}.{ending}")
