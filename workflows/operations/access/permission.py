"""Who may carry out an operation that is no event of a machine (CO-11)."""

from dataclasses import dataclass

from models.codes import Role
from workflows.command import Command
from workflows.errors import RefusedError
from workflows.machines.plan import Plan
from workflows.rules.may import May, may, may_own
from workflows.rules.rule import No, Reason

#: Awarding, ordering and importing are Student Records' own.
WHO_ORDERS = may(Role.STUDENT_RECORDS)
#: Holds, releases, deliveries and print jobs are done by Operational Support as well.
WHO_CHANGES_STATUS = may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT)
#: Carts are the public's own; Student Records fills them on a person's behalf.
WHO_FILLS_CARTS = may(Role.STUDENT_RECORDS, Role.PUBLIC)
WHO_FILLS_THIS_CART = may_own(Role.STUDENT_RECORDS, Role.PUBLIC)
WHO_SEES_ORDERS = may_own(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.AUDITOR, Role.PUBLIC)
#: What concerns others than the reader: credentials, consumers, work lists, the past. Print jobs are the provider's too.
WHO_READS = may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.SERVICE, Role.SYSTEM, Role.AUDITOR)
#: Letters to people, and documents, are read by who answers for them, and by an auditor, who reads everything.
WHO_READS_MESSAGES = WHO_READS_DOCUMENTS = may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.AUDITOR)
WHO_SEES_PRINT_JOBS = may(*WHO_READS.roles, Role.PRINT_PROVIDER)
#: The public sees the items that it ordered itself; a consumer sees its downloads and no items.
WHO_SEES_ITEMS = may_own(*(role for role in Role if role is not Role.DOD_CONSUMER))
#: A waybill is sent in by the public for its own items, or taken from the mail by the ministry.
WHO_SENDS_WAYBILLS = may_own(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.PUBLIC)


class NotPermittedError(RefusedError):
    """The acting role may not do this; ``reason`` says who may (CO-11)."""

    kind = "permission"

    def __init__(self, reason: Reason) -> None:
        """``reason`` is that of CO-11; its message is the error's text."""
        super().__init__([reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Asked:
    role: Role
    is_own: bool


def require(who: May, command: Command, *, is_own: bool = False) -> None:
    """Raise :class:`NotPermittedError` unless the command's actor is one of ``who``; ``is_own`` matters to the public."""
    verdict = who.ask(_Asked(command.actor.role, is_own))
    if isinstance(verdict, No):
        raise NotPermittedError(Reason(who, verdict.params))


def require_standing(plan: Plan, command: Command, who_looks: May = WHO_READS) -> None:
    """Raise :class:`NotPermittedError` where the actor can neither cause the event in any state nor look at what it is about.

    Asked before anything is looked up, so that the answer is the same whether it is there or not, and in whatever state.
    Whoever may look is told more, by the machine.
    """
    if command.actor.role not in who_looks.roles:
        require(may(*plan.roles[command.event]), command)
