"""CSV that a spreadsheet may open."""

import pytest

from models.edges.csv_export import csv_text


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (True, "true"), (False, "false"), (0, "0"), (["a", 1], "a 1"), ([], ""), ("＝1", "'＝1")],
)
def test_a_cell_is_written_as_people_and_imports_read_it(value: object, cell: str) -> None:
    """Nothing is nothing, flags are true and false as in an extract, and no cell is run."""
    assert csv_text(["it", "next"], [{"it": value, "next": 1}]) == f"it,next\r\n{cell},1\r\n"
