"""For each rule a question that it refuses and one that it lets pass, with the parameters of the refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from models.codes import (
    Code,
    CredentialState,
    CredentialType,
    DeliveryMethod,
    ItemKind,
    ItemState,
    Language,
    OrderState,
    PrintJobState,
    ReorderReason,
    Role,
    SpecialHandling,
    StatusReason,
)
from tests.unit.workflows.builders import (
    NOW,
    TODAY,
    address,
    command,
    consumer_facts,
    credential,
    digital_item,
    handling_facts,
    hold_on_student,
    item,
    item_facts,
    job,
    job_facts,
    link,
    order,
    order_facts,
    ordering_facts,
    settings,
    student,
    student_facts,
    task,
    waybill_facts,
)
from workflows.rules.may import may
from workflows.rules.rule import REGISTRY, Rule, restore

#: A subject and the facts about it.
Question = tuple[Any, Any]

DAY = timedelta(days=1)


class Unheard(Code):
    """A type for which no pages were made."""

    XYZD = "XYZD", "XYZD", "XYZD"


_TECHNICAL = {"step": "render", "error": "OSError", "reference": "0f1e2d3c"}


@dataclass(frozen=True)
class Case:
    """Both sides of a rule; ``rule`` where it is not the one of the registry."""

    fails: Question
    passes: Question
    params: Mapping[str, Any] = field(default_factory=dict)
    rule: Rule | None = None


def rule_of(code: str) -> Rule:
    """The rule that the case of ``code`` asks."""
    return CASES[code].rule or REGISTRY[code]


CASES: dict[str, Case] = {
    # Ordering
    "44008": Case(
        fails=(None, ordering_facts(school_year=None)),
        passes=(None, ordering_facts(school_year="2025/2026")),
    ),
    "44017": Case(
        fails=(None, ordering_facts(first_run="0000000001-01")),
        passes=(None, ordering_facts(first_run=None)),
        params={"first_run": "0000000001-01"},
    ),
    "44018": Case(
        fails=(None, ordering_facts(credential=credential(number=None, legacy_number="A77"))),
        passes=(None, ordering_facts()),
        params={"legacy_number": "A77"},
    ),
    "CO-01": Case(fails=(item(copies=2), ordering_facts()), passes=(item(), ordering_facts())),
    "CO-02": Case(
        fails=(item(copies=11, root_kind=ItemKind.REPRINT), ordering_facts()),
        passes=(item(copies=10, root_kind=ItemKind.REPRINT), ordering_facts()),
        params={"most": 10},
    ),
    "CO-13": Case(
        fails=(None, ordering_facts(student=student(deceased=True))),
        passes=(None, ordering_facts()),
    ),
    "CO-14": Case(
        fails=(None, ordering_facts(awarded_types=frozenset({CredentialType.GHSD}))),
        passes=(None, ordering_facts(awarded_types=frozenset({CredentialType.CHSA}))),
        params={"held": [CredentialType.GHSD]},
    ),
    "CO-15": Case(
        fails=(None, ordering_facts(types_in_run=frozenset({CredentialType.AHSD, CredentialType.ADEX}))),
        passes=(None, ordering_facts(types_in_run=frozenset({CredentialType.AHSD, CredentialType.HSED}))),
        params={"highest": CredentialType.ADEX},
    ),
    # Reprints
    "60109": Case(
        fails=(item(certification_country="DE", waybill="w.pdf", consumer_id=3), ordering_facts()),
        passes=(
            item(
                delivery_method=DeliveryMethod.CERTIFICATION_COURIER,
                certification_country="DE",
                waybill="w.pdf",
            ),
            ordering_facts(),
        ),
        params={"details": ["certification_country", "waybill", "consumer"]},
    ),
    "CO-04": Case(
        fails=(item(), ordering_facts(credential=credential(), first_run=None)),
        passes=(item(), ordering_facts(credential=credential(), first_run="0000000001-01")),
    ),
    "CO-09": Case(
        fails=(
            item(delivery_method=DeliveryMethod.CERTIFICATION, certification_country="US"),
            ordering_facts(),
        ),
        passes=(
            item(delivery_method=DeliveryMethod.CERTIFICATION, certification_country="DE"),
            ordering_facts(),
        ),
        params={"given": "US"},
    ),
    "CO-17": Case(
        fails=(item(), ordering_facts(similar_reprints=("0000000004-01",))),
        passes=(item(), ordering_facts()),
        params={"items": ["0000000004-01"]},
    ),
    # Document orders and their payment
    "60111": Case(
        fails=(order(), order_facts(amount_cents=1250)),
        passes=(order(), order_facts(amount_cents=1250, transaction="t-1")),
        params={"amount": "12.50"},
    ),
    "60112": Case(
        fails=(order(state=OrderState.PAYMENT_PENDING), order_facts()),
        passes=(order(), order_facts()),
    ),
    "60113": Case(
        fails=(order(state=OrderState.ORDERED), order_facts()),
        passes=(order(), order_facts()),
        params={"state": OrderState.ORDERED},
    ),
    "60114": Case(
        fails=(order(state=OrderState.PAYMENT_PENDING), order_facts()),
        passes=(order(state=OrderState.PAYMENT_NOT_RECEIVED), order_facts()),
        params={"state": OrderState.PAYMENT_PENDING},
    ),
    "60125": Case(
        fails=(order(), order_facts(amount_cents=10_000_000)),
        passes=(order(), order_facts(amount_cents=9_999_999)),
        params={"amount": "100000.00", "most": "99999.99"},
    ),
    "60130": Case(fails=(order(), order_facts(lines=0)), passes=(order(), order_facts(lines=1))),
    # The Credential Processing Agent
    "60108": Case(
        fails=(item(), item_facts(current_address=address(city="", postal_code="90210"))),
        passes=(item(), item_facts()),
        params={"missing": ["city", "postal_code"]},
    ),
    "60128": Case(
        fails=(item(), item_facts(credential=credential(number=None))),
        passes=(item(), item_facts()),
    ),
    "44016": Case(
        fails=(item(), item_facts(credential=credential(state=CredentialState.DELETED))),
        passes=(item(), item_facts()),
        params={"state": CredentialState.DELETED},
    ),
    "CO-03": Case(
        fails=(digital_item(root_kind=ItemKind.FIRST_RUN), item_facts()),
        passes=(digital_item(), item_facts()),
    ),
    "CO-05": Case(
        fails=(item(), item_facts(student_hold=hold_on_student(TODAY + DAY))),
        passes=(item(), item_facts(student_hold=None)),
        params={"until": TODAY + DAY},
    ),
    "CO-06": Case(
        fails=(item(), item_facts(credential=credential(last_name="山田"))),
        passes=(item(), item_facts()),
        params={
            "field": "printed_name",
            "text": "Marie Ève 山田",
            "problem": "山 (U+5C71 CJK UNIFIED IDEOGRAPH-5C71)",
            "character": "山",
            "code_point": "U+5C71",
            "unicode_name": "CJK UNIFIED IDEOGRAPH-5C71",
        },
    ),
    "CO-07": Case(
        fails=(item(), item_facts(student=student(primary_id=9), primary_asn="987654321")),
        passes=(item(), item_facts()),
        params={"primary": "987654321"},
    ),
    "CO-08": Case(
        fails=(item(), item_facts(credential=credential(credential_type=Unheard.XYZD))),
        passes=(item(), item_facts()),
        params={"credential_type": Unheard.XYZD, "language": Language.EN},
    ),
    "CO-12": Case(
        fails=(
            item(),
            item_facts(credential=credential(state=CredentialState.SUPERSEDED), active_number="1000000021"),
        ),
        passes=(item(), item_facts()),
        params={"number": "1000000021"},
    ),
    "CO-18": Case(
        fails=(item(control_date=TODAY + DAY), item_facts()),
        passes=(item(control_date=TODAY), item_facts()),
        params={"control_date": TODAY + DAY},
    ),
    "CO-26": Case(
        fails=(item(lease_until=NOW + DAY), item_facts()),
        passes=(item(lease_until=NOW), item_facts()),
        params={"until": NOW + DAY},
    ),
    "CO-90": Case(
        fails=(item(attempts=3, last_error=_TECHNICAL), item_facts()),
        passes=(item(attempts=2, last_error=_TECHNICAL), item_facts()),
        params=_TECHNICAL,
    ),
    # Print jobs
    "CO-19": Case(
        fails=(item(), item_facts(job=job(state=PrintJobState.RELEASED))),
        passes=(item(), item_facts()),
        params={"job": 12, "state": PrintJobState.RELEASED},
    ),
    "CO-20": Case(
        fails=(item(language=Language.FR), item_facts()),
        passes=(item(), item_facts()),
        params={"job": 12},
    ),
    "CO-21": Case(
        fails=(item(), item_facts(job_envelopes=500)),
        passes=(item(), item_facts(job_envelopes=499)),
        params={"job": 12},
    ),
    "CO-22": Case(fails=(digital_item(), item_facts()), passes=(item(), item_facts())),
    "CO-28": Case(
        fails=(job(), job_facts(envelopes=0)), passes=(job(), job_facts(envelopes=1)), params={"envelopes": 0}
    ),
    "CO-29": Case(
        fails=(job(), job_facts(command=command("discard", Role.STUDENT_RECORDS))),
        passes=(
            job(),
            job_facts(command=command("discard", Role.STUDENT_RECORDS), given={"no_copy_confirmed": True}),
        ),
    ),
    "CO-30": Case(
        fails=(job(), job_facts(envelopes_without_outcome=3)),
        passes=(job(), job_facts(envelopes_without_outcome=0)),
        params={"open": 3},
    ),
    "CO-31": Case(
        fails=(job(), job_facts(settings=settings(transmission=False))),
        passes=(job(), job_facts()),
    ),
    "CO-32": Case(
        fails=(job(), job_facts(given={"file": "a" * 64, "manifest": "c" * 64})),
        passes=(job(), job_facts(given={"file": "a" * 64, "manifest": "b" * 64})),
        params={"files": ["manifest"]},
    ),
    "CO-34": Case(
        fails=(item(), item_facts()),
        passes=(item(), item_facts(job=job(state=PrintJobState.DISCARDED))),
        params={"job": 12},
    ),
    "CO-35": Case(
        fails=(item(), item_facts(job=job(state=PrintJobState.TRANSMITTING))),
        passes=(item(), item_facts(job=job(state=PrintJobState.TRANSMITTED))),
        params={"job": 12},
    ),
    "CO-91": Case(
        fails=(item(), item_facts(document_fault="altered")),
        passes=(item(), item_facts(document_fault=None)),
        params={"fault": "altered"},
    ),
    # Delivery
    "CO-23": Case(fails=(item(), item_facts()), passes=(digital_item(), item_facts())),
    "CO-24": Case(
        fails=(item(), item_facts(special_handling=SpecialHandling.OUTSTANDING)),
        passes=(item(), item_facts(special_handling=SpecialHandling.COMPLETE)),
        params={"state": SpecialHandling.OUTSTANDING},
    ),
    "CO-25": Case(
        fails=(digital_item(), item_facts(link=link(TODAY - DAY))),
        passes=(digital_item(), item_facts(link=link(TODAY))),
    ),
    "CO-36": Case(
        fails=(digital_item(), item_facts(link=link(TODAY))),
        passes=(digital_item(), item_facts(link=link(TODAY - DAY))),
    ),
    # Special handling
    "CO-10": Case(
        fails=(task(), handling_facts(item=item(delivery_method=DeliveryMethod.COURIER, waybill=None))),
        passes=(task(), handling_facts(item=item(delivery_method=DeliveryMethod.COURIER, waybill="w.pdf"))),
        params={"method": DeliveryMethod.COURIER},
    ),
    "65060": Case(
        fails=(
            item(delivery_method=DeliveryMethod.COURIER),
            waybill_facts(problems=("too_large", "several_pages")),
        ),
        passes=(
            item(delivery_method=DeliveryMethod.COURIER),
            waybill_facts(),
        ),
        params={"problems": ["too_large", "several_pages"]},
    ),
    # Status
    "CO-11": Case(
        fails=(item(), item_facts(command=command("hold", Role.PUBLIC))),
        passes=(item(), item_facts(command=command("hold", Role.STUDENT_RECORDS))),
        params={"role": Role.PUBLIC, "roles": [Role.OPERATIONAL_SUPPORT, Role.STUDENT_RECORDS]},
        rule=may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT),
    ),
    "60118": Case(
        fails=(
            item(),
            item_facts(command=command("hold", Role.STUDENT_RECORDS, reason=StatusReason.LOST.value)),
        ),
        passes=(
            item(),
            item_facts(
                command=command("hold", Role.STUDENT_RECORDS, reason=StatusReason.INVESTIGATION.value)
            ),
        ),
        params={"reasons": ["Investigation", "AwaitingStudent"], "given": "Lost"},
    ),
    "60105": Case(
        fails=(item(state=ItemState.FAILED), item_facts(command=command("reorder", Role.STUDENT_RECORDS))),
        passes=(
            item(state=ItemState.FAILED),
            item_facts(
                command=command("reorder", Role.STUDENT_RECORDS, reason=ReorderReason.LOST_IN_MAIL.value)
            ),
        ),
    ),
    "CO-16": Case(
        fails=(item(state=ItemState.REORDERED), item_facts(live_reorders=("0000000002-01",))),
        passes=(item(state=ItemState.REORDERED), item_facts(live_reorders=())),
        params={"reorders": ["0000000002-01"]},
    ),
    "CO-27": Case(
        fails=(
            item(state=ItemState.SYSTEM_HOLD),
            item_facts(
                current_address=None,
                stored_errors=(restore("60108", {"missing": ["city"]}), restore("CO-05", {"until": TODAY})),
            ),
        ),
        passes=(
            item(state=ItemState.SYSTEM_HOLD),
            item_facts(stored_errors=(restore("60108", {"missing": ["city"]}), restore("CO-05", {}))),
        ),
        params={"codes": ["60108"]},
    ),
    "CO-38": Case(
        fails=(item(state=ItemState.CANCELLED, refunded_at=NOW), item_facts(given={"paid": True})),
        passes=(item(state=ItemState.CANCELLED, refunded_at=None), item_facts(given={"paid": True})),
    ),
    # Credential numbers
    "44002": Case(
        fails=(
            None,
            ordering_facts(
                credential=credential(state=CredentialState.SUPERSEDED), active_number="1000000021"
            ),
        ),
        passes=(None, ordering_facts(credential=credential())),
        params={"number": "1000000021"},
    ),
    "44005": Case(
        fails=(None, ordering_facts(credential=credential(school_year="2025/2026"))),
        passes=(None, ordering_facts(credential=credential(school_year="2024/2025"))),
    ),
    "44015": Case(
        fails=(None, ordering_facts(items_under_way=("0000000003-01",))),
        passes=(None, ordering_facts(items_under_way=())),
        params={"items": ["0000000003-01"]},
    ),
    "CO-37": Case(
        fails=(
            credential(id=1),
            ordering_facts(
                credential=credential(id=1),
                rival=credential(id=2, replaces_id=1),
                active_number="1000000021",
            ),
        ),
        passes=(
            credential(id=1),
            ordering_facts(
                command=command("undo_supersede", Role.STUDENT_RECORDS),
                credential=credential(id=1),
                rival=credential(id=2, replaces_id=1),
            ),
        ),
        params={"number": "1000000021"},
    ),
    # Students
    "11463": Case(
        fails=(student(), student_facts("0000000012-01", "0000000014-01")),
        passes=(student(), student_facts()),
        params={"asn": student().asn, "count": 2, "items": "0000000012-01, 0000000014-01"},
    ),
    # Consumers
    "82003": Case(
        fails=(
            SimpleNamespace(email_domain="ualberta.example"),
            consumer_facts("activate", "University"),
        ),
        passes=(
            SimpleNamespace(email_domain="ualberta.example"),
            consumer_facts("reconsider", "University"),
        ),
        params={"domain": "ualberta.example", "name": "University"},
    ),
    "60406": Case(
        fails=(item(state=ItemState.SYSTEM_HOLD), item_facts(stored_errors=(restore("CO-05", {}),))),
        passes=(item(state=ItemState.EXPIRED), item_facts()),
        params={"state": ItemState.SYSTEM_HOLD, "errors": ["CO-05"]},
    ),
    # Editing
    "60120": Case(
        fails=(item(state=ItemState.PROCESSING), item_facts(given={"language": Language.FR})),
        passes=(item(state=ItemState.SYSTEM_HOLD), item_facts(given={"language": Language.FR})),
        params={"fields": ["language"], "when": "while_processing"},
    ),
    "60121": Case(
        fails=(item(state=ItemState.RENDERED), item_facts(given={"language": Language.FR})),
        passes=(
            item(state=ItemState.RENDERED),
            item_facts(
                command=command("edit", Role.STUDENT_RECORDS),
                given={"delivery_method": DeliveryMethod.MANUAL_MAIL},
            ),
        ),
        params={"fields": ["language"], "when": "once_rendered"},
    ),
    "CO-33": Case(
        fails=(item(state=ItemState.PROCESSING), item_facts(given=[])),
        passes=(item(state=ItemState.PROCESSING), item_facts(given=[restore("CO-05", {})])),
    ),
}
