"""Facts that rules look at; each is found when a rule first asks for it.

A fact is an attribute of a class of facts (about one subject) that finds itself when it is first asked for, and is a plain
attribute from then on. A fact is found in what is *loaded*: an attribute of a batch (of all subjects of a command at once) that
costs one query, or none, when the first subject asks.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, TypeVar, overload

S = TypeVar("S")
T = TypeVar("T")

#: Stands for the batch of facts that were stored for replay: no other fact can be found any more.
NOT_KEPT: Any = object()


class fact(Generic[S, T]):  # noqa: N801 - a decorator
    """An attribute of facts that is found when it is first asked for; its value is stored for replay."""

    kept = True

    def __init__(self, find: Callable[[S], T]) -> None:
        """``find`` finds the value."""
        self.find, self.name, self.__doc__ = find, find.__name__, find.__doc__

    @overload
    def __get__(self, about: None, kind: type[Any]) -> "fact[S, T]": ...
    @overload
    def __get__(self, about: S, kind: type[Any]) -> T: ...
    def __get__(self, about: S | None, kind: type[Any]) -> Any:
        """Find the value once; raises ``AttributeError`` for a past decision that was stored without it."""
        if about is None:
            return self
        self.require_knowable(about)
        value = about.__dict__[self.name] = self.find(about)
        return value

    def require_knowable(self, about: Any) -> None:
        """Raise ``AttributeError`` for a past decision, whose batch was not stored."""
        if about.__dict__["batch"] is NOT_KEPT:
            raise AttributeError(f"{self.name} was not kept", name=self.name, obj=about)


class derived(fact[S, T]):  # noqa: N801 - a decorator
    """A fact that is made of other facts: not stored for replay, but made again by the code of the day."""

    kept = False

    def require_knowable(self, about: Any) -> None:
        """Nothing to check: the facts that it is made of check themselves."""


class LateFactError(AssertionError):
    """A fact was asked for after its subject was written, when its value may be that of a later moment."""


class loaded(fact[S, T]):  # noqa: N801 - a decorator
    """An attribute of a batch: loaded once for all its subjects, and no more once they are written."""

    kept = False

    def require_knowable(self, about: Any) -> None:
        """Raise :class:`LateFactError` where the subjects were written meanwhile."""
        if about.closed:
            raise LateFactError(self.name)


@lru_cache(maxsize=32)
def kept_of(kind: Any) -> tuple[str, ...]:
    """The names of the facts of ``kind`` that are kept for replay, those of its bases first."""
    found = {
        name: each
        for base in kind.__mro__[::-1]
        for name, each in vars(base).items()
        if isinstance(each, fact)
    }
    return tuple(name for name, each in found.items() if each.kept)
