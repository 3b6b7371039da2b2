"""The order item's machine as a table, written by hand from domain §2, "The order item", and domain §4, "Rules": the oracle for the code.

Never derive anything here from `workflows`. When a test disagrees, read the domain page, then mend the wrong side.

`TABLE`       every (state, event) → target state, or None where it is refused (`no_such_transition`)
`ROLES`       every allowed (state, event) → the roles that may cause it (CO-11); every other role gets `permission`
`RULES`       every allowed (state, event) → the codes that must be among its guards
`RULE_ROLES`  (state, event, code) → the roles that guard binds, where it does not bind everyone
`OPEN_ROLES`, `OPEN_RULES`  what the page neither clearly asks for nor clearly forbids: may be there, need not be

So the code is right when, for every allowed pair,
`ROLES <= its roles <= ROLES | OPEN_ROLES` and `RULES <= its guards <= RULES | OPEN_RULES | EVERYWHERE`.
Ownership ("own item", "its own", "its jobs") is a matter of the subject, not of the role, and is not in the table.
"""

Pair = tuple[str, str]
Cells = dict[Pair, frozenset[str]]

STATES = (
    "created",
    "processing",
    "user_hold",
    "system_hold",
    "rendered",
    "in_print_job",
    "sent",
    "delivered",
    "failed",
    "delivered_in_error",
    "expired",
    "cancelled",
    "reordered",
)
EVENTS = (
    "process",
    "render",
    "hold_by_system",
    "requeue",
    "hold",
    "pull",
    "release",
    "cancel",
    "add_to_print_job",
    "remove_from_print_job",
    "dispatch",
    "deliver",
    "expire",
    "fail",
    "misdeliver",
    "reorder",
)
INITIAL = "created"  # domain §2, "then all lines enter created"
FINAL = frozenset({"cancelled"})  # domain §2, "cancelled is final"

#: The roles of domain §4, "Who may".
KNOWN_ROLES = frozenset(
    {
        "student_records",
        "operational_support",
        "print_provider",
        "public",
        "dod_consumer",
        "service",
        "system",
        "auditor",
    }
)
# The first column of domain §4, "Rules": a code outside it is a slip of the pen.
CODES_TEXT = """
44002 44005 44008 44015 44016 44017 44018 11463 60105 60108 60109 60111 60112 60113 60114 60130 60118 60120 60121
60125 60128 60406 65060 82003
CO-01 CO-02 CO-03 CO-04 CO-05 CO-06 CO-07 CO-08 CO-09 CO-10 CO-11 CO-12 CO-13 CO-14 CO-15 CO-16 CO-17 CO-18 CO-19
CO-20 CO-21 CO-22 CO-23 CO-24 CO-25 CO-26 CO-27 CO-28 CO-29 CO-30 CO-31 CO-32 CO-90 CO-91
CO-33 CO-34 CO-35 CO-36 CO-37 CO-38
"""
# CO-33 to CO-38 were added to domain §4, "Rules", after the others, so they stand last here.
KNOWN_RULES = frozenset(CODES_TEXT.split())
#: domain §4, "everywhere": CO-11. It answers with the kind `permission`, so it may be a guard or stand apart.
EVERYWHERE = frozenset({"CO-11"})

# domain §2, "From → To". Three bands, each with every state: preparing and stopping; printing and delivery; gone wrong.
MATRIX = """
from                process     render    hold_by_system  requeue  hold       pull       release  cancel
created             processing  .         .               .        user_hold  .          .        cancelled
processing          .           rendered  system_hold     created  .          .          .        .
user_hold           .           .         .               .        .          .          created  cancelled
system_hold         .           .         .               .        .          .          created  cancelled
rendered            .           .         system_hold     .        user_hold  .          .        .
in_print_job        .           .         system_hold     .        .          user_hold  .        .
sent                .           .         .               .        .          .          .        .
delivered           .           .         .               .        .          .          .        .
failed              .           .         .               .        .          .          .        .
delivered_in_error  .           .         .               .        .          .          .        .
expired             .           .         .               .        .          .          .        .
cancelled           .           .         .               .        .          .          .        .
reordered           .           .         .               .        .          .          .        .

from                add_to_print_job  remove_from_print_job  dispatch  deliver    expire
created             .                 .                      .         .          .
processing          .                 .                      .         .          .
user_hold           .                 .                      .         .          .
system_hold         .                 .                      .         .          .
rendered            in_print_job      .                      .         delivered  expired
in_print_job        .                 rendered               sent      .          .
sent                .                 .                      .         delivered  .
delivered           .                 .                      .         .          .
failed              .                 .                      .         .          .
delivered_in_error  .                 .                      .         .          .
expired             .                 .                      .         .          .
cancelled           .                 .                      .         .          .
reordered           .                 .                      .         .          .

from                fail    misdeliver          reorder
created             .       .                   .
processing          .       .                   .
user_hold           .       .                   .
system_hold         .       .                   .
rendered            .       .                   .
in_print_job        .       .                   .
sent                failed  delivered_in_error  .
delivered           failed  delivered_in_error  reordered
failed              .       delivered_in_error  reordered
delivered_in_error  failed  .                   reordered
expired             .       .                   reordered
cancelled           .       .                   .
reordered           .       .                   reordered
"""

