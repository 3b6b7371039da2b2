"""Options that belong together, as one dataclass in the signature of a command.

Typer reads every option from a command's signature. A command that takes a dataclass of options is made one that takes
its fields instead, where the dataclass stood; fields that are such dataclasses are taken apart too.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, cast, get_type_hints


def grouping(command: Callable[..., None]) -> Callable[..., None]:
    """``command`` with the options of its dataclasses in its signature."""
    taken = signature(command).parameters.values()

    @wraps(command)
    def call(**given: Any) -> None:
        command(**{each.name: _gathered(each.name, each.annotation, given) for each in taken})

    options = [option for each in taken for option in _options(each.name, each.annotation, each.default)]
    spread: Any = call
    spread.__signature__ = Signature(options)
    spread.__annotations__ = {each.name: each.annotation for each in options}
    return call


def _options(name: str, kind: Any, default: Any) -> Iterator[Parameter]:
    """The options behind a parameter: itself, or those of a dataclass in the order of its fields."""
    if not is_dataclass(kind):
        given = Parameter.empty if default is MISSING else default
        yield Parameter(name, Parameter.KEYWORD_ONLY, default=given, annotation=kind)
        return
    kinds = get_type_hints(kind, include_extras=True)
    for each in fields(kind):
        yield from _options(each.name, kinds[each.name], each.default)


def _gathered(name: str, kind: Any, given: Mapping[str, Any]) -> Any:
    """What was typed for a parameter: itself, or the dataclass with what was typed for its fields."""
    if not is_dataclass(kind):
        return given[name]
    kinds, build = get_type_hints(kind), cast("type[Any]", kind)
    return build(**{each.name: _gathered(each.name, kinds[each.name], given) for each in fields(build)})
