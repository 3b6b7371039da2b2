"""Refusals: every failing rule at once, in both languages, with who can fix it, and an exit code that says the kind."""

import json

import pytest

from models.typography import french
from tests.acceptance import wave as waves
from tests.acceptance.command_line import Orders, Result
from tests.acceptance.conftest import MakeOrders
from tests.acceptance.extracts import NO_ADDRESS, credential, import_, student
from tests.acceptance.wave import number_of

REASON_KEYS = {"code", "rule", "message", "params", "who"}
EVENTS = {
    "process", "render", "hold_by_system", "requeue", "hold", "pull", "release", "cancel", "add_to_print_job",
    "remove_from_print_job", "dispatch", "deliver", "expire", "fail", "misdeliver", "reorder",
}  # fmt: skip
#: What Student Records may do to the item of each student of the wave.
ALLOWED = {
    waves.SENT: {"deliver", "fail", "misdeliver"},
    waves.IN_OPEN_JOB: {"pull"},
    waves.IN_RELEASED_JOB: set(),
    waves.SYSTEM_HOLD: {"release", "cancel"},
    waves.USER_HOLD: {"release", "cancel"},
    waves.CANCELLED: set(),
    waves.CREATED: {"hold", "cancel"},
}


def refusal(result: Result, kind: str, exit_code: int) -> list[str]:
    """The codes of a refusal in JSON, whose shape and kind are checked."""
    assert result.exit_code == exit_code, result
    refused = result.json["refused"]
    assert refused.keys() == {"event", "state", "kind", "reasons"}
    assert refused["kind"] == kind
    for reason in refused["reasons"]:
        assert reason.keys() == REASON_KEYS
        assert all(reason["message"][language] for language in ("en", "fr"))
        assert reason["message"]["en"] != reason["message"]["fr"]
    return [reason["code"] for reason in refused["reasons"]]


@pytest.mark.parametrize(("asn", "allowed"), ALLOWED.items(), ids=[waves.STATES[asn] for asn in ALLOWED])
def test_can_lists_every_event_allowed_or_with_reasons(
    seen_wave: Orders, asn: str, allowed: set[str]
) -> None:
    """`item can --json` names all events, those that the role may cause now, and why it may not cause the others."""
    number = number_of(seen_wave, asn)
    answer = seen_wave.ok("item", "can", number)
    assert answer.keys() == {"item", "events"}
    assert answer["item"] == number
    assert {event["event"] for event in answer["events"]} == EVENTS
    assert {event["event"] for event in answer["events"] if event["allowed"]} == allowed
    for event in answer["events"]:
        assert event.keys() == {"event", "allowed", "kind", "reasons"}
        if event["allowed"]:
            assert (event["kind"], event["reasons"]) == (None, [])
        else:
            assert event["kind"] in {"rule", "permission", "no_such_transition"}
            assert bool(event["reasons"]) == (event["kind"] != "no_such_transition")
            assert all(reason.keys() == REASON_KEYS for reason in event["reasons"])


@pytest.mark.parametrize("asn", ALLOWED, ids=waves.STATES.values())
def test_can_and_do_agree(wave: Orders, asn: str) -> None:
    """What `can` allows happens, and what it refuses is refused with the same kind and codes."""
    number = number_of(wave, asn)
    reasons = {"hold": "Investigation", "pull": "Investigation", "cancel": "OrderedInError", "fail": "Lost",
               "misdeliver": "IncorrectRecipient"}  # fmt: skip
    before = wave.dump()
    events = wave.ok("item", "can", number)["events"]
    for event in events:
        if event["allowed"] or event["event"] == "reorder":
            continue
        reason = ["--reason", reasons[event["event"]]] if event["event"] in reasons else []
        result = wave.call("item", "do", number, event["event"], *reason, "--json")
        assert refusal(result, event["kind"], 1) == [each["code"] for each in event["reasons"]]
    assert wave.dump() == before
    for event in [each["event"] for each in events if each["allowed"]][:1]:
        reason = ["--reason", reasons[event]] if event in reasons else []
        assert wave.ok("item", "do", number, event, *reason)["done"]["event"] == event


