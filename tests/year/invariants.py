"""What must be so at the end of every day, asked of the database itself: each query finds what breaks the sentence."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from models.codes import ItemState
from models.orders import OrderItem
from tests.ministry import Ministry
from workflows.command import SYSTEM
from workflows.source import table

_HISTORIES = (
    ("order_items", "order_item_history"),
    ("print_jobs", "print_job_history"),
    ("credentials", "credential_history"),
    ("dod_consumers", "consumer_history"),
    ("document_orders", "document_order_history"),
    ("special_handlings", "special_handling_history"),
)
_CURRENT = "(SELECT 1 FROM documents d WHERE d.item_id = i.id AND d.deleted_at IS NULL)"
_ERRORS = "(SELECT 1 FROM item_errors e WHERE e.item_id = i.id AND e.cleared_at IS NULL)"
_PRINTED = (
    "('rendered','in_print_job','sent','delivered','failed','delivered_in_error','expired','reordered')"
)

#: A sentence that holds, and the query that finds what breaks it.
SENTENCES = {
    **{
        f"{subjects}: a subject is where its last row of history says": f"""
            SELECT s.id FROM {subjects} s LEFT JOIN {history} h ON h.subject_id = s.id AND h.seq = s.version - 1
            WHERE s.version > 0 AND (h.hash IS NULL OR h.hash <> s.history_hash OR h.to_state <> s.state)"""
        for subjects, history in _HISTORIES
    },
    "nobody holds a lease when the worker is done": """
        SELECT id FROM order_items WHERE lease_owner IS NOT NULL
        UNION ALL SELECT id FROM print_jobs WHERE lease_owner IS NOT NULL AND state = 'transmitting'""",
    "an item is not left half done": "SELECT id FROM order_items WHERE state = 'processing'",
    "a printed item has its document": f"""
        SELECT i.id FROM order_items i WHERE i.state IN {_PRINTED} AND NOT EXISTS {_CURRENT}""",
    "an item that is not yet rendered has none": f"""
        SELECT i.id FROM order_items i WHERE i.state = 'created' AND EXISTS {_CURRENT}""",
    "what was not processed has neither document nor errors": f"""
        SELECT i.id FROM order_items i WHERE i.processed_at IS NULL AND (EXISTS {_CURRENT} OR EXISTS {_ERRORS})""",
    "a system hold has its errors": f"""
        SELECT i.id FROM order_items i WHERE i.state = 'system_hold' AND NOT EXISTS {_ERRORS}""",
    "nothing but holds and what was cancelled then has errors": f"""
        SELECT i.id FROM order_items i WHERE i.state NOT IN ('system_hold','cancelled') AND EXISTS {_ERRORS}""",
    "a stopped item says why": """
        SELECT id FROM order_items WHERE status_reason IS NULL
        AND state IN ('user_hold','system_hold','cancelled','failed','delivered_in_error')""",
    "an item is in one envelope of a job that counts": """
        SELECT e.item_id FROM envelopes e JOIN print_jobs j ON j.id = e.print_job_id WHERE j.state <> 'discarded'
        GROUP BY e.item_id HAVING count(*) > 1""",
    "what was sent on paper lies in an envelope of a job that was handed over": """
        SELECT i.id FROM order_items i
        LEFT JOIN envelopes e ON e.item_id = i.id AND e.print_job_id = i.print_job_id AND e.sequence = i.sequence
        LEFT JOIN print_jobs j ON j.id = e.print_job_id
        WHERE i.delivery_method <> 'digital' AND i.state IN ('sent','delivered','failed','delivered_in_error')
        AND (j.state IS NULL OR j.state NOT IN ('transmitted','reconciled'))""",
    "envelopes are numbered from one without gaps": """
        SELECT print_job_id FROM envelopes GROUP BY print_job_id
        HAVING min(sequence) <> 1 OR max(sequence) <> count(*) OR count(DISTINCT sequence) <> count(*)""",
    "an item's student is that of its credential": """
        SELECT i.id FROM order_items i JOIN credentials c ON c.id = i.credential_id
        WHERE i.student_id <> c.student_id""",
    "a credential has one first-run": """
        SELECT c.student_id FROM order_items i JOIN credentials c ON c.id = i.credential_id
        WHERE i.kind = 'first_run' AND i.state <> 'cancelled' GROUP BY c.student_id, c.credential_type
        HAVING count(*) > 1""",
    "of an item's reorders one at most stands": """
        SELECT reorder_of_id FROM order_items WHERE reorder_of_id IS NOT NULL AND state <> 'cancelled'
        GROUP BY reorder_of_id HAVING count(*) > 1""",
    "nobody is told the same twice": """
        SELECT min(id) FROM messages GROUP BY kind, about, address HAVING count(*) > 1""",
    "every message has left": "SELECT id FROM messages WHERE sent_at IS NULL",
}

#: Where an item may not wait, told by the day: parameters are ``now``, ``today`` and ``long_ago``.
STUCK = {
    "ordered, though its day has come": """
        SELECT id FROM order_items WHERE state = 'created' AND (control_date IS NULL OR control_date <= :today)
        AND (next_attempt_at IS NULL OR next_attempt_at <= :now)""",
    "rendered on paper, in no job": """
        SELECT id FROM order_items WHERE state = 'rendered' AND delivery_method <> 'digital' AND :creating""",
    "linked, though the link has ended": """
        SELECT id FROM order_items WHERE state = 'rendered' AND delivery_method = 'digital'
        AND (link_expires_on IS NULL OR link_expires_on < :today)""",
    "in a job that nobody hands over": """
        SELECT i.id FROM order_items i JOIN print_jobs j ON j.id = i.print_job_id
        WHERE i.state = 'in_print_job' AND coalesce(j.released_at, j.opened_at) < :week_ago AND :transmitting""",
    "sent, and never heard of again": """
        SELECT i.id FROM order_items i LEFT JOIN special_handlings t ON t.id = i.id
        WHERE i.state = 'sent' AND i.sent_at < :long_ago AND coalesce(t.state, 'complete') IN ('complete','not_required')
        AND coalesce(t.completed_at, i.sent_at) < :long_ago""",
}


def broken(ministry: Ministry) -> dict[str, list[Any]]:
    """The sentences that do not hold, each with the first subjects that break it."""
    return _found(ministry, SENTENCES, {}) | _releasable(ministry)


def stuck(ministry: Ministry, *, creating: bool = True, transmitting: bool = True) -> dict[str, list[Any]]:
    """Where items wait that should not; the switches say whether jobs are made and handed over these days."""
    # As SQLite stores instants, which compare as text.
    now = ministry.now.replace(tzinfo=None)
    given = {
        "now": str(now),
        "today": str(ministry.today),
        "week_ago": str(now - timedelta(days=7)),
        "long_ago": str(now - timedelta(days=60)),
        "creating": creating,
        "transmitting": transmitting,
    }
    return _found(ministry, STUCK, given)


def _found(ministry: Ministry, queries: dict[str, str], given: dict[str, Any]) -> dict[str, list[Any]]:
    found = {}
    with ministry.installation.database.read() as session:
        for sentence, query in queries.items():
            needed = {name: value for name, value in given.items() if f":{name}" in query}
            rows = session.connection().execute(text(query), needed).scalars().all()
            if rows:
                found[sentence] = list(rows)[:5]
    return found


def _releasable(ministry: Ministry) -> dict[str, list[Any]]:
    """System holds all of whose causes are gone, which should have been released by themselves."""
    items = table(OrderItem).c
    held = ministry.ids(items.id, items.state == ItemState.SYSTEM_HOLD)
    may_go = [each for each, events in ministry.can(held, SYSTEM).items() if events["release"].allowed]
    return {"a hold ends when its causes do": may_go[:5]} if may_go else {}
