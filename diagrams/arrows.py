"""The arrows of a machine, read from its plan: alike transitions of several states are one arrow."""

import re
from dataclasses import dataclass

from diagrams.machines import Drawn
from models.codes import Label, Role
from workflows.rules.may import May, MayOwn
from workflows.rules.rule import Rule, order_of

_OWN = Label("{role} (own)", "{role} (les siens)")


@dataclass(frozen=True, slots=True)
class Arrow:
    """An event that leads from any of ``sources`` to ``target`` under the same rules, by the same roles."""

    name: str
    event: str
    sources: tuple[str, ...]
    target: str
    who: May
    rules: tuple[Rule, ...]

    @property
    def conditions(self) -> tuple[Rule, ...]:
        """Who may (CO-11), then every other rule."""
        return (self.who, *self.rules)

    def anchor(self, rule: Rule) -> str:
        """Where the table explains ``rule`` for this arrow."""
        return f"{self.name}-{rule.code}"

    def who_in(self, language: str) -> str:
        """Who may cause the event."""
        return ", ".join(self._role(role, language) for role in Role if role in self.who.roles)

    def _role(self, role: Role, language: str) -> str:
        label = role.label.in_(language)
        own = isinstance(self.who, MayOwn) and role is Role.PUBLIC
        return _OWN.in_(language).format(role=label) if own else label

    def is_happy(self, drawn: Drawn) -> bool:
        """Whether it lies on the way that all goes well."""
        return not self.is_folded(drawn) and any(
            (source, self.target) in drawn.steps for source in self.sources
        )

    def is_folded(self, drawn: Drawn) -> bool:
        """Whether it is written into its target's box: declared so, or it (also) stays where it is."""
        return self.event in drawn.folded or self.target in self.sources


def arrows_of(drawn: Drawn) -> tuple[Arrow, ...]:
    """Every arrow of the machine, in the order in which its events are declared."""
    plan = drawn.machine.plan
    found: dict[tuple[str, str, May, tuple[Rule, ...]], list[str]] = {}
    for event in plan.events:
        for state in plan.states:
            for each in plan.candidates.get((state.value, event), ()):
                rules = tuple(sorted(each.rules, key=lambda rule: order_of(rule.code)))
                found.setdefault((event, each.target, each.who, rules), []).append(state.value)
    arrows: list[Arrow] = []
    for (event, target, who, rules), alike in found.items():
        for sources in _apart(drawn, event, target, alike):
            before = sum(arrow.event == event for arrow in arrows)
            name = event if not before else f"{event}-{before + 1}"
            arrows.append(Arrow(name, event, tuple(sources), target, who, rules))
    return tuple(arrows)


def _apart(drawn: Drawn, event: str, target: str, sources: list[str]) -> list[list[str]]:
    """A step of the way that all goes well is drawn, even where its event may also leave a state as it is."""
    if event in drawn.folded or target not in sources:
        return [sources]
    steps = [source for source in sources if (source, target) in drawn.steps]
    return [each for each in (steps, [source for source in sources if source not in steps]) if each]


def message_in(rule: Rule, language: str) -> str:
    """The message of a refusal with its parameters left open."""
    return re.sub(r"(\{[^}]*\})+", "…", rule.whole_message.in_(language)).replace("….", "…")
