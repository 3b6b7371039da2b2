"""A client of the credential-orders service: typed, patient, and safe to repeat.

    with Orders("https://orders.example.org", token) as orders:
        item = orders.items.show("0000000123-01")
        orders.items.do(item["number"], "hold", version=item["version"], reason="Investigation")

Every change carries an ``Idempotency-Key``, so that it is repeated without harm when an answer is lost. Where no answer
comes at all, the error tells the key, and the same call under it gives the answer of the first:

    try:
        orders.credentials.first_run("1000000009")
    except UnavailableError as error:
        orders.credentials.first_run("1000000009", key=error.key)  # later
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
from orders_client.shapes import Consumer, Credential, Done, Event, Item, PrintJob, Problem, Reason, Run

__all__ = [
    "Consumer",
    "Credential",
    "Done",
    "Event",
    "InvalidRequestError",
    "Item",
    "NotFoundError",
    "NotPermittedError",
    "Orders",
    "OrdersError",
    "PrintJob",
    "Problem",
    "ProblemError",
    "Reason",
    "RefusedError",
    "Run",
    "StaleVersionError",
    "UnavailableError",
]
