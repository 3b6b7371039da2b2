"""Small builders of what rules look at: plain objects that hold by default, changed by name where a test says so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from models.codes import (
    CredentialState,
    CredentialType,
    DeliveryMethod,
    ItemKind,
    ItemState,
    Language,
    LetterKind,
    OrderState,
    PrintJobState,
    RecipientKind,
    Role,
    SpecialHandling,
)
from models.settings import Settings
from workflows.command import Actor, Command
from workflows.facts.kinds import HandlingFacts, ItemFacts, JobFacts, OrderFacts, OrderingFacts
from workflows.rules.rule import REGISTRY, No

#: Monday, 2 March 2026, nine o'clock in Edmonton.
NOW = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)

SETTINGS = Settings(job_max_envelopes=500, job_max_bytes=250_000_000, transmission=True)


def command(event: str = "process", role: Role = Role.SYSTEM, **changes: Any) -> Command:
    """``event``, wanted now by ``role``."""
    return replace(Command(event, Actor(role), NOW), command_id=uuid4().hex, **changes)


def address(**changes: Any) -> dict[str, Any]:
    """A complete address in Edmonton."""
    complete = {
        "lines": ["10025 102A Avenue NW"],
        "city": "Edmonton",
        "province": "AB",
        "postal_code": "T5J 2Z2",
        "country": "CA",
    }
    return complete | changes


def student(**changes: Any) -> SimpleNamespace:
    """A living student under a primary ASN."""
    plain = {
        "asn": "123456789",
        "primary_id": None,
        "first_name": "Marie",
        "middle_name": "Ève",
        "last_name": "Tremblay",
        "suffix": "",
        "deceased": False,
    }
    return SimpleNamespace(**(plain | changes))


def credential(**changes: Any) -> SimpleNamespace:
    """An awarded diploma."""
    awarded = {
        "credential_type": CredentialType.AHSD,
        "state": CredentialState.AWARDED,
        "number": "1000000013",
        "legacy_number": None,
        "first_name": "Marie",
        "middle_name": "Ève",
        "last_name": "Tremblay",
        "suffix": "",
    }
    return SimpleNamespace(**(awarded | changes))


def item(**changes: Any) -> SimpleNamespace:
    """A first-run item for the student, by mail, that follows the student's address."""
    first_run = {
        "id": 7,
        "state": ItemState.CREATED,
        "kind": ItemKind.FIRST_RUN,
        "root_kind": ItemKind.FIRST_RUN,
        "letter": LetterKind.FIRST_RUN,
        "language": Language.EN,
        "copies": 1,
        "delivery_method": DeliveryMethod.AUTOMATED_CARDBOARD,
        "recipient_kind": RecipientKind.STUDENT,
        "recipient": None,
        "address": None,
        "follows_student": True,
        "control_date": None,
        "waybill": None,
        "certification_country": None,
        "consumer_id": None,
        "lease_owner": "worker-1",
        "lease_until": NOW,
        "attempts": 0,
        "last_error": None,
    }
    return SimpleNamespace(**(first_run | changes))


def digital_item(**changes: Any) -> SimpleNamespace:
    """A digital reprint for a consumer."""
    digital = {
        "kind": ItemKind.REPRINT,
        "root_kind": ItemKind.REPRINT,
        "letter": LetterKind.NONE,
        "delivery_method": DeliveryMethod.DIGITAL,
        "recipient_kind": RecipientKind.CONSUMER,
    }
    return item(**(digital | changes))


def job(**changes: Any) -> SimpleNamespace:
    """An open print job of the item's key."""
    opened = {
        "id": 12,
        "state": PrintJobState.OPEN,
        "credential_type": CredentialType.AHSD,
        "language": Language.EN,
        "delivery_method": DeliveryMethod.AUTOMATED_CARDBOARD,
        "sha256": "a" * 64,
        "manifest_sha256": "b" * 64,
    }
    return SimpleNamespace(**(opened | changes))


def item_facts(**changes: Any) -> ItemFacts:
    """Facts about an item of an awarded credential, with an address, an open job and an active consumer."""
    sound: dict[str, Any] = {
        "command": command(),
        "student": student(),
        "credential": credential(),
        "current_address": address(),
        "active_number": "1000000013",
        "consumer_is_active": True,
        "settings": SETTINGS,
        "job": job(),
        "is_own": True,
    }
    return ItemFacts(**(sound | changes))


def task(**changes: Any) -> SimpleNamespace:
    """Special handling of the item that nobody has begun."""
    outstanding = {"id": 7, "state": SpecialHandling.OUTSTANDING, "owner": "", "due_on": TODAY}
    return SimpleNamespace(**(outstanding | changes))


def handling_facts(**changes: Any) -> HandlingFacts:
    """Facts about the special handling of an item by manual mail."""
    sound: dict[str, Any] = {
        "command": command("complete", Role.STUDENT_RECORDS),
        "settings": SETTINGS,
        "item": item(delivery_method=DeliveryMethod.MANUAL_MAIL),
    }
    return HandlingFacts(**(sound | changes))


def order(**changes: Any) -> SimpleNamespace:
    """A cart."""
    cart = {"id": 4, "state": OrderState.UNDER_CONSTRUCTION, "amount_cents": 0, "payment_id": None}
    return SimpleNamespace(**(cart | changes))


def order_facts(**changes: Any) -> OrderFacts:
    """Facts about one's own cart with one line that costs nothing."""
    sound: dict[str, Any] = {"command": command("place", Role.PUBLIC), "lines": 1, "is_own": True}
    return OrderFacts(**(sound | changes))


def ordering_facts(**changes: Any) -> OrderingFacts:
    """Facts about a diploma that is to be awarded, the only one of the run."""
    sound: dict[str, Any] = {
        "command": command("award", Role.STUDENT_RECORDS),
        "student": student(),
        "credential": credential(state=CredentialState.ACHIEVED, number=None),
        "school_year": "2025/2026",
        "types_in_run": frozenset({CredentialType.AHSD}),
    }
    return OrderingFacts(**(sound | changes))


def job_facts(**changes: Any) -> JobFacts:
    """Facts about a print job with one envelope whose outcome is known."""
    sound: dict[str, Any] = {
        "command": command("release"),
        "settings": SETTINGS,
        "given": None,
        "envelopes": 1,
        "envelopes_without_outcome": 0,
    }
    return JobFacts(**(sound | changes))


class Link:
    """The link of a digital document, until the end of ``expires_on``."""

    def __init__(self, expires_on: date, *, withdrawn: bool = False) -> None:
        self.expires_on, self.withdrawn = expires_on, withdrawn

    def is_valid(self, today: date) -> bool:
        """Whether the link opens the document on ``today``."""
        return not self.withdrawn and today <= self.expires_on


def hold_on_student(until: date | None) -> SimpleNamespace:
    """A student hold in force."""
    return SimpleNamespace(until=until)


def settings(**changes: Any) -> Settings:
    """The settings of the builders, changed."""
    return SETTINGS.model_copy(update=dict[str, Any](changes))


def params(reason: Any) -> Mapping[str, Any]:
    """The parameters of a refusal; what holds has none."""
    found: Mapping[str, Any] = reason.params
    return found


def holds(code: str, subject: Any, facts: Any) -> bool:
    """Whether the rule holds; its answer is True or a No, and nothing else."""
    verdict = REGISTRY[code](subject, facts)
    assert verdict is True or isinstance(verdict, No)
    return verdict is True
