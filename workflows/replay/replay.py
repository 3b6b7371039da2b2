"""Past decisions decided again by the rules of today: what a change of the rules will change, before it ships."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from models.codes import Code
from models.evidence import DecisionFacts
from workflows.effects.amendments import AMENDMENTS, Amendment
from workflows.effects.machines import MACHINES
from workflows.installation import Installation
from workflows.machines.decision import Decision
from workflows.machines.plan import Candidate, Plan, decide
from workflows.questions import QUESTIONS
from workflows.replay.recalled import Past, recalled, was_not_kept
from workflows.rules.rule import No, Reason, Rule, Verdict, failing
from workflows.rules.status import causes_are_gone
from workflows.source import Source, table

#: The event and its rule that asks the rules behind stored errors.
_ASKS_OTHERS = "release", causes_are_gone
_PLANS = {machine.table.name: machine.plan for machine in MACHINES}
#: Batches read at a time.
_PAGE = 200


class Difference(Code):
    """How the rules of today decide otherwise."""

    REFUSED_NOW = "refused_now", "allowed then, refused now", "permis alors, refusé maintenant"
    ALLOWED_NOW = "allowed_now", "refused then, allowed now", "refusé alors, permis maintenant"
    OTHER_REASONS = (
        "other_reasons",
        "refused then and now, for other reasons",
        "refusé alors et maintenant, pour d'autres motifs",
    )
    OTHER_STATE = "other_state", "allowed, but leads to another state", "permis, mais mène à un autre état"
    UNKNOWN = (
        "unknown",
        "not known: a rule looks at what was not kept",
        "inconnu : une règle examine ce qui n'a pas été conservé",
    )
    UNDECIDED = "undecided", "can't be decided", "indécidable"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which decisions are replayed: ``rules`` are codes, or ``None`` for all; ``since`` is included and ``until`` is not."""

    rules: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Differing:
    """A past decision that the rules of today decide otherwise, or can't decide.

    ``unknown`` are (rule, missing fact), ``failed`` (rule, its error), the rule empty where the stored facts can't be
    used. Of a batch that can't even be read, ``count`` decisions are lost at once.
    """

    past: Past
    kind: Difference
    now: Decision
    unknown: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    count: int = 1

    @property
    def codes(self) -> frozenset[str]:
        """The rules that make the difference."""
        if self.failed:
            return frozenset(code for code, _ in self.failed if code)
        missing = frozenset(code for code, _ in self.unknown)
        return missing or self.past.codes ^ {reason.code for reason in self.now.reasons}


@dataclass(slots=True)
class Replayed:
    """What a replay found; ``differing`` holds the first of them only."""

    decisions: int = 0
    differing: list[Differing] = field(default_factory=list)
    by_kind: Counter[Difference] = field(default_factory=Counter)
    by_rule: dict[str, Counter[Difference]] = field(default_factory=lambda: defaultdict(Counter))
    missing: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def listed(self) -> int:
        """The number of decisions in ``differing``."""
        return sum(each.count for each in self.differing)

    @property
    def same(self) -> int:
        """The number of decisions that today's rules decide alike."""
        return self.decisions - self.by_kind.total()


def replay(source: Source, chosen: Chosen = Chosen(), limit: int = 100) -> Replayed:
    """Decide the chosen stored decisions again. Reads only; at most ``limit`` differences are listed."""
    found = Replayed()
    again = _Again(chosen.rules)
    for row in _kept(source, chosen):
        try:
            batch = list(recalled(row))
        except Exception as error:
            found.decisions += max(row.subjects, 1)
            _enter(found, _unreadable(row, error), limit)
            continue
        for past in batch:
            _weigh(found, again, past, limit)
    return found


def _weigh(found: Replayed, again: "_Again", past: Past, limit: int) -> None:
    try:
        if not again.concerns(past):
            return
        differing = again.compared(past)
    except Exception as error:
        differing = _undecided(past, [("", told_of(error))])
    found.decisions += 1
    if differing is not None:
        _enter(found, differing, limit)