# domain §2, "By", read with domain §4, "Who may". `*` = from every state the event may start in.
# "ministry" there is student_records and operational_support. An event that follows from another's (a discarded job's
# `remove_from_print_job`, an accepted job's `dispatch`) is the system's, whoever began it.
# `service` stands nowhere: it acts in the roles that its token names. `auditor` "changes nothing".
ROLES_TEXT = """
event                  from         roles
process                *            system
render                 *            system
hold_by_system         *            system
requeue                *            system
hold                   *            student_records operational_support
pull                   *            student_records operational_support
# The automatic release is for system holds only: a user hold is ended by a person
release                user_hold    student_records operational_support
release                system_hold  student_records operational_support system
# the public its own, from a system hold too: domain §5, "cancel (created, holds)"
cancel                 *            student_records operational_support public
add_to_print_job       *            system
remove_from_print_job  *            system
dispatch               *            system
# domain §2, "confirmed by a carrier or SR, presumed by time": recorded by a person or by the system
deliver                sent         student_records operational_support system
# domain §2, "the first download": nobody else downloads
deliver                rendered     dod_consumer
expire                 *            system
# domain §2, "The system fails an envelope that is reconciled as pulled": usually a sent one, a delivered one when the
# presumption came first. The system's only reason is PulledBeforeMailing
fail                   *            student_records operational_support system
misdeliver             *            student_records operational_support
# `reorder` is for both, though to order is for student_records only
reorder                *            student_records operational_support
"""

# domain §2, "The system cancels only what a death flag stops": an import has no person behind it.
OPEN_ROLES_TEXT = """
event   from  roles
cancel  *     system
"""

# domain §2, "Rules". `-` = no guard with a code. `code@role` = binds that role only.
RULES_TEXT = """
event                  from          rules
# domain §4, "the control date has come"
process                *             CO-18
# domain §6, "60108, 60128, 44016, CO-03, CO-05…CO-08, CO-12"
render                 *             60108 60128 44016 CO-03 CO-05 CO-06 CO-07 CO-08 CO-12
# domain §4, "an error was found"
hold_by_system         processing    CO-33
hold_by_system         rendered      CO-33
# domain §4, "the print job is open"
hold_by_system         in_print_job  CO-19 CO-33
# domain §4, "the lease has lapsed or its worker stopped"
requeue                *             CO-26
hold                   *             60118
# its job is open, and a reason is given
pull                   *             CO-19 60118
# By hand nothing: domain §4, "Release and deliver need none"; by itself: domain §4, "the cause of every stored error is gone"
release                user_hold     -
release                system_hold   CO-27@system
# domain §4, "The public may give RequestedByStudent alone": a valid reason depends on the role, still 60118
cancel                 *             60118
# on paper; job open; same key; below its maximum; and again what may have changed since rendering
add_to_print_job       *             CO-22 CO-19 CO-20 CO-21 CO-05 CO-12 44016
# domain §4, "the job is discarded", and domain §4, "the job was accepted"
remove_from_print_job  *             CO-34
dispatch               *             CO-35
# domain §4, "special handling is complete or not required"
deliver                sent          CO-24
# domain §4, "the link is valid and not expired, the consumer active"
deliver                rendered      CO-23 CO-25 CO-05 CO-12 CO-91
# domain §4, "the link's last day is over" (CO-25 is its opposite). domain §2, "A student hold or an inactive consumer does
# not stop this clock": neither CO-05 nor CO-25 may guard it
expire                 *             CO-23 CO-36
# on paper, and a reason is given
fail                   *             CO-22 60118
misdeliver             *             60118
# 60118: valid for the event and the state; 60105: with its source; CO-91: domain §4, "print job, download, reorder"
reorder                delivered           60105 60118 CO-91
reorder                failed              60105 60118 CO-91
reorder                delivered_in_error  60105 60118 CO-91
reorder                expired             60105 60118 CO-91
# domain §2, "only when every earlier reorder of it is cancelled"
reorder                reordered           60105 60118 CO-91 CO-16
"""

