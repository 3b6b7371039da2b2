"""Each rule of domain §4 refuses what it must, lets the rest pass, and says why in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from models.codes import (
    CredentialState,
    CredentialType,
    DeliveryMethod,
    ItemKind,
    ItemState,
    Language,
    PrintJobState,
    RecipientKind,
    Role,
    SpecialHandling,
)
from tests.unit.workflows.builders import (
    NOW,
    TODAY,
    Link,
    address,
    command,
    credential,
    digital_item,
    hold_on_student,
    item,
    item_facts,
    job,
    job_facts,
    ordering_facts,
    params,
    settings,
    student,
)
from tests.unit.workflows.rule_cases import CASES, rule_of
from workflows.command import Command
from workflows.order_item import RELEASE_CHECKS, VALIDATIONS
from workflows.rule import REGISTRY, No, Reason, plain, restore
from workflows.rules.status import reasons_for
from workflows.student_book import in_force, unexpired

DAY = timedelta(days=1)
_T = CredentialType
every_case = pytest.mark.parametrize("code", CASES)


def holds(code, subject, facts):
    """Whether the rule holds; its answer is True or a No, and nothing else."""
    verdict = REGISTRY[code](subject, facts)
    assert verdict is True or isinstance(verdict, No)
    return verdict is True


# Every rule


def test_every_rule_has_a_case():
    """The cases are of exactly the rules there are, so that none goes untested."""
    assert set(CASES) == set(REGISTRY)


@every_case
def test_a_rule_lets_pass(code):
    """The rule answers True to the question that it should let pass."""
    assert rule_of(code)(*CASES[code].passes) is True


@every_case
def test_a_rule_refuses_with_its_parameters(code):
    """The rule answers No, which is false, with what its message needs to say."""
    verdict = rule_of(code)(*CASES[code].fails)
    assert isinstance(verdict, No)
    assert not verdict
    if CASES[code].params:
        assert params(verdict) == CASES[code].params


@every_case
def test_a_refusal_reads_in_both_languages(code):
    """The message is filled in English and in French, with no brace and no None left, and the two differ."""
    rule = rule_of(code)
    reason = Reason(rule, params(rule(*CASES[code].fails)))
    english, french = reason.message("en"), reason.message("fr")
    assert english != french
    for text in (english, french):
        assert text == text.strip()
        assert text.endswith(".")
        assert not set("{}[]") & set(text)
        assert "None" not in text


@pytest.mark.parametrize("code", sorted({rule.code for rule in (*VALIDATIONS, *RELEASE_CHECKS)} | {"CO-90"}))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_stored_error_reads_as_it_was_found(code, language):
    """An error that held an item says the same when it comes back from the database, where codes are plain values."""
    found = Reason(REGISTRY[code], params(REGISTRY[code](*CASES[code].fails)))
    assert restore(code, plain(found.params)).message(language) == found.message(language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_stored_error_names_its_type_as_it_was_found(language):
    """CO-08 says the type's name, also when it comes back from the database as a plain value."""
    found = Reason(REGISTRY["CO-08"], {"credential_type": _T.HONR, "language": Language.EN})
    assert restore("CO-08", plain(found.params)).message(language) == found.message(language)


def test_a_french_refusal_names_special_handling_in_french():
    """CO-24's parameter is a code, so that each language says it in its own words."""
    verdict = REGISTRY["CO-24"](item(), item_facts(special_handling=SpecialHandling.PENDING))
    reason = Reason(REGISTRY["CO-24"], params(verdict))
    assert "Waiting for Information" in reason.message("en")
    assert "En attente d'information" in reason.message("fr")


def test_a_french_refusal_names_the_files_in_french():
    """CO-32 says in French which file is missing: *file* is no French word."""
    verdict = REGISTRY["CO-32"](job(), job_facts(given=None))
    assert params(verdict) == {"files": ["file", "manifest"]}
    assert "file" not in Reason(REGISTRY["CO-32"], params(verdict)).message("fr")


