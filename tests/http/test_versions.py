"""A change that says what it is based on: a number or an order that changed meanwhile is left alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest
from orders_client import InvalidRequestError, Orders, ProblemError, StaleVersionError

from models.codes import CredentialState
from models.consumers import Consumer
from models.credentials import Credential
from models.orders import DocumentOrder, OrderItem
from models.print_jobs import PrintJob
from models.typography import french
from tests.http.operations import BODIES, QUERIES, address, operations
from tests.ministry import Ministry
from tests.service import client_of


def refused(clerk: Orders, path: str, version: int, body: dict[str, Any] | None = None) -> ProblemError:
    """What a change is told that is based on another version."""
    with pytest.raises(ProblemError) as found:
        clerk.send.change("POST", path, body or {}, version=version)
    return found.value


def test_a_credential_that_changed_is_left_alone(ministry: Ministry, clerk: Orders) -> None:
    """Deleting, restoring, re-issuing and undoing say 412 for a stale version, and are done for the right one."""
    student = ministry.student()
    credential = ministry.credential(student, state=CredentialState.AWARDED, number="1234567897")
    path = "/api/credentials/1234567897"
    shown = clerk.send.send("GET", path)
    version = shown.json()["credentials"][0]["version"]
    assert shown.headers["etag"] == f'"{version}"'
    for event in ("delete", "reissue"):
        assert (
            refused(
                clerk, f"{path}/{event}", version + 7, {"reason": "Duplicate"} if event == "delete" else None
            ).status
            == 412
        )
    assert ministry.row(Credential, credential).state == "awarded"
    clerk.send.change("POST", f"{path}/delete", {"reason": "Duplicate"}, version=version)
    assert refused(clerk, f"{path}/undelete", version).status == 412
    clerk.send.change("POST", f"{path}/undelete", {}, version=version + 1)
    assert ministry.row(Credential, credential).state == "awarded"


def test_a_supersession_that_changed_is_not_undone(ministry: Ministry, clerk: Orders) -> None:
    """Neither number moves when the version is stale."""
    student = ministry.student()
    named = {"last_name": "Oldname", "first_name": "Ann", "middle_name": "", "suffix": ""}
    old = ministry.credential(student, state=CredentialState.AWARDED, number="1234567897", **named)
    number = clerk.send.change("POST", "/api/credentials/1234567897/reissue", {})["number"]
    version = ministry.row(Credential, old).version
    path = "/api/credentials/1234567897/undo-supersession"
    assert refused(clerk, path, version + 7).status == 412
    states = {row.number: row.state.value for row in ministry.rows(Credential)}
    assert states == {"1234567897": "superseded", number: "awarded"}
    clerk.send.change("POST", path, {}, version=version)
    states = {row.number: row.state.value for row in ministry.rows(Credential)}
    assert states == {"1234567897": "awarded", number: "deleted"}


def test_an_order_that_changed_is_left_alone(ministry: Ministry, clerk: Orders) -> None:
    """A cart is abandoned as it was seen, or not at all."""
    order = clerk.send.change("POST", "/api/orders", {"on_behalf_of": "maya", "email": "maya@example.org"})[
        "order"
    ]
    shown = clerk.send.send("GET", f"/api/orders/{order}")
    version = int(shown.headers["etag"].strip('"'))
    assert refused(clerk, f"/api/orders/{order}/abandon", version + 7).status == 412
    assert [row.state.value for row in ministry.rows(DocumentOrder)] == ["under_construction"]
    clerk.send.change("POST", f"/api/orders/{order}/abandon", version=version)
    assert [row.state.value for row in ministry.rows(DocumentOrder)] == ["abandoned"]


def test_lines_of_an_order_that_changed_are_left_alone(ministry: Ministry, clerk: Orders) -> None:
    """Lines are added, edited, given a waybill and left out as the cart was seen, or not at all."""
    student = ministry.student()
    ministry.credential(student, state=CredentialState.AWARDED, number="1234567897")
    order = clerk.carts.begin(on_behalf_of="maya")
    wanted = {"asn": ministry.asn(student), "credential": "1234567897"}
    path, version = f"/api/orders/{order}", clerk.carts.show(order)["version"]
    added = clerk.send.change("POST", f"{path}/lines", wanted, version=version)
    line, version = added["line"], added["version"]
    before = clerk.carts.show(order)
    assert before["version"] == version
    waybill = {"content": b"no picture", "headers": {"Content-Type": "image/png", "If-Match": '"1"'}}
    stale: dict[str, Callable[[], Any]] = {
        "add_line": lambda: clerk.send.change("POST", f"{path}/lines", wanted, version=1),
        "edit_line": lambda: clerk.send.change("PATCH", f"{path}/lines/{line}", {"copies": 3}, version=1),
        "remove_line": lambda: clerk.send.change("DELETE", f"{path}/lines/{line}", version=1),
        "waybill": lambda: clerk.send.send("PUT", f"{path}/lines/{line}/waybill", **waybill),
    }
    for event, change in stale.items():
        with pytest.raises(StaleVersionError) as found:
            change()
        told = "edit_line" if event == "waybill" else event
        assert (found.value.problem["event"], found.value.problem["state"]) == (told, "under_construction")
    assert clerk.carts.show(order) == before
    edited = clerk.send.change("PATCH", f"{path}/lines/{line}", {"copies": 3}, version=version)
    assert clerk.carts.show(order)["lines"][0]["copies"] == 3
    clerk.send.change("DELETE", f"{path}/lines/{line}", version=edited["version"])
    assert clerk.carts.show(order)["lines"] == []


def test_an_order_is_not_placed_whose_line_another_edited(ministry: Ministry, clerk: Orders) -> None:
    """Of two who look at one cart, one edits a line; the other's order is refused until it is looked at again."""
    (item,) = ministry.ordered()
    shown = clerk.items.show(ministry.view(item)["number"])
    order = clerk.carts.begin(on_behalf_of="maya")
    line = clerk.carts.add(order, shown["asn"], shown["credential_number"])
    path, other = f"/api/orders/{order}", clerk.as_("student_records:other")
    tag = clerk.send.send("GET", path).headers["etag"]
    other.carts.edit(order, line, recipient_kind="other", recipient="Ada Okafor")
    with pytest.raises(StaleVersionError) as found:
        clerk.send.send("POST", f"{path}/place", headers={"If-Match": tag})
    assert found.value.problem["message"]["en"].startswith("Somebody changed it since you saw it.")
    assert found.value.problem["message"]["fr"].startswith(french("Quelqu'un l'a modifié depuis"))
    assert clerk.carts.show(order)["state"] == "under_construction"
    tag = clerk.send.send("GET", path).headers["etag"]
    placed = clerk.send.send("POST", f"{path}/place", headers={"If-Match": tag}).json()
    assert clerk.items.show(placed["items"][0])["recipient"]["name"] == "Ada Okafor"


