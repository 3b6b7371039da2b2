"""Every operation of the service as its document tells of it, and what it takes to call it."""

from typing import Any

import httpx

BODIES: dict[str, dict[str, Any]] = {
    "order_items.edit": {"language": "fr"},
    "order_items.reorder": {"reason": "Other"},
    "orders.edit": {"copies": 2},
    "bulk.transition": {"items": ["0000000001-01"]},
    "bulk.award_and_order": {"types": ["AHSD"]},
    "consumers.register": {"name": "U", "email_domain": "u.example", "email": "a@u.example"},
    "students.move": {"address": {"lines": ["1 Way"], "country": "DE"}},
    "print_jobs.acknowledge": {"receipts": [{"sequence": 1, "outcome": "mailed", "date": "2026-03-02"}]},
}
QUERIES = {"waybills.attach": {"item": "0000000001-01"}, "bulk.award_and_order": {"preview": True}}


def operations(http: httpx.Client) -> list[tuple[str, str, str, bool]]:
    """(operation, method, path, whether it takes ``If-Match``) of every operation that the service tells of."""
    paths = http.get("/api/openapi.json").json()["paths"]
    return [
        (
            call["operationId"],
            method.upper(),
            path,
            any(parameter["name"] == "If-Match" for parameter in call.get("parameters", ())),
        )
        for path, each in paths.items()
        for method, call in each.items()
    ]


def address(path: str, number: str, asn: str) -> str:
    """The address of something that is there."""
    credential = f"/credentials/{number}"
    values = {
        "/credentials/{number}": credential,
        "/consumers/{number}": "/consumers/1",
        "/messages/{number}": "/messages/1",
    }
    for template, value in values.items():
        path = path.replace(template, value)
    plain = {"number": "0000000001-01", "order": "2", "line": "1", "job": "1", "run": "2", "asn": asn}
    plain |= {"credential_type": "AHSD", "event": "hold" if "special" not in path else "start"}
    return path.format(**plain, code="60108", kind="rule")


#: Under what there is nothing, by the parameter or, where several are called alike, by the path; what holds others first.
NOWHERE = {
    "/credentials/{number}": "/credentials/9999999999",
    "/consumers/{number}": "/consumers/99",
    "/messages/{number}": "/messages/99",
    "{number}": "0000099001-01",
    "{asn}": "999999999",
    "{credential_type}": "COSC",
    "{order}": "99001",
    "{line}": "98",
    "{job}": "99",
    "{run}": "99",
}


def elsewhere(path: str, number: str, asn: str) -> list[str]:
    """The same addresses, each with one thing of the path that is not there; none where the path names no thing."""
    found, left = [], path
    for template, value in NOWHERE.items():
        if template in left:
            found.append(address(path.replace(template, value), number, asn))
            left = left.replace(template, "")
    assert "{" not in left.replace("{event}", ""), f"{path}: a thing that this test does not know"
    return found
