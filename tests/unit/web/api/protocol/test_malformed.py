"""What pydantic refuses is told in both languages, in words of ours."""

from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from models.codes import Language
from web.api.protocol import bodies, inputs
from web.api.protocol.faults import fault_of
from web.api.protocol.problems import FaultView

#: Values of the wrong kind for most fields.
STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "?",
    "x" * 3000,
    "\ud800",
    [],
    [None] * 20_000,
    {},
    {"x": 1},
]
BODIES = [
    each
    for each in vars(bodies).values()
    if isinstance(each, type) and issubclass(each, bodies.Body) and each.model_fields
]


def told(model: type[BaseModel], given: Any) -> list[FaultView]:
    """The faults that a caller would hear of."""
    try:
        model.model_validate(given)
    except ValidationError as error:
        return [fault_of({**each, "loc": ("body", *each["loc"])}) for each in error.errors()]
    return []


@pytest.mark.parametrize("model", BODIES, ids=lambda model: model.__name__)
def test_every_fault_of_a_body_has_words_of_its_own(model: type[BaseModel]) -> None:
    """Whatever stands in a field: no sentence of pydantic's comes out, nor the one for what nobody thought of."""
    given: list[Any] = [
        *({name: each} for name in (*model.model_fields, "strange") for each in STRANGE),
        None,
        [],
        "x",
    ]
    found = [each for values in given for each in told(model, values)]
    assert found
    for each in found:
        assert "incompréhensible" not in each["message"]["fr"], each
        assert "should" not in each["message"]["en"]
        assert not any(word in each["message"]["fr"] for word in (" or ", "should", "Input "))


def test_a_choice_lists_its_values_in_neither_language() -> None:
    """The values are codes, with commas between them."""
    with pytest.raises(ValidationError) as error:
        TypeAdapter(Language).validate_python("x")
    (fault,) = [fault_of({**each, "loc": ("query", "language")}) for each in error.value.errors()]
    assert fault["message"] == {
        "en": "language: write one of: en, fr.",
        "fr": inputs.ONE_OF.filled(expected="en, fr").fr.join(("language\u00a0: ", "")),
    }


def test_what_nobody_thought_of_is_told_in_both_languages() -> None:
    """A kind of error without a text of ours does not show pydantic's English one."""
    fault = fault_of({"type": "new_one", "loc": ("body", "x"), "msg": "Input should be better", "ctx": {}})
    assert fault["message"] == {
        "en": "x: this can't be understood.",
        "fr": "x\u00a0: ceci est incompréhensible.",
    }
