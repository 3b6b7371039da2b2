"""The digital document consumer's machine as a table, written by hand from domain §3, "DOD consumer"; read it like `order_item_table`."""

from tests.unit.workflows.machines.order_item_table import bound_roles, codes_only, read_cells, read_matrix

STATES = ("pending", "active", "declined")
EVENTS = ("activate", "decline", "reconsider")
INITIAL = "pending"
FINAL: frozenset[str] = frozenset()

MATRIX = """
from      activate  decline   reconsider
pending   active    declined  .
active    .         .         pending
declined  .         .         pending
"""

# domain §4, "consumers are its own"
ROLES_TEXT = """
event       from  roles
activate    *     student_records
decline     *     student_records
reconsider  *     student_records
"""
OPEN_ROLES_TEXT = """
event  from  roles
"""
# domain §4, "consumer status change allowed"
RULES_TEXT = """
event       from  rules
activate    *     82003
decline     *     82003
reconsider  *     82003
"""
OPEN_RULES_TEXT = """
event  from  rules
"""

TABLE = read_matrix(MATRIX)
ROLES = read_cells(ROLES_TEXT, TABLE)
OPEN_ROLES = read_cells(OPEN_ROLES_TEXT, TABLE)
RULES = codes_only(read_cells(RULES_TEXT, TABLE))
RULE_ROLES = bound_roles(read_cells(RULES_TEXT, TABLE))
OPEN_RULES = codes_only(read_cells(OPEN_RULES_TEXT, TABLE))
