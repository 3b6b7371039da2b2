"""The role × operation matrix, complete: what is not allowed is 403 or, for others' data, 404; and tokens."""

import json

import httpx
import pytest
from sqlalchemy import update

from models.codes import Role
from models.evidence import Refusal
from models.service_tokens import ServiceToken
from tests.http.operations import BODIES, QUERIES, address, operations
from tests.ministry import CLERK, Ministry
from tests.service import EVERYBODY, eventually, token_of
from workflows.command import Command
from workflows.operations.access import service_tokens
from workflows.source import table

_R = Role
MINISTRY = {_R.STUDENT_RECORDS, _R.OPERATIONAL_SUPPORT}
SR = {_R.STUDENT_RECORDS}
READERS = MINISTRY | {_R.SERVICE, _R.AUDITOR}
ITEMS = set(Role) - {_R.SYSTEM, _R.DOD_CONSUMER}
JOBS = READERS | {_R.PRINT_PROVIDER}
CARTS = SR | {_R.PUBLIC}
ALL: set[Role] = set(EVERYBODY)
OTHERS = ITEMS - {_R.PUBLIC}
#: Who may call what (CO-11); the public's own alone, which is 404 where it is another's.
MATRIX: dict[str, set[Role]] = {
    "order_items.list": ITEMS, "order_items.export": ITEMS, "order_items.counts": READERS, "order_items.show": OTHERS,
    "order_items.history": OTHERS, "order_items.document": MINISTRY | {_R.AUDITOR}, "order_items.can": OTHERS,
    "order_items.transition": MINISTRY, "order_items.edit": MINISTRY, "order_items.reorder": MINISTRY,
    "order_items.new_link": MINISTRY, "order_items.refund": SR, "bulk.transition": ALL - {_R.DOD_CONSUMER}, "bulk.award_and_order": SR,
    "bulk.list": READERS, "bulk.show": READERS, "bulk.outcomes": READERS, "bulk.export": READERS,
    "credentials.list": READERS | {_R.PUBLIC}, "credentials.export": READERS | {_R.PUBLIC},
    "credentials.show": READERS, "credentials.history": READERS, "credentials.can": READERS, "credentials.award": SR,
    "credentials.first_run": SR, "credentials.reprint": SR, "credentials.reissue": SR, "credentials.delete": SR,
    "credentials.undelete": SR, "credentials.undo_supersession": SR,
    "orders.list": MINISTRY | {_R.AUDITOR, _R.PUBLIC}, "orders.begin": CARTS, "orders.show": MINISTRY | {_R.AUDITOR},
    "orders.review": MINISTRY | {_R.AUDITOR}, "orders.add": SR, "orders.edit": SR, "orders.remove": SR, "orders.place": SR, "orders.pay": SR,
    "orders.retry_payment": SR, "orders.reopen": SR, "orders.abandon": SR, "orders.fail_payment": SR,
    "orders.waybill": SR, "waybills.attach": MINISTRY,
    "print_jobs.list": JOBS, "print_jobs.show": JOBS, "print_jobs.file": JOBS, "print_jobs.manifest": JOBS,
    "print_jobs.release": MINISTRY, "print_jobs.transmit": MINISTRY, "print_jobs.acknowledge": SR | {_R.PRINT_PROVIDER},
    "print_jobs.reconcile": SR | {_R.PRINT_PROVIDER}, "print_jobs.resend": MINISTRY, "print_jobs.discard": SR,
    "students.hold": SR, "students.end_hold": SR, "students.deceased": SR, "students.move": SR,
    "consumers.list": READERS | {_R.PUBLIC}, "consumers.register": SR, "consumers.show": READERS,
    "consumers.activate": SR, "consumers.decline": SR, "consumers.reconsider": SR,
    "downloads.list": {_R.DOD_CONSUMER}, "downloads.download": set(),
    "handling.list": READERS, "handling.change": MINISTRY, "work_lists.deceased": READERS, "work_lists.refunds": READERS,
    "messages.list": MINISTRY | {_R.AUDITOR}, "messages.show": MINISTRY | {_R.AUDITOR},
}  # fmt: skip
#: For anybody, without a token.
OPEN = {"rules.list", "rules.show", "rules.problem", "verification.show"}


def test_every_operation_is_in_the_matrix(http: httpx.Client) -> None:
    """No operation without an answer to who may."""
    assert {operation for operation, *_ in operations(http)} == MATRIX.keys() | OPEN


