"""verification tokens.

The code on a document is looked up by the token that the document was rendered with. Those of documents that are
current are computed here as the renderer computed them; one that was released again since verifies as unknown.
"""

import hashlib
import hmac
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.settings import Settings

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("verification_token", sa.String(32), nullable=True))
    op.create_index("documents_by_token", "documents", ["verification_token"], unique=True)
    _fill(op.get_bind(), Settings().secret.encode())


def _fill(connection: sa.Connection, secret: bytes) -> None:
    items = sa.table("order_items", *map(sa.column, ("id", "order_id", "item_no", "release_count")))
    documents = sa.table("documents", *map(sa.column, ("id", "item_id", "deleted_at", "verification_token")))
    current = (
        sa.select(documents.c.id, items.c.order_id, items.c.item_no, items.c.release_count)
        .join_from(documents, items, documents.c.item_id == items.c.id)
        .where(documents.c.deleted_at.is_(None))
    )
    tokens = [{"key": row.id, "token": _token(row, secret)} for row in connection.execute(current)]
    if tokens:
        connection.execute(
            sa.update(documents)
            .where(documents.c.id == sa.bindparam("key"))
            .values(verification_token=sa.bindparam("token")),
            tokens,
        )


def _token(row: Any, secret: bytes) -> str:
    message = f"{row.order_id:010d}-{row.item_no:02d}:{row.release_count}".encode()
    return hmac.new(secret, message, hashlib.sha256).digest()[:16].hex()


def downgrade() -> None:
    op.drop_index("documents_by_token", "documents")
    with op.batch_alter_table("documents") as documents:
        documents.drop_column("verification_token")
