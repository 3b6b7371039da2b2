"""A machine as a Mermaid state diagram, which forges show."""

from diagrams.arrows import arrows_of
from diagrams.machines import Drawn


def mermaid_of(drawn: Drawn, language: str, *, with_rules: bool = True) -> str:
    """States by label, events with the codes of their rules or, for a first look, without."""
    plan = drawn.machine.plan
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{each.label.in_(language)}" as {_id(each.value)}' for each in plan.states]
    lines.append(f"    [*] --> {_id(drawn.initial)}")
    arrows = arrows_of(drawn)
    for arrow in arrows:
        label = plan.events[arrow.event].in_(language)
        if with_rules:
            label += f" ({', '.join(rule.code for rule in arrow.conditions)})"
        lines += [f"    {_id(source)} --> {_id(arrow.target)} : {label}" for source in arrow.sources]
    left = {source for arrow in arrows for source in arrow.sources}
    lines += [f"    {_id(each.value)} --> [*]" for each in plan.states if each.value not in left]
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _id(state: str) -> str:
    """Mermaid has words of its own, such as ``end`` and ``state``."""
    return f"s_{state}"
