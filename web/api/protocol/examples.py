"""An example of what the views show, made as the real ones are wherever that takes no database."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.codes import Role
from renderers.manifest import Entry
from web.api.protocol.problems import of_decision
from workflows.machines import order_item
from workflows.machines.decision import Decision, Outcome
from workflows.operations.delivery.consumers import ConsumerView, RegisteredConsumer, registered_view
from workflows.operations.printing.receipts import Acknowledged, AcknowledgedView, acknowledged_view
from workflows.operations.students.student_changes import ChangedStudent, changed_view
from workflows.rules.holding import control_date_has_come
from workflows.rules.rule import Reason, ReasonView
from workflows.trust.verify import VerifiedView
from workflows.views.messages import MessageView
from workflows.views.outcomes import ItemDone, ProblemKind, ProblemView, item_done, kind_view
from workflows.views.print_jobs import JobView
from workflows.views.rules import RuleView, rule_view

_ITEM, _JOB = "0000000123-01", "000012"
_NOON = "2026-06-30T18:00:00Z"

_REASON = Reason(control_date_has_come, {"control_date": date(2026, 6, 30)}).as_json()
_PROBLEM = of_decision(
    order_item.PLAN, Decision("hold", "cancelled", kind="no_such_transition"), Role.STUDENT_RECORDS
).body("en", f"/api/order-items/{_ITEM}/transitions/hold")
_DONE = item_done(_ITEM, Outcome(123, "done", "hold", "created", "user_hold", 2))
_RECORDED = Outcome(12, "done", "acknowledge", "transmitted", "acknowledged", 5)
_JOB_VIEW: JobView = {
    "number": _JOB,
    "credential_type": "AHSD",
    "language": "en",
    "delivery_method": "automated_cardboard",
    "state": "open",
    "version": 1,
    "reason": None,
    "sha256": None,
    "pages": None,
    "sheets": None,
    "opened_at": _NOON,
    "released_at": None,
    "transmitted_at": None,
    "reconciled_at": None,
    "items": 250,
    "outcomes": {},
    "attempts": 0,
    "next_attempt_at": None,
    "last_error": None,
}
_ENTRY: Entry = {
    "sequence": 1,
    "item": _ITEM,
    "first_page": 2,
    "pages": 2,
    "copies": 1,
    "stock": ["plain", "credential"],
    "country_group": "canada",
    "manual_insert": False,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_CONSUMER: ConsumerView = {
    "id": 3,
    "name": "University of Lethbridge",
    "email_domain": "uleth.ca",
    "email": "registrar@uleth.ca",
    "version": 1,
    "language": "en",
    "state": "pending",
}
_MESSAGE: MessageView = {
    "id": 17,
    "kind": "link_available",
    "about": f"item:{_ITEM}",
    "address": "registrar@uleth.ca",
    "language": "en",
    "subject": "Document available",
    "created_at": _NOON,
    "sent_at": None,
    "attempts": 0,
    "last_error": None,
}
_VERIFIED: VerifiedView = {
    "status": "valid",
    "initials": "A. B. R.",
    "credential_type": "AHSD",
    "awarded_on": "2026-06-30",
}
#: By view.
EXAMPLES: Mapping[Any, Any] = {
    ReasonView: _REASON,
    ProblemView: _PROBLEM,
    ProblemKind: kind_view("rule"),
    RuleView: rule_view(control_date_has_come),
    ItemDone: _DONE,
    JobView: _JOB_VIEW,
    Entry: _ENTRY,
    AcknowledgedView: acknowledged_view(_JOB, Acknowledged(_RECORDED, 249, [9999]), []),
    ChangedStudent: changed_view("123456789", changed=True),
    ConsumerView: _CONSUMER,
    RegisteredConsumer: registered_view(3),
    MessageView: _MESSAGE,
    VerifiedView: _VERIFIED,
}
