"""What rules look at: facts about a credential, an order item or a print job, loaded before any rule is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from models.codes import CredentialType, ItemState, SpecialHandling
from models.settings import Settings
from workflows.command import Command
from workflows.rules.rule import Reason


class Link(Protocol):
    """The link of a digital document."""

    @property
    def expires_on(self) -> date:
        """The last day on which it works."""

    def is_valid(self, today: date) -> bool:
        """Whether the link opens the document on ``today``."""


@dataclass(slots=True)
class CredentialFacts:
    """Facts about a student's credential: what ordering and the agents both ask about."""

    command: Command
    student: Any
    credential: Any
    primary_asn: str | None = None
    current_address: Mapping[str, Any] | None = None
    student_hold: Any = None
    active_number: str | None = None
    consumer_is_active: bool = False

    @property
    def credential_number(self) -> str | None:
        """The number to print: PASI's, or the legacy one."""
        number: str | None = self.credential.number or self.credential.legacy_number
        return number

    @property
    def printed_name(self) -> tuple[str, str, str, str]:
        """First, middle, last name and suffix as awarded; before awarding, the legal name."""
        named = self.credential if self.credential.last_name else self.student
        return named.first_name, named.middle_name, named.last_name, named.suffix

    def recipient_of(self, item: Any) -> str:
        """The first line of the window: the recipient's name, or the student's legal name."""
        if item.recipient:
            return str(item.recipient)
        student = self.student
        return " ".join(
            filter(None, (student.first_name, student.middle_name, student.last_name, student.suffix))
        )

    def address_of(self, item: Any) -> Mapping[str, Any] | None:
        """Where the item goes: its own address once frozen or edited, until then the student's current one."""
        own: Mapping[str, Any] | None = item.address
        return own if own is not None or not item.follows_student else self.current_address


@dataclass(slots=True)
class ItemFacts(CredentialFacts):
    """Facts about an order item."""

    settings: Settings = field(kw_only=True)
    given: Any = None
    job: Any = None
    job_envelopes: int = 0
    job_bytes: int = 0
    document: Any = None
    document_fault: str | None = None
    #: The master that a reorder's first document was printed with (SHA-256), and what is wrong with it in the store.
    first_master: str = ""
    first_master_fault: str | None = None
    stored_errors: tuple[Reason, ...] = ()
    live_reorders: tuple[str, ...] = ()
    link: Link | None = None
    special_handling: SpecialHandling = SpecialHandling.NOT_REQUIRED
    #: Whether the actor is the member of the public who ordered it; looked up only for the public.
    is_own: bool = False

    @property
    def job_is_full(self) -> bool:
        """Whether the job has its most envelopes or bytes (CO-21)."""
        settings = self.settings
        return self.job_envelopes >= settings.job_max_envelopes or self.job_bytes >= settings.job_max_bytes


@dataclass(slots=True)
class OrderingFacts(CredentialFacts):
    """Facts about a credential that is to be awarded or ordered."""

    given: Any = None
    school_year: str | None = None
    first_run: str | None = None
    awarded_types: frozenset[CredentialType] = frozenset()
    types_in_run: frozenset[CredentialType] = frozenset()
    #: Open or recent reprints of the same credential to the same recipient, as item numbers (CO-17).
    similar_reprints: tuple[str, ...] = ()
    #: Numbers of the items under way of this number; where its supersession is to be undone, of its successor.
    items_under_way: tuple[str, ...] = ()
    #: Another awarded credential of the student and type.
    rival: Any = None

    @property
    def name_differs(self) -> bool:
        """Whether the student's legal name is no longer the awarded one."""
        student = self.student
        legal = (student.first_name, student.middle_name, student.last_name, student.suffix)
        return self.credential.last_name is not None and self.printed_name != legal


@dataclass(frozen=True, slots=True)
class StudentFacts:
    """Facts about a student who is to become secondary to another: the numbers of the items under way."""

    items_under_way: tuple[str, ...] = ()


@dataclass(slots=True)
class ConsumerFacts:
    """Facts about a digital document consumer: ``rival`` is another active one of the same e-mail domain."""

    command: Command
    rival: str | None = None


@dataclass(slots=True)
class JobFacts:
    """Facts about a print job."""

    command: Command
    settings: Settings
    given: Any
    envelopes: int
    envelopes_without_outcome: int


@dataclass(slots=True)
class HandlingFacts:
    """Facts about the special handling of an item."""

    command: Command
    settings: Settings
    item: Any
    given: Any = None


@dataclass(slots=True)
class WaybillFacts:
    """Facts about a file that is to be an item's waybill."""

    command: Command
    problems: tuple[str, ...] = ()
    #: States of an item that waits for no waybill any more.
    too_late: frozenset[ItemState] = frozenset()


@dataclass(slots=True)
class OrderFacts:
    """Facts about a document order: its lines, what they cost, and whether the actor began it."""

    command: Command
    lines: int = 0
    amount_cents: int = 0
    transaction: str | None = None
    is_own: bool = False
    given: Any = None

    @property
    def amount(self) -> str:
        """The amount in dollars."""
        return f"{self.amount_cents // 100}.{self.amount_cents % 100:02d}"
