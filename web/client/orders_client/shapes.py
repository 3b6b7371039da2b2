"""What the service answers, as far as a program relies on it."""

from typing import Any, NotRequired, TypedDict


class Text(TypedDict):
    """A text in both languages."""

    en: str
    fr: str


class Reason(TypedDict):
    """A failing rule."""

    code: str
    rule: str
    message: Text
    params: dict[str, Any]
    who: str


class Problem(TypedDict):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    kind: str
    message: Text
    reasons: list[Reason]
    event: NotRequired[str | None]
    state: NotRequired[str | None]
    faults: NotRequired[list[dict[str, Any]]]


class Item(TypedDict):
    """An order item."""

    number: str
    asn: str
    credential_number: str | None
    credential_type: str
    kind: str
    root_kind: str
    reorder_of: str | None
    state: str
    version: int
    language: str
    copies: int
    delivery_method: str
    recipient: dict[str, Any]
    address: dict[str, Any] | None
    printed_name: str | None
    special_handling: str
    status_reason: str | None
    errors: list[Reason]
    print_job: str | None
    sequence: int | None
    document: dict[str, Any] | None


class Moved(TypedDict):
    """From which state to which."""

    event: str
    state: str


class Done(TypedDict):
    """What was done, or had been done before."""

    done: Moved
    version: int | None
    already_done: bool


class Run(TypedDict):
    """A bulk run and how far it is."""

    run: int
    kind: str
    state: str
    selected: int
    finished: int
    by_outcome: dict[str, int]
    by_rule: dict[str, int]
