"""Both languages are written by one definition, whatever the keyboard at hand offers."""

import pytest

from models.codes import Label
from models.typography import amount, decimal, english, french, number

#: What is typed, and what is written; no-break spaces are shown as ``~``.
FRENCH = [
    ("L'élève n'a pas d'adresse.", "L’élève n’a pas d’adresse."),
    ("l'{item} d'« Ada »", "l’{item} d’«~Ada~»"),
    ("Montant : {amount}", "Montant~: {amount}"),
    ("« {state} » : {event}", "«~{state}~»~: {event}"),
    ("«{state}»", "«~{state}~»"),
    ("Fait ; vraiment ? Oui !", "Fait; vraiment? Oui!"),
    ("Fait\u202f; vraiment\u00a0?", "Fait; vraiment?"),
    ("10 000 documents, 5 Mo, {free} Mo, 12 %", "10~000 documents, 5~Mo, {free}~Mo, 12~%"),
    ("{table} : n° {seq}", "{table}~: n°~{seq}"),
    ("http://127.0.0.1:{port}, RÔLE:NOM, 16:30", "http://127.0.0.1:{port}, RÔLE:NOM, 16:30"),
    ("curl -H 'Authorization: x' 'http://y'", "curl -H 'Authorization: x' 'http://y'"),
    ("{number} s'est arrêté", "{number} s’est arrêté"),
]


@pytest.mark.parametrize(("typed", "wanted"), FRENCH)
def test_french_is_written_as_in_canada(typed: str, wanted: str) -> None:
    """No-break spaces before colons and inside guillemets, none before ; ? !, and the typographic apostrophe."""
    assert french(typed).replace("\u00a0", "~") == wanted
    assert french(french(typed)) == french(typed)


def test_english_keeps_the_straight_apostrophe() -> None:
    """One of two usages, and the same in every text."""
    assert english("The item’s “state” can't be: x?") == "The item's “state” can't be: x?"


def test_a_label_writes_its_texts_but_not_what_is_put_in() -> None:
    """Names and addresses stand in a message as they were typed; labels put in speak the text's own language."""
    label = Label("“{name}” is {state}.", "« {name} » : l'état est {state}.")
    assert label.fr == "«\u00a0{name}\u00a0»\u00a0: l’état est {state}."
    told = label.filled(name="d'Arcy ?", state=Label("placed", "passé"))
    assert told == ("“d'Arcy ?” is placed.", "«\u00a0d'Arcy ?\u00a0»\u00a0: l’état est passé.")
    assert Label.said(("l'été", "l'été :")) == ("l'été", "l'été :")


@pytest.mark.parametrize(
    ("cents", "wanted", "wanted_french"),
    [
        (0, "$0.00", "0,00~$"),
        (5, "$0.05", "0,05~$"),
        (1250, "$12.50", "12,50~$"),
        (9_999_999, "$99,999.99", "99~999,99~$"),
    ],
)
def test_an_amount_is_written_as_the_language_writes_it(cents: int, wanted: str, wanted_french: str) -> None:
    """The sign before dollars and a point in English; a comma and the sign behind in French."""
    assert (amount(cents, "en"), amount(cents, "fr").replace("\u00a0", "~")) == (wanted, wanted_french)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    """Thousands and decimals."""
    assert (number(12_345, "en"), number(12_345, "fr")) == ("12,345", "12\u00a0345")
    assert (decimal(3.25, "en", 2), decimal(3.25, "fr", 2), decimal(12.4, "fr", 0)) == ("3.25", "3,25", "12")
