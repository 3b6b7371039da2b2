"""A decision says what is wrong: every failing rule, its kind, and each reason in the one shape of the interfaces."""

import json
from dataclasses import replace
from itertools import product
from string import Formatter
from types import SimpleNamespace

import pytest

from models.codes import ItemState, Role
from tests.unit.workflows.builders import (
    address,
    command,
    credential,
    hold_on_student,
    item,
    item_facts,
    params,
    student,
)
from tests.unit.workflows.machines.stubbed import MACHINES, asked, choose_outcomes
from tests.unit.workflows.rules.rule_cases import CASES, rule_of
from workflows.machines import order_item, print_job
from workflows.machines.decision import Outcome
from workflows.machines.plan import decide
from workflows.rules.rule import REGISTRY, No, Reason, Rule, failing, order_of, plain
from workflows.rules.vocabulary import WHO

# The first column of domain §4, "Rules", from top to bottom.
SECTION_4_TEXT = """
44002 44005 44008 44015 44016 44017 44018 11463 60105 60108 60109 60111 60112 60113 60114 60130 60118 60120 60121
60125 60128 60406 65060 82003 CO-01 CO-02 CO-03 CO-04 CO-05 CO-06 CO-07 CO-08 CO-09 CO-10 CO-11 CO-12 CO-13 CO-14
CO-15 CO-16 CO-17 CO-18 CO-19 CO-20 CO-21 CO-22 CO-23 CO-24 CO-25 CO-26 CO-27 CO-28 CO-29 CO-30 CO-31 CO-32 CO-33
CO-34 CO-35 CO-36 CO-37 CO-38 CO-90 CO-91
"""
SECTION_4 = SECTION_4_TEXT.split()

every_code = pytest.mark.parametrize("code", sorted(REGISTRY))
every_plan = pytest.mark.parametrize("plan", [plan for _, plan in MACHINES.values()], ids=MACHINES)


def refusal(code):
    """The reason with which the rule's case is refused."""
    rule = rule_of(code)
    return Reason(rule, params(rule(*CASES[code].fails)))


# What is reported


def test_every_validation_that_fails_is_reported():
    """Given an item with six faults, when it is rendered, then all six rules are named, in domain §4, "the order of this table"."""
    facts = item_facts(
        credential=credential(state="deleted", number=None, last_name="山田"),
        student=student(primary_id=9),
        primary_asn="987654321",
        current_address=address(city=""),
        student_hold=hold_on_student(None),
    )
    decision = decide(order_item.PLAN, "processing", "render", item(), facts)
    assert (decision.allowed, decision.target, decision.kind) == (False, None, "rule")
    codes = [reason.code for reason in decision.reasons]
    assert codes == ["44016", "60108", "60128", "CO-05", "CO-06", "CO-07"]


@every_plan
def test_all_rules_of_a_pair_fail_together(plan, monkeypatch):
    """Given that nothing holds, when an event is decided, then every rule of its way is named once, in domain §4, "the order of this table"."""
    choose_outcomes(monkeypatch)
    for (state, event), ways in plan.candidates.items():
        for way in ways:
            codes = {rule.code for rule in way.rules}
            decision = decide(plan, state, event, object(), asked(min(way.who.roles), event, *REGISTRY))
            expected = [code for code in SECTION_4 if code in codes]
            assert [reason.code for reason in decision.reasons] == expected
            assert decision.kind == ("rule" if codes else None)


def test_failing_rules_come_in_the_order_of_the_page():
    """Every rule of domain §4, "Rules", exists, and no other; they sort as it lists them, whatever order they are asked in."""
    assert sorted(REGISTRY, key=order_of) == SECTION_4


def test_every_code_of_the_page_sorts_as_the_page_lists_it():
    """The status reason is the code of the first error (domain §2, "code of the first in §4's order"): the page's, not the numbers'."""
    assert sorted(SECTION_4, key=order_of) == SECTION_4


def test_rules_that_hold_are_not_reported():
    """`failing` gives the failing ones only, each with its parameters."""
    rules = [REGISTRY["60108"], REGISTRY["CO-05"], REGISTRY["60128"]]
    (reason,) = failing(rules, item(), item_facts(current_address=None))
    assert (reason.code, reason.params) == ("60108", {"missing": ["no address"]})


# Kinds


def test_an_allowed_event_has_a_target_and_nothing_else():
    """An allowed decision names its target; it has no kind and no reasons."""
    decision = decide(order_item.PLAN, "created", "process", item(), item_facts())
    assert (decision.allowed, decision.target, decision.kind, decision.reasons) == (
        True,
        "processing",
        None,
        (),
    )


def test_an_event_that_does_not_start_here_has_no_reasons():
    """`no_such_transition` is told to a role that may cause the event elsewhere; no rule is to blame."""
    facts = item_facts(command=command("hold", Role.STUDENT_RECORDS))
    decision = decide(order_item.PLAN, "sent", "hold", item(), facts)
    assert (decision.kind, decision.reasons) == ("no_such_transition", ())


@every_plan
def test_permission_names_the_roles_that_may(plan, monkeypatch):
    """Given a role that may not, when it tries, then CO-11 alone refuses and names exactly who may do it here."""
    choose_outcomes(monkeypatch)
    for (state, event), role in product(plan.candidates, Role):
        may_do = {each for way in plan.candidates[state, event] for each in way.who.roles}
        if role in may_do:
            continue
        decision = decide(plan, state, event, object(), asked(role, event, *REGISTRY))
        assert decision.kind == "permission"
        (reason,) = decision.reasons
        assert (reason.code, reason.params) == ("CO-11", {"role": role, "roles": sorted(may_do)})
        assert reason.rule.who in {each.value for each in may_do}


