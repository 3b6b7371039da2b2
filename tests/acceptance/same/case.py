"""What a change is that can be made by command and over HTTP: its words, its call, and what both may be given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from orders_client import Orders

from models.codes import DeliveryMethod, Language, RecipientKind, Role
from tests.acceptance.same.world import World
from tests.files import pdf

#: What comes first in a choice is what a case begins with: together, these are done and not refused.
PLACE = {
    "lines": ["800 Macleod Trail SE"],
    "city": "Calgary",
    "province": "AB",
    "postal_code": "T2P 2M5",
    "country": "CA",
}
ADDRESSES = st.sampled_from(
    [
        PLACE,
        {**PLACE, "lines": ["Suite 4", "800 Macleod Trail SE"]},
        {**PLACE, "city": ""},
        {**PLACE, "city": " Calgary"},
        {**PLACE, "lines": []},
        {**PLACE, "country": "Canada"},
        {**PLACE, "country": ""},
    ]
)
SOON, LONG_AGO = date(2026, 12, 24).isoformat(), date(2020, 1, 1).isoformat()
DAYS = st.sampled_from([SOON, LONG_AGO, "2026-02-30", "soon", ""])
YEARS = st.sampled_from(["2024/2025", "2024/2027", "0000/0001", "2026/2027", "2027/2028"])
METHODS = st.sampled_from([DeliveryMethod.AUTOMATED_CARDBOARD, *DeliveryMethod])
LANGUAGES = st.sampled_from(list(Language))
NOTES = st.sampled_from(["As asked.", "Called.\nWaits for the waybill.", "x" * 501, "a\x07b"])
COPIES = st.sampled_from([1, 2, 10, 0, 11, -1, 100_000])
NAMES = st.sampled_from(["Ada Byron", "山田 太郎", "", " Ada", "x" * 204])
COUNTRIES = st.sampled_from(["GB", "CA", "XX", ""])
WAYBILLS = st.sampled_from([pdf(), pdf(2), b"no page"])
FLAG = st.just(value=True)


@dataclass(frozen=True)
class File:
    """What stands in a file that a command is given."""

    data: bytes


@dataclass(frozen=True)
class Operation:
    """One change on both ways; each argument is named in ``given`` with the values that it may have in a world."""

    words: Callable[..., Sequence[object]]
    call: Callable[..., object]
    given: Callable[[World], Mapping[str, SearchStrategy[Any]]]
    #: Who may do it; others are tried too.
    role: Role = Role.STUDENT_RECORDS


def reasons(first: str, known: Sequence[str]) -> SearchStrategy[Any]:
    """The code of a reason: the one that is done, none, all that there are, and what is none."""
    return st.sampled_from([first, None, "Nonsense", "x" * 51, *known])


def named(things: Mapping[str, Any], first: str) -> SearchStrategy[Any]:
    """Any of these things, before all the one of that name."""
    return st.sampled_from([things[first], *things.values()])


def body(**fields: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    """What may be given or left out, under the names of the calls; before all, nothing."""
    return st.fixed_dictionaries({}, optional=fields)


def typed(given: Mapping[str, Any]) -> list[object]:
    """What was given as options of a command, which are called as the fields."""
    words: list[object] = []
    for field, value in given.items():
        name = f"--{field.replace('_', '-')}"
        if isinstance(value, Mapping):
            words += _address(value)
        elif value is True:
            words.append(name)
        elif value is not False:
            words += [name, "now" if value is None else value]
    return words


def _address(given: Mapping[str, Any]) -> list[object]:
    lines = [word for each in given["lines"] for word in ("--line", each)]
    return lines + typed({name: value for name, value in given.items() if name != "lines"})


def destination() -> dict[str, SearchStrategy[Any]]:
    """What an edit or a reorder may say of where an item goes, how and when."""
    return {
        "recipient_kind": st.sampled_from(list(RecipientKind)),
        "recipient": NAMES,
        "address": ADDRESSES,
        "follow_student": FLAG,
        "delivery_method": METHODS,
        "language": LANGUAGES,
        "control_date": DAYS | st.none(),
        "certification_country": COUNTRIES,
    }


def line() -> dict[str, SearchStrategy[Any]]:
    """What a reprint may be, but for its consumer."""
    return {
        "language": LANGUAGES,
        "copies": COPIES,
        "delivery_method": METHODS,
        "recipient_kind": st.sampled_from(list(RecipientKind)),
        "recipient": NAMES,
        "address": ADDRESSES,
        "control_date": DAYS,
        "certification_country": COUNTRIES,
        "requested_by": NAMES,
    }


def of_one(
    words: Sequence[object],
    call: Callable[[Orders], Callable[..., object]],
    things: Callable[[World], Mapping[str, Any]],
    first: str,
    role: Role = Role.STUDENT_RECORDS,
) -> Operation:
    """A change that is given nothing but what it is done to."""
    return Operation(
        lambda which: (*words, which),
        lambda client, which: call(client)(which),
        lambda world: {"which": named(things(world), first)},
        role,
    )


def arguments_of(operation: Operation, world: World) -> SearchStrategy[dict[str, Any]]:
    """A value for each argument."""
    return st.fixed_dictionaries(dict(operation.given(world)))


def roles_for(operation: Operation) -> SearchStrategy[Role]:
    """Whoever may act over either way; mostly who may do it."""
    others = [role for role in Role if role is not Role.SYSTEM]
    return st.sampled_from([operation.role] * len(others) + others)
