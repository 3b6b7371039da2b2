"""The head of a day says what was refused since the day before: an attempt that is edited, deleted or slipped in shows."""

from typing import Any

import pytest

from models.evidence import Refusal
from tests.ministry import Ministry
from workflows.evidence import attempts
from workflows.evidence.verification import verify


@pytest.fixture
def refused(ministry: Ministry) -> Ministry:
    """Six attempts that were refused on one day, and the heads of that day and the next."""
    refuse(ministry, 6)
    sign_tomorrow(ministry)
    return ministry


def refuse(ministry: Ministry, times: int) -> None:
    """So many attempts that nobody may make."""
    (item,) = ministry.ordered()
    for _ in range(times):
        ministry.do("hold", [item])


def sign_tomorrow(ministry: Ministry) -> None:
    """Today is signed, and tomorrow."""
    ministry.work()
    ministry.wait(days=1)
    ministry.work()


def run(ministry: Ministry, statement: str) -> None:
    """One statement behind the engine's back."""
    with ministry.installation.database.write() as session:
        session.connection().exec_driver_sql(statement)


def found(ministry: Ministry) -> list[Any]:
    """First and last id of what is found of the refusals."""
    return list(verify(ministry.installation).refused)


def test_refusals_as_they_were_are_whole(refused: Ministry) -> None:
    """Day after day, with new ones and without any."""
    assert len(refused.rows(Refusal)) == 6
    assert verify(refused.installation).whole
    refuse(refused, 2)
    for _ in range(3):
        sign_tomorrow(refused)
        assert verify(refused.installation).whole


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE refusals SET actor_name = 'somebody else' WHERE id = 3",
        "UPDATE refusals SET codes = '[]' WHERE id = 3",
        "UPDATE refusals SET at = '2026-03-02 00:00:00.000000' WHERE id = 3",
        "DELETE FROM refusals WHERE id = 3",
    ],
)
def test_a_tampered_refusal_is_named(refused: Ministry, change: str) -> None:
    """Whatever its column, or gone."""
    run(refused, change)
    assert found(refused) == [(3, 3)]


def test_refusals_that_were_cut_off_are_named(refused: Ministry) -> None:
    """The newest are gone."""
    run(refused, "DELETE FROM refusals WHERE id > 4")
    assert found(refused) == [(5, 5), (6, 6)]


def test_a_refusal_that_was_slipped_in_is_named(refused: Ministry) -> None:
    """Between others, and after them with an instant at which it would have been signed."""
    run(refused, "DELETE FROM refusals WHERE id = 3")
    sign_tomorrow(refused)
    columns = "at, actor_role, actor_name, subject_table, event, kind, codes, command_id"
    values = "'2026-03-02 00:00:00.000000', 'public', '', '', 'hold', 'rule', '[]', 'x'"
    for key in (3, 90):
        run(refused, f"INSERT INTO refusals (id, {columns}) VALUES ({key}, {values})")
    assert found(refused) == [(3, 3), (90, 90)]


def test_many_refusals_are_signed_in_groups(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head stays small: it names groups, and what is wrong is told as the group."""
    monkeypatch.setattr(attempts, "_ENTRIES", 3)
    refuse(ministry, 7)
    sign_tomorrow(ministry)
    assert verify(ministry.installation).whole
    run(ministry, "DELETE FROM refusals WHERE id = 5")
    assert found(ministry) == [(4, 6)]
