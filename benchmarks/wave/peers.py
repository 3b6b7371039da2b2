"""The peers' waves, driven alike: every student is submitted, and every 500 that are rendered become a print job."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from celery import Celery
from dbos import DBOSClient
from sqlalchemy import Engine

from benchmarks.wave import peer_tables
from benchmarks.wave.peer_pages import JOB
from benchmarks.wave.processes import running
from benchmarks.wave.result import WARM_UP, Result

_LOOK = 0.25

Submit = Callable[[int], None]
SubmitJob = Callable[[int, list[int]], None]


def with_dbos(url: str, system_url: str, folder: Path, size: int) -> Result:
    """DBOS Transact with two worker processes."""
    engine = peer_tables.connect(url)
    peer_tables.settle(engine, WARM_UP + size)
    environment = {"WAVE_DATABASE": url, "WAVE_SYSTEM_DATABASE": system_url, "WAVE_FOLDER": str(folder)}
    client: DBOSClient | None = None

    def submit(workflow: str, *arguments: object) -> None:
        assert client is not None
        client.enqueue({"queue_name": "wave", "workflow_name": workflow, "app_version": "1"}, *arguments)

    worker = ["benchmarks.wave.dbos_worker"]
    with running([worker], environment) as first:
        time.sleep(8)  # the first one makes the system tables
        with running([worker], environment) as second:
            time.sleep(6)
            client = DBOSClient(system_database_url=system_url)
            one, job = partial(submit, "one_student"), partial(submit, "one_job")
            checks = (first.check, second.check)
            _drive(engine, one, job, range(1, WARM_UP + 1), checks)
            before = [each.spent() for each in (first, second)]
            began, own = time.perf_counter(), time.process_time()
            _drive(engine, one, job, range(WARM_UP + 1, WARM_UP + size + 1), checks)
            seconds, own = time.perf_counter() - began, time.process_time() - own
            after = [each.spent() for each in (first, second)]
    client.destroy()
    processor = own + sum(a.seconds - b.seconds for a, b in zip(after, before, strict=True))
    return Result("DBOS + reportlab", size, seconds, processor, max(each.peak for each in after))


def with_celery(url: str, redis_url: str, folder: Path, size: int) -> Result:
    """Celery with two worker processes."""
    engine = peer_tables.connect(url)
    peer_tables.settle(engine, WARM_UP + size)
    environment: Mapping[str, str] = {
        "WAVE_DATABASE": url,
        "WAVE_REDIS": redis_url,
        "WAVE_FOLDER": str(folder),
    }
    app = Celery("wave", broker=redis_url)
    with running([["benchmarks.wave.celery_worker"]], environment) as watch:
        time.sleep(6)

        def one(student: int) -> None:
            app.send_task("award_and_order", (student,))

        def job(number: int, items: list[int]) -> None:
            app.send_task("print_job", (number, items))

        _drive(engine, one, job, range(1, WARM_UP + 1), (watch.check,))
        before, began, own = watch.spent(), time.perf_counter(), time.process_time()
        _drive(engine, one, job, range(WARM_UP + 1, WARM_UP + size + 1), (watch.check,))
        seconds, own = time.perf_counter() - began, time.process_time() - own
        after = watch.spent()
    processor = own + after.seconds - before.seconds
    return Result("Celery + ORM + reportlab", size, seconds, processor, after.peak)


def _drive(
    engine: Engine,
    submit: Submit,
    submit_job: SubmitJob,
    students: range,
    checks: Sequence[Callable[[], None]],
) -> None:
    """See the items of these students through; whoever comes before them has been."""
    for student in students:
        submit(student)
    given: set[int] = set()
    while peer_tables.sent(engine) < students.stop - 1:
        for check in checks:
            check()
        waiting = [each for each in peer_tables.ready(engine) if each not in given]
        while len(waiting) >= JOB or (waiting and len(given) + len(waiting) == len(students)):
            chosen, waiting = waiting[:JOB], waiting[JOB:]
            given |= set(chosen)
            submit_job(chosen[0], chosen)
        time.sleep(_LOOK)
    engine.dispose()
