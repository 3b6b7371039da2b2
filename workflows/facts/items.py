"""Facts about a placed order item: what only it has, such as a job, a document, stored errors and a link."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar, Self

from models.codes import MAILED_BY_PROVIDER, DeliveryMethod, ItemState, PrintJobState, SpecialHandling
from models.documents import Document
from models.orders import ItemError, OrderItem, item_number
from models.print_jobs import PrintJob
from models.special_handling import SpecialHandlingTask
from models.sql.in_values import in_values
from renderers.masters.kept_master import fault_of
from workflows.facts.circumstances import Batch
from workflows.facts.documents import current_documents, document_fault, first_masters
from workflows.facts.fact import derived, fact, loaded
from workflows.facts.lines import LineBatch, LineFacts
from workflows.facts.ownership import active_consumers, consumers_reached, own_orders
from workflows.finding.job_sizes import job_sizes
from workflows.rules.digital_link import DigitalLink, link_of
from workflows.rules.rule import Reason, restore
from workflows.source import Source, table


class ItemBatch(LineBatch):
    """What is known of placed items."""

    @loaded
    def ids(self) -> list[int]:
        """The items."""
        return [item.id for item in self.subjects]

    @loaded
    def jobs(self) -> Mapping[int, PrintJob | None]:
        """Each item's print job; for an item in none, the job that it was given, or the open one of its key."""
        jobs = table(PrintJob)
        given = {item.id: self._given_job(item) for item in self.subjects}
        wanted = {each for each in given.values() if each is not None}
        rows = self.source.read(PrintJob, (jobs.c.state == PrintJobState.OPEN) | jobs.c.id.in_(wanted))
        by_id = {row.id: row for row in rows}
        by_key = {job_key(row): row for row in rows if row.state is PrintJobState.OPEN}
        found: dict[int, PrintJob | None] = {}
        for item in self.subjects:
            job, kind = given[item.id], self.credential(item.student_id, item.credential_id).credential_type
            key = (kind, item.language, item.delivery_method)
            found[item.id] = by_id[job] if job is not None else by_key.get(key)
        return found

    def _given_job(self, item: Any) -> int | None:
        given = self.command.given.get(item.id)
        job: int | None = given["job"] if isinstance(given, dict) and "job" in given else item.print_job_id
        return job

    @loaded
    def job_sizes(self) -> Mapping[int, tuple[int, int]]:
        """Envelopes and bytes of each of the jobs."""
        ids = {job.id for job in self.jobs.values() if job is not None}
        statement = job_sizes(in_values(table(OrderItem).c.print_job_id, ids))
        rows = self.source.session.connection().execute(statement)
        return {job: (envelopes, size) for job, envelopes, size in rows}

    @loaded
    def documents(self) -> Mapping[int, Document]:
        """The stored documents of the items that have one."""
        return current_documents(self.source, self.ids)

    @loaded
    def first_masters(self) -> Mapping[int, str]:
        """What the first documents of reorders were printed with."""
        return first_masters(self.source, self.subjects)

    @loaded
    def master_faults(self) -> Mapping[str, str | None]:
        """What is wrong in the store with the masters of first documents."""
        return {each: fault_of(self.source.shelf, each) for each in set(self.first_masters.values())}

    @loaded
    def stored_errors(self) -> Mapping[int, list[Reason]]:
        """The errors that hold the items, as the reasons that they were."""
        errors = table(ItemError)
        found: dict[int, list[Reason]] = defaultdict(list)
        chosen = in_values(errors.c.item_id, self.ids), errors.c.cleared_at.is_(None)
        for row in self.source.rows(ItemError, *chosen):
            found[row.item_id].append(restore(row.code, row.params))
        return found

    @loaded
    def live_reorders(self) -> Mapping[int, list[str]]:
        """The numbers of the items' reorders that are not cancelled."""
        items = table(OrderItem)
        found: dict[int, list[str]] = defaultdict(list)
        chosen = in_values(items.c.reorder_of_id, self.ids), items.c.state != ItemState.CANCELLED
        for row in self.source.rows(OrderItem, *chosen):
            found[row.reorder_of_id].append(item_number(row.order_id, row.item_no))
        return found

    @loaded
    def handling(self) -> Mapping[int, SpecialHandling]:
        """The state of special handling of the items that have any."""
        return handling_of(self.source, self.subjects)

    @loaded
    def own_orders(self) -> set[int]:
        """The orders that the actor began itself."""
        return own_orders(self.source, {item.order_id for item in self.subjects}, self.command.actor)

    @loaded
    def consumers_reached(self) -> set[int]:
        """The consumers whose links the actor may use."""
        return consumers_reached(self.source, self.consumers, self.command.actor)

    def is_active(self, consumer: int) -> bool:
        """Whether a consumer is active that receives none of the items yet."""
        return consumer in active_consumers(self.source, {consumer})


