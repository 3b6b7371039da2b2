"""CO-11: who may cause an event, for everyone or only for what is one's own."""

from typing import Any, Literal

from models.codes import Role
from workflows.rules.rule import No, Rule
from workflows.rules.status import role_may_cause_event


class May(Rule):
    """CO-11 for the roles that may cause an event."""

    def __init__(self, roles: frozenset[Role]) -> None:
        """A rule that holds for ``roles``."""
        base = role_may_cause_event
        who = next((role.value for role in Role if role in roles), base.who)
        super().__init__(base.code, base.check, base.title, base.message, who)
        self.roles = roles
        self.__qualname__ = f"{base.__qualname__}_{'_'.join(sorted(roles))}"

    def __call__(self, subject: Any, facts: Any) -> Literal[True] | No:
        """Whether the command's actor has one of the roles."""
        role = facts.command.actor.role
        return True if role in self.roles else No({"role": role, "roles": sorted(self.roles)})


class MayOwn(May):
    """CO-11 where the public may cause an event, but only on what it ordered itself."""

    def __call__(self, subject: Any, facts: Any) -> Literal[True] | No:
        """Whether the actor has one of the roles, and for the public, whether the subject is its own."""
        verdict = super().__call__(subject, facts)
        role = facts.command.actor.role
        if verdict is True and role is Role.PUBLIC and not facts.is_own:
            return No({"role": role, "roles": sorted(self.roles - {role})})
        return verdict


def may_own(*roles: Role) -> MayOwn:
    """Guard: the acting role is one of ``roles``, the public only for its own (CO-11)."""
    return MayOwn(frozenset(roles))


def may(*roles: Role) -> May:
    """Guard: the acting role is one of ``roles`` (CO-11)."""
    return May(frozenset(roles))
