"""What the service answers, as far as a program relies on it."""

from typing import Any, Literal, NotRequired, TypedDict

#: What may be done to an order, a print job, a student, a consumer, and an item's special handling.
OrderEvent = Literal["place", "pay", "retry-payment", "reopen", "abandon", "fail-payment"]
PrintJobEvent = Literal["release", "transmit", "reconcile", "resend", "discard"]
StudentChange = Literal["hold", "end-hold", "deceased", "move"]
ConsumerEvent = Literal["activate", "decline", "reconsider"]
HandlingEvent = Literal["start", "assign", "complete"]


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
    instance: NotRequired[str]
    kind: str
    message: Text
    reasons: list[Reason]
    event: NotRequired[str | None]
    state: NotRequired[str | None]
    faults: NotRequired[list[dict[str, Any]]]
    #: The reasons line by line, where an order was not placed.
    lines: NotRequired[list[dict[str, Any]]]


class Event(TypedDict):
    """What may be done: allowed, or all the reasons why not."""

    event: str
    allowed: bool
    kind: str | None
    reasons: list[Reason]


class Item(TypedDict):
    """An order item."""

    number: str
    asn: str
    credential_number: str | None
    credential_type: str
    kind: str
    root_kind: str
    reorder_of: str | None
    reorder_root: str | None
    letter: str
    state: str
    version: int
    language: str
    copies: int
    delivery_method: str
    recipient: dict[str, Any]
    address: dict[str, Any] | None
    printed_name: str | None
    control_date: str | None
    special_handling: str
    status_reason: str | None
    errors: list[Reason]
    print_job: str | None
    sequence: int | None
    processed_at: str | None
    sent_at: str | None
    delivered_at: str | None
    delivered_how: str | None
    document: dict[str, Any] | None
    #: In lists that were asked for what may be done with each.
    events: NotRequired[list[Event]]


class Credential(TypedDict):
    """A credential of a student, by each of its numbers."""

    asn: str
    credential_type: str
    state: str
    version: int
    number: str | None
    legacy_number: str | None
    school_year: str | None
    awarded_on: str | None
    first_run_on: str | None
    awarded_name: dict[str, Any] | None
    legal_name: dict[str, Any]
    name_differs: bool
    items: list[str]


class PrintJob(TypedDict):
    """A print job."""

    number: str
    credential_type: str
    language: str
    delivery_method: str
    state: str
    version: int
    reason: str | None
    sha256: str | None
    pages: int | None
    sheets: dict[str, int] | None
    opened_at: str
    released_at: str | None
    transmitted_at: str | None
    reconciled_at: str | None
    items: int
    outcomes: dict[str, int]
    attempts: int
    next_attempt_at: str | None
    last_error: Any
    drop: NotRequired[str]
    history: NotRequired[list[dict[str, Any]]]


class Consumer(TypedDict):
    """A digital document consumer."""

    id: int
    name: str
    email_domain: str
    email: str
    version: int
    language: str
    state: str


#: The event, and from which state to which.
Moved = TypedDict("Moved", {"event": str, "from": str, "state": str})


class Done(TypedDict):
    """What was done, or had been done before, and to what: one of these."""

    item: NotRequired[str]
    credential: NotRequired[str]
    order: NotRequired[str]
    job: NotRequired[str]
    consumer: NotRequired[int]
    done: Moved
    version: int | None
    already_done: bool


class Run(TypedDict):
    """A bulk run and how far it is."""

    run: int
    kind: str
    state: str
    parameters: dict[str, Any]
    selected: int
    finished: int
    by_outcome: dict[str, int]
    by_rule: dict[str, int]
    last_error: Any
    created_at: str
    finished_at: str | None
