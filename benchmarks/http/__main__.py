"""Mixed requests at a fixed rate against one process of ``orders serve`` over many items: ``scripts/bench http``.

Requests are sent when they are due, however long the others take (an open loop), and a late answer counts from when its
request was due. Beside it the p95 of the bare SQL that the same requests need, in the same run on the same database.
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

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from benchmarks.http.filling import fill
from models.codes import Role
from models.database import Database
from models.settings import Settings
from tests.installations import postgresql
from workflows.command import Actor, Command
from workflows.installation import Installation
from workflows.operations import service_tokens

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
        load = asyncio.run(with_service(url, folder, token, kinds, chosen))
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
        headers = {"Authorization": f"Bearer {token}"}
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30, limits=limits
        ) as client:
            await started(client)
            await at_rate(client, kinds[:500], chosen, first=chosen.items // 2)  # warm
            return await at_rate(client, kinds, chosen, first=0)
    finally:
        service.terminate()
        service.wait(30)


async def started(client: httpx.AsyncClient) -> None:
    """Wait until the service answers."""
    for _ in range(300):
        try:
            await client.get("/healthz")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
    message = "the service did not start"
    raise RuntimeError(message)


async def at_rate(
    client: httpx.AsyncClient, kinds: list[str], chosen: argparse.Namespace, first: int
) -> list[tuple[str, int, float]]:
    """Send each request when it is due."""
    chance, begin, tasks = random.Random(2), time.perf_counter() + 0.2, []
    for place, kind in enumerate(kinds):
        due = begin + place / chosen.rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        number = first + place + 1 if kind == "hold" else chance.randint(1, chosen.items)
        tasks.append(asyncio.create_task(one(client, kind, number, due)))
    return list(await asyncio.gather(*tasks))


async def one(client: httpx.AsyncClient, kind: str, n: int, due: float) -> tuple[str, int, float]:
    """One request, from when it was due to its answer."""
    item = f"/api/order-items/{n:010d}-01"
    try:
        if kind == "hold":
            sent = {"If-Match": '"1"', "Idempotency-Key": f"hold-{n}"}
            path = f"{item}/transitions/hold"
            answer = await client.post(path, json={"reason": "Investigation"}, headers=sent)
        else:
            paths = {
                "show": item,
                "list": f"/api/order-items?state=created&limit=50&after={n}",
                "can": f"{item}/transitions",
                "find": f"/api/credentials/{n:010d}",
            }
            answer = await client.get(paths[kind])
    except httpx.HTTPError:
        return kind, 0, time.perf_counter() - due
    return kind, answer.status_code, time.perf_counter() - due


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
