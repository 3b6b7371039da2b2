"""Reading the print provider's receipts: what each row must say to be taken, by the same reader as the extract's.

Decided here, where the interface is silent:

- Numbers are written in the digits 0 to 9 alone; zeros may lead them, as on the envelopes.
- Columns besides the known ones are the provider's own, and are not looked at.
"""

import re
from dataclasses import dataclass
from datetime import date

from models.codes import EnvelopeOutcome, Label
from models.edges.extract_cells import Cells, judged_rows
from models.edges.extract_file import ExtractError, RejectedRow, sent_rows
from models.edges.faults import Fault, FaultsError, fault, text_of
from models.edges.text import parse_date

#: What every receipt says, and the columns of one; ``spoiled_sheets`` may be left out.
NEEDED = ("sequence", "outcome", "date")
COLUMNS = (*NEEDED, "spoiled_sheets")
#: The largest number of an envelope, and the most sheets that one can have spoiled.
MAX_SEQUENCE, MAX_SPOILED = 2**31 - 1, 10_000

_NUMBER = re.compile(r"[0-9]{1,20}")
_OUTCOMES = {one.value: one for one in EnvelopeOutcome}


class UnusableReceiptsError(FaultsError):
    """The file as a whole says nothing that could be recorded; ``faults`` tell what is wrong and what one looks like."""

    def __init__(self, cause: Fault) -> None:
        form = fault("receipts_form", "file", columns=",".join(NEEDED), example="1,mailed,2026-03-03")
        super().__init__(cause, form)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of one envelope; ``line`` is where it was said."""

    sequence: int
    outcome: EnvelopeOutcome
    on: date
    spoiled_sheets: int = 0
    line: int = 0

    @property
    def said(self) -> tuple[EnvelopeOutcome, date, int]:
        """What it says of its envelope."""
        return self.outcome, self.on, self.spoiled_sheets


@dataclass(frozen=True, slots=True)
class BadReceipt:
    """A row that is not recorded, with all that is wrong with it."""

    line: int
    faults: tuple[Fault, ...]

    @property
    def message(self) -> Label:
        """What to do about it."""
        return text_of(self.faults)


def read_receipts(name: str, data: bytes) -> tuple[list[Receipt], list[BadReceipt]]:
    """Read a receipts file called ``name``: the rows that can be used, and the others with their line and all reasons.

    Raises :class:`UnusableReceiptsError` where the file as a whole can't be read or has no row.
    """
    try:
        rows = list(judged_rows(sent_rows(name, data), COLUMNS, NEEDED, _receipt))
    except ExtractError as error:
        raise UnusableReceiptsError(*error.faults) from None
    if not rows:
        raise UnusableReceiptsError(fault("receipts_missing", "file", file=name))
    good = [row for row in rows if isinstance(row, Receipt)]
    bad = [BadReceipt(row.line, row.faults) for row in rows if isinstance(row, RejectedRow)]
    return good, bad


def _receipt(cells: Cells) -> Receipt | RejectedRow:
    cells.require(*NEEDED)
    sequence = cells.read("sequence", _sequence)
    outcome = cells.choice("outcome", _OUTCOMES)
    day = cells.read("date", parse_date)
    spoiled = cells.read("spoiled_sheets", _sheets)
    if cells.faults or sequence is None or outcome is None or day is None:
        return cells.rejected()
    return Receipt(sequence, outcome, day, spoiled or 0, cells.source.line)


def _sequence(text: str) -> int | None:
    number = _number(text)
    return None if number is None or not 0 < number <= MAX_SEQUENCE else number


def _sheets(text: str) -> int | None:
    number = _number(text)
    return None if number is None or number > MAX_SPOILED else number


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None
