"""Our transitions: each guarded, recorded in the chained history and committed."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Thread

from models.codes import ItemState, Role
from models.orders import OrderItem
from workflows.command import SYSTEM, Actor, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply
from workflows.engine.one import apply_one
from workflows.installation import Installation
from workflows.source import table

CLERK = Actor(Role.STUDENT_RECORDS, "clerk")


def created_items(installation: Installation) -> list[int]:
    """The items that wait to be processed."""
    items = table(OrderItem)
    with installation.database.read() as session:
        rows = installation.source(session).rows(OrderItem, items.c.state == ItemState.CREATED)
    return [row.id for row in rows]


def command(installation: Installation, event: str, ids: Sequence[int]) -> Command:
    """A clerk's ``hold`` or ``release``, or an agent's ``process`` or ``requeue``, for ``ids``."""
    now = installation.now()
    match event:
        case "hold":
            return Command("hold", CLERK, now, reason="Investigation")
        case "release":
            return Command("release", CLERK, now)
        case "process":
            lease = {"owner": "bench", "until": now + timedelta(seconds=30)}
            return Command("process", SYSTEM, now, given=dict.fromkeys(ids, lease))
        case _:
            given = {each: {"stopped": "bench", "failed": {}} for each in ids}
            return Command("requeue", SYSTEM, now, given=given)


def transit(installation: Installation, event: str, ids: Sequence[int]) -> int:
    """One command for ``ids`` in a transaction of its own; all must win."""
    wanted = command(installation, event, ids)
    if len(ids) == 1:
        outcomes = [apply_one(installation, ORDER_ITEM, ids[0], wanted)]
    else:
        with installation.database.write() as session:
            outcomes = apply(installation.source(session), ORDER_ITEM, ids, wanted)
    if not all(outcome.kind == "done" for outcome in outcomes):
        raise RuntimeError(f"{event} was not done for all")
    return len(ids)


def there_and_back(installation: Installation, events: tuple[str, str], ids: Sequence[int], size: int) -> int:
    """Both ``events`` in turn for every item, ``size`` items to a transaction; gives the number of transitions."""
    done = 0
    for start in range(0, len(ids), size):
        for event in events:
            done += transit(installation, event, ids[start : start + size])
    return done


def at_once(installation: Installation, events: tuple[str, str], ids: Sequence[int], connections: int) -> int:
    """One by one on several connections, a thread each."""
    shares = [ids[place::connections] for place in range(connections)]
    threads = [Thread(target=there_and_back, args=(installation, events, share, 1)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 2 * len(ids)
