"""The document order's machine as a table, written by hand from domain §3, "Document order"; read it like `order_item_table`.

That the public acts on its own orders only is a matter of the subject and not in the table.
"""

from tests.unit.workflows.machines.order_item_table import bound_roles, codes_only, read_cells, read_matrix

STATES = ("under_construction", "payment_pending", "payment_not_received", "ordered", "abandoned")
EVENTS = (
    "place",
    "start_payment",
    "confirm_payment",
    "fail_payment",
    "retry_payment",
    "reopen",
    "abandon",
)
INITIAL = "under_construction"
FINAL = frozenset({"ordered", "abandoned"})  # domain §3, "ordered and abandoned are final"

# domain §3, "Document order"
MATRIX = """
from                  place    start_payment    confirm_payment  fail_payment
under_construction    ordered  payment_pending  .                .
payment_pending       .        .                ordered          payment_not_received
payment_not_received  .        .                .                .
ordered               .        .                .                .
abandoned             .        .                .                .

from                  retry_payment    reopen              abandon
under_construction    .                .                   abandoned
payment_pending       .                .                   .
payment_not_received  payment_pending  under_construction  abandoned
ordered               .                .                   .
abandoned             .                .                   .
"""

# domain §4, "place its own orders": the public; Student Records orders too; the clock abandons, and a payment's answer is no
# person's to give
ROLES_TEXT = """
event            from  roles
place            *     student_records public
start_payment    *     student_records public
confirm_payment  *     system
fail_payment     *     system
retry_payment    *     student_records public
reopen           *     student_records public
abandon          *     student_records public system
"""
# What was paid and can't be ordered any more is refunded by a person
OPEN_ROLES_TEXT = """
event         from  roles
fail_payment  *     student_records
"""

RULES_TEXT = """
event            from  rules
# "At least one item (60130)"; 60125: the amount
place            *     60130 60125
# domain §4, "a payment carries its transaction id"
start_payment    *     60111 60125 60130
confirm_payment  *     60111
fail_payment     *     -
retry_payment    *     60111 60125
reopen           *     -
# domain §4, "the order may be abandoned only as §3 says"
abandon          *     60114
"""
# An order that costs something is not placed without a payment
OPEN_RULES_TEXT = """
event            from  rules
place            *     60111
retry_payment    *     60130
"""

TABLE = read_matrix(MATRIX)
ROLES = read_cells(ROLES_TEXT, TABLE)
OPEN_ROLES = read_cells(OPEN_ROLES_TEXT, TABLE)
RULES = codes_only(read_cells(RULES_TEXT, TABLE))
RULE_ROLES = bound_roles(read_cells(RULES_TEXT, TABLE))
OPEN_RULES = codes_only(read_cells(OPEN_RULES_TEXT, TABLE))
