"""What the events of a digital document consumer change (domain §3, "DOD consumer")."""

from models.consumers import Consumer
from models.history import ConsumerHistory
from workflows.facts.consumers import ConsumerFacts
from workflows.machines import consumer
from workflows.machines.machine import Machine
from workflows.source import table

CONSUMER = Machine(
    plan=consumer.PLAN,
    table=table(Consumer),
    history=table(ConsumerHistory),
    facts=ConsumerFacts,
    effects={},
    consequences={},
)
