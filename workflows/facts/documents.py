"""Stored documents: which is an item's, and whether it is as it was rendered."""

import hashlib
from collections.abc import Sequence
from typing import Any

from models.documents import Document
from models.sql.in_values import in_values
from models.store import Store
from workflows.source import Source, table


def current_documents(source: Source, ids: Sequence[int]) -> dict[int, Document]:
    """The stored documents of items that are not deleted, by item."""
    documents = table(Document)
    rows = source.read(Document, in_values(documents.c.item_id, ids), documents.c.deleted_at.is_(None))
    return {row.item_id: row for row in rows}


def first_masters(source: Source, items: Sequence[Any]) -> dict[int, str]:
    """What the first document of each reorder was printed with, however long the chain; nothing is asked without any."""
    roots = {item.id: item.root_id for item in items if item.root_id is not None}
    documents = current_documents(source, sorted(set(roots.values()))) if roots else {}
    return {item: documents[root].master for item, root in roots.items() if root in documents}


def document_fault(store: Store, document: Any) -> str | None:
    """``missing`` or ``altered``, or ``None`` where the stored document is as it was rendered."""
    if document is None:
        return "missing"
    return content_fault(store.read(document.path), document.sha256)


def content_fault(data: bytes | None, sha256: str) -> str | None:
    """``missing`` or ``altered``, or ``None`` where ``data``, as it was read, has this SHA-256."""
    if data is None:
        return "missing"
    return None if hashlib.sha256(data).hexdigest() == sha256 else "altered"
