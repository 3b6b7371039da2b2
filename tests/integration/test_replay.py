"""Past decisions decided again: by the same rules alike, by others exactly where they differ, and never made up."""

import inspect
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from cli.demo.story import Story
from cli.terminal.context import Context
from models.codes import DeliveryMethod, ItemState, Label, Language
from models.evidence import DecisionFacts
from models.orders import ItemError, OrderItem, item_number
from models.typography import french
from renderers.masters.master import Masters
from tests.conftest import DATABASES
from tests.files import pdf
from tests.installations import open_installation, sqlite_copy
from tests.ministry import CLERK, Ministry
from workflows.command import SYSTEM, Command
from workflows.effects.machines import MACHINES
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply
from workflows.facts.looked_at import rules_of
from workflows.installation import Installation
from workflows.machines.amendments import AMENDMENTS
from workflows.operations.delivery.waybill import attach
from workflows.operations.ordering.edit import edit
from workflows.questions import QUESTIONS, Question
from workflows.replay.names import label_of, number_of
from workflows.replay.recalled import Past, Told, recalled
from workflows.replay.replay import JUDGES, Chosen, Difference, Replayed, _Again, replay
from workflows.rules.rule import REGISTRY, No, Rule
from workflows.source import table

_EVERYTHING = 10_000


@pytest.fixture(scope="module", params=DATABASES)
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_masters: Masters
) -> Iterator[Ministry]:
    """An installation on which the whole demonstration was told."""
    folder = tmp_path_factory.mktemp("told")
    with ExitStack() as leave:
        if request.param == "sqlite":
            url = sqlite_copy(request.getfixturevalue("sqlite_template"), folder)
        else:
            url = leave.enter_context(request.getfixturevalue("postgresql_server").database())
        opened = open_installation(url, folder, shared_masters)
        context = Context(opened.settings, CLERK, "en", json=True)
        context.__dict__["raw_installation"] = opened
        Story(context, folder, 60, 2026).tell()
        yield Ministry(opened)
        opened.database.close()


def again(ministry: Ministry, **chosen: Any) -> Replayed:
    """Everything that is kept, decided again."""
    with ministry.installation.database.read() as session:
        return replay(ministry.installation.source(session), Chosen(**chosen), _EVERYTHING)


def kept(ministry: Ministry) -> list[Past]:
    """Every decision that is kept."""
    return [past for row in ministry.rows(DecisionFacts) for past in recalled(row)]


def change(patch: pytest.MonkeyPatch, code: str, check: Any) -> None:
    """Another rule under the same code."""
    patch.setattr(REGISTRY[code], "check", check)


def items(ministry: Ministry, event: str) -> dict[int, Any]:
    """The items to whom an event happened."""
    history = {
        row.subject_id
        for machine in MACHINES[:1]
        for row in _history(ministry.installation, machine.history.name)
        if row.event == event
    }
    return {row.id: row for row in ministry.rows(OrderItem) if row.id in history}


def _history(installation: Installation, name: str) -> list[Any]:
    with installation.database.read() as session:
        return list(session.connection().execute(text(f"SELECT * FROM {name}")))


def numbers(found: Replayed, kind: Difference) -> set[str]:
    """The subjects that differ so."""
    return {number_of(each.past) for each in found.differing if each.kind is kind}


def test_the_same_rules_decide_alike(told: Ministry) -> None:
    """Nothing of a whole demonstration differs, and nothing is unknown."""
    found = again(told)
    assert found.decisions > 400
    assert (found.same, found.differing, dict(found.missing)) == (found.decisions, [], {})


def test_every_change_of_every_machine_is_kept(told: Ministry) -> None:
    """Whatever a history tells was decided on facts that are there, but how it began and what another system decided."""
    known = {
        (past.subject_table, past.subject.id, past.event, past.facts.command.command_id, past.target)
        for past in kept(told)
        if past.event not in QUESTIONS
    }
    for machine in MACHINES:
        changes = {
            (machine.table.name, row.subject_id, row.event, row.command_id, row.to_state)
            for row in _history(told.installation, machine.history.name)
            if row.from_state is not None and row.event != "import"
        }
        assert changes, machine.table.name
        assert changes <= known, machine.table.name


