"""One event for many items: as a bulk run, at once in one transaction, or rehearsed in a fixed number of queries."""

from collections.abc import Sequence
from typing import Any

from models.codes import BulkKind
from models.orders import OrderItem
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply, judge
from workflows.finding.items import ItemFilter, items_chosen, numbers_of_ids
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.operations.bulk import bulk_runs
from workflows.operations.bulk.outcome_rows import ItemOutcome, outcome_row, undecided_row
from workflows.source import Source, table


def begin_change(
    installation: Installation,
    items: ItemFilter | Sequence[int],
    command: Command,
    *,
    unknown: Sequence[str] = (),
) -> int:
    """Enter a run of ``command`` for these items, by their ids or all that a filter takes; gives the run's number.

    ``unknown`` are numbers that no item has. Nothing is changed yet.
    """
    parameters = {"event": command.event, "reason": command.reason, "note": command.note}
    with installation.database.write() as session:
        run = bulk_runs.enter(session, BulkKind.TRANSITION, parameters, command)
        if isinstance(items, ItemFilter):
            item = table(OrderItem).c.id
            chosen = items_chosen(items).with_only_columns(item.label("unit"), item.label("subject"))
            bulk_runs.enter_selected(session, run, chosen)
        else:
            bulk_runs.enter_subjects(session, run, items, unknown)
    return run


def carry_out(installation: Installation, run: Any, ids: Sequence[int]) -> list[ItemOutcome]:
    """Let the event of ``run`` happen to these items; what is refused stops none of the others."""
    command = bulk_runs.command_of(run, run.parameters["event"], installation)
    outcomes = {each.subject_id: each for each in change_each(installation, ids, command)}
    with installation.database.read() as session:
        numbers = numbers_of_ids(installation.source(session), ids)
    return [outcome_row(numbers.get(each, ""), outcomes[each]) for each in ids]


def failed(source: Source, ids: Sequence[int], error: str) -> list[ItemOutcome]:
    """What is told of items whose change failed with an error of this kind."""
    numbers = numbers_of_ids(source, ids)
    return [{**undecided_row(numbers.get(each, ""), "failed"), "error": error} for each in ids]


def change_each(installation: Installation, ids: Sequence[int], command: Command) -> list[Outcome]:
    """Apply ``command`` to every item in one transaction; what a rule refuses stops none of the others."""
    with installation.database.write() as session:
        return apply(installation.source(session), ORDER_ITEM, ids, command)


def rehearse_each(installation: Installation, ids: Sequence[int], command: Command) -> list[Outcome]:
    """What :func:`change_each` would do now. Changes nothing; the number of queries does not depend on ``ids``."""
    with installation.database.read() as session:
        return judge(installation.source(session), ORDER_ITEM, ids, command)
