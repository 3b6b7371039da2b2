"""The shapes of answers in the OpenAPI document, with an example of each; schemathesis holds the service to them."""

from typing import Any

from web.api.schema import (
    COUNTED,
    FLAG,
    MAYBE,
    MAYBE_NUMBER,
    NUMBER,
    TEXT,
    answers,
    extended,
    file_of,
    many,
    maybe,
    page_of,
    record,
)

BOTH = record(en=TEXT, fr=TEXT)
REASON_SHAPE = record(code=TEXT, rule=TEXT, message=BOTH, params={"type": "object"}, who=TEXT) | {
    "examples": [
        {
            "code": "CO-18",
            "rule": "control_date_has_come",
            "message": {
                "en": "It is to be issued on 2026-06-30.",
                "fr": "À délivrer le 2026-06-30.",
            },
            "params": {"day": "2026-06-30"},
            "who": "student_records",
        }
    ]
}
REASONS = many(REASON_SHAPE)
PROBLEM_SHAPE = {
    "type": "object",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": NUMBER,
        "detail": TEXT,
        "instance": TEXT,
        "kind": TEXT,
        "message": BOTH,
        "event": MAYBE,
        "state": MAYBE,
        "reasons": REASONS,
        "faults": many(record(field=TEXT, code=TEXT, message=BOTH)),
    },
    "required": ["type", "title", "status", "detail", "instance", "kind", "message", "reasons"],
    "examples": [
        {
            "type": "/api/problems/no_such_transition",
            "title": "Not from this state",
            "status": 409,
            "detail": "“Hold” does not lead anywhere from “Cancelled”. From there: nothing.",
            "instance": "/api/order-items/0000000123-01/transitions/hold",
            "kind": "no_such_transition",
            "message": {
                "en": "“Hold” does not lead anywhere from “Cancelled”. From there: nothing.",
                "fr": "« Suspendre » ne mène nulle part depuis « Annulée ». De là : rien.",
            },
            "event": "hold",
            "state": "cancelled",
            "reasons": [],
        }
    ],
}

_ADDRESS = record(lines=many(TEXT), city=TEXT, province=TEXT, postal_code=TEXT, country=TEXT)
_ITEM = record(
    number=TEXT,
    asn=TEXT,
    credential_number=MAYBE,
    credential_type=TEXT,
    kind=TEXT,
    root_kind=TEXT,
    reorder_of=MAYBE,
    reorder_root=MAYBE,
    letter=TEXT,
    state=TEXT,
    version=NUMBER,
    language=TEXT,
    copies=NUMBER,
    delivery_method=TEXT,
    recipient=record(kind=TEXT, name=MAYBE),
    address=maybe(_ADDRESS),
    printed_name=MAYBE,
    control_date=MAYBE,
    special_handling=TEXT,
    status_reason=MAYBE,
    errors=REASONS,
    print_job=MAYBE,
    sequence=MAYBE_NUMBER,
    processed_at=MAYBE,
    sent_at=MAYBE,
    delivered_at=MAYBE,
    delivered_how=MAYBE,
    document=maybe(record(sha256=TEXT, size=NUMBER, pages=NUMBER, master=MAYBE)),
)
_DONE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "done": record(**{"event": TEXT, "from": TEXT, "state": TEXT}),
        "version": MAYBE_NUMBER,
        "already_done": FLAG,
    },
    "required": ["done", "version", "already_done"],
    "examples": [
        {
            "item": "0000000123-01",
            "done": {"event": "hold", "from": "created", "state": "user_hold"},
            "version": 2,
            "already_done": False,
        }
    ],
}


