"""Tokens of services: made, listed, revoked, and recognised at the door."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from sqlalchemy import insert, update
from typing_extensions import TypedDict

from models.codes import Role
from models.edges.faults import Fault, fault
from models.edges.text import check_text
from models.service_tokens import ServiceToken
from workflows.command import Command
from workflows.installation import Installation
from workflows.operations.access.permission import WHO_READS, require
from workflows.rules.may import may
from workflows.shapes import Instant, instant
from workflows.source import Source, table

WHO_MAKES_TOKENS = may(Role.STUDENT_RECORDS)
#: Roles that a service may act in: the automatic events are the software's own.
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
#: How a token begins, so that one that leaked is found by whoever scans for it.
PREFIX = "orders_"
#: The last use of a token is kept to this precision, so that most requests write nothing.
USE_PRECISION = timedelta(minutes=1)


class TokenView(TypedDict):
    """A token without its secret."""

    id: int
    name: str
    roles: list[str]
    operations: list[str]
    created_by: str
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None
    last_used_at: Instant | None


@dataclass(frozen=True, slots=True)
class Service:
    """Who showed a token: the service's name, the roles in which it may act, and the operations it may call."""

    token_id: int
    name: str
    roles: tuple[Role, ...]
    operations: tuple[str, ...]

    def may_call(self, operation: str) -> bool:
        """Whether one of the token's patterns takes ``operation``, such as ``order_items.hold``."""
        return any(fnmatchcase(operation, pattern) for pattern in self.operations)


def create(
    installation: Installation,
    name: str,
    roles: Sequence[Role],
    operations: Sequence[str],
    expires_at: datetime | None,
    command: Command,
) -> str | list[Fault]:
    """A new token, which is told here and never again; or what is wrong with its name.

    Raises :class:`NotPermittedError`, and ValueError where no role or the software's own is given.
    """
    require(WHO_MAKES_TOKENS, command)
    if not roles or not set(roles) <= set(ROLES):
        message = f"roles of a service are one or more of {', '.join(ROLES)}"
        raise ValueError(message)
    token = PREFIX + secrets.token_urlsafe(32)
    values = {
        "name": name,
        "token_sha256": digest(token),
        "roles": [role.value for role in roles],
        "operations": list(operations) or ["*"],
        "created_at": command.at,
        "created_by": command.actor.name,
        "expires_at": expires_at,
    }
    with installation.database.write() as session:
        source = installation.source(session)
        faults = check_text("service_name", name, required=True)
        if source.rows(ServiceToken, table(ServiceToken).c.name == name):
            faults.append(fault("token_repeated", "service_name", value=name))
        if faults:
            return faults
        session.connection().execute(insert(table(ServiceToken)).values(values))
    return token


def listed(source: Source, command: Command) -> list[TokenView]:
    """Every token without its secret. Raises :class:`NotPermittedError`."""
    require(WHO_READS, command)
    return [
        {
            "id": row.id,
            "name": row.name,
            "roles": row.roles,
            "operations": row.operations,
            "created_by": row.created_by,
            "created_at": instant(row.created_at),
            "expires_at": instant(row.expires_at),
            "revoked_at": instant(row.revoked_at),
            "last_used_at": instant(row.last_used_at),
        }
        for row in source.rows(ServiceToken)
    ]


def revoke(installation: Installation, name: str, command: Command) -> bool | None:
    """End a token for good; gives whether it was still valid, ``None`` where there is none of that name."""
    require(WHO_MAKES_TOKENS, command)
    tokens = table(ServiceToken)
    with installation.database.write() as session:
        found = installation.source(session).locked(ServiceToken, tokens.c.name == name)
        if not found:
            return None
        if found[0].revoked_at is None:
            ended = update(tokens).where(tokens.c.id == found[0].id).values(revoked_at=command.at)
            session.connection().execute(ended)
        return found[0].revoked_at is None


def recognise(installation: Installation, token: str) -> Service | None:
    """The service that shows ``token``; ``None`` where the token is unknown, revoked or expired."""
    now, tokens = installation.now(), table(ServiceToken)
    with installation.database.read() as session:
        rows = installation.source(session).rows(ServiceToken, tokens.c.token_sha256 == digest(token))
    if not rows or rows[0].revoked_at is not None:
        return None
    row = rows[0]
    if row.expires_at is not None and row.expires_at <= now:
        return None
    return Service(row.id, row.name, tuple(map(Role, row.roles)), tuple(row.operations))


def note_use(installation: Installation, token_id: int) -> None:
    """Keep that a token is used now. It is no part of a request, which would wait for whoever writes."""
    tokens = table(ServiceToken)
    with installation.database.write() as session:
        used = update(tokens).where(tokens.c.id == token_id).values(last_used_at=installation.now())
        session.connection().execute(used)


def digest(token: str) -> str:
    """What is stored of a token. A fast hash is right here: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
