"""How the work stands and moves in a machine, counted in the database.

Counts, shares, percentiles are all the database's: what Python adds does not grow with the number of items.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, extract, func, or_, select, union

from diagrams.arrows import Arrow, arrows_of
from diagrams.machines import Drawn
from models.codes import DeliveryMethod, Label, Role
from models.credentials import Credential
from models.errors import ExpectedError
from models.evidence import Refusal
from models.orders import DraftLine, ItemError, OrderItem
from models.students import School, Student
from workflows.effects.order_item import ORDER_ITEM
from workflows.rules.delivery import delivery_is_digital
from workflows.rules.printing import delivery_is_physical
from workflows.source import Source, table

#: The event by which agents record what a rule refused them; what people are refused is kept by itself.
_REFUSING = "hold_by_system"


class NoSchoolError(ExpectedError):
    """Figures of one school were asked of a machine whose subjects belong to none."""

    kind = "malformed"

    def __init__(self, drawn: Drawn) -> None:
        """``drawn`` is the machine."""
        super().__init__(_NO_SCHOOL.filled(name=drawn.title))


_NO_SCHOOL = Label(
    "Nothing of {name} belongs to a school. Leave --school out.",
    "Rien de {name} n'appartient à une école. Omettez --school.",
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to look at: moves, stays and refusals ``since`` then; subjects of the ``school`` with this code."""

    since: datetime | None = None
    school: str | None = None


@dataclass(frozen=True, slots=True)
class Dwell:
    """How long subjects stayed in a state before they left it, in seconds: the middle one, and nine of ten."""

    median: float
    ninetieth: float


@dataclass(frozen=True, slots=True)
class Figures:
    """``counts`` by state are of now. ``moves`` are by (from, event, to, acting role), ``refusals`` by arrow and rule code."""

    counts: Mapping[str, int]
    moves: Mapping[tuple[str, str, str, Role], int] = field(default_factory=dict)
    dwells: Mapping[str, Dwell] = field(default_factory=dict)
    refusals: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def taken(self, arrow: Arrow, source: str) -> int:
        """How often ``arrow`` was taken from ``source``; arrows with the same ends differ in who may take them."""
        return sum(self.moves.get((source, arrow.event, arrow.target, role), 0) for role in arrow.who.roles)

    def left(self, source: str) -> int:
        """How often any event was taken from ``source``."""
        return sum(number for (state, *_), number in self.moves.items() if state == source)

    def share(self, arrow: Arrow, source: str) -> float | None:
        """The part of all that ever left ``source`` (0–1); ``None`` where nothing did."""
        left = self.left(source)
        return self.taken(arrow, source) / left if left else None

    def as_json(self, drawn: Drawn) -> dict[str, Any]:
        """States, edges and refusals as the command line shows them."""
        return {
            "machine": drawn.name,
            "states": [self._state(state.value) for state in drawn.machine.plan.states],
            "edges": [
                {
                    "arrow": arrow.name,
                    "event": arrow.event,
                    "from": source,
                    "to": arrow.target,
                    "count": self.taken(arrow, source),
                    "share": self.share(arrow, source),
                    "refusals": dict(self.refusals.get(arrow.name, {})),
                }
                for arrow in arrows_of(drawn)
                for source in arrow.sources
            ],
        }

    def _state(self, state: str) -> dict[str, Any]:
        dwell = self.dwells.get(state)
        return {
            "state": state,
            "count": self.counts.get(state, 0),
            "median_seconds": dwell and dwell.median,
            "p90_seconds": dwell and dwell.ninetieth,
        }


def figures_of(source: Source, drawn: Drawn, chosen: Chosen = Chosen()) -> Figures:
    """Count; raises :class:`NoSchoolError` where a school is asked of consumers, who have none."""
    found = {
        name: source.session.connection().execute(statement).all()
        for name, statement in statements(source, drawn, chosen).items()
    }
    return figures_from(drawn, found)


def figures_from(drawn: Drawn, found: Mapping[str, Sequence[Any]]) -> Figures:
    """The figures in the rows that :func:`statements` gave."""
    return Figures(
        {str(row[0]): row[1] for row in found["counts"]},
        {(row[0], row[1], row[2], row[3]): row[4] for row in found["moves"]},
        {row[0]: Dwell(float(row[1]), float(row[2])) for row in found["dwells"]},
        _on_arrows(drawn, found.get("held", []), found["refusals"]),
    )


def statements(source: Source, drawn: Drawn, chosen: Chosen) -> dict[str, Select[Any]]:
    """The queries by what they count."""
    subjects, history = drawn.machine.table, drawn.machine.history
    counts = select(subjects.c.state, func.count()).group_by(subjects.c.state)
    moves = (
        select(history.c.from_state, history.c.event, history.c.to_state, history.c.actor_role, func.count())
        .where(history.c.from_state.is_not(None), history.c.event.in_(list(drawn.machine.plan.events)))
        .group_by(history.c.from_state, history.c.event, history.c.to_state, history.c.actor_role)
    )
    if chosen.since is not None:
        moves = moves.where(history.c.at >= chosen.since)
    if chosen.school is not None:
        of_school = _subjects_of(drawn, chosen.school)
        counts = counts.where(subjects.c.id.in_(of_school))
        moves = moves.where(history.c.subject_id.in_(of_school))
    found = {"counts": counts, "moves": moves, "dwells": _dwells(source, drawn, chosen)}
    found["refusals"] = _refusals(drawn, chosen)
    return found | ({"held": _held(chosen)} if drawn.machine is ORDER_ITEM else {})


