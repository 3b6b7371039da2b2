"""Every hard name on its page: where each glyph stands, what is copied, and what independent tools say of the file."""

import io
import os
import shutil
import subprocess
import unicodedata
from datetime import date
from typing import Any

import pikepdf
import pytest

from renderers.document import checked, designed, render
from renderers.fonts.names import NAME_SIZE
from renderers.fonts.shaping import shape
from renderers.overlay import digital_copy, unofficial_copy
from renderers.print_file import Envelope, JobSheet
from renderers.wording import LANGUAGES, TITLES
from tests.unit.renderers.conftest import build_print_file
from tests.unit.renderers.hard_names import ALL_HARD_NAMES, HARD_NAMES

#: A share for every run; the long form takes all.
SOME_NAMES = ALL_HARD_NAMES[1::6]
some_and_all = pytest.mark.parametrize(
    "names", [SOME_NAMES, pytest.param(ALL_HARD_NAMES, marks=pytest.mark.long)], ids=["some", "all"]
)


def typed(name):
    """A name as somebody typed it, composed as domain §7, "after NFC", has it."""
    parts = filter(None, (name.first, name.middle, name.last, name.suffix))
    return unicodedata.normalize("NFC", " ".join(parts))


def widths_of(page):
    """The ``/W`` of each font of a page, by its resource name."""
    return {
        name: [float(width) for width in font["/DescendantFonts"][0]["/W"][1]]
        for name, font in page.obj["/Resources"]["/Font"].items()
    }


def pens_of(page):
    """Where each glyph of the page's first text stands, line by line, as a viewer works it out: /W, TJ and Ts alone."""
    lines: list[tuple[float, list[tuple[float, float]]]] = []
    widths = widths_of(page)
    font, size, rise, pen = "", 0.0, 0.0, 0.0
    for instruction in pikepdf.parse_content_stream(page):
        operands: list[Any] = list(instruction.operands)
        words = str(instruction.operator)
        if words == "Tf":
            font, size = str(operands[0]), float(operands[1])
        elif words == "Td":
            pen = float(operands[0])
            lines.append((float(operands[1]), []))
        elif words == "Ts":
            rise = float(operands[0])
        elif words == "TJ":
            for each in operands[0]:
                if not isinstance(each, pikepdf.String):
                    pen -= float(each) * size / 1000
                    continue
                data = bytes(each)
                for at in range(0, len(data), 2):
                    code = int.from_bytes(data[at : at + 2], "big")
                    lines[-1][1].append((pen, rise))
                    pen += widths[font][code] * size / 1000
    return lines


