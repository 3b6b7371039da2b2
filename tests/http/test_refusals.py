"""What services and the people behind them were refused is kept: what they asked for, about which item, and through whom."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from models.codes import ItemState, Role
from models.evidence import Refusal
from tests.ministry import Ministry
from tests.service import InProcess, app_of, token_of

NUMBER = "0000000001-01"


@pytest.fixture
def http(ministry: Ministry) -> Iterator[httpx.Client]:
    """The service on an installation with one item."""
    assert ministry.in_state(ItemState.RENDERED) == [1]
    with httpx.Client(transport=InProcess(app_of(ministry.installation)), base_url="http://orders") as client:
        yield client


def as_(ministry: Ministry, acting: str, *roles: Role, operations: tuple[str, ...] = ()) -> dict[str, str]:
    """The headers of the portal, whose token may act in ``roles``."""
    token = token_of(ministry.installation, "portal", roles, operations)
    return {"Authorization": f"Bearer {token}", "Orders-As": acting}


def kept(ministry: Ministry) -> dict[str, Any]:
    """The one refusal that is kept."""
    (row,) = ministry.rows(Refusal)
    return {name: getattr(row, name) for name in ("event", "kind", "codes", "about", "service")} | {
        "who": f"{row.actor_role.value}:{row.actor_name}",
        "subject": (row.subject_table, row.subject_id),
    }


def test_a_person_behind_a_service_is_kept_with_it(ministry: Ministry, http: httpx.Client) -> None:
    """404 for what is not the person's own: whose token it was, the path, and the item that was looked for."""
    headers = as_(ministry, "public:evil@x.org", Role.PUBLIC)
    assert http.get(f"/api/order-items/{NUMBER}", headers=headers).status_code == 404
    assert kept(ministry) == {
        "event": "order_items.show", "kind": "not_found", "codes": [], "about": f"/api/order-items/{NUMBER}",
        "service": "portal", "who": "public:evil@x.org", "subject": ("order_items", 1),
    }  # fmt: skip


def test_what_is_not_there_is_kept_by_its_path(ministry: Ministry, http: httpx.Client) -> None:
    """404 for an item that nobody has."""
    headers = as_(ministry, "auditor:ana", Role.AUDITOR)
    assert http.get("/api/order-items/0000009999-01/history", headers=headers).status_code == 404
    found = kept(ministry)
    assert (found["about"], found["subject"]) == ("/api/order-items/0000009999-01/history", ("", None))


def test_a_stale_version_is_kept(ministry: Ministry, http: httpx.Client) -> None:
    """412: what was wanted of which item."""
    headers = as_(ministry, "student_records:cleo", Role.STUDENT_RECORDS) | {"If-Match": '"99"'}
    path = f"/api/order-items/{NUMBER}/transitions/hold"
    assert http.post(path, json={"reason": "Investigation"}, headers=headers).status_code == 412
    found = kept(ministry)
    assert (found["event"], found["kind"], found["subject"]) == ("hold", "stale", ("order_items", 1))
    assert (found["about"], found["service"]) == (path, "portal")


def test_what_a_machine_refuses_is_kept_with_the_service(ministry: Ministry, http: httpx.Client) -> None:
    """409 is written with the command, once, and names the token too."""
    headers = as_(ministry, "student_records:cleo", Role.STUDENT_RECORDS) | {"If-Match": "*"}
    path = f"/api/order-items/{NUMBER}/transitions/hold"
    assert http.post(path, json={"reason": "x"}, headers=headers).status_code == 409
    found = kept(ministry)
    assert (found["codes"], found["service"], found["subject"]) == (["60118"], "portal", ("order_items", 1))


@pytest.mark.parametrize("wanted", ["student_records:mallory", "system"])
def test_a_role_that_the_token_has_not_is_kept(ministry: Ministry, http: httpx.Client, wanted: str) -> None:
    """403: a service that acts in another role than its own is kept under its own, with the role that it wanted."""
    headers = as_(ministry, wanted, Role.AUDITOR, Role.PUBLIC)
    assert http.get(f"/api/order-items/{NUMBER}", headers=headers).json()["kind"] == "scope"
    role = wanted.partition(":")[0]
    assert kept(ministry) == {
        "event": "order_items.show", "kind": "scope", "codes": [],
        "about": f"/api/order-items/{NUMBER} (Orders-As: {role})", "service": "portal", "who": "auditor:portal",
        "subject": ("order_items", 1),
    }  # fmt: skip


def test_an_operation_outside_the_scope_is_kept(ministry: Ministry, http: httpx.Client) -> None:
    """403 for what the token is not for."""
    headers = as_(ministry, "auditor:ana", Role.AUDITOR, operations=("print_jobs.*",))
    assert http.get("/api/credentials", headers=headers).status_code == 403
    found = kept(ministry)
    assert (found["about"], found["who"], found["service"]) == ("/api/credentials", "auditor:ana", "portal")


@pytest.mark.parametrize("strange", ["%00", "%0A%F0%9F%8C%B8", "%ED%A0%80", "x" * 2000])
def test_strange_paths_are_kept_too(ministry: Ministry, http: httpx.Client, strange: str) -> None:
    """Whatever stands in a path, its refusal stays one, and what is kept of it can be read and has an end."""
    headers = as_(ministry, "auditor:ana", Role.AUDITOR, operations=("print_jobs.*",)) | {"If-Match": "*"}
    answer = http.post(f"/api/order-items/{NUMBER}/transitions/{strange}", json={}, headers=headers)
    assert answer.status_code == 403
    found = kept(ministry)
    assert found["about"].isprintable()
    assert found["about"].startswith(f"/api/order-items/{NUMBER}/transitions/")
    assert len(found["about"]) <= 200
    assert len(found["event"]) <= 200


def test_an_abandoned_cart_is_refused_as_it_is_kept(ministry: Ministry, http: httpx.Client) -> None:
    """The rule that the caller was told is the rule that is kept (60114)."""
    headers = as_(ministry, "student_records:cleo", Role.STUDENT_RECORDS)
    order = http.post("/api/orders", json={"on_behalf_of": "Ada"}, headers=headers).json()["order"]
    abandon = f"/api/orders/{order}/abandon"
    assert http.post(abandon, headers=headers | {"If-Match": "*"}).status_code == 200
    answer = http.post(abandon, headers=headers | {"If-Match": "*"})
    assert answer.status_code == 409
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["60114"]
    found = kept(ministry)
    assert (found["event"], found["kind"], found["codes"]) == ("abandon", "rule", ["60114"])
    assert found["subject"] == ("document_orders", int(order))
