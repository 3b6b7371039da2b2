"""What the events of a digital document consumer change (domain §3, "DOD consumer")."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.codes import ConsumerState
from models.consumers import Consumer
from models.history import ConsumerHistory
from workflows.command import Command
from workflows.facts.kinds import ConsumerFacts
from workflows.machines import consumer
from workflows.machines.machine import Machine
from workflows.source import Source, table


def _facts(
    source: Source, consumers: Sequence[Any], command: Command, _events: Mapping[int, Iterable[str]]
) -> Mapping[int, ConsumerFacts]:
    columns = table(Consumer).c
    domains = [each.email_domain for each in consumers]
    active = source.rows(Consumer, columns.email_domain.in_(domains), columns.state == ConsumerState.ACTIVE)
    return {each.id: ConsumerFacts(command, _rival(each, active)) for each in consumers}


def _rival(consumer_: Any, active: Sequence[Any]) -> str | None:
    """The name of another active consumer of the same domain."""
    return next(
        (
            str(each.name)
            for each in active
            if each.id != consumer_.id and each.email_domain == consumer_.email_domain
        ),
        None,
    )


CONSUMER = Machine(consumer.PLAN, table(Consumer), table(ConsumerHistory), _facts, {}, {})
