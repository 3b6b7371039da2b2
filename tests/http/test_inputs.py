"""What a call is given is refused where it can't be meant, with what is wrong in both languages."""

from typing import Any

import httpx
import pytest

from tests.ministry import Ministry
from web.api.protocol.faults import MOST_FAULTS

NUMBER = "0000000117"
ITEM = "/api/order-items/0000000001-01"


@pytest.mark.parametrize("day", [1_790_000_000, 0, "2026-06-30T00:00:00", "2026-W01-1", "2026-02-30", ""])
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/students/100000001/hold", "until"),
        (f"{ITEM}/special-handling/assign", "due_on"),
        (f"/api/credentials/{NUMBER}/reprints", "control_date"),
    ],
)
def test_a_day_is_a_day_as_text(http: httpx.Client, path: str, field: str, day: object) -> None:
    """Neither a number of seconds nor a moment is one."""
    (fault,) = malformed(http.post(path, json={field: day}))
    assert fault["field"] == field
    assert "2026-06-30" in fault["message"]["fr"]


def test_special_handling_is_assigned_to_somebody_or_by_some_day(http: httpx.Client) -> None:
    """As by command."""
    answer = http.post(f"{ITEM}/special-handling/assign", json={})
    assert answer.json()["kind"] == "malformed"


@pytest.mark.parametrize("told", [{"owner": "Claire"}, {"due_on": "2026-06-30"}])
def test_what_is_complete_is_nobodys_and_not_due(http: httpx.Client, told: dict[str, str]) -> None:
    """By command there is no way to say so; over HTTP it isn't lost without a word."""
    answer = http.post(f"{ITEM}/special-handling/complete", json=told)
    assert (answer.status_code, answer.json()["kind"]) == (422, "malformed")


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("/api/order-items/transitions/hold", "POST", {"filter": {"asn": None}}),
        ("/api/order-items/transitions/hold", "POST", {"filter": {"state": None, "error": "60108"}}),
        (ITEM, "PATCH", {"address": None, "language": "fr"}),
        (ITEM, "PATCH", {"language": None}),
        (f"{ITEM}/reorder", "POST", {"reason": "LostInMail", "recipient": None}),
    ],
)
def test_null_is_nothing(http: httpx.Client, path: str, method: str, body: dict[str, Any]) -> None:
    """A variable that nobody set neither takes everything nor is lost without a word."""
    answer = http.request(method, path, json=body, headers={"If-Match": "*"} if path == ITEM else {})
    (fault,) = malformed(answer)
    assert "null" in fault["message"]["fr"]


def test_a_day_or_a_country_is_taken_back_by_null(http: httpx.Client) -> None:
    """What may be empty is emptied so."""
    body = {"control_date": None, "certification_country": None}
    assert http.patch(ITEM, json=body, headers={"If-Match": "*"}).status_code != 422


def test_of_too_many_faults_some_are_told(http: httpx.Client) -> None:
    """A hundred thousand unknown fields would take longer to tell than to mend."""
    found = malformed(http.post("/api/orders", json={f"field{each}": 1 for each in range(1000)}))
    assert len(found) == MOST_FAULTS
    (odd,) = malformed(http.post("/api/orders", json={"x" * 5000 + "\u202e": 1}))
    assert len(odd["field"]) < 100


def test_a_number_is_restored_for_no_reason_that_has_a_code(http: httpx.Client) -> None:
    """As by command, with a note."""
    (fault,) = malformed(http.post(f"/api/credentials/{NUMBER}/undelete", json={"reason": "Other"}))
    assert fault["field"] == "reason"


RECEIPTS = "/api/print-jobs/1/acknowledge"


def test_a_receipt_in_json_is_told_by_row_and_field(http: httpx.Client) -> None:
    """A provider that reports hundreds of envelopes learns which row to mend."""
    good = {"sequence": 1, "outcome": "mailed", "date": "2026-03-02"}
    bad = {"sequence": "first", "outcome": "eaten", "date": "2026-02-30"}
    faults = malformed(http.post(RECEIPTS, json={"receipts": [good, bad]}))
    assert {each["field"] for each in faults} == {f"receipts.1.{name}" for name in bad}
    (fault,) = malformed(http.post(RECEIPTS, json={"receipts": []}))
    assert fault["field"] == "receipts"
    unread = http.post(RECEIPTS, content=b"{", headers={"Content-Type": "application/json"})
    assert (unread.status_code, unread.json()["kind"]) == (400, "unreadable")


@pytest.mark.parametrize(
    "data", [b"", b"sequence,outcome,date\n", b"all is well", b"sequence;outcome\n1;mailed\n"]
)
def test_a_receipts_file_that_says_nothing_is_refused(http: httpx.Client, data: bytes) -> None:
    """It is told what one looks like, in both languages."""
    faults = malformed(http.post(RECEIPTS, content=data, headers={"Content-Type": "text/csv"}))
    assert faults[-1]["code"] == "receipts_form"
    assert "sequence,outcome,date" in faults[-1]["message"]["fr"]


AWARD = "/api/students/100000001/credentials/AHSD/award"


@pytest.mark.parametrize("how", [{"delivery_method": "automated_cardboard"}, {"language": "fr"}])
def test_what_is_said_of_no_order_is_not_lost(http: httpx.Client, how: dict[str, str]) -> None:
    """An award alone prints nothing, so that how it would travel is refused."""
    answer = http.post(AWARD, json={"order": False, **how})
    (fault,) = malformed(answer)
    assert "first-run" in fault["message"]["en"]


@pytest.mark.parametrize("year", ["0000/0001", "1904/1905", "9998/9999", "2025/2027"])
@pytest.mark.parametrize(
    "path", ["/api/students/{asn}/credentials/AHSD/award", f"/api/credentials/{NUMBER}/reissue"]
)
def test_a_school_year_is_one_that_there_is(
    ministry: Ministry, http: httpx.Client, path: str, year: str
) -> None:
    """Neither before the province nor further ahead than the next gives a number."""
    before = ministry.fingerprint()
    faults = malformed(http.post(path.format(asn=ministry.asn(1)), json={"school_year": year}))
    assert [each["field"] for each in faults] == ["school_year"]
    assert ministry.fingerprint() == before


def test_a_hold_is_not_ended_by_a_day_that_is_over(ministry: Ministry, http: httpx.Client) -> None:
    """Whoever would end it is told how."""
    hold = f"/api/students/{ministry.asn(1)}/hold"
    assert http.post(hold, json={"until": "9999-12-31"}).json()["changed"]
    (fault,) = malformed(http.post(hold, json={"until": "0001-01-01"}))
    assert fault["code"] == "hold_until_in_past"
    assert "end-hold" in fault["message"]["fr"]


def malformed(answer: httpx.Response) -> list[dict[str, Any]]:
    """What is wrong with the body of a call."""
    assert answer.status_code == 422, answer.text
    faults: list[dict[str, Any]] = answer.json()["faults"]
    return faults
