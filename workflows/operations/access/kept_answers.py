"""Answers kept for requests that may be repeated: stored in the transaction of what the request changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models.kept_answers import KeptAnswer
from workflows.installation import Installation
from workflows.source import table

#: A repeat is answered alike for this long.
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Who asks under which key, and the fingerprint of what is asked."""

    token_id: int
    key: str
    fingerprint: str


def kept(installation: Installation, request_key: RequestKey) -> Any:
    """The row of an earlier request with the same key, or ``None``."""
    rows = table(KeptAnswer).c
    with installation.database.read() as session:
        found = installation.source(session).rows(
            KeptAnswer, rows.token_id == request_key.token_id, rows.key == request_key.key
        )
    return found[0] if found else None


def claim(session: Session, request_key: RequestKey, now: datetime) -> int | None:
    """Enter the key; ``None`` where another request has it. Waits for one that is just being answered."""
    dialect = sqlite if session.connection().dialect.name == "sqlite" else postgresql
    values = {
        "token_id": request_key.token_id,
        "key": request_key.key,
        "fingerprint": request_key.fingerprint,
        "created_at": now,
    }
    statement = dialect.insert(table(KeptAnswer)).values(values).on_conflict_do_nothing()
    return session.connection().execute(statement.returning(table(KeptAnswer).c.id)).scalar()


def keep(session: Session, claimed: int, status: int, headers: dict[str, str], body: str) -> None:
    """Store the answer to a claimed request."""
    answers = table(KeptAnswer)
    values = {"status": status, "headers": headers, "body": body}
    session.connection().execute(update(answers).where(answers.c.id == claimed).values(values))


def forget_old(installation: Installation, ids: Sequence[int]) -> None:
    """Delete answers that nobody will ask for again."""
    answers = table(KeptAnswer)
    with installation.database.write() as session:
        session.connection().execute(delete(answers).where(answers.c.id.in_(list(ids))))
