"""Filters of lists name the field that is wrong."""

import inspect
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from models.edges.fault_sentences import LABELS
from web.api import credentials, work
from web.api.protocol.faults import fault_of


@pytest.mark.parametrize(
    ("function", "parameter", "field"),
    [
        (credentials._filter, "name", "name"),
        (credentials._filter, "school", "school_code"),
        (credentials._filter, "authority", "authority_code"),
        (work.tasks, "owner", "owner"),
    ],
)
def test_a_bad_filter_names_its_field(function: Any, parameter: str, field: str) -> None:
    """Spaces before a text are refused under the name of what is searched for, not of who ordered."""
    kind = inspect.signature(function, eval_str=True).parameters[parameter].annotation
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(" x")
    (fault,) = [fault_of({**each, "loc": ("query", parameter)}) for each in error.value.errors()]
    assert LABELS[field].en in fault["message"]["en"]
    assert LABELS[field].fr in fault["message"]["fr"]
