"""Importing an extract: what changes, what stays, what follows from it."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.codes import CredentialState, CredentialType, ItemState
from models.credentials import Credential
from models.orders import OrderItem
from models.students import Address, Student, StudentHold
from tests.ministry import Ministry
from workflows.operations.students.import_extract import Imported
from workflows.source import table

ASN, OTHER_ASN = "100000001", "100000002"
STUDENT = {
    "asn": ASN,
    "last_name": "Okafor",
    "first_name": "Ada",
    "language": "en",
    "deceased": "false",
    "authority_code": "1010",
    "authority_name": "Bow Ridge",
    "school_code": "10101",
    "school_name": "Cottonwood",
    "address_lines": "10044 108 Street NW",
    "city": "Edmonton",
    "province": "AB",
    "postal_code": "T5J 5E6",
    "country": "CA",
}
ACHIEVED = {"asn": ASN, "credential_type": "AHSD", "status": "achieved", "school_year": "2025/2026"}
AWARDED = {**ACHIEVED, "status": "awarded", "credential_number": "1000000015", "awarded_on": "2025-06-30"}
NEW_ADDRESS = {"address_lines": "800 Macleod Trail SE", "city": "Calgary", "postal_code": "T2P 2M5"}
NO_ADDRESS = dict.fromkeys(("address_lines", "city", "province", "postal_code", "country"), "")


def codes(done: Imported) -> list[list[str]]:
    """The fault codes of every rejected row."""
    return [[fault.code for fault in row.faults] for row in done.rejected]


def tallies(done: Imported) -> tuple[tuple[int, int, int, int], ...]:
    """New, changed, unchanged and rejected rows of both files."""
    return tuple(
        (each.new, each.changed, each.unchanged, each.rejected) for each in (done.students, done.credentials)
    )


def ordered(ministry: Ministry, folder: Path, *states: str, **student: str) -> list[int]:
    """As many imported students' first-run items, each brought to its state."""
    students = [{**STUDENT, **student, "asn": str(int(ASN) + n)} for n in range(len(states))]
    ministry.import_rows(folder, students, [{**ACHIEVED, "asn": each["asn"]} for each in students])
    ministry.award_and_order(CredentialType.AHSD)
    items = [each.id for each in ministry.rows(OrderItem)]
    for item, state in zip(items, states, strict=True):
        if state in ("rendered", "in_print_job", "system_hold"):
            ministry.render([item])
        if state == "in_print_job":
            ministry.gather([item])
        if state == "processing":
            ministry.claim([item])
        if state == "user_hold":
            ministry.do("hold", [item], reason="Investigation")
    assert ministry.states(items) == list(states)
    return items


def test_an_import_is_idempotent(ministry: Ministry, tmp_path: Path) -> None:
    """The same extract a second time changes no row of any table, and says so."""
    extract = (
        [STUDENT, {**STUDENT, "asn": OTHER_ASN, "hold_until": "2026-04-01"}],
        [ACHIEVED, {**AWARDED, "asn": OTHER_ASN}],
    )
    assert tallies(ministry.import_rows(tmp_path, *extract)) == ((2, 0, 0, 0), (2, 0, 0, 0))
    before = ministry.fingerprint()
    ministry.wait(days=1)
    assert tallies(ministry.import_rows(tmp_path, *extract)) == ((0, 0, 2, 0), (0, 0, 2, 0))
    assert ministry.fingerprint() == before


def test_a_changed_address_replaces_the_old_one(ministry: Ministry, tmp_path: Path) -> None:
    """A differing address becomes the current one; the old one is kept as replaced."""
    ministry.import_rows(tmp_path, [STUDENT])
    ministry.wait(days=1)
    done = ministry.import_rows(tmp_path, [{**STUDENT, **NEW_ADDRESS}])
    old, new = ministry.rows(Address)
    assert (old.city, old.replaced_at) == ("Edmonton", ministry.now)
    assert (new.city, new.received_at, new.replaced_at) == ("Calgary", ministry.now, None)
    assert done.students.changed == 1


def test_a_last_day_alone_is_no_new_address(ministry: Ministry, tmp_path: Path) -> None:
    """An equal address with another last day only gets that day."""
    ministry.import_rows(tmp_path, [STUDENT])
    ministry.import_rows(tmp_path, [{**STUDENT, "address_expires": "2026-12-31"}])
    (address,) = ministry.rows(Address)
    assert str(address.expires_on) == "2026-12-31"


def test_an_address_that_is_gone_leaves_none(ministry: Ministry, tmp_path: Path) -> None:
    """A student without address in the extract has none on file."""
    ministry.import_rows(tmp_path, [STUDENT])
    ministry.import_rows(tmp_path, [{**STUDENT, **NO_ADDRESS}])
    assert [each.replaced_at for each in ministry.rows(Address)] == [ministry.now]


