"""What the ministry sets for all documents: who signs, whom to ask, and where marks stand (domain §7, "titles from settings")."""

from collections.abc import Mapping
from dataclasses import fields, replace

from models.codes import Label
from models.settings import Settings
from renderers.content import Contact, Imprint, Signatory
from renderers.fonts.characters import Unprintable, normal, set_line
from renderers.pages.print_marks import Point, PrintMarks, clash_of

#: What a mark is called, by its name among the clashes: the setting, and its name in both languages.
_MARKS = {
    "sequence_number": (
        "sequence_number_at",
        Label("the sequence number", "le numéro de séquence"),
    ),
    "inserter": ("inserter_marks_at", Label("the inserter marks", "les repères d'insertion")),
}


class UnusableSettingError(ValueError):
    """A setting that no document can be printed with; ``label`` says what to do, in both languages."""

    def __init__(self, label: Label) -> None:
        """Said in both where nobody asks for one."""
        super().__init__(f"{label.en} / {label.fr}")
        self.label = label


def imprint_of(settings: Settings) -> Imprint:
    """The imprint of all documents. Raises ``UnusableSettingError`` where a text can't be set."""
    plain = Imprint(specimen=not settings.production)
    first, second = plain.signatories
    return replace(
        plain,
        signatories=(_signatory(settings, "first", first), _signatory(settings, "second", second)),
        contact_en=_contact(settings, "en", plain.contact_en),
        contact_fr=_contact(settings, "fr", plain.contact_fr),
    )


def print_marks_of(settings: Settings) -> PrintMarks:
    """Where marks stand on letters. Raises ``UnusableSettingError`` where something else stands there."""
    plain = PrintMarks()
    inserter = settings.inserter_marks_at
    marks = PrintMarks(
        sequence_number=_point(settings.sequence_number_at) or plain.sequence_number,
        inserter=None if inserter == "none" else _point(inserter) or plain.inserter,
    )
    clash = clash_of(marks) if marks not in (plain, replace(plain, inserter=None)) else None
    if clash is not None:
        name, mark = _MARKS[clash.mark]
        variable = f"ORDERS_{name.upper()}"
        raise UnusableSettingError(
            Label(
                f"{variable} puts {mark.en} on {clash.en}. Choose a place that every letter leaves free, or leave it"
                " unset.",
                f"{variable} place {mark.fr} sur {clash.fr}. Choisissez un endroit que toute lettre laisse libre, ou"
                " ne la définissez pas.",
            )
        )
    return marks


def _point(text: str | None) -> Point | None:
    if text is None:
        return None
    x, y = text.split(",")
    return float(x), float(y)


def _signatory(settings: Settings, which: str, plain: Signatory) -> Signatory:
    given = {language: getattr(settings, f"{which}_signatory_{language}") for language in ("en", "fr")}
    return replace(plain, **_printable(given, f"{which}_signatory_{{}}"))


def _contact(settings: Settings, language: str, plain: Contact) -> Contact:
    given = {each.name: getattr(settings, f"contact_{each.name}_{language}") for each in fields(Contact)}
    return replace(plain, **_printable(given, f"contact_{{}}_{language}"))


def _printable(given: Mapping[str, str | None], named: str) -> dict[str, str]:
    """The texts that were given, each of which can be set as a name can."""
    found = {name: text for name, text in given.items() if text}
    for name, text in found.items():
        refused = set_line(normal(text))
        if isinstance(refused, Unprintable):
            variable = f"ORDERS_{named.format(name).upper()}"
            what = f"{refused.character} ({refused.code_point} {refused.unicode_name})"
            raise UnusableSettingError(
                Label(
                    f"{variable} can't be printed: {what}. Write it without.",
                    f"{variable} ne peut être imprimée : {what}. Écrivez-la sans.",
                )
            )
    return found
