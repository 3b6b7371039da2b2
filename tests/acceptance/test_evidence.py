"""What stands as evidence: refused attempts, and what past decisions were taken on."""

import pytest

from models.typography import french
from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import credential, import_, student
from workflows.rules.rule import REGISTRY, No

ASN = "100000001"


def ordered(orders: Orders) -> str:
    """The number of a first-run item just ordered."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    return str(orders.items()[0]["number"])


def test_refused_attempts_are_listed(orders: Orders) -> None:
    """Whoever was refused something is found under `refusals`, whatever door the refusal came from."""
    item = ordered(orders)
    assert orders.call("item", "do", item, "pull", "--reason", "Investigation").exit_code == 1
    assert orders.call("item", "do", item, "hold", "--as", "auditor:Ana", "--reason", "x").exit_code == 1
    number = orders.items()[0]["credential_number"]
    assert orders.call("first-run", number).exit_code == 1
    assert orders.call("award", ASN, "AHSD", "--as", "public:p@example.org").exit_code == 1
    assert orders.call("refusals", "--as", "public:p@example.org").exit_code == 1
    shown = orders.ok("refusals", "--as", "auditor")["refusals"]
    assert [(row["event"], row["kind"], row["codes"]) for row in shown] == [
        ("pull", "no_such_transition", []),
        ("hold", "permission", ["CO-11"]),
        ("place", "rule", ["44017"]),
        ("award", "permission", ["CO-11"]),
        ("refusals", "permission", ["CO-11"]),
    ]
    assert [row["actor"]["name"] for row in shown] == ["", "Ana", "", "p@example.org", "p@example.org"]


def test_refused_attempts_are_filtered_and_paged(orders: Orders) -> None:
    """By item, by role and by day; a page at a time."""
    item = ordered(orders)
    orders.call("item", "do", item, "pull")
    orders.call("award", ASN, "AHSD", "--as", "auditor")
    assert [row["event"] for row in orders.ok("refusals", "--item", item)["refusals"]] == ["pull"]
    assert [row["event"] for row in orders.ok("refusals", "--role", "auditor")["refusals"]] == ["award"]
    assert orders.ok("refusals", "--since", "2999-01-01")["refusals"] == []
    first = orders.ok("refusals", "--limit", "1")
    assert [row["event"] for row in orders.ok("refusals", "--after", first["next"])["refusals"]] == ["award"]
    assert "pull" in orders.call("refusals", "--lang", "fr").out


def attempts(orders: Orders, *filters: str) -> list[tuple[object, ...]]:
    """(event, kind, codes, what was typed) of every refused attempt."""
    found = orders.ok("refusals", "--as", "auditor", *filters)["refusals"]
    return [(row["event"], row["kind"], row["codes"], row["about"]) for row in found]


def test_an_attempt_to_look_is_named_with_its_item(orders: Orders) -> None:
    """Show, history and document of an item, and what is shown of a cart and a print job, are told apart."""
    item = ordered(orders)
    order = orders.ok("cart", "new", "--on-behalf-of", "ada")["order"]
    eve = "--as=public:eve"
    for call in (
        ["item", "show", item],
        ["item", "history", item],
        ["item", "document", item, "--to", "x.pdf"],
        ["cart", "show", order],
        ["print-job", "show", "1"],
    ):
        assert orders.call(*call, eve).exit_code == 1
    of_item = [
        ("show", "permission", ["CO-11"], f"item show {item}"),
        ("history", "permission", ["CO-11"], f"item history {item}"),
        ("document", "permission", ["CO-11"], f"item document {item}"),
    ]
    assert attempts(orders, "--item", item) == of_item
    assert attempts(orders) == [
        *of_item,
        ("show", "permission", ["CO-11"], f"cart show {order}"),
        ("show", "permission", ["CO-11"], "print-job show 1"),
    ]
    shown = orders.with_(COLUMNS="200").call("refusals", "--lang", "fr").out
    assert f"item history {item}" in shown
    assert french("Par l'entremise de") in shown


def test_what_nobody_has_is_kept(orders: Orders) -> None:
    """Exit 4 leaves what a service's 404 leaves: who asked for which unknown item, job, credential or order."""
    ordered(orders)
    calls = (
        ["item", "show", "0000009999-01"],
        ["item", "do", "0000009999-01", "hold", "--reason", "Investigation"],
        ["print-job", "release", "99"],
        ["find", "9999999999"],
        ["credential", "delete", "9999999999", "--note", "between us"],
        ["first-run", "9999999999"],
        ["cart", "show", "99"],
        ["student", "hold", "999999998"],
    )
    for call in calls:
        assert orders.call(*call, "--as", "student_records:cleo").exit_code == 4
    typed = [
        " ".join(call).partition(" --")[0].replace("cart show 99", "cart show 0000000099") for call in calls
    ]
    assert [(kind, about) for _, kind, _, about in attempts(orders)] == [
        ("not_found", about) for about in typed
    ]
    assert [wanted for wanted, *_ in attempts(orders)][:3] == ["item show", "item do", "print-job release"]
    assert {row["actor"]["name"] for row in orders.ok("refusals")["refusals"]} == {"cleo"}