# Addresses: 60108, and what counts as one


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        pytest.param({}, None, id="canada"),
        pytest.param({"lines": []}, ["street"], id="no street"),
        pytest.param({"lines": ["", " "]}, ["street"], id="blank street"),
        pytest.param({"city": " "}, ["city"], id="blank city"),
        pytest.param({"province": ""}, ["province"], id="no province"),
        pytest.param({"province": "Alberta"}, ["province"], id="province by name"),
        pytest.param({"province": "NV"}, ["province"], id="a state in Canada"),
        pytest.param({"postal_code": ""}, ["postal_code"], id="no postal code"),
        pytest.param({"postal_code": "89501"}, ["postal_code"], id="a ZIP code in Canada"),
        pytest.param({"country": ""}, ["country"], id="no country"),
        pytest.param(
            {"lines": [], "city": "", "province": "", "postal_code": ""},
            ["street", "city", "province", "postal_code"],
            id="only a country",
        ),
        pytest.param(
            {"country": "US", "city": "Reno", "province": "NV", "postal_code": "89501-1234"}, None, id="us"
        ),
        pytest.param(
            {"country": "US", "city": "Reno"}, ["province", "postal_code"], id="a Canadian code in the US"
        ),
        pytest.param(
            {"country": "FR", "city": "", "province": "", "postal_code": ""},
            None,
            id="elsewhere: all in the street",
        ),
        pytest.param(
            {"country": "FR", "lines": [], "city": "Paris", "postal_code": "75001"},
            ["street"],
            id="elsewhere: no street",
        ),
    ],
)
def test_an_address_is_complete_as_its_country_asks(changes, missing):
    """CA/US need street, city, province or state as code and a code of their format; elsewhere street and country."""
    verdict = REGISTRY["60108"](item(), item_facts(current_address=address(**changes)))
    assert (None if verdict is True else params(verdict)["missing"]) == missing


def test_no_address_is_refused_as_one():
    """Without any address the refusal says that there is none, not which parts it lacks."""
    verdict = REGISTRY["60108"](item(), item_facts(current_address=None))
    assert params(verdict) == {"missing": ["no address"]}


def test_digital_delivery_needs_no_address():
    """60108 is about physical delivery."""
    assert holds("60108", digital_item(follows_student=False), item_facts(current_address=None))


def test_an_untouched_item_follows_the_students_address():
    """While nobody edited it, the student's current address is judged."""
    assert not holds("60108", item(follows_student=True), item_facts(current_address=address(city="")))


def test_a_frozen_address_is_judged_whatever_the_student_has_now():
    """After `render`, or an edit, the item's own address counts, and the student's neither helps nor harms."""
    own = item(address=address(), follows_student=False)
    assert holds("60108", own, item_facts(current_address=None))
    assert not holds("60108", item(address=address(city=""), follows_student=False), item_facts())


def test_an_item_for_another_without_address_does_not_borrow_the_students():
    """A document for somebody else never goes to the student's address."""
    assert not holds("60108", item(address=None, follows_student=False), item_facts())


@pytest.mark.parametrize(
    ("expires_on", "counts"), [(None, True), (TODAY + DAY, True), (TODAY, True), (TODAY - DAY, False)]
)
def test_an_address_past_its_last_valid_day_counts_as_none(expires_on, counts):
    """The expiry is the last valid day: the address counts on it, and is none from the next day on."""
    row = SimpleNamespace(**address(), expires_on=expires_on)
    assert unexpired(row, TODAY) == (address() if counts else None)


def test_no_address_on_file_is_none():
    """A student without an address has none."""
    assert unexpired(None, TODAY) is None


# Student and credential


@pytest.mark.parametrize(
    ("until", "held"), [(None, True), (TODAY + DAY, True), (TODAY, True), (TODAY - DAY, False)]
)
def test_a_student_hold_is_in_force_on_its_last_day(until, held):
    """CO-05: a hold lasts to its last day, that day included; one without a last day until it is ended."""
    hold = hold_on_student(until)
    facts = item_facts(student_hold=in_force(hold, TODAY))
    assert holds("CO-05", item(), facts) is not held


def test_no_hold_is_in_force_where_there_is_none():
    """A student without a hold is not on hold."""
    assert in_force(None, TODAY) is None