class ItemFacts(LineFacts):
    """Facts about an order item."""

    batch_kind: ClassVar[type[Batch]] = ItemBatch
    batch: ItemBatch

    @fact
    def job(self) -> PrintJob | None:
        """The item's print job, the one it is given, or the open one of its key."""
        return self.batch.jobs.get(self.item.id)

    @fact
    def job_envelopes(self) -> int:
        """How many envelopes the job holds."""
        return 0 if self.job is None else self.batch.job_sizes.get(self.job.id, (0, 0))[0]

    @fact
    def job_bytes(self) -> int:
        """How many bytes the documents of the job have."""
        return 0 if self.job is None else self.batch.job_sizes.get(self.job.id, (0, 0))[1]

    @derived
    def job_is_full(self) -> bool:
        """Whether the job has its most envelopes or bytes (CO-21)."""
        settings = self.settings
        return self.job_envelopes >= settings.job_max_envelopes or self.job_bytes >= settings.job_max_bytes

    @fact
    def document(self) -> Document | None:
        """The stored document."""
        return self.batch.documents.get(self.item.id)

    @fact
    def document_fault(self) -> str | None:
        """What is wrong with the stored document; taken to be sound where a command glances at many."""
        return None if self.command.glancing else document_fault(self.batch.source.store, self.document)

    @fact
    def first_master(self) -> str:
        """The master that a reorder's first document was printed with (SHA-256), or nothing."""
        return self.batch.first_masters.get(self.item.id, "")

    @fact
    def first_master_fault(self) -> str | None:
        """What is wrong with the first document's master in the store."""
        return self.batch.master_faults.get(self.first_master)

    @fact
    def stored_errors(self) -> tuple[Reason, ...]:
        """The errors that hold the item."""
        return tuple(self.batch.stored_errors.get(self.item.id, ()))

    @derived
    def standing_errors(self) -> tuple[str, ...]:
        """The codes of the stored errors whose rules, asked again, still fail."""
        return tuple(each.code for each in self.stored_errors if not each.rule.ask(self))

    @fact
    def live_reorders(self) -> tuple[str, ...]:
        """The numbers of its reorders that are not cancelled."""
        return tuple(self.batch.live_reorders.get(self.item.id, ()))

    @fact
    def link(self) -> DigitalLink | None:
        """The link of a digital document, where the actor may use it."""
        return link_of(self.item) if self.item.consumer_id in self.batch.consumers_reached else None

    @fact
    def special_handling(self) -> SpecialHandling:
        """How far its special handling is."""
        return self.batch.handling.get(self.item.id, SpecialHandling.NOT_REQUIRED)

    @fact
    def is_own(self) -> bool:
        """Whether the actor is the member of the public who ordered it; looked up only for the public."""
        return self.item.order_id in self.batch.own_orders

    @derived
    def stopped_owner(self) -> str | None:
        """The worker that is known to have stopped, or that gives the item back."""
        owner: str | None = (self.given or {}).get("stopped")
        return owner

    @derived
    def error_is_given(self) -> bool:
        """Whether the command brings an error."""
        return bool(self.given)

    @derived
    def is_paid(self) -> bool:
        """Whether something was paid for the item, as the command says."""
        return bool(self.given and self.given.get("paid"))

    @derived
    def changes(self) -> Mapping[str, object]:
        """The new values of the fields that are to be edited."""
        found: Mapping[str, object] = self.given or {}
        return found

    @fact
    def new_consumer_is_active(self) -> bool:
        """Whether the consumer is active to whom the item is to go instead."""
        consumer = self.changes["consumer_id"]
        return isinstance(consumer, int) and self.batch.is_active(consumer)

    def as_edited(self) -> Self:
        """Facts about the item as it will be."""
        row: Any = self.item
        line = SimpleNamespace(**(row._asdict() | dict(self.changes)))
        moves = line.consumer_id is not None and line.consumer_id != self.item.consumer_id
        return self.about(
            line, consumer_is_active=self.new_consumer_is_active if moves else self.consumer_is_active
        )


def job_key(job: PrintJob) -> tuple[Any, Any, Any]:
    """What the items of a job have in common."""
    return job.credential_type, job.language, job.delivery_method


def needs_handling(method: DeliveryMethod) -> bool:
    """Whether a document that travels so returns to Student Records once it is printed."""
    return method not in MAILED_BY_PROVIDER and method != DeliveryMethod.DIGITAL


def handling_of(source: Source, items: Sequence[Any]) -> dict[int, SpecialHandling]:
    """The state of special handling of the items that have any; where no item's method needs it nothing is asked."""
    ids = [item.id for item in items if needs_handling(item.delivery_method)]
    tasks = table(SpecialHandlingTask)
    return (
        {row.id: row.state for row in source.rows(SpecialHandlingTask, in_values(tasks.c.id, ids))}
        if ids
        else {}
    )