def test_a_conflict_is_kept(orders: Orders) -> None:
    """Exit 3 leaves what a service's 412 leaves."""
    item = ordered(orders)
    hold = ("item", "do", item, "hold", "--reason", "Investigation")
    assert orders.call(*hold, "--version", "99").exit_code == 3
    edit = ("item", "edit", item, "--language", "fr")
    assert orders.call(*edit, "--version", "99").exit_code == 3
    assert attempts(orders, "--item", item) == [
        ("hold", "conflict", [], f"item do {item} hold"),
        ("edit", "conflict", [], f"item edit {item}"),
    ]


def test_what_a_bulk_run_refused_is_kept(orders: Orders) -> None:
    """A preview is no attempt."""
    import_(orders, [student(ASN)], [credential(ASN, school_year="")])
    assert orders.call("award-and-order", "--type", "AHSD", "--preview").exit_code == 1
    assert attempts(orders) == []
    assert orders.call("award-and-order", "--type", "AHSD").exit_code == 1
    assert attempts(orders) == [("order_in_bulk", "rule", ["44008"], None)]


def test_what_was_told_of_a_cart_is_kept(orders: Orders) -> None:
    """An abandoned cart is abandoned once (60114)."""
    order = orders.ok("cart", "new", "--on-behalf-of", "ada")["order"]
    orders.ok("cart", "abandon", order)
    told = orders.call("cart", "abandon", order, "--json").json["refused"]
    assert (told["kind"], [reason["code"] for reason in told["reasons"]]) == ("rule", ["60114"])
    assert attempts(orders) == [("abandon", "rule", ["60114"], None)]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "nobody acts as the system"), ("fr", french("personne n'agit en tant que système"))],
)
def test_nobody_acts_as_the_system(orders: Orders, language: str, said: str) -> None:
    """Its own attempts are not kept, so a person's in its name would not be either."""
    item = ordered(orders)
    call = ("item", "do", item, "cancel", "--reason", "StudentDeceased", "--as", "system", "--lang", language)
    refused = orders.call(*call)
    assert (refused.exit_code, said in " ".join(refused.err.split())) == (2, True)
    assert said in orders.call(*call, "--json").json["error"]["message"][language]
    assert orders.items()[0]["state"] == "created"


def test_past_decisions_are_decided_again(orders: Orders) -> None:
    """Under the rules that took them nothing differs; whoever may not read may not replay."""
    item = ordered(orders)
    assert orders.call("item", "do", item, "hold", "--reason", "x").exit_code == 1
    orders.ok("item", "do", item, "hold", "--reason", "Investigation")
    found = orders.ok("replay", "--as", "auditor")
    assert found["decisions"] == found["same"] >= 4
    assert (found["differences"], found["unknown"], found["by_rule"]) == ([], [], {})
    assert orders.ok("replay", "--rules", "60118")["decisions"] == 2
    assert orders.ok("replay", "--event", "hold", "--until", "2999-01-01")["decisions"] == 2
    assert orders.ok("replay", "--since", "2999-01-01")["decisions"] == 0
    assert "4 décisions rejouées" in orders.call("replay", "--lang", "fr").out
    assert "400 jours" in orders.call("replay", "--since", "2999-01-01", "--lang", "fr").out
    assert orders.call("replay", "--as", "public:p@example.org").exit_code == 1


