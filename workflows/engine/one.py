"""One event for one subject: where nothing but its row matters, two statements without a transaction around them.

:func:`workflows.engine.engine.apply` in a transaction of its own is the plain twin: it answers whatever is not simply done, and
whatever looks at or changes anything beside the row and its history. Nobody declares which commands these are: facts and
consequences are asked with a session that can't be used, and whoever uses it gets the transaction that it needs.
"""

from typing import NoReturn, cast

from sqlmodel import Session

from models.sql.one_row import one_row
from workflows.command import Command
from workflows.engine.engine import apply, effect_of, recorded
from workflows.history.decided import Decided, facts_of_one
from workflows.history.journal import tell
from workflows.installation import Installation
from workflows.machines.decision import Outcome, done
from workflows.machines.machine import Case, Machine
from workflows.machines.plan import decide


class _MoreNeededError(Exception):
    """More than the subject's row is looked at or changed."""


class _NoSession:
    def __getattr__(self, name: str) -> NoReturn:
        raise _MoreNeededError


_NO_SESSION = cast(Session, _NoSession())


def apply_one(installation: Installation, machine: Machine, subject: int, command: Command) -> Outcome:
    """Apply ``command`` to ``subject`` and commit; what becomes of it is what :func:`workflows.engine.engine.apply` says."""
    if command.event in machine.alone and installation.database.commits_each:
        outcome = _alone(installation, machine, subject, command)
        if outcome is not None:
            return outcome
    with installation.database.write() as session:
        return apply(installation.source(session), machine, [subject], command)[0]


def _alone(installation: Installation, machine: Machine, subject: int, command: Command) -> Outcome | None:
    """The outcome of what was simply done; ``None`` where nothing was written because the plain way is needed."""
    with one_row(installation.database.engine) as connection:
        found = connection.row(machine.table, subject)
        if found is None:
            return None
        row, written_by = found
        if command.versions.get(subject, row.version) != row.version:
            return None
        source = installation.source(_NO_SESSION)
        try:
            case = Case(row, machine.load_facts(source, [row], command, {subject: (command.event,)})[subject])
            decision = decide(machine.plan, row.state, command.event, row, case.facts)
            if not decision.allowed:
                return None
            if command.event in machine.consequences:
                machine.consequences[command.event](source, [case], command)
        except _MoreNeededError:
            return None
        (change,) = recorded([(case, decision)], command, effect_of(machine, command))
        known = facts_of_one(
            source, machine.plan, machine.table.name, command, Decided(row, case.facts, decision)
        )
        if not connection.record(machine.table, machine.history, change, written_by, known):
            return None
    outcome = done(row, decision)
    tell(machine.table.name, [row], [outcome], command)
    return outcome
