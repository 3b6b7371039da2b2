"""A command: who wants which event, when, why, and on what knowledge."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.codes import Role
from workflows.calendar import EDMONTON


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a role, and the name under which history remembers the person or process.

    ``service`` names the token through which it acts, where it does; who acts is the same through any.
    """

    role: Role
    name: str = ""
    service: str = field(default="", compare=False)


#: The software itself.
SYSTEM = Actor(Role.SYSTEM, "agent")


@dataclass(frozen=True, slots=True)
class Command:
    """One event wanted for any number of subjects.

    ``command_id`` makes a repeat *already done*; ``versions`` (by subject id) says what the decision was based on;
    ``given`` (by subject id) brings what the event needs for each: errors, the rendered document, a print job.
    ``asking`` is a hypothetical command: rules about what a person would still type in are taken to hold. So do, of a
    ``glancing`` one about many, those for which every stored document would have to be read.
    """

    event: str
    actor: Actor
    at: datetime
    reason: str | None = None
    note: str | None = None
    command_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    versions: Mapping[int, int] = field(default_factory=dict)
    given: Mapping[int, Any] = field(default_factory=dict)
    asking: bool = False
    glancing: bool = False

    @property
    def today(self) -> date:
        """The date in Edmonton."""
        return self.at.astimezone(EDMONTON).date()
