"""Every row of domain §5, "The screens of the overview", through the client: what the screens do, a service can do."""

import csv
import io
from pathlib import Path

import pytest
from orders_client import (
    NotFoundError,
    NotPermittedError,
    Orders,
    ProblemError,
    RefusedError,
    StaleVersionError,
)

from models.codes import CredentialType, ItemState, MessageKind
from models.documents import Document
from models.outbox import Message
from models.print_jobs import PrintJob
from tests.ministry import CALGARY_ADDRESS, EDMONTON_ADDRESS, SCHOOL_YEAR, Ministry
from tests.service import link_in
from workflows.operations.printing.transmission import manifest_path
from workflows.source import table


def achieved(
    ministry: Ministry, credential_type: CredentialType = CredentialType.AHSD, **student: object
) -> str:
    """The ASN of a new student who met the requirements."""
    found = ministry.student(**student)
    ministry.credential(found, credential_type)
    return ministry.asn(found)


def awarded(ministry: Ministry, clerk: Orders, **student: object) -> tuple[str, str]:
    """ASN and number of an awarded credential whose first-run is ordered."""
    asn = achieved(ministry, **student)
    done = clerk.credentials.award(asn, "AHSD", order=True)
    return asn, done["credential_number"]


def test_award_and_order_credential(ministry: Ministry, clerk: Orders) -> None:
    """One student: awarded with a number for a chosen year, first-run ordered in the same step, warnings told."""
    asn = achieved(ministry, address=None)
    done = clerk.credentials.award(asn, "AHSD", order=True, school_year="2024/2025", language="fr")
    assert [each["code"] for each in done["warnings"]] == ["60108"]
    item = clerk.items.show(done["item"])
    assert (item["state"], item["language"]) == ("created", "fr")
    (found,) = clerk.credentials.find(done["credential_number"])
    assert (found["asn"], found["school_year"], found["state"]) == (asn, "2024/2025", "awarded")
    with pytest.raises(RefusedError) as refused:
        clerk.credentials.first_run(done["credential_number"])
    assert refused.value.codes == ["44017"]


def test_bulk_award_and_order_credential(ministry: Ministry, clerk: Orders) -> None:
    """Preview by rule, a run in the background with progress, and a CSV in which no formula runs."""
    for last_name in ("=HYPERLINK(1)", "Okafor", "Nguyen"):
        achieved(ministry, last_name=last_name)
    achieved(ministry, deceased=True)
    preview = clerk.bulk.award_and_order(["AHSD"], preview=True, school_year=SCHOOL_YEAR)
    assert (preview["selected"], preview["by_outcome"]) == (4, {"ordered": 3, "refused": 1})
    assert preview["by_rule"] == {"CO-13": 1}
    assert list(clerk.items.listed()) == []
    started = clerk.bulk.award_and_order(["AHSD"], school_year=SCHOOL_YEAR)
    run = clerk.bulk.wait(started["run"])
    assert (run["selected"], run["finished"], run["by_outcome"]) == (4, 4, {"ordered": 3, "refused": 1})
    rows = list(clerk.bulk.outcomes(run["run"]))
    assert [row["asn"] for row in rows] == sorted(row["asn"] for row in rows)
    assert len(list(csv.DictReader(io.StringIO(clerk.bulk.csv(run["run"]))))) == 4
    names = [row["last_name"] for row in csv.DictReader(io.StringIO(clerk.credentials.csv()))]
    assert "'=HYPERLINK(1)" in names


def test_list_credentials(ministry: Ministry, clerk: Orders) -> None:
    """Filters find what bulk does not catch; a selected row is ordered."""
    asn = achieved(ministry, last_name="Cardinal")
    number = clerk.credentials.award(asn, "AHSD")["credential_number"]
    achieved(ministry)
    (found,) = clerk.credentials.listed(status="awarded", ordered=False, name="card")
    assert (found["asn"], found["number"], found["items"]) == (asn, number, [])
    item = clerk.credentials.first_run(number)["item"]
    assert [each["items"] for each in clerk.credentials.listed(asn=asn, type="AHSD")] == [[item]]


