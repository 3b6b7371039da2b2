"""The oracles themselves: complete, well formed, and equal to a second writing of the domain page's arrows."""

from itertools import product
from types import ModuleType

import pytest

from tests.unit.workflows.machines import (
    consumer_table,
    credential_table,
    document_order_table,
    order_item_table,
    print_job_table,
    special_handling_table,
)
from tests.unit.workflows.machines.order_item_table import KNOWN_ROLES, KNOWN_RULES, read_cells, read_matrix

# Double entry: the "From → To" columns once more, event by event as the page has them.
ORDER_ITEM_ARROWS = """
process: created → processing
render: processing → rendered
hold_by_system: processing, rendered, in_print_job → system_hold
requeue: processing → created
hold: created, rendered → user_hold
pull: in_print_job → user_hold
release: user_hold, system_hold → created
cancel: created, user_hold, system_hold → cancelled
add_to_print_job: rendered → in_print_job
remove_from_print_job: in_print_job → rendered
dispatch: in_print_job → sent
deliver: sent, rendered → delivered
expire: rendered → expired
fail: sent, delivered, delivered_in_error → failed
misdeliver: sent, delivered, failed → delivered_in_error
reorder: delivered, failed, delivered_in_error, expired, reordered → reordered
"""
PRINT_JOB_ARROWS = """
release: open → released
hand_over: released → transmitting
accept: transmitting → transmitted
retry: transmitting → released
give_up: transmitting → failed
resend: failed → released
discard: released, failed, open → discarded
acknowledge: transmitted → transmitted
reconcile: transmitted → reconciled
"""
CONSUMER_ARROWS = """
activate: pending → active
decline: pending → declined
reconsider: active, declined → pending
"""
CREDENTIAL_ARROWS = """
award: achieved → awarded
supersede: awarded → superseded
undo_supersede: superseded → awarded
delete: awarded → deleted
undelete: deleted → awarded
"""

SPECIAL_HANDLING_ARROWS = """
require: not_required, outstanding, pending, complete → outstanding
start: outstanding → pending
complete: outstanding, pending → complete
assign: outstanding → outstanding
assign: pending → pending
waive: not_required, outstanding, pending, complete → not_required
close: outstanding, pending → complete
"""
DOCUMENT_ORDER_ARROWS = """
place: under_construction → ordered
start_payment: under_construction → payment_pending
confirm_payment: payment_pending → ordered
fail_payment: payment_pending → payment_not_received
retry_payment: payment_not_received → payment_pending
reopen: payment_not_received → under_construction
abandon: under_construction, payment_not_received → abandoned
"""

MACHINES = {
    "order_item": order_item_table,
    "print_job": print_job_table,
    "credential": credential_table,
    "consumer": consumer_table,
    "special_handling": special_handling_table,
    "document_order": document_order_table,
}
both = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)


def allowed(machine: ModuleType) -> set[tuple[str, str]]:
    """The (state, event) pairs with a target."""
    return {pair for pair, target in machine.TABLE.items() if target is not None}


@pytest.mark.parametrize(
    ("machine", "states", "events", "arrows"),
    [
        (order_item_table, 13, 16, 31),
        (print_job_table, 7, 9, 11),
        (credential_table, 4, 5, 5),
        (consumer_table, 3, 3, 4),
        (special_handling_table, 4, 6, 15),
        (document_order_table, 5, 7, 8),
    ],
    ids=MACHINES,
)
def test_the_matrix_has_every_state_and_event(
    machine: ModuleType, states: int, events: int, arrows: int
) -> None:
    """Every state × every event stands in the table exactly once, and the counts are those of the page."""
    assert (len(machine.STATES), len(machine.EVENTS)) == (states, events)
    assert set(machine.TABLE) == set(product(machine.STATES, machine.EVENTS))
    assert len(machine.TABLE) == states * events
    assert len(allowed(machine)) == arrows


@pytest.mark.parametrize(
    ("machine", "text"),
    [
        (order_item_table, ORDER_ITEM_ARROWS),
        (print_job_table, PRINT_JOB_ARROWS),
        (credential_table, CREDENTIAL_ARROWS),
        (consumer_table, CONSUMER_ARROWS),
        (special_handling_table, SPECIAL_HANDLING_ARROWS),
        (document_order_table, DOCUMENT_ORDER_ARROWS),
    ],
    ids=MACHINES,
)
def test_the_matrix_equals_the_arrows(machine: ModuleType, text: str) -> None:
    """The matrix, read by rows, says what the page's arrows, read by events, say."""
    arrows: dict[tuple[str, str], str] = {}
    for line in text.strip().splitlines():
        event, _, arrow = line.partition(": ")
        starts, _, target = arrow.partition(" → ")
        arrows |= {(start, event): target for start in starts.split(", ")}
    assert {pair: machine.TABLE[pair] for pair in allowed(machine)} == arrows


