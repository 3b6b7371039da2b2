"""A rule: a pure function with a code, a sentence for its name, texts in both languages and who can fix it.

A rule answers ``True``, or ``No`` with the parameters of its message. It never reads a database, a file or a clock: all
that it looks at are its parameters, which are the names of facts (:mod:`workflows.facts`). So "why not?" can be asked for
500 rows at once, and a test asks a rule with plain values.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from inspect import signature
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

from typing_extensions import TypedDict

from models.codes import Code, Label, Role
from workflows.rules.refusal_texts import refusal_text
from workflows.rules.vocabulary import WHO
from workflows.shapes import Both, meaning, values_of


@dataclass(frozen=True, slots=True)
class No:
    """The refusal of a rule with the parameters of its message; falsy, so that the library's engine refuses too."""

    params: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """A refusal is false."""
        return False


Verdict: TypeAlias = Literal[True] | No
#: A rule's function; its parameters are facts.
Check: TypeAlias = Callable[..., Verdict]
#: A rule's question, asked of facts.
Ask: TypeAlias = Callable[[Any], Verdict]


class ReasonView(TypedDict):
    """A failing rule: the one shape of errors, refusals, outcomes and warnings."""

    code: str
    rule: str
    message: Both
    params: Annotated[dict[str, Any], meaning("The parameters of the message; each rule has its own.")]
    who: Annotated[str, values_of(WHO), meaning("Who can fix it.")]


@dataclass(frozen=True, slots=True)
class Reason:
    """A failing rule with its parameters."""

    rule: "Rule"
    params: Mapping[str, Any]

    @property
    def code(self) -> str:
        """The rule's code (domain §4, "Code")."""
        return self.rule.code

    def message(self, language: str) -> str:
        """The rule's message with its parameters, in ``en`` or ``fr``."""
        rule = self.rule
        return refusal_text(rule.message, self.params, rule.optional, rule.amounts, language)

    def as_json(self) -> ReasonView:
        """The ``reason`` object of the interfaces."""
        return {
            "code": self.code,
            "rule": self.rule.name,
            "message": {"en": self.message("en"), "fr": self.message("fr")},
            "params": plain(self.params),
            "who": self.rule.who,
        }


class Rule:
    """A check with its texts.

    ``check`` is the function that was declared, to be called with plain values; ``ask`` takes these values from facts.
    """

    def __init__(
        self,
        code: str,
        check: Check,
        title: Label,
        message: Label,
        who: str,
        optional: Mapping[str, Label] = MappingProxyType({}),
        amounts: frozenset[str] = frozenset(),
        name: str = "",
    ) -> None:
        """See :func:`rule`; ``name`` is the check's unless it is given."""
        self.code, self.check, self.title, self.message, self.who = code, check, title, message, who
        self.optional, self.amounts = optional, amounts
        self.name = name or check.__name__
        self.__doc__ = check.__doc__
        #: The facts that the rule looks at.
        self.looks_at = tuple(signature(check).parameters)
        self.ask: Ask = _asking(code, check, self.looks_at)
        self.guard = _guard(self)

    def answering(self, ask: Ask) -> "Rule":
        """A rule with these texts whose question is answered by ``ask``."""
        other = copy(self)
        other.ask = ask
        other.guard = _guard(other)
        return other

    @property
    def whole_message(self) -> Label:
        """The message with every part that a refusal may be without."""
        whole = self.message
        for name, part in self.optional.items():
            whole = Label(*(whole.in_(each).replace(f"{{{name}}}", part.in_(each)) for each in ("en", "fr")))
        return whole

    def __repr__(self) -> str:
        """Code and sentence."""
        return f"<{self.code} {self.name}>"


def _asking(code: str, check: Check, names: tuple[str, ...]) -> Ask:
    """``check`` as it is asked of facts. An error that arises in it bears the ``code`` of the rule."""
    if not names:
        return lambda _facts: check()
    take: Callable[[Any], Any] = attrgetter(*names)

    def ask_of_one(facts: Any) -> Verdict:
        try:
            return check(take(facts))
        except Exception as error:
            mark(error, code)
            raise

    def ask_of_several(facts: Any) -> Verdict:
        try:
            return check(*take(facts))
        except Exception as error:
            mark(error, code)
            raise

    return ask_of_one if len(names) == 1 else ask_of_several


def mark(error: Exception, code: str) -> None:
    """Let an error bear the code of the rule in which it arose; where rules ask rules, that of the inner one."""
    if not hasattr(error, "rule"):
        error.rule = code  # type: ignore[attr-defined]


def _guard(rule: Rule) -> Callable[..., Verdict]:
    """The rule as a function, as the state machine library takes guards: it injects what the function names."""

    def guard(facts: Any) -> Verdict:
        return rule.ask(facts)

    guard.__name__ = guard.__qualname__ = f"{rule.name}_{rule.code}"
    guard.rule = rule  # type: ignore[attr-defined]
    return guard


def guards(*rules: Rule) -> list[Callable[..., Verdict]]:
    """What a transition is given as ``cond=``."""
    return [each.guard for each in rules]


#: Every rule by its code; ``may`` (CO-11) is entered once for all its roles.
REGISTRY: dict[str, Rule] = {}


def rule(
    code: str,
    *,
    title: tuple[str, str],
    message: tuple[str, str],
    who: str = Role.STUDENT_RECORDS,
    optional: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    amounts: Iterable[str] = (),
) -> Callable[[Check], Rule]:
    """Declare the decorated check as the rule ``code``. Texts are (English, French); ``who`` can fix a failure.

    A parameter that a refusal may be without is ``optional``, with a part of the sentence of its own: that part stands
    in the parameter's place in the message, or nothing does. ``amounts`` are parameters in dollars, such as ``"12.50"``.
    """

    def declare(check: Check) -> Rule:
        if code in REGISTRY:
            message_ = f"rule {code} is declared twice"
            raise ValueError(message_)
        parts = {name: Label(*part) for name, part in optional.items()}
        REGISTRY[code] = Rule(
            code, check, Label(*title), Label(*message), str(who), parts, frozenset(amounts)
        )
        return REGISTRY[code]

    return declare


def failing(rules: Iterable[Rule], facts: Any) -> list[Reason]:
    """Every rule of ``rules`` that does not hold, in the order of domain §4, "the order of this table"."""
    reasons = [Reason(each, verdict.params) for each in rules if isinstance(verdict := each.ask(facts), No)]
    return sorted(reasons, key=lambda reason: order_of(reason.code)) if len(reasons) > 1 else reasons


def order_of(code: str) -> tuple[bool, int]:
    """Sorts codes in the order of domain §4, "the order of this table": PASI's, then ours by number."""
    return (True, int(code[3:])) if code.startswith("CO-") else (False, _PASI.index(code))


#: PASI's codes in the order of domain §4, "the order of this table", which is not that of their numbers.
_PASI = [
    "44002",
    "44005",
    "44008",
    "44015",
    "44016",
    "44017",
    "44018",
    "11463",
    "60105",
    "60108",
    "60109",
    "60111",
    "60112",
    "60113",
    "60114",
    "60130",
    "60118",
    "60120",
    "60121",
    "60125",
    "60128",
    "60406",
    "65060",
    "82003",
]


def restore(code: str, params: Mapping[str, Any]) -> Reason:
    """A stored error as the reason that it was."""
    return Reason(REGISTRY[code], params)


def plain(value: Any) -> Any:
    """``value`` as JSON takes it: codes as values, dates as text."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, Code):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