def _dwells(source: Source, drawn: Drawn, chosen: Chosen) -> Select[Any]:
    """Median and 90th percentile (nearest rank) of the stays that have ended, by state."""
    history = drawn.machine.history.c
    left_at = func.lead(history.at).over(partition_by=history.subject_id, order_by=history.seq)
    moved = or_(history.from_state.is_(None), history.from_state != history.to_state)
    stays = select(history.to_state.label("state"), history.at, left_at.label("left_at")).where(moved)
    if chosen.school is not None:
        stays = stays.where(history.subject_id.in_(_subjects_of(drawn, chosen.school)))
    stay = stays.subquery().c
    seconds = _seconds(source, stay.at, stay.left_at)
    ranked = select(
        stay.state,
        seconds.label("seconds"),
        func.row_number().over(partition_by=stay.state, order_by=seconds).label("place"),
        func.count().over(partition_by=stay.state).label("number"),
    ).where(stay.left_at.is_not(None))
    if chosen.since is not None:
        ranked = ranked.where(stay.left_at >= chosen.since)
    each = ranked.subquery().c

    def at_rank(percent: int) -> ColumnElement[Any]:
        return func.min(case((each.place * 100 >= each.number * percent, each.seconds)))

    return select(each.state, at_rank(50), at_rank(90)).group_by(each.state)


def _seconds(source: Source, start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    if source.session.connection().dialect.name == "sqlite":
        return (func.julianday(end) - func.julianday(start)) * 86_400
    return extract("epoch", end - start)


def _refusals(drawn: Drawn, chosen: Chosen) -> Select[Any]:
    """What people and services were refused: state, event, the codes of one refusal (a JSON list), how often."""
    kept, name = table(Refusal).c, drawn.machine.table.name
    statement = (
        select(kept.state, kept.event, kept.codes, func.count())
        .where(kept.subject_table == name, kept.state.is_not(None))
        .group_by(kept.state, kept.event, kept.codes)
    )
    if chosen.since is not None:
        statement = statement.where(kept.at >= chosen.since)
    return (
        statement
        if chosen.school is None
        else statement.where(kept.subject_id.in_(_subjects_of(drawn, chosen.school)))
    )


def _held(chosen: Chosen) -> Select[Any]:
    """What held items: the state in which a rule refused, its code, and whether the delivery was digital."""
    errors, items, history = table(ItemError).c, table(OrderItem).c, ORDER_ITEM.history.c
    digital = items.delivery_method == DeliveryMethod.DIGITAL
    statement = (
        select(history.from_state, errors.code, digital, func.count())
        .join_from(table(ItemError), ORDER_ITEM.history, history.subject_id == errors.item_id)
        .join(table(OrderItem), items.id == errors.item_id)
        .where(history.event == _REFUSING, history.at == errors.found_at)
        .group_by(history.from_state, errors.code, digital)
    )
    if chosen.since is not None:
        statement = statement.where(errors.found_at >= chosen.since)
    return statement if chosen.school is None else statement.where(items.id.in_(_items_of(chosen.school)))


def _on_arrows(drawn: Drawn, held: Any, refused: Any) -> dict[str, dict[str, int]]:
    """Each refusal on the arrow that it closed."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for state, code, digital, number in held:
        found[_closed(drawn, state, code, digital=bool(digital)).name][code] += number
    for state, event, codes, number in refused:
        for code in codes:
            if arrow := _asked_for(drawn, state, event, code):
                found[arrow.name][code] += number
    return {name: dict(codes) for name, codes in found.items()}


def _asked_for(drawn: Drawn, state: str, event: str, code: str) -> Arrow | None:
    """The arrow of the refused event that the rule guards there; none where the event leads nowhere."""
    from_there = [each for each in arrows_of(drawn) if each.event == event and state in each.sources]
    return next((each for each in from_there if code in {rule.code for rule in each.conditions}), None)


def _closed(drawn: Drawn, state: str, code: str, *, digital: bool) -> Arrow:
    """The arrow that the rule guards there; where it guards none (CO-90), the one that leads on."""
    other = delivery_is_physical if digital else delivery_is_digital
    leading = [
        arrow
        for arrow in arrows_of(drawn)
        if state in arrow.sources and arrow.event != _REFUSING and other not in arrow.rules
    ]
    guarded = [arrow for arrow in leading if code in {rule.code for rule in arrow.rules}]
    onward = [arrow for arrow in leading if arrow.target in drawn.happy]
    return (guarded or onward)[0]


def _subjects_of(drawn: Drawn, school: str) -> Any:
    """The ids of the machine's subjects that are a school's."""
    items, lines = table(OrderItem), table(DraftLine)
    students = _students_of(school)
    theirs = items.c.student_id.in_(students)
    ways: dict[str, Any] = {
        "order_item": _items_of(school),
        "special_handling": _items_of(school),
        "print_job": select(items.c.print_job_id).where(theirs, items.c.print_job_id.is_not(None)),
        "document_order": union(
            select(items.c.order_id).where(theirs),
            select(lines.c.order_id).where(lines.c.student_id.in_(students)),
        ),
        "credential": select(table(Credential).c.id).where(table(Credential).c.student_id.in_(students)),
    }
    if drawn.name not in ways:
        raise NoSchoolError(drawn)
    return ways[drawn.name]


def _items_of(school: str) -> Any:
    return select(table(OrderItem).c.id).where(table(OrderItem).c.student_id.in_(_students_of(school)))


def _students_of(school: str) -> Select[Any]:
    students, schools = table(Student), table(School)
    return (
        select(students.c.id)
        .join_from(students, schools, students.c.school_id == schools.c.id)
        .where(schools.c.code == school)
    )