def test_add_credential_reprint_order(ministry: Ministry, clerk: Orders) -> None:
    """Copies, language and recipient are chosen; every failing rule is told; a changed name is re-issued first."""
    _, number = awarded(ministry, clerk)
    item = clerk.credentials.reprint(number, copies=3, language="fr", recipient_kind="other", recipient="Ada's Inn",
                                     address=CALGARY_ADDRESS)["item"]  # fmt: skip
    view = clerk.items.show(item)
    assert (view["copies"], view["language"], view["recipient"]["name"]) == (3, "fr", "Ada's Inn")
    with pytest.raises(RefusedError) as refused:
        clerk.credentials.reprint(number, copies=0, delivery_method="digital")
    assert {"CO-02", "CO-03"} <= set(refused.value.codes)
    with pytest.raises(RefusedError) as unchanged:
        clerk.credentials.reprint(number, current_name=True)
    assert "44005" in unchanged.value.codes
    assert [each["number"] for each in clerk.credentials.find(number)] == [number]


def test_ordering_a_credential_reprint(ministry: Ministry, clerk: Orders) -> None:
    """A cart for one's own connections: reviewed, placed, seen and cancelled by its owner alone."""
    asn, number = awarded(ministry, clerk)
    ada, eve = clerk.as_("public:ada@example.org", asn), clerk.as_("public:eve@example.org")
    assert [each["number"] for each in ada.credentials.listed()] == [number]
    assert list(eve.credentials.listed()) == []
    order = ada.carts.begin(email="ada@example.org")
    line = ada.carts.add(order, asn, number, copies=11)
    assert [each["code"] for each in ada.carts.review(order)["lines"][0]["reasons"]] == ["CO-02"]
    with pytest.raises(RefusedError) as refused:
        ada.carts.do(order, "place")
    assert refused.value.codes == ["CO-02"]
    ada.carts.edit(order, line, copies=2)
    for what in (lambda: eve.carts.show(order), lambda: eve.carts.do(order, "place")):
        with pytest.raises(NotFoundError):
            what()
    with pytest.raises(NotFoundError):
        eve.carts.add(eve.carts.begin(), asn, number)
    placed = ada.carts.do(order, "place")
    (item,) = placed["items"]
    assert [each["number"] for each in ada.carts.listed()] == [order]
    ada.items.edit(item, language="fr")
    with pytest.raises(NotFoundError):
        eve.items.show(item)
    with pytest.raises(NotFoundError):
        eve.items.do(item, "cancel", version=1, reason="RequestedByStudent")
    assert ada.items.do(item, "cancel", reason="RequestedByStudent")["done"]["state"] == "cancelled"


def test_add_credential_reorder_item(ministry: Ministry, clerk: Orders) -> None:
    """A failed item is ordered again with another address; the reason is mandatory."""
    (source,) = ministry.in_state(ItemState.FAILED)
    number = ministry.view(source)["number"]
    with pytest.raises(RefusedError) as refused:
        clerk.items.reorder(number, "")
    assert "60105" in refused.value.codes or "60118" in refused.value.codes
    done = clerk.items.reorder(number, "LostInMail", address=CALGARY_ADDRESS)
    assert (done["reorder_of"], done["name_differs"]) == (number, False)
    new = clerk.items.show(done["item"])
    assert (new["reorder_of"], new["root_kind"], new["address"]) == (number, "first_run", CALGARY_ADDRESS)
    assert clerk.items.show(number)["state"] == "reordered"


