"""The steps that forget what is kept for a while: the facts of decisions, and answers that may be asked for again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from actors.steps.step import Moment, Worker
from models.evidence import DecisionFacts
from models.kept_answers import KeptAnswer
from workflows.operations.access import kept_answers
from workflows.replay import replay
from workflows.source import table

_FACTS, _ANSWERS = table(DecisionFacts), table(KeptAnswer)


def old_facts(moment: Moment) -> Select[Any]:
    """Facts of decisions that are older than the days of the settings."""
    end = moment.now - timedelta(days=moment.settings.facts_days)
    return select(_FACTS.c.id).where(_FACTS.c.at < end).order_by(_FACTS.c.id)


def forget_facts(worker: Worker, ids: Sequence[int]) -> None:
    """Forget them."""
    replay.forget_old(worker.installation, ids)


def old_answers(moment: Moment) -> Select[Any]:
    """Answers to requests with a key that nobody will repeat any more."""
    end = moment.now - kept_answers.KEPT_FOR
    return select(_ANSWERS.c.id).where(_ANSWERS.c.created_at < end).order_by(_ANSWERS.c.id)


def forget_answers(worker: Worker, ids: Sequence[int]) -> None:
    """Forget them."""
    kept_answers.forget_old(worker.installation, ids)