def test_today_is_the_date_in_edmonton():
    """At half past midnight UTC it is still the evening before in Edmonton, in summer and in winter."""
    for day in (date(2026, 1, 15), date(2026, 7, 15)):
        late = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
        assert command(at=late).today == day - DAY


@pytest.mark.parametrize(
    ("state", "refused_by"),
    [
        (CredentialState.ACHIEVED, {"44016"}),
        (CredentialState.AWARDED, set()),
        (CredentialState.SUPERSEDED, {"CO-12"}),
        (CredentialState.DELETED, {"44016"}),
    ],
)
def test_who_speaks_of_a_credential_that_is_not_awarded(state, refused_by):
    """44016 refuses what is not awarded or was deleted; a superseded number is CO-12's, which names the new one."""
    facts = item_facts(credential=credential(state=state))
    assert {code for code in ("44016", "CO-12") if not holds(code, item(), facts)} == refused_by


def test_a_superseded_number_without_successor_is_still_told():
    """CO-12's refusal reads even where no newer number is active."""
    facts = item_facts(credential=credential(state=CredentialState.SUPERSEDED), active_number=None)
    message = Reason(REGISTRY["CO-12"], params(REGISTRY["CO-12"](item(), facts))).message("en")
    assert "None" not in message


def test_a_legacy_number_is_a_number_to_print():
    """60128: a legacy credential carries its legacy number."""
    assert holds("60128", item(), item_facts(credential=credential(number=None, legacy_number="A77")))


@pytest.mark.parametrize(
    ("number", "legacy", "is_legacy"),
    [("1000000013", None, False), (None, "A77", True), ("1000000013", "A77", False)],
)
def test_legacy_is_what_has_a_legacy_number_only(number, legacy, is_legacy):
    """44018: a legacy number without a credential number makes a legacy credential."""
    facts = ordering_facts(credential=credential(number=number, legacy_number=legacy))
    assert holds("44018", item(), facts) is not is_legacy


# The printed name


@pytest.mark.parametrize(
    ("last_name", "character"),
    [
        ("O'Neill-Nguyễn", None),
        ("ᐃᓄᒃᑎᑐᑦ", None),
        ("Παπαδόπουλος", None),
        ("Иванов", None),
        ("Smith😀", "😀"),
        ("محمد", "م"),
    ],
    ids=["latin", "syllabics", "greek", "cyrillic", "emoji", "arabic"],
)
def test_a_name_is_set_in_the_scripts_of_our_faces(last_name, character):
    """CO-06: Latin, syllabics, Greek and Cyrillic can be set; what cannot is named by its first character."""
    name = {"first_name": "", "middle_name": "", "last_name": last_name, "suffix": ""}
    verdict = REGISTRY["CO-06"](item(recipient="A. Person"), item_facts(credential=credential(**name)))
    assert (None if verdict is True else params(verdict)["character"]) == character


def test_a_name_too_long_for_every_format_is_refused():
    """CO-06: a name of which no format has fewer than 60 characters is refused for its length."""
    facts = item_facts(credential=credential(last_name="Wolfeschlegelsteinhausen" * 2 + "bergerdorff" * 2))
    verdict = REGISTRY["CO-06"](item(recipient="A. Person"), facts)
    assert params(verdict)["field"] == "printed_name"
    assert "formats" in Reason(REGISTRY["CO-06"], params(verdict)).message("fr")


@pytest.mark.parametrize(
    ("subject", "facts", "field"),
    [
        (item(recipient="Anna 😀"), item_facts(), "recipient"),
        (item(), item_facts(current_address=address(lines=["1 Main St ☃"])), "address"),
        (item(), item_facts(current_address=address(city="東京", country="JP")), "address"),
    ],
    ids=["recipient", "street", "city"],
)
def test_recipient_and_address_are_judged_as_the_name_is(subject, facts, field):
    """CO-06: "the same test for recipient and address on the letter"."""
    assert params(REGISTRY["CO-06"](subject, facts))["field"] == field


def test_a_digital_item_has_no_letter_whose_address_could_fail():
    """CO-06: digital delivery prints no letter, so recipient and address are not judged."""
    assert holds("CO-06", digital_item(recipient="Anna 😀", address=address(lines=["☃"])), item_facts())


