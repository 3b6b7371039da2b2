"""Where facts are read from: a session, the settings, the document store and the page masters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import Row, Select, Table, select
from sqlmodel import Session, SQLModel

from models.settings import Settings
from models.store import Store
from renderers.shelf import Shelf

_Model = TypeVar("_Model", bound=SQLModel)


def table(model: type[SQLModel]) -> Table:
    """The table of a model."""
    return model.__table__  # type: ignore[attr-defined,no-any-return]


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts are read from; ``shelf`` is where page masters are kept."""

    session: Session
    settings: Settings
    store: Store
    shelf: Shelf | None = None

    def rows(self, model: type[SQLModel], *conditions: Any) -> Sequence[Row[Any]]:
        """The rows of a table that meet all conditions, in the order of their ids."""
        return self.session.connection().execute(_chosen(model, conditions)).all()

    def read(self, model: type[_Model], *conditions: Any) -> Sequence[_Model]:
        """The rows of a table that meet all conditions, for whoever looks at columns alone: rows have the model's."""
        return cast(Sequence[_Model], self.rows(model, *conditions))

    def locked(self, model: type[SQLModel], *conditions: Any) -> Sequence[Row[Any]]:
        """The rows of a table that meet all conditions, under lock until the transaction ends, as others have left them by then."""
        return self.session.connection().execute(_chosen(model, conditions).with_for_update()).all()

    def free(self, model: type[SQLModel], *conditions: Any) -> list[int]:
        """The ids of the rows that meet all conditions and that nobody else holds under lock (``SKIP LOCKED``); now they are locked.

        An agent takes these instead of waiting behind a person or another agent: the rest it finds again later.
        """
        statement = _chosen(model, conditions).with_only_columns(table(model).c.id)
        return list(self.session.connection().execute(statement.with_for_update(skip_locked=True)).scalars())


def _chosen(model: type[SQLModel], conditions: tuple[Any, ...]) -> Select[Any]:
    chosen = table(model)
    return select(chosen).where(*conditions).order_by(*chosen.primary_key)
