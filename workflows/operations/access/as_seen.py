"""Whether what a command is about still is as its caller saw it, where no event of a machine asks that."""

from typing import Any

from models.codes import Label
from workflows.command import Command
from workflows.errors import RefusedError


class StaleError(RefusedError):
    """Somebody changed it since you saw it. Look at it again, then repeat the request with its new version."""

    kind = "stale"
    label = Label(
        __doc__,
        "Quelqu'un l'a modifié depuis que vous l'avez vu. Regardez de nouveau, puis répétez la requête avec la nouvelle "
        "version.",
    )

    def __init__(self, event: str, state: str) -> None:
        """``event`` is what was wanted, ``state`` that of its subject by now (the optimistic lock failed)."""
        super().__init__(event=event, state=state)


def require_as_seen(row: Any, command: Command) -> None:
    """Raise :class:`StaleError` where the command names another version of ``row``, which must be under lock to stay so."""
    if command.versions.get(row.id, row.version) != row.version:
        raise StaleError(command.event, str(row.state))
