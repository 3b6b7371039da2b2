"""Print jobs at the moments from which their tests begin, and what may go wrong with their items."""

from collections.abc import Callable
from typing import Any

from models.codes import EnvelopeOutcome, ItemState
from models.print_jobs import PrintJob
from tests.ministry import Ministry
from workflows.machines.decision import Outcome

MAILED = EnvelopeOutcome.MAILED


def in_job(ministry: Ministry, number: int = 1, **ordered: Any) -> tuple[int, list[int]]:
    """An open job with as many items."""
    items = ministry.in_state(ItemState.IN_PRINT_JOB, number, **ordered)
    return ministry.job_of(items[0]), items


def sent(ministry: Ministry, number: int = 1, **ordered: Any) -> tuple[int, list[int]]:
    """A transmitted job with as many items."""
    items = ministry.in_state(ItemState.SENT, number, **ordered)
    return ministry.job_of(items[0]), items


def job(ministry: Ministry, key: int) -> Any:
    """A job's row."""
    return ministry.row(PrintJob, key)


def codes(outcome: Outcome) -> list[str]:
    """The rules that refused."""
    assert outcome.kind == "refused", outcome
    assert outcome.decision is not None
    return [each.code for each in outcome.decision.reasons]


def elsewhere(country: str, postal_code: str = "", **parts: Any) -> dict[str, Any]:
    """A deliverable address."""
    plain = {"lines": ["1 High Street"], "city": "Town", "province": "", "postal_code": postal_code}
    return plain | {"country": country} | parts


def change(ministry: Ministry, item: int, code: str) -> None:
    """Make ``code`` fail for the item."""
    row, document = ministry.item(item), ministry.document(item)
    changes: dict[str, Callable[[], object]] = {
        "CO-05": lambda: ministry.hold_student(row.student_id),
        "CO-12": lambda: ministry.supersede(row.credential_id, "9999999999"),
        "44016": lambda: ministry.change_credential(row.credential_id, state="deleted"),
        "CO-91 missing": lambda: ministry.installation.store.delete(document.path),
        "CO-91 altered": lambda: ministry.installation.store.write(document.path, b"%PDF-1.7 forged"),
    }
    changes[code]()


def released(ministry: Ministry, number: int = 1) -> tuple[int, list[int]]:
    """A written job that waits for its hand-over."""
    key, items = in_job(ministry, number)
    ministry.release_job(key)
    ministry.write_file(key)
    return key, items
