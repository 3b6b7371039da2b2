"""Every message in both languages, with every field filled."""

import pytest

from models.codes import MessageKind
from renderers.content import Imprint
from workflows.effects.message_texts import TEXTS, compose

FIELDS = {
    "title": "Alberta High School Diploma",
    "item": "0000000012-01",
    "reason": "Unclaimed",
    "link": "https://documents.example.org/0000000012-01/abc",
    "day": "May 1, 2026",
    "job": "000012",
    "counts": "Canada: 3",
    "last": 3,
}


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_is_told_in_both_languages(kind: MessageKind) -> None:
    """Subject and body differ between the languages, end with the contact block and leave no brace."""
    told = [compose(kind, language, Imprint().contact(language), **FIELDS) for language in ("en", "fr")]
    assert told[0][0] != told[1][0]
    assert told[0][1] != told[1][1]
    for subject, body in told:
        assert subject
        assert "\n" not in subject
        assert not {"{", "}"} & set(subject + body)
        assert Imprint().contact("en").phone in body


def test_there_is_a_text_for_each_kind_and_no_other() -> None:
    """The texts are of exactly the kinds there are."""
    assert set(TEXTS) == set(MessageKind)
