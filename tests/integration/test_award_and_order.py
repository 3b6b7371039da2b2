"""Awarding and ordering in bulk: what it selects, decides, numbers, and survives."""

from collections.abc import Callable
from typing import Any

import pytest
from stdnum.iso7064 import mod_11_10

from models.bulk_runs import BulkRun
from models.codes import CredentialState, CredentialType, DeliveryMethod, ItemState, Language, LetterKind
from models.credentials import Credential
from models.orders import OrderItem
from models.students import Authority, School, Student
from tests.ministry import AUDITOR, CLERK, SCHOOL_YEAR, SUPPORT, Ministry
from workflows.machines.decision import Outcome
from workflows.operations.access.permission import NotPermittedError
from workflows.operations.bulk import chunks
from workflows.operations.ordering import award_and_order as bulk
from workflows.operations.ordering.award import award, order_first_run
from workflows.operations.ordering.award_and_order import Row, Selection, preview_award
from workflows.operations.ordering.numbering import with_check_digit
from workflows.source import table

T = CredentialType
EVERY_TYPE = frozenset(T) - {T.HONR}


def achieved(ministry: Ministry, *types: CredentialType, **student: Any) -> int:
    """A student who achieved ``types``."""
    made = ministry.student(**student)
    for each in types:
        ministry.credential(made, each)
    return made


def outcomes(rows: list[Row]) -> dict[tuple[str, CredentialType], str]:
    """The outcome of every row, or the codes that refused it."""
    return {
        (row.asn, row.credential_type): " ".join(each.code for each in row.reasons) or row.outcome
        for row in rows
    }


def test_a_preview_changes_nothing(ministry: Ministry) -> None:
    """A preview gives the same outcomes as the run that follows, and leaves every row of every table as it was."""
    achieved(ministry, T.AHSD, T.CHSA)
    achieved(ministry, T.COSC, deceased=True)
    achieved(ministry, T.HSED, address=None)
    before = ministry.fingerprint()
    preview = ministry.award_and_order(*EVERY_TYPE, preview=True)
    assert ministry.fingerprint() == before
    assert ministry.rows(BulkRun) == []
    done = ministry.award_and_order(*EVERY_TYPE)
    assert outcomes(preview.rows) == outcomes(done.rows)
    assert (preview.ordered, preview.by_rule) == (2, {"CO-15": 1, "CO-13": 1})
    assert all(row.item is None and row.credential_number is None for row in preview.rows)


def test_a_first_run_is_what_the_page_says(ministry: Ministry) -> None:
    """A first-run goes to the student: one copy, fee-free order of one item, its letter, the programme's language."""
    student = ministry.student()
    ministry.credential(student, programme_language=Language.FR)
    (row,) = ministry.award_and_order(T.AHSD, method=DeliveryMethod.MANUAL_MAIL).rows
    (item,) = ministry.rows(OrderItem)
    assert (item.state, item.copies, item.letter, item.language, item.item_no) == (
        ItemState.CREATED, 1, LetterKind.FIRST_RUN, Language.FR, 1,
    )  # fmt: skip
    assert (item.delivery_method, item.follows_student) == (DeliveryMethod.MANUAL_MAIL, True)
    assert row.item == f"{item.order_id:010d}-01"


def test_the_awarded_name_is_the_legal_name(ministry: Ministry) -> None:
    """Awarding copies the legal name, sets the day and the number, and is recorded in the credential's history."""
    student = achieved(ministry, T.AHSD, middle_name="Chidi", suffix="III")
    ministry.award_and_order(T.AHSD)
    (credential,) = ministry.rows(Credential)
    names = (credential.first_name, credential.middle_name, credential.last_name, credential.suffix)
    assert names == ("Ada", "Chidi", "Okafor", "III")
    assert (credential.state, credential.awarded_on) == (CredentialState.AWARDED, ministry.today)
    ministry.change_student(student, last_name="Changed")
    assert ministry.rows(Credential)[0].last_name == "Okafor"
    assert ministry.broken_history() == []


