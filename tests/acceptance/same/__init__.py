"""Every change that commands and calls make, to be compared on two copies of one world."""

from tests.acceptance.same import carts, credentials, items, people, print_jobs
from tests.acceptance.same.case import Operation

OPERATIONS: dict[str, Operation] = {
    **items.OPERATIONS,
    **credentials.OPERATIONS,
    **print_jobs.OPERATIONS,
    **people.OPERATIONS,
    **carts.OPERATIONS,
}

#: Changes that are not compared here, and why.
ELSEWHERE = {
    "bulk.transition": "a run, carried out alike whoever begins it; rehearsals are compared in test_http_parity.py",
    "bulk.award_and_order": "a run, carried out alike whoever begins it; previews are compared in test_http_parity.py",
    "downloads.download": "a command takes many and answers for each: test_digital_delivery.py",
}