@pytest.mark.parametrize("role", EVERYBODY)
def test_a_role_may_what_the_matrix_says(http: httpx.Client, ministry: Ministry, role: Role) -> None:
    """Every operation by every role: what is not allowed is 403 or, for the public, 404; and it leaves a record."""
    number = ministry.view(1)["credential_number"]
    wrong = []
    for operation, method, path, based in operations(http):
        if operation in OPEN:
            continue
        before = len(ministry.rows(Refusal))
        answer = http.request(
            method,
            address(path, number, ministry.asn(1)),
            headers={"Orders-As": f"{role.value}:eve@elsewhere.example"}
            | ({"If-Match": "*"} if based else {}),
            json=BODIES.get(operation),
            params=QUERIES.get(operation, {}),
        )
        allowed = role in MATRIX[operation]
        refused = answer.status_code == 403 or (answer.status_code == 404 and role is Role.PUBLIC)
        kept = len(ministry.rows(Refusal)) > before
        if allowed == refused or answer.status_code >= 500 or (refused and not kept):
            wrong.append((operation, answer.status_code, kept, answer.text[:120]))
    assert not wrong, json.dumps(wrong, indent=1)


def test_a_token_opens_what_its_scope_names(ministry: Ministry, http: httpx.Client) -> None:
    """Roles and operations outside the scope are 403; a revoked or unknown token is 401; the last use is kept."""
    ministry.ordered()
    narrow = token_of(
        ministry.installation, "mail house", [Role.PRINT_PROVIDER], ["print_jobs.*", "order_items.list"]
    )
    as_narrow = {"Authorization": f"Bearer {narrow}"}
    assert http.get("/api/print-jobs", headers=as_narrow).status_code == 200
    assert http.get("/api/order-items/0000000001-01", headers=as_narrow).json()["kind"] == "scope"
    other_role = http.get("/api/print-jobs", headers=as_narrow | {"Orders-As": "student_records"})
    assert (other_role.status_code, other_role.json()["kind"]) == (403, "scope")
    eventually(
        lambda: (
            ministry.now
            in {row.last_used_at for row in ministry.rows(ServiceToken) if row.name == "mail house"}
        )
    )
    assert all(narrow not in str(row) for row in ministry.rows(ServiceToken))
    command = Command("revoke", CLERK, ministry.now)
    assert service_tokens.revoke(ministry.installation, "mail house", command)
    assert http.get("/api/print-jobs", headers=as_narrow).status_code == 401
    assert http.get("/api/print-jobs", headers={"Authorization": ""}).headers["www-authenticate"] == "Bearer"


def test_whoever_looks_does_not_wait_for_whoever_writes(ministry: Ministry, http: httpx.Client) -> None:
    """That the token is used is kept beside the request, once the other is done."""
    fresh = {"Authorization": f"Bearer {token_of(ministry.installation, 'fresh')}"}

    def used() -> bool:
        return any(row.name == "fresh" and row.last_used_at for row in ministry.rows(ServiceToken))

    with ministry.installation.database.write() as session:
        session.connection().execute(update(table(ServiceToken)).values(roles=[Role.AUDITOR]))
        assert http.get("/api/order-items", headers=fresh).status_code == 200
        assert not used()
    eventually(used)


def test_failures_are_limited(http: httpx.Client) -> None:
    """Whoever tries tokens is told to wait; who has one is not kept out."""
    wrong = {"Authorization": "Bearer orders_wrong"}
    statuses = [http.get("/api/order-items", headers=wrong).status_code for _ in range(40)]
    assert statuses == [401] * 30 + [429] * 10
    assert int(http.get("/api/order-items", headers=wrong).headers["retry-after"]) > 0
    assert http.get("/api/order-items").status_code == 200


def test_strangers_look_up_so_many_documents(http: httpx.Client) -> None:
    """A portal that shows its token asks for everybody from one address, and is not held to what one person may ask."""
    where = f"/api/verification/{'0' * 32}"
    stranger, unknown = {"Authorization": ""}, {"Authorization": "Bearer orders_wrong"}
    statuses = [http.get(where, headers=stranger).status_code for _ in range(70)]
    assert statuses == [200] * 60 + [429] * 10
    assert {http.get(where).status_code for _ in range(70)} == {200}
    assert http.get(where, headers=unknown).status_code == 401
    last = http.get(where, headers=stranger)
    assert (last.status_code, last.json()["kind"]) == (429, "too_many")
    assert int(last.headers["retry-after"]) > 0
    (shown,) = [each for each in operations(http) if each[0] == "verification.show"]
    document = http.get("/api/openapi.json").json()
    told = document["paths"][shown[2]]["get"]["security"]
    assert sorted(told, key=len) == [{}, {"HTTPBearer": []}]


def test_requests_are_held_to_limits(http: httpx.Client) -> None:
    """Bodies and pages have a size; every answer carries the security headers, problems too."""
    large = http.post("/api/waybills", params={"item": "0000000001-01"}, content=b"x" * 6_000_001)
    assert (large.status_code, large.json()["kind"]) == (413, "too_large")
    assert http.get("/api/order-items", params={"limit": 1001}).status_code == 422
    unreadable = http.post("/api/orders", content="{", headers={"Content-Type": "application/json"})
    assert (unreadable.status_code, unreadable.json()["kind"]) == (400, "unreadable")
    for answer in (large, http.get("/api/order-items"), http.get("/api/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
