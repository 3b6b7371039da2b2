"""The student credential's machine as a table, written by hand from domain §3, "Student credential"; read it like `order_item_table`."""

from tests.unit.workflows.machines.order_item_table import bound_roles, codes_only, read_cells, read_matrix

STATES = ("achieved", "awarded", "superseded", "deleted")
EVENTS = ("award", "supersede", "undo_supersede", "delete", "undelete")
INITIAL = "achieved"
FINAL: frozenset[str] = frozenset()  # a deleted number may be restored, a superseded one too

MATRIX = """
from        award    supersede   undo_supersede  delete   undelete
achieved    awarded  .           .               .        .
awarded     .        superseded  .               deleted  .
superseded  .        .           awarded         .        .
deleted     .        .           .               .        awarded
"""

# domain §4, "award, order, re-issue, delete, discard and consumers are its own"; undoing either is no less
ROLES_TEXT = """
event           from  roles
award           *     student_records
supersede       *     student_records
undo_supersede  *     student_records
delete          *     student_records
undelete        *     student_records
"""
OPEN_ROLES_TEXT = """
event  from  roles
"""

RULES_TEXT = """
event           from  rules
# 44008: "the awarded school year can be determined"
award           *     44008
# by re-issue; 44018 because of domain §1, "can only be reprinted"
supersede       *     44002 44005 44015 44018
# domain §3, "the newer number becomes deleted"
undo_supersede  *     44015 CO-37
# domain §3, "with a delete reason"
delete          *     44015 60118
# domain §3, "only if no other number is active"
undelete        *     CO-37
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
