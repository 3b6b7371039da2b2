"""The print job's machine as a table, written by hand from domain §3, "Print job"; read it like `order_item_table`.

`ITEM_RULES` are judged for each item of the job, not for the job: domain §3, "failing items are held and leave". One of them
failing must not refuse the job's event.
"""

from tests.unit.workflows.machines.order_item_table import bound_roles, codes_only, read_cells, read_matrix

STATES = ("open", "released", "transmitting", "transmitted", "failed", "discarded", "reconciled")
EVENTS = (
    "release",
    "hand_over",
    "accept",
    "retry",
    "give_up",
    "resend",
    "discard",
    "acknowledge",
    "reconcile",
)
INITIAL = "open"
FINAL = frozenset({"discarded", "reconciled"})  # no sentence calls them final; no event leaves them

# domain §3, "From → To". `acknowledge` leads from `transmitted` to itself: allowed, and the state stays.
MATRIX = """
from          release   hand_over     accept       retry     give_up  resend    discard    acknowledge  reconcile
open          released  .             .            .         .        .         discarded  .            .
released      .         transmitting  .            .         .        .         discarded  .            .
transmitting  .         .             transmitted  released  failed   .         .          .            .
transmitted   .         .             .            .         .        .         .          transmitted  reconciled
failed        .         .             .            .         .        released  discarded  .            .
discarded     .         .             .            .         .        .         .          .            .
reconciled    .         .             .            .         .        .         .          .            .
"""

# domain §3, "By", read with domain §4, "Who may"
ROLES_TEXT = """
event        from  roles
# by hand, by the clock, or at the maximum; domain §4, "print job release, resend": both ministry roles
release      *     student_records operational_support system
hand_over    *     system
accept       *     system
retry        *     system
give_up      *     system
resend       *     student_records operational_support
# domain §4, "discard and consumers are its own"
discard      *     student_records
# the provider alone
acknowledge  *     print_provider
# the provider and SR
reconcile    *     print_provider student_records
"""

# SR reconciles; the page's list for operational support has no `reconcile`.
# `acknowledge` is the provider's, but SR has a screen for the outcome *pulled*: domain §5, "pull an envelope".
OPEN_ROLES_TEXT = """
event        from  roles
reconcile    *     operational_support
acknowledge  *     student_records
"""

# domain §3, "Rules", in the table of the print job
RULES_TEXT = """
event        from      rules
# domain §4, "the job has an envelope (release)"
release      *         CO-28
# domain §4, "job creation / transmission is switched on"
hand_over    *         CO-31
# domain §4, "both files are in the drop with their hashes"
accept       *         CO-32
# domain §3, "with a failure notice": when each is due is no rule
retry        *         -
give_up      *         -
# "same file, same numbers" is an effect
resend       *         -
# domain §3, "only when empty"; a discard carries a reason
discard      open      60118 CO-28
# domain §4, "SR confirmed that the provider holds no copy"
discard      released  60118 CO-29
discard      failed    60118 CO-29
acknowledge  *         -
# "every sequence has an outcome"
reconcile    *         CO-30
"""

OPEN_RULES_TEXT = """
event      from  rules
# domain §4, "the print job is open": CO-19, which the state says already
release    *     CO-19
# domain §4, "the stored document is present and unaltered": the file that is handed over (again) is the one that was written
hand_over  *     CO-91
resend     *     CO-91
# domain §4, "the step did not fail 3 times": CO-90; the fourth attempt of 1, 5, 15 min would fail it
retry      *     CO-90
give_up    *     CO-90
# nobody can hold a copy of a job that was never released; domain §4, "SR confirmed", makes no exception
discard    open  CO-29
"""

# domain §3, "are asked again of each item (failing items are held and leave)"
ITEM_RULES_TEXT = """
event    from  rules
release  *     CO-05 CO-12 44016 CO-91
"""

TABLE = read_matrix(MATRIX)
ROLES = read_cells(ROLES_TEXT, TABLE)
OPEN_ROLES = read_cells(OPEN_ROLES_TEXT, TABLE)
RULES = codes_only(read_cells(RULES_TEXT, TABLE))
RULE_ROLES = bound_roles(read_cells(RULES_TEXT, TABLE))
OPEN_RULES = codes_only(read_cells(OPEN_RULES_TEXT, TABLE))
ITEM_RULES = codes_only(read_cells(ITEM_RULES_TEXT, TABLE))
