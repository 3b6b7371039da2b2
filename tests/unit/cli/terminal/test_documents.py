"""The one JSON document of a call, where it is written as it is read."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.terminal.context import Context
from models.codes import Role
from models.settings import Settings
from workflows.command import Actor

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ROWS = st.dictionaries(st.text(), VALUES, max_size=3)


def context() -> Context:
    """A call that asks for JSON."""
    return Context(Settings(_env_file=None), Actor(Role.STUDENT_RECORDS), "en", json=True)


@given(before=ROWS, pages=st.lists(st.lists(ROWS, max_size=3), max_size=3), after=ROWS)
def test_a_document_in_pages_is_the_one_that_is_written_whole(
    before: dict[str, Any], pages: list[list[dict[str, Any]]], after: dict[str, Any]
) -> None:
    """Whatever texts stand in it, line separators among them, and however its list is cut into pages."""
    before, after = (
        {f"{name} {key}": value for key, value in each.items()}
        for name, each in (("b", before), ("a", after))
    )
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr("sys.stdout", Told(written))
        context().emit_pages(before, "rows", pages, lambda: after)
        in_pages = "".join(written)
        written.clear()
        context().emit({**before, "rows": [row for page in pages for row in page], **after})
        assert in_pages == "".join(written)
    assert json.loads(in_pages)["rows"] == [row for page in pages for row in page]


class Told:
    """A stream that keeps what is written."""

    def __init__(self, written: list[str]) -> None:
        """Parts are appended to ``written``."""
        self.write, self.writelines = written.append, written.extend


def test_nothing_is_written_before_the_first_page_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """What goes wrong there is an error, not half a document."""

    def broken() -> Iterator[list[Mapping[str, Any]]]:
        page: list[Mapping[str, Any]] = []
        yield from (page for _ in range(1 // 0))

    with pytest.raises(ZeroDivisionError):
        context().emit_pages({"selected": 1}, "rows", broken(), dict)
    assert capsys.readouterr().out == ""
