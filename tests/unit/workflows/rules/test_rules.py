"""Each rule of domain §4, "Rules", refuses what it must, lets the rest pass, and says why in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models.codes import (
    CredentialState,
    CredentialType,
    DeliveryMethod,
    EnvelopeOutcome,
    ItemKind,
    ItemState,
    Language,
    RecipientKind,
    Role,
    SpecialHandling,
)
from models.typography import french
from tests.unit.workflows.builders import (
    DAY,
    NOW,
    TODAY,
    Link,
    address,
    command,
    credential,
    digital_item,
    hold_on_student,
    holds,
    item,
    item_facts,
    job,
    job_facts,
    ordering_facts,
    params,
    student,
)
from tests.unit.workflows.rules.rule_cases import CASES, rule_of
from workflows.command import Command
from workflows.facts.student_book import in_force
from workflows.machines.order_item import RELEASE_CHECKS, VALIDATIONS
from workflows.rules.rule import REGISTRY, No, Reason, plain, restore
from workflows.rules.vocabulary import WORDS, within

_T = CredentialType
every_case = pytest.mark.parametrize("code", CASES)


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
    assert reason.message("en").endswith(": waiting for information.")
    assert reason.message("fr").endswith(french(" : en attente d'information."))


@pytest.mark.parametrize(
    ("code", "english", "french_"),
    [
        (ItemState.IN_PRINT_JOB, "in print job", "dans un lot d'impression"),
        (ItemState.SYSTEM_HOLD, "system hold", "suspendue par PASI"),
        (EnvelopeOutcome.RETURNED_TO_SR, "returned to Student Records", "retournée aux Dossiers scolaires"),
        (DeliveryMethod.COURIER, "courier", "messagerie"),
        (Language.FR, "French", "français"),
        (Role.STUDENT_RECORDS, "Student Records", "Dossiers scolaires"),
        (CredentialType.AHSD, "Alberta High School Diploma", "Diplôme d'études secondaires de l'Alberta"),
    ],
)
def test_a_label_within_a_sentence_has_no_capitals_of_a_heading(code, english, french_):
    """Names and acronyms keep theirs; a stored value is the same word as the code that it was."""
    assert within(code) == (english, french(french_))
    assert WORDS[code.value] == within(code)


#: Parameters that may be missing, and what is said of them where they are there.
OPTIONAL = [
    ("CO-12", {}, {"number": "0000000117"}, " by 0000000117"),
    ("44002", {}, {"number": "0000000117"}, "; the current one is 0000000117"),
    ("60406", {"state": "user_hold"}, {"errors": ["60108"]}, " Errors: 60108."),
    ("CO-34", {}, {"job": 3}, " 3"),
    ("CO-35", {}, {"job": 3}, " 3"),
    ("CO-09", {}, {"given": "CA"}, " (given: CA)"),
    ("60118", {"reasons": ["Lost"]}, {"given": "x"}, " (given: x)"),
]


@pytest.mark.parametrize(("code", "always", "more", "part"), OPTIONAL, ids=[each[0] for each in OPTIONAL])
def test_what_is_not_there_is_not_spoken_of(code, always, more, part):
    """No refusal says *nothing* or *None*, nor do those that were stored when some did."""
    told = restore(code, always | more).message("en")
    assert part in told
    for absent in ({}, dict.fromkeys(more), dict.fromkeys(more, "nothing")):
        assert restore(code, always | absent).message("en") == told.replace(part, "")
        assert not {"nothing", "None"} & set(restore(code, always | absent).message("fr").split())


def test_amounts_of_a_refusal_are_written_as_the_language_writes_them():
    """60125's parameters stay plain text; so do those that were stored."""
    reason = restore("60125", {"amount": "123456.70", "most": "99999.99"})
    assert "$123,456.70 is more than $99,999.99" in reason.message("en")
    assert "123\u00a0456,70\u00a0$ dépasse 99\u00a0999,99\u00a0$" in reason.message("fr")


def test_a_french_refusal_names_the_files_in_french():
    """CO-32 says in French which file is missing: *file* is no French word."""
    verdict = REGISTRY["CO-32"](job(), job_facts(given=None))
    assert params(verdict) == {"files": ["file", "manifest"]}
    assert "file" not in Reason(REGISTRY["CO-32"], params(verdict)).message("fr")


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
    """CO-08: pages exist for every type of domain §7, "Credential types", that is ordered in bulk, in both languages."""
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
