"""Whether what a command is about still is as its caller saw it, where no event of a machine asks that."""

from typing import Any

from workflows.command import Command


class StaleError(Exception):
    """What the command is about is at another version than the command is based on."""

    def __init__(self, event: str, state: str) -> None:
        """What was wanted, and the state that its subject is in by now."""
        super().__init__(event, state)
        self.event = event
        self.state = state


def require_as_seen(row: Any, command: Command) -> None:
    """Raise :class:`StaleError` where the command names another version of ``row``, which must be under lock to stay so."""
    if command.versions.get(row.id, row.version) != row.version:
        raise StaleError(command.event, str(row.state))
