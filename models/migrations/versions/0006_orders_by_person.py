"""orders by person: a member of the public finds its own among a million."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PUBLIC = sa.text("origin = 'public'")


def upgrade() -> None:
    op.create_index(
        "document_orders_by_person",
        "document_orders",
        ["requested_by", "id"],
        sqlite_where=_PUBLIC,
        postgresql_where=_PUBLIC,
    )


def downgrade() -> None:
    op.drop_index("document_orders_by_person", "document_orders")
