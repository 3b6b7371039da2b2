"""Release of a print job: its envelopes in order, its checks, its two files."""

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pikepdf
import pytest

from models.codes import DeliveryMethod, ItemState, PrintJobState
from models.documents import Document
from models.orders import ItemError
from models.sql.database import Database
from models.store import Store
from tests.integration.print_jobs import change, codes, elsewhere, in_job, job, sent
from tests.ministry import CALGARY_ADDRESS, EDMONTON_ADDRESS, PROVIDER, Ministry
from workflows.operations.printing import print_jobs


def test_envelopes_are_numbered_by_country_postal_code_and_recipient(ministry: Ministry) -> None:
    """Canada, then the United States, then the world; inside a group by postal code, then by recipient."""
    lots = [
        {"address": elsewhere("DE", "04109"), "last_name": "Weber"},
        {"address": elsewhere("US", "99201", province="WA"), "last_name": "Stone"},
        {"address": CALGARY_ADDRESS, "last_name": "Zulu"},
        {"address": elsewhere("GB", "BS6 5TH"), "last_name": "Hill"},
        {"address": CALGARY_ADDRESS, "last_name": "Alpha", "first_name": "Zoe"},
        {"address": EDMONTON_ADDRESS, "last_name": "Mike"},
        {"address": elsewhere("US", "59401", province="MT"), "last_name": "River"},
    ]
    items = [item for lot in lots for item in ministry.ordered(**lot)]
    ministry.render(items)
    ministry.gather(items)
    key = ministry.job_of(items[0])
    ministry.release_job(key)
    envelopes = ministry.envelopes(key)
    names = [ministry.item(each.item_id).printed_name.split()[-1] for each in envelopes]
    assert names == ["Zulu", "Alpha", "Mike", "River", "Stone", "Weber", "Hill"]
    assert [each.sequence for each in envelopes] == list(range(1, 8))
    assert [each.country_group for each in envelopes] == ["canada"] * 3 + ["us"] * 2 + ["international"] * 2
    assert [ministry.item(each.item_id).sequence for each in envelopes] == list(range(1, 8))


@pytest.mark.parametrize(
    ("method", "copies", "by_hand"),
    [
        (DeliveryMethod.AUTOMATED_CARDBOARD, 5, False),
        (DeliveryMethod.AUTOMATED_CARDBOARD, 6, True),
        (DeliveryMethod.COURIER, 10, False),
    ],
)
def test_thick_envelopes_are_inserted_by_hand(
    ministry: Ministry, method: DeliveryMethod, copies: int, by_hand: bool
) -> None:
    """More than six sheets in an automated envelope are flagged for manual insertion, in the same job."""
    (first,) = ministry.in_state(ItemState.SENT)
    item = ministry.reprint(first, copies=copies, delivery_method=method)
    ministry.render([item])
    (key,) = ministry.print_and_send([item])
    assert [each.manual_insert for each in ministry.envelopes(key)] == [by_hand]
    (entry,) = manifest(ministry, key)["entries"]
    assert (entry["manual_insert"], entry["copies"], entry["pages"]) == (by_hand, copies, copies + 1)


@pytest.mark.parametrize("code", ["CO-05", "CO-12", "44016", "CO-91 missing", "CO-91 altered"])
def test_what_may_no_longer_go_is_held_at_release(ministry: Ministry, code: str) -> None:
    """At a job's release every item is asked again; the failing one is held and leaves, the others are numbered."""
    key, (first, bad, last) = in_job(ministry, 3)
    change(ministry, bad, code)
    assert ministry.release_job(key).kind == "done"
    assert ministry.states([first, bad, last]) == ["in_print_job", "system_hold", "in_print_job"]
    assert ministry.errors(bad) == [code.split(maxsplit=1)[0]]
    assert ministry.item(bad).print_job_id is None
    assert [each.item_id for each in ministry.envelopes(key)] == [first, last]
    assert [each.sequence for each in ministry.envelopes(key)] == [1, 2]


def test_a_missing_file_says_so(ministry: Ministry) -> None:
    """CO-91 says whether the stored document is missing or was altered."""
    key, (missing, altered, _) = in_job(ministry, 3)
    change(ministry, missing, "CO-91 missing")
    change(ministry, altered, "CO-91 altered")
    ministry.release_job(key)
    faults = {each.item_id: each.params["fault"] for each in ministry.rows(ItemError)}
    assert faults == {missing: "missing", altered: "altered"}


