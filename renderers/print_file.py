"""The merged file of one print job, made from the stored base documents and written as they come.

The instruction sheet is the first page, then for each envelope its letter and its copies of the credential. Fonts and
art are shared (``shared_parts``); what an envelope adds is its own two small fills. Nothing of an envelope is kept but
its entry for the manifest, so that a job of 5,000 needs no more memory than one of 50.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pikepdf

from renderers.fonts.font_areas import ROMAN
from renderers.fonts.font_program import resource_of
from renderers.pages import instruction_sheet
from renderers.pages.instruction_sheet import Counts, JobSheet
from renderers.pages.print_marks import AUTOMATED, PrintMarks, inserter_bars, sequence_number
from renderers.pdf.description import Description
from renderers.pdf.page_tree import Outline, PageTree
from renderers.pdf.painting import operators, programs_of
from renderers.pdf.pdf_writing import QUICK, PdfWriter, compressed
from renderers.pdf.shared_parts import NotABaseDocument, SharedPage, SharedParts
from renderers.pdf.structure_tree import catalog
from renderers.shelf import Shelf
from renderers.wording import COUNTRY_GROUPS, OUTLINE_OF_SHEET, PRINT_FILE_TITLE

__all__ = ["Envelope", "JobSheet", "NotABaseDocument", "PrintFile", "PrintedEnvelope", "write_print_file"]


#: Where marks stand unless somebody says otherwise.
PRINT_MARKS = PrintMarks()


@dataclass(frozen=True, slots=True)
class Envelope:
    """One envelope to print: its mailing sequence number, the stored base PDF, and n credentials."""

    sequence: int
    item_number: str
    document: bytes
    copies: int
    country_group: str
    manual_insert: bool


@dataclass(frozen=True, slots=True)
class PrintedEnvelope:
    """Where an envelope is in the file: ``first_page`` is 1-based, the instruction sheet counted."""

    sequence: int
    item_number: str
    first_page: int
    pages: int
    copies: int
    stock: tuple[str, ...]
    country_group: str
    manual_insert: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class PrintFile:
    """What is in a finished print file; ``sheets`` counts per stock, the instruction sheet as plain."""

    sha256: str
    pages: int
    entries: tuple[PrintedEnvelope, ...]
    sheets: dict[str, int]

    @property
    def by_country(self) -> dict[str, int]:
        """Envelopes per country group."""
        return envelopes_by_country(self.entries)


def write_print_file(
    sheet: JobSheet,
    envelopes: Iterable[Envelope],
    write: Callable[[bytes], object],
    shelf: Shelf | None = None,
    marks: PrintMarks = PRINT_MARKS,
) -> PrintFile:
    """Write the file of a job through ``write``, one envelope after another, by ascending sequence number.

    Raises ``NotABaseDocument`` for a document that was not made here, and ``ValueError`` for a sequence number that
    does not ascend. The same input gives the same bytes.
    """
    job = _PrintJob(sheet, write, shelf, marks)
    for envelope in envelopes:
        job.add(envelope)
    return job.finish()


def envelopes_by_country(entries: Sequence[PrintedEnvelope]) -> dict[str, int]:
    """Envelopes per country group, every group named."""
    groups = [entry.country_group for entry in entries]
    return {group: groups.count(group) for group in COUNTRY_GROUPS}


def sheets_of(entries: Sequence[PrintedEnvelope]) -> dict[str, int]:
    """Sheets per stock; the instruction sheet is plain."""
    stock = [each for entry in entries for each in entry.stock]
    return {"plain": stock.count("plain") + 1, "credential": stock.count("credential")}


class _PrintJob:
    """A print file on its way."""

    def __init__(
        self, sheet: JobSheet, write: Callable[[bytes], object], shelf: Shelf | None, marks: PrintMarks
    ) -> None:
        self._sheet, self._shelf, self._marks = sheet, shelf, marks
        self._bars: dict[bytes, int] = {}
        self._digest = hashlib.sha256()
        self._write = write
        self._writer = PdfWriter(self._put, QUICK)
        self._pages, self._outline = PageTree(self._writer), Outline(self._writer)
        self._first = self._pages.place()
        self._outline.add(OUTLINE_OF_SHEET, self._first.number)
        self._entries: list[PrintedEnvelope] = []
        with self._opened_sheet(frozenset()) as pdf:
            font = pdf.pages[0].obj["/Resources"]["/Font"]["/" + resource_of(ROMAN)]
            self._shared = SharedParts(self._writer, pdf, font)

    def add(self, envelope: Envelope) -> None:
        """The letter with its overlay, and the copies of the credential, which share one fill."""
        if self._entries and envelope.sequence <= self._entries[-1].sequence:
            raise ValueError(f"sequence number {envelope.sequence} after {self._entries[-1].sequence}")
        pages, own = self._shared.parts_of(envelope.document)
        # Taken over as they were compressed.
        fills = [self._writer.stream(b"/Filter/FlateDecode", fill) for fill in own]
        *letters, (credential, fill) = zip(pages, fills, strict=True)
        added = [self._page(letter, its_fill, *self._overlays(envelope)) for letter, its_fill in letters]
        added += [self._page(credential, fill) for _ in range(envelope.copies)]
        self._outline.add(f"{envelope.sequence} - {envelope.item_number}", added[0])
        stock = ("plain",) * len(letters) + ("credential",) * envelope.copies
        self._entries.append(_entry(envelope, self._pages.count - len(stock) + 1, stock))

    def _overlays(self, envelope: Envelope) -> list[int]:
        """The number of an envelope and, where a machine fills it, its bars, which many envelopes have in common.

        The credential stays clean; an envelope without a letter has neither on paper.
        """
        own = self._writer.stream(b"", sequence_number(self._marks, envelope.sequence, self._shelf))
        if self._sheet.delivery_method != AUTOMATED or envelope.manual_insert:
            return [own]
        bars = inserter_bars(self._marks, envelope.copies + 1, envelope.sequence)
        if bars and bars not in self._bars:
            self._bars[bars] = self._writer.stream(b"", bars)
        return [own, self._bars[bars]] if bars else [own]

    def finish(self) -> PrintFile:
        """The instruction sheet, which counts all that was added, and what ends the file."""
        entries = tuple(self._entries)
        sheets = sheets_of(entries)
        self._add_sheet(_counts(entries, sheets))
        self._pages.finish()
        self._outline.finish()
        described = Description(
            PRINT_FILE_TITLE.format(self._sheet.job_number), "en", self._sheet.released_on, False
        )
        info = self._writer.object(described.info())
        root = catalog(self._writer, described, self._pages.root, self._outline.root)
        self._writer.flush()
        trailer = b"/Root %d 0 R/Info %d 0 R" % (root, info)
        self._writer.finish(trailer, self._digest.digest()[:16])
        return PrintFile(self._digest.hexdigest(), self._pages.count, entries, sheets)

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._write(data)

    def _page(self, shared: SharedPage, *fills: int) -> int:
        return self._pages.add(_entries_of(shared, fills))

    def _add_sheet(self, counts: Counts) -> None:
        values = instruction_sheet.values(self._sheet, counts)
        with self._opened_sheet(programs_of(values, self._shelf)) as pdf:
            shared = self._shared.sheet_page(pdf)
        fill = self._writer.stream(b"/Filter/FlateDecode", compressed(operators(values, self._shelf)))
        self._pages.write(self._first, _entries_of(shared, (fill,)))

    def _opened_sheet(self, programs: frozenset[str]) -> pikepdf.Pdf:
        from renderers.masters.sheet_building import sheet_master  # noqa: PLC0415 - loads borb

        return pikepdf.open(io.BytesIO(sheet_master(self._sheet.specimen, programs, self._shelf)))


def _entries_of(shared: SharedPage, fills: Sequence[int]) -> bytes:
    contents = b" ".join(b"%d 0 R" % number for number in (shared.art, *fills))
    return shared.entries + b"/Contents[" + contents + b"]"


def _entry(envelope: Envelope, first_page: int, stock: tuple[str, ...]) -> PrintedEnvelope:
    """Letters are on plain paper, credentials on the controlled official one."""
    return PrintedEnvelope(
        sequence=envelope.sequence,
        item_number=envelope.item_number,
        first_page=first_page,
        pages=len(stock),
        copies=envelope.copies,
        stock=stock,
        country_group=envelope.country_group,
        manual_insert=envelope.manual_insert,
        sha256=hashlib.sha256(envelope.document).hexdigest(),
    )


def _counts(entries: Sequence[PrintedEnvelope], sheets: dict[str, int]) -> Counts:
    return Counts(
        envelopes=len(entries),
        last_sequence=entries[-1].sequence if entries else 0,
        plain=sheets["plain"],
        credential=sheets["credential"],
        by_country=envelopes_by_country(entries),
        manual_inserts=tuple(entry.sequence for entry in entries if entry.manual_insert),
    )
