"""One event for many items: chunk by chunk, or rehearsed in a fixed number of queries."""

from collections.abc import Sequence

from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply, judge
from workflows.installation import Installation
from workflows.machines.decision import Outcome

#: Items changed in one transaction.
CHUNK = 500


def change_each(installation: Installation, ids: Sequence[int], command: Command) -> list[Outcome]:
    """Apply ``command`` to every item; what a rule refuses stops none of the others. A chunk is a transaction."""
    outcomes: list[Outcome] = []
    for start in range(0, len(ids), CHUNK):
        with installation.database.write() as session:
            outcomes += apply(installation.source(session), ORDER_ITEM, ids[start : start + CHUNK], command)
    return outcomes


def rehearse_each(installation: Installation, ids: Sequence[int], command: Command) -> list[Outcome]:
    """What :func:`change_each` would do now. Changes nothing; the number of queries does not depend on ``ids``."""
    with installation.database.read() as session:
        return judge(installation.source(session), ORDER_ITEM, ids, command)
