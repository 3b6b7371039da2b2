"""Mixed requests at a fixed rate against one process of ``orders serve`` over many items: ``scripts/bench http``.

Requests are sent when they are due, however long the others take (an open loop), and a late answer counts from when its
request was due. Beside it the p95 of the bare SQL that the same requests need, in the same run on the same database.

Load, service and PostgreSQL share the machine. So the requests are written beforehand and sent by a protocol of a few
lines on kept connections (:mod:`benchmarks.http.sending`): a client that services would use takes more processor time
than some of the answers do.
"""

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from benchmarks.http.filling import fill
from benchmarks.http.sending import Connections, Request, request
from models.codes import Role
from models.settings import Settings
from models.sql.database import Database
from tests.installations import postgresql
from workflows.command import Actor, Command
from workflows.installation import Installation
from workflows.operations.access import service_tokens

ROOT = Path(__file__).parents[2]
#: How many of a hundred requests are what.
MIX = {"show": 50, "list": 15, "can": 10, "find": 10, "hold": 15}
#: The statements without which a request can't be answered, whoever asks them.
SQL = {
    "show": "SELECT * FROM order_items WHERE order_id = :n AND item_no = 1",
    "list": "SELECT * FROM order_items WHERE state = 'created' AND id > :n ORDER BY id LIMIT 50",
    "can": "SELECT * FROM order_items JOIN students ON students.id = student_id WHERE order_id = :n",
    "find": "SELECT * FROM credentials WHERE number = lpad(CAST(:n AS text), 10, '0')",
    "hold": "UPDATE order_items SET copies = copies WHERE id = :n AND version = 1",
}


def main() -> None:
    """Fill, serve, load, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--seconds", type=int, default=60)
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder, postgresql() as server, server.database() as url:
        database = Database(url)
        fill(database, chosen.items)
        settings = Settings(_env_file=None, database_url=url, store_url=f"{folder}/documents")
        token = token_for(Installation.open(settings))
        kinds = random.Random(1).choices(list(MIX), list(MIX.values()), k=chosen.rate * chosen.seconds)
        bare = bare_sql(database, kinds[:4000], chosen.items)
        load = uvloop.run(with_service(url, folder, token, kinds, chosen))
        report(load, bare, chosen)


def token_for(installation: Installation) -> str:
    """The load's token."""
    command = Command("create", Actor(Role.STUDENT_RECORDS, "load"), installation.now())
    made = service_tokens.create(installation, "load", [Role.STUDENT_RECORDS], [], None, command)
    installation.database.close()
    return str(made)


async def with_service(
    url: str, folder: str, token: str, kinds: list[str], chosen: argparse.Namespace
) -> list[tuple[str, int, float]]:
    """The load against a process of its own: kind, status and seconds of every request."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"ORDERS_DATABASE_URL": url, "ORDERS_STORE_URL": f"{folder}/documents", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cli.main", "serve", "--port", str(port)]
    service = await asyncio.to_thread(
        subprocess.Popen, command, cwd=folder, env=os.environ | own, stderr=subprocess.DEVNULL
    )
    try:
        headers = {"Host": f"127.0.0.1:{port}", "Authorization": f"Bearer {token}"}
        await started(port)
        connections, made = Connections("127.0.0.1", port), requests(kinds, headers, chosen.items, first=0)
        warm = requests(kinds[:1000], headers, chosen.items, first=chosen.items // 2)
        await at_rate(connections, warm, chosen.rate)
        before = cpu_seconds(service.pid)
        load = await at_rate(connections, made, chosen.rate)
        print(
            f"processor time of the service: {(cpu_seconds(service.pid) - before) * 1000 / len(load):.2f} ms a request"
        )
        return load
    finally:
        service.terminate()
        service.wait(30)


async def started(port: int) -> None:
    """Wait until the service answers."""
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    message = "the service did not start"
    raise RuntimeError(message)


def cpu_seconds(process: int) -> float:
    """Processor time that a process has taken so far, of user and system."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def requests(kinds: list[str], headers: dict[str, str], items: int, first: int) -> list[Request]:
    """All requests beforehand, so that sending them costs little."""
    chance = random.Random(2)
    return [
        one(kind, first + place + 1 if kind == "hold" else chance.randint(1, items), headers)
        for place, kind in enumerate(kinds)
    ]


def one(kind: str, n: int, headers: dict[str, str]) -> Request:
    """A request about the ``n``-th item."""
    item = f"/api/order-items/{n:010d}-01"
    if kind == "hold":
        sent = headers | {"If-Match": '"1"', "Idempotency-Key": f"hold-{n}"}
        return request(kind, "POST", f"{item}/transitions/hold", sent, b'{"reason": "Investigation"}')
    paths = {
        "show": item,
        "list": f"/api/order-items?state=created&limit=50&after={n}",
        "can": f"{item}/transitions",
        "find": f"/api/credentials/{n:010d}",
    }
    return request(kind, "GET", paths[kind], headers)


async def at_rate(connections: Connections, made: list[Request], rate: float) -> list[tuple[str, int, float]]:
    """Send each request when it is due; kind, status and seconds from when it was due to its answer."""
    begin = time.perf_counter() + 0.2

    async def sent(wanted: Request, due: float) -> tuple[str, int, float]:
        status = await connections.send(wanted)
        return wanted.kind, status, time.perf_counter() - due

    tasks = []
    for place, wanted in enumerate(made):
        due = begin + place / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(sent(wanted, due)))
    return list(await asyncio.gather(*tasks))


def bare_sql(database: Database, kinds: list[str], items: int) -> list[tuple[str, float]]:
    """Kind and seconds of the bare statements, each in a transaction of its own."""
    chance, taken = random.Random(3), []
    for kind in kinds:
        begin = time.perf_counter()
        with database.write() as session:
            session.connection().execute(text(SQL[kind]), {"n": chance.randint(1, items)})
        taken.append((kind, time.perf_counter() - begin))
    return taken


def report(
    load: list[tuple[str, int, float]], bare: list[tuple[str, float]], chosen: argparse.Namespace
) -> None:
    """A table by kind: p50, p95 and p99 of the service, p95 of the bare SQL, and what was answered."""
    title = f"{chosen.rate} requests/s for {chosen.seconds} s over {chosen.items:,} items, one process"
    table = Table(title=title, title_justify="left")
    for heading in ("", "requests", "p50 ms", "p95 ms", "p99 ms", "bare SQL p95 ms", "answers"):
        table.add_column(heading, justify="left" if not heading else "right")
    for kind in (*MIX, "all"):
        mine = [each for each in load if kind in {each[0], "all"}]
        theirs = [seconds for name, seconds in bare if kind in {name, "all"}]
        cuts = statistics.quantiles([each[2] * 1000 for each in mine], n=100)
        sql = statistics.quantiles([each * 1000 for each in theirs], n=100)[94]
        answers = ", ".join(
            f"{status}: {n}" for status, n in sorted(Counter(each[1] for each in mine).items())
        )
        row = (len(mine), *(f"{cuts[at]:.1f}" for at in (49, 94, 98)), f"{sql:.1f}", answers)
        table.add_row(kind, *map(str, row))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
