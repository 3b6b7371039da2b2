"""Who may not look can't tell what is there from what is not, however it asks."""

from typing import Any

import httpx
import pytest

from models.codes import ItemState, Role
from models.outbox import Message
from tests.files import pdf
from tests.http.operations import BODIES, QUERIES, address, elsewhere, operations
from tests.http.test_who_may import MATRIX, OPEN
from tests.ministry import Ministry

STRANGER = {"Orders-As": "dod_consumer:bob@elsewhere.example"}


def told(
    http: httpx.Client, operation: str, method: str, where: str, acting: str, version: str | None
) -> Any:
    """What is answered, but for the address that was asked."""
    waybill = {"content": pdf()} if operation == "orders.waybill" else {"json": BODIES.get(operation)}
    answer = http.request(
        method,
        where,
        headers={"Orders-As": acting} | ({} if version is None else {"If-Match": version}),
        params=QUERIES.get(operation, {}),
        **waybill,
    )
    body: Any = answer.text
    if "json" in answer.headers.get("content-type", ""):
        body = {name: value for name, value in answer.json().items() if name != "instance"}
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return answer.status_code, headers, body


def test_nobody_learns_what_is_there(ministry: Ministry, http: httpx.Client) -> None:
    """Every call about a thing, by whoever may not look: another's is answered as what is nowhere.

    The calls are those that the document tells of, so that none can be forgotten. Who may look is answered otherwise, or
    the things would not be there either.
    """
    ministry.in_state(ItemState.SENT, email="ada@home.example")
    assert ministry.rows(Message)
    number, asn = ministry.view(1)["credential_number"], ministry.asn(1)
    clerk = {"Orders-As": "student_records:clerk"}
    assert http.post("/api/orders/2/lines", json=BODIES["orders.add"], headers=clerk).json()["line"] == 1
    calls = [each for each in operations(http) if each[0] not in OPEN and elsewhere(each[2], number, asn)]
    wrong: list[Any] = []
    for operation, method, path, based in calls:
        there, nowhere = address(path, number, asn), elsewhere(path, number, asn)
        for role in ("public", "dod_consumer"):
            for version in ("*", '"999"') if based else (None,):
                asked = operation, method
                acting = f"{role}:bob@elsewhere.example"
                answers = [told(http, *asked, each, acting, version) for each in (there, *nowhere)]
                if answers[0][0] not in {403, 404} or any(each != answers[0] for each in answers):
                    wrong.append((operation, role, version, *answers))
    assert not wrong, "\n".join(map(str, wrong))
    for operation, method, path, based in calls:
        for role in sorted(MATRIX[operation] - {Role.PUBLIC})[:1]:
            where = address(path, number, asn), elsewhere(path, number, asn)[0]
            version = "*" if based else None
            found, missing = (told(http, operation, method, each, f"{role}:ann", version) for each in where)
            if found == missing or missing[0] != 404:
                wrong.append((operation, role, found, missing))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("rehearsed", [True, False])
@pytest.mark.parametrize("way", ["items", "state", "asn"])
def test_a_consumer_changes_no_items_in_bulk(
    ministry: Ministry, http: httpx.Client, way: str, *, rehearsed: bool
) -> None:
    """Named one by one, or found by a filter: items that are there are refused in the words of those that are not."""

    def asked(there: bool) -> dict[str, Any]:
        bodies: dict[str, dict[str, Any]] = {
            "items": {"items": ["0000000001-01" if there else "0000099001-01"]},
            "state": {"filter": {"state": "in_print_job" if there else "expired"}},
            "asn": {"filter": {"asn": ministry.asn(1) if there else "999999999"}},
        }
        path, dry = "/api/order-items/transitions/hold", {"dry_run": rehearsed}
        answer = http.post(path, json=bodies[way], params=dry, headers=STRANGER)
        assert answer.status_code == 403
        return dict(answer.json())

    refused = asked(there=True)
    assert refused == asked(there=False)
    assert (refused["state"], [each["code"] for each in refused["reasons"]]) == (None, ["CO-11"])


@pytest.mark.parametrize("role", ["public", "dod_consumer"])
@pytest.mark.parametrize("rehearsed", [True, False])
def test_items_named_beside_the_path_are_hidden_too(
    http: httpx.Client, role: str, *, rehearsed: bool
) -> None:
    """The items of a bulk change, and those of a waybill: another's is answered as what is nowhere."""
    acting = {"Orders-As": f"{role}:bob@elsewhere.example"}

    def asked(item: str) -> list[Any]:
        changed = http.post(
            "/api/order-items/transitions/cancel",
            json={"items": [item], "reason": "RequestedByStudent"},
            params={"dry_run": rehearsed},
            headers=acting,
        )
        attached = http.post("/api/waybills", params={"item": item}, content=pdf(), headers=acting)
        return [(each.status_code, each.text.replace(item, "0000000000-01")) for each in (changed, attached)]

    assert asked("0000000001-01") == asked("0000099001-01")
