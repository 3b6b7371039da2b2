"""What changes about a student while items are under way: holds, deaths, addresses."""

import pytest

from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import NO_ADDRESS, credential, import_, student

ASN = "100000001"
CALGARY = (
    "--line", "800 Macleod Trail SE", "--city", "Calgary", "--province", "AB", "--postal-code", "T2P 2M5", "--country", "CA",
)  # fmt: skip


@pytest.fixture
def in_job(orders: Orders) -> Orders:
    """One first-run in an open print job."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    return orders


def state(orders: Orders) -> str:
    """The state of the student's only item."""
    (item,) = orders.items("--asn", ASN)
    return str(item["state"])


def test_no_address_arrives_released(orders: Orders) -> None:
    """The life *no address → arrives → released*."""
    import_(orders, [student(ASN, **NO_ADDRESS)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    assert state(orders) == "system_hold"
    assert orders.ok("student", "move", ASN, *CALGARY)["changed"]
    assert not orders.ok("student", "move", ASN, *CALGARY)["changed"]
    orders.ok("work", "--until-idle")
    assert state(orders) == "in_print_job"


def test_student_hold_while_in_an_open_job(in_job: Orders) -> None:
    """The life *student hold while in an open job*: the job's release holds the item (CO-05); at its end it goes out."""
    in_job.ok("student", "hold", ASN)
    afternoon = in_job.with_(ORDERS_CLOCK=AFTERNOON)
    afternoon.ok("work", "--until-idle")
    (held,) = in_job.items("--asn", ASN)
    assert (held["state"], held["status_reason"]) == ("system_hold", "CO-05")
    assert afternoon.ok("student", "end-hold", ASN)["changed"]
    afternoon.ok("work", "--until-idle")
    assert state(in_job) == "sent"


def test_a_hold_is_ended_by_nothing_but_its_end(in_job: Orders) -> None:
    """A day that is over would end it without saying so: it is refused, and what to do is told. Today still holds."""
    in_job.ok("student", "hold", ASN)
    before = in_job.dump()
    late = in_job.with_(ORDERS_CLOCK="2026-03-03T06:00:00Z")  # the 2nd in Edmonton
    result = late.call("student", "hold", ASN, "--until", "2026-03-01")
    assert (result.exit_code, "end-hold" in result.err) == (2, True)
    assert in_job.dump() == before
    assert late.ok("student", "hold", ASN, "--until", "2026-03-02")["changed"]


def test_a_hold_ends_with_its_last_day(in_job: Orders) -> None:
    """The last day still holds; the day after releases without anybody's doing."""
    in_job.ok("student", "hold", ASN, "--until", "2026-03-04")
    in_job.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")
    in_job.with_(ORDERS_CLOCK="2026-03-05T06:59:00Z").ok("work", "--until-idle")
    assert state(in_job) == "system_hold"
    in_job.with_(ORDERS_CLOCK="2026-03-05T07:01:00Z").ok("work", "--until-idle")
    assert state(in_job) == "sent"


def test_deceased_while_in_a_job(in_job: Orders) -> None:
    """The life *deceased while in a job*: what is under way stays for a person to judge, what is not is cancelled."""
    import_(in_job, [student(ASN)], [credential(ASN, "COSC")])
    in_job.ok("award", ASN, "COSC")
    (cosc,) = in_job.ok("credentials", "--asn", ASN, "--type", "COSC")["credentials"]
    second = in_job.ok("first-run", cosc["number"])["item"]
    assert in_job.ok("student", "deceased", ASN)["changed"]
    states = {each["number"]: (each["state"], each["status_reason"]) for each in in_job.items("--asn", ASN)}
    assert states[second] == ("cancelled", "StudentDeceased")
    assert ("in_print_job", None) in states.values()
    third = in_job.ok("first-run", cosc["number"])["item"]
    in_job.ok("work", "--until-idle")
    assert in_job.ok("item", "show", third)["state"] == "in_print_job"


def test_only_student_records_changes_students(orders: Orders) -> None:
    """CO-11; and an unknown student is not found."""
    import_(orders, [student(ASN)], [])
    for command in (("hold", ASN), ("end-hold", ASN), ("deceased", ASN), ("move", ASN, *CALGARY)):
        assert orders.call("student", *command, "--as", "operational_support").exit_code == 1
        assert orders.call("student", command[0], "999999999", *command[2:]).exit_code == 4


def test_a_faulty_address_is_refused_whole(orders: Orders) -> None:
    """The rules of domain §7, "Text at every edge", hold at this edge too, every fault at once."""
    import_(orders, [student(ASN)], [])
    result = orders.call("student", "move", ASN, "--line", " 1  Elm", "--country", "XX")
    assert result.exit_code == 2
    assert result.err.count("\n") >= 3


def test_a_hold_is_prolonged_and_a_flag_taken_back(orders: Orders) -> None:
    """A second hold moves the last day; what is so already changes nothing; a flag set in error is undone."""
    import_(orders, [student(ASN)], [])
    assert orders.ok("student", "hold", ASN, "--until", "2026-03-04")["changed"]
    assert orders.ok("student", "hold", ASN, "--until", "2026-03-09")["changed"]
    assert not orders.ok("student", "hold", ASN, "--until", "2026-03-09")["changed"]
    assert orders.ok("student", "end-hold", ASN)["changed"]
    assert not orders.ok("student", "end-hold", ASN)["changed"]
    assert orders.ok("student", "deceased", ASN)["changed"]
    assert not orders.ok("student", "deceased", ASN)["changed"]
    assert orders.ok("student", "deceased", ASN, "--undo")["changed"]
