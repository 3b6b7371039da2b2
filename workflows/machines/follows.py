"""How the machines meet: which event of one brings about an event of another.

This is the only declaration. The operations carry out no consequence in another machine that is not in it
(:func:`workflows.engine.engine.follow` refuses), and the overview of the machines is drawn from it.
"""

from dataclasses import dataclass, replace

from models.codes import Label
from models.errors import ExpectedError
from workflows.command import Command
from workflows.machines import credential, document_order, order_item, print_job, special_handling
from workflows.machines.plan import Plan


class UndeclaredConsequenceError(ExpectedError):
    """An event was to bring about another that the table of consequences, ``FOLLOWS``, does not declare."""

    kind = "failure"

    def __init__(self, cause: str, effect: str) -> None:
        """``cause`` and ``effect`` are written as ``Machine.event``."""
        super().__init__(_UNDECLARED.filled(cause=cause, effect=effect))


_UNDECLARED = Label(
    "The program is at fault: it declares no consequence {cause} → {effect}. Report it; nothing was changed.",
    "Le programme est en faute : il ne déclare aucune conséquence {cause} → {effect}. Signalez-le; rien n'a changé.",
)


@dataclass(frozen=True, slots=True)
class Follow:
    """Every event ``causes`` of ``machine`` may bring about ``event`` of ``follower``.

    With ``begins`` a new subject of ``follower`` comes to be, whose history begins with ``event``.
    """

    machine: Plan
    causes: tuple[str, ...]
    follower: Plan
    event: str
    begins: bool = False


_ITEM, _JOB, _ORDER = order_item.PLAN, print_job.PLAN, document_order.PLAN
_HANDLING, _CREDENTIAL = special_handling.PLAN, credential.PLAN

FOLLOWS = (
    Follow(_CREDENTIAL, ("award",), _ORDER, "place", begins=True),
    Follow(_CREDENTIAL, ("supersede",), _CREDENTIAL, "award", begins=True),
    Follow(_CREDENTIAL, ("undo_supersede",), _CREDENTIAL, "delete"),
    Follow(_ORDER, ("place", "confirm_payment"), _ITEM, "place", begins=True),
    Follow(_ITEM, ("render", "edit"), _HANDLING, "require"),
    Follow(_ITEM, ("release", "cancel", "edit"), _HANDLING, "waive"),
    Follow(_ITEM, ("fail", "misdeliver"), _HANDLING, "close"),
    Follow(_ITEM, ("add_to_print_job",), _JOB, "open", begins=True),
    Follow(_ITEM, ("reorder",), _ORDER, "place", begins=True),
    Follow(_JOB, ("release",), _ITEM, "hold_by_system"),
    Follow(_JOB, ("accept",), _ITEM, "dispatch"),
    Follow(_JOB, ("discard",), _ITEM, "remove_from_print_job"),
    Follow(_JOB, ("reconcile",), _ITEM, "fail"),
)


def declared(machine: Plan, cause: str, follower: Plan, event: str) -> Follow:
    """The declaration of this consequence; raises :class:`UndeclaredConsequenceError` where there is none."""
    for each in _between(machine, cause, follower):
        if each.event == event and not each.begins:
            return each
    raise UndeclaredConsequenceError(f"{machine.machine}.{cause}", f"{follower.machine}.{event}")


def begun(machine: Plan, command: Command, follower: Plan) -> Command:
    """The command with which the history of what ``command`` brings into being starts.

    Raises :class:`UndeclaredConsequenceError` where ``command`` brings nothing of ``follower`` into being.
    """
    for each in _between(machine, command.event, follower):
        if each.begins:
            return replace(command, event=each.event)
    raise UndeclaredConsequenceError(f"{machine.machine}.{command.event}", f"new {follower.machine}")


def _between(machine: Plan, cause: str, follower: Plan) -> list[Follow]:
    return [
        each
        for each in FOLLOWS
        if cause in each.causes and each.machine is machine and each.follower is follower
    ]
