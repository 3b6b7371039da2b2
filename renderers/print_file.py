"""The merged file of one print job, built from the stored base documents without merging whole files.

The instruction sheet comes first, then for each envelope its letter and its copies of the credential. Fonts
and art are shared (``shared_parts``); what an envelope adds is its own two small fills.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

from renderers import instruction_sheet, letter_page
from renderers.font_areas import ROMAN
from renderers.font_programs import resource_of
from renderers.instruction_sheet import Counts, JobSheet
from renderers.painting import operators, programs_of, text
from renderers.pdf_files import saved, set_dates, set_title
from renderers.shared_parts import OVERLAY_FONT, NotABaseDocument, SharedPage, SharedParts
from renderers.shelf import Shelf
from renderers.wording import COUNTRY_GROUPS

__all__ = ["Envelope", "JobSheet", "NotABaseDocument", "PrintFile", "PrintedEnvelope", "build_print_file"]


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
    """A finished print file; ``sheets`` counts per stock, the instruction sheet as plain."""

    pdf: bytes
    sha256: str
    pages: int
    entries: tuple[PrintedEnvelope, ...]
    sheets: dict[str, int]

    @property
    def by_country(self) -> dict[str, int]:
        """Envelopes per country group."""
        return envelopes_by_country(self.entries)


def build_print_file(sheet: JobSheet, envelopes: Sequence[Envelope], shelf: Shelf | None = None) -> PrintFile:
    """Build the file of a job, envelopes in the order of their sequence numbers.

    Raises ``NotABaseDocument`` for a document that was not made here. The same input gives the same bytes.
    """
    ordered = sorted(envelopes, key=lambda envelope: envelope.sequence)
    entries = _entries(ordered)
    with pikepdf.open(io.BytesIO(_sheet(sheet, entries, shelf))) as target:
        pages = _pages(target, ordered, shelf)
        _replace_page_tree(target, pages)
        set_title(target, f"Print job {sheet.job_number}", "en")
        set_dates(target, sheet.released_on)
        pdf = saved(target)
    return PrintFile(pdf, hashlib.sha256(pdf).hexdigest(), len(pages), entries, sheets_of(entries))


def envelopes_by_country(entries: Sequence[PrintedEnvelope]) -> dict[str, int]:
    """Envelopes per country group, every group named."""
    groups = [entry.country_group for entry in entries]
    return {group: groups.count(group) for group in COUNTRY_GROUPS}


def sheets_of(entries: Sequence[PrintedEnvelope]) -> dict[str, int]:
    """Sheets per stock; the instruction sheet is plain."""
    stock = [each for entry in entries for each in entry.stock]
    return {"plain": stock.count("plain") + 1, "credential": stock.count("credential")}


def _entries(envelopes: Sequence[Envelope]) -> tuple[PrintedEnvelope, ...]:
    entries: list[PrintedEnvelope] = []
    page = 2
    for envelope in envelopes:
        stock = _stock(envelope)
        entries.append(
            PrintedEnvelope(
                sequence=envelope.sequence,
                item_number=envelope.item_number,
                first_page=page,
                pages=len(stock),
                copies=envelope.copies,
                stock=stock,
                country_group=envelope.country_group,
                manual_insert=envelope.manual_insert,
                sha256=hashlib.sha256(envelope.document).hexdigest(),
            )
        )
        page += len(stock)
    return tuple(entries)


def _stock(envelope: Envelope) -> tuple[str, ...]:
    """Letters are on plain paper, credentials on the controlled official one."""
    with pikepdf.open(io.BytesIO(envelope.document)) as base:
        letters = len(base.pages) - 1
    return ("plain",) * letters + ("credential",) * envelope.copies


def _sheet(sheet: JobSheet, entries: Sequence[PrintedEnvelope], shelf: Shelf | None) -> bytes:
    from renderers.sheet_building import sheet_master  # noqa: PLC0415 - loads borb

    sheets = sheets_of(entries)
    counts = Counts(
        envelopes=len(entries),
        last_sequence=entries[-1].sequence if entries else 0,
        plain=sheets["plain"],
        credential=sheets["credential"],
        by_country=envelopes_by_country(entries),
        manual_inserts=tuple(entry.sequence for entry in entries if entry.manual_insert),
    )
    values = instruction_sheet.values(sheet, counts)
    master = sheet_master(sheet.specimen, programs_of(values, shelf), shelf)
    with pikepdf.open(io.BytesIO(master)) as pdf:
        page = pdf.pages[0].obj
        page["/Contents"] = pikepdf.Array([page["/Contents"], pdf.make_stream(operators(values, shelf))])
        return saved(pdf)


def _pages(target: pikepdf.Pdf, envelopes: Sequence[Envelope], shelf: Shelf | None) -> list[pikepdf.Object]:
    sheet = target.pages[0].obj
    shared = SharedParts(target, sheet["/Resources"]["/Font"]["/" + resource_of(ROMAN)])
    pages: list[pikepdf.Object] = [sheet]
    for envelope in envelopes:
        with pikepdf.open(io.BytesIO(envelope.document)) as base:
            pages += _envelope_pages(target, shared, base, envelope, shelf)
    return pages


def _envelope_pages(
    target: pikepdf.Pdf, shared: SharedParts, base: pikepdf.Pdf, envelope: Envelope, shelf: Shelf | None
) -> list[pikepdf.Dictionary]:
    masters = shared.pages_of(base)
    fills = [_fill(target, page) for page in base.pages]
    *letters, credential = zip(masters, fills, strict=True)
    overlay = target.make_stream(_sequence_number(envelope.sequence, shelf))
    printed_letters = [_page(target, page, [fill, overlay]) for page, fill in letters]
    return printed_letters + [_page(target, credential[0], [credential[1]]) for _ in range(envelope.copies)]


def _fill(target: pikepdf.Pdf, page: pikepdf.Page) -> pikepdf.Object:
    """A document's own stream, taken over as it was compressed."""
    fill = page.obj["/Contents"][1]
    return target.make_stream(fill.read_raw_bytes(), Filter=pikepdf.Name.FlateDecode)


def _page(target: pikepdf.Pdf, shared: SharedPage, fills: list[pikepdf.Object]) -> pikepdf.Dictionary:
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=shared.box,
        Resources=shared.resources,
        Contents=pikepdf.Array([shared.art, *fills]),
    )
    return target.make_indirect(page)


def _replace_page_tree(target: pikepdf.Pdf, pages: list[pikepdf.Object]) -> None:
    """A flat page tree made at once; appending page by page would walk it every time."""
    tree = target.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=pikepdf.Array(pages), Count=len(pages))
    )
    for page in pages:
        page["/Parent"] = tree
    target.Root["/Pages"] = tree


def _sequence_number(sequence: int, shelf: Shelf | None) -> bytes:
    """The overlay on a letter: the envelope's number in the upper right corner, outside the window.

    The credential stays clean; an envelope without a letter has no number on paper, only in the manifest.
    """
    line = text(f"{sequence}", letter_page.RIGHT, letter_page.HEIGHT - 36, 13, "right", tracking=30)
    own = f"/{resource_of(ROMAN)} ".encode()
    # The base document's font of that name may be an older cut with other glyph codes.
    return operators([line], shelf).replace(own, OVERLAY_FONT.encode() + b" ")
