"""The shapes of answers in the OpenAPI document, with an example of each; schemathesis holds the service to them."""

from typing import Any

from web.api.schema import (
    COUNTED,
    FLAG,
    FREE,
    MAYBE,
    MAYBE_NUMBER,
    NUMBER,
    TEXT,
    answers,
    either,
    extended,
    file_of,
    many,
    maybe,
    page_of,
    record,
    sometimes,
    with_example,
)

BOTH = record(en=TEXT, fr=TEXT)
REASON_SHAPE = record(code=TEXT, rule=TEXT, message=BOTH, params=FREE, who=TEXT) | {
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
_REVIEWED = many(record(line=NUMBER, reasons=REASONS, warnings=REASONS))
PROBLEM_SHAPE = sometimes(
    record(
        type=TEXT,
        title=TEXT,
        status=NUMBER,
        detail=TEXT,
        instance=TEXT,
        kind=TEXT,
        message=BOTH,
        reasons=REASONS,
    ),
    event=MAYBE,
    state=MAYBE,
    faults=many(record(field=TEXT, code=TEXT, message=BOTH)),
    lines=_REVIEWED,
) | {
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

#: What went wrong last, where it is tried again.
FAULT = maybe(record(step=TEXT, error=TEXT))
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
_MOVED = record(**{"event": TEXT, "from": TEXT, "state": TEXT})


def _done(**subject: Any) -> dict[str, Any]:
    """What was done, and to what."""
    return record(**subject, done=_MOVED, version=MAYBE_NUMBER, already_done=FLAG)


ITEM = answers(_ITEM)
ITEM_DONE = answers(
    with_example(
        _done(item=TEXT),
        {
            "item": "0000000123-01",
            "done": {"event": "hold", "from": "created", "state": "user_hold"},
            "version": 2,
            "already_done": False,
        },
    )
)
CREDENTIAL_DONE, ORDER_DONE = answers(_done(credential=TEXT)), answers(_done(order=TEXT))
JOB_DONE, CONSUMER_DONE = answers(_done(job=TEXT)), answers(_done(consumer=NUMBER))
COUNTS = answers(record(items=COUNTED))
HISTORY_ROW = record(
    seq=NUMBER,
    event=TEXT,
    from_state=MAYBE,
    to_state=TEXT,
    reason=MAYBE,
    note=MAYBE,
    detail=maybe(FREE),
    command_id=TEXT,
    rule_set=TEXT,
    hash=TEXT,
    at=TEXT,
    actor=record(role=TEXT, name=TEXT),
)
ITEM_HISTORY = answers(record(item=TEXT, history=many(HISTORY_ROW)))
CREDENTIAL_HISTORY = answers(record(credential=TEXT, history=many(HISTORY_ROW)))
_EVENT = record(event=TEXT, allowed=FLAG, kind=MAYBE, reasons=REASONS)
ITEM_EVENTS = answers(record(item=TEXT, events=many(_EVENT)))
CREDENTIAL_EVENTS = answers(record(credential=TEXT, events=many(_EVENT)))
_LISTED = sometimes(_ITEM, events=many(_EVENT))
ITEMS = answers(page_of("items", _LISTED))
REORDERED = answers(
    record(item=MAYBE, reorder_of=TEXT, name_differs=FLAG, already_done=FLAG, warnings=REASONS)
)
_ORDERED = record(item=TEXT, warnings=REASONS)
ORDERED = answers(_ORDERED)
REPRINTED = answers(extended(_ORDERED, credential_number=MAYBE))
PDF, SHEET = file_of("application/pdf"), file_of("text/csv")
_ITEM_ROW = sometimes(
    record(item=TEXT, outcome=TEXT, reasons=REASONS),
    state=MAYBE,
    version=MAYBE_NUMBER,
    kind=MAYBE,
    error=TEXT,
)
_CREDENTIAL_ROW = sometimes(
    record(asn=TEXT, credential_type=TEXT, outcome=TEXT, reasons=REASONS),
    credential_number=MAYBE,
    item=MAYBE,
    warnings=REASONS,
    error=TEXT,
)
_BULK = record(
    dry_run=FLAG,
    selected=NUMBER,
    outcomes=many(_ITEM_ROW),
    by_outcome=COUNTED,
    by_rule=COUNTED,
)
_PREVIEW = extended(
    _BULK | record(**_BULK["properties"] | {"outcomes": many(_CREDENTIAL_ROW)}),
    succeeded=NUMBER,
    refused=NUMBER,
)
_RUN = record(
    run=NUMBER,
    kind=TEXT,
    state=TEXT,
    parameters=FREE,
    selected=NUMBER,
    finished=NUMBER,
    by_outcome=COUNTED,
    by_rule=COUNTED,
    last_error=FAULT,
    created_at=TEXT,
    finished_at=MAYBE,
)
RUN, RUNS = answers(_RUN), answers(page_of("runs", _RUN))
_STARTED = {
    "description": "Started in the background; `Location` shows its progress",
    "content": {"application/json": {"schema": _RUN}},
}
BULK, AWARDED_IN_BULK = answers(_BULK) | {202: _STARTED}, answers(_PREVIEW) | {202: _STARTED}
ROWS = answers(page_of("outcomes", either(_ITEM_ROW, _CREDENTIAL_ROW)))
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
AWARDED = answers(
    sometimes(_done(asn=TEXT, credential_type=TEXT, credential_number=TEXT), item=TEXT, warnings=REASONS)
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
_LINE = record(
    line=NUMBER,
    asn=TEXT,
    credential_number=MAYBE,
    credential_type=TEXT,
    language=TEXT,
    copies=NUMBER,
    delivery_method=TEXT,
    recipient_kind=TEXT,
    recipient=MAYBE,
    address=maybe(_ADDRESS),
    consumer_id=MAYBE_NUMBER,
    control_date=MAYBE,
    certification_country=MAYBE,
    requested_by=TEXT,
    waybill=MAYBE,
)
ORDERS = answers(page_of("orders", _ORDER))
ORDER = answers(extended(_ORDER, lines=many(_LINE)))
BEGUN = answers(record(order=TEXT), 201)
REVIEW = answers(record(order=TEXT, amount_cents=NUMBER, lines=_REVIEWED))
CHANGED_LINE = answers(record(order=TEXT, line=NUMBER, version=NUMBER))
_PLACED = extended(_done(order=TEXT), amount_cents=NUMBER, items=many(TEXT), lines=_REVIEWED)
PLACED = answers(_PLACED)
PAID = answers(either(_PLACED, record(order=TEXT, state=TEXT, answer=TEXT)))
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
