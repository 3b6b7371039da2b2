"""signed heads by occasion: the list of signed heads takes an occasion twice.

A row that was made to name the next day would keep that day from being signed. Which day is signed is read from the heads
themselves; the list only says where to look. The release before goes on working: it signs each occasion once anyway.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("signed_heads") as heads:
        heads.drop_constraint("signed_heads_once", type_="unique")
    op.create_index("signed_heads_by_occasion", "signed_heads", ["occasion"])


def downgrade() -> None:
    op.drop_index("signed_heads_by_occasion", "signed_heads")
    with op.batch_alter_table("signed_heads") as heads:
        heads.create_unique_constraint("signed_heads_once", ["occasion"])