def test_documents_are_read_before_anything_is_locked(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is read once, and while nobody waits for the job or its items."""
    key, items = in_job(ministry, 3)
    within, read, write, reading = False, [], Database.write, Store.read

    @contextmanager
    def watched(self: Database) -> Iterator[Any]:
        nonlocal within
        with write(self) as session:
            within = True
            yield session
        within = False

    def noted(self: Store, path: str) -> bytes | None:
        read.append((path, within))
        return reading(self, path)

    monkeypatch.setattr(Database, "write", watched)
    monkeypatch.setattr(Store, "read", noted)
    assert ministry.release_job(key).kind == "done"
    assert sorted(read) == sorted((ministry.document(item).path, False) for item in items)


def test_what_comes_in_after_the_look_is_looked_at_then(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An altered document that was gathered between the look at the job and its lock is found under the lock."""
    key, (first, late) = in_job(ministry, 2)
    change(ministry, late, "CO-91 altered")
    before = {ministry.document(first).id: None}
    monkeypatch.setattr(print_jobs, "_checked", lambda *_: before)
    assert ministry.release_job(key).kind == "done"
    assert ministry.states([first, late]) == ["in_print_job", "system_hold"]


def test_a_job_without_envelopes_is_not_released(ministry: Ministry) -> None:
    """An empty job stays open (CO-28), and so does one all of whose items are held by the release itself."""
    key, (item,) = in_job(ministry)
    change(ministry, item, "CO-05")
    assert codes(ministry.release_job(key)) == ["CO-28"]
    assert (job(ministry, key).state, ministry.states([item])) == (PrintJobState.OPEN, ["system_hold"])
    assert codes(ministry.release_job(key)) == ["CO-28"]


def test_who_may_not_release_touches_nothing(ministry: Ministry) -> None:
    """A release by the wrong role holds no item, whatever the items are."""
    key, (item,) = in_job(ministry)
    change(ministry, item, "CO-05")
    before = ministry.fingerprint()
    assert codes(ministry.release_job(key, PROVIDER)) == ["CO-11"]
    assert ministry.fingerprint() == before


def test_a_released_job_is_closed(ministry: Ministry) -> None:
    """After the release nothing is pulled or held, and a second release is no transition."""
    key, (item,) = in_job(ministry)
    ministry.release_job(key)
    (pulled,) = ministry.do("pull", [item], reason="Investigation")
    assert codes(pulled) == ["CO-19"]
    again = ministry.release_job(key)
    assert again.decision is not None
    assert again.decision.kind == "no_such_transition"


# The file and its manifest


def manifest(ministry: Ministry, key: int) -> dict[str, Any]:
    """The manifest in the drop."""
    (name,) = (
        each
        for each in ministry.installation.drop.names()
        if each.endswith(f"{key:06d}{_rest(ministry, key)}.json")
    )
    data = ministry.installation.drop.read(name)
    assert data is not None
    document: dict[str, Any] = json.loads(data)
    return document


def _rest(ministry: Ministry, key: int) -> str:
    row = job(ministry, key)
    return f"-{row.credential_type}-{row.language}-{row.delivery_method}"


def test_the_manifest_agrees_with_the_file(ministry: Ministry) -> None:
    """Pages, hashes, sequences, copies, sheets and countries of the manifest are those of file and database."""
    items = [*ministry.ordered(3), *ministry.ordered(address=elsewhere("DE", "04109"))]
    first = ministry.in_state(ItemState.SENT)[0]
    items.append(ministry.reprint(first, copies=3))
    ministry.render(items)
    (key,) = ministry.print_and_send(items)
    said, row = manifest(ministry, key), job(ministry, key)
    pdf = ministry.installation.drop.read(said["file"])
    assert pdf is not None
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    envelopes = ministry.envelopes(key)
    documents = {each.id: each for each in ministry.rows(Document)}
    assert hashlib.sha256(pdf).hexdigest() == said["sha256"] == row.sha256
    assert pages == said["pages"] == row.pages == 1 + sum(entry["pages"] for entry in said["entries"])
    assert said["envelopes"] == len(envelopes) == 5
    assert [entry["sequence"] for entry in said["entries"]] == [each.sequence for each in envelopes]
    assert [entry["sha256"] for entry in said["entries"]] == [
        documents[each.document_id].sha256 for each in envelopes
    ]
    assert [entry["item"] for entry in said["entries"]] == [
        ministry.view(each.item_id)["number"] for each in envelopes
    ]
    starts = [2]
    for entry in said["entries"][:-1]:
        starts.append(starts[-1] + entry["pages"])
    assert [entry["first_page"] for entry in said["entries"]] == starts
    assert (said["by_country"], said["sheets"]["credential"]) == (
        {"canada": 4, "us": 0, "international": 1},
        7,
    )
    assert sum(said["sheets"].values()) == pages
    assert said["job"] == f"{key:06d}"


def test_the_drop_holds_two_files_per_job(ministry: Ministry) -> None:
    """Automated jobs and those that return to Student Records have destinations of their own, two files each."""
    sent(ministry)
    sent(ministry, method=DeliveryMethod.CERTIFICATION)
    names = list(ministry.installation.drop.names())
    assert sorted(name.rpartition(".")[2] for name in names) == ["json", "json", "pdf", "pdf"]
    assert sorted(name.startswith("returned-to-sr/") for name in names) == [False, False, True, True]


def test_writing_twice_gives_the_same_file(ministry: Ministry) -> None:
    """A file that is written again after a crash is the same byte for byte."""
    key, _ = in_job(ministry, 2)
    ministry.release_job(key)
    ministry.write_file(key)
    first = job(ministry, key)
    with ministry.installation.database.write() as session:
        session.connection().exec_driver_sql("UPDATE print_jobs SET path = NULL, sha256 = NULL")
    ministry.wait(hours=1)
    ministry.write_file(key)
    second = job(ministry, key)
    assert (second.sha256, second.manifest_sha256) == (first.sha256, first.manifest_sha256)


def test_a_document_lost_after_release_stops_the_file(ministry: Ministry) -> None:
    """A document that is altered after the release is not printed: the job waits, and its row says why."""
    key, (item, _) = in_job(ministry, 2)
    ministry.release_job(key)
    path = ministry.document(item).path
    data = ministry.installation.store.read(path)
    change(ministry, item, "CO-91 altered")
    ministry.work()
    row = job(ministry, key)
    assert (row.state, row.path, row.attempts) == (PrintJobState.RELEASED, None, 1)
    assert row.last_error == {"step": "write_print_file", "error": "AlteredDocumentError"}
    assert list(ministry.installation.drop.names()) == []
    assert data is not None
    ministry.installation.store.write(path, data)
    ministry.wait(minutes=15)
    ministry.work()
    assert job(ministry, key).state is PrintJobState.TRANSMITTED
