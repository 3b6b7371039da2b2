"""The same request many times: one change, one answer, whatever dies in between."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from orders_client import Orders, UnavailableError

from models.codes import ItemState
from models.kept_answers import KeptAnswer
from models.orders import OrderItem
from tests.ministry import Ministry
from tests.service import app_of, await_service, client_of, free_port, served, token_of

ROOT = Path(__file__).parents[2]
NUMBER = 100


def at_once(base: str, token: str, number: str, **headers: str) -> list[httpx.Response]:
    """The same request a hundred times at the same time."""
    path = f"/api/order-items/{number}/transitions/hold"
    sent = {"Authorization": f"Bearer {token}", "If-Match": '"1"', **headers}
    with (
        httpx.Client(
            base_url=base, headers=sent, timeout=60, limits=httpx.Limits(max_connections=NUMBER)
        ) as http,
        ThreadPoolExecutor(NUMBER) as pool,
    ):
        return list(pool.map(lambda _: http.post(path, json={"reason": "Investigation"}), range(NUMBER)))


def test_a_hundred_at_once_have_one_winner(ministry: Ministry) -> None:
    """Exactly one is done; all others know a version that is no longer the newest."""
    (item,) = ministry.ordered()
    number = ministry.view(item)["number"]
    token = token_of(ministry.installation)
    with served(app_of(ministry.installation)) as base:
        answers = at_once(base, token, number)
    assert Counter(each.status_code for each in answers) == {200: 1, 412: NUMBER - 1}
    assert [row.event for row in ministry.history(item)] == ["place", "hold"]


def test_a_hundred_with_one_key_have_one_answer(ministry: Ministry) -> None:
    """All answers are equal, byte for byte, and the change happened once."""
    (item,) = ministry.ordered()
    number = ministry.view(item)["number"]
    token = token_of(ministry.installation)
    with served(app_of(ministry.installation)) as base:
        answers = at_once(base, token, number, **{"Idempotency-Key": "one"})
    assert {(each.content, each.headers["etag"]) for each in answers} == {(answers[0].content, '"2"')}
    assert {each.status_code for each in answers} == {200}
    assert [row.event for row in ministry.history(item)] == ["place", "hold"]


#: A service whose process ends at once, unbuffered and unflushed, on one side of the commit of its first change.
_DOOMED = """
import os, sys
from models.settings import Settings
from models.sql.unit_of_work import UnitOfWork
from web.server import serve
from workflows.installation import Installation
database_url, store_url, when, port = sys.argv[1:]
leave = UnitOfWork.__exit__
def die(unit, *failure):
    if when == "after_commit":
        leave(unit, *failure)
    os._exit(9)
UnitOfWork.__exit__ = die
settings = Settings(_env_file=None, database_url=database_url, store_url=store_url, secret="a-secret-for-tests")
serve(Installation.open(settings), "127.0.0.1", int(port))
"""


@contextmanager
def doomed(ministry: Ministry, when: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """Such a service as a process of its own, and where it listens."""
    settings = ministry.installation.settings
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _DOOMED, settings.database_url, settings.store_url, when, str(port)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
def test_a_crash_changes_no_answer(ministry: Ministry, when: str) -> None:
    """A process that dies on either side of the commit: the repeat changes what was not changed, and nothing twice."""
    (item,) = ministry.ordered()
    number = ministry.view(item)["number"]
    token = token_of(ministry.installation, "doomed")
    with doomed(ministry, when) as (process, base):
        await_service(base)
        with (
            Orders(base, token, acting="student_records:clerk", attempts=1) as unlucky,
            pytest.raises(UnavailableError) as lost,
        ):
            unlucky.items.do(number, "hold", reason="Investigation")
        assert process.wait(timeout=30) == 9
    assert ministry.states([item]) == ["user_hold" if when == "after_commit" else "created"]
    with (
        served(app_of(ministry.installation)) as base,
        Orders(base, token, acting="student_records:clerk", attempts=1) as repeated,
    ):
        first, again = (
            repeated.items.do(number, "hold", reason="Investigation", key=lost.value.key) for _ in range(2)
        )
    assert first == again
    assert (first["done"]["state"], first["version"], first["already_done"]) == ("user_hold", 2, False)
    assert [row.event for row in ministry.history(item)] == ["place", "hold"]
    assert len(ministry.rows(KeptAnswer)) == 1


def test_a_key_belongs_to_one_request(ministry: Ministry, clerk: Orders) -> None:
    """Another body under the same key is malformed, and a refusal is kept like any answer."""
    (item,) = ministry.ordered()
    number = ministry.view(item)["number"]
    with pytest.raises(Exception, match="Investigation") as refused:
        clerk.items.do(number, "hold", version=1, reason="Nonsense", key="one")
    with pytest.raises(Exception, match="Investigation") as again:
        clerk.items.do(number, "hold", version=1, reason="Nonsense", key="one")
    assert refused.value.problem == again.value.problem
    with pytest.raises(Exception, match="another request") as other:
        clerk.items.do(number, "hold", version=1, reason="Investigation", key="one")
    assert (refused.value.status, other.value.status) == (409, 422)


def test_an_award_with_its_order_is_repeated_without_harm(ministry: Ministry, clerk: Orders) -> None:
    """A composite operation under a key happens once too."""
    student = ministry.student()
    ministry.credential(student)
    send = clerk.send.change
    path = f"/api/students/{ministry.asn(student)}/credentials/AHSD/award"
    first, again = (send("POST", path, {"order": True}, key="award") for _ in range(2))
    assert first == again
    assert len(ministry.rows(OrderItem)) == 1


def test_a_handing_over_is_done_once(ministry: Ministry) -> None:
    """What reaches outside is repeated safely: with its key and without."""
    items = ministry.in_state(ItemState.IN_PRINT_JOB)
    with client_of(ministry.installation) as clerk:
        job = clerk.items.show(ministry.view(items[0])["number"])["print_job"]
        assert job is not None
        clerk.print_jobs.do(job, "release")
        path = f"/api/print-jobs/{job}/transmit"
        first, again = (clerk.send.change("POST", path, key="hand-over") for _ in range(2))
        assert first == again
        assert first["done"]["state"] == "transmitted"
        assert clerk.print_jobs.do(job, "transmit")["already_done"]
