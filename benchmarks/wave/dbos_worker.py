"""The DBOS pipeline: a workflow for each student, a step for each state change, on a queue that two processes serve."""

import os
import signal
import threading

from dbos import DBOS, DBOSConfig

from benchmarks.wave import peer_pages, peer_tables

QUEUE = "wave"
_THREADS = 8
_engine = peer_tables.connect(os.environ["WAVE_DATABASE"])
_folder = os.environ["WAVE_FOLDER"]


@DBOS.step()  # type: ignore[untyped-decorator]
def award_and_order(student_id: int) -> int:
    """Achieved → awarded and ordered."""
    return peer_tables.award_and_order(_engine, student_id)


@DBOS.step()  # type: ignore[untyped-decorator]
def render(item_id: int) -> tuple[str, str]:
    """The document, into the store."""
    return peer_tables.render(_engine, _folder, item_id)


@DBOS.step()  # type: ignore[untyped-decorator]
def record_rendered(item_id: int, path: str, sha256: str) -> None:
    """Created → rendered."""
    peer_tables.record_rendered(_engine, item_id, path, sha256)


@DBOS.workflow()  # type: ignore[untyped-decorator]
def one_student(student_id: int) -> None:
    """From achieved to rendered."""
    item_id = award_and_order(student_id)
    record_rendered(item_id, *render(item_id))


@DBOS.step()  # type: ignore[untyped-decorator]
def fill_job(job: int, item_ids: list[int]) -> list[tuple[int, str]]:
    """Rendered → in print job."""
    return peer_tables.fill_job(_engine, job, item_ids)


@DBOS.step()  # type: ignore[untyped-decorator]
def write_print_file(job: int, documents: list[tuple[int, str]]) -> None:
    """File and manifest, into the drop."""
    peer_pages.print_file(_folder, job, documents)


@DBOS.step()  # type: ignore[untyped-decorator]
def dispatch(job: int) -> None:
    """In print job → sent."""
    peer_tables.dispatch(_engine, job)


@DBOS.workflow()  # type: ignore[untyped-decorator]
def one_job(job: int, item_ids: list[int]) -> None:
    """From rendered to sent."""
    write_print_file(job, fill_job(job, item_ids))
    dispatch(job)


def main() -> None:
    """Serve the queue until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    DBOS(
        config=DBOSConfig(
            name="orders-wave",
            system_database_url=os.environ["WAVE_SYSTEM_DATABASE"],
            sys_db_pool_size=2 * _THREADS,
            log_level="ERROR",
            console_log_level="ERROR",
            executor_id=f"worker-{os.getpid()}",
            application_version="1",
        )
    )
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=_THREADS, polling_interval_sec=0.1)
    stop.wait()
    os._exit(0)  # its threads end only when their workflows do


if __name__ == "__main__":
    main()