@pytest.mark.parametrize(
    ("wanted", "held", "refused"),
    [
        *((one, other, True) for one in (T.AHSD, T.ADEX, T.ADVD, T.GHSD) for other in (T.ADVD, T.GHSD) if one != other),
        (T.HSED, T.AHSD, True), (T.HSED, T.ADEX, True), (T.HSED, T.CHSA, False), (T.HSED, T.COSC, False),
        (T.CHSA, T.AHSD, True), (T.CHSA, T.HSED, True), (T.CHSA, T.COSC, False), (T.CHSA, T.IOPC, True),
        (T.IOPC, T.HSED, True), (T.IOPC, T.GHSD, True), (T.IOPC, T.CHSA, True), (T.IOPC, T.COSC, True),
        (T.COSC, T.AHSD, True), (T.COSC, T.HSED, True), (T.COSC, T.CHSA, True), (T.COSC, T.IOPC, True),
        (T.AHSD, T.HSED, False), (T.AHSD, T.CHSA, False), (T.AHSD, T.COSC, False), (T.AHSD, T.HONR, False),
    ],
)  # fmt: skip
def test_what_is_held_excludes_lesser_types(
    ministry: Ministry, wanted: CredentialType, held: CredentialType, refused: bool
) -> None:
    """CO-14: an awarded credential of the student excludes the types of domain §5, "Award precedence", and no other."""
    student = achieved(ministry, wanted)
    ministry.credential(student, held, CredentialState.AWARDED, number="1234567897")
    (row,) = ministry.award_and_order(wanted).rows
    assert [each.code for each in row.reasons] == (["CO-14"] if refused else [])
    if refused:
        assert row.reasons[0].params == {"held": [held]}


def test_the_highest_type_of_a_run_goes_first(ministry: Ministry) -> None:
    """CO-15: of all that a student achieved in this run only the highest is awarded, and the others are named."""
    ranked = (T.ADEX, T.ADVD, T.AHSD, T.GHSD, T.HSED, T.CHSA, T.IOPC, T.COSC)
    for position, each in enumerate(ranked[:-1]):
        achieved(ministry, *ranked[position:], last_name=each.value)
    rows = ministry.award_and_order(*EVERY_TYPE).rows
    ordered = [row.credential_type for row in rows if row.outcome == "ordered"]
    assert ordered == list(ranked[:-1])
    assert {row.reasons[0].code for row in rows if row.outcome == "refused"} == {"CO-15"}


def test_a_type_that_was_not_asked_for_does_not_count(ministry: Ministry) -> None:
    """CO-15 compares what is in this run: an achieved diploma that was not selected outranks nothing."""
    achieved(ministry, T.AHSD, T.COSC)
    (row,) = ministry.award_and_order(T.COSC).rows
    assert (row.credential_type, row.outcome) == (T.COSC, "ordered")


def test_numbers_ascend_with_the_asns(ministry: Ministry) -> None:
    """Numbers are ten digits with a valid check digit, ascending in ASN order, whatever the order of arrival."""
    for asn in ("700000005", "200000003", "500000001", "200000001"):
        achieved(ministry, T.AHSD, asn=asn)
    rows = ministry.award_and_order(T.AHSD).rows
    assert [row.asn for row in rows] == ["200000001", "200000003", "500000001", "700000005"]
    numbers = [row.credential_number or "" for row in rows]
    assert numbers == sorted(set(numbers))
    assert all(len(number) == 10 and mod_11_10.is_valid(number) for number in numbers)
    assert [int(number[:9]) for number in numbers] == list(range(100_000_001, 100_000_005))


def test_imported_numbers_are_skipped(ministry: Ministry) -> None:
    """A number that came with an import is never given again."""
    taken = [with_check_digit(100_000_001 + step) for step in (0, 2, 3)]
    for number in taken:
        ministry.credential(ministry.student(), T.CHSA, CredentialState.AWARDED, number=number)
    for _ in range(3):
        achieved(ministry, T.AHSD)
    rows = ministry.award_and_order(T.AHSD).rows
    assert [int((row.credential_number or "")[:9]) - 100_000_000 for row in rows] == [2, 5, 6]


def test_a_second_run_does_nothing_more(ministry: Ministry) -> None:
    """Run twice, the second run selects what is still only achieved and changes nothing."""
    for _ in range(3):
        achieved(ministry, T.AHSD, T.COSC)
    ministry.award_and_order(*EVERY_TYPE)
    before = ministry.fingerprint()
    again = ministry.award_and_order(*EVERY_TYPE)
    assert ministry.fingerprint() == before
    assert set(outcomes(again.rows).values()) == {"CO-14"}


def breaking_for(student: int, place: Callable[..., Any]) -> Callable[..., Any]:
    """``place_each`` that breaks when a line of ``student`` is among its lines."""

    def place_each(session: Any, lines: Any, command: Any) -> Any:
        if any(line.student_id == student for line in lines):
            raise ZeroDivisionError
        return place(session, lines, command)

    return place_each