def test_a_new_address_releases_held_items(ministry: Ministry, tmp_path: Path) -> None:
    """An item held for its address (60108) is released and rendered by the worker once the import brings one."""
    (item,) = ordered(ministry, tmp_path, "system_hold", **NO_ADDRESS)
    assert ministry.work() == []
    ministry.import_rows(tmp_path, [STUDENT])
    steps = [step for step, _ in ministry.work()]
    assert steps[:2] == ["release_items", "process_items"]
    assert ministry.states([item]) == ["in_print_job"]
    assert ministry.errors(item) == []
    assert [row.event for row in ministry.history(item)][-4:] == [
        "release",
        "process",
        "render",
        "add_to_print_job",
    ]


def test_an_address_that_is_still_incomplete_releases_nothing(ministry: Ministry, tmp_path: Path) -> None:
    """While any stored error stands the item stays held, with its errors."""
    (item,) = ordered(ministry, tmp_path, "system_hold", **NO_ADDRESS)
    ministry.import_rows(tmp_path, [{**STUDENT, "postal_code": "nonsense"}])
    ministry.work()
    assert (ministry.states([item]), ministry.errors(item)) == (["system_hold"], ["60108"])


def test_every_cause_must_be_gone(ministry: Ministry, tmp_path: Path) -> None:
    """An item with two errors is released when the second cause is gone, not the first (CO-27)."""
    (item,) = ordered(ministry, tmp_path, "system_hold", **NO_ADDRESS, last_name="雨桐")
    assert set(ministry.errors(item)) == {"60108", "CO-06"}
    ministry.import_rows(tmp_path, [{**STUDENT, "last_name": "雨桐"}])
    ministry.work()
    assert ministry.states([item]) == ["system_hold"]


def test_a_held_student_is_imported_and_let_go(ministry: Ministry, tmp_path: Path) -> None:
    """``hold_until`` holds the student's documents; empty again it ends the hold and the item goes on."""
    (item,) = ordered(ministry, tmp_path, "system_hold", hold_until="2026-06-30")
    assert ministry.errors(item) == ["CO-05"]
    ministry.import_rows(tmp_path, [STUDENT])
    (hold,) = ministry.rows(StudentHold)
    assert hold.ended_at == ministry.now
    ministry.work()
    assert ministry.states([item]) == ["in_print_job"]


def test_a_hold_ends_by_its_last_day(ministry: Ministry, tmp_path: Path) -> None:
    """The item held for a student's hold is released on the day after its last, without any import."""
    (item,) = ordered(ministry, tmp_path, "system_hold", hold_until="2026-03-03")
    ministry.wait(days=1)
    ministry.work()
    assert ministry.states([item]) == ["system_hold"]
    ministry.wait(days=1)
    ministry.work()
    assert ministry.item(item).state in (ItemState.IN_PRINT_JOB, ItemState.SENT)


def test_death_cancels_what_is_not_under_way(ministry: Ministry, tmp_path: Path) -> None:
    """When the flag is set, created and held items are cancelled; processing, rendered and in a job they stay."""
    states = ("created", "user_hold", "processing", "rendered", "in_print_job")
    items = ordered(ministry, tmp_path, *states)
    deceased = [{**STUDENT, "asn": str(int(ASN) + n), "deceased": "true"} for n in range(5)]
    ministry.import_rows(tmp_path, deceased)
    assert ministry.states(items) == ["cancelled", "cancelled", "processing", "rendered", "in_print_job"]
    assert {ministry.item(each).status_reason for each in items[:2]} == {"StudentDeceased"}
    assert ministry.history(items[0])[-1].actor_role == "system"


def test_death_cancels_what_the_system_holds(ministry: Ministry, tmp_path: Path) -> None:
    """An item under system hold is cancelled too, and is not released by what else the row changes."""
    (item,) = ordered(ministry, tmp_path, "system_hold", **NO_ADDRESS)
    ministry.import_rows(tmp_path, [{**STUDENT, "deceased": "true"}])
    ministry.work()
    assert ministry.states([item]) == ["cancelled"]


def test_an_order_placed_after_a_death_stands(ministry: Ministry, tmp_path: Path) -> None:
    """The flag that was set before says nothing new: a posthumous order is not cancelled by the next import."""
    deceased = {**STUDENT, "deceased": "true"}
    ministry.import_rows(tmp_path, [deceased], [AWARDED])
    (credential,) = ministry.rows(Credential)
    item = ministry.placed(credential.id)
    ministry.import_rows(tmp_path, [{**deceased, "preferred_name": "Addie"}], [AWARDED])
    assert ministry.states([item]) == ["created"]


