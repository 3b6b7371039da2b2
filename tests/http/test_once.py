"""The same request many times: one change, one answer, whatever dies in between."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from orders_client import Orders

from models.codes import ItemState
from models.orders import OrderItem
from models.services import KeptAnswer
from models.unit_of_work import UnitOfWork
from tests.ministry import Ministry
from tests.service import app_of, client_of, served, token_of

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


@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
def test_a_crash_changes_no_answer(
    ministry: Ministry, clerk: Orders, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """A process that dies on either side of the commit: the repeat changes what was not changed, and nothing twice."""
    (item,) = ministry.ordered()
    number = ministry.view(item)["number"]
    leave = UnitOfWork.__exit__

    def die(unit: UnitOfWork, *failure: Any) -> None:
        if when == "after_commit":
            leave(unit, *failure)
            raise SystemError("killed")
        leave(unit, SystemError, SystemError("killed"), None)
        raise SystemError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(UnitOfWork, "__exit__", die)
        with pytest.raises(Exception, match="failed"):
            clerk.items.do(number, "hold", version=1, reason="Investigation", key="one")
    assert ministry.states([item]) == ["user_hold" if when == "after_commit" else "created"]
    first = clerk.items.do(number, "hold", version=1, reason="Investigation", key="one")
    again = clerk.items.do(number, "hold", version=1, reason="Investigation", key="one")
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