def test_an_address_of_more_lines_than_the_window_shows_is_refused():
    """CO-06 refuses what the renderer would refuse: recipient and address lines beyond the window."""
    facts = item_facts(current_address=address(lines=[f"Line {number}" for number in range(1, 10)]))
    assert not holds("CO-06", item(), facts)


@pytest.mark.parametrize("credential_type", [each for each in _T if each is not _T.HONR])
@pytest.mark.parametrize("language", Language)
def test_every_type_of_the_domain_page_has_a_master(credential_type, language):
    """CO-08: pages exist for every type of §7 that is ordered in bulk, in both languages."""
    facts = item_facts(credential=credential(credential_type=credential_type))
    assert holds("CO-08", item(language=language), facts)


@pytest.mark.parametrize("fault", ["missing", "altered"])
def test_a_reorder_needs_the_master_of_its_first_document(fault):
    """CO-08: a remembered master that is not in the store as it was is named, with what to do, in both languages."""
    found = REGISTRY["CO-08"](item(), item_facts(first_master="ab12", first_master_fault=fault))
    assert params(found)["as_first_printed"] == f"master_{fault}"
    reason = Reason(REGISTRY["CO-08"], params(found))
    english, french = reason.message("en"), reason.message("fr")
    assert english.startswith("There is no page master for Alberta High School Diploma in English, as the")
    assert ("missing from" if fault == "missing" else "altered in") in english
    assert ("absent du" if fault == "missing" else "modifié dans") in french
    assert "Restore it" in english
    assert "Restaurez-le" in french


def test_an_optional_parameter_leaves_no_trace():
    """CO-08 without a remembered master says type and language and no more."""
    found = Reason(REGISTRY["CO-08"], {"credential_type": _T.HONR, "language": Language.EN})
    assert found.message("en").endswith(" in English.")
    assert found.message("fr").endswith(" en anglais.") or found.message("fr").endswith(" en Anglais.")


# Ordering


@pytest.mark.parametrize(
    ("subject", "ok"),
    [
        (item(), True),
        (item(copies=2), False),
        (item(recipient_kind=RecipientKind.ORGANISATION), False),
        (item(recipient_kind=RecipientKind.OTHER), False),
        (item(kind=ItemKind.REORDER, copies=2), False),
        (item(kind=ItemKind.REPRINT, root_kind=ItemKind.REPRINT, copies=2), True),
        (item(kind=ItemKind.REORDER, root_kind=ItemKind.REPRINT, recipient_kind=RecipientKind.OTHER), True),
    ],
    ids=[
        "one to student",
        "two",
        "organisation",
        "other",
        "reorder of first-run",
        "reprint",
        "reorder of reprint",
    ],
)
def test_a_first_run_goes_to_the_student_in_one_copy(subject, ok):
    """CO-01 follows the root kind: first-run and every reorder of one go to the student, in one copy."""
    assert holds("CO-01", subject, ordering_facts()) is ok


@pytest.mark.parametrize(
    ("method", "copies", "ok"),
    [
        ("manual_mail", 0, False),
        ("manual_mail", 1, True),
        ("manual_mail", 10, True),
        ("manual_mail", 11, False),
        ("digital", 0, False),
        ("digital", 1, True),
        ("digital", 2, False),
    ],
)
def test_copies_are_in_bounds(method, copies, ok):
    """CO-02: one to ten copies; digital exactly one."""
    subject = item(root_kind=ItemKind.REPRINT, delivery_method=DeliveryMethod(method), copies=copies)
    assert holds("CO-02", subject, ordering_facts()) is ok


@pytest.mark.parametrize(
    ("subject", "active", "ok"),
    [
        (digital_item(), True, True),
        (digital_item(), False, False),
        (digital_item(root_kind=ItemKind.FIRST_RUN), True, False),
        (digital_item(recipient_kind=RecipientKind.STUDENT), True, False),
        (digital_item(kind=ItemKind.REORDER), True, True),
        (item(), False, True),
    ],
    ids=["reprint", "inactive consumer", "first-run", "to the student", "reorder of a reprint", "on paper"],
)
def test_digital_goes_with_reprints_to_active_consumers(subject, active, ok):
    """CO-03: digital only where the root kind is reprint, and to an active consumer."""
    assert holds("CO-03", subject, item_facts(consumer_is_active=active)) is ok


