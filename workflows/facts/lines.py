"""Facts about an item, or about a line that is to become one."""

from typing import ClassVar, Self, cast

from models.orders import OrderItem
from workflows.facts.circumstances import Batch
from workflows.facts.fact import derived, fact, loaded
from workflows.facts.ownership import active_consumers
from workflows.facts.students import CredentialFacts, StudentBatch
from workflows.rules.addressing import MailingAddress


class LineBatch(StudentBatch):
    """What is known of items, or of lines that are to be items."""

    @loaded
    def consumers(self) -> set[int]:
        """The digital document consumers that receive any of them."""
        return {each.consumer_id for each in self.subjects if each.consumer_id is not None}

    @loaded
    def active_consumers(self) -> set[int]:
        """Those of the consumers that are active."""
        return active_consumers(self.source, self.consumers)


class LineFacts(CredentialFacts):
    """Facts about an item, or a line that is to become one."""

    subject_name: ClassVar[str] = "item"
    batch_kind: ClassVar[type[Batch]] = LineBatch
    batch: LineBatch
    item: OrderItem

    @fact
    def consumer_is_active(self) -> bool:
        """Whether the consumer that receives it is active."""
        return self.item.consumer_id in self.batch.active_consumers

    @derived
    def recipient(self) -> str:
        """The first line of the window: the recipient's name, or the student's legal name."""
        return self.item.recipient or " ".join(filter(None, self.legal_name))

    @derived
    def destination(self) -> MailingAddress | None:
        """Where it goes: its own address once frozen or edited, until then the student's current one."""
        own = cast(MailingAddress | None, self.item.address)
        return own if own is not None or not self.item.follows_student else self.current_address

    def about(self, line: object, **known: object) -> Self:
        """Facts about a line that the item is to become: of the same student and credential, else of its own."""
        mine = {name: each for name, each in vars(self).items() if name in _OF_STUDENT}
        return type(self)(line, self.command, self.batch, **(mine | known))


#: Facts that no edit of a line changes.
_OF_STUDENT = frozenset(
    {
        "student",
        "credential",
        "primary_asn",
        "current_address",
        "student_hold",
        "active_number",
        "today",
        "settings",
    }
)
