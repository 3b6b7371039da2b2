"""services: their tokens, the answers kept for their idempotency keys, and bulk runs in the background."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_NONE = sa.text("0")
_ROLES = (
    "'student_records', 'operational_support', 'print_provider', 'public', 'dod_consumer', 'service', 'system', "
    "'auditor'"
)


def upgrade() -> None:
    op.create_table(
        "service_tokens",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("roles", _JSON, nullable=False),
        sa.Column("operations", _JSON, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_at", _INSTANT),
        sa.Column("revoked_at", _INSTANT),
        sa.Column("last_used_at", _INSTANT),
    )
    op.create_table(
        "kept_answers",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("token_id", _KEY, sa.ForeignKey("service_tokens.id"), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", _JSON),
        sa.Column("body", sa.String()),
        sa.UniqueConstraint("token_id", "key", name="kept_answers_once"),
    )
    op.create_index("kept_answers_by_age", "kept_answers", ["created_at"])
    op.create_table(
        "bulk_runs",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("kind", sa.String(15), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("parameters", _JSON, nullable=False),
        sa.Column("actor_role", sa.String(19), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("finished_at", _INSTANT),
        sa.Column("selected", sa.Integer(), nullable=False, server_default=_NONE),
        sa.Column("finished", sa.Integer(), nullable=False, server_default=_NONE),
        sa.Column("by_outcome", _JSON, nullable=False),
        sa.Column("by_rule", _JSON, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=_NONE),
        sa.Column("next_attempt_at", _INSTANT),
        sa.Column("last_error", _JSON),
        sa.CheckConstraint("kind IN ('transition', 'award_and_order')", name="kind_is_known"),
        sa.CheckConstraint("state IN ('running', 'finished', 'failed')", name="state_is_known"),
        sa.CheckConstraint(f"actor_role IN ({_ROLES})", name="actor_role_is_known"),
        sa.CheckConstraint("finished <= selected", name="bulk_runs_finished_in_bounds"),
    )
    op.create_index("bulk_runs_by_state", "bulk_runs", ["state", "id"])
    op.create_table(
        "bulk_rows",
        sa.Column("run_id", _KEY, sa.ForeignKey("bulk_runs.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("subject_id", _KEY, nullable=False),
        sa.Column("outcome", _JSON),
    )


def downgrade() -> None:
    for table in ("bulk_rows", "bulk_runs", "kept_answers", "service_tokens"):
        op.drop_table(table)
