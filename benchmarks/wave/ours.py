"""Our wave: ``orders worker`` with two processes and ``orders scheduler``, from achieved to transmitted."""

import time
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.province import installation_on, settle
from benchmarks.wave.processes import Watch, running
from benchmarks.wave.result import WARM_UP, Result
from cli.terminal.garbage import collect_seldom
from models.codes import CredentialType, ItemState, PrintJobState, Role
from models.orders import OrderItem
from models.print_jobs import PrintJob
from workflows.command import Actor, Command
from workflows.installation import Installation
from workflows.operations.bulk.bulk_award import begin_award
from workflows.operations.bulk.chunks import carry_to_end
from workflows.operations.ordering.award_and_order import Selection
from workflows.operations.printing import print_jobs
from workflows.source import table

_CLERK = Actor(Role.STUDENT_RECORDS, "clerk")
_LOOK = 0.25
#: Seconds without any progress after which a wave counts as stuck.
_PATIENCE = 120


def wave(url: str, redis_url: str, folder: Path, size: int) -> Result:
    """Award, order, render, print and hand over ``size`` first-runs; every item must end as sent."""
    collect_seldom()  # as the command line does, and plans anew too
    installation = installation_on(url, folder, plans_anew=True)
    settle(installation, WARM_UP)
    settings = installation.settings
    environment = {
        "ORDERS_DATABASE_URL": url,
        "ORDERS_REDIS_URL": redis_url,
        "ORDERS_STORE_URL": settings.store_url,
        "ORDERS_PRINT_URL": settings.print_url,
        "ORDERS_HEADS_URL": settings.heads_url,
        "ORDERS_MAIL_URL": settings.mail_url,
        "ORDERS_SECRET": settings.secret,
        "ORDERS_LOG_LEVEL": "WARNING",
    }
    commands = (["cli.main", "worker", "--processes", "2"], ["cli.main", "scheduler"])
    with running(commands, environment) as watch:
        time.sleep(4)  # both workers have started
        _see_through(installation, watch)
        settle(installation, size, first=WARM_UP + 1)
        before, began, own = watch.spent(), time.perf_counter(), time.process_time()
        awarded = _see_through(installation, watch)
        seconds = time.perf_counter() - began
        spent = watch.spent()
    installation.database.close()
    processor = spent.seconds - before.seconds + time.process_time() - own
    notes = {"award and order": f"{size / awarded:,.0f} items/s"}
    return Result("this project", size, seconds, processor, spent.peak, notes)


def _see_through(installation: Installation, watch: Watch) -> float:
    """Award and order all that is achieved, and wait until everything is sent; gives the seconds of the first part."""
    began = time.perf_counter()
    run = begin_award(
        installation, Selection(frozenset(CredentialType)), Command("award", _CLERK, installation.now())
    )
    carry_to_end(installation, run)
    awarded = time.perf_counter() - began
    moved, states = time.perf_counter(), dict[str, int]()
    while set(now := _states(installation)) != {ItemState.SENT}:
        watch.check()
        if now != states:
            moved, states = time.perf_counter(), dict(now)
        elif time.perf_counter() - moved > _PATIENCE:
            raise RuntimeError(f"the wave is stuck: {states}")
        if set(now) <= {ItemState.IN_PRINT_JOB, ItemState.SENT}:
            _release(installation)
        time.sleep(_LOOK)
    return awarded


def _states(installation: Installation) -> Mapping[str, int]:
    items = table(OrderItem).c
    with installation.database.read() as session:
        statement = select(items.state, func.count()).group_by(items.state)
        return dict(session.connection().execute(statement).tuples().all())


def _release(installation: Installation) -> None:
    """What is not full when all is gathered is released by a clerk, not by the clock."""
    jobs = table(PrintJob).c
    with installation.database.read() as session:
        rows = installation.source(session).rows(PrintJob, jobs.state == PrintJobState.OPEN)
    for row in rows:
        print_jobs.release(installation, row.id, Command("release", _CLERK, installation.now()))
