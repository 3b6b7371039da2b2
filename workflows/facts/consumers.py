"""Facts about a digital document consumer."""

from collections.abc import Sequence
from typing import ClassVar

from models.codes import ConsumerState
from models.consumers import Consumer
from workflows.facts.circumstances import Batch, Circumstances
from workflows.facts.fact import fact, loaded
from workflows.source import table


class ConsumerBatch(Batch):
    """What is known of digital document consumers."""

    @loaded
    def active_of_domains(self) -> Sequence[Consumer]:
        """The active consumers of the same e-mail domains."""
        columns = table(Consumer).c
        domains = [each.email_domain for each in self.subjects]
        return self.source.read(
            Consumer, columns.email_domain.in_(domains), columns.state == ConsumerState.ACTIVE
        )


class ConsumerFacts(Circumstances):
    """Facts about a digital document consumer."""

    subject_name: ClassVar[str] = "consumer"
    batch_kind: ClassVar[type[Batch]] = ConsumerBatch
    batch: ConsumerBatch
    consumer: Consumer

    @fact
    def rival(self) -> str | None:
        """The name of another active consumer of the same e-mail domain."""
        of = self.consumer
        others = (each for each in self.batch.active_of_domains if each.id != of.id)
        return next((str(each.name) for each in others if each.email_domain == of.email_domain), None)
