"""The students of an extract: names, schools, addresses, holds, deaths, and which ASN is secondary to which.

Decided here, where the interface is silent: an extract states what is so elsewhere, so a ``hold_until`` that is past is no
fault of its row, as it is one of a person who places a hold (:mod:`workflows.operations.students.student_changes`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update

from models.codes import ItemState, Label, Language, StatusReason
from models.edges.extract import StudentRow
from models.edges.extract_file import RejectedRow
from models.edges.faults import Fault, fault
from models.orders import OrderItem, item_number
from models.students import Address, Authority, School, Student, StudentHold
from workflows.command import SYSTEM, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply
from workflows.facts.kinds import StudentFacts
from workflows.machines.order_item import UNDER_WAY
from workflows.operations.students.upsert import Tally, assign
from workflows.questions import Question
from workflows.rules.rule import failing
from workflows.rules.students import REFUSED_ROW, items_of_asn_are_settled
from workflows.source import Source, table

#: Whether an ASN may become secondary to another.
BECOME_SECONDARY = Question(
    "become_secondary",
    Label("Become a secondary ASN", "Devenir un NEA secondaire"),
    table(Student).name,
    (items_of_asn_are_settled,),
)
_STOPPED_BY_DEATH = (ItemState.CREATED, ItemState.USER_HOLD, ItemState.SYSTEM_HOLD)
_PARTS = ("city", "province", "postal_code", "country")


@dataclass(slots=True)
class Family:
    """Which ASNs the extract brings, to which primary one each secondary one points, and which were taken.

    A repeated row is rejected though its student was taken, so the rejected rows alone do not say who was not.
    """

    primary_of: dict[str, str | None]
    tied: dict[str, str] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, rows: Iterable[StudentRow]) -> "Family":
        """Read the whole file's ASNs, since a primary one may stand below its secondary one."""
        return cls({row.asn: row.primary_asn for row in rows})

    def tie(self, source: Source) -> None:
        """Point the accepted secondary ASNs to their primary ones, now that all are stored."""
        pairs = list(self.tied.items())
        for start in range(0, len(pairs), 500):
            part = dict(pairs[start : start + 500])
            known = _students(source, {*part, *part.values()})
            for secondary, primary in part.items():
                known[secondary].primary_id = known[primary].id


def import_students(
    source: Source, rows: Sequence[StudentRow], family: Family, command: Command, tally: Tally
) -> list[RejectedRow]:
    """Take the rows that fit what is stored; gives the others as rejected."""
    stored = _students(source, {asn for row in rows for asn in (row.asn, row.primary_asn) if asn})
    faults = {
        row.asn: found for row in rows if (found := _family_faults(source, row, stored, family, command))
    }
    good = [row for row in rows if row.asn not in faults]
    schools = _schools(source, good)
    taken = [
        _Taken(row, stored.get(row.asn) or Student(asn=row.asn, last_name="", language=Language.EN))
        for row in good
    ]
    for each in taken:
        each.was_known = each.student.id is not None
        each.died = each.row.deceased and not each.student.deceased
        each.changed = assign(each.student, _values(each.row, schools))
        source.session.add(each.student)
        family.accepted.add(each.row.asn)
        if each.row.primary_asn:
            family.tied[each.row.asn] = each.row.primary_asn
            primary = stored.get(each.row.primary_asn)
            each.changed |= primary is None or each.student.primary_id != primary.id
        elif each.student.primary_id is not None:
            each.student.primary_id, each.changed = None, True
    source.session.flush()
    _import_addresses(source, taken, command)
    _import_holds(source, taken, command)
    source.session.flush()
    for each in taken:
        if each.was_known:
            tally.count(changed=each.changed)
        else:
            tally.new += 1
    changed = [each.student.id for each in taken if each.was_known and each.changed]
    look_again_at_held_items(source, changed, command)
    cancel_items_of_deceased(
        source, [each.student.id for each in taken if each.was_known and each.died], command
    )
    return [row.source.reject(*faults[row.asn]) for row in rows if row.asn in faults]


@dataclass(slots=True)
class _Taken:
    """A row on its way into the database."""

    row: StudentRow
    student: Student
    was_known: bool = False
    changed: bool = False
    died: bool = False


def _students(source: Source, asns: Iterable[str]) -> dict[str, Student]:
    found = source.session.scalars(select(Student).where(table(Student).c.asn.in_(sorted(asns))))
    return {student.asn: student for student in found}


def _values(row: StudentRow, schools: Mapping[str, School]) -> dict[str, Any]:
    names = (
        "last_name",
        "first_name",
        "middle_name",
        "suffix",
        "preferred_name",
        "birth_date",
        "email",
        "deceased",
    )
    school = schools.get(row.school_code)
    values = {name: getattr(row, name) for name in names}
    return values | {"language": row.language or Language.EN, "school_id": school.id if school else None}


