"""lighter items: indexes and checks of what changes most take less of every change.

Every change of an item enters it into all indexes, so those of columns that are mostly empty hold only the rows where they
are set, and one index finds the items of a student and of a credential. PostgreSQL reads the checks of a table anew for each
statement, so codes are checked against an array in place of a list. Nothing else changes: the release before goes on
working, and finds the items of a credential more slowly meanwhile.
"""

import re
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WHERE_SET = {
    "order_items_by_sent": ("sent_at",),
    "order_items_by_link": ("link_expires_on",),
    "order_items_by_print_job": ("print_job_id", "sequence"),
    "order_items_by_reordered": ("reorder_of_id",),
    "order_items_by_consumer": ("consumer_id",),
    "order_items_by_lease": ("lease_owner",),
}
_BEFORE: Mapping[str, tuple[str, ...]] = {
    "order_items_by_sent": ("sent_at",),
    "order_items_by_link": ("link_expires_on",),
    "order_items_by_print_job": ("print_job_id", "sequence"),
    "ix_order_items_reorder_of_id": ("reorder_of_id",),
    "ix_order_items_consumer_id": ("consumer_id",),
    "ix_order_items_lease_owner": ("lease_owner",),
    "ix_order_items_student_id": ("student_id",),
    "ix_order_items_credential_id": ("credential_id",),
}


def upgrade() -> None:
    _drop(_BEFORE)
    op.create_index(
        "order_items_by_student",
        "order_items",
        ["student_id", "credential_id"],
        postgresql_with={"deduplicate_items": "off"},
    )
    for name, columns in _WHERE_SET.items():
        filled = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, "order_items", list(columns), sqlite_where=filled, postgresql_where=filled)
    _check_codes("{column} = ANY (CAST('{{{array}}}' AS TEXT[]))")


def downgrade() -> None:
    _drop(["order_items_by_student", *_WHERE_SET])
    for name, columns in _BEFORE.items():
        op.create_index(name, "order_items", list(columns))
    _check_codes("{column} IN ({listed})")


def _drop(names: Iterable[str]) -> None:
    for name in names:
        op.drop_index(name, "order_items")


def _check_codes(condition: str) -> None:
    """Write the checks of all codes anew, each table read once; SQLite reads lists as fast."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return
    checks = connection.execute(
        sa.text(
            "SELECT CAST(CAST(conrelid AS regclass) AS text) AS name, array_agg(conname) AS checks,"
            " array_agg(pg_get_constraintdef(oid)) AS written FROM pg_constraint"
            r" WHERE contype = 'c' AND conname LIKE '%\_is\_known' GROUP BY conrelid ORDER BY name"
        )
    ).all()
    for table, names, written in checks:
        changes = []
        for name, definition in zip(names, written, strict=True):
            codes = re.findall(r"\w+", " ".join(re.findall(r"'([^']*)'", definition)))
            says = condition.format(
                column=name.removesuffix("_is_known"),
                array=",".join(codes),
                listed=", ".join(f"'{code}'" for code in codes),
            )
            changes += [f"DROP CONSTRAINT {name}", f"ADD CONSTRAINT {name} CHECK ({says})"]
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")
