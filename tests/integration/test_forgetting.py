"""What is kept for a while is forgotten by the clock when its time is over, and no sooner."""

from collections.abc import Callable

import pytest
from sqlmodel import SQLModel

from actors.steps.every_step import STEPS
from actors.steps.step import Worker, still_due
from models.evidence import DecisionFacts
from models.kept_answers import KeptAnswer
from models.service_tokens import ServiceToken
from tests.ministry import Ministry
from tests.service import token_of
from workflows.operations.access import kept_answers


def _decide(ministry: Ministry) -> None:
    ministry.ordered()


def _answer(ministry: Ministry) -> None:
    token_of(ministry.installation)
    (token,) = ministry.where(ServiceToken)
    with ministry.installation.database.write() as session:
        kept_answers.claim(session, kept_answers.RequestKey(token.id, "key", "0"), ministry.now)


@pytest.mark.parametrize(
    ("name", "days", "of", "begin"),
    [("forget_facts", 400, DecisionFacts, _decide), ("forget_answers", 30, KeptAnswer, _answer)],
)
def test_it_is_forgotten_in_time(
    ministry: Ministry, name: str, days: int, of: type[SQLModel], begin: Callable[[Ministry], None]
) -> None:
    """To the second: on its last day it is still there."""
    begin(ministry)
    step = next(step for step in STEPS if step.name == name)
    ids = [row.id for row in ministry.rows(of)]
    assert ids
    ministry.wait(days=days)
    assert still_due(Worker(ministry.installation, "w"), step, ids) == []
    ministry.wait(seconds=1)
    worker = Worker(ministry.installation, "w")
    assert still_due(worker, step, ids) == ids
    step.run(worker, ids)
    assert not ministry.rows(of)
