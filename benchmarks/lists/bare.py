"""The bare SQL of a list page with ``can``: what any program must ask for 50 items and what a clerk may do to them.

Written by hand and sent by the driver alone: rows are fetched and dropped, nothing is decided, nothing is written out.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from psycopg import sql

#: The filters of the screens as conditions on ``order_items``; each names the parameter that it needs.
CONDITIONS: dict[str, LiteralString] = {
    "all": "true",
    "state": "state = %(state)s",
    "error": "id IN (SELECT item_id FROM item_errors WHERE code = %(error)s AND cleared_at IS NULL)",
    "print_job": "print_job_id = %(print_job)s",
    "asn": "student_id IN (SELECT id FROM students WHERE asn = %(asn)s)",
    "owner": "order_id IN (SELECT id FROM document_orders WHERE requested_by = %(owner)s AND origin = 'public')",
}

_PAGE: LiteralString = """
    SELECT page.id, page.*, students.asn, credentials.credential_type, credentials.number, credentials.legacy_number,
        documents.sha256, documents.size, documents.pages, documents.master
    FROM (SELECT * FROM order_items WHERE {condition} AND id > %(after)s ORDER BY id LIMIT %(most)s) AS page
    JOIN students ON students.id = page.student_id
    JOIN credentials ON credentials.id = page.credential_id
    LEFT JOIN documents ON documents.item_id = page.id AND documents.deleted_at IS NULL
    ORDER BY page.id
"""
_ERRORS = "SELECT * FROM item_errors WHERE item_id = ANY (%s) AND cleared_at IS NULL"
_REORDERS = "SELECT * FROM order_items WHERE reorder_of_id = ANY (%s) AND state <> 'cancelled'"


def page(connection: psycopg.Connection[Any], kind: str, given: Mapping[str, Any]) -> int | None:
    """Fetch a page; gives the id after which the next one begins, ``None`` at the end."""
    statement = sql.SQL(_PAGE).format(condition=sql.SQL(CONDITIONS[kind]))
    rows = connection.execute(statement, given, prepare=True).fetchall()
    ids = [row[0] for row in rows[: given["most"] - 1]]
    for more in (_ERRORS, _REORDERS):
        connection.execute(more, (ids,), prepare=True).fetchall()
    return ids[-1] if len(rows) == given["most"] else None