def _unreadable(row: Any, error: Exception) -> Differing:
    """The difference that stands for a batch whose stored facts can't be read."""
    past = Past(
        row.id, row.at, row.subject_table, row.event, row.actor_role.value, None, None, "", None, None, ()
    )
    return replace(_undecided(past, [("", told_of(error))]), count=max(row.subjects, 1))


def _undecided(past: Past, failed: Iterable[tuple[str, str]]) -> Differing:
    nothing = Decision(past.event, past.state)
    return Differing(past, Difference.UNDECIDED, nothing, failed=tuple(dict.fromkeys(failed)))


#: The most characters of an error that are shown.
_MOST = 200


def told_of(error: Exception) -> str:
    """An error on one line: its kind and its text."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:_MOST].rstrip(": ")


def forget_old(installation: Installation, ids: Sequence[int]) -> None:
    """Delete stored decisions, chosen by the caller as older than the settings allow."""
    kept = table(DecisionFacts)
    with installation.database.write() as session:
        session.connection().execute(delete(kept).where(kept.c.id.in_(list(ids))))


def _enter(found: Replayed, differing: Differing, limit: int) -> None:
    if len(found.differing) < limit:
        found.differing.append(differing)
    found.by_kind[differing.kind] += differing.count
    found.missing.update(differing.unknown)
    found.failed.update(dict.fromkeys(differing.failed, differing.count))
    for code in differing.codes:
        found.by_rule[code][differing.kind] += differing.count


def _kept(source: Source, chosen: Chosen) -> Iterator[Any]:
    columns = table(DecisionFacts).c
    conditions = [columns.at >= chosen.since] if chosen.since is not None else []
    conditions += [columns.at < chosen.until] if chosen.until is not None else []
    conditions += [columns.event == chosen.event] if chosen.event is not None else []
    after = 0
    while True:
        page = select(table(DecisionFacts)).where(columns.id > after, *conditions).order_by(columns.id)
        rows = source.session.connection().execute(page.limit(_PAGE)).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].id


class _Again:
    """Decides again. Rules that were not chosen answer as they did then.

    One rule asks others: CO-27, those behind the errors of a hold. It is asked anew where one of these was chosen.
    """

    def __init__(self, chosen: frozenset[str] | None) -> None:
        self._chosen = self._asked = chosen
        self._unknown: list[tuple[str, str]] = []
        self._failed: list[tuple[str, str]] = []
        self._then: Mapping[str, Mapping[str, Any]] = {}
        self._plans = {name: self._watched(plan) for name, plan in _PLANS.items()}
        self._questions = {name: self._rules(question.rules) for name, question in QUESTIONS.items()}
        self._amendments = {name: self._watched_amendment(each) for name, each in AMENDMENTS.items()}

    def concerns(self, past: Past) -> bool:
        """Whether one of the chosen rules was asked then, or would be today."""
        if self._chosen is None or self._chosen & past.codes:
            return True
        if past.event in AMENDMENTS:
            return not self._chosen.isdisjoint(rule.code for rule in AMENDMENTS[past.event].all_rules)
        if past.event == _ASKS_OTHERS[0] and self._chosen & _stored(past):
            return True
        if past.event in QUESTIONS:
            return any(rule.code in self._chosen for rule in QUESTIONS[past.event].rules)
        rules = _PLANS[past.subject_table].rules_of(past.state, past.event)
        return "CO-11" in self._chosen or any(rule.code in self._chosen for rule in rules)

    def compared(self, past: Past) -> Differing | None:
        """How today's decision differs; ``None`` where it does not."""
        self._unknown, self._failed, self._then = [], [], {told.code: told.params for told in past.reasons}
        if self._chosen is not None:
            self._asked = self._chosen | ({_ASKS_OTHERS[1].code} if self._chosen & _stored(past) else set())
            self._hold_still(past.facts)
        now = self._decided(past)
        self._tell(reason for reason in now.reasons if self._is_chosen([reason]))
        kind = self._difference(past, now)
        if kind is not None:
            self._tell(now.reasons)
        if self._failed:
            return _undecided(past, self._failed)
        return None if kind is None else Differing(past, kind, now, tuple(dict.fromkeys(self._unknown)))

    def _decided(self, past: Past) -> Decision:
        try:
            if past.event in QUESTIONS:
                reasons = failing(self._questions[past.event], past.facts)
                return QUESTIONS[past.event].decision(reasons)
            if past.event in AMENDMENTS:
                return _amended(past, self._amendments[past.event])
            plan = self._plans[past.subject_table]
            if past.event not in plan.events:
                return Decision(past.event, past.state, kind="no_such_transition")
            return decide(plan, past.state, past.event, past.facts)
        except Exception as error:
            # Rules are watched one by one: what is left are roles, and whether there is anything to amend.
            self._note("" if past.event in AMENDMENTS else "CO-11", error)
            return Decision(past.event, past.state, target=past.target)

    def _note(self, code: str, error: Exception) -> None:
        code = getattr(error, "rule", "") or code
        if isinstance(error, AttributeError) and was_not_kept(error):
            self._unknown.append((code, str(error.name)))
        else:
            self._failed.append((code, told_of(error)))

    def _tell(self, reasons: Iterable[Reason]) -> None:
        """Note as failed each reason whose message can't be filled, since nobody could be told it."""
        for reason in reasons:
            try:
                reason.as_json()
            except Exception as error:
                self._failed.append((reason.code, told_of(error)))

    def _difference(self, past: Past, now: Decision) -> Difference | None:
        kind = _plainly(past, now)
        certain = kind is Difference.REFUSED_NOW and self._is_chosen(now.reasons)
        if self._unknown and not certain:
            return Difference.UNKNOWN
        touched = past.codes ^ {reason.code for reason in now.reasons}
        if self._asked is not None and not touched & self._asked:
            return None
        return kind

    def _is_chosen(self, reasons: Iterable[Reason]) -> bool:
        return self._asked is None or any(reason.code in self._asked for reason in reasons)

    def _hold_still(self, facts: Any) -> None:
        """Let the rules behind stored errors that were not chosen say what they said then."""
        standing = self._then.get(_ASKS_OTHERS[1].code, {}).get("codes", ())
        errors = getattr(facts, "stored_errors", ())
        still = [
            each if each.code in (self._chosen or ()) else _as_then(each, stands=each.code in standing)
            for each in errors
        ]
        if errors:
            facts.learn(stored_errors=tuple(still))

    def _watched(self, plan: Plan) -> Plan:
        candidates = {
            key: tuple(Candidate(each.target, each.who, self._rules(each.rules)) for each in here)
            for key, here in plan.candidates.items()
        }
        return replace(plan, candidates=candidates)

    def _rules(self, rules: Sequence[Rule]) -> tuple[Rule, ...]:
        return tuple(self._watching(rule) for rule in rules)

    def _watching(self, rule: Rule) -> Rule:
        def answer(facts: Any) -> Verdict:
            if self._asked is not None and rule.code not in self._asked:
                return No(self._then[rule.code]) if rule.code in self._then else True
            try:
                return rule.ask(facts)
            except Exception as error:
                self._note(rule.code, error)
                return True

        return rule.answering(answer)

    def _watched_amendment(self, amendment: Amendment) -> Amendment:
        return replace(
            amendment, rules=self._rules(amendment.rules), as_changed=self._rules(amendment.as_changed)
        )


def _stored(past: Past) -> frozenset[str]:
    """The rules behind the errors that a hold had."""
    return frozenset(reason.code for reason in getattr(past.facts, "stored_errors", ()))


def _as_then(reason: Reason, *, stands: bool) -> Reason:
    def answer(_facts: Any) -> Verdict:
        return No() if stands else True

    return Reason(reason.rule.answering(answer), reason.params)


def _amended(past: Past, amendment: Amendment) -> Decision:
    kind, reasons = amendment.judge(past.facts)
    if reasons:
        return Decision(past.event, past.state, kind=kind, reasons=tuple(reasons))
    return Decision(past.event, past.state, target=past.state)


def _plainly(past: Past, now: Decision) -> Difference | None:
    if past.refusal is None:
        if not now.allowed:
            return Difference.REFUSED_NOW
        return None if now.target == past.target else Difference.OTHER_STATE
    if now.allowed:
        return Difference.ALLOWED_NOW
    alike = past.refusal == now.kind and past.codes == {reason.code for reason in now.reasons}
    return None if alike else Difference.OTHER_REASONS
