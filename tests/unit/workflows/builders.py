"""Small builders of what rules look at: plain objects that hold by default, changed by name where a test says so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar
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
from workflows.facts.circumstances import Circumstances
from workflows.facts.consumers import ConsumerFacts
from workflows.facts.fact import NOT_KEPT, derived
from workflows.facts.items import ItemFacts
from workflows.facts.ordering import OrderingFacts
from workflows.facts.orders import OrderFacts
from workflows.facts.print_jobs import JobFacts
from workflows.facts.special_handling import HandlingFacts, WaybillFacts
from workflows.facts.students import StudentFacts
from workflows.rules.digital_link import DigitalLink
from workflows.rules.rule import REGISTRY, No, Rule

Facts = TypeVar("Facts", bound=Circumstances)

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
        "student": student(),
        "credential": credential(),
        "primary_asn": None,
        "current_address": address(),
        "student_hold": None,
        "active_number": "1000000013",
        "consumer_is_active": True,
        "given": None,
        "job": job(),
        "job_envelopes": 0,
        "job_bytes": 0,
        "document": None,
        "document_fault": None,
        "first_master": "",
        "first_master_fault": None,
        "stored_errors": (),
        "live_reorders": (),
        "link": None,
        "special_handling": SpecialHandling.NOT_REQUIRED,
        "is_own": True,
    }
    return made(ItemFacts, sound | changes)


def made(kind: type[Facts], known: Mapping[str, Any]) -> Facts:
    """Facts of a kind about nothing in particular, all of them known."""
    known = dict(known)
    wanted = known.pop("command", None) or command()
    return kind(None, wanted, NOT_KEPT, **{"today": wanted.today, "settings": SETTINGS} | known)


def about(facts: Any, subject: Any) -> Any:
    """Such facts about a subject."""
    return with_(facts, subject=subject)


def with_(facts: Any, **changes: Any) -> Any:
    """The facts, some of them changed; what is made of others is made again."""
    kind = type(facts)
    made_of_others = {
        name
        for base in kind.__mro__
        for name, each in vars(base).items()
        if isinstance(each, derived) and name not in {"today", "settings"}
    }
    known = {name: each for name, each in vars(facts).items() if name not in made_of_others} | changes
    own = {kind.subject_name: known["subject"]} if "subject" in changes else {}
    subject, wanted, batch = (known.pop(name) for name in ("subject", "command", "batch"))
    return kind(subject, wanted, batch, **known | {"today": wanted.today} | own)


def task(**changes: Any) -> SimpleNamespace:
    """Special handling of the item that nobody has begun."""
    outstanding = {"id": 7, "state": SpecialHandling.OUTSTANDING, "owner": "", "due_on": TODAY}
    return SimpleNamespace(**(outstanding | changes))


def handling_facts(**changes: Any) -> HandlingFacts:
    """Facts about the special handling of an item by manual mail."""
    sound: dict[str, Any] = {
        "command": command("complete", Role.STUDENT_RECORDS),
        "given": None,
        "item": item(delivery_method=DeliveryMethod.MANUAL_MAIL),
    }
    return made(HandlingFacts, sound | changes)


def order(**changes: Any) -> SimpleNamespace:
    """A cart."""
    cart = {"id": 4, "state": OrderState.UNDER_CONSTRUCTION, "amount_cents": 0, "payment_id": None}
    return SimpleNamespace(**(cart | changes))


def order_facts(**changes: Any) -> OrderFacts:
    """Facts about one's own cart with one line that costs nothing."""
    sound: dict[str, Any] = {
        "command": command("place", Role.PUBLIC),
        "given": {},
        "lines": 1,
        "amount_cents": 0,
        "transaction": None,
        "is_own": True,
    }
    return made(OrderFacts, sound | changes)


def ordering_facts(**changes: Any) -> OrderingFacts:
    """Facts about a diploma that is to be awarded, the only one of the run."""
    sound: dict[str, Any] = {
        "command": command("award", Role.STUDENT_RECORDS),
        "student": student(),
        "credential": credential(state=CredentialState.ACHIEVED, number=None),
        "primary_asn": None,
        "current_address": None,
        "student_hold": None,
        "active_number": None,
        "consumer_is_active": False,
        "given": {},
        "school_year": "2025/2026",
        "first_run": None,
        "awarded_types": frozenset(),
        "types_in_run": frozenset({CredentialType.AHSD}),
        "similar_reprints": (),
        "items_under_way": (),
        "rival": None,
    }
    return made(OrderingFacts, sound | changes)


def job_facts(**changes: Any) -> JobFacts:
    """Facts about a print job with one envelope whose outcome is known."""
    sound: dict[str, Any] = {
        "command": command("release"),
        "given": None,
        "envelopes": 1,
        "envelopes_without_outcome": 0,
    }
    return made(JobFacts, sound | changes)


def waybill_facts(**changes: Any) -> WaybillFacts:
    """Facts about a file without problems that is to be the waybill of an item."""
    sound: dict[str, Any] = {
        "command": command("waybill", Role.PUBLIC),
        "problems": (),
        "too_late": frozenset(),
    }
    return made(WaybillFacts, sound | changes)


def student_facts(*items_under_way: str) -> StudentFacts:
    """Facts about a student who is to become secondary to another."""
    return made(StudentFacts, {"items_under_way": items_under_way})


def consumer_facts(event: str, rival: str | None) -> ConsumerFacts:
    """Facts about a consumer whose status Student Records wants to change."""
    return made(ConsumerFacts, {"command": command(event, Role.STUDENT_RECORDS), "rival": rival})


def link(expires_on: date) -> DigitalLink:
    """The link of a digital document, until the end of ``expires_on``."""
    return DigitalLink(expires_on)


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


def verdict_of(rule: Rule | str, subject: Any, facts: Any) -> Any:
    """What a rule, or the rule of a code, says of a subject on such facts."""
    asked = REGISTRY[rule] if isinstance(rule, str) else rule
    return asked.ask(about(facts, subject))


def holds(code: str, subject: Any, facts: Any) -> bool:
    """Whether the rule holds; its answer is True or a No, and nothing else."""
    verdict = verdict_of(code, subject, facts)
    assert verdict is True or isinstance(verdict, No)
    return verdict is True
