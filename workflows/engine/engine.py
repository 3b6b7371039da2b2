"""The one door through which a state changes: set-based, locked, recorded.

``apply`` works the same for 1 or 500 subjects: rows read and locked, facts loaded, each decided on its own, the
winners written by one conditional statement, history appended. The caller's transaction commits it all or nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Select, Table, select
from sqlmodel import Session

from models.codes import Role
from models.sql.in_values import in_given, in_values
from models.sql.recording import Recorded, record
from workflows.command import SYSTEM, Command
from workflows.history import refusals
from workflows.history.chain import Pen, chained, digest
from workflows.history.decided import Decided, keep
from workflows.history.journal import note
from workflows.history.rule_set import rule_set
from workflows.machines.decision import Decision, Outcome, RefusalKind, conflict, done, unmoved
from workflows.machines.follows import declared
from workflows.machines.machine import Case, Change, Effect, Machine
from workflows.machines.plan import Plan, decide
from workflows.rules.rule import Reason
from workflows.source import Source


def apply(source: Source, machine: Machine, ids: Iterable[int], command: Command) -> list[Outcome]:
    """Apply ``command`` to the subjects ``ids``; one subject's refusal never stops the others.

    Must run inside ``Database.write``. Outcomes come in ascending order of id.
    """
    wanted = sorted(set(ids))
    rows = _locked(source.session, machine.table, wanted)
    outcomes: dict[int, Outcome] = {}
    if len(rows) < len(wanted):
        found = {row.id for row in rows}
        outcomes = {each: Outcome(each, "not_found", command.event) for each in wanted if each not in found}
    versions = command.versions
    current = [row for row in rows if versions.get(row.id, row.version) == row.version] if versions else rows
    if len(current) < len(rows):
        outcomes |= {row.id: conflict(row, command) for row in rows}
    facts = machine.facts.of(source, current, command)
    winners: list[tuple[Case, Decision]] = []
    decided: list[Decided] = []
    for row in current:
        case = Case(row, facts[row.id])
        decision = decide(machine.plan, row.state, command.event, case.facts)
        decided.append(Decided(row, case.facts, decision))
        if decision.allowed:
            winners.append((case, decision))
        else:
            outcomes[row.id] = unmoved("refused", row, decision)
    outcomes |= _write(source, machine, winners, command, effect_of(machine, command))
    # Nothing is written for a command that was carried out before; whatever else it met, it gets its first answer again.
    undone = [each for each in wanted if outcomes[each].kind != "done"]
    outcomes |= _earlier_answers(source.session, machine, undone, command)
    refusals.record(source.session, machine.table.name, command, outcomes.values())
    kept = [each for each in decided if outcomes[each.subject.id].kind in {"done", "refused"}]
    keep(source, machine.table.name, command, kept)
    told = [outcomes[each] for each in wanted]
    note(source.session, machine.table.name, rows, told, command)
    return told


def follow(
    source: Source,
    machine: Machine,
    event: str,
    ids: Iterable[int],
    command: Command,
    *,
    after: Plan,
    **said: Any,
) -> list[Outcome]:
    """Carry out what ``command``, an event of the machine ``after``, brings about in ``machine``.

    It is the system's, whoever caused it, unless ``said`` names an actor; history shows the same command id for
    both. Raises :class:`UndeclaredConsequenceError` where ``workflows/machines/follows.py`` declares no such consequence.
    """
    declared(after, command.event, machine.plan, event)
    circumstances: dict[str, Any] = {"actor": SYSTEM, "at": command.at, "command_id": command.command_id}
    return apply(source, machine, ids, Command(event, **(circumstances | said)))


def ask(source: Source, machine: Machine, ids: Iterable[int], command: Command) -> dict[int, list[Decision]]:
    """What may happen to the subjects ``ids``: a decision for every event of the machine. Changes nothing.

    ``command`` names who asks and when; its event is ignored. The number of queries does not depend on ``ids``.
    """
    return ask_of(source, machine, _read(source.session, machine.table, sorted(set(ids))), command)


def ask_of(
    source: Source, machine: Machine, rows: Sequence[Any], command: Command
) -> dict[int, list[Decision]]:
    """What may happen to subjects whose ``rows`` are read already: a decision for every event, by id."""
    plan, role = machine.plan, command.actor.role
    command = replace(command, asking=True)
    # No facts are loaded for events that the role may not cause.
    events = {row.id: plan.events_for(row.state, role) for row in rows}
    open_ = [row for row in rows if events[row.id]]
    facts = machine.facts.of(source, open_, command)
    commands = {event: replace(command, event=event) for event in plan.events}
    shut: dict[str, dict[str, Decision]] = {}

    def decided(row: Any) -> list[Decision]:
        if row.state not in shut:
            closed = plan.events.keys() - events[row.id]
            shut[row.state] = {
                each: decide(plan, row.state, each, _Nothing(commands[each])) for each in closed
            }
        known = shut[row.state]
        return [
            known.get(event) or _hypothetical(plan, row, facts[row.id], commands[event])
            for event in plan.events
        ]

    return {row.id: decided(row) for row in rows}


def _hypothetical(plan: Plan, row: Any, facts: Any, command: Command) -> Decision:
    facts.command = command
    return decide(plan, row.state, command.event, facts)


@dataclass(frozen=True)
class _Nothing:
    """Facts that say the role of whoever asks, and nothing about any subject."""

    command: Command
    is_own = False

    @property
    def role(self) -> Role:
        """The role of the actor who asks."""
        return self.command.actor.role


def judge(source: Source, machine: Machine, ids: Iterable[int], command: Command) -> list[Outcome]:
    """What :func:`apply` would make of ``command`` for each subject, if nobody else is faster. Changes nothing.

    Outcomes come in ascending order of id; the number of queries does not depend on ``ids``.
    """
    wanted = sorted(set(ids))
    outcomes = _earlier_answers(source.session, machine, wanted, command)
    outcomes |= {each: Outcome(each, "not_found", command.event) for each in wanted if each not in outcomes}
    rows = _read(source.session, machine.table, wanted)
    facts = machine.facts.of(source, rows, command)
    for row in rows:
        if outcomes[row.id].kind == "already_done":
            continue
        if command.versions.get(row.id, row.version) != row.version:
            outcomes[row.id] = conflict(row, command)
            continue
        decision = decide(machine.plan, row.state, command.event, facts[row.id])
        outcomes[row.id] = done(row, decision) if decision.allowed else unmoved("refused", row, decision)
    return [outcomes[each] for each in wanted]


class Judge(Protocol):
    """Decides whether an amendment, a change that moves no state, may be made."""

    def judge(self, facts: Any) -> tuple[RefusalKind, Sequence[Reason]]:
        """The kind of a refusal, and every reason for it; without reasons the change may be made."""


def amend(
    source: Source, machine: Machine, subject_id: int, command: Command, amendment: Judge, effect: Effect
) -> Outcome:
    """Change columns of one subject while its state stays, recorded in its history like an event.

    Must run inside ``Database.write``.
    """
    rows = _locked(source.session, machine.table, [subject_id])
    answered = _earlier_answers(source.session, machine, [subject_id], command)
    if answered or not rows:
        return answered.get(subject_id) or Outcome(subject_id, "not_found", command.event)
    (row,) = rows
    if command.versions.get(row.id, row.version) != row.version:
        return conflict(row, command)
    case = Case(row, machine.facts.of(source, rows, command)[row.id])
    kind, reasons = amendment.judge(case.facts)
    allowed = Decision(command.event, row.state, target=str(row.state))
    decision = Decision(command.event, row.state, kind=kind, reasons=tuple(reasons)) if reasons else allowed
    keep(source, machine.table.name, command, [Decided(row, case.facts, decision)])
    if reasons:
        refused = unmoved("refused", row, decision)
        refusals.record(source.session, machine.table.name, command, [refused])
        return refused
    outcome = _write(source, machine, [(case, allowed)], command, effect)[row.id]
    note(source.session, machine.table.name, rows, [outcome], command)
    return outcome


def keep_refused(
    source: Source, machine: Machine, rows: Iterable[Any], facts: Mapping[int, Any], command: Command
) -> None:
    """Keep facts and decision of ``rows`` that are held in place of ``command``, so that a replay can judge them."""
    plan = machine.plan
    decided = [
        Decided(row, facts[row.id], decide(plan, row.state, command.event, facts[row.id])) for row in rows
    ]
    keep(source, machine.table.name, command, decided)


def _read(session: Session, table: Table, ids: Sequence[int]) -> Sequence[Any]:
    return session.connection().execute(_some(table), {"ids": ids}).all()


def _locked(session: Session, table: Table, ids: Sequence[int]) -> Sequence[Any]:
    """Rows under lock in ascending order of id, so that two commands never wait for each other crosswise."""
    return session.connection().execute(_in_order(table), {"ids": list(ids)}).all() if ids else []


@lru_cache(maxsize=16)
def _some(table: Table) -> Select[Any]:
    return select(table).where(in_given(table.c.id, "ids"))


@lru_cache(maxsize=16)
def _in_order(table: Table) -> Select[Any]:
    return select(table).where(in_given(table.c.id, "ids")).order_by(table.c.id).with_for_update()


def _earlier_answers(
    session: Session, machine: Machine, ids: Sequence[int], command: Command
) -> dict[int, Outcome]:
    """The first answers to a command that was carried out before, by subject."""
    if not ids:
        return {}
    past = machine.history
    statement = select(past).where(in_values(past.c.subject_id, ids), past.c.command_id == command.command_id)
    return {
        row.subject_id: Outcome(
            row.subject_id, "already_done", row.event, row.from_state, row.to_state, row.seq + 1
        )
        for row in session.connection().execute(statement)
    }


def _write(
    source: Source,
    machine: Machine,
    winners: Sequence[tuple[Case, Decision]],
    command: Command,
    effect: Effect,
) -> dict[int, Outcome]:
    if not winners:
        return {}
    changes = recorded(winners, command, effect)
    know(machine, (case for case, _ in winners), command)
    winners[0][0].facts.batch.close()
    changed = record(source.session, machine.table, machine.history, changes)
    won = [case for case, _ in winners if case.row.id in changed]
    if won and command.event in machine.consequences:
        machine.consequences[command.event](source, won, command)
    return {
        case.row.id: done(case.row, decision) if case.row.id in changed else conflict(case.row, command)
        for case, decision in winners
    }


def know(machine: Machine, cases: Iterable[Case], command: Command) -> None:
    """Load, before any write, the facts that the consequences of ``command`` will look at."""
    looks_at = machine.looks_at.get(command.event)
    names = looks_at(command) if looks_at is not None else ()
    if names:
        for case in cases:
            for name in names:
                getattr(case.facts, name)


def recorded(winners: Sequence[tuple[Case, Decision]], command: Command, effect: Effect) -> list[Recorded]:
    """The change to write for each of ``winners``: new columns, and the history row chained to the last one."""
    circumstances = _circumstances(command)
    write = Pen(circumstances).digest if len(winners) > 1 else digest
    changes = []
    for case, decision in winners:
        change = effect(case)
        told = _history_row(case.row, decision, circumstances, change.detail)
        told["hash"] = write(told)
        moved = {"state": decision.target, "history_hash": told["hash"], **change.columns}
        changes.append(Recorded(moved, told))
    return changes


def effect_of(machine: Machine, command: Command) -> Effect:
    """What the event of ``command`` changes beside the state; by default nothing."""
    return machine.effects.get(command.event, _no_change)


def _no_change(_case: Case) -> Change:
    return Change()


def _history_row(
    row: Any, decision: Decision, circumstances: Mapping[str, Any], detail: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        **circumstances,
        "subject_id": row.id,
        "seq": row.version,
        "from_state": str(decision.state),
        "to_state": decision.target,
        "detail": None if detail is None else dict(detail),
        "previous_hash": row.history_hash,
    }


def entered(row: Any, to_state: str, command: Command) -> dict[str, Any]:
    """The history row of a state that another system brought about and an import reports."""
    moved = Decision(command.event, str(row.state), target=to_state)
    return chained(_history_row(row, moved, _circumstances(command), None))


def first_history_row(subject_id: int, state: str, command: Command) -> dict[str, Any]:
    """The row with which a subject's history begins: ``seq`` 0, from no state."""
    return first_history_rows([subject_id], state, command)[0]


def first_history_rows(
    ids: Sequence[int], state: str, command: Command, details: Sequence[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """The rows with which the histories of ``ids`` begin, in their order, each with its detail where ``details`` are given."""
    circumstances = _circumstances(command)
    first = {"seq": 0, "from_state": None, "to_state": state, "previous_hash": ""}
    told: Sequence[dict[str, Any] | None] = [None] * len(ids) if details is None else details
    pen = Pen(circumstances)
    rows = [
        {**circumstances, **first, "subject_id": each, "detail": detail}
        for each, detail in zip(ids, told, strict=True)
    ]
    for row in rows:
        row["hash"] = pen.digest(row)
    return rows


def _circumstances(command: Command) -> dict[str, Any]:
    """What the history rows of one command have in common."""
    return {
        "event": command.event,
        "at": command.at,
        "actor_role": command.actor.role,
        "actor_name": command.actor.name,
        "reason": command.reason,
        "note": command.note,
        "command_id": command.command_id,
        "rule_set": rule_set(),
    }
