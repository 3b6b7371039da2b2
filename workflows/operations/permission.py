"""Who may carry out an operation that is no event of a machine (CO-11)."""

from dataclasses import dataclass

from models.codes import Role
from workflows.command import Command
from workflows.plan import May, may
from workflows.rule import No, Reason

#: Awarding, ordering and importing are Student Records' own.
WHO_ORDERS = may(Role.STUDENT_RECORDS)
#: Holds, releases, deliveries and print jobs are done by Operational Support as well.
WHO_CHANGES_STATUS = may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT)


class NotPermittedError(Exception):
    """The acting role may not do this; ``reason`` says who may."""

    def __init__(self, reason: Reason) -> None:
        """Carries the CO-11 reason."""
        super().__init__(reason.message("en"))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Asked:
    command: Command


def require(who: May, command: Command) -> None:
    """Raise :class:`NotPermittedError` unless the command's actor is one of ``who``."""
    verdict = who(None, _Asked(command))
    if isinstance(verdict, No):
        raise NotPermittedError(Reason(who, verdict.params))
