"""Whether rules fit the facts that they are asked of: every parameter is a fact there, of the type that the rule says.

Checked when a machine, a question or an amendment is put together, so that a wrong name fails at import.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, get_type_hints

from workflows.rules.rule import Rule


class UnfitRuleError(TypeError):
    """A rule was put where it is asked of facts that it does not fit."""


def require_fit(rules: Iterable[Rule], kind: type[Any]) -> None:
    """Raise :class:`UnfitRuleError`, which names every parameter that is no fact of ``kind`` or is one of another type."""
    wrong = [each for rule in dict.fromkeys(rules) for each in _misfits(rule, kind)]
    if wrong:
        raise UnfitRuleError("; ".join(wrong))


def _misfits(rule: Rule, kind: Any) -> list[str]:
    wanted = get_type_hints(rule.check)
    wrong = []
    for name in rule.looks_at:
        found = type_of(kind, name)
        if found is None:
            wrong.append(f"{rule.code} {rule.name}: {kind.__name__} has no fact {name}")
        elif name not in wanted:
            wrong.append(f"{rule.code} {rule.name}: say that {name} is {found}")
        elif wanted[name] != found:
            wrong.append(f"{rule.code} {rule.name}: {name} is {found}, not {wanted[name]}")
    return wrong


@lru_cache(maxsize=1024)
def type_of(kind: Any, name: str) -> Any:
    """The type of the fact ``name`` of ``kind``; ``None`` where there is none."""
    for each in kind.__mro__:
        found = vars(each).get(name)
        find = getattr(found, "find", None) or getattr(found, "fget", None)
        if find is not None:
            return get_type_hints(find)["return"]
        if name in vars(each).get("__annotations__", {}):
            return get_type_hints(each)[name]
    return None
