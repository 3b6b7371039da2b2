"""Pages laid out with borb: masters, and whole pages as the tests' oracle. Nothing else imports borb.

borb 3.0.9 needs watching: on its first write it would post usage counts and replace the SIGINT and SIGTERM
handlers, and after 64 documents it prints a reminder. So its one reporting door is shut before anything is
written.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from borb.pdf import PDF, Document, LayoutElement, Page, UsageStatistics
from borb.pdf.primitives import hexstr, name, stream

from renderers.fonts.font_program import FontProgram
from renderers.fonts.font_programs import program
from renderers.fonts.to_unicode import to_unicode
from renderers.pdf.painting import Element, operators, programs_of
from renderers.shelf import Shelf

UsageStatistics.opt_out()
# Opting out still counts documents and prints. borb calls this through the class at every write.
UsageStatistics.event = staticmethod(lambda *_, **__: None)

#: borb keeps state in its classes and pages; masters are few, so one at a time costs nothing.
_layout = threading.Lock()


@dataclass(frozen=True, slots=True)
class PagePlan:
    """One page to lay out: its size in points and what stands on it, in painting order."""

    width: int
    height: int
    elements: tuple[Element, ...]


class Painted(LayoutElement):  # type: ignore[misc]
    """A borb layout element that paints our shaped lines and drawings where they say they stand."""

    def __init__(self, element: Element, fonts: dict[str, dict[str, Any]], shelf: Shelf | None) -> None:
        super().__init__()
        self._element, self._fonts, self._shelf = element, fonts, shelf

    def get_size(self, available_space: tuple[int, int]) -> tuple[int, int]:
        """All of it: an element of ours is placed on the page, not in a flow."""
        return available_space

    def paint(self, available_space: tuple[int, int, int, int], page: Page) -> None:  # noqa: ARG002
        """Append the element's operators to the page and its fonts to the page's resources."""
        known = page["Resources"].setdefault(name("Font"), {})
        for font in sorted(programs_of([self._element], self._shelf)):
            resource = program(font, self._shelf).resource
            known[name(resource)] = self._fonts[font]
        # borb's own elements write to a page through this and nothing else.
        LayoutElement._append_to_content_stream(  # noqa: SLF001
            page, operators([self._element], self._shelf)
        )


def lay_out(
    pages: Sequence[PagePlan], programs: frozenset[str], title: str, shelf: Shelf | None = None
) -> bytes:
    """A PDF of the pages as borb writes it.

    Every page gets all ``programs``, so that its blanks can be set in any of them.
    """
    with _layout:
        fonts = {each: _font(program(each, shelf)) for each in sorted(programs)}
        document = Document()
        for plan in pages:
            document.append_page(_page(plan, fonts, shelf))
        document["Trailer"]["Info"][name("Title")] = hexstr("FEFF" + title.encode("utf-16-be").hex().upper())
        out = io.BytesIO()
        PDF.write(what=document, where_to=out)
        return out.getvalue()


def _page(plan: PagePlan, fonts: dict[str, dict[str, Any]], shelf: Shelf | None) -> Page:
    page = Page(height_in_points=plan.height, width_in_points=plan.width)
    page["Resources"][name("Font")] = {
        name(program(each, shelf).resource): font for each, font in fonts.items()
    }
    for element in plan.elements:
        Painted(element, fonts, shelf).paint((0, 0, plan.width, plan.height), page)
    return page


def _font(font: FontProgram) -> dict[str, Any]:
    """The font dictionaries that borb writes.

    borb's own would have width 0 for every glyph without an Adobe name.
    """
    return {
        name("Type"): name("Font"),
        name("Subtype"): name("Type0"),
        name("BaseFont"): name(font.base_font),
        name("Encoding"): name("Identity-H"),
        name("DescendantFonts"): [_descendant(font)],
        name("ToUnicode"): _stream(to_unicode(font)),
    }


def _descendant(font: FontProgram) -> dict[str, Any]:
    return {
        name("Type"): name("Font"),
        name("Subtype"): name("CIDFontType2"),
        name("BaseFont"): name(font.base_font),
        name("CIDSystemInfo"): {
            name("Registry"): "Adobe",
            name("Ordering"): "Identity",
            name("Supplement"): 0,
        },
        name("CIDToGIDMap"): name("Identity"),
        name("DW"): 0,
        name("W"): [0, list(font.widths)],
        name("FontDescriptor"): _descriptor(font),
    }


def _descriptor(font: FontProgram) -> dict[str, Any]:
    program_stream = _stream(font.truetype)
    program_stream[name("Length1")] = len(font.truetype)
    return {
        name("Type"): name("FontDescriptor"),
        name("FontName"): name(font.base_font),
        # 4: symbolic, as every font that is addressed by glyph id; 64: italic.
        name("Flags"): 4 | (64 if font.italic_angle else 0),
        name("FontBBox"): list(font.box),
        name("ItalicAngle"): font.italic_angle,
        name("Ascent"): font.ascent,
        name("Descent"): font.descent,
        name("CapHeight"): font.cap_height,
        name("StemV"): 80,
        name("FontFile2"): program_stream,
        name("CIDSet"): _stream(_every_code(len(font.widths))),
    }


def _every_code(count: int) -> bytes:
    """A ``/CIDSet``: a bit for each of ``count`` codes, all of them there (ISO 19005-1, 6.3.5)."""
    return (((1 << count) - 1) << (-count % 8)).to_bytes((count + 7) // 8, "big")


def _stream(data: bytes) -> stream:
    made = stream()
    made[name("DecodedBytes")] = data
    made[name("Length")] = len(made[name("Bytes")])
    return made
