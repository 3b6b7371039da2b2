"""How a refusal gets its words: a rule's message in English or French, filled with the parameters of the refusal."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

from models.codes import Code, Label
from models.typography import amount
from workflows.rules.vocabulary import WORDS, within

#: An optional parameter that a refusal is without: left out, or as some that are stored say it.
_NOT_GIVEN = (None, "nothing")


def refusal_text(
    message: Label,
    params: Mapping[str, Any],
    optional: Mapping[str, Label],
    amounts: AbstractSet[str],
    language: str,
) -> str:
    """``message`` with its parameters, in ``en`` or ``fr``.

    ``optional`` are the parts of the sentence for parameters that a refusal may be without; ``amounts`` names parameters in
    dollars.
    """
    words = {name: _word(value, language) for name, value in params.items()}
    words |= {name: _amount(params[name], language) for name in amounts & params.keys()}
    parts = {
        name: "" if params.get(name) in _NOT_GIVEN else part.in_(language).format_map(words)
        for name, part in optional.items()
    }
    return message.in_(language).format_map(words | parts)


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