def test_around_them(ministry: Ministry, clerk: Orders, tmp_path: Path) -> None:
    """Items with reasons and why not; statuses; bulk release; print jobs to the end; work lists; consumers."""
    (homeless,) = (ministry.view(each)["number"] for each in ministry.in_state(ItemState.SYSTEM_HOLD))
    first, second = (ministry.view(each)["number"] for each in ministry.in_state(ItemState.IN_PRINT_JOB, 2))
    assert [each["number"] for each in clerk.items.listed(error="60108")] == [homeless]
    can = clerk.items.can(homeless)
    assert can["release"]["allowed"]
    assert not can["pull"]["allowed"]
    stale = clerk.items.show(homeless)["version"] - 1
    with pytest.raises(StaleVersionError):
        clerk.items.do(homeless, "release", version=stale)
    clerk.items.edit(homeless, address=EDMONTON_ADDRESS)
    released = clerk.bulk.do("release", filter={"error": "60108"})
    assert released["by_outcome"] == {"done": 1}
    assert clerk.items.document(first).startswith(b"%PDF")
    assert clerk.items.history(first)[0]["event"] == "place"
    job = clerk.items.show(first)["print_job"]
    assert job is not None
    clerk.print_jobs.do(job, "release")
    assert clerk.print_jobs.file(job).startswith(b"%PDF")
    assert clerk.print_jobs.manifest(job)["envelopes"] == 2
    assert clerk.print_jobs.do(job, "transmit")["done"]["state"] == "transmitted"
    provider = clerk.as_("print_provider:mail house")
    provider.print_jobs.acknowledge_csv(job, f"sequence,outcome,date\n1,mailed,{ministry.today}\n")
    provider.print_jobs.acknowledge(job, [{"sequence": 2, "outcome": "pulled", "date": f"{ministry.today}"}])
    assert provider.print_jobs.do(job, "reconcile")["done"]["state"] == "reconciled"
    assert {clerk.items.show(each)["state"] for each in (first, second)} == {"sent", "failed"}
    asn = clerk.items.show(homeless)["asn"]
    assert clerk.people.student(asn, "hold", until="2026-12-31")["changed"]
    assert clerk.people.student(asn, "end-hold")["changed"]
    assert clerk.people.student(asn, "move", address=CALGARY_ADDRESS)["changed"]
    assert clerk.people.student(asn, "deceased")["changed"]
    assert clerk.items.show(homeless)["state"] == "cancelled"
    assert (clerk.work.deceased(), clerk.work.refunds(), clerk.work.handling()) == ([], [], [])
    assert clerk.work.counts()["cancelled"] == 1
    assert {each["kind"] for each in clerk.work.messages()} <= {kind.value for kind in MessageKind}


@pytest.mark.parametrize("fault", ["missing", "altered"])
def test_what_is_stored_goes_out_unaltered_or_not_at_all(
    ministry: Ministry, clerk: Orders, fault: str
) -> None:
    """CO-91, for whoever asks and in whatever form: document, unofficial copy, print file and manifest."""
    (item,) = ministry.in_state(ItemState.SENT)
    number, row = ministry.view(item)["number"], ministry.row(PrintJob, ministry.job_of(item))
    assert clerk.items.document(number).startswith(b"%PDF")
    for path in (ministry.document(item).path, row.path, manifest_path(row.path)):
        if fault == "missing":
            ministry.installation.store.delete(path)
        else:
            ministry.installation.store.write(path, b"not a pdf")
    before = ministry.fingerprint()
    for ask in (
        lambda: clerk.items.document(number),
        lambda: clerk.items.document(number, unofficial=True),
        lambda: clerk.print_jobs.file(f"{row.id:06d}"),
        lambda: clerk.print_jobs.manifest(f"{row.id:06d}"),
    ):
        with pytest.raises(ProblemError) as refused:
            ask()
        (reason,) = refused.value.reasons
        assert (refused.value.status, reason["code"], reason["params"]) == (409, "CO-91", {"fault": fault})
    assert ministry.fingerprint() == before


def test_digital_consumers(ministry: Ministry, clerk: Orders) -> None:
    """A consumer is registered and activated; its users alone download, by link; the first download delivers."""
    _, number = awarded(ministry, clerk)
    consumer = clerk.people.register(name="University", email_domain="uni.example", email="desk@uni.example")
    clerk.people.consumer(consumer, "activate")
    item = clerk.credentials.reprint(
        number, delivery_method="digital", recipient_kind="consumer", consumer=consumer
    )["item"]
    ministry.work()
    told = ministry.where(Message, table(Message).c.address == "desk@uni.example")[0].body
    user, stranger = clerk.as_("dod_consumer:ann@uni.example"), clerk.as_("dod_consumer:bob@other.example")
    assert [each["item"] for each in user.people.downloads()] == [item]
    with pytest.raises(NotFoundError):
        user.people.download(item, "altered")
    with pytest.raises(NotPermittedError):
        stranger.people.download(item)
    assert user.people.download(item, link_in(told)).startswith(b"%PDF")
    assert clerk.items.show(item)["state"] == "delivered"


def test_verification(ministry: Ministry, clerk: Orders) -> None:
    """Anybody may ask what a document's code says; an unknown one says nothing."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    code = ministry.where(Document, table(Document).c.item_id == item)[0].verification_token
    assert clerk.work.verify(code)["status"] == "valid"
    assert clerk.work.verify("0" * 32) == {
        "status": "unknown", "initials": None, "credential_type": None, "awarded_on": None,
    }  # fmt: skip