#: §5, *Award precedence*: "already AHSD/ADEX/ADVD/GHSD → nothing more; HSED → AHSD, ADEX, ADVD, GHSD; CHSA → AHSD,
#: HSED; IOPC → AHSD, ADEX, ADVD, HSED, GHSD; COSC → AHSD, HSED, CHSA". Read as: who holds the first may still get
#: the second; any other reading makes every row but the first say again that a diploma ends it.
STILL_AWARDED = {
    "AHSD": "",
    "ADEX": "",
    "ADVD": "",
    "GHSD": "",
    "HSED": "AHSD ADEX ADVD GHSD",
    "CHSA": "AHSD HSED",
    "IOPC": "AHSD ADEX ADVD HSED GHSD",
    "COSC": "AHSD HSED CHSA",
}


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        pytest.param(held, wanted, id=f"{held}-then-{wanted}")
        for held in STILL_AWARDED
        for wanted in STILL_AWARDED
        if held != wanted
    ],
)
def test_award_precedence_row_by_row(held, wanted):
    """CO-14: what a student who holds one credential is still awarded in bulk, and what not."""
    facts = ordering_facts(
        credential=credential(credential_type=_T(wanted), state=CredentialState.ACHIEVED),
        awarded_types=frozenset({_T(held)}),
    )
    verdict = REGISTRY["CO-14"](item(), facts)
    assert (verdict is True) is (wanted in STILL_AWARDED[held].split())
    assert verdict is True or params(verdict) == {"held": [_T(held)]}


def test_the_first_credential_is_never_excluded():
    """CO-14: a student who holds nothing is awarded any type."""
    for wanted in STILL_AWARDED:
        assert holds("CO-14", item(), ordering_facts(credential=credential(credential_type=_T(wanted))))


RANKS = ("ADEX", "ADVD", "AHSD", "GHSD", "HSED", "CHSA", "IOPC", "COSC")


@pytest.mark.parametrize("rank", range(len(RANKS)), ids=RANKS)
def test_the_highest_type_of_a_run_is_awarded(rank):
    """CO-15: against everything below, a type is the highest; against any one above, that one is named."""
    mine = _T(RANKS[rank])
    below = frozenset(map(_T, RANKS[rank:]))
    facts = ordering_facts(credential=credential(credential_type=mine), types_in_run=below)
    assert holds("CO-15", item(), facts)
    for higher in RANKS[:rank]:
        facts = ordering_facts(credential=credential(credential_type=mine), types_in_run=below | {_T(higher)})
        assert params(REGISTRY["CO-15"](item(), facts)) == {"highest": _T(higher)}


# Reasons (60118)

_CANCEL = {"RequestedByStudent", "DuplicateOrder", "OrderedInError", "StudentDeceased"}
_HOLD = {"Investigation", "AwaitingStudent"}
_FAIL = {
    "ReturnedBadAddress",
    "Refused",
    "Unclaimed",
    "Damaged",
    "Lost",
    "PrintDefect",
    "PulledBeforeMailing",
} | {"NotSupplied"}
_MISDELIVER = {"IncorrectRecipient", "IncorrectStudent"}
_REORDER = {
    "LostInMail",
    "DamagedInMail",
    "ReturnedBadAddress",
    "WrongRecipient",
    "PrintDefect",
    "MinistryError",
} | {"Other"}
_OF_DELIVERED = {"PrintDefect", "DamagedInMail", "MinistryError", "Other"}
_SR, _OS = "student_records", "operational_support"


