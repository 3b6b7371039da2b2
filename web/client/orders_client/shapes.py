"""What the service answers, in the words of its OpenAPI document."""

from typing import Any, Literal, NotRequired, TypedDict

#: What may be done to an order, a print job, a student, a consumer, and an item's special handling.
OrderEvent = Literal["place", "pay", "retry-payment", "reopen", "abandon", "fail-payment"]
PrintJobEvent = Literal["release", "transmit", "reconcile", "resend", "discard"]
StudentChange = Literal["hold", "end-hold", "deceased", "move"]
ConsumerEvent = Literal["activate", "decline", "reconsider"]
HandlingEvent = Literal["start", "assign", "complete"]

Language = Literal["en", "fr"]
CredentialType = Literal["ADEX", "ADVD", "AHSD", "GHSD", "HSED", "CHSA", "IOPC", "COSC", "HONR"]
CredentialState = Literal["achieved", "awarded", "superseded", "deleted"]
ItemKind = Literal["first_run", "reprint", "reorder"]
LetterKind = Literal["first_run", "reprint", "none"]
ItemState = Literal[
    "created",
    "processing",
    "user_hold",
    "system_hold",
    "rendered",
    "in_print_job",
    "sent",
    "delivered",
    "failed",
    "delivered_in_error",
    "expired",
    "cancelled",
    "reordered",
]
DeliveryMethod = Literal[
    "automated_cardboard", "manual_mail", "certification", "courier", "certification_courier", "digital"
]
RecipientKind = Literal["student", "organisation", "consumer", "other"]
SpecialHandling = Literal["not_required", "outstanding", "pending", "complete"]
DeliveredHow = Literal["confirmed", "presumed", "downloaded"]
PrintJobState = Literal[
    "open", "released", "transmitting", "transmitted", "failed", "discarded", "reconciled"
]
ConsumerState = Literal["pending", "active", "declined"]
BulkKind = Literal["transition", "award_and_order"]
BulkState = Literal["running", "finished", "failed"]
Role = Literal[
    "student_records",
    "operational_support",
    "print_provider",
    "public",
    "dod_consumer",
    "service",
    "system",
    "auditor",
]
#: Who can fix what a rule refuses.
Fixer = Literal[Role, "student", "school"]
#: Why something may not be done.
RefusalKind = Literal["no_such_transition", "rule", "permission", "conflict"]
ProblemKind = Literal[
    "unreadable",
    "version_not_taken",
    "unauthenticated",
    "permission",
    "scope",
    "not_found",
    "method",
    "slow",
    "rule",
    "no_such_transition",
    "conflict",
    "stale",
    "too_large",
    "media_type",
    "malformed",
    "key_reused",
    "version_required",
    "too_many",
    "failure",
    "unavailable",
]


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
    who: Fixer


class Fault(TypedDict):
    """What is wrong with one field."""

    field: str
    code: str
    message: Text


class ReviewedLine(TypedDict):
    """A line of an order with what refuses it and what warns of it."""

    line: int
    reasons: list[Reason]
    warnings: list[Reason]


class Problem(TypedDict):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    kind: ProblemKind
    message: Text
    reasons: list[Reason]
    event: NotRequired[str | None]
    state: NotRequired[str | None]
    faults: NotRequired[list[Fault]]
    #: Where an order was not placed.
    lines: NotRequired[list[ReviewedLine]]
    #: The role that the token lacks.
    role: NotRequired[Role]


class Event(TypedDict):
    """What may be done: allowed, or all the reasons why not."""

    event: str
    allowed: bool
    kind: RefusalKind | None
    reasons: list[Reason]


class Who(TypedDict):
    """Who acted."""

    role: Role
    name: str


class HistoryRow(TypedDict):
    """One thing that happened."""

    seq: int
    event: str
    from_state: str | None
    to_state: str
    reason: str | None
    note: str | None
    detail: dict[str, Any] | None
    command_id: str
    rule_set: str
    hash: str
    at: str
    actor: Who


class Recipient(TypedDict):
    """Who receives a document; without a name, the student under the present one."""

    kind: RecipientKind
    name: str | None


class Address(TypedDict):
    """A mailing address."""

    lines: list[str]
    city: str
    province: str
    postal_code: str
    country: str


class Document(TypedDict):
    """The stored document of an item."""

    sha256: str
    size: int
    pages: int
    master: str | None


class Item(TypedDict):
    """An order item."""

    number: str
    asn: str
    credential_number: str | None
    credential_type: CredentialType
    kind: ItemKind
    root_kind: ItemKind
    reorder_of: str | None
    reorder_root: str | None
    letter: LetterKind
    state: ItemState
    version: int
    language: Language
    copies: int
    delivery_method: DeliveryMethod
    recipient: Recipient
    address: Address | None
    printed_name: str | None
    control_date: str | None
    special_handling: SpecialHandling
    status_reason: str | None
    errors: list[Reason]
    print_job: str | None
    sequence: int | None
    processed_at: str | None
    sent_at: str | None
    delivered_at: str | None
    delivered_how: DeliveredHow | None
    document: Document | None
    #: In lists that were asked for what may be done with each.
    events: NotRequired[list[Event]]


class Name(TypedDict):
    """A person's name in its parts; what there is none of is empty."""

    last_name: str
    first_name: str
    middle_name: str
    suffix: str


class Credential(TypedDict):
    """A credential of a student, by each of its numbers."""

    asn: str
    credential_type: CredentialType
    state: CredentialState
    version: int
    number: str | None
    legacy_number: str | None
    school_year: str | None
    awarded_on: str | None
    first_run_on: str | None
    awarded_name: Name | None
    legal_name: Name
    name_differs: bool
    items: list[str]


class Hindrance(TypedDict):
    """What went wrong last where it is tried again."""

    step: str
    error: str


class PrintJob(TypedDict):
    """A print job."""

    number: str
    credential_type: CredentialType
    language: Language
    delivery_method: DeliveryMethod
    state: PrintJobState
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
    last_error: Hindrance | None


class PrintJobAndHistory(PrintJob):
    """A print job with the name of its file in the drop, and all that happened to it."""

    drop: str
    history: list[HistoryRow]


class Consumer(TypedDict):
    """A digital document consumer."""

    id: int
    name: str
    email_domain: str
    email: str
    version: int
    language: Language
    state: ConsumerState


#: The event, and from which state to which.
Moved = TypedDict("Moved", {"event": str, "from": str, "state": str})


class Done(TypedDict):
    """What was done, or had been done before."""

    done: Moved
    version: int | None
    already_done: bool


class ItemDone(Done):
    """What was done to an order item."""

    item: str


class CredentialDone(Done):
    """What was done to a credential number."""

    credential: str


class PrintJobDone(Done):
    """What was done to a print job."""

    job: str


class ConsumerDone(Done):
    """What was done to a digital document consumer."""

    consumer: int


class TransitionWanted(TypedDict):
    """The event that a run makes happen, and why."""

    event: str
    reason: str | None
    note: str | None


class AwardsWanted(TypedDict):
    """Which credentials a run awards, and how what it orders is delivered."""

    types: list[CredentialType]
    authority: str | None
    school: str | None
    school_year: str | None
    delivery_method: DeliveryMethod


class Run(TypedDict):
    """A bulk run and how far it is."""

    run: int
    kind: BulkKind
    state: BulkState
    parameters: TransitionWanted | AwardsWanted
    selected: int
    finished: int
    by_outcome: dict[str, int]
    by_rule: dict[str, int]
    last_error: Hindrance | None
    created_at: str
    finished_at: str | None
