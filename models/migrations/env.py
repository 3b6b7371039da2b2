"""Alembic's entry point; the connection is given by :mod:`models.schema`."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from models.sql.types import BigKey, CodeType, Json, UtcDateTime


def plain_type(kind: str, value: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write our column types as SQLAlchemy's own: a migration must not change when the code does."""
    if kind != "type":
        return False
    if value is BigKey:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    if value is Json:
        return 'sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")'
    if isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(value, CodeType | AutoString):
        return f"sa.String({getattr(value.impl, 'length', None) or ''})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