def test_what_can_not_be_replayed_is_usage(orders: Orders) -> None:
    """Unknown rules, events and days are named."""
    orders.ok("init")
    for wrong in (
        ("--rules", "CO-24,CO-99"),
        ("--event", "fold"),
        ("--since", "yesterday"),
        ("--limit", "-1"),
    ):
        said = orders.call("replay", *wrong)
        assert said.exit_code == 2, wrong
    assert "CO-99, XX" in orders.call("replay", "--rules", "CO-99,co-24,XX").err
    assert "CO-24" in orders.call("replay", "--rules", ",").err


def test_what_can_be_meant_is_understood(orders: Orders) -> None:
    """The last day that there is, and a comma that nothing follows."""
    ordered(orders)
    everything = orders.ok("replay")["decisions"]
    assert orders.ok("replay", "--until", "9999-12-31")["decisions"] == everything
    assert orders.ok("replay", "--until", "9999-12-30")["decisions"] == everything
    assert orders.ok("replay", "--rules", "co-24,")["decisions"] == 0
    assert orders.ok("replay", "--rules", "All")["decisions"] == everything


def test_what_differs_is_told_in_both_languages(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    """As tables for people and as JSON: which decision, which rule, and what it says then and now."""
    item = ordered(orders)
    assert orders.call("item", "do", item, "hold", "--reason", "x").exit_code == 1
    orders.ok("item", "do", item, "hold", "--reason", "Investigation")
    monkeypatch.setattr(REGISTRY["60118"], "check", lambda _item, _facts: True)
    monkeypatch.setattr(REGISTRY["44017"], "check", lambda _line, _facts: No({"first_run": "elsewhere"}))
    found = orders.ok("replay")
    assert found["by_difference"]["allowed_now"] == found["by_difference"]["refused_now"] == 1
    assert list(found["by_rule"]) == ["44017", "60118"]
    refused, allowed = found["differences"]
    assert (refused["event"], refused["label"]["fr"]) == ("order_in_bulk", "Décerner et commander en lot")
    assert refused["now"]["reasons"][0]["rule"] == "first_run_is_new"
    assert allowed["subject"] == {"table": "order_items", "number": item}
    assert allowed["then"]["reasons"][0]["code"] == "60118"
    assert allowed["now"]["target"] == "user_hold"
    shown = orders.call("replay", "--lang", "fr", "--limit", "1").out
    assert "permis alors, refusé maintenant" in shown
    assert "… et 1 de plus" in shown
    assert "elsewhere" in shown
    monkeypatch.setattr(
        REGISTRY["60118"], "check", lambda _item, facts: True if facts.live_reorders else No()
    )
    shown = orders.with_(COLUMNS="200").call("replay", "--rules", "60118").out
    assert shown.count("live_reorders") == 1 + len(orders.ok("replay", "--rules", "60118")["differences"])
    assert "now: allowed" not in shown
    assert "now: not known: rule 60118 looks at “live_reorders”" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "now: can't be decided: rule 60118 failed: KeyError: 'how'"),
        ("fr", "maintenant : indécidable : la règle 60118 a échoué : KeyError: 'how'"),
    ],
)
def test_a_rule_that_fails_is_told(
    orders: Orders, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    """With the rule, its error and the decision, and the others are replayed."""
    item = ordered(orders)
    orders.ok("item", "do", item, "hold", "--reason", "Investigation")
    monkeypatch.setattr(REGISTRY["60118"], "check", lambda _item, _facts: dict[str, No]()["how"])
    found = orders.ok("replay")
    assert found["by_difference"]["undecided"] == 1
    assert found["failed"] == [{"rule": "60118", "error": "KeyError: 'how'", "decisions": 1}]
    (each,) = found["differences"]
    assert (each["subject"]["number"], each["difference"]) == (item, "undecided")
    assert each["failed"] == [{"rule": "60118", "error": "KeyError: 'how'"}]
    assert each["now"] == {"target": None, "kind": None, "reasons": []}
    shown = " ".join(orders.with_(COLUMNS="200").call("replay", "--lang", language).out.split())
    assert said in shown
    assert item in shown