def test_two_failing_rules_are_both_told(seen_wave: Orders) -> None:
    """Pulling from a released job without a reason names the closed job and the missing reason."""
    number = number_of(seen_wave, waves.IN_RELEASED_JOB)
    codes = refusal(seen_wave.run("item", "do", number, "pull", "--json"), "rule", 1)
    assert codes == ["60118", "CO-19"]


@pytest.mark.parametrize("how", ["--lang", "ORDERS_LANG"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_person_reads_all_reasons_in_the_chosen_language(
    seen_wave: Orders, language: str, how: str
) -> None:
    """On stderr each failing rule stands with code, message, who can fix it, and what to run next; stdout is empty."""
    number = number_of(seen_wave, waves.IN_RELEASED_JOB)
    orders = seen_wave.with_(ORDERS_LANG=language) if how == "ORDERS_LANG" else seen_wave
    option = ["--lang", language] if how == "--lang" else []
    result = orders.run("item", "do", number, "pull", *option)
    assert (result.exit_code, result.out) == (1, "")
    who, next_, message = {
        "en": ("can be fixed by: ", "Next: ", "Give one of these reasons"),
        "fr": ("peut être corrigé par : ", "Ensuite : ", french("Donnez l'un de ces motifs")),
    }[language]
    text = " ".join(result.err.split())
    for expected in ("60118", "CO-19", message, f"{next_}orders item can {number}"):
        assert expected in text
    assert text.count(who.strip()) == 2


def test_lang_on_the_line_wins_over_the_setting(seen_wave: Orders) -> None:
    """--lang en is obeyed where ORDERS_LANG says fr."""
    result = seen_wave.with_(ORDERS_LANG="fr").call("item", "show", "0000000099-01", "--lang", "en")
    assert "There is no item" in result.err


def test_a_held_item_shows_every_error(seen_wave: Orders) -> None:
    """An item that failed three validations is held with three errors, in the rules' order, each saying who can fix it."""
    item = waves.item_of(seen_wave, waves.SYSTEM_HOLD)
    assert [error["code"] for error in item["errors"]] == ["60108", "CO-05", "CO-06"]
    assert item["status_reason"] == "60108"
    assert [error["rule"] for error in item["errors"]] == [
        "recipient_address_is_complete", "student_is_not_on_hold", "printed_name_can_be_set",
    ]  # fmt: skip
    assert [error["who"] for error in item["errors"]][:1] == ["student"]
    params = item["errors"][2]["params"]
    assert (params["character"], params["code_point"], params["unicode_name"]) == (
        "🌸",
        "U+1F338",
        "CHERRY BLOSSOM",
    )
    for language in ("en", "fr"):
        shown = seen_wave.call("item", "show", item["number"], "--lang", language).out
        assert all(code in shown for code in ("60108", "CO-05", "CO-06"))


def test_can_in_french_names_who_and_reasons(seen_wave: Orders) -> None:
    """`item can` for people gives each refused event its reasons, and each allowed one the codes it may carry."""
    text = seen_wave.run("item", "can", number_of(seen_wave, waves.SYSTEM_HOLD), "--lang", "fr").out
    assert "✓ release" in text
    assert "RequestedByStudent, DuplicateOrder, OrderedInError, StudentDeceased" in text
    assert french("ne mène nulle part depuis « Suspendue par PASI »") in text
    assert french("peut être corrigé par : Système") in text


@pytest.mark.parametrize("role", ["auditor", "print_provider", "dod_consumer", "service"])
def test_a_role_that_may_not_is_refused_with_permission(wave: Orders, role: str) -> None:
    """A role without the right gets kind permission, CO-11, exit 1, and nothing changes."""
    number, before = number_of(wave, waves.CREATED), wave.dump()
    result = wave.call("item", "do", number, "hold", "--reason", "Investigation", "--as", role, "--json")
    assert refusal(result, "permission", 1) == ["CO-11"]
    assert wave.dump() == before


def test_an_auditor_reads_everything(seen_wave: Orders) -> None:
    """An auditor may list, show, ask and verify, and is told that no event is theirs."""
    number = number_of(seen_wave, waves.CREATED)
    for arguments in (["items"], ["item", "show", number], ["item", "history", number], ["print-jobs"],
                      ["print-job", "show", "1"], ["verify-history"]):  # fmt: skip
        assert seen_wave.call(*arguments, "--as", "auditor").exit_code == 0
    events = seen_wave.ok("item", "can", number, "--as", "auditor:Ann")["events"]
    assert {event["kind"] for event in events if not event["allowed"]} == {"permission"}
    assert not any(event["allowed"] for event in events)


def test_an_event_that_leads_nowhere_is_no_such_transition(seen_wave: Orders) -> None:
    """An event without a transition from the state is refused as such, without reasons, naming where one can go."""
    number = number_of(seen_wave, waves.CREATED)
    assert refusal(seen_wave.call("item", "do", number, "deliver", "--json"), "no_such_transition", 1) == []
    shown = " ".join(seen_wave.call("item", "do", number, "deliver").err.split())
    assert "does not lead anywhere" in shown
    assert "hold" in shown.partition("From there")[2]


def test_a_stale_version_is_a_conflict(wave: Orders) -> None:
    """A command based on an earlier version is refused with kind conflict and exit 3, whatever it wanted."""
    number = number_of(wave, waves.CREATED)
    version = waves.item_of(wave, waves.CREATED)["version"]
    wave.ok("item", "do", number, "hold", "--reason", "Investigation", "--version", version)
    result = wave.run(
        "item", "do", number, "cancel", "--reason", "OrderedInError", "--version", version, "--json"
    )
    assert refusal(result, "conflict", 3) == []
    assert waves.item_of(wave, waves.CREATED)["state"] == "user_hold"


def test_a_repeated_command_gets_its_first_answer(wave: Orders) -> None:
    """A command id that comes again is already done: exit 0, same state and version, no second row of history."""
    number = number_of(wave, waves.CREATED)
    command = ["item", "do", number, "hold", "--reason", "Investigation", "--command-id", "c-1"]
    first, again = wave.ok(*command), wave.ok(*command)
    assert (first["already_done"], again["already_done"]) == (False, True)
    assert first | {"already_done": True} == again
    events = [row["event"] for row in wave.ok("item", "history", number)["history"]]
    assert events == ["place", "hold"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["item", "show", "0000000099-01"], 4),
        (["item", "show", "nonsense"], 4),
        (["item", "show", "99999999999999999999-01"], 4),
        (["item", "can", "0000000001-02"], 4),
        (["item", "history", "0000000099-01"], 4),
        (["item", "do", "0000000099-01", "hold", "--reason", "Investigation"], 4),
        (["item", "do", "0000000001-01", "explode"], 2),
        (["item", "do", "0000000001-01", "hold", "--reason", "Nonsense"], 1),
        (["item", "do", "0000000001-01", "fail", "--note", "n" * 501], 2),
        (["item", "do", "0000000001-01"], 2),
        (["item", "explode", "0000000001-01"], 2),
        (["items", "--state", "nowhere"], 2),
        (["items", "--limit", "0"], 2),
        (["items", "--limit", "9223372036854775807"], 0),
        (["items", "--asn", "123"], 0),
        (["items-do", "hold"], 2),
        (["items-do", "explode", "--state", "created"], 2),
        (["print-job", "show", "99"], 4),
        (["print-job", "show", "99999999999999999999"], 4),
        (["print-job", "show", "x"], 2),
        (["print-job", "release", "99"], 4),
        (["find", "1"], 4),
        (["find", "9" * 30], 4),
        (["first-run", "1"], 4),
        (["award", "100000001", "CHSA"], 4),
        (["award", "100000001", "ABCD"], 2),
        (["award", "12", "AHSD"], 2),
        (["explode"], 2),
        (["items", "--as", "nobody"], 2),
        (["items", "--lang", "de"], 2),
        (["items", "--no-such-option"], 2),
    ],
)  # fmt: skip
def test_exit_codes(seen_wave: Orders, arguments: list[str], code: int) -> None:
    """Usage is 2, unknown things are 4, refusals 1; none of them shows a traceback or writes anything."""
    before = seen_wave.dump()
    result = seen_wave.call(*arguments)  # which lets out whatever would end in a traceback
    assert (result.exit_code, "Traceback" in result.err) == (code, False), result.err[-400:]
    assert bool(result.err) == (code != 0)
    assert seen_wave.dump() == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["items", "--asn", "123"], 0),
        (["item", "do", "0000000001-01", "hold", "--reason", "Nonsense"], 1),
        (["items", "--no-such-option"], 2),
        (["print-job", "release", "99"], 4),
    ],
)
def test_a_process_ends_with_the_exit_code(seen_wave: Orders, arguments: list[str], code: int) -> None:
    """Each code is what the process ends with, without a word on the way out that the command did not say."""
    ended, called = seen_wave.run(*arguments), seen_wave.call(*arguments)
    assert ended.exit_code == code
    assert ended == called


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["item", "show", "9-9"], 4),
        (["find", "1"], 4),
        (["print-job", "show", "x"], 2),
        (["items-do", "hold"], 2),
    ],
)
def test_complaints_are_json_in_both_languages_too(
    seen_wave: Orders, arguments: list[str], code: int
) -> None:
    """With --json a complaint is one document on stdout, in both languages."""
    result = seen_wave.call(*arguments, "--json")
    assert result.exit_code == code
    message = result.json["error"]["message"]
    assert message["en"]
    assert message["fr"]
    assert message["en"] != message["fr"]


