"""The shapes of answers in the OpenAPI document, with an example of each; schemathesis holds the service to them."""

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE: dict[str, Any] = {"type": ["string", "null"]}
_NUMBER: dict[str, Any] = {"type": "integer"}
_FLAG: dict[str, Any] = {"type": "boolean"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _page(name: str, of: dict[str, Any]) -> dict[str, Any]:
    return _object(**{name: _list(of), "next": _MAYBE})


BOTH = _object(en=_TEXT, fr=_TEXT)
REASON_SHAPE = _object(code=_TEXT, rule=_TEXT, message=BOTH, params={"type": "object"}, who=_TEXT) | {
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
_REASONS = _list(REASON_SHAPE)
PROBLEM_SHAPE = {
    "type": "object",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": _NUMBER,
        "detail": _TEXT,
        "instance": _TEXT,
        "kind": _TEXT,
        "message": BOTH,
        "event": _MAYBE,
        "state": _MAYBE,
        "reasons": _REASONS,
        "faults": _list(_object(field=_TEXT, code=_TEXT, message=BOTH)),
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

_ITEM = _object(
    number=_TEXT,
    asn=_TEXT,
    credential_number=_MAYBE,
    credential_type=_TEXT,
    kind=_TEXT,
    root_kind=_TEXT,
    reorder_of=_MAYBE,
    reorder_root=_MAYBE,
    letter=_TEXT,
    state=_TEXT,
    version=_NUMBER,
    language=_TEXT,
    copies=_NUMBER,
    delivery_method=_TEXT,
    recipient=_object(kind=_TEXT, name=_MAYBE),
    address={"type": ["object", "null"]},
    printed_name=_MAYBE,
    control_date=_MAYBE,
    special_handling=_TEXT,
    status_reason=_MAYBE,
    errors=_REASONS,
    print_job=_MAYBE,
    sequence={"type": ["integer", "null"]},
    processed_at=_MAYBE,
    sent_at=_MAYBE,
    delivered_at=_MAYBE,
    delivered_how=_MAYBE,
    document={"type": ["object", "null"]},
)
_DONE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "done": _object(event=_TEXT, state=_TEXT) | {"description": "`event`, `from`, `state`"},
        "version": {"type": ["integer", "null"]},
        "already_done": _FLAG,
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


def _answers(shape: dict[str, Any], status: int = 200) -> dict[int | str, dict[str, Any]]:
    content = {"application/json": {"schema": shape}}
    return {status: {"description": "Done", "content": content}}


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string", "contentMediaType": media_type}
    return {200: {"description": "The file", "content": {media_type: {"schema": schema}}}}


ANY = _answers({"type": "object"})
ITEM = _answers(_ITEM)
DONE = _answers(_DONE)
COUNTS = _answers(_object(items={"type": "object", "additionalProperties": _NUMBER}))
_HISTORY_ROW = _object(
    seq=_NUMBER,
    event=_TEXT,
    from_state=_MAYBE,
    to_state=_TEXT,
    at=_TEXT,
    actor=_object(role=_TEXT, name=_TEXT),
)
HISTORY = _answers(_object(history=_list(_HISTORY_ROW)))
_EVENT = _object(event=_TEXT, allowed=_FLAG, kind=_MAYBE, reasons=_REASONS)
TRANSITIONS = _answers(_object(events=_list(_EVENT)))
_LISTED = _ITEM | {"properties": _ITEM["properties"] | {"events": _list(_EVENT)}}
ITEMS = _answers(_page("items", _LISTED))
REORDERED = _answers(
    _object(item=_MAYBE, reorder_of=_TEXT, name_differs=_FLAG, already_done=_FLAG, warnings=_REASONS)
)
ORDERED = _answers(_object(item=_TEXT, warnings=_REASONS))
PDF, SHEET = _file("application/pdf"), _file("text/csv")
_ROW = {
    "type": "object",
    "properties": {"item": _MAYBE, "outcome": _TEXT, "reasons": _REASONS},
    "required": ["outcome", "reasons"],
}
_BULK = _object(
    dry_run=_FLAG,
    selected=_NUMBER,
    outcomes=_list(_ROW),
    by_outcome={"type": "object"},
    by_rule={"type": "object"},
)
_RUN = _object(
    run=_NUMBER,
    kind=_TEXT,
    state=_TEXT,
    selected=_NUMBER,
    finished=_NUMBER,
    by_outcome={"type": "object"},
    by_rule={"type": "object"},
    created_at=_TEXT,
    finished_at=_MAYBE,
)
RUN, RUNS = _answers(_RUN), _answers(_page("runs", _RUN))
_STARTED = {
    "description": "Started in the background; `Location` shows its progress",
    "content": {"application/json": {"schema": _RUN}},
}
BULK = _answers(_BULK) | {202: _STARTED}
ROWS = _answers(_page("outcomes", _ROW))
_NAMED = _object(last_name=_TEXT, first_name=_TEXT, middle_name=_TEXT, suffix=_TEXT)
_CREDENTIAL = _object(
    asn=_TEXT,
    credential_type=_TEXT,
    state=_TEXT,
    version=_NUMBER,
    number=_MAYBE,
    legacy_number=_MAYBE,
    school_year=_MAYBE,
    awarded_on=_MAYBE,
    first_run_on=_MAYBE,
    awarded_name={"anyOf": [_NAMED, {"type": "null"}]},
    legal_name=_NAMED,
    name_differs=_FLAG,
    items=_list(_TEXT),
)
CREDENTIALS = _answers(_page("credentials", _CREDENTIAL))
FOUND = _answers(_object(credentials=_list(_CREDENTIAL)))
_AWARDED = {"asn": _TEXT, "credential_type": _TEXT, "credential_number": _TEXT}
AWARDED = _answers(
    _DONE
    | {
        "properties": _DONE["properties"] | _AWARDED | {"item": _TEXT, "warnings": _REASONS},
        "required": [*_DONE["required"], *_AWARDED],
        "examples": [],
    }
)
REISSUED = _answers(_object(superseded=_TEXT, number=_TEXT))
_ORDER = _object(
    number=_TEXT,
    state=_TEXT,
    origin=_TEXT,
    version=_NUMBER,
    requested_by=_TEXT,
    email=_TEXT,
    language=_TEXT,
    amount_cents=_NUMBER,
    placed_at=_MAYBE,
    touched_at=_MAYBE,
    payment=_object(id=_MAYBE, started_at=_MAYBE),
    items=_list(_TEXT),
)
_LINE = _object(line=_NUMBER, asn=_TEXT, credential_number=_MAYBE, credential_type=_TEXT, copies=_NUMBER)
_REVIEWED = _list(_object(line=_NUMBER, reasons=_REASONS, warnings=_REASONS))
ORDERS = _answers(_page("orders", _ORDER))
ORDER = _answers(
    _ORDER
    | {
        "properties": _ORDER["properties"] | {"lines": _list(_LINE)},
        "required": [*_ORDER["required"], "lines"],
    }
)
BEGUN = _answers(_object(order=_TEXT), 201)
REVIEW = _answers(_object(order=_TEXT, amount_cents=_NUMBER, lines=_REVIEWED))
CHANGED_LINE = _answers(_object(order=_TEXT, line=_NUMBER))
_PLACED = _object(order=_TEXT, amount_cents=_NUMBER, items=_list(_TEXT), lines=_REVIEWED)
PLACED = _answers(
    _PLACED
    | {
        "properties": _PLACED["properties"] | _DONE["properties"],
        "required": [*_PLACED["required"], *_DONE["required"]],
    }
)
_WAITING = _object(order=_TEXT, state=_TEXT, answer=_TEXT)
PAID = _answers({"anyOf": [PLACED[200]["content"]["application/json"]["schema"], _WAITING]})
WAYBILL = _answers(_object(waybill=_TEXT, items=_list(_TEXT)))
DECEASED = _answers(_object(items=_list(_object(item=_TEXT, asn=_TEXT, state=_TEXT))))
REFUNDS = _answers(
    _object(items=_list(_object(item=_TEXT, payment=_MAYBE, payer=_TEXT, amount_cents=_NUMBER)))
)
_TASK = _object(
    item=_TEXT,
    asn=_TEXT,
    delivery_method=_TEXT,
    certification_country=_MAYBE,
    item_state=_TEXT,
    state=_TEXT,
    owner=_TEXT,
    due_on=_MAYBE,
    waybill=_FLAG,
    version=_NUMBER,
)
TASKS = _answers(_object(handling=_list(_TASK)))
_DOWNLOAD = _object(item=_TEXT, state=_TEXT, expires_on=_MAYBE, expired=_FLAG, downloaded=_FLAG)
DOWNLOADS = _answers(_object(downloads=_list(_DOWNLOAD)))
