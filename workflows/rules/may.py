"""CO-11 as a guard: the roles that may cause an event, the public perhaps only for its own.

Which roles may cause which event stands with the event, in ``workflows/machines/``.
"""

from collections.abc import Callable

from models.codes import Role
from workflows.rules.rule import No, Rule, Verdict
from workflows.rules.status import role_may_cause_event


class May(Rule):
    """CO-11 for the roles that may cause an event."""

    def __init__(self, roles: frozenset[Role], check: Callable[..., Verdict] | None = None) -> None:
        """A rule that holds for ``roles``, or where ``check`` says so."""
        base = role_may_cause_event
        who = next((role.value for role in Role if role in roles), base.who)
        self.roles = roles
        super().__init__(base.code, check or self._is_one, base.title, base.message, who, name=base.name)

    def _is_one(self, role: Role) -> Verdict:
        return True if role in self.roles else No({"role": role, "roles": sorted(self.roles)})


class MayOwn(May):
    """CO-11 where the public may cause an event, but only on what it ordered itself."""

    def __init__(self, roles: frozenset[Role]) -> None:
        """A rule that holds for ``roles``, for the public only where the subject is its own."""
        super().__init__(roles, self._is_one_or_own)

    def _is_one_or_own(self, role: Role, is_own: bool) -> Verdict:
        if role is Role.PUBLIC and role in self.roles and not is_own:
            return No({"role": role, "roles": sorted(self.roles - {role})})
        return self._is_one(role)


def may_own(*roles: Role) -> MayOwn:
    """Guard: the acting role is one of ``roles``, the public only for its own (CO-11)."""
    return MayOwn(frozenset(roles))


def may(*roles: Role) -> May:
    """Guard: the acting role is one of ``roles`` (CO-11)."""
    return May(frozenset(roles))