def test_an_invalid_reason_is_refused_with_the_valid_ones(seen_wave: Orders) -> None:
    """A reason that does not fit the event is 60118, which names those that do and the one that was given."""
    result = seen_wave.call(
        "item", "do", number_of(seen_wave, waves.CREATED), "hold", "--reason", "Lost", "--json"
    )
    assert refusal(result, "rule", 1) == ["60118"]
    params = result.json["refused"]["reasons"][0]["params"]
    assert params == {"reasons": ["Investigation", "AwaitingStudent"], "given": "Lost"}


def test_global_options_may_stand_anywhere(seen_wave: Orders) -> None:
    """--json, --as and --lang mean the same before and behind the subcommand, with a space or an equals sign."""
    number = number_of(seen_wave, waves.CREATED)
    forms = [
        ["--json", "--as", "auditor", "--lang", "fr", "item", "can", number],
        ["item", "--json", "can", "--as", "auditor", number, "--lang", "fr"],
        ["item", "can", number, "--json", "--as=auditor", "--lang=fr"],
    ]
    answers = [seen_wave.run(*form) for form in forms]
    assert [answer.exit_code for answer in answers] == [0, 0, 0]
    assert answers[0].json == answers[1].json == answers[2].json
    assert "permission" in {event["kind"] for event in answers[0].json["events"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ["items"],
        ["items", "--state", "created"],
        ["item", "show", "0000000001-01"],
        ["item", "history", "0000000001-01"],
        ["item", "can", "0000000001-01", "0000000002-01"],
        ["print-jobs"],
        ["print-job", "show", "1"],
        ["verify-history"],
        ["find", "1000000016"],
        ["award-and-order", "--type", "AHSD", "--preview"],
        ["items-do", "release", "--state", "user_hold", "--dry-run"],
        ["work", "--until-idle"],
    ],
)
def test_stdout_holds_one_json_document(
    wave: Orders, arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    """With --json stdout is exactly one JSON object; progress and logs go to stderr, uncoloured when it is no terminal."""
    result = wave.with_(ORDERS_TRANSMISSION="false").call(*arguments, "--json")
    assert isinstance(json.loads(result.out), dict)
    assert "\x1b[" not in result.out + result.err
    assert capfd.readouterr().out == ""  # nor does anything reach the process's stdout past Python's


@pytest.mark.parametrize("arguments", [["items"], ["work", "--until-idle"]])
def test_stdout_of_a_process_holds_one_json_document(wave: Orders, arguments: list[str]) -> None:
    """Nothing is added on a process's way in or out."""
    result = wave.with_(ORDERS_TRANSMISSION="false").run(*arguments, "--json")
    assert isinstance(json.loads(result.out), dict)
    assert "\x1b[" not in result.out + result.err


def test_times_and_numbers_have_their_documented_form(seen_wave: Orders) -> None:
    """In JSON an ASN is 9 digits, a credential number 10, and times are RFC 3339 in UTC; an item has the listed keys."""
    item = waves.item_of(seen_wave, waves.SENT)
    keys = (
        "number asn credential_number credential_type kind root_kind reorder_of reorder_root letter state version language "
        "copies delivery_method recipient address printed_name control_date special_handling status_reason errors print_job "
        "sequence processed_at sent_at delivered_at delivered_how document"
    )
    assert item.keys() == set(keys.split())
    assert item["document"].keys() == {"sha256", "size", "pages", "master"}
    assert (item["asn"], item["sent_at"]) == (waves.SENT, "2026-03-02T16:00:00Z")
    assert item["credential_number"].isdecimal()
    assert len(item["credential_number"]) == 10
    assert (item["kind"], item["letter"], item["root_kind"]) == ("first_run", "first_run", "first_run")


def test_numbers_may_be_typed_with_dashes(seen_wave: Orders) -> None:
    """An ASN and a credential number are understood with and without their dashes."""
    plain = seen_wave.items("--asn", waves.SENT)
    assert plain == seen_wave.items("--asn", f"{waves.SENT[:4]}-{waves.SENT[4:8]}-{waves.SENT[8]}")
    number = plain[0]["credential_number"]
    assert seen_wave.ok("find", number) == seen_wave.ok("find", f"{number[:5]}-{number[5:]}")


def test_a_first_run_is_refused_for_every_reason_at_once(installations: MakeOrders) -> None:
    """`first-run` of a legacy credential under a secondary ASN, digitally, names each rule that fails."""
    orders = installations()
    students = [student("100000001"), student("100000002", primary_asn="100000001", **NO_ADDRESS)]
    legacy = credential("100000002", status="awarded", legacy_number="A77", awarded_on="1990-06-30",
                        first_run_on="1990-07-01")  # fmt: skip
    assert import_(orders, students, [legacy]).exit_code == 0
    result = orders.run("first-run", "A77", "--delivery-method", "digital", "--json")
    assert refusal(result, "rule", 1) == ["44017", "44018", "CO-03", "CO-07"]
    french = orders.call("first-run", "A77", "--lang", "fr")
    assert french.exit_code == 1
    assert " ".join(french.err.split()).count("peut être corrigé par") == 3


@pytest.mark.parametrize("role", ["public:maya", "dod_consumer:a@u.example"])
@pytest.mark.parametrize(
    "call",
    [
        ["credentials"], ["find", "1000000015"], ["consumer", "show", "1"], ["handling"], ["work-list", "deceased"],
        ["work-list", "refunds"], ["print-jobs"], ["print-job", "show", "1"], ["verify-history"], ["messages"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_concerns_others_is_not_read(seen_wave: Orders, call: list[str], role: str) -> None:
    """CO-11 holds for looking: students, consumers, jobs and the past are no outsider's to read; an auditor's they are."""
    result = seen_wave.call(*call, "--json", "--as", role)
    assert result.exit_code == 1
    assert [reason["code"] for reason in result.json["refused"]["reasons"]] == ["CO-11"]
    assert seen_wave.call(*call, "--json", "--as", "auditor").exit_code in {0, 4}
