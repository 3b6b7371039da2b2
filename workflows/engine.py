"""The one door through which a state changes: set-based, locked, recorded.

``apply`` works the same for 1 or 500 subjects: rows read and locked, facts loaded, each decided on its own, the
winners written by one conditional statement, history appended. The caller's transaction commits it all or nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from sqlalchemy import Table, select
from sqlmodel import Session

from models.bulk import append, update_where_unchanged
from workflows.command import SYSTEM, Command
from workflows.evidence import refusals
from workflows.follows import declared
from workflows.history import chained, rule_set
from workflows.journal import note
from workflows.plan import Decision, Plan, RefusalKind, decide
from workflows.rule import Reason
from workflows.source import Source

Kind: TypeAlias = Literal["done", "already_done", "refused", "conflict", "not_found"]


@dataclass(frozen=True, slots=True)
class Change:
    """What an event does beside moving the state: columns of the subject, and detail for its history."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One subject with its facts, for the duration of a command."""

    row: Any
    facts: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command for one subject; ``version`` is the subject's after it."""

    subject_id: int
    kind: Kind
    event: str
    from_state: str | None = None
    state: str | None = None
    version: int | None = None
    decision: Decision | None = None

    @property
    def done(self) -> bool:
        """Whether the subject is now as the command wanted it."""
        return self.kind in {"done", "already_done"}


Effect = Callable[[Case], Change]
Judge = Callable[[Case], tuple[RefusalKind, Sequence[Reason]]]
Consequence = Callable[[Source, Sequence[Case], Command], None]
LoadFacts = Callable[[Source, Sequence[Any], Command, Mapping[int, Iterable[str]]], Mapping[int, Any]]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as the engine drives it.

    ``effects`` say per event which columns change with the state; ``consequences`` change other tables, for all
    winners of the event at once and in the same transaction.
    """

    plan: Plan
    table: Table
    history: Table
    load_facts: LoadFacts
    effects: Mapping[str, Effect]
    consequences: Mapping[str, Consequence]


def apply(source: Source, machine: Machine, ids: Iterable[int], command: Command) -> list[Outcome]:
    """Apply ``command`` to the subjects ``ids``; one subject's refusal never stops the others.

    Must run inside ``Database.write``. Outcomes come in ascending order of id.
    """
    wanted = sorted(set(ids))
    answered = _earlier_answers(source.session, machine, wanted, command)
    rows = _locked(source.session, machine.table, [each for each in wanted if each not in answered])
    outcomes = dict(answered)
    outcomes |= {each: Outcome(each, "not_found", command.event) for each in wanted if each not in outcomes}
    current = [row for row in rows if command.versions.get(row.id, row.version) == row.version]
    outcomes |= {row.id: _conflict(row, command) for row in rows}
    facts = machine.load_facts(source, current, command, {row.id: (command.event,) for row in current})
    winners: list[tuple[Case, Decision]] = []
    for row in current:
        case = Case(row, facts[row.id])
        decision = decide(machine.plan, row.state, command.event, row, case.facts)
        if decision.allowed:
            winners.append((case, decision))
        else:
            outcomes[row.id] = Outcome(
                row.id, "refused", command.event, row.state, row.state, row.version, decision
            )
    effect = machine.effects.get(command.event, _no_change)
    outcomes |= _write(source, machine, winners, command, effect)
    refusals.record(source.session, machine.table.name, command, outcomes.values())
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
    both. Raises :class:`UndeclaredConsequenceError` where ``workflows/follows.py`` declares no such consequence.
    """
    declared(after, command.event, machine.plan, event)
    circumstances: dict[str, Any] = {"actor": SYSTEM, "at": command.at, "command_id": command.command_id}
    return apply(source, machine, ids, Command(event, **(circumstances | said)))


def ask(source: Source, machine: Machine, ids: Iterable[int], command: Command) -> dict[int, list[Decision]]:
    """What may happen to the subjects ``ids``: a decision for every event of the machine. Changes nothing.

    ``command`` names who asks and when; its event is ignored. The number of queries does not depend on ``ids``.
    """
    chosen = machine.table
    rows = source.session.connection().execute(select(chosen).where(chosen.c.id.in_(sorted(set(ids))))).all()
    facts = machine.load_facts(
        source, rows, command, {row.id: machine.plan.events_from(row.state) for row in rows}
    )
    return {
        row.id: [_hypothetical(machine, row, event, facts[row.id]) for event in machine.plan.events]
        for row in rows
    }


def judge(source: Source, machine: Machine, ids: Iterable[int], command: Command) -> list[Outcome]:
    """What :func:`apply` would make of ``command`` for each subject, if nobody else is faster. Changes nothing.

    Outcomes come in ascending order of id; the number of queries does not depend on ``ids``.
    """
    wanted = sorted(set(ids))
    outcomes = _earlier_answers(source.session, machine, wanted, command)
    outcomes |= {each: Outcome(each, "not_found", command.event) for each in wanted if each not in outcomes}
    chosen = machine.table
    rows = source.session.connection().execute(select(chosen).where(chosen.c.id.in_(wanted))).all()
    facts = machine.load_facts(source, rows, command, {row.id: (command.event,) for row in rows})
    for row in rows:
        if outcomes[row.id].kind == "already_done":
            continue
        if command.versions.get(row.id, row.version) != row.version:
            outcomes[row.id] = _conflict(row, command)
            continue
        decision = decide(machine.plan, row.state, command.event, row, facts[row.id])
        outcomes[row.id] = (
            _done(row, decision)
            if decision.allowed
            else Outcome(row.id, "refused", command.event, row.state, row.state, row.version, decision)
        )
    return [outcomes[each] for each in wanted]


