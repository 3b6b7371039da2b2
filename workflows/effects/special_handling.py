"""What the events of special handling change (domain §3, "Special handling"), and what the events of its item bring about."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.codes import SpecialHandling
from models.history import SpecialHandlingHistory
from models.special_handling import SpecialHandlingTask
from models.sql.many_rows import append
from workflows.calendar import working_days_after
from workflows.command import Command
from workflows.engine.engine import follow
from workflows.facts.special_handling import HandlingFacts
from workflows.machines import order_item, special_handling
from workflows.machines.machine import Case, Change, Machine
from workflows.source import Source, table

_OPEN = (SpecialHandling.OUTSTANDING, SpecialHandling.PENDING)


def _require(case: Case) -> Change:
    """Set a new due date and keep the owner."""
    return Change(_charge(case, owner=case.row.owner) | {"completed_at": None})


def _start(case: Case) -> Change:
    """Make the person who starts the handling its owner, and set a new due date, unless others are given."""
    return Change(_charge(case, owner=case.facts.command.actor.name or case.row.owner))


def _assign(case: Case) -> Change:
    given = case.given or {}
    owner, due_on = given.get("owner"), given.get("due_on")
    columns = {
        "owner": case.row.owner if owner is None else owner,
        "due_on": case.row.due_on if due_on is None else due_on,
    }
    return Change(columns, _detail(columns))


def _charge(case: Case, owner: str) -> dict[str, Any]:
    """The owner and the due date: as given, else ``owner`` and the working days of the settings."""
    facts: HandlingFacts = case.facts
    given = case.given or {}
    due_on = given.get("due_on") or working_days_after(facts.command.today, facts.settings.handling_days)
    return {"owner": owner if given.get("owner") is None else given["owner"], "due_on": due_on}


def _detail(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {"owner": columns["owner"], "due_on": columns["due_on"] and columns["due_on"].isoformat()}


def _complete(case: Case) -> Change:
    return Change({"completed_at": case.facts.command.at})


def _waive(_case: Case) -> Change:
    return Change({"due_on": None, "completed_at": None})


SPECIAL_HANDLING = Machine(
    plan=special_handling.PLAN,
    table=table(SpecialHandlingTask),
    history=table(SpecialHandlingHistory),
    facts=HandlingFacts,
    effects={
        "require": _require,
        "start": _start,
        "complete": _complete,
        "assign": _assign,
        "waive": _waive,
        "close": _complete,
    },
    consequences={},
)


def require_handling(source: Source, items: Iterable[int], command: Command) -> None:
    """Special handling of ``items`` is outstanding from now on: they were rendered, or their method changed."""
    wanted = sorted(set(items))
    if not wanted:
        return
    new = set(wanted) - {row.id for row in _tasks(source, wanted)}
    state = SpecialHandling.NOT_REQUIRED
    fresh: dict[str, Any] = {"state": state, "owner": "", "version": 0, "history_hash": ""}
    append(source.session, table(SpecialHandlingTask), [fresh | {"id": each} for each in sorted(new)])
    _follow(source, "require", wanted, command)


def waive_handling(source: Source, items: Iterable[int], command: Command) -> None:
    """No special handling of ``items`` is asked for any more: released, cancelled, or mailed by the provider."""
    standing = [row.id for row in _tasks(source, items) if row.state is not SpecialHandling.NOT_REQUIRED]
    _follow(source, "waive", standing, command)


def close_handling(source: Source, items: Iterable[int], command: Command) -> None:
    """Open special handling of ``items`` ends: there is nothing left to handle."""
    _follow(source, "close", [row.id for row in _tasks(source, items) if row.state in _OPEN], command)


def _tasks(source: Source, items: Iterable[int]) -> Sequence[Any]:
    wanted = sorted(set(items))
    tasks = table(SpecialHandlingTask)
    return source.rows(SpecialHandlingTask, tasks.c.id.in_(wanted)) if wanted else []


def _follow(source: Source, event: str, items: Sequence[int], command: Command) -> None:
    """Carry ``event`` out for the tasks of ``items`` as the system, whoever caused the event of the item."""
    if items:
        follow(source, SPECIAL_HANDLING, event, items, command, after=order_item.PLAN)
