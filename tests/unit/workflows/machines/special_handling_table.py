"""The machine of special handling as a table, written by hand from domain §3, "Special handling"; read it like `order_item_table`.

`assign`, `waive` and `close` are ours (domain §3, "an owner and a due date"); a `release` begins anew, an item whose method is
changed to one that the provider mails needs none, and a `fail` ends it (domain §2, "an open special-handling task closes").
"""

from tests.unit.workflows.machines.order_item_table import bound_roles, codes_only, read_cells, read_matrix

STATES = ("not_required", "outstanding", "pending", "complete")
EVENTS = ("require", "start", "complete", "assign", "waive", "close")
INITIAL = "not_required"
FINAL: frozenset[str] = (
    frozenset()
)  # domain §3, "anew after a change of the delivery method": even what is complete is required anew

# domain §3, "Special handling"
MATRIX = """
from          require      start    complete  assign       waive         close
not_required  outstanding  .        .         .            not_required  .
outstanding   outstanding  pending  complete  outstanding  not_required  complete
pending       outstanding  .        complete  pending      not_required  complete
complete      outstanding  .        .         .            not_required  .
"""

# Special handling is for both ministry roles; what follows from an item's event is the system's
ROLES_TEXT = """
event     from  roles
require   *     student_records operational_support system
start     *     student_records operational_support
complete  *     student_records operational_support
assign    *     student_records operational_support
waive     *     student_records operational_support system
close     *     system
"""
OPEN_ROLES_TEXT = "event from roles"

RULES_TEXT = """
event     from  rules
require   *     -
start     *     -
# domain §4, "waybill present before special handling completes"
complete  *     CO-10
assign    *     -
waive     *     -
close     *     -
"""
OPEN_RULES_TEXT = "event from rules"

TABLE = read_matrix(MATRIX)
ROLES = read_cells(ROLES_TEXT, TABLE)
OPEN_ROLES = read_cells(OPEN_ROLES_TEXT, TABLE)
RULES = codes_only(read_cells(RULES_TEXT, TABLE))
RULE_ROLES = bound_roles(read_cells(RULES_TEXT, TABLE))
OPEN_RULES = codes_only(read_cells(OPEN_RULES_TEXT, TABLE))