def test_one_student_never_stops_others(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A student whose order breaks is *failed*, neither awarded nor ordered; everyone else is both."""
    students = [achieved(ministry, T.AHSD) for _ in range(5)]
    monkeypatch.setattr(bulk, "place_each", breaking_for(students[2], bulk.place_each))
    summary = ministry.award_and_order(T.AHSD)
    assert [row.outcome for row in summary.rows] == ["ordered", "ordered", "failed", "ordered", "ordered"]
    failed = summary.rows[2]
    assert (failed.error, failed.item, failed.credential_number) == ("ZeroDivisionError", None, None)
    states = {each.student_id: each.state for each in ministry.rows(Credential)}
    assert [states[each] for each in students] == [
        "awarded", "awarded", "achieved", "awarded", "awarded",
    ]  # fmt: skip
    assert len(ministry.rows(OrderItem)) == 4
    assert ministry.broken_history() == []


def test_a_broken_run_is_simply_run_again(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is awarded by the next run, with a number after all others."""
    students = [achieved(ministry, T.AHSD) for _ in range(3)]
    with monkeypatch.context() as patch:
        patch.setattr(bulk, "place_each", breaking_for(students[0], bulk.place_each))
        ministry.award_and_order(T.AHSD)
    (row,) = ministry.award_and_order(T.AHSD).rows
    assert row.outcome == "ordered"
    assert len({each.number for each in ministry.rows(Credential)}) == 3


def test_a_student_is_awarded_and_ordered_or_neither(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Award and order are one transaction per student: no number is left behind by an order that broke."""
    (student,) = (achieved(ministry, T.AHSD),)
    before = ministry.fingerprint()
    monkeypatch.setattr(bulk, "place_each", breaking_for(student, bulk.place_each))
    ministry.award_and_order(T.AHSD)
    assert ministry.fingerprint() == before


def test_each_rule_speaks_for_itself(ministry: Ministry) -> None:
    """Every reason of every row is reported at once: year unknown, deceased, secondary ASN, first-run elsewhere."""
    primary = ministry.student()
    student = ministry.student(deceased=True, primary_id=primary)
    ministry.credential(student, T.AHSD, school_year=None)
    ministry.credential(
        student, T.AHSD, CredentialState.SUPERSEDED, number="1000000015", first_run_on=ministry.today
    )
    (row,) = ministry.award_and_order(T.AHSD).rows
    assert [each.code for each in row.reasons] == ["44008", "44017", "CO-07", "CO-13"]


def test_warnings_refuse_nobody(ministry: Ministry) -> None:
    """A missing address and a name that can't be set are warnings: ordered now, held by the agent later."""
    achieved(ministry, T.AHSD, address=None, last_name="雨桐")
    (row,) = ministry.award_and_order(T.AHSD).rows
    assert (row.outcome, [each.code for each in row.warnings]) == ("ordered", ["60108", "CO-06"])


def test_the_selection_is_by_school_authority_and_year(ministry: Ministry) -> None:
    """Authority, school and school year narrow the run."""
    schools = []
    for code in ("A", "B"):
        authority = ministry._insert(Authority, code=code, name=code)
        schools.append(ministry._insert(School, code=f"{code}1", name=code, authority_id=authority))
    first = achieved(ministry, T.AHSD, school_id=schools[0])
    second = achieved(ministry, T.AHSD, school_id=schools[1])
    third = ministry.student(school_id=schools[1])
    ministry.credential(third, school_year="2024/2025")

    def chosen(**filters: str) -> list[str]:
        return [row.asn for row in ministry.award_and_order(T.AHSD, preview=True, **filters).rows]  # type: ignore[arg-type]

    assert chosen(authority="A") == chosen(school="A1") == [ministry.asn(first)]
    assert chosen(authority="B", school_year=SCHOOL_YEAR) == [ministry.asn(second)]
    assert chosen(school_year="2024/2025") == [ministry.asn(third)]
    assert len(chosen()) == 3
    assert chosen(authority="A", school="B1") == []


@pytest.mark.parametrize("actor", [SUPPORT, AUDITOR])
def test_only_student_records_order(ministry: Ministry, actor: Any) -> None:
    """Operational Support only views eligibility: it may not run this, nor award or order singly (CO-11)."""
    achieved(ministry, T.AHSD)
    before = ministry.fingerprint()
    selection = Selection(frozenset({T.AHSD}))
    for attempt in (
        lambda: ministry.run_of_awards(selection, actor=actor),
        lambda: preview_award(ministry.installation, selection, actor),
        lambda: award(ministry.installation, str(ministry.rows(Student)[0].asn), T.AHSD, actor),
        lambda: order_first_run(ministry.installation, "1000000015", actor),
    ):
        with pytest.raises(NotPermittedError):
            attempt()
    assert ministry.fingerprint() == before


def test_a_chunk_never_parts_a_student(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs and previews of any length compare all types of a student, wherever a chunk ends."""
    monkeypatch.setattr(bulk, "_CHUNK", 2)
    monkeypatch.setattr(chunks, "CHUNK", 2)
    for _ in range(5):
        achieved(ministry, T.COSC, T.AHSD)
    for preview in (True, False):
        summary = ministry.award_and_order(*EVERY_TYPE, preview=preview)
        assert (summary.ordered, summary.by_rule) == (5, {"CO-15": 5})


# The single way


def awarded(
    ministry: Ministry, student: int, kind: CredentialType, school_year: str | None = None
) -> Outcome:
    """What became of a single award."""
    done = award(ministry.installation, ministry.asn(student), kind, CLERK, school_year)
    assert done is not None
    return done.outcome


def test_a_posthumous_award_is_ordered_singly(ministry: Ministry) -> None:
    """Single award and order ask neither CO-13 nor CO-14 nor CO-15."""
    student = achieved(ministry, T.AHSD, T.COSC, deceased=True)
    done = awarded(ministry, student, T.COSC)
    assert done.kind == "done"
    number = next(each.number for each in ministry.rows(Credential) if each.number)
    ordered = order_first_run(ministry.installation, number, CLERK)
    assert ordered is not None
    assert ordered.item is not None
    again = order_first_run(ministry.installation, number, CLERK)
    assert again is not None
    assert [each.code for each in again.reasons] == ["44017"]


def test_a_year_may_be_given_when_awarding_by_hand(ministry: Ministry) -> None:
    """A credential without school year is refused (44008) unless the clerk gives one."""
    student = ministry.student()
    ministry.credential(student, school_year=None)
    refused = awarded(ministry, student, T.AHSD)
    assert refused.decision is not None
    assert [each.code for each in refused.decision.reasons] == ["44008"]
    done = awarded(ministry, student, T.AHSD, "2019/2020")
    assert done.kind == "done"
    assert ministry.rows(Credential)[0].school_year == "2019/2020"


def test_a_legacy_credential_has_no_first_run(ministry: Ministry) -> None:
    """A legacy credential can only be reprinted (44018)."""
    ministry.credential(ministry.student(), state=CredentialState.AWARDED, legacy_number="OLD1")
    refused = order_first_run(ministry.installation, "OLD1", CLERK)
    assert refused is not None
    assert [each.code for each in refused.reasons] == ["44018"]


def test_a_cancelled_first_run_may_be_ordered_again(ministry: Ministry) -> None:
    """44017 does not count cancelled items."""
    (item,) = ministry.in_state(ItemState.CANCELLED)
    number = ministry.row(Credential, ministry.item(item).credential_id).number
    ordered = order_first_run(ministry.installation, number, CLERK)
    assert ordered is not None
    assert ordered.item is not None
    assert len(ministry.where(OrderItem, table(OrderItem).c.state == ItemState.CREATED)) == 1


def test_a_race_lost_after_the_rules_is_a_failed_row(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A credential that passed its rules but was awarded by somebody else meanwhile fails its student alone."""
    student = ministry.student()
    ministry.credential(student, CredentialType.AHSD)
    monkeypatch.setattr(
        bulk,
        "apply",
        lambda _source, _machine, ids, command: [Outcome(each, "conflict", command.event) for each in ids],
    )
    report = ministry.award_and_order(CredentialType.AHSD)
    assert [row.outcome for row in report.rows] == ["failed"]
    assert ministry.rows(OrderItem) == []


def test_awarding_what_nobody_achieved_finds_nothing(ministry: Ministry) -> None:
    """An unknown ASN, or a type that the student has not achieved, is not there to be awarded."""
    ministry.student(asn="123456782")
    for asn in ("123456782", "999999999"):
        assert award(ministry.installation, asn, CredentialType.AHSD, CLERK) is None
