"""Reading the pages in ``docs/``: their sections, tables and marks, as the tests compare them with the code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.codes import Label

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
#: Marks what is decided, but done by no code today.
NOT_BUILT = "not built yet"

_HEADING = re.compile(r"^(#{2,4}) (.+)$", re.MULTILINE)
_REMARK = re.compile(r"\s*\*\([^)]*\)\*")
_TICKED = re.compile(r"`([^`]+)`")
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: what its cells say without the marks, and whether the first cell is marked as not built."""

    cells: tuple[str, ...]
    built: bool

    def __getitem__(self, column: int) -> str:
        """The text of a cell."""
        return self.cells[column]


@cache
def text_of(page: str) -> str:
    """A page of ``docs/`` by its file name."""
    return (DOCS / page).read_text(encoding="utf-8")


@cache
def section(page: str, heading: str) -> str:
    """A heading and what stands under it, down to the next heading of the same or a higher level.

    Raises ``LookupError`` where no heading, or more than one, begins so.
    """
    text = text_of(page)
    headings = list(_HEADING.finditer(text))
    (found,) = [each for each in headings if each[2].startswith(heading)] or _missing(page, heading)
    after = (
        each.start() for each in headings if each.start() > found.start() and len(each[1]) <= len(found[1])
    )
    return text[found.start(2) : next(after, len(text))]


def _missing(page: str, heading: str) -> list[re.Match[str]]:
    message = f"docs/{page} has no heading {heading!r}"
    raise LookupError(message)


def tables(page: str, heading: str) -> list[list[Row]]:
    """The tables under a heading in their order, each without its head."""
    found: list[list[Row]] = []
    before = ""
    for line in section(page, heading).splitlines():
        if line.startswith("|---"):
            found.append([])
        elif line.startswith("|") and before.startswith("|"):
            found[-1].append(_row(line))
        before = line
    return found


def table(page: str, heading: str, first: str) -> list[Row]:
    """The one table under a heading whose head begins with the word ``first``."""
    heads = re.findall(r"^\| *(.*?) *\|.*\n\|---", section(page, heading), re.MULTILINE)
    (at,) = [number for number, head in enumerate(heads) if head == first]
    return tables(page, heading)[at]


def _row(line: str) -> Row:
    cells = [each.strip().replace("\\|", "|") for each in _CELL_END.split(line)[1:-1]]
    plain = tuple(_without_remarks(each) for each in cells)
    return Row(plain, NOT_BUILT not in cells[0])


def _without_remarks(cell: str) -> str:
    """A cell without *(ours)* and the like; what is marked as not built keeps its mark."""
    return _REMARK.sub(lambda mark: mark[0] if NOT_BUILT in mark[0] else "", cell).strip()


def unmarked(cell: str) -> str:
    """A cell without the mark of what is not built."""
    return _REMARK.sub("", cell).strip()


def ticked(cell: str) -> list[str]:
    """What stands between backticks."""
    return _TICKED.findall(cell)


def both(cell: str) -> Label:
    """``English / French`` as a label."""
    english, french = unmarked(cell).split(" / ")
    return Label(english, french)


def listed(cell: str) -> Iterator[tuple[str, bool]]:
    """The words of a list with commas, each with whether it is built; a dash is an empty list."""
    for each in re.split(r",\s*(?![^(]*\))", cell):
        if each not in ("–", ""):
            yield unmarked(each), NOT_BUILT not in each
