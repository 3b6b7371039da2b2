"""Which files of this ring a run of everything repeats on PostgreSQL; printed by ``python -m tests.acceptance.on_postgresql``.

Repeated is whatever holds locks, waits for time, goes over many rows or asks SQL of its own. ``scripts/test --database
postgresql tests/acceptance`` repeats all.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
#: The files that stay on SQLite, and why nothing in them can differ: where an operation is tested on both kinds of
#: database elsewhere, that place is named.
LEFT_OUT = {
    "test_demo.py": "A demonstration makes a SQLite file of its own, whatever database the settings name.",
    "test_http_parity.py": "Skips itself on a server. That both doors ask the same is seen on any database.",
    "test_refusals.py": "Words, streams and exit codes of answers that rules gave: tests/integration/test_engine.py has them of both.",
    "test_reprint_cart.py": "What a cart's operations do runs on both in tests/integration/test_carts.py and test_payments.py.",
    "test_same_decisions.py": "Skips itself on a server. That both doors decide alike is seen on any database.",
    "test_serve.py": "Tokens and a process that stops: tests/http/test_who_may.py and test_bulk_runs.py serve on both.",
    "test_special_handling.py": "Waybills' formats and who may handle; the work list itself runs on both in tests/integration/test_special_handling.py.",
    "test_what_is_typed.py": "Refused for its form, before the database is asked.",
}


def files() -> list[str]:
    """The files that are repeated, as pytest is given them."""
    found = sorted(FOLDER.glob("test_*.py"))
    return [f"tests/acceptance/{path.name}" for path in found if path.name not in LEFT_OUT]


if __name__ == "__main__":
    print(*files())
