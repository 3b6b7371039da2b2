"""A small wave whose items stand in every state that an embedded installation brings about."""

from typing import Any

from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import NO_ADDRESS, Row, credential, import_, student

#: The students by the state in which their items end.
SENT, IN_OPEN_JOB, IN_RELEASED_JOB, SYSTEM_HOLD, USER_HOLD, CANCELLED, CREATED = (
    f"10000000{n}" for n in range(1, 8)
)

_TYPES = {
    SENT: "AHSD", IN_OPEN_JOB: "HSED", IN_RELEASED_JOB: "CHSA", SYSTEM_HOLD: "COSC", USER_HOLD: "AHSD", CANCELLED: "AHSD",
    CREATED: "AHSD",
}  # fmt: skip
_CELLS: dict[str, Row] = {
    SYSTEM_HOLD: {"first_name": "Zoé 🌸", "hold_until": "2026-12-31", **NO_ADDRESS},
    CREATED: {"school_code": "101009", "school_name": "Larch Grove"},
}
STATES = {
    SENT: "sent",
    IN_OPEN_JOB: "in_print_job",
    IN_RELEASED_JOB: "in_print_job",
    SYSTEM_HOLD: "system_hold",
    USER_HOLD: "user_hold",
    CANCELLED: "cancelled",
    CREATED: "created",
}


def make_wave(orders: Orders) -> None:
    """Bring an empty installation to where ``STATES`` says."""
    students = [student(asn, **_CELLS.get(asn, {})) for asn in _TYPES]
    assert import_(orders, students, [credential(asn, kind) for asn, kind in _TYPES.items()]).exit_code == 0
    types = [part for kind in sorted(set(_TYPES.values())) for part in ("--type", kind)]
    orders.ok("award-and-order", *types, "--school", "101001")
    orders.ok("item", "do", number_of(orders, USER_HOLD), "hold", "--reason", "Investigation")
    orders.ok("item", "do", number_of(orders, CANCELLED), "cancel", "--reason", "OrderedInError")
    orders.ok("work", "--until-idle")
    for asn in (SENT, IN_RELEASED_JOB):
        orders.ok("print-job", "release", item_of(orders, asn)["print_job"])
    orders.ok("print-job", "transmit", item_of(orders, SENT)["print_job"])
    orders.ok("award-and-order", "--type", "AHSD", "--school", "101009")


def item_of(orders: Orders, asn: str) -> dict[str, Any]:
    """The one item of a student."""
    (found,) = orders.items("--asn", asn)
    return found


def number_of(orders: Orders, asn: str) -> str:
    """The number of the one item of a student."""
    return str(item_of(orders, asn)["number"])
