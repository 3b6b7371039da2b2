"""Registering digital document consumers, and changing their status."""

import re
from typing import Annotated, Any

from sqlalchemy import insert, select
from typing_extensions import TypedDict

from models.codes import ConsumerState, Language, Role
from models.consumers import Consumer
from models.edges.faults import Fault, fault
from models.edges.text import check_email, check_text
from models.history import ConsumerHistory
from workflows.command import Command
from workflows.effects.consumer import CONSUMER
from workflows.engine.engine import apply
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.operations.access.permission import WHO_ORDERS, WHO_READS, require, require_standing
from workflows.operations.ordering.place import begin_history
from workflows.shapes import meaning, values_of
from workflows.source import Source, table


class ConsumerView(TypedDict):
    """A digital document consumer."""

    id: int
    name: str
    email_domain: Annotated[str, meaning("The part behind the @ of its users' addresses.")]
    email: Annotated[str, meaning("Where it is told that a document is available.")]
    version: int
    language: Annotated[str, values_of(Language)]
    state: Annotated[str, values_of(ConsumerState)]


class Consumers(TypedDict):
    """Digital document consumers, by name."""

    consumers: list[ConsumerView]


class RegisteredConsumer(TypedDict):
    """A consumer that was just registered."""

    consumer: int
    state: Annotated[str, values_of(ConsumerState)]


_DOMAIN = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)


def register(
    installation: Installation, name: str, domain: str, email: str, language: Language, command: Command
) -> int | list[Fault]:
    """Enter a consumer as *pending*; gives its id, or every fault of what was typed.

    Raises :class:`NotPermittedError`.
    """
    require(WHO_ORDERS, command)
    domain = domain.casefold()
    with installation.database.write() as session:
        if faults := _faults(installation.source(session), name, domain, email):
            return faults
        values = {"name": name, "email_domain": domain, "email": email, "language": language}
        statement = insert(table(Consumer)).values(
            state=ConsumerState.PENDING, version=0, history_hash="", **values
        )
        made = int(session.connection().execute(statement.returning(table(Consumer).c.id)).scalar_one())
        begin_history(session, Consumer, ConsumerHistory, [made], ConsumerState.PENDING, command)
        return made


def registered_view(consumer: int) -> RegisteredConsumer:
    """A consumer that was just registered."""
    return {"consumer": consumer, "state": ConsumerState.PENDING.value}


def _faults(source: Source, name: str, domain: str, email: str) -> list[Fault]:
    faults = check_text("consumer_name", name, required=True) + check_email(email)
    if not email:
        faults.append(fault("missing", "email"))
    faults += check_text("email_domain", domain)
    if not _DOMAIN.fullmatch(domain):
        faults.append(fault("domain", "email_domain", value=domain))
    if source.rows(Consumer, table(Consumer).c.name == name):
        faults.append(fault("consumer_repeated", "consumer_name", value=name))
    return faults


def change_consumer(installation: Installation, consumer: int, command: Command) -> Outcome:
    """One event of a consumer's machine. Raises :class:`NotPermittedError`."""
    require_standing(CONSUMER.plan, command)
    with installation.database.write() as session:
        return apply(installation.source(session), CONSUMER, [consumer], command)[0]


def seen(source: Source, command: Command, state: ConsumerState | None = None) -> list[ConsumerView]:
    """Those that the caller may see: the public the active ones, from which it chooses. Raises :class:`NotPermittedError`."""
    if command.actor.role is Role.PUBLIC:
        return consumers(source, ConsumerState.ACTIVE)
    require(WHO_READS, command)
    return consumers(source, state)


def id_of_name(source: Source, name: str) -> int | None:
    """The id of the consumer that is called so."""
    rows = source.rows(Consumer, table(Consumer).c.name == name)
    return int(rows[0].id) if rows else None


def consumers(source: Source, state: ConsumerState | None = None) -> list[ConsumerView]:
    """All consumers, or those in one state, as the interfaces show them."""
    of = table(Consumer)
    statement = select(of).order_by(of.c.name)
    if state is not None:
        statement = statement.where(of.c.state == state)
    return [_consumer(row) for row in source.session.connection().execute(statement)]


def one(source: Source, consumer: int) -> ConsumerView | None:
    """One of them, ``None`` where there is none of that id."""
    rows = source.rows(Consumer, table(Consumer).c.id == consumer)
    return _consumer(rows[0]) if rows else None


def _consumer(row: Any) -> ConsumerView:
    return {
        "id": row.id,
        "name": row.name,
        "email_domain": row.email_domain,
        "email": row.email,
        "version": row.version,
        "language": row.language.value,
        "state": row.state.value,
    }
