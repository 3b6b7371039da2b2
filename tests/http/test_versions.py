"""A change that says what it is based on: a number or an order that changed meanwhile is left alone."""

from collections.abc import Callable
from typing import Any

import pytest
from orders_client import Orders, ProblemError, StaleVersionError

from models.codes import CredentialState
from models.credentials import Credential
from models.orders import DocumentOrder
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
    line = clerk.send.change("POST", f"{path}/lines", wanted, version=version)["line"]
    before = clerk.carts.show(order)["lines"]
    waybill = {"content": b"no picture", "headers": {"Content-Type": "image/png", "If-Match": '"8"'}}
    stale: dict[str, Callable[[], Any]] = {
        "add": lambda: clerk.send.change("POST", f"{path}/lines", wanted, version=version + 7),
        "edit": lambda: clerk.send.change(
            "PATCH", f"{path}/lines/{line}", {"copies": 3}, version=version + 7
        ),
        "remove": lambda: clerk.send.change("DELETE", f"{path}/lines/{line}", version=version + 7),
        "waybill": lambda: clerk.send.send("PUT", f"{path}/lines/{line}/waybill", **waybill),
    }
    for event, change in stale.items():
        with pytest.raises(StaleVersionError) as found:
            change()
        assert (found.value.problem["event"], found.value.problem["state"]) == (event, "under_construction")
    assert clerk.carts.show(order)["lines"] == before
    clerk.send.change("PATCH", f"{path}/lines/{line}", {"copies": 3}, version=version)
    assert clerk.carts.show(order)["lines"][0]["copies"] == 3
    clerk.send.change("DELETE", f"{path}/lines/{line}", version=version)
    assert clerk.carts.show(order)["lines"] == []


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
