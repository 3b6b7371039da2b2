"""What people and services read of credentials: the list with all its filters, and the finder by number."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from sqlalchemy import Select, String, and_, bindparam, exists, func, or_, select, true
from typing_extensions import TypedDict

from models.codes import CredentialState, CredentialType, ItemState
from models.credentials import Credential, has_number
from models.history import CredentialHistory
from models.orders import OrderItem, is_of, item_number
from models.sql.columns import MAX_KEY
from models.sql.in_values import in_given
from models.students import Authority, School, Student
from workflows.shapes import Day, cursor, day, meaning, values_of
from workflows.source import Source, table
from workflows.views.history import HistoryRow, history_rows


class NameView(TypedDict):
    """A person's name in its parts; what there is none of is empty."""

    last_name: str
    first_name: str
    middle_name: str
    suffix: str


class CredentialView(TypedDict):
    """A credential of a student, with the legal name beside the awarded one and the numbers of its items."""

    asn: str
    credential_type: Annotated[str, values_of(CredentialType)]
    state: Annotated[str, values_of(CredentialState)]
    version: int
    number: str | None
    legacy_number: str | None
    school_year: str | None
    awarded_on: Day | None
    first_run_on: Annotated[Day | None, meaning("The day of a first-run that was made elsewhere.")]
    awarded_name: NameView | None
    legal_name: NameView
    name_differs: bool
    items: list[str]


class FoundCredentials(TypedDict):
    """What has a number: active, superseded or legacy."""

    credentials: list[CredentialView]


class CredentialPage(FoundCredentials):
    """A page of credentials, and the cursor of the next."""

    next: str | None


def credential_page(found: list[CredentialView], following: int | None) -> CredentialPage:
    """A page of credentials as the interfaces show it."""
    return {"credentials": found, "next": cursor(following)}


def credentials_by_number(source: Source, number: str) -> list[CredentialView]:
    """Every credential whose number or legacy number is ``number``: active, superseded or legacy."""
    rows = source.session.connection().execute(_by_number(), {"number": number}).all()
    return credential_views(source, rows)


@lru_cache(maxsize=1)
def _by_number() -> Select[Any]:
    return _shown().where(has_number(table(Credential).c, bindparam("number", type_=String())))


@dataclass(frozen=True, slots=True)
class CredentialFilter:
    """Which credentials a list shows; empty fields take all. Names match from their beginning, whatever the case."""

    asn: str | None = None
    name: str | None = None
    credential_type: CredentialType | None = None
    number: str | None = None
    state: CredentialState | None = None
    ordered: bool | None = None
    awarded_from: date | None = None
    awarded_to: date | None = None
    school: str | None = None
    authority: str | None = None
    school_year: str | None = None
    name_differs: bool | None = None
    #: Only of these students, by ASN: those that a member of the public is connected to.
    students: frozenset[str] | None = None


def find_credentials(
    source: Source, chosen: CredentialFilter, after: int, limit: int
) -> tuple[list[CredentialView], int | None]:
    """One page of credentials after the cursor ``after``, and the cursor of the next page."""
    credentials, limit = table(Credential), min(limit, MAX_KEY - 1)
    statement = _chosen_credentials(chosen).where(credentials.c.id > after).limit(limit + 1)
    rows = source.session.connection().execute(statement).all()
    page = rows[:limit]
    return credential_views(source, page), page[-1].id if len(rows) > limit else None


def _shown() -> Select[Any]:
    """All that is shown of credentials but their items, in the order of their ids."""
    of, students = table(Credential), table(Student)
    legal = (students.c[name].label(f"legal_{name}") for name in _NAME)
    joined = select(of, students.c.asn, *legal).join_from(of, students, of.c.student_id == students.c.id)
    return joined.order_by(of.c.id)