@pytest.mark.parametrize(
    ("event", "states", "roles", "reasons"),
    [
        ("cancel", ["created", "user_hold", "system_hold"], [_SR, _OS], _CANCEL),
        ("cancel", ["created", "user_hold", "system_hold"], ["public"], {"RequestedByStudent"}),
        ("cancel", ["created", "user_hold", "system_hold"], ["system"], {"StudentDeceased"}),
        ("hold", ["created", "rendered"], [_SR, _OS], _HOLD),
        ("pull", ["in_print_job"], [_SR, _OS], _HOLD),
        ("fail", ["sent", "delivered", "delivered_in_error"], [_SR, _OS], _FAIL),
        ("fail", ["sent", "delivered", "delivered_in_error"], ["system"], {"PulledBeforeMailing"}),
        ("misdeliver", ["sent", "delivered", "failed"], [_SR, _OS], _MISDELIVER),
        ("reorder", ["failed", "delivered_in_error", "expired", "reordered"], [_SR, _OS], _REORDER),
        ("reorder", ["delivered"], [_SR, _OS], _OF_DELIVERED),
        ("release", ["user_hold", "system_hold"], [_SR, _OS, "system"], set()),
        ("deliver", ["sent"], [_SR, _OS, "system"], set()),
    ],
)
def test_the_reasons_of_an_event(event, states, roles, reasons):
    """60118: which reasons fit an event, in a state, by a role (§4, *Status reasons*; §2, the columns *By* and *Guards*)."""
    for state in states:
        for role in roles:
            assert set(reasons_for(event, state, Role(role))) == reasons


@pytest.mark.parametrize("event", ["cancel", "hold", "pull", "fail", "misdeliver", "reorder", "discard"])
@pytest.mark.parametrize("reason", [None, "", "investigation", "Because"])
def test_a_change_needs_a_reason_of_the_list(event, reason):
    """60118: no reason, an empty one, one in other letters and one that nobody knows are refused alike."""
    facts = item_facts(command=command(event, Role.STUDENT_RECORDS, reason=reason))
    assert not holds("60118", item(state=ItemState.FAILED), facts)


def test_a_discard_takes_any_reason_of_its_own_list():
    """60118: the page lists no discard reasons, so each of ours is taken and none of another event."""
    for reason, ok in [
        ("ProviderUnavailable", True),
        ("WrongContent", True),
        ("Other", True),
        ("Lost", False),
    ]:
        facts = job_facts(
            command=command("discard", Role.STUDENT_RECORDS, reason=reason, note="See the log.")
        )
        assert holds("60118", job(), facts) is ok


def test_the_reason_other_needs_a_note():
    """60118: "Other (note)" says nothing by itself."""
    facts = job_facts(command=command("discard", Role.STUDENT_RECORDS, reason="Other"))
    verdict = REGISTRY["60118"](job(), facts)
    assert params(verdict)["given"] == "other_without_note"


@pytest.mark.parametrize("event", ["cancel", "hold", "pull", "fail", "misdeliver", "reorder", "discard"])
def test_asking_what_may_happen_needs_no_reason_yet(event):
    """60118, 60105 and CO-29 ask for what a person would still type in, so a mere question is not refused for it."""
    asking = command(event, Role.STUDENT_RECORDS, asking=True)
    assert holds("60118", item(state=ItemState.FAILED), item_facts(command=asking))
    assert holds("60105", item(state=ItemState.FAILED), item_facts(command=asking))
    assert holds("CO-29", job(), job_facts(command=asking))


# Leases, attempts, automatic release


@pytest.mark.parametrize(
    ("until", "given", "ok"),
    [
        (NOW - DAY, None, True),
        (NOW, None, True),
        (NOW + timedelta(seconds=1), None, False),
        (NOW + DAY, {"stopped": "worker-1"}, True),
        (NOW + DAY, {"stopped": "worker-2"}, False),
    ],
    ids=["lapsed", "lapses now", "a second left", "its worker stopped", "another worker stopped"],
)
def test_an_item_is_given_back_when_its_lease_lapsed_or_its_worker_stopped(until, given, ok):
    """CO-26: the lease has lapsed, or the worker that holds it is known to have stopped."""
    assert holds("CO-26", item(lease_until=until), item_facts(given=given)) is ok


@pytest.mark.parametrize(("attempts", "ok"), [(0, True), (2, True), (3, False), (4, False)])
def test_the_third_failed_attempt_is_one_too_many(attempts, ok):
    """CO-90: "A step that raises 3 times"."""
    error = {"step": "render", "error": "OSError", "reference": "00000000"}
    assert holds("CO-90", item(attempts=attempts, last_error=error), item_facts()) is ok


