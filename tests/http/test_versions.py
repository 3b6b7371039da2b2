"""A change that says what it is based on: a number or an order that changed meanwhile is left alone."""

from typing import Any

import pytest
from orders_client import Orders, ProblemError

from models.codes import CredentialState
from models.credentials import Credential
from models.orders import DocumentOrder
from tests.ministry import Ministry


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
