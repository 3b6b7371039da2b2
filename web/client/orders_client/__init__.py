"""A client of the credential-orders service: typed, patient, and safe to repeat.

    with Orders("https://orders.example.org", token) as orders:
        item = orders.items.show("0000000123-01")
        orders.items.do(item["number"], "hold", version=item["version"], reason="Investigation")

Every change carries an ``Idempotency-Key``, so that it is repeated without harm when an answer is lost.
"""

from orders_client.client import Orders
from orders_client.problems import (
    InvalidRequestError,
    NotFoundError,
    NotPermittedError,
    OrdersError,
    ProblemError,
    RefusedError,
    StaleVersionError,
    UnavailableError,
)
from orders_client.shapes import Done, Item, Problem, Reason, Run

__all__ = [
    "Done",
    "InvalidRequestError",
    "Item",
    "NotFoundError",
    "NotPermittedError",
    "Orders",
    "OrdersError",
    "Problem",
    "ProblemError",
    "Reason",
    "RefusedError",
    "Run",
    "StaleVersionError",
    "UnavailableError",
]
