"""Which facts a function may look at, read from its code, so that no others need be loaded.

A rule, an effect or a consequence looks at facts by attribute. So the names in its code, and in the code of whatever of
ours it calls, hold those of every fact that it can ask for; a name too many costs a query, never an answer. A fact that was
left out after all is no default but missing: asking for it raises ``AttributeError``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from workflows.rules.roles import May
from workflows.rules.rule import REGISTRY, Rule


@lru_cache(maxsize=1024)
def facts_of(function: Any, facts: type[Any]) -> frozenset[str]:
    """The fields of ``facts`` that ``function``, and whatever of ours it calls, may look at; its methods are followed."""
    names: set[str] = set()

    def called(each: FunctionType) -> Iterator[Any]:
        found = set(_names(each.__code__))
        names.update(found)
        for name in found:
            yield each.__globals__.get(name)
            yield getattr(facts, name, None)
        yield from (cell.cell_contents for cell in each.__closure__ or ())

    _follow(function, called)
    all_ = frozenset(each.name for each in fields(facts))
    # Whoever has the stored errors asks their rules again, and those are not in the code but in the database.
    return all_ if "stored_errors" in names & all_ else all_ & names


def rules_of(function: Any) -> frozenset[str]:
    """The codes of the rules that ``function``, and whatever of ours it calls, may ask or tell by their code."""
    found: set[str] = set()

    def called(each: FunctionType) -> Iterator[Any]:
        constants = (value for value in each.__code__.co_consts if isinstance(value, str))
        found.update(value for value in constants if value in REGISTRY)
        for value in (each.__globals__.get(name) for name in _names(each.__code__)):
            found.update(rule.code for rule in _rules(value))
            yield value

    _follow(function, called)
    return frozenset(found)


def _follow(function: Any, called: Callable[[FunctionType], Iterable[Any]]) -> None:
    """Look once at ``function`` and at every function behind what ``called`` tells of one."""
    seen: set[FunctionType] = set()
    waiting = list(_functions(function))
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            for value in called(each):
                waiting += _functions(value)


def _rules(value: Any) -> Iterator[Rule]:
    if isinstance(value, Rule):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from _rules(each)


def facts_of_all(functions: Iterable[Any], facts: Any) -> frozenset[str]:
    """What any of ``functions`` may look at."""
    return frozenset[str]().union(*(facts_of(each, facts) for each in functions))


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _functions(value: Any) -> Iterator[FunctionType]:
    """The functions of ours that using ``value`` may call."""
    if isinstance(value, May):
        yield from _functions(type(value).__call__)
        yield from _functions(May.__call__)
    elif isinstance(value, Rule):
        yield from _functions(value.check)
    elif isinstance(value, property):
        yield from _functions(value.fget)
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from _functions(each)
    elif isinstance(value, FunctionType) and value.__module__.split(".")[0] == "workflows":
        yield value
