"""A rule: a pure function with a code, a sentence for its name, texts in both languages and who can fix it.

A rule answers ``True``, or ``No`` with the parameters of its message. It never reads a database, a file or a clock:
all that it looks at is in the subject and the facts, so "why not?" can be asked for 500 rows at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

from typing_extensions import TypedDict

from models.codes import Code, Label, Role
from models.typography import amount
from workflows.rules.vocabulary import WHO, WORDS, within
from workflows.shapes import Both, meaning, values_of


@dataclass(frozen=True, slots=True)
class No:
    """The refusal of a rule with the parameters of its message; falsy, so that the library's engine refuses too."""

    params: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """A refusal is false."""
        return False


Verdict: TypeAlias = Literal[True] | No
Check: TypeAlias = Callable[[Any, Any], Verdict]


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
        words = {name: _word(value, language) for name, value in self.params.items()}
        words |= {
            name: _amount(self.params[name], language) for name in self.rule.amounts & self.params.keys()
        }
        parts = {
            name: "" if self.params.get(name) in _NOT_GIVEN else part.in_(language).format_map(words)
            for name, part in self.rule.optional.items()
        }
        return self.rule.message.in_(language).format_map(words | parts)

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
    """A check with its texts. Calling it asks the question.

    The state machine library reads the signature of what it is given as ``cond=`` from a function's own attributes,
    so a rule carries those of its check.
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
    ) -> None:
        """See :func:`rule`."""
        self.code, self.check, self.title, self.message, self.who = code, check, title, message, who
        self.optional, self.amounts = optional, amounts
        self.name = check.__name__
        self.__name__ = self.__qualname__ = f"{self.name}_{code}"
        self.__code__ = check.__code__
        self.__doc__ = check.__doc__

    def answering(self, check: Check) -> "Rule":
        """The same rule, whose question another check answers."""
        return Rule(self.code, check, self.title, self.message, self.who, self.optional, self.amounts)

    def __call__(self, subject: Any, facts: Any) -> Verdict:
        """``True``, or ``No`` with the message's parameters."""
        return self.check(subject, facts)

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


def failing(rules: Iterable[Rule], subject: Any, facts: Any) -> list[Reason]:
    """Every rule of ``rules`` that does not hold, in the order of domain §4, "the order of this table"."""
    reasons = [
        Reason(each, verdict.params) for each in rules if isinstance(verdict := each(subject, facts), No)
    ]
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


#: An optional parameter that a refusal is without: left out, or as some that are stored say it.
_NOT_GIVEN = (None, "nothing")


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


def _amount(dollars: str, language: str) -> str:
    """An amount as it stands among the parameters, as people read it."""
    return amount(round(Decimal(dollars) * 100), language)


def _word(value: Any, language: str) -> str:
    """A parameter as people read it: codes and field names by their label within a sentence, lists with commas."""
    if isinstance(value, list | tuple):
        return ", ".join(_word(each, language) for each in value)
    if isinstance(value, Code):
        return within(value).in_(language)
    return WORDS[value].in_(language) if value in WORDS else str(value)
