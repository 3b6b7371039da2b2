"""Faults: what is wrong with a text or a row, each with the sentence of its kind.

The sentences of all kinds are in :mod:`models.edges.fault_sentences`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from models.codes import Label
from models.edges.fault_sentences import LABELS, SENTENCES
from models.errors import ExpectedError

#: The longest value that a message repeats, in characters.
SHOWN_CHARACTERS = 60

#: What a parameter of a fault may be.
Param = str | int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with ``field``. Parameters are plain, printable JSON values."""

    kind: str
    field: str
    params: dict[str, Param]

    @property
    def code(self) -> str:
        """The stable code, such as ``last_name_missing``."""
        return SENTENCES[self.kind].code.format(field=self.field)

    @property
    def rule(self) -> str:
        """The code of the rule behind it (domain §4, "Rules"), or nothing."""
        return SENTENCES[self.kind].rule

    @property
    def message(self) -> dict[str, str]:
        """What to do, as ``{"en": …, "fr": …}``."""
        return {"en": self.in_("en"), "fr": self.in_("fr")}

    def in_(self, language: str) -> str:
        """What to do, in ``language`` (``en`` or ``fr``)."""
        sentence = SENTENCES[self.kind]
        text = sentence.fr if language == "fr" else sentence.en
        return text.format(**{"label": self._label(language), **self.params})

    def _label(self, language: str) -> str:
        label = LABELS.get(self.field)
        name = label.in_(language) if label else self.field
        # A text of several lines says which of them is meant.
        line = self.params.get("text_line")
        word = "ligne" if language == "fr" else "line"
        return name if line is None else f"{name}, {word} {line}"


class FaultsError(ExpectedError):
    """What was given is malformed: ``faults`` say in which field, how, and what to do."""

    kind = "malformed"

    def __init__(self, *faults: Fault) -> None:
        """The text is made of the sentences of all ``faults``."""
        super().__init__(text_of(faults))
        self.faults = faults


def text_of(faults: Iterable[Fault], between: str = " ") -> Label:
    """The sentences of all faults, with ``between`` between them."""
    told = list(faults)
    return Label.said(between.join(each.in_(language) for each in told) for language in ("en", "fr"))


def fault(kind: str, field: str, **params: Param) -> Fault:
    """The fault ``kind`` (a key of ``SENTENCES``) of ``field``; text parameters are made printable and cut short."""
    shown = {name: printable(value) if isinstance(value, str) else value for name, value in params.items()}
    return Fault(kind, printable(field), shown)


def printable(value: str) -> str:
    r"""``value`` as a message may show it: unprintable characters as ``\u200b``, cut after ``SHOWN_CHARACTERS``."""
    cut = value if len(value) <= SHOWN_CHARACTERS else value[: SHOWN_CHARACTERS - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in cut)


def reasons(faults: Iterable[Fault], language: str = "en") -> str:
    """All faults in one cell: ``code: message; code: message``, without the full stops before the semicolons."""
    return "; ".join(f"{one.code}: {one.in_(language).rstrip('.')}" for one in faults)
