"""Creates and upgrades the database through its migrations."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import SQLModel

# Imported for their tables, which this module alone needs all of.
from models import (  # noqa: F401
    bulk_runs,
    consumers,
    credentials,
    documents,
    evidence,
    history,
    kept_answers,
    orders,
    outbox,
    print_jobs,
    service_tokens,
    special_handling,
    students,
)
from models.sql.database import Database


def upgrade(database: Database) -> None:
    """Bring the database to the newest migration; creates it where there is none."""
    with database.write() as session:
        command.upgrade(_config(session.connection()), "head")


def is_current(database: Database) -> bool:
    """Whether the database is at the newest migration."""
    return revision(database) == newest()


@cache
def newest() -> str | None:
    """The newest migration of this program."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def revision(database: Database) -> str | None:
    """The migration at which the database is; ``None`` where it is empty."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def knows(revision: str | None) -> bool:
    """Whether ``revision`` is a migration of this program; an empty database is."""
    known = ScriptDirectory.from_config(_config(None)).walk_revisions()
    return revision is None or revision in {each.revision for each in known}


def drift(database: Database) -> list[object]:
    """How the tables differ from their definitions; empty when the migrations are complete."""
    with database.read() as session:
        return list(compare_metadata(MigrationContext.configure(session.connection()), SQLModel.metadata))


def new_migration(database: Database, message: str) -> None:
    """Write the next migration, by its number, from how the definitions differ from ``database``."""
    with database.read() as session:
        config = _config(session.connection())
        command.revision(config, message, autogenerate=True, rev_id=f"{int(newest() or 0) + 1:04}")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