def test_a_technical_error_never_goes_away_by_itself():
    """CO-27 with CO-90: software does not release what software failed at."""
    error = {"step": "render", "error": "OSError", "reference": "00000000"}
    held = item(state=ItemState.SYSTEM_HOLD, attempts=3, last_error=error)
    facts = item_facts(stored_errors=(restore("CO-90", error),))
    assert params(REGISTRY["CO-27"](held, facts)) == {"codes": ["CO-90"]}


def test_every_cause_must_be_gone():
    """CO-27: one standing cause is enough to keep the item, and exactly those that stand are named."""
    stored = tuple(restore(code, {}) for code in ("60108", "44016", "CO-05", "CO-07"))
    facts = item_facts(
        stored_errors=stored,
        student_hold=hold_on_student(None),
        student=student(primary_id=1),
        primary_asn="1",
    )
    assert params(REGISTRY["CO-27"](item(), facts)) == {"codes": ["CO-05", "CO-07"]}
    assert holds("CO-27", item(), item_facts(stored_errors=stored))


@pytest.mark.parametrize("code", [rule.code for rule in VALIDATIONS])
def test_the_cause_of_each_validation_can_go(code):
    """CO-27: while a validation fails, its stored error stands; once it passes, the cause is gone."""
    (failing, failed_facts), (passing, passed_facts) = CASES[code].fails, CASES[code].passes
    stored = (restore(code, {}),)
    verdict = REGISTRY["CO-27"](failing, replace(failed_facts, stored_errors=stored))
    assert params(verdict) == {"codes": [code]}
    assert holds("CO-27", passing, replace(passed_facts, stored_errors=stored))


@pytest.mark.parametrize(
    ("day", "ok"), [(None, True), (TODAY - DAY, True), (TODAY, True), (TODAY + DAY, False)]
)
def test_the_control_date_is_a_not_before_date(day, ok):
    """CO-18: empty is at once; the item is processed on the date and after it."""
    assert holds("CO-18", item(control_date=day), item_facts()) is ok


# Print jobs


@pytest.mark.parametrize("state", PrintJobState)
def test_the_state_of_a_job_decides_what_its_items_may(state):
    """CO-19, CO-34 and CO-35 hold in exactly one state of the job each."""
    facts = item_facts(job=job(state=state))
    held = {code for code in ("CO-19", "CO-34", "CO-35") if holds(code, item(), facts)}
    only = {"open": {"CO-19"}, "discarded": {"CO-34"}, "transmitted": {"CO-35"}}
    assert held == only.get(state.value, set())


def test_where_no_job_is_open_a_new_one_will_be():
    """CO-19, CO-20 and CO-21 do not keep an item from the first job of its key."""
    facts = item_facts(job=None)
    assert all(holds(code, item(), facts) for code in ("CO-19", "CO-20", "CO-21"))


@pytest.mark.parametrize(
    "changes",
    [
        {"credential_type": _T.CHSA},
        {"language": Language.FR},
        {"delivery_method": DeliveryMethod.MANUAL_MAIL},
    ],
    ids=["type", "language", "delivery method"],
)
def test_an_item_goes_into_the_job_of_its_key(changes):
    """CO-20: type, language and delivery method are all the job's."""
    assert not holds("CO-20", item(), item_facts(job=job(**changes)))


@pytest.mark.parametrize(
    ("envelopes", "size", "ok"),
    [(0, 0, True), (499, 249_999_999, True), (500, 0, False), (0, 250_000_000, False)],
)
def test_a_job_has_room_below_its_maximum(envelopes, size, ok):
    """CO-21: 500 envelopes or 250 MB, whichever comes first."""
    assert holds("CO-21", item(), item_facts(job_envelopes=envelopes, job_bytes=size)) is ok


def test_a_jobs_maximum_is_a_setting():
    """CO-21 follows the settings."""
    assert not holds("CO-21", item(), item_facts(job_envelopes=2, settings=settings(job_max_envelopes=2)))


