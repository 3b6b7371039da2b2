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
_DONE = {
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
CREDENTIALS = _answers(_page("credentials", {"type": "object"}))