def _family_faults(
    source: Source, row: StudentRow, stored: Mapping[str, Student], family: Family, command: Command
) -> list[Fault]:
    """What keeps ``row`` from becoming secondary to its primary ASN."""
    if row.primary_asn is None:
        return []
    primary, named = stored.get(row.primary_asn), {"primary_asn": row.primary_asn}
    if row.primary_asn not in family.primary_of and primary is None:
        return [fault("primary_unknown", "primary_asn", **named)]
    faults = []
    is_secondary = family.primary_of.get(row.primary_asn) or (
        primary is not None and primary.primary_id is not None
    )
    if is_secondary:
        faults.append(fault("primary_is_secondary", "primary_asn", **named))
    student = stored.get(row.asn)
    if student is not None and student.primary_id is None:
        faults += _settled_faults(source, student, row.primary_asn, command)
    return faults


def _settled_faults(source: Source, student: Student, primary_asn: str, command: Command) -> list[Fault]:
    """11463, and no other ASN may point to one that becomes secondary."""
    items, students = table(OrderItem), table(Student)
    under_way = source.rows(OrderItem, items.c.student_id == student.id, items.c.state.in_(UNDER_WAY))
    facts = StudentFacts(tuple(item_number(item.order_id, item.item_no) for item in under_way))
    (row,) = source.rows(Student, students.c.id == student.id)
    refused = failing(BECOME_SECONDARY.rules, row, facts)
    BECOME_SECONDARY.keep(source, command, [(row, facts, refused)])
    faults = [fault(REFUSED_ROW, "asn", **reason.params) for reason in refused]
    statement = select(func.count()).select_from(students).where(students.c.primary_id == student.id)
    pointing = source.session.connection().execute(statement).scalar_one()
    if pointing:
        faults.append(
            fault("asn_has_secondaries", "asn", asn=student.asn, count=pointing, primary_asn=primary_asn)
        )
    return faults


def _schools(source: Source, rows: Sequence[StudentRow]) -> dict[str, School]:
    """The schools of the rows by code, made or renamed where needed."""
    session = source.session
    named = {row.authority_code: row.authority_name for row in rows if row.authority_code}
    found = session.scalars(select(Authority).where(table(Authority).c.code.in_(named)))
    authorities = {authority.code: authority for authority in found}
    for code, name in named.items():
        authority = authorities.setdefault(code, Authority(code=code, name=name))
        authority.name = name or authority.name
        session.add(authority)
    session.flush()
    wanted = {row.school_code: row for row in rows if row.school_code and row.authority_code}
    schools = {
        each.code: each for each in session.scalars(select(School).where(table(School).c.code.in_(wanted)))
    }
    for code, row in wanted.items():
        authority_id = authorities[row.authority_code].id
        school = schools.setdefault(code, School(code=code, name=row.school_name, authority_id=authority_id))
        assign(school, {"name": row.school_name or school.name, "authority_id": authority_id})
        session.add(school)
    session.flush()
    return schools


def _import_addresses(source: Source, taken: Sequence[_Taken], command: Command) -> None:
    """A differing address replaces the current one; an equal one at most gets another last day."""
    current = _current(source, Address, taken, "replaced_at")
    for each in taken:
        values: dict[str, Any] = {"lines": list(each.row.address_lines)} | {
            name: getattr(each.row, name) for name in _PARTS
        }
        old = current.get(each.student.id)
        if old is not None and {name: getattr(old, name) for name in values} == values:
            each.changed |= assign(old, {"expires_on": each.row.address_expires})
            continue
        if old is not None:
            old.replaced_at, each.changed = command.at, True
            source.session.flush()
        if any(values.values()):
            address = Address(**values, student_id=each.student.id, received_at=command.at)
            address.expires_on = each.row.address_expires
            source.session.add(address)
            each.changed = True


def _import_holds(source: Source, taken: Sequence[_Taken], command: Command) -> None:
    """``hold_until`` is the last day of the student's hold; empty ends it."""
    current = _current(source, StudentHold, taken, "ended_at")
    for each in taken:
        old, until = current.get(each.student.id), each.row.hold_until
        if old is None and until is not None:
            source.session.add(StudentHold(student_id=each.student.id, placed_at=command.at, until=until))
            each.changed = True
        elif old is not None:
            each.changed |= assign(old, {"until": until} if until is not None else {"ended_at": command.at})


def _current(source: Source, model: type[Any], taken: Sequence[_Taken], ended: str) -> dict[int, Any]:
    """The current address or hold of each student."""
    columns = table(model).c
    ids = [each.student.id for each in taken]
    found = source.session.scalars(select(model).where(columns.student_id.in_(ids), columns[ended].is_(None)))
    return {row.student_id: row for row in found}


def look_again_at_held_items(source: Source, students: Sequence[int], command: Command) -> None:
    """A fact of these students changed: the cause of their held items' errors may be gone (CO-27)."""
    items = table(OrderItem)
    held = items.c.student_id.in_(students) & (items.c.state == ItemState.SYSTEM_HOLD)
    source.session.connection().execute(update(items).where(held).values(next_attempt_at=command.at))


def cancel_items_of_deceased(source: Source, students: Sequence[int], command: Command) -> None:
    """When the flag is set, what is not yet under way is cancelled; the rest stays for a person to judge."""
    items = table(OrderItem)
    rows = source.rows(OrderItem, items.c.student_id.in_(students), items.c.state.in_(_STOPPED_BY_DEATH))
    reason = StatusReason.STUDENT_DECEASED.value
    apply(source, ORDER_ITEM, [row.id for row in rows], Command("cancel", SYSTEM, command.at, reason=reason))
