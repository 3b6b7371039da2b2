"""Exports of any length: read page by page, no more of them held at once than a page."""

import tracemalloc
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from cli.terminal.csv_export import Sheet
from models.bulk_runs import BulkRow
from models.codes import BulkKind, ItemKind, ItemState, LetterKind
from models.orders import OrderItem, item_number
from tests.ministry import CLERK, Ministry
from tests.statements import statements
from workflows.command import Command
from workflows.finding import paging
from workflows.finding.items import ItemFilter
from workflows.finding.paging import Pages
from workflows.operations.bulk import bulk_runs
from workflows.source import table
from workflows.views.bulk_runs import cells_of, columns_of, pages_of_outcomes
from workflows.views.item_export import COLUMNS, pages_of_items

#: Rows on a page of these tests.
PAGE = 20
_REPRINT = {"kind": ItemKind.REPRINT, "root_kind": ItemKind.REPRINT, "letter": LetterKind.REPRINT}


def many_items(ministry: Ministry, number: int) -> None:
    """So many more items on the order of the first, all of them reprints."""
    (first,) = ministry.where(OrderItem, table(OrderItem).c.id == 1)
    last = len(ministry.rows(OrderItem))
    rows = [
        {**first._mapping, **_REPRINT, "id": last + place, "item_no": 1 + last + place}
        for place in range(1, number + 1)
    ]
    with ministry.installation.database.write() as session:
        session.connection().execute(insert(table(OrderItem)), rows)


def written(ministry: Ministry, file: Path, chosen: ItemFilter) -> int:
    """The number of statements that the export of the chosen items takes."""
    with ministry.installation.database.stream() as session:
        source = ministry.installation.source(session)
        with statements(ministry.installation.database) as counted:
            Sheet(file, replace=True).write(COLUMNS, pages_of_items(source, chosen))
    return len(counted)


def numbers(file: Path) -> list[str]:
    """The first cell of each row of a file."""
    return [line.partition(",")[0] for line in file.read_text(encoding="utf-8-sig").splitlines()[1:]]


def peak_of(act: Any) -> int:
    """Bytes at the most that ``act`` holds at once, beside what was held before."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_export_of_items_holds_a_page_at_a_time(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Ten times the rows take a statement more for each page and no more memory; each row is there once, in one order."""
    monkeypatch.setattr(paging, "ROWS_AT_ONCE", PAGE)
    ministry.ordered()
    many_items(ministry, 5 * PAGE - 1)
    file, every = tmp_path / "items.csv", ItemFilter()
    written(ministry, file, every)  # what is made once is made now
    few_statements = written(ministry, file, every)
    few = peak_of(lambda: written(ministry, file, every))
    many_items(ministry, 45 * PAGE)
    many_statements = written(ministry, file, every)
    many = peak_of(lambda: written(ministry, file, every))
    stored = [item_number(row.order_id, row.item_no) for row in ministry.rows(OrderItem)]
    assert (numbers(file), len(set(stored))) == (stored, 50 * PAGE)
    assert many_statements - few_statements == 45  # one for a page
    assert many < 1.5 * few, (few, many)


def test_an_export_shows_one_moment(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """What others change while pages are read is not in it: no item is there twice or not at all by its filter."""
    monkeypatch.setattr(paging, "ROWS_AT_ONCE", 2)
    items = ministry.ordered(6)
    chosen = ItemFilter(state=ItemState.CREATED)
    with ministry.installation.database.stream() as session:
        pages = iter(pages_of_items(ministry.installation.source(session), chosen))
        found = [each["number"] for each in next(pages)]
        ministry.do("cancel", items[3:], reason="OrderedInError")
        ministry.ordered(2)
        found += [each["number"] for page in pages for each in page]
    assert found == [ministry.view(each)["number"] for each in items]


def test_the_export_of_outcomes_holds_a_page_at_a_time(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As that of items; rows that are not finished yet are not in it."""
    monkeypatch.setattr(paging, "ROWS_AT_ONCE", PAGE)
    peaks = []
    for number in (5 * PAGE, 50 * PAGE):
        run = run_with(ministry, number)
        with ministry.installation.database.stream() as session:
            source = ministry.installation.source(session)
            row = bulk_runs.run_of(source, run)
            file = Sheet(tmp_path / "run.csv", replace=True)

            def write() -> None:
                pages = pages_of_outcomes(source, row)
                told: Iterable[list[Mapping[str, Any]]] = (
                    [cells_of(row.kind, each, "en") for each in page] for page in pages
                )
                file.write(columns_of(row.kind), told)

            write()
            peaks.append(peak_of(write))
        assert numbers(file.path) == [f"{place:010d}-01" for place in range(1, number + 1)]
    few, many = peaks
    assert many < 1.5 * few, peaks


def run_with(ministry: Ministry, number: int) -> int:
    """A run with so many outcomes and one row that has none yet."""
    command = Command("cancel", CLERK, ministry.now)
    told = {"outcome": "done", "reasons": [], "state": "cancelled", "version": 2, "kind": None}
    with ministry.installation.database.write() as session:
        run = bulk_runs.enter(session, BulkKind.TRANSITION, {"event": "cancel"}, command)
        rows = [
            {
                "run_id": run,
                "position": place,
                "unit": place,
                "subject_id": place,
                "outcome": told | {"item": f"{place:010d}-01"} if place <= number else None,
            }
            for place in range(1, number + 2)
        ]
        session.connection().execute(insert(table(BulkRow)), rows)
    return run


def test_pages_end_where_enough_was_read() -> None:
    """No more is asked for than is wanted, and the rest begins at the cursor that is left."""
    asked: list[tuple[int, int]] = []

    def find(after: int, limit: int) -> tuple[list[int], int | None]:
        asked.append((after, limit))
        found = list(range(after + 1, min(after + limit, 5) + 1))
        return found, None if found[-1] == 5 else found[-1]

    some = Pages(find, most=3)
    assert ([each for page in some for each in page], some.following) == ([1, 2, 3], 3)
    rest = Pages(find, after=3)
    assert ([each for page in rest for each in page], rest.following) == ([4, 5], None)
    assert asked == [(0, 3), (3, paging.ROWS_AT_ONCE)]
