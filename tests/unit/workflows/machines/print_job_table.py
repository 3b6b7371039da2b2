"""The print job's machine as a table, written by hand from domain.md §3 and §4; read it like `order_item_table`.

`ITEM_RULES` are judged for each item of the job, not for the job: "failing items are held and leave". One of them
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

# §3, "From → To". `acknowledge` is "transmitted (no change)": allowed, and the state stays.
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

# §3, "By", read with §4's CO-11 paragraph
ROLES_TEXT = """
event        from  roles
# "SR, clock, maximum reached"; CO-11: "print job release, resend" for both ministry roles
release      *     student_records operational_support system
hand_over    *     system
accept       *     system
retry        *     system
give_up      *     system
resend       *     student_records operational_support
# CO-11: "student_records only: … discard"
discard      *     student_records
# "provider", alone
acknowledge  *     print_provider
# "provider, SR"
reconcile    *     print_provider student_records
"""

# "By" says SR; CO-11's list for both ministry roles has no `reconcile`, and its list for student_records only neither.
# §3 gives `acknowledge` to the provider alone, but §5's print-job screen has SR "pull an envelope": the outcome *pulled*.
OPEN_ROLES_TEXT = """
event        from  roles
reconcile    *     operational_support
acknowledge  *     student_records
"""

# §3, "Guards / effects", with §4's "Where"
RULES_TEXT = """
event        from      rules
# "≥ 1 item"; §4: CO-28 "the job has an envelope (release)"
release      *         CO-28
# "transmission switched on"
hand_over    *         CO-31
# "both files in the drop, hashes read back"
accept       *         CO-32
# "after 1, 5, 15 min / then a failure notice": when each is due has no code in §4
retry        *         -
give_up      *         -
# "same file, same numbers" is an effect
resend       *         -
# "open → discarded when empty" (CO-28 "has none (discard of an open job)"); 60118: "… discard carry a reason"
discard      open      60118 CO-28
# "reason; SR confirms that the provider holds no copy"
discard      released  60118 CO-29
discard      failed    60118 CO-29
acknowledge  *         -
# "every sequence has an outcome"
reconcile    *         CO-30
"""

OPEN_RULES_TEXT = """
event      from  rules
# §4: CO-19 "the print job is open", which the state says already
release    *     CO-19
# §4: CO-91 "print job": the file that is handed over (again) is the one that was written
hand_over  *     CO-91
resend     *     CO-91
# §4: CO-90 "the step did not fail 3 times", "agent": the fourth attempt of 1, 5, 15 min would fail it
retry      *     CO-90
give_up    *     CO-90
# nobody can hold a copy of a job that was never released; §3's sentence makes no exception
discard    open  CO-29
"""

# "CO-05, CO-12, 44016, CO-91 again for each (failing items are held and leave)"
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
