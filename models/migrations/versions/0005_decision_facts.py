"""decision facts: what was known when a command was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ROLES = (
    "'student_records', 'operational_support', 'print_provider', 'public', 'dod_consumer', 'service', 'system', "
    "'auditor'"
)


def upgrade() -> None:
    op.create_table(
        "decision_facts",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject_table", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(19), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"actor_role IN ({_ROLES})", name="actor_role_is_known"),
    )
    op.create_index("decision_facts_by_age", "decision_facts", ["at"])


def downgrade() -> None:
    op.drop_table("decision_facts")
