"""What the export of items writes: one row of a spreadsheet for each item, in the order of their ids."""

from workflows.finding.items import ItemFilter
from workflows.finding.paging import Pages
from workflows.source import Source
from workflows.views.items import ItemView, find_items

#: The columns, which are fields of :class:`workflows.views.items.ItemView`.
COLUMNS = (
    "number", "asn", "credential_type", "credential_number", "kind", "state", "status_reason", "language", "copies",
    "delivery_method", "printed_name", "print_job", "sequence", "sent_at", "delivered_at",
)  # fmt: skip


def pages_of_items(
    source: Source, chosen: ItemFilter, after: int = 0, most: int | None = None
) -> Pages[ItemView]:
    """All items that ``chosen`` takes after the cursor ``after``, or as many as are wanted at ``most``, page by page."""

    def find(after: int, limit: int) -> tuple[list[ItemView], int | None]:
        return find_items(source, chosen, after, limit)

    return Pages(find, after, most)
