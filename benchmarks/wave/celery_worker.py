"""The Celery pipeline: a task for each student and for each print job, over Redis, on a pool of two processes."""

import os
from functools import lru_cache

from celery import Celery
from sqlalchemy import Engine

from benchmarks.wave import peer_tables

app = Celery("wave", broker=os.environ["WAVE_REDIS"])
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=4,
    broker_connection_retry_on_startup=True,
)
_FOLDER = os.environ["WAVE_FOLDER"]


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The pool of this process, opened after the fork."""
    return peer_tables.connect(os.environ["WAVE_DATABASE"])


@app.task(name="award_and_order")  # type: ignore[untyped-decorator]
def award_and_order(student_id: int) -> None:
    """Achieved → awarded and ordered; then rendering is told."""
    render.delay(peer_tables.award_and_order(engine(), student_id))


@app.task(name="render")  # type: ignore[untyped-decorator]
def render(item_id: int) -> None:
    """Created → rendered."""
    peer_tables.record_rendered(engine(), item_id, *peer_tables.render(engine(), _FOLDER, item_id))


@app.task(name="print_job")  # type: ignore[untyped-decorator]
def print_job(job: int, item_ids: list[int]) -> None:
    """Rendered → sent."""
    peer_tables.print_job(engine(), _FOLDER, job, item_ids)


if __name__ == "__main__":
    app.worker_main(
        [
            "worker",
            "--concurrency=2",
            "--pool=prefork",
            "--loglevel=ERROR",
            "--without-gossip",
            "--without-mingle",
        ]
    )