@pytest.mark.parametrize(
    ("event", "envelopes", "ok"),
    [("release", 0, False), ("release", 1, True), ("discard", 0, True), ("discard", 1, False)],
)
def test_a_job_is_released_with_an_envelope_and_discarded_without(event, envelopes, ok):
    """CO-28: at least one envelope at a release, none at the discard of an open job."""
    assert holds("CO-28", job(), job_facts(command=command(event), envelopes=envelopes)) is ok


@pytest.mark.parametrize("given", [None, {}, {"no_copy_confirmed": False}])
def test_a_discard_waits_for_the_confirmation(given):
    """CO-29: unless Student Records confirms it, the provider may hold a copy."""
    discard = command("discard", Role.STUDENT_RECORDS, reason="Other")
    assert not holds("CO-29", job(), job_facts(command=discard, given=given))


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (None, ["file", "manifest"]),
        ({"file": "a" * 64}, ["manifest"]),
        ({"file": "b" * 64, "manifest": "b" * 64}, ["file"]),
    ],
)
def test_both_files_are_read_back(given, wrong):
    """CO-32: a file that is missing in the drop, or differs, is named."""
    assert params(REGISTRY["CO-32"](job(), job_facts(given=given))) == {"files": wrong}


def test_a_job_without_hashes_was_never_written():
    """CO-32: a job that has no hash of its own is not accepted, whatever the drop holds."""
    unwritten = job(sha256=None, manifest_sha256=None)
    assert not holds("CO-32", unwritten, job_facts(given={"file": None, "manifest": None}))


# Delivery


@pytest.mark.parametrize(
    ("state", "ok"), [("not_required", True), ("outstanding", False), ("pending", False), ("complete", True)]
)
def test_special_handling_is_done_before_delivery(state, ok):
    """CO-24: complete or not required."""
    assert holds("CO-24", item(), item_facts(special_handling=SpecialHandling(state))) is ok


@pytest.mark.parametrize("method", DeliveryMethod)
def test_a_delivery_is_physical_or_digital(method):
    """CO-22 and CO-23 never hold together, and one of them always does; only `digital` is digital."""
    subject = item(delivery_method=method)
    assert holds("CO-23", subject, item_facts()) is (method.value == "digital")
    assert holds("CO-22", subject, item_facts()) is (method.value != "digital")


@pytest.mark.parametrize(
    ("link", "active", "ok"),
    [
        (Link(TODAY), True, True),
        (Link(TODAY), False, False),
        (Link(TODAY - DAY), True, False),
        (Link(TODAY, withdrawn=True), True, False),
        (None, True, False),
    ],
    ids=["last day", "inactive consumer", "expired", "withdrawn", "no link"],
)
def test_a_download_needs_a_link_and_an_active_consumer(link, active, ok):
    """CO-25: the link is valid and not expired, the consumer active."""
    assert holds("CO-25", digital_item(), item_facts(link=link, consumer_is_active=active)) is ok


@pytest.mark.parametrize(("expires_on", "ok"), [(TODAY - DAY, True), (TODAY, False), (TODAY + DAY, False)])
def test_a_link_expires_after_its_last_day(expires_on, ok):
    """CO-36 begins where CO-25 ends: no day belongs to both or to neither, and hold or consumer change nothing."""
    facts = item_facts(link=Link(expires_on), student_hold=hold_on_student(None))
    assert holds("CO-36", digital_item(), facts) is ok
    assert holds("CO-25", digital_item(), facts) is not ok
    facts.consumer_is_active = False
    assert holds("CO-36", digital_item(), facts) is ok


def test_nothing_expires_without_a_link():
    """CO-36: an item without a link has no expiry date that could have passed."""
    assert not holds("CO-36", digital_item(), item_facts(link=None))


@pytest.mark.parametrize("fault", ["missing", "altered"])
def test_a_document_fault_is_told_in_words(fault):
    """CO-91: *missing* and *altered* are said in both languages."""
    reason = Reason(REGISTRY["CO-91"], params(REGISTRY["CO-91"](item(), item_facts(document_fault=fault))))
    assert fault in reason.message("en")
    assert fault not in reason.message("fr")


def test_a_command_is_its_own():
    """Two commands never share an id, so that a repeat is told from a second wish."""
    first, second = command("hold"), command("hold")
    assert isinstance(first, Command)
    assert first.command_id != second.command_id
