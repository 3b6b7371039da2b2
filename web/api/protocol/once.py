"""Carrying out a call once: its changes and its answer are one transaction, and a repeat gets the answer again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from models.codes import Label
from models.sql.unit_of_work import UnitOfWork
from web.api.protocol.answers import Answer, answer
from web.api.protocol.calls import Call
from web.api.protocol.door import REFUSALS, Refusal
from web.api.protocol.faults import problem_of
from web.api.protocol.problems import Problem
from workflows.installation import Installation
from workflows.operations.access import kept_answers

Act = Callable[[Installation], Answer]

#: A request whose act is under way outside the transaction is taken for dead after this long.
_OUTSIDE = timedelta(seconds=60)


class _AnsweredMeanwhileError(Exception):
    """Another request with the same key was faster."""


def once(call: Call, act: Act, *, alone: bool = False) -> Response:
    """Carry out ``act`` on the installation that it is given; all of it is committed, with the answer, or nothing.

    Without ``Idempotency-Key`` every request is a new one, no answer is kept, and an act that changes everything in one
    transaction of its own (``alone``) needs none around it.
    """
    if call.request_key is None and alone:
        return _told(call, *_carry_out(call, act, call.installation))
    if call.request_key is None:
        with UnitOfWork(call.installation.database) as unit:
            found, problem = _carry_out(call, act, replace(call.installation, database=unit))
        return _told(call, found, problem)
    claimed: list[int] = []

    def claim(session: Session) -> None:
        claimed.append(_claim(call, session))

    try:
        with UnitOfWork(call.installation.database, claim) as unit:
            unit.transaction()
            found, problem = _carry_out(call, act, replace(call.installation, database=unit))
            _keep(unit.transaction(), claimed[0], found)
    except _AnsweredMeanwhileError:
        return _repeated(call).response()
    return _told(call, found, problem)


def once_outside(call: Call, act: Act) -> Response:
    """Carry out once an act that reaches outside (the print drop), and so can't be one transaction with its answer.

    The key is entered first. A repeat while the act is under way is told to wait; after a crash the act, which must be
    safe to repeat, is carried out again.
    """
    if call.request_key is None:
        return _told(call, *_carry_out(call, act, call.installation))
    if (earlier := _earlier(call)) is not None:
        return earlier.response()
    claimed = _claim_outside(call)
    found, problem = _carry_out(call, act, call.installation)
    with call.installation.database.write() as session:
        _keep(session, claimed, found)
    return _told(call, found, problem)


def _carry_out(call: Call, act: Act, installation: Installation) -> tuple[Answer, Problem | None]:
    """What ``act`` answers, its refusals as problem details; what nobody expected stays an error and changes nothing."""
    try:
        return act(installation), None
    except Exception as error:
        problem = problem_of(error, call.actor)
        if problem is None or problem.status >= 500:
            raise
        body = problem.body(call.language, call.path)
        return answer(body, problem.status, problem.headers), problem


def _told(call: Call, found: Answer, problem: Problem | None) -> Response:
    """The response; whoever records refusals hears of one when the transaction is over."""
    if problem is not None and problem.kind in REFUSALS:
        now = call.installation.now()
        call.door.on_refusal(Refusal(now, call.actor, call.operation, call.path, problem))
    return found.response()


def _earlier(call: Call) -> Answer | None:
    row = kept_answers.kept(call.installation, _request_key(call))
    return None if row is None or row.status is None else _same(call, row)


def _repeated(call: Call) -> Answer:
    """The answer of the request that was faster."""
    row = kept_answers.kept(call.installation, _request_key(call))
    if row is None or row.status is None:
        raise Problem("unavailable", _UNDER_WAY, headers={"Retry-After": "1"})
    return _same(call, row)


def _same(call: Call, row: Any) -> Answer:
    if row.fingerprint != _request_key(call).fingerprint:
        raise Problem("key_reused", _REUSED)
    return Answer(row.status, row.body, row.headers)


def _claim(call: Call, session: Session) -> int:
    claimed = kept_answers.claim(session, _request_key(call), call.installation.now())
    if claimed is None:
        raise _AnsweredMeanwhileError
    return claimed


def _claim_outside(call: Call) -> int:
    with call.installation.database.write() as session:
        claimed = kept_answers.claim(session, _request_key(call), call.installation.now())
    if claimed is not None:
        return claimed
    row = kept_answers.kept(call.installation, _request_key(call))
    if row.fingerprint != _request_key(call).fingerprint:
        raise Problem("key_reused", _REUSED)
    if row.created_at > call.installation.now() - _OUTSIDE:
        raise Problem("unavailable", _UNDER_WAY, headers={"Retry-After": "2"})
    return int(row.id)


def _keep(session: Session, claimed: int, found: Answer) -> None:
    kept_answers.keep(session, claimed, found.status, dict(found.headers), found.body)


def _request_key(call: Call) -> kept_answers.RequestKey:
    if call.request_key is None:
        raise AssertionError
    return call.request_key


_REUSED = Label(
    "This Idempotency-Key was used for another request; take a new one for a new request.",
    "Cette Idempotency-Key a servi à une autre requête; prenez-en une nouvelle pour une nouvelle requête.",
)
_UNDER_WAY = Label(
    "The request with this Idempotency-Key is still under way; repeat it shortly.",
    "La requête avec cette Idempotency-Key est encore en cours; répétez-la sous peu.",
)
