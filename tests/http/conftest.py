"""A ministry whose service is called over HTTP."""

from collections.abc import Iterator

import pytest
from orders_client import Orders

from tests.ministry import Ministry
from tests.service import client_of


@pytest.fixture
def clerk(ministry: Ministry) -> Iterator[Orders]:
    """A client that acts as a clerk of Student Records."""
    with client_of(ministry.installation) as orders:
        yield orders
