"""Where facts are read from: a session, the settings and the document store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, select
from sqlmodel import Session, SQLModel

from models.settings import Settings
from models.store import Store


def table(model: type[SQLModel]) -> Table:
    """The table of a model."""
    return model.__table__  # type: ignore[attr-defined,no-any-return]


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts are read from."""

    session: Session
    settings: Settings
    store: Store

    def rows(self, model: type[SQLModel], *conditions: Any) -> Sequence[Row[Any]]:
        """The rows of a table that meet all conditions, in the order of their ids."""
        chosen = table(model)
        return (
            self.session.connection()
            .execute(select(chosen).where(*conditions).order_by(*chosen.primary_key))
            .all()
        )