ITEM = answers(_ITEM)
DONE = answers(_DONE)
COUNTS = answers(record(items=COUNTED))
HISTORY_ROW = record(
    seq=NUMBER,
    event=TEXT,
    from_state=MAYBE,
    to_state=TEXT,
    at=TEXT,
    actor=record(role=TEXT, name=TEXT),
)
HISTORY = answers(record(history=many(HISTORY_ROW)))
_EVENT = record(event=TEXT, allowed=FLAG, kind=MAYBE, reasons=REASONS)
TRANSITIONS = answers(record(events=many(_EVENT)))
_LISTED = _ITEM | {"properties": _ITEM["properties"] | {"events": many(_EVENT)}}
ITEMS = answers(page_of("items", _LISTED))
REORDERED = answers(
    record(item=MAYBE, reorder_of=TEXT, name_differs=FLAG, already_done=FLAG, warnings=REASONS)
)
ORDERED = answers(record(item=TEXT, warnings=REASONS))
PDF, SHEET = file_of("application/pdf"), file_of("text/csv")
_ROW = {
    "type": "object",
    "properties": {"item": MAYBE, "outcome": TEXT, "reasons": REASONS},
    "required": ["outcome", "reasons"],
}
_BULK = record(
    dry_run=FLAG,
    selected=NUMBER,
    outcomes=many(_ROW),
    by_outcome=COUNTED,
    by_rule=COUNTED,
)
_RUN = record(
    run=NUMBER,
    kind=TEXT,
    state=TEXT,
    selected=NUMBER,
    finished=NUMBER,
    by_outcome=COUNTED,
    by_rule=COUNTED,
    created_at=TEXT,
    finished_at=MAYBE,
)
RUN, RUNS = answers(_RUN), answers(page_of("runs", _RUN))
_STARTED = {
    "description": "Started in the background; `Location` shows its progress",
    "content": {"application/json": {"schema": _RUN}},
}
BULK = answers(_BULK) | {202: _STARTED}
ROWS = answers(page_of("outcomes", _ROW))
_NAMED = record(last_name=TEXT, first_name=TEXT, middle_name=TEXT, suffix=TEXT)
_CREDENTIAL = record(
    asn=TEXT,
    credential_type=TEXT,
    state=TEXT,
    version=NUMBER,
    number=MAYBE,
    legacy_number=MAYBE,
    school_year=MAYBE,
    awarded_on=MAYBE,
    first_run_on=MAYBE,
    awarded_name=maybe(_NAMED),
    legal_name=_NAMED,
    name_differs=FLAG,
    items=many(TEXT),
)
CREDENTIALS = answers(page_of("credentials", _CREDENTIAL))
FOUND = answers(record(credentials=many(_CREDENTIAL)))
_AWARDED = {"asn": TEXT, "credential_type": TEXT, "credential_number": TEXT}
AWARDED = answers(
    _DONE
    | {
        "properties": _DONE["properties"] | _AWARDED | {"item": TEXT, "warnings": REASONS},
        "required": [*_DONE["required"], *_AWARDED],
        "examples": [],
    }
)
REISSUED = answers(record(superseded=TEXT, number=TEXT))
_ORDER = record(
    number=TEXT,
    state=TEXT,
    origin=TEXT,
    version=NUMBER,
    requested_by=TEXT,
    email=TEXT,
    language=TEXT,
    amount_cents=NUMBER,
    placed_at=MAYBE,
    touched_at=MAYBE,
    payment=record(id=MAYBE, started_at=MAYBE),
    items=many(TEXT),
)
_LINE = record(line=NUMBER, asn=TEXT, credential_number=MAYBE, credential_type=TEXT, copies=NUMBER)
_REVIEWED = many(record(line=NUMBER, reasons=REASONS, warnings=REASONS))
ORDERS = answers(page_of("orders", _ORDER))
ORDER = answers(extended(_ORDER, lines=many(_LINE)))
BEGUN = answers(record(order=TEXT), 201)
REVIEW = answers(record(order=TEXT, amount_cents=NUMBER, lines=_REVIEWED))
CHANGED_LINE = answers(record(order=TEXT, line=NUMBER, version=NUMBER))
_PLACED = record(order=TEXT, amount_cents=NUMBER, items=many(TEXT), lines=_REVIEWED)
PLACED = answers(extended(_PLACED, **_DONE["properties"]))
_WAITING = record(order=TEXT, state=TEXT, answer=TEXT)
PAID = answers({"anyOf": [PLACED[200]["content"]["application/json"]["schema"], _WAITING]})
WAYBILL = answers(record(waybill=TEXT, items=many(TEXT)))
DECEASED = answers(record(items=many(record(item=TEXT, asn=TEXT, state=TEXT))))
REFUNDS = answers(record(items=many(record(item=TEXT, payment=MAYBE, payer=TEXT, amount_cents=NUMBER))))
_TASK = record(
    item=TEXT,
    asn=TEXT,
    delivery_method=TEXT,
    certification_country=MAYBE,
    item_state=TEXT,
    state=TEXT,
    owner=TEXT,
    due_on=MAYBE,
    waybill=FLAG,
    version=NUMBER,
)
TASKS = answers(record(handling=many(_TASK)))
_DOWNLOAD = record(item=TEXT, state=TEXT, expires_on=MAYBE, expired=FLAG, downloaded=FLAG)
DOWNLOADS = answers(record(downloads=many(_DOWNLOAD)))
