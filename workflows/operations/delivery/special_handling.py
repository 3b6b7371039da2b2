"""What Student Records does with printed items that came back to it (domain §3, "Special handling")."""

from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Annotated, Any

from sqlalchemy import select
from typing_extensions import TypedDict

from models.codes import DeliveryMethod, ItemState, SpecialHandling
from models.orders import OrderItem, item_number
from models.special_handling import SpecialHandlingTask
from models.students import Student
from workflows.command import Command
from workflows.effects.special_handling import SPECIAL_HANDLING
from workflows.engine.engine import apply
from workflows.facts.kinds import HandlingFacts
from workflows.history import refusals
from workflows.history.decided import Decided, keep
from workflows.installation import Installation
from workflows.machines import special_handling
from workflows.machines.decision import Decision, Outcome
from workflows.machines.plan import decide
from workflows.shapes import Day, day, meaning, values_of
from workflows.source import Source, table


class TaskView(TypedDict):
    """What is to be done with a printed item: by whom, and by when."""

    item: str
    asn: str
    delivery_method: Annotated[str, values_of(DeliveryMethod)]
    certification_country: str | None
    item_state: Annotated[str, values_of(ItemState)]
    state: Annotated[str, values_of(SpecialHandling)]
    owner: str
    due_on: Day | None
    waybill: Annotated[bool, meaning("Whether there is one.")]
    version: int


class Tasks(TypedDict):
    """Special handling, the most urgent first."""

    handling: list[TaskView]


#: What is still to be done.
OPEN = (SpecialHandling.OUTSTANDING, SpecialHandling.PENDING)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks the work list shows: without a state all that are open."""

    state: SpecialHandling | None = None
    owner: str | None = None


def change(
    installation: Installation,
    item: int,
    command: Command,
    owner: str | None = None,
    due_on: date | None = None,
) -> Outcome:
    """Start, complete or assign the special handling of an item."""
    given = {item: {"owner": owner, "due_on": due_on}}
    with installation.database.write() as session:
        source = installation.source(session)
        (outcome,) = apply(source, SPECIAL_HANDLING, [item], replace(command, given=given))
        return _without_task(source, item, command) if outcome.kind == "not_found" else outcome


def _without_task(source: Source, item: int, command: Command) -> Outcome:
    """An item without a task needs no special handling, and is told what that allows."""
    state, tasks = SpecialHandling.NOT_REQUIRED, SPECIAL_HANDLING.table.name
    if command.versions.get(item, 0):  # there never was a task of any version
        return Outcome(
            item, "conflict", command.event, state, state, 0, Decision(command.event, state, kind="conflict")
        )
    facts = HandlingFacts(command, source.settings, source.rows(OrderItem, table(OrderItem).c.id == item)[0])
    task = SimpleNamespace(id=item, state=state, version=0)
    decision = decide(special_handling.PLAN, state, command.event, task, facts)
    keep(source, special_handling.PLAN, tasks, command, [Decided(task, facts, decision)])
    outcome = Outcome(item, "refused", command.event, state, state, 0, decision)
    refusals.record(source.session, tasks, command, [outcome])
    return outcome


def work_list(source: Source, chosen: TaskFilter) -> list[TaskView]:
    """The tasks that ``chosen`` takes, the most urgent first."""
    tasks, items, students = table(SpecialHandlingTask), table(OrderItem), table(Student)
    states = OPEN if chosen.state is None else (chosen.state,)
    statement = (
        select(
            tasks,
            items.c.order_id,
            items.c.item_no,
            items.c.state.label("item_state"),
            items.c.delivery_method,
            items.c.certification_country,
            items.c.waybill,
            students.c.asn,
        )
        .join_from(tasks, items, tasks.c.id == items.c.id)
        .join(students, items.c.student_id == students.c.id)
        .where(tasks.c.state.in_(states))
        .order_by(tasks.c.due_on, tasks.c.id)
    )
    if chosen.owner is not None:
        statement = statement.where(tasks.c.owner == chosen.owner)
    return [_task(row) for row in source.session.connection().execute(statement)]


def _task(row: Any) -> TaskView:
    return {
        "item": item_number(row.order_id, row.item_no),
        "asn": row.asn,
        "delivery_method": row.delivery_method.value,
        "certification_country": row.certification_country,
        "item_state": row.item_state.value,
        "state": row.state.value,
        "owner": row.owner,
        "due_on": day(row.due_on),
        "waybill": row.waybill is not None,
        "version": row.version,
    }