OPEN_RULES_TEXT = """
event             from      rules
# domain §6, "A step that raises 3 times for an item is CO-90". A guard, or only an error to store?
process           *         CO-90
render            *         CO-90
# domain §4, "print job, download, reorder": CO-91, though it is asked only at the job's release; CO-31: job creation
add_to_print_job  *         CO-91 CO-31
# What is sent is physical anyway: no sentence says so of `deliver`
deliver           sent      CO-22
# A digital item needs no special handling; 60406 is answered by the download page to what is no longer `rendered`
deliver           rendered  CO-24 60406
# CO-16 is true of a source without reorders. domain §2, "made in the same transaction": the ordering
# rules judge that new line, here or at its placing
reorder           delivered           CO-16 44016 60109 60128 CO-01 CO-02 CO-03 CO-07 CO-09 CO-12
reorder           failed              CO-16 44016 60109 60128 CO-01 CO-02 CO-03 CO-07 CO-09 CO-12
reorder           delivered_in_error  CO-16 44016 60109 60128 CO-01 CO-02 CO-03 CO-07 CO-09 CO-12
reorder           expired             CO-16 44016 60109 60128 CO-01 CO-02 CO-03 CO-07 CO-09 CO-12
reorder           reordered           44016 60109 60128 CO-01 CO-02 CO-03 CO-07 CO-09 CO-12
"""


def read_matrix(text: str) -> dict[Pair, str | None]:
    """(row's state, column's event) → target or None. Bands are parted by blank lines; a cell stands once."""
    table: dict[Pair, str | None] = {}
    for band in text.strip().split("\n\n"):
        (corner, *events), *rows = (line.split() for line in band.splitlines())
        if corner != "from":
            raise ValueError(f"a band begins with {corner!r}, not with its header")
        for state, *cells in rows:
            for event, target in zip(events, cells, strict=True):
                if (state, event) in table:
                    raise ValueError(f"{state} × {event} stands twice")
                table[state, event] = None if target == "." else target
    return table


def read_cells(text: str, table: dict[Pair, str | None]) -> Cells:
    """(state, event) → the words of its line; `*` is every state the event may start in, `-` is no word."""
    cells: Cells = {}
    header, *lines = (line for line in text.strip().splitlines() if not line.startswith("#"))
    if header.split()[:2] != ["event", "from"]:
        raise ValueError(f"not a header: {header!r}")
    for line in lines:
        event, state, *words = line.split()
        if not words:
            raise ValueError(f"an empty cell: {line!r}")
        starts = [s for (s, e), target in table.items() if e == event and target is not None]
        states = starts if state == "*" else [state]
        if not states or not set(states) <= set(starts):
            raise ValueError(f"{event} cannot start in {state}")
        for pair in ((s, event) for s in states):
            if pair in cells:
                raise ValueError(f"{pair} stands twice")
            cells[pair] = frozenset(words) - {"-"}
    return cells


def codes_only(cells: Cells) -> Cells:
    """The codes of a rule table, without the roles they bind."""
    return {pair: frozenset(word.partition("@")[0] for word in words) for pair, words in cells.items()}


def bound_roles(cells: Cells) -> dict[tuple[str, str, str], frozenset[str]]:
    """(state, event, code) → the roles it binds, of the codes written `code@role`."""
    bound: dict[tuple[str, str, str], frozenset[str]] = {}
    for (state, event), words in cells.items():
        for code, at, role in (word.partition("@") for word in words):
            if at:
                bound[state, event, code] = bound.get((state, event, code), frozenset()) | {role}
    return bound


TABLE = read_matrix(MATRIX)
ROLES = read_cells(ROLES_TEXT, TABLE)
OPEN_ROLES = read_cells(OPEN_ROLES_TEXT, TABLE)
RULES = codes_only(read_cells(RULES_TEXT, TABLE))
RULE_ROLES = bound_roles(read_cells(RULES_TEXT, TABLE))
OPEN_RULES = codes_only(read_cells(OPEN_RULES_TEXT, TABLE))