def test_a_stricter_rule_refuses_exactly_what_it_names(
    told: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address rule that takes no postal code of Edmonton's west refuses those who were rendered there."""
    plain = REGISTRY["60108"].check

    def stricter(item: Any, facts: Any) -> Any:
        address = facts.address_of(item)
        west = address is not None and str(address["postal_code"]).startswith("T5")
        return No({"missing": ["postal_code"]}) if west else plain(item, facts)

    rendered = items(told, "render").values()
    expected = {
        item_number(row.order_id, row.item_no)
        for row in rendered
        if row.address is not None and row.address["postal_code"].startswith("T5")
    }
    change(monkeypatch, "60108", stricter)
    found = again(told, event="render")
    refused = [each for each in found.differing if each.kind is Difference.REFUSED_NOW]
    assert expected
    assert numbers(found, Difference.REFUSED_NOW) == expected
    assert {reason.code for each in refused for reason in each.now.reasons} == {"60108"}
    assert {each.now.reasons[0].message("fr") for each in refused} == {
        french("L'adresse postale est inutilisable : code postal.")
    }
    assert found.by_rule["60108"][Difference.REFUSED_NOW] == len(refused)
    with told.installation.database.read() as session:
        first = replay(told.installation.source(session), Chosen(event="render"), limit=1)
    assert (len(first.differing), first.by_kind) == (1, found.by_kind)
    assert not again(told, rules=frozenset({"CO-24"})).differing


def test_a_laxer_rule_allows_exactly_what_it_alone_refused(
    told: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents without an address would be rendered; where something else was wrong too, that reason stays."""
    errors: dict[int, set[str]] = {}
    for row in told.rows(ItemError):
        errors.setdefault(row.item_id, set()).add(row.code)
    by_id = {row.id: item_number(row.order_id, row.item_no) for row in told.rows(OrderItem)}
    alone = {by_id[item] for item, codes in errors.items() if codes == {"60108"}}
    change(monkeypatch, "60108", lambda _item, _facts: True)
    found = again(told, rules=frozenset({"60108"}), event="render")
    assert alone
    assert numbers(found, Difference.ALLOWED_NOW) == alone
    assert {each.past.reasons[0].code for each in found.differing} == {"60108"}


def test_what_was_not_kept_is_unknown(told: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that looks at what nobody had looked at is told of as such, neither alike nor otherwise."""
    change(monkeypatch, "CO-24", lambda _item, facts: True if not facts.stored_errors else No({"state": "x"}))
    found = again(told)
    delivered = [past for past in kept(told) if past.event == "deliver" and past.state == ItemState.SENT]
    assert delivered
    assert found.by_kind == {Difference.UNKNOWN: len(delivered)}
    assert found.missing == {("CO-24", "stored_errors"): len(delivered)}
    assert found.by_rule == {"CO-24": {Difference.UNKNOWN: len(delivered)}}


def _asks_for_nothing_known(_item: Any, facts: Any) -> Any:
    return facts.colour_of_the_envelope


def _looks_into_nothing(_item: Any, _facts: Any) -> Any:
    return dict[str, Any]()["how"]


FAULTY: dict[str, tuple[Any, str]] = {
    "asks for a fact that there is not": (
        _asks_for_nothing_known,
        "AttributeError: 'ItemFacts' object has no",
    ),
    "raises": (_looks_into_nothing, "KeyError: 'how'"),
    "says no without the message's parameter": (lambda _item, _facts: No(), "KeyError: 'state'"),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_rule_that_stumbles_is_named(told: Ministry, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """Whatever it was asked about can't be decided, is named, and does not keep the others from being replayed."""
    check, error = FAULTY[fault]
    change(monkeypatch, "CO-24", check)
    found = again(told)
    delivered = [past for past in kept(told) if past.event == "deliver" and past.state == ItemState.SENT]
    assert found.by_kind == {Difference.UNDECIDED: len(delivered)}
    assert found.by_rule == {"CO-24": {Difference.UNDECIDED: len(delivered)}}
    assert found.same + len(delivered) == found.decisions > 400
    ((code, told_),) = found.failed
    assert (code, told_[: len(error)]) == ("CO-24", error)
    assert numbers(found, Difference.UNDECIDED) == {number_of(past) for past in delivered}


def test_a_rule_that_stumbles_behind_a_judge_or_another_rule_is_named(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An amendment's judge asks its rules itself, and a release those behind the errors of a hold."""
    (item,) = ministry.ordered(address=None)
    edit(ministry.installation, item, {"language": Language.FR}, Command("edit", CLERK, ministry.now))
    ministry.render([item])
    ministry.do("release", [item], actor=SYSTEM)
    change(monkeypatch, "60120", _looks_into_nothing)
    assert again(ministry, event="edit").failed == {("60120", "KeyError: 'how'"): 1}
    change(monkeypatch, "60108", _looks_into_nothing)
    assert again(ministry, event="release").failed == {("60108", "KeyError: 'how'"): 1}


DAMAGE = {
    "not compressed": b"x",
    "cut short": b'{"reason": null, "sub',
    "says nothing": b"{}",
    "of another kind": b'{"reason": 1, "note": 1, "settings": {}, "kind": "no", "facts": {}, "subject": "item", '
    b'"state": "created", "target": 1, "refusal": "rule", "reasons": null}',
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_was_damaged_is_named(ministry: Ministry, damage: str) -> None:
    """A batch that can't be read, or says what it can't mean, is told as such; all others are replayed."""
    (item,) = ministry.ordered()
    ministry.do("hold", [item], reason="Investigation")
    ministry.do("release", [item])
    before = again(ministry)
    (row,) = [row for row in ministry.rows(DecisionFacts) if row.event == "hold"]
    columns = table(DecisionFacts)
    with ministry.installation.database.write() as session:
        session.connection().execute(
            update(columns).where(columns.c.id == row.id).values(facts=DAMAGE[damage], subjects=3)
        )
    found = again(ministry)
    assert found.by_kind == {Difference.UNDECIDED: found.listed} == {Difference.UNDECIDED: 3}
    assert {each.past.id for each in found.differing} == {row.id}
    assert {number_of(each.past) for each in found.differing} == {""}
    assert {label_of(each.past).en for each in found.differing} == {"Hold"}
    assert {code for code, _ in found.failed} == {""}
    assert (found.decisions, found.same) == (before.decisions + 2, before.same - 1)


def test_only_what_a_chosen_rule_is_asked_for_is_counted(ministry: Ministry) -> None:
    """An amendment's judge asks certain rules, and whoever replays others is not told of it."""
    (item,) = ministry.ordered()
    edit(ministry.installation, item, {"language": Language.FR}, Command("edit", CLERK, ministry.now))
    assert again(ministry, rules=frozenset({"CO-24"})).decisions == 0
    assert again(ministry, rules=frozenset({"60120"})).decisions == 1
    assert again(ministry, rules=frozenset({"CO-11"}), event="edit").decisions == 1


def test_what_judges_ask_is_known() -> None:
    """Read from their code: the rules that they ask, and those that they tell by their code alone."""
    codes = {event: rules_of(judge) for event, judge in JUDGES.items()}
    assert codes["refund"] == {"CO-11", "CO-38"}
    assert codes["remind"] == {"CO-25"} | {rule.code for rule in rules_named_by(JUDGES["remind"])}
    assert codes["add_line"] == {"60112", "60113"}
    for event, judge in JUDGES.items():
        assert {rule.code for rule in rules_named_by(judge)} <= codes[event]


def test_everything_that_is_kept_has_a_name(told: Ministry) -> None:
    """In both languages, and subjects by the number that people know."""
    for past in kept(told):
        label = label_of(past)
        assert label.en
        assert label.fr
        assert number_of(past)


def test_no_question_is_called_like_an_event() -> None:
    """What is kept under a name is asked again under it."""
    events = {event for machine in MACHINES for event in machine.plan.events} | set(AMENDMENTS)
    assert not events & set(QUESTIONS)


def test_refused_and_edited_are_kept_too(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person was refused, what was edited and what a role may not do: alike today, and otherwise tomorrow."""
    (item,) = ministry.ordered()
    ministry.do("hold", [item], reason="Nonsense")
    ministry.do("dispatch", [item])
    ministry.do_one("hold", item, reason="Investigation")
    ministry.do_one("release", item)
    found = again(ministry)
    assert found.same == found.decisions
    assert [past.refusal for past in kept(ministry) if past.event in {"hold", "dispatch"}] == [
        "rule",
        "permission",
        None,
    ]
    change(monkeypatch, "60118", lambda _item, _facts: True)
    assert {each.kind for each in again(ministry).differing} == {Difference.ALLOWED_NOW}


def test_a_repeat_is_kept_once(ministry: Ministry) -> None:
    """A redelivery gets its first answer and was decided on nothing."""
    (item,) = ministry.ordered()
    for _ in range(2):
        ministry.do("hold", [item], reason="Investigation", command_id="same")
    assert [past.event for past in kept(ministry)].count("hold") == 1


def test_what_is_undone_is_not_kept(ministry: Ministry) -> None:
    """A transaction that fails leaves no facts, a rehearsal neither."""
    (item,) = ministry.ordered()
    before = len(ministry.rows(DecisionFacts))
    with ministry.installation.database.rehearse() as session:
        apply(
            ministry.installation.source(session),
            ORDER_ITEM,
            [item],
            Command("hold", CLERK, ministry.now, reason="Investigation"),
        )
    assert len(ministry.rows(DecisionFacts)) == before


def test_nothing_is_kept_where_nothing_shall_be(ministry: Ministry) -> None:
    """Zero days switch it off, in bulk and one by one."""
    ministry.set(facts_days=0)
    first, second = ministry.ordered(2, method=DeliveryMethod.AUTOMATED_CARDBOARD)
    ministry.do("hold", [first], reason="Investigation")
    ministry.do_one("hold", second, reason="Investigation")
    assert not ministry.rows(DecisionFacts)


def test_amendments_are_judged_again(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit that was done, one that was refused, and one of which too little is known."""
    (item,) = ministry.ordered()
    command = Command("edit", CLERK, ministry.now)
    edit(ministry.installation, item, {"language": Language.FR}, command)
    edit(ministry.installation, item, {"requested_by": "x"}, replace(command, command_id="second"))
    found = again(ministry, event="edit")
    assert (found.decisions, found.same) == (2, 2)
    change(monkeypatch, "60120", lambda _item, _facts: True)
    assert [each.kind for each in again(ministry, event="edit").differing] == [Difference.ALLOWED_NOW]
    change(monkeypatch, "60120", lambda _item, _facts: No({"fields": ["language"], "when": "ever"}))
    assert {each.kind for each in again(ministry, event="edit").differing} == {Difference.REFUSED_NOW}
    assert again(ministry, event="edit", rules=frozenset({"CO-01"})).differing == []
    change(monkeypatch, "60120", lambda item, _facts: item.history_hash)
    found = again(ministry, event="edit")
    assert found.by_kind == {Difference.UNKNOWN: 2}
    assert found.missing == {("60120", "history_hash"): 2}


#: Rules that decide nothing which could be decided again, and why.
_DECIDE_NOTHING = {
    "CO-17": "a warning beside an order that is taken all the same",
    "CO-90": "says of a step that it kept failing; nobody asks it",
}


def test_every_rule_is_asked_where_facts_are_kept() -> None:
    """By a machine, by an amendment's judge, or as a question: the engine and the questions keep whatever they decide."""
    guards = {
        rule.code
        for machine in MACHINES
        for some in machine.plan.candidates.values()
        for each in some
        for rule in (each.who, *each.rules)
    }
    asked = {rule.code for question in QUESTIONS.values() for rule in question.rules}
    judged = {rule.code for judge in JUDGES.values() for rule in rules_named_by(judge)}
    assert set(JUDGES) == set(AMENDMENTS)
    assert set(REGISTRY) - guards - asked - judged == set(_DECIDE_NOTHING)
    assert {"60112", "60120", "CO-38"} <= judged


def rules_named_by(function: Any) -> list[Rule]:
    """The rules that a function asks, alone or together."""
    named = inspect.getclosurevars(function).globals.values()
    together = [each for some in named if isinstance(some, tuple) for each in some]
    return [each for each in (*named, *together) if isinstance(each, Rule)]


def test_a_rule_that_asks_others_is_asked_for_those_that_were_chosen(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hold is released when its causes are gone: by the rule that was chosen as today, by the others as then."""
    student = {"last_name": "Nobody", "address": None}
    (item,) = ministry.ordered(**student)
    ministry.hold_student(ministry.item(item).student_id)
    ministry.render([item])
    assert ministry.errors(item) == ["60108", "CO-05"]
    ministry.do("release", [item], actor=SYSTEM)
    (past,) = [past for past in kept(ministry) if past.event == "release"]
    assert dict(past.reasons[0].params) == {"codes": ["60108", "CO-05"]}

    def found(*rules: str) -> dict[Difference, int]:
        return dict(again(ministry, event="release", rules=frozenset(rules)).by_kind)

    assert found("60108") == found("CO-27") == found("CO-05") == {}
    change(monkeypatch, "60108", lambda _item, _facts: True)
    assert found("CO-27") == found("CO-05") == {}
    assert found("60108", "CO-05") == found("60108") == {}  # CO-05 still stands, then as now
    change(monkeypatch, "CO-05", lambda _item, _facts: True)
    assert found("60108", "CO-05") == {Difference.ALLOWED_NOW: 1}
    assert found("60108") == found("CO-27") == {}
    change(
        monkeypatch, "CO-27", lambda _item, facts: No({"codes": []}) if len(facts.stored_errors) > 2 else True
    )
    assert found("CO-27") == {Difference.ALLOWED_NOW: 1}


def test_a_waybill_is_judged_again(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was no waybill then, and what was one, by the rule of another day."""
    (item,) = ministry.ordered(method=DeliveryMethod.COURIER)
    for data in (b"nothing of the kind", b"%PDF-1.7 broken", pdf()):
        attach(ministry.installation, data, [item], Command("waybill", CLERK, ministry.now))
    assert [past.refusal for past in kept(ministry) if past.event == "attach_waybill"] == [
        "rule",
        "rule",
        None,
    ]
    assert again(ministry, event="attach_waybill").same == 3
    change(monkeypatch, "65060", lambda _item, facts: True if facts.too_late else No({"problems": []}))
    assert again(ministry, event="attach_waybill").by_kind == {Difference.ALLOWED_NOW: 2}


def test_an_asn_that_became_secondary_too_early_is_judged_again(
    ministry: Ministry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of an import are decided on what is stored, and that is kept."""
    (item,) = ministry.ordered()
    asn, other = ministry.asn(ministry.item(item).student_id), "200000008"
    rows = [{"asn": other, "last_name": "Ito"}, {"asn": asn, "last_name": "Ito", "primary_asn": other}]
    assert ministry.import_rows(tmp_path, rows).rejected
    (past,) = [past for past in kept(ministry) if past.event == "become_secondary"]
    assert past.codes == {"11463"}
    assert number_of(past)
    assert again(ministry, event="become_secondary").same == 1
    change(monkeypatch, "11463", lambda student, facts: bool(student.asn and facts.items_under_way))
    assert again(ministry, event="become_secondary").by_kind == {Difference.ALLOWED_NOW: 1}


def test_whose_role_is_not_known_is_unknown(told: Ministry) -> None:
    """Roles are asked before any rule, and what they look at may not have been kept either."""
    past = next(past for past in kept(told) if past.event == "deliver")
    del past.facts.command
    differing = _Again(None).compared(past)
    assert differing is not None
    assert (differing.kind, differing.unknown) == (Difference.UNKNOWN, (("CO-11", "command"),))


def test_what_leads_elsewhere_or_nowhere_differs(told: Ministry) -> None:
    """Not only rules change: an event may lead to another state, or be no event of that state any more."""
    past = next(past for past in kept(told) if past.event == "deliver" and past.state == ItemState.SENT)
    elsewhere = _Again(None).compared(replace(past, target="failed"))
    nowhere = _Again(None).compared(replace(past, state="cancelled"))
    gone = _Again(None).compared(replace(past, event="teleport", refusal="rule", target=None))
    assert [each and each.kind for each in (elsewhere, nowhere)] == [
        Difference.OTHER_STATE,
        Difference.REFUSED_NOW,
    ]
    assert gone is not None
    assert label_of(gone.past).fr == "teleport"


def test_a_rule_that_is_gone_is_told_by_its_code() -> None:
    """What was said then is said in today's words, or by the rule's title, or by its code."""
    assert Told("CO-05", {"until": "open_ended"}).message("en").startswith("The student is on hold")
    assert Told("CO-05", {}).message("en") == "No student hold is in force"
    assert Told("CO-99", {}).message("fr") == "CO-99"


def test_a_question_has_one_name() -> None:
    """Two questions of one name could not be told apart."""
    with pytest.raises(ValueError, match="declared twice"):
        Question("last_check", Label("x", "x"), "order_items", ())