def _chosen_credentials(chosen: CredentialFilter) -> Select[Any]:
    of, students, schools, authorities = table(Credential), table(Student), table(School), table(Authority)
    statement = (
        _shown()
        .join(schools, students.c.school_id == schools.c.id, isouter=True)
        .join(authorities, schools.c.authority_id == authorities.c.id, isouter=True)
    )
    conditions: dict[str, Callable[[Any], Any]] = {
        "asn": lambda value: students.c.asn == value,
        "students": lambda value: students.c.asn.in_(sorted(value)),
        "name": lambda value: _is_named(students, value),
        "credential_type": lambda value: of.c.credential_type == value,
        "number": lambda value: has_number(of.c, value),
        "state": lambda value: of.c.state == value,
        "ordered": lambda value: _has_items(of) if value else ~_has_items(of),
        "awarded_from": lambda value: of.c.awarded_on >= value,
        "awarded_to": lambda value: of.c.awarded_on <= value,
        "school": lambda value: schools.c.code == value,
        "authority": lambda value: authorities.c.code == value,
        "school_year": lambda value: of.c.school_year == value,
        "name_differs": lambda value: _name_differs(of, students) if value else ~_name_differs(of, students),
    }
    given = {name: getattr(chosen, name) for name in conditions}
    return statement.where(*(conditions[name](value) for name, value in given.items() if value is not None))


def _is_named(students: Any, name: str) -> Any:
    """Every word of ``name`` begins one of the student's names."""
    parts = (students.c.last_name, students.c.first_name, students.c.middle_name, students.c.preferred_name)
    words = name.split()
    return and_(
        true(), *(or_(*(part.istartswith(word, autoescape=True) for part in parts)) for word in words)
    )


def _has_items(of: Any) -> Any:
    items = table(OrderItem)
    return exists().where(is_of(items.c, of.c), items.c.state != ItemState.CANCELLED)


def _name_differs(of: Any, students: Any) -> Any:
    """The legal name is no longer the one that was awarded."""
    differing = or_(*(func.coalesce(of.c[name], "") != students.c[name] for name in _NAME))
    return and_(of.c.last_name.is_not(None), differing)


def credential_views(source: Source, rows: Sequence[Any]) -> list[CredentialView]:
    """Credentials as the interfaces show them, with the student's legal name beside the awarded one."""
    ordered: dict[int, list[str]] = defaultdict(list)
    given = {"ids": [row.id for row in rows]}
    for credential, order, item_no in source.session.connection().execute(_items_of(), given):
        ordered[credential].append(item_number(order, item_no))
    return [_credential(row, ordered[row.id]) for row in rows]


@lru_cache(maxsize=1)
def _items_of() -> Select[Any]:
    items, credentials = table(OrderItem), table(Credential)
    chosen = select(items.c.credential_id, items.c.order_id, items.c.item_no)
    joined = chosen.join_from(credentials, items, is_of(items.c, credentials.c))
    return joined.where(in_given(credentials.c.id, "ids")).order_by(items.c.id)


_NAME = ("last_name", "first_name", "middle_name", "suffix")


def _credential(row: Any, items: list[str]) -> CredentialView:
    awarded, legal = _awarded_name(row), _legal_name(row)
    return {
        "asn": row.asn,
        "credential_type": row.credential_type.value,
        "state": row.state.value,
        "version": row.version,
        "number": row.number,
        "legacy_number": row.legacy_number,
        "school_year": row.school_year,
        "awarded_on": day(row.awarded_on),
        "first_run_on": day(row.first_run_on),
        "awarded_name": awarded,
        "legal_name": legal,
        "name_differs": awarded is not None and awarded != legal,
        "items": items,
    }


def _awarded_name(row: Any) -> NameView | None:
    if row.last_name is None:
        return None
    return {
        "last_name": row.last_name,
        "first_name": row.first_name or "",
        "middle_name": row.middle_name or "",
        "suffix": row.suffix or "",
    }


def _legal_name(row: Any) -> NameView:
    return {
        "last_name": row.legal_last_name,
        "first_name": row.legal_first_name,
        "middle_name": row.legal_middle_name,
        "suffix": row.legal_suffix,
    }


def credential_history(source: Source, subject: int) -> list[HistoryRow]:
    """The history of a credential number, oldest first."""
    return history_rows(source, CredentialHistory, subject)
