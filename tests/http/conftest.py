"""A ministry whose service is called over HTTP."""

from collections.abc import Iterator

import httpx
import pytest
from orders_client import Orders

from models.codes import ItemState
from tests.http.operations import BODIES
from tests.ministry import Ministry
from tests.service import InProcess, app_of, client_of, token_of


@pytest.fixture
def clerk(ministry: Ministry) -> Iterator[Orders]:
    """A client that acts as a clerk of Student Records."""
    with client_of(ministry.installation) as orders:
        yield orders


@pytest.fixture
def http(ministry: Ministry) -> Iterator[httpx.Client]:
    """An installation in which every address of the matrix leads somewhere, all of it others'."""
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    assert ministry.view(item)["number"] == "0000000001-01"
    with httpx.Client(transport=InProcess(app_of(ministry.installation)), base_url="http://orders") as client:
        token = token_of(ministry.installation)
        client.headers["Authorization"] = f"Bearer {token}"
        clerk = {"Orders-As": "student_records:clerk"}
        order = client.post("/api/orders", json={"on_behalf_of": "Ada"}, headers=clerk)
        assert order.json() == {"order": "0000000002"}
        consumer = client.post("/api/consumers", json=BODIES["consumers.register"], headers=clerk)
        assert consumer.json()["consumer"] == 1
        run = client.post("/api/order-items/transitions/cancel", headers=clerk | {"Prefer": "respond-async"},
                          json=BODIES["bulk.transition"])  # fmt: skip
        assert run.json()["run"] == 2  # the first awarded and ordered
        BODIES["orders.add"] = {"asn": ministry.asn(1), "credential": "AHSD"}
        yield client
