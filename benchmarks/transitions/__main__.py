"""Transitions a second, one by one and in bulk, beside DBOS steps and the floor that committing sets.

The same server, with everything durable, serves both. ``--disk FOLDER`` puts its data elsewhere: on a memory disk a commit
costs next to nothing, so that what is compared is the software; on a slow disk both wait for it.
"""

import argparse
import cProfile
import pstats
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.measuring import measure, show
from benchmarks.province import installation_on, settle
from benchmarks.servers import Server, postgresql
from benchmarks.transitions import dbos_steps, ours
from cli.terminal.garbage import collect_seldom
from models.codes import CredentialType
from workflows.command import Command
from workflows.installation import Installation
from workflows.operations.bulk.bulk_award import begin_award
from workflows.operations.bulk.chunks import carry_to_end
from workflows.operations.ordering.award_and_order import Selection

#: What is measured: a person's command and an agent's, each there and back again.
_PAIRS = {"hold, release": ("hold", "release"), "process, requeue": ("process", "requeue")}
_MANY = 8
_BULK = 500


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--disk", help="folder for the server's data, e.g. /dev/shm")
    arguments.add_argument("--items", type=int, default=2000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument(
        "--profile", action="store_true", help="say where the time of a bulk transition goes"
    )
    chosen = arguments.parse_args()
    with postgresql(chosen.disk) as server, tempfile.TemporaryDirectory() as folder:
        installation = installation_on(server.database("orders", migrated=True), Path(folder))
        settle(installation, chosen.items)
        run = begin_award(
            installation,
            Selection(frozenset(CredentialType)),
            Command("award", ours.CLERK, installation.now()),
        )
        carry_to_end(installation, run)
        ids = ours.created_items(installation)
        server.run("VACUUM ANALYZE", "orders")
        dbos_steps.launch(server.database("dbos"), _MANY)
        collect_seldom()  # as every process of ours does; what runs beside it has the good of it too
        _tell(server, installation, ids, chosen.rounds)
        if chosen.profile:
            _profile(installation, ids)
        installation.database.close()
        dbos_steps.stop()


def _tell(server: Server, installation: Installation, ids: list[int], rounds: int) -> None:
    """One table for each number of connections; in bulk one connection changes 500 to a transaction.

    Several connections are as many threads of this one process, on both sides: what limits them is its interpreter.
    """
    # Each pair has items of its own: to release what was processed before is more to do than to release what was not.
    own = {name: ids[place :: len(_PAIRS)] for place, name in enumerate(_PAIRS)}
    single = {
        name: partial(ours.there_and_back, installation, pair, own[name][:100], 1)
        for name, pair in _PAIRS.items()
    }
    bulk = {
        f"{name}, {_BULK} to a transaction": partial(
            ours.there_and_back, installation, pair, own[name], _BULK
        )
        for name, pair in _PAIRS.items()
    }
    many = {
        name: partial(ours.at_once, installation, pair, own[name][:400], _MANY)
        for name, pair in _PAIRS.items()
    }
    _show(
        server,
        "one connection",
        1,
        {"DBOS step": partial(dbos_steps.at_once, 200, 1), **single, **bulk},
        rounds,
    )
    _show(
        server,
        f"{_MANY} connections",
        _MANY,
        {"DBOS step": partial(dbos_steps.at_once, 800, _MANY), **many},
        rounds,
    )


def _show(
    server: Server, title: str, connections: int, contenders: dict[str, Callable[[], int]], rounds: int
) -> None:
    measured = measure(contenders, rounds)
    show(title, measured, "DBOS step", "transition")
    for name, each in measured.items():
        if name != "DBOS step":
            print(f"{name}: {measured['DBOS step'].median / each.median:.1f} × a DBOS step")
    print(f"commit floor (pgbench, {connections} connections): {server.commit_floor(connections):,.0f}/s\n")


def _profile(installation: Installation, ids: list[int]) -> None:
    profile = cProfile.Profile()
    profile.runcall(ours.there_and_back, installation, _PAIRS["process, requeue"], ids, _BULK)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