def test_the_tag_of_an_order_moves_with_its_lines(ministry: Ministry, clerk: Orders) -> None:
    """Whatever changes what is shown changes the tag, the answer to the change carries it, and nothing else moves it."""
    (item,) = ministry.ordered()
    shown = clerk.items.show(ministry.view(item)["number"])
    path = f"/api/orders/{clerk.carts.begin(on_behalf_of='maya')}"
    wanted = {"asn": shown["asn"], "credential": shown["credential_number"]}
    steps = (
        ("POST", "/lines", wanted),
        ("PATCH", "/lines/1", {"copies": 3}),
        ("POST", "/lines", wanted),
        ("DELETE", "/lines/1", None),
    )
    seen = [clerk.send.send("GET", path).headers["etag"]]
    for method, below, body in steps:
        answered = clerk.send.send(method, path + below, json=body)
        ministry.wait(minutes=1)
        seen.append(clerk.send.send("GET", path).headers["etag"])
        assert answered.headers["etag"] == seen[-1]
    assert len(set(seen)) == len(seen)
    clerk.send.change("PATCH", f"{path}/lines/2", {"copies": 1})
    with pytest.raises(InvalidRequestError):
        clerk.send.change("PATCH", f"{path}/lines/2", {"recipient_kind": "other"})
    assert clerk.send.send("GET", path).headers["etag"] == seen[-1]
    assert ministry.broken_history() == []


def test_of_an_edit_and_a_placing_at_once_one_is_stale(ministry: Ministry) -> None:
    """Two that know the same version meet: one is done, the other is told; nobody orders what he did not see."""
    (item,) = ministry.ordered()
    with client_of(ministry.installation) as clerk:
        shown = clerk.items.show(ministry.view(item)["number"])
        for copies in range(2, 8):
            order = clerk.carts.begin(on_behalf_of="maya")
            line = clerk.carts.add(order, shown["asn"], shown["credential_number"])
            path, version = f"/api/orders/{order}", clerk.carts.show(order)["version"]
            meet = Barrier(2)

            def changed(method: str, below: str, body: Any = None) -> str:
                meet.wait()
                try:
                    clerk.send.change(method, path + below, body, version=version)
                except StaleVersionError:
                    return "stale"
                return "done"

            with ThreadPoolExecutor(2) as both:
                edited = both.submit(changed, "PATCH", f"/lines/{line}", {"copies": copies})
                placed = both.submit(changed, "POST", "/place")
                assert {edited.result(), placed.result()} == {"done", "stale"}
            after = clerk.carts.show(order)
            if placed.result() == "done":
                assert clerk.items.show(after["items"][0])["copies"] == 1
            else:
                assert [each["copies"] for each in after["lines"]] == [copies]