def name_lines(pdf, baselines):
    """The glyphs of the name's lines on a credential page."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[0]
        page.obj["/Contents"] = page.obj["/Contents"][1]
        found = pens_of(page)
    return [glyphs for y, glyphs in found[:baselines]]


@some_and_all
def test_every_glyph_stands_where_the_font_says(content, masters, names):
    """Pen positions on the page are the advances and offsets of HarfBuzz in the whole face: nothing overprints."""
    for name in names:
        said = content(name=name, letter="none")
        printed = checked(said, designed(said))
        lines = name_lines(render(said, masters).pdf, len(printed.lines))
        for line, glyphs in zip(printed.lines, lines, strict=True):
            run, pen, expected = shape(line, printed.face), 0.0, []
            for glyph in run.glyphs:
                expected.append(
                    ((pen + glyph.x_offset) * NAME_SIZE / 1000, glyph.y_offset * NAME_SIZE / 1000)
                )
                pen += glyph.advance
            left = glyphs[0][0] - expected[0][0]
            assert [x - left for x, _ in glyphs] == pytest.approx([x for x, _ in expected], abs=0.02), line
            assert [y for _, y in glyphs] == pytest.approx([y for _, y in expected], abs=0.01), line
            assert 2 * left == pytest.approx(792 - run.width * NAME_SIZE / 1000, abs=0.02)


@some_and_all
def test_every_name_is_copied_exactly_as_it_was_typed(content, masters, text_of, names, tmp_path):
    """Two readers give each name back, character by character; in the first format it is the whole of it."""
    for name in names:
        rendered = render(content(name=name, letter="none"), masters)
        if rendered.name_format == 1:
            assert rendered.printed_name == typed(name)
        assert rendered.printed_name in " ".join(text_of(rendered.pdf).split()), name
        if shutil.which("pdftotext") is not None:
            (tmp_path / "page.pdf").write_bytes(rendered.pdf)
            read = run("pdftotext", "-enc", "UTF-8", tmp_path / "page.pdf", "-").split()
            assert rendered.printed_name in " ".join(read), name


def run(*command):
    return subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout


def fonts_of(path):
    """Embedded, subset and with a way back to text: what pdffonts says of each font."""
    rows = run("pdffonts", path).splitlines()[2:]
    return [row.split()[-5:-2] for row in rows]


needs_tools = pytest.mark.skipif(
    not ((shutil.which("qpdf") and shutil.which("pdffonts")) or os.environ.get("CI")),
    reason="qpdf or poppler is not on PATH",
)


def assert_clean(pdf, path):
    path.write_bytes(pdf)
    said = run("qpdf", "--check", path)
    assert "No syntax or stream encoding errors found" in said
    fonts = fonts_of(path)
    assert fonts
    assert {tuple(each) for each in fonts} == {("yes", "yes", "yes")}


@needs_tools
def test_independent_tools_find_no_fault(content, specimen_masters, tmp_path):
    """Qpdf finds nothing, and poppler sees every font embedded, a subset, and with its way back to text."""
    for number, name in enumerate(SOME_NAMES):
        language, letter = LANGUAGES[number % 2], ("first_run", "reprint", "none")[number % 3]
        kind = list(TITLES)[number % len(TITLES)]
        said = content(name=name, language=language, letter=letter, credential_type=kind)
        assert_clean(render(said, specimen_masters).pdf, tmp_path / "document.pdf")


@needs_tools
def test_independent_tools_find_no_fault_in_print_files_and_copies(content, specimen_masters, tmp_path):
    """Nor in the file of a job with three scripts, two letters and all marks, nor in copies with an overlay."""
    documents = [
        render(content(name=HARD_NAMES[name], letter=letter), specimen_masters).pdf
        for name, letter in (("plain", "first_run"), ("syllabics", "reprint"), ("vietnamese", "none"))
    ]
    sheet = JobSheet("PJ-000123", "AHSD", "en", "automated_cardboard", date(2026, 8, 1))
    envelopes = [
        Envelope(number, f"{number}", each, 2, "us", False) for number, each in enumerate(documents, 1)
    ]
    assert_clean(build_print_file(sheet, envelopes).pdf, tmp_path / "job.pdf")
    for document in documents:
        for mark in (digital_copy, unofficial_copy):
            assert_clean(mark(document, "fr"), tmp_path / "copy.pdf")


@needs_tools
@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("credential_type", TITLES)
def test_independent_tools_find_no_fault_in_anything(
    content, specimen_masters, tmp_path, credential_type, language
):
    """The same for every type, language, letter and hard name, the sizes of which keep to their limits."""
    for number, name in enumerate(ALL_HARD_NAMES):
        letter = ("first_run", "reprint", "none")[number % 3]
        said = content(name=name, language=language, letter=letter, credential_type=credential_type)
        rendered = render(said, specimen_masters)
        assert_clean(rendered.pdf, tmp_path / "document.pdf")
        latin = all(ord(each) < 0x180 for each in rendered.printed_name)
        assert len(rendered.pdf) <= (45_000 if latin else 80_000), (name, len(rendered.pdf))


def test_a_wrong_width_is_noticed(content, masters):
    """A page whose font claims another width for a letter puts the next one elsewhere."""
    rendered = render(content(letter="none"), masters)
    with pikepdf.open(io.BytesIO(rendered.pdf)) as opened:
        page = opened.pages[0]
        page.obj["/Contents"] = page.obj["/Contents"][1]
        right = pens_of(page)
        font = page.obj["/Resources"]["/Font"]["/RomanLatin"]
        font["/DescendantFonts"][0]["/W"][1] = [0 for _ in font["/DescendantFonts"][0]["/W"][1]]
        assert pens_of(page) != right
