"""The shapes of answers about print jobs, people, messages, verification and rules; see :mod:`web.api.shapes`."""

from models.codes import VerificationStatus
from web.api.schema import (
    COUNTED,
    FLAG,
    MAYBE,
    MAYBE_NUMBER,
    NUMBER,
    TEXT,
    answers,
    extended,
    many,
    maybe,
    record,
    with_example,
)
from web.api.shapes import BOTH, FAULT, HISTORY_ROW

_JOB = with_example(
    record(
        number=TEXT,
        credential_type=TEXT,
        language=TEXT,
        delivery_method=TEXT,
        state=TEXT,
        version=NUMBER,
        reason=MAYBE,
        sha256=MAYBE,
        pages=MAYBE_NUMBER,
        sheets=maybe(COUNTED),
        opened_at=TEXT,
        released_at=MAYBE,
        transmitted_at=MAYBE,
        reconciled_at=MAYBE,
        items=NUMBER,
        outcomes=COUNTED,
        attempts=NUMBER,
        next_attempt_at=MAYBE,
        last_error=FAULT,
    ),
    {
        "number": "000012",
        "credential_type": "AHSD",
        "language": "en",
        "delivery_method": "automated_cardboard",
        "state": "open",
        "version": 1,
        "reason": None,
        "sha256": None,
        "pages": None,
        "sheets": None,
        "opened_at": "2026-06-30T15:04:05Z",
        "released_at": None,
        "transmitted_at": None,
        "reconciled_at": None,
        "items": 250,
        "outcomes": {},
        "attempts": 0,
        "next_attempt_at": None,
        "last_error": None,
    },
)
JOBS = answers(record(print_jobs=many(_JOB)))
JOB = answers(extended(_JOB, drop=TEXT, history=many(HISTORY_ROW)))
_ENTRY = with_example(
    record(
        sequence=NUMBER,
        item=TEXT,
        first_page=NUMBER,
        pages=NUMBER,
        copies=NUMBER,
        stock=many(TEXT),
        country_group=TEXT,
        manual_insert=FLAG,
        sha256=TEXT,
    ),
    {
        "sequence": 1,
        "item": "0000000123-01",
        "first_page": 2,
        "pages": 2,
        "copies": 1,
        "stock": ["plain", "credential"],
        "country_group": "canada",
        "manual_insert": False,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
)
MANIFEST = answers(
    record(
        job=TEXT,
        credential_type=TEXT,
        language=TEXT,
        delivery_method=TEXT,
        released_at=TEXT,
        file=TEXT,
        sha256=TEXT,
        pages=NUMBER,
        envelopes=NUMBER,
        sheets=record(plain=NUMBER, credential=NUMBER),
        by_country=record(canada=NUMBER, us=NUMBER, international=NUMBER),
        entries=many(_ENTRY),
    )
)
ACKNOWLEDGED = answers(
    with_example(
        record(
            job=TEXT,
            recorded=NUMBER,
            unknown_sequences=many(NUMBER),
            rejected=many(record(line=NUMBER, message=BOTH)),
        ),
        {"job": "000012", "recorded": 249, "unknown_sequences": [9999], "rejected": []},
    )
)

CHANGED_STUDENT = answers(
    with_example(
        record(asn=TEXT, changed=FLAG, already_done=FLAG),
        {"asn": "123456789", "changed": True, "already_done": False},
    )
)
_CONSUMER = with_example(
    record(id=NUMBER, name=TEXT, email_domain=TEXT, email=TEXT, version=NUMBER, language=TEXT, state=TEXT),
    {
        "id": 3,
        "name": "University of Lethbridge",
        "email_domain": "uleth.ca",
        "email": "registrar@uleth.ca",
        "version": 1,
        "language": "en",
        "state": "pending",
    },
)
CONSUMERS = answers(record(consumers=many(_CONSUMER)))
CONSUMER = answers(_CONSUMER)
REGISTERED = answers(
    with_example(record(consumer=NUMBER, state=TEXT), {"consumer": 3, "state": "pending"}), 201
)

_MESSAGE = with_example(
    record(
        id=NUMBER,
        kind=TEXT,
        about=TEXT,
        address=TEXT,
        language=TEXT,
        subject=TEXT,
        created_at=TEXT,
        sent_at=MAYBE,
        attempts=NUMBER,
        last_error=FAULT,
    ),
    {
        "id": 17,
        "kind": "link_available",
        "about": "item:0000000123-01",
        "address": "registrar@uleth.ca",
        "language": "en",
        "subject": "Document available",
        "created_at": "2026-06-30T15:04:05Z",
        "sent_at": None,
        "attempts": 0,
        "last_error": None,
    },
)
MESSAGES = answers(record(messages=many(_MESSAGE)))
MESSAGE = answers(extended(_MESSAGE, body=TEXT))
VERIFIED = answers(
    with_example(
        record(
            status=TEXT | {"enum": [each.value for each in VerificationStatus]},
            initials=MAYBE,
            credential_type=MAYBE,
            awarded_on=MAYBE,
        ),
        {"status": "valid", "initials": "A. B. R.", "credential_type": "AHSD", "awarded_on": "2026-06-30"},
    )
)

_RULE = with_example(
    record(
        code=TEXT,
        rule=TEXT,
        title=BOTH,
        message=BOTH,
        who=TEXT,
        about=TEXT,
        guards=many(record(machine=TEXT, state=TEXT, event=TEXT)),
    ),
    {
        "code": "CO-18",
        "rule": "control_date_has_come",
        "title": {"en": "The control date has come", "fr": "La date de contrôle est arrivée"},
        "message": {"en": "To be issued on {control_date}.", "fr": "À délivrer le {control_date}."},
        "who": "student_records",
        "about": "CO-18: an empty control date means at once.",
        "guards": [{"machine": "OrderItemMachine", "state": "created", "event": "process"}],
    },
)
RULES = answers(record(rules=many(_RULE)))
RULE = answers(_RULE)
PROBLEM_KIND = answers(
    with_example(
        record(kind=TEXT, status=NUMBER, title=BOTH),
        {
            "kind": "rule",
            "status": 409,
            "title": {"en": "Refused by a rule", "fr": "Refusé par une règle"},
        },
    )
)
for _shown in (RULES, RULE):  # a page, where HTML is asked for
    _shown[200]["content"]["text/html"] = {"schema": TEXT}
