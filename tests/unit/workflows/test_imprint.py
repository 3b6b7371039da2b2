"""What the ministry sets for all documents, and what it may not set."""

import pytest
from pydantic import ValidationError

from models.codes import Label
from models.settings import Settings
from renderers.content import Contact, Imprint
from renderers.pages.print_marks import PrintMarks
from workflows.imprint import UnusableSettingError, imprint_of, print_marks_of


def settings(**given):
    return Settings(_env_file=None, **given)


def test_unset_settings_are_those_of_the_design():
    """Without settings there are the titles and the contact block of domain §7, "Contact block from settings", and the specimen mark."""
    assert imprint_of(settings()) == Imprint(specimen=True)
    assert print_marks_of(settings()) == PrintMarks()
    assert imprint_of(settings(environment="production", secret="a secret of our own")) == Imprint(
        specimen=False
    )


def test_titles_and_contact_come_from_the_settings():
    """Each may be set alone; an empty one counts as unset."""
    made = imprint_of(
        settings(
            first_signatory_en="Registrar",
            second_signatory_fr="Sous-ministre adjointe",
            contact_hours_fr="Toujours",
            contact_phone_en="",
        )
    )
    assert [each.en for each in made.signatories] == ["Registrar", "Deputy Minister"]
    assert [each.fr for each in made.signatories] == ["Ministre de l’Éducation", "Sous-ministre adjointe"]
    assert made.contact_fr.hours == "Toujours"
    assert made.contact_en == Imprint().contact_en
    assert isinstance(made.contact_en, Contact)


def test_a_title_that_cannot_be_set_is_refused():
    """A setting is set like a name: the character that no face has is named, in both languages."""
    with pytest.raises(UnusableSettingError) as refusal:
        imprint_of(settings(contact_office_fr="Bureau ☃"))
    for text in refusal.value.label:
        assert "ORDERS_CONTACT_OFFICE_FR" in text
        assert "☃ (U+2603 SNOWMAN)" in text
    assert refusal.value.label.en in str(refusal.value)
    assert refusal.value.label.fr in str(refusal.value)
    with pytest.raises(UnusableSettingError, match="ORDERS_SECOND_SIGNATORY_EN"):
        imprint_of(settings(second_signatory_en="大臣"))


def test_places_come_from_the_settings():
    """Two numbers move a mark, ``none`` leaves the bars out."""
    assert print_marks_of(settings(sequence_number_at="300,760.5")).sequence_number == (300, 760.5)
    assert print_marks_of(settings(inserter_marks_at="20,720")).inserter == (20, 720)
    assert print_marks_of(settings(inserter_marks_at="none")).inserter is None


@pytest.mark.parametrize(
    ("name", "place", "mark", "taken"),
    [
        (
            "sequence_number_at",
            "300,600",
            Label("the sequence number", "le numéro de séquence"),
            Label("the envelope's window", "la fenêtre de l'enveloppe"),
        ),
        (
            "inserter_marks_at",
            "600,400",
            Label("the inserter marks", "les repères d'insertion"),
            Label("the edge of the sheet", "le bord de la feuille"),
        ),
    ],
)
def test_a_place_that_is_taken_is_refused(name, place, mark, taken):
    """The refusal names the variable, the mark and what is there, in both languages."""
    with pytest.raises(UnusableSettingError) as refusal:
        print_marks_of(settings(**{name: place}))
    for text, said, there in zip(refusal.value.label, mark, taken, strict=True):
        assert f"ORDERS_{name.upper()}" in text
        assert said in text
        assert there in text


@pytest.mark.parametrize("place", ["300", "300;600", "-1,600", "somewhere", "none,1", "1e9,1"])
def test_what_is_no_place_is_no_setting(place):
    """Anything but two numbers is refused with the variable's name."""
    for name in ("sequence_number_at", "inserter_marks_at"):
        with pytest.raises(ValidationError, match=name):
            settings(**{name: place})