@both
def test_every_target_is_a_state(machine: ModuleType) -> None:
    """No cell leads to a state that has no row."""
    assert {machine.TABLE[pair] for pair in allowed(machine)} <= set(machine.STATES)


@both
def test_only_final_states_have_no_way_out_and_all_are_reached(machine: ModuleType) -> None:
    """Exactly the final states refuse everything, and every state but the first has a way in."""
    assert set(machine.STATES) - {state for state, _ in allowed(machine)} == machine.FINAL
    assert {machine.TABLE[pair] for pair in allowed(machine)} | {machine.INITIAL} == set(machine.STATES)


@both
def test_every_allowed_pair_has_roles_and_rules(machine: ModuleType) -> None:
    """Roles and rules are given for exactly the allowed pairs, and nobody is allowed by nobody."""
    assert set(machine.ROLES) == set(machine.RULES) == allowed(machine)
    assert all(machine.ROLES.values())


@both
def test_only_known_roles_and_rules_are_named(machine: ModuleType) -> None:
    """Every role is one of domain §4, "Who may", and every code one of domain §4, "Rules"."""
    assert frozenset().union(*machine.ROLES.values(), *machine.OPEN_ROLES.values()) <= KNOWN_ROLES
    assert frozenset().union(*machine.RULE_ROLES.values()) <= KNOWN_ROLES
    assert frozenset().union(*machine.RULES.values(), *machine.OPEN_RULES.values()) <= KNOWN_RULES


@both
def test_what_is_open_is_not_also_settled(machine: ModuleType) -> None:
    """A role or a code is either asked for or left open, never both."""
    assert all(not roles & machine.ROLES[pair] for pair, roles in machine.OPEN_ROLES.items())
    assert all(not codes & machine.RULES[pair] for pair, codes in machine.OPEN_RULES.items())


@both
def test_nobody_acts_without_a_scope_and_an_auditor_never(machine: ModuleType) -> None:
    """`service` waits for scopes and `auditor` changes nothing, so neither causes any event."""
    named = frozenset().union(*machine.ROLES.values(), *machine.OPEN_ROLES.values())
    assert not named & {"service", "auditor"}


def test_the_codes_are_as_many_as_the_page_has() -> None:
    """Of what is built, domain §4, "Rules", has 24 numeric codes of PASI's and 40 of ours: CO-01 to CO-38, CO-90, CO-91."""
    ours = {code for code in KNOWN_RULES if code.startswith("CO-")}
    assert (len(KNOWN_RULES - ours), len(ours)) == (24, 34 + 6)


def test_a_matrix_is_read_cell_by_cell() -> None:
    """A dot is a refusal, a word is a target, and bands add up."""
    bands = "from go stop\na b .\nb . a\n\nfrom wait\na .\nb b"
    assert read_matrix(bands) == {
        ("a", "go"): "b",
        ("a", "stop"): None,
        ("b", "go"): None,
        ("b", "stop"): "a",
        ("a", "wait"): None,
        ("b", "wait"): "b",
    }


@pytest.mark.parametrize("text", ["from go stop\na b", "from go\na b .", "from go\na b\na b", "a b ."])
def test_a_crooked_matrix_is_refused(text: str) -> None:
    """A short row, a long row, a repeated cell and a missing header are errors, never guesses."""
    with pytest.raises(ValueError):
        read_matrix(text)


def test_cells_are_read_with_star_and_dash() -> None:
    """`*` is every state the event may start in, `-` is nothing, and remarks are skipped."""
    table = read_matrix("from go stop\na b .\nb b a")
    cells = read_cells("event from words\n# a remark\ngo * x y\nstop b -", table)
    assert cells == {("a", "go"): {"x", "y"}, ("b", "go"): {"x", "y"}, ("b", "stop"): frozenset()}


@pytest.mark.parametrize("line", ["go b x", "stay * x", "go a", "go * x\ngo a y"])
def test_crooked_cells_are_refused(line: str) -> None:
    """A pair the matrix refuses, an unknown event, an empty cell and a repeated one are errors."""
    with pytest.raises(ValueError):
        read_cells(f"event from words\n{line}", read_matrix("from go\na b\nb ."))


def test_a_code_can_bind_one_role() -> None:
    """CO-27 guards the automatic release alone: by hand a system hold is released without a guard."""
    assert order_item_table.RULES["system_hold", "release"] == {"CO-27"}
    bound = order_item_table.RULE_ROLES
    assert bound == {("system_hold", "release", "CO-27"): {"system"}}
    assert not print_job_table.RULE_ROLES


def test_a_jobs_items_are_judged_apart_from_the_job() -> None:
    """At a job's release the item rules hold items; none of them is a guard of the job."""
    pair, item_rules = ("open", "release"), print_job_table.ITEM_RULES
    assert item_rules == {pair: {"CO-05", "CO-12", "44016", "CO-91"}}
    assert not item_rules[pair] & (print_job_table.RULES[pair] | print_job_table.OPEN_RULES[pair])