# Secondary ASNs


def test_a_secondary_asn_points_to_its_primary(ministry: Ministry, tmp_path: Path) -> None:
    """An ASN with ``primary_asn`` points to that student, even when the primary stands below it in the file."""
    ministry.import_rows(tmp_path, [{**STUDENT, "primary_asn": OTHER_ASN}, {**STUDENT, "asn": OTHER_ASN}])
    secondary, primary = sorted(ministry.rows(Student), key=lambda each: each.asn)
    assert (secondary.primary_id, primary.primary_id) == (primary.id, None)


def test_becoming_secondary_is_a_change(ministry: Ministry, tmp_path: Path) -> None:
    """A student who becomes secondary is counted as changed, and as unchanged the next time."""
    extract = [{**STUDENT, "primary_asn": OTHER_ASN}, {**STUDENT, "asn": OTHER_ASN}]
    ministry.import_rows(tmp_path, [STUDENT, {**STUDENT, "asn": OTHER_ASN}])
    assert tallies(ministry.import_rows(tmp_path, extract))[0] == (0, 1, 1, 0)
    assert tallies(ministry.import_rows(tmp_path, extract))[0] == (0, 0, 2, 0)


@pytest.mark.parametrize("state", ["created", "processing", "user_hold", "rendered", "in_print_job"])
def test_an_asn_with_items_under_way_does_not_become_secondary(
    ministry: Ministry, tmp_path: Path, state: str
) -> None:
    """11463: items that are not settled keep an ASN from becoming secondary; the row is rejected with them."""
    ordered(ministry, tmp_path, state)
    done = ministry.import_rows(
        tmp_path, [{**STUDENT, "asn": OTHER_ASN}, {**STUDENT, "primary_asn": OTHER_ASN}]
    )
    assert codes(done) == [["asn_becomes_secondary_too_early"]]
    assert [fault.rule for rejected in done.rejected for fault in rejected.faults] == ["11463"]
    assert all(each.primary_id is None for each in ministry.rows(Student))


def test_an_asn_with_settled_items_becomes_secondary(ministry: Ministry, tmp_path: Path) -> None:
    """11463: once sent or cancelled, items do not stop it."""
    (item,) = ordered(ministry, tmp_path, "created")
    ministry.do("cancel", [item], reason="OrderedInError")
    done = ministry.import_rows(
        tmp_path, [{**STUDENT, "asn": OTHER_ASN}, {**STUDENT, "primary_asn": OTHER_ASN}]
    )
    assert done.rejected == []


def test_an_unknown_primary_is_rejected(ministry: Ministry, tmp_path: Path) -> None:
    """A secondary ASN whose primary is neither stored nor in the file is rejected, and its credentials with it."""
    done = ministry.import_rows(tmp_path, [{**STUDENT, "primary_asn": OTHER_ASN}], [ACHIEVED])
    assert codes(done) == [["primary_unknown"], ["student_rejected"]]
    assert ministry.rows(Student) == []


def test_there_is_one_generation_only(ministry: Ministry, tmp_path: Path) -> None:
    """No ASN is secondary to a secondary one, and one that others point to does not become secondary."""
    third = "100000003"
    ministry.import_rows(tmp_path, [{**STUDENT, "asn": OTHER_ASN}, {**STUDENT, "primary_asn": OTHER_ASN}])
    chained = ministry.import_rows(tmp_path, [{**STUDENT, "asn": third, "primary_asn": ASN}])
    assert codes(chained) == [["primary_is_secondary"]]
    ministry.import_rows(tmp_path, [{**STUDENT, "asn": third}])
    inverted = ministry.import_rows(tmp_path, [{**STUDENT, "asn": OTHER_ASN, "primary_asn": third}])
    assert codes(inverted) == [["asn_has_secondaries"]]


# Credentials


def test_achieved_never_moves_an_awarded_credential_back(ministry: Ministry, tmp_path: Path) -> None:
    """A row that says *achieved* of an awarded credential changes nothing of it."""
    ordered(ministry, tmp_path, "created")
    before = ministry.rows(Credential)
    done = ministry.import_rows(tmp_path, [STUDENT], [{**ACHIEVED, "school_year": "2019/2020"}])
    assert ministry.rows(Credential) == before
    assert tallies(done)[1] == (0, 0, 1, 0)


def test_a_school_year_far_ahead_is_rejected(ministry: Ministry, tmp_path: Path) -> None:
    """No credential is of a school year that nobody has begun to plan; a hold that is past is stated as it was."""
    past = {**STUDENT, "hold_until": "2001-01-01"}
    done = ministry.import_rows(tmp_path, [past], [{**ACHIEVED, "school_year": "9998/9999"}])
    assert codes(done) == [["school_year_too_late"]]
    assert tallies(done)[0] == (1, 0, 0, 0)


