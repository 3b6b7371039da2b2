"""refused attempts: what was asked for where no subject was looked at, and the token through which it was.

Both are empty where nobody said so. Nothing else changes: the release before goes on working and leaves them out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refusals", sa.Column("about", sa.String(), nullable=True))
    op.add_column("refusals", sa.Column("service", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("refusals") as refusals:
        refusals.drop_column("service")
        refusals.drop_column("about")
