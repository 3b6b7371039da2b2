"""Facts about a print job."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import func, select

from models.codes import ItemState
from models.orders import OrderItem
from models.print_jobs import Envelope, PrintJob
from workflows.facts.circumstances import Batch, Circumstances
from workflows.facts.fact import derived, fact, loaded
from workflows.source import table


class JobBatch(Batch):
    """What is known of print jobs."""

    @loaded
    def envelopes(self) -> Mapping[int, int]:
        """How many items each job holds."""
        items = table(OrderItem).c
        return self._counted(items.print_job_id, items.state == ItemState.IN_PRINT_JOB)

    @loaded
    def envelopes_without_outcome(self) -> Mapping[int, int]:
        """How many envelopes of each job the provider reported nothing of."""
        envelopes = table(Envelope).c
        return self._counted(envelopes.print_job_id, envelopes.outcome.is_(None))

    def _counted(self, column: Any, condition: Any) -> Mapping[int, int]:
        chosen = column.in_([job.id for job in self.subjects]), condition
        statement = select(column, func.count()).where(*chosen).group_by(column)
        return dict(self.source.session.connection().execute(statement).all())


class JobFacts(Circumstances):
    """Facts about a print job."""

    subject_name: ClassVar[str] = "job"
    batch_kind: ClassVar[type[Batch]] = JobBatch
    batch: JobBatch
    job: PrintJob

    @fact
    def envelopes(self) -> int:
        """How many items it holds."""
        return self.batch.envelopes.get(self.job.id, 0)

    @fact
    def envelopes_without_outcome(self) -> int:
        """How many of its envelopes the provider reported nothing of."""
        return self.batch.envelopes_without_outcome.get(self.job.id, 0)

    @derived
    def transmission(self) -> bool:
        """Whether transmission to the provider is switched on."""
        return self.settings.transmission

    @derived
    def no_copy_confirmed(self) -> bool:
        """Whether Student Records confirms that the provider holds no copy of the file."""
        return bool((self.given or {}).get("no_copy_confirmed"))

    @derived
    def read_back(self) -> Mapping[str, str]:
        """The SHA-256 of the job's file and of its manifest, as they were read back from the drop."""
        found: Mapping[str, str] = self.given or {}
        return found