def test_a_differing_number_is_rejected(ministry: Ministry, tmp_path: Path) -> None:
    """A row with another number for an awarded credential is rejected, and the number stays."""
    ministry.import_rows(tmp_path, [STUDENT], [AWARDED])
    done = ministry.import_rows(tmp_path, [STUDENT], [{**AWARDED, "credential_number": "1000000023"}])
    assert codes(done) == [["number_differs"]]
    assert [each.number for each in ministry.rows(Credential)] == ["1000000015"]


def test_a_number_belongs_to_one_credential(ministry: Ministry, tmp_path: Path) -> None:
    """A number that is another student's is rejected."""
    ministry.import_rows(tmp_path, [STUDENT], [AWARDED])
    other = {**STUDENT, "asn": OTHER_ASN}
    done = ministry.import_rows(tmp_path, [STUDENT, other], [{**AWARDED, "asn": OTHER_ASN}])
    assert codes(done) == [["number_taken"]]


def test_what_was_awarded_elsewhere_enters_with_history(ministry: Ministry, tmp_path: Path) -> None:
    """An achieved credential that a later extract calls awarded takes number, day and legal name, with a history row."""
    ministry.import_rows(tmp_path, [STUDENT], [ACHIEVED])
    ministry.import_rows(tmp_path, [STUDENT], [AWARDED])
    (credential,) = ministry.rows(Credential)
    assert (credential.state, credential.number) == (CredentialState.AWARDED, "1000000015")
    assert (credential.last_name, str(credential.awarded_on)) == ("Okafor", "2025-06-30")
    assert ministry.broken_history() == []


def test_a_later_name_does_not_change_an_awarded_one(ministry: Ministry, tmp_path: Path) -> None:
    """The awarded name is that of the day of awarding; a new legal name waits for a re-issue."""
    ministry.import_rows(tmp_path, [STUDENT], [AWARDED])
    ministry.import_rows(tmp_path, [{**STUDENT, "last_name": "Smith"}], [AWARDED])
    assert ministry.rows(Credential)[0].last_name == "Okafor"
    assert ministry.rows(Student)[0].last_name == "Smith"


def test_a_credential_of_nobody_is_rejected(ministry: Ministry, tmp_path: Path) -> None:
    """A credential whose student is unknown is rejected; the rest is imported."""
    done = ministry.import_rows(tmp_path, [STUDENT], [{**ACHIEVED, "asn": OTHER_ASN}, ACHIEVED])
    assert codes(done) == [["student_unknown"]]
    assert tallies(done) == ((1, 0, 0, 0), (1, 0, 0, 1))


def test_more_rows_than_a_transaction_takes(ministry: Ministry, tmp_path: Path) -> None:
    """An extract of more rows than one transaction takes is imported whole, and idempotently."""
    students = [{**STUDENT, "asn": str(int(ASN) + n)} for n in range(1100)]
    credentials = [{**ACHIEVED, "asn": each["asn"]} for each in students]
    assert tallies(ministry.import_rows(tmp_path, students, credentials)) == ((1100, 0, 0, 0),) * 2
    assert tallies(ministry.import_rows(tmp_path, students, credentials)) == ((0, 0, 1100, 0),) * 2


def test_an_expired_address_counts_as_none(ministry: Ministry, tmp_path: Path) -> None:
    """An address is good on its last day and none the day after."""
    last_day = ministry.today
    (item,) = ordered(ministry, tmp_path, "created", address_expires=last_day.isoformat())
    assert ministry.rows(Address)[0].expires_on == last_day
    ministry.wait(days=1)
    ministry.render([item])
    assert ministry.errors(item) == ["60108"]
    later = (last_day + timedelta(days=1)).isoformat()
    ministry.import_rows(tmp_path, [{**STUDENT, "address_expires": later}])
    ministry.work()
    assert ministry.states([item]) != ["system_hold"]
    assert len(ministry.where(Address, table(Address).c.replaced_at.is_(None))) == 1


def test_a_secondary_asn_becomes_primary_again(ministry: Ministry, tmp_path: Path) -> None:
    """An extract that names no primary ASN any more makes the student's own ASN the primary one."""
    pair = [{**STUDENT, "primary_asn": OTHER_ASN}, {**STUDENT, "asn": OTHER_ASN}]
    ministry.import_rows(tmp_path, pair)
    done = ministry.import_rows(tmp_path, [STUDENT, {**STUDENT, "asn": OTHER_ASN}])
    assert tallies(done)[0] == (0, 1, 1, 0)
    assert all(each.primary_id is None for each in ministry.rows(Student))