def test_an_order_that_changed_is_neither_placed_nor_paid(ministry: Ministry) -> None:
    """Placing, paying and paying again go by the version that was seen; each of them makes the next one."""
    (item,) = ministry.ordered()
    ministry.set(payment="fake", payment_answer="failed", reprint_fee_cents=1500)
    with client_of(ministry.installation) as clerk:
        shown = clerk.items.show(ministry.view(item)["number"])
        order = clerk.carts.begin(on_behalf_of="maya")
        clerk.carts.add(order, shown["asn"], shown["credential_number"])
        steps = (
            ("place", "under_construction", "payment_pending"),
            ("pay", "payment_pending", "payment_not_received"),
            ("retry-payment", "payment_not_received", "payment_pending"),
        )
        for step, before, after in steps:
            version, path = clerk.carts.show(order)["version"], f"/api/orders/{order}/{step}"
            assert refused(clerk, path, version - 1).status == 412
            assert (clerk.carts.show(order)["state"], clerk.carts.show(order)["version"]) == (before, version)
            clerk.send.change("POST", path, version=version)
            assert clerk.carts.show(order)["state"] == after


def everything(ministry: Ministry) -> list[list[Any]]:
    """The rows of all that has a version."""
    return [
        list(ministry.rows(model)) for model in (Credential, DocumentOrder, OrderItem, PrintJob, Consumer)
    ]


def test_every_change_takes_a_version_or_says_that_it_takes_none(
    http: httpx.Client, ministry: Ministry
) -> None:
    """With another version than the thing has, a change is 412 where ``If-Match`` is told of, else refused as such."""
    number = ministry.view(1)["credential_number"]
    before, wrong, based_on_one = everything(ministry), [], set()
    for operation, method, path, based in operations(http):
        if method == "GET":
            continue
        answer = http.request(
            method,
            address(path, number, ministry.asn(1)),
            headers={"Orders-As": "student_records:clerk", "If-Match": '"999"'},
            json=BODIES.get(operation),
            params=QUERIES.get(operation, {}),
        )
        kind = answer.json()["kind"]
        if (answer.status_code, kind) != ((412, "stale") if based else (400, "version_not_taken")):
            wrong.append((operation, answer.status_code, answer.text[:200]))
        based_on_one |= {operation} if based else set()
    assert not wrong, wrong
    assert everything(ministry) == before
    assert based_on_one >= {
        "credentials.award",
        "credentials.first_run",
        "credentials.reprint",
        "print_jobs.transmit",
    }


def test_what_is_answered_for_a_version_is_documented_where_one_is_taken(http: httpx.Client) -> None:
    """412 stands beside ``If-Match``, 428 where it must be sent, and neither anywhere else."""
    told: dict[tuple[bool, bool], set[str]] = {}
    for each in http.get("/api/openapi.json").json()["paths"].values():
        for call in each.values():
            sent = [one["required"] for one in call.get("parameters", ()) if one["name"] == "If-Match"]
            assert ("412" in call["responses"], "428" in call["responses"]) == (bool(sent), sent == [True])
            told.setdefault((bool(sent), sent == [True]), set()).add(call["operationId"])
    assert told[True, True] == {"order_items.transition", "order_items.edit"}
    assert {
        "waybills.attach",
        "students.hold",
        "bulk.transition",
        "orders.begin",
        "downloads.download",
    } <= told[False, False]


def test_a_version_that_is_right_lets_ordering_pass(ministry: Ministry, clerk: Orders) -> None:
    """An award, a first-run and a reprint go by the version of the credential that was seen."""
    student = ministry.student()
    credential = ministry.credential(student, state=CredentialState.ACHIEVED)
    seen = ministry.row(Credential, credential).version
    path = f"/api/students/{ministry.asn(student)}/credentials/AHSD/award"
    assert refused(clerk, path, seen + 1).status == 412
    assert ministry.row(Credential, credential).state == "achieved"
    number = clerk.send.change("POST", path, {}, version=seen)["credential_number"]
    for below in ("first-run", "reprints"):
        assert refused(clerk, f"/api/credentials/{number}/{below}", seen).status == 412
        clerk.send.change("POST", f"/api/credentials/{number}/{below}", {}, version=seen + 1)
    assert [row.kind.value for row in ministry.rows(OrderItem)] == ["first_run", "reprint"]
