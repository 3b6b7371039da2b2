"""What the export of items writes: one row of a spreadsheet for each item, in the order of their ids."""

from workflows.item_views import ItemFilter, ItemView, find_items
from workflows.paging import Pages
from workflows.source import Source

#: The columns, which are fields of :class:`workflows.item_views.ItemView`.
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