def amend(
    source: Source, machine: Machine, subject_id: int, command: Command, judge: Judge, effect: Effect
) -> Outcome:
    """Change columns of one subject while its state stays, recorded in its history like an event.

    ``judge`` gives the kind of a refusal and every reason for it; none lets the change pass. Must run inside
    ``Database.write``.
    """
    answered = _earlier_answers(source.session, machine, [subject_id], command)
    rows = _locked(source.session, machine.table, [subject_id])
    if answered or not rows:
        return answered.get(subject_id) or Outcome(subject_id, "not_found", command.event)
    (row,) = rows
    if command.versions.get(row.id, row.version) != row.version:
        return _conflict(row, command)
    case = Case(row, machine.load_facts(source, rows, command, {row.id: ()})[row.id])
    kind, reasons = judge(case)
    if reasons:
        decision = Decision(command.event, row.state, kind=kind, reasons=tuple(reasons))
        refused = Outcome(row.id, "refused", command.event, row.state, row.state, row.version, decision)
        refusals.record(source.session, machine.table.name, command, [refused])
        return refused
    unmoved = Decision(command.event, row.state, target=str(row.state))
    outcome = _write(source, machine, [(case, unmoved)], command, effect)[row.id]
    note(source.session, machine.table.name, rows, [outcome], command)
    return outcome


def _hypothetical(machine: Machine, row: Any, event: str, facts: Any) -> Decision:
    command = facts.command
    facts.command = Command(event, command.actor, command.at, asking=True)
    return decide(machine.plan, row.state, event, row, facts)


def _locked(session: Session, table: Table, ids: Sequence[int]) -> Sequence[Any]:
    """Rows under lock in ascending order of id, so that two commands never wait for each other crosswise."""
    statement = select(table).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update()
    return session.connection().execute(statement).all()


def _earlier_answers(
    session: Session, machine: Machine, ids: Sequence[int], command: Command
) -> dict[int, Outcome]:
    """A command that was carried out before gets its first answer again."""
    past = machine.history
    statement = select(past).where(past.c.subject_id.in_(ids), past.c.command_id == command.command_id)
    return {
        row.subject_id: Outcome(
            row.subject_id, "already_done", row.event, row.from_state, row.to_state, row.seq + 1
        )
        for row in session.connection().execute(statement)
    }


def _conflict(row: Any, command: Command) -> Outcome:
    decision = Decision(command.event, row.state, kind="conflict")
    return Outcome(row.id, "conflict", command.event, row.state, row.state, row.version, decision)


def _write(
    source: Source,
    machine: Machine,
    winners: Sequence[tuple[Case, Decision]],
    command: Command,
    effect: Effect,
) -> dict[int, Outcome]:
    updates, history = [], []
    for case, decision in winners:
        change = effect(case)
        row = chained(_history_row(case.row, decision, command, change))
        updates.append(_update(case.row, decision, change, row["hash"]))
        history.append(row)
    changed = update_where_unchanged(source.session, machine.table, updates)
    append(source.session, machine.history, [row for row in history if row["subject_id"] in changed])
    won = [case for case, _ in winners if case.row.id in changed]
    if won and command.event in machine.consequences:
        machine.consequences[command.event](source, won, command)
    return {
        case.row.id: _done(case.row, decision) if case.row.id in changed else _conflict(case.row, command)
        for case, decision in winners
    }


def _no_change(_case: Case) -> Change:
    return Change()


def _done(row: Any, decision: Decision) -> Outcome:
    return Outcome(row.id, "done", decision.event, row.state, decision.target, row.version + 1, decision)


def _update(row: Any, decision: Decision, change: Change, history_hash: str) -> dict[str, Any]:
    moved = {"id": row.id, "was_version": row.version, "state": decision.target, "history_hash": history_hash}
    return moved | dict(change.columns)


def _history_row(row: Any, decision: Decision, command: Command, change: Change) -> dict[str, Any]:
    return {
        "subject_id": row.id,
        "seq": row.version,
        "event": command.event,
        "from_state": str(row.state),
        "to_state": decision.target,
        **_circumstances(command, change.detail),
        "previous_hash": row.history_hash,
    }


def entered(row: Any, to_state: str, command: Command) -> dict[str, Any]:
    """The history row of a state that another system brought about and an import tells of."""
    return chained(_history_row(row, Decision(command.event, row.state, target=to_state), command, Change()))


def first_history_row(subject_id: int, state: str, command: Command) -> dict[str, Any]:
    """The row with which a subject's history begins: ``seq`` 0, from no state."""
    return chained(
        {
            "subject_id": subject_id,
            "seq": 0,
            "event": command.event,
            "from_state": None,
            "to_state": state,
            **_circumstances(command, None),
            "previous_hash": "",
        }
    )


def _circumstances(command: Command, detail: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "at": command.at,
        "actor_role": command.actor.role,
        "actor_name": command.actor.name,
        "reason": command.reason,
        "note": command.note,
        "detail": None if detail is None else dict(detail),
        "command_id": command.command_id,
        "rule_set": rule_set(),
    }
