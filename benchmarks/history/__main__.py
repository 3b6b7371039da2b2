"""How many rows of history one core verifies in a second, beside reading the same rows and doing nothing with them.

python -m benchmarks.history [ROWS]
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, text

from models import schema
from models.codes import CredentialType, DeliveryMethod, Language, PrintJobState, Role
from models.history import PrintJobHistory
from models.print_jobs import PrintJob
from models.settings import Settings
from models.sql.database import Database
from models.store import Store
from tests.installations import postgresql
from workflows.effects.print_job import PRINT_JOB
from workflows.evidence.chains import faults
from workflows.evidence.signed import Signed
from workflows.history.chain import chained
from workflows.source import Source, table

#: Rows of one subject: print jobs, whose rows need no others.
CHAIN = 8
_AT = datetime(2026, 3, 2, 17, 0, 0, 123456, tzinfo=UTC)


def main(rows: int) -> None:
    """Measure both databases."""
    with databases() as opened:
        for database in opened:
            fill(database, rows)
            measure(database, rows)


@contextmanager
def databases() -> Iterator[list[Database]]:
    """A fresh database of each kind."""
    with tempfile.TemporaryDirectory() as folder, postgresql() as server, server.database() as url:
        file = Database(f"sqlite:///{Path(folder) / 'orders.db'}")
        schema.upgrade(file)
        other = Database(url)
        yield [file, other]
        file.close()
        other.close()


def fill(database: Database, rows: int) -> None:
    """Chains of history, and the jobs that they belong to."""
    with database.write() as session:
        for first in range(0, rows // CHAIN, 2000):
            jobs = range(first + 1, min(first + 2000, rows // CHAIN) + 1)
            chains = [chain_of(job) for job in jobs]
            session.connection().execute(insert(table(PrintJob)), [job_after(chain) for chain in chains])
            made = [row for chain in chains for row in chain]
            session.connection().execute(insert(table(PrintJobHistory)), made)


def job_after(chain: list[dict[str, object]]) -> dict[str, object]:
    """The job that ends as its history does."""
    return {
        "id": chain[-1]["subject_id"],
        "state": PrintJobState.RECONCILED,
        "version": CHAIN,
        "history_hash": chain[-1]["hash"],
        "credential_type": CredentialType.AHSD,
        "language": Language.EN,
        "delivery_method": DeliveryMethod.AUTOMATED_CARDBOARD,
        "opened_at": _AT,
        "attempts": 0,
    }


def chain_of(job: int) -> list[dict[str, object]]:
    """One job's history."""
    made: list[dict[str, object]] = []
    for seq in range(CHAIN):
        row = {
            "subject_id": job,
            "seq": seq,
            "event": "resend",
            "from_state": "failed",
            "to_state": "reconciled",
            "at": _AT,
            "actor_role": Role.SYSTEM,
            "actor_name": "agent",
            "reason": None,
            "note": None,
            "detail": {"file": job} if seq % 4 == 0 else None,
            "command_id": f"{job:016x}{seq:016x}",
            "rule_set": "0f1e2d3c4b5a",
            "previous_hash": made[-1]["hash"] if made else "",
        }
        made.append(chained(row))
    return made


def heads_of(rows: int) -> Signed:
    """What was signed: two rows of every chain, as by the release of a job and the day after."""
    signed = Signed()
    for job in range(1, rows // CHAIN + 1):
        chain = chain_of(job)
        signed.add(
            (PrintJobHistory.__tablename__, job, seq, str(chain[seq]["hash"])) for seq in (3, CHAIN - 1)
        )
    return signed


def measure(database: Database, rows: int) -> None:
    """Rows a second of one core: read alone, and verified."""
    with database.stream() as session:
        source = Source(session, Settings(_env_file=None), Store("unused"))
        columns = "SELECT * FROM print_job_history ORDER BY subject_id, seq"
        began, cpu = time.perf_counter(), time.process_time()
        for _ in session.connection().execute(text(columns).execution_options(yield_per=5000)):
            pass
        read, read_cpu = time.perf_counter() - began, time.process_time() - cpu
        signed = heads_of(rows)
        began, cpu = time.perf_counter(), time.process_time()
        found = len(list(faults(source, PRINT_JOB, signed)))
        took, took_cpu = time.perf_counter() - began, time.process_time() - cpu
    name = database.engine.dialect.name
    print(
        f"{name:<12} {rows:>9,} rows  read {rows / read:>9,.0f}/s  verified {rows / took:>9,.0f}/s"
        f"  by processor time: read {rows / read_cpu:>9,.0f}/s, verified {rows / took_cpu:>9,.0f}/s"
        f"  faults {found}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
