"""evidence: refused attempts and signed heads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_ROLES = (
    "student_records",
    "operational_support",
    "print_provider",
    "public",
    "dod_consumer",
    "service",
    "system",
    "auditor",
)


def upgrade() -> None:
    op.create_table(
        "refusals",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_role", sa.String(19), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("subject_table", sa.String(), nullable=False),
        sa.Column("subject_id", _KEY, nullable=True),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("codes", _JSON, nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            f"actor_role IN ({', '.join(map(repr, _ROLES))})",
            name="actor_role_is_known",
        ),
    )
    op.create_index("refusals_by_subject", "refusals", ["subject_table", "subject_id"])
    op.create_table(
        "signed_heads",
        sa.Column("number", _KEY, primary_key=True, autoincrement=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subjects", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.UniqueConstraint("occasion", name="signed_heads_once"),
    )


def downgrade() -> None:
    op.drop_table("signed_heads")
    op.drop_table("refusals")