def test_rules_are_not_asked_where_the_role_may_not(monkeypatch):
    """Nobody learns about a student from the refusal of what they may not do: no rule is asked at all."""
    for rule in REGISTRY.values():
        monkeypatch.setattr(rule, "check", lambda _subject, _facts: pytest.fail("a rule was asked"))
    facts = item_facts(command=command("render", Role.AUDITOR))
    assert decide(order_item.PLAN, "processing", "render", item(), facts).kind == "permission"


# Several ways


@pytest.mark.parametrize(
    ("role", "failing_codes", "target", "kind"),
    [
        (Role.STUDENT_RECORDS, ["CO-27"], "created", None),
        (Role.OPERATIONAL_SUPPORT, ["CO-27"], "created", None),
        (Role.SYSTEM, [], "created", None),
        (Role.SYSTEM, ["CO-27"], None, "rule"),
        (Role.PUBLIC, [], None, "permission"),
    ],
)
def test_a_system_hold_is_released_by_a_person_or_when_its_causes_are_gone(
    role, failing_codes, target, kind, monkeypatch
):
    """CO-27 binds the automatic release alone; the ministry releases a system hold whatever its errors."""
    choose_outcomes(monkeypatch)
    decision = decide(
        order_item.PLAN, "system_hold", "release", object(), asked(role, "release", *failing_codes)
    )
    assert (decision.target, decision.kind) == (target, kind)
    codes = {"rule": ["CO-27"], "permission": ["CO-11"], None: []}[kind]
    assert [reason.code for reason in decision.reasons] == codes


def test_software_never_ends_a_persons_hold():
    """The automatic release is for system holds only (domain §2, "the cause of every stored error is gone")."""
    facts = item_facts(command=command("release", Role.SYSTEM))
    assert decide(order_item.PLAN, "user_hold", "release", item(), facts).kind == "permission"


def test_a_discard_asks_what_fits_the_jobs_state(monkeypatch):
    """An open job must be empty (CO-28); a released or failed one needs SR's confirmation (CO-29)."""
    choose_outcomes(monkeypatch)
    for state, codes in [
        ("open", ["60118", "CO-28"]),
        ("released", ["60118", "CO-29"]),
        ("failed", ["60118", "CO-29"]),
    ]:
        decision = decide(
            print_job.PLAN, state, "discard", object(), asked(Role.STUDENT_RECORDS, "discard", *REGISTRY)
        )
        assert [reason.code for reason in decision.reasons] == codes


def test_the_state_may_be_a_code_or_its_value():
    """A plan is asked with a row's code or with plain text, and answers alike."""
    for state in (ItemState.CREATED, "created"):
        assert decide(order_item.PLAN, state, "process", item(), item_facts()).target == "processing"


# A reason's shape


@every_code
def test_a_reason_has_the_shape_of_the_interfaces(code):
    """`{code, rule, message: {en, fr}, params, who}`, which JSON carries without loss."""
    shown = refusal(code).as_json()
    assert json.loads(json.dumps(shown)) == shown
    assert list(shown) == ["code", "rule", "message", "params", "who"]
    assert list(shown["message"]) == ["en", "fr"]
    assert all(isinstance(text, str) and text for text in shown["message"].values())
    assert (shown["code"], shown["rule"]) == (code, REGISTRY[code].name)
    assert shown["who"] in WHO


@every_code
def test_a_refusal_gives_every_parameter_of_its_message(code):
    """What the message must name is among the parameters, so that a client can write a message of its own."""
    named = {name for _, name, *_ in Formatter().parse(REGISTRY[code].message.en) if name}
    assert set(REGISTRY[code].optional) <= named
    assert named - set(REGISTRY[code].optional) <= set(refusal(code).as_json()["params"])


def test_plain_values_are_what_json_takes():
    """Codes become their values and dates text, at any depth."""
    value = {
        "state": ItemState.SENT,
        "roles": (Role.PUBLIC,),
        "more": [{"on": command().at, "n": 1, "none": None}],
    }
    expected = {
        "state": "sent",
        "roles": ["public"],
        "more": [{"on": "2026-03-02T16:00:00+00:00", "n": 1, "none": None}],
    }
    assert plain(value) == expected
    assert type(plain(ItemState.SENT)) is str


def test_a_rule_that_answers_neither_is_no_refusal_by_accident():
    """A refusal is a `No`, and false, so that the library's engine refuses where the plan does."""
    assert not No({"any": 1})
    assert isinstance(REGISTRY["CO-05"], Rule)
    assert REGISTRY["CO-05"](item(), item_facts(student_hold=SimpleNamespace(until=None))) == No(
        {"until": "open_ended"}
    )


@pytest.mark.parametrize(
    ("kind", "done"),
    [("done", True), ("already_done", True), ("refused", False), ("conflict", False), ("not_found", False)],
)
def test_an_outcome_says_whether_the_subject_is_as_wanted(kind, done):
    """A repeat counts as done; whatever left the subject as it was does not."""
    assert Outcome(1, kind, "hold").done is done


def test_what_a_plan_remembers_is_no_part_of_it():
    """The events of a role are remembered; two plans that differ in that alone are the same, and look it."""
    asked_before, fresh = replace(order_item.PLAN, _open={}), replace(order_item.PLAN, _open={})
    assert "hold" in asked_before.events_for("created", Role.STUDENT_RECORDS)
    assert asked_before.events_for("created", Role.STUDENT_RECORDS) == fresh.events_for(
        "created", Role.STUDENT_RECORDS
    )
    unasked = replace(order_item.PLAN, _open={})
    assert asked_before == unasked
    assert repr(asked_before) == repr(unasked)
