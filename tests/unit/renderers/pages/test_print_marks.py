"""Marks for the print provider: where they stand, what they say, and what keeps them off a letter's own words."""

import io
from datetime import date

import pikepdf
import pytest

from renderers.document import checked, designed, render, values
from renderers.pages import letter_page, print_marks
from renderers.pages.page_areas import areas, overlap
from renderers.pages.print_marks import MOST_SHEETS, PrintMarks, clash_of, inserter_bars
from renderers.pdf.tagging import Tagged
from renderers.print_file import Envelope, JobSheet, write_print_file
from renderers.wording import LANGUAGES, TITLES
from tests.unit.renderers.pages.test_page_areas import WIDEST

AUTOMATED, BY_HAND = ("automated_cardboard", "manual_mail")
BLACK = (0, 0, 0)


def sheet(method=AUTOMATED):
    return JobSheet("PJ-000123", "AHSD", "en", method, date(2026, 8, 1), specimen=False)


def printed(envelopes, method=AUTOMATED, marks=PrintMarks()):  # noqa: B008 - frozen
    parts: list[bytes] = []
    made = write_print_file(sheet(method), envelopes, parts.append, marks=marks)
    return b"".join(parts), made


@pytest.fixture
def envelope(content, masters):
    def make(sequence, copies=1, by_hand=False, **changes):
        document = render(content(**changes), masters).pdf
        return Envelope(sequence, f"{sequence:010d}-01", document, copies, "canada", by_hand)

    return make


def bars_in(picture, pdf, page, at):
    """Which of the eight places have a bar, as a reader sees them that passes over the sheet."""
    shown, scale = picture(pdf, page), 150 / 72
    x = int((at[0] + print_marks.BAR / 2) * scale)
    lines = [
        (letter_page.HEIGHT - at[1] + print_marks.PITCH * slot + print_marks.THICKNESS / 2) * scale
        for slot in range(print_marks.BARS)
    ]
    return "".join("1" if shown.getpixel((x, int(y))) < (128, 128, 128) else "0" for y in lines)


@pytest.mark.parametrize("at", [(564, 704), (20, 720)])
@pytest.mark.parametrize(("sequence", "copies"), [(1, 1), (7, 3), (8, 5), (499, 6)])
def test_bars_say_sheets_and_number(envelope, picture, at, sequence, copies):
    """Wherever they are set to stand, a reader finds start, sheets, number and an even count."""
    pdf, _ = printed([envelope(sequence, copies)], marks=PrintMarks(inserter=at))
    read = bars_in(picture, pdf, 1, at)
    assert (read[0], int(read[1:4], 2), int(read[4:7], 2)) == ("1", copies + 1, sequence % 8)
    assert read.count("1") % 2 == 0


def test_only_letters_that_a_machine_inserts_have_bars(envelope, picture):
    """None on a credential, in an envelope filled by hand, in a job that returns, where switched off, or with too many."""
    at = PrintMarks().inserter
    nothing = "0" * print_marks.BARS
    one, by_hand = envelope(1), envelope(2, 7, by_hand=True)
    pdf, _ = printed([one, by_hand])
    assert bars_in(picture, pdf, 1, at) != nothing
    assert bars_in(picture, pdf, 2, at) == bars_in(picture, pdf, 3, at) == nothing
    assert bars_in(picture, printed([one], BY_HAND)[0], 1, at) == nothing
    assert bars_in(picture, printed([one], marks=PrintMarks(inserter=None))[0], 1, at) == nothing
    assert inserter_bars(PrintMarks(), MOST_SHEETS, 1)
    assert inserter_bars(PrintMarks(), MOST_SHEETS + 1, 1) == b""


def test_the_number_stands_where_it_is_set(envelope):
    """Its right end is at the place of the settings."""
    for at in ((536, 756), (300, 760)):
        pdf, _ = printed([envelope(77)], marks=PrintMarks(sequence_number=at))
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            overlay = opened.pages[1].obj["/Contents"][2].read_bytes().decode()
        placed = overlay.split(" rg ")[1].split()
        width = print_marks._number(PrintMarks(), "77").width
        assert float(placed[0]) == pytest.approx(at[0] - width, abs=0.01)
        assert float(placed[1]) == at[1]


def test_the_stored_base_has_neither(content, masters, text_of, picture):
    """Marks belong to the print file: the document is stored without them."""
    stored = render(content(), masters).pdf
    assert bars_in(picture, stored, 0, PrintMarks().inserter) == "0" * print_marks.BARS


def test_bars_are_shared(envelope):
    """Envelopes with the same bars have them once in the file."""
    few, many = [[envelope(number) for number in range(1, count + 1)] for count in (8, 80)]
    streams = []
    for envelopes in (few, many):
        with pikepdf.open(io.BytesIO(printed(envelopes)[0])) as opened:
            streams.append({page.obj["/Contents"][3].objgen for page in list(opened.pages)[1::2]})
    assert len(streams[0]) == len(streams[1]) == 8


def test_the_places_of_today_are_free():
    """Marks touch nothing that any letter says, nor each other."""
    assert clash_of(PrintMarks()) is None
    assert clash_of(PrintMarks(inserter=None)) is None


@pytest.mark.parametrize(
    ("marks", "mark", "taken"),
    [
        (PrintMarks((110, 740)), "sequence_number", "Crest"),
        (PrintMarks((300, 600)), "sequence_number", "the envelope's window"),
        (PrintMarks((530, 540)), "sequence_number", "the date"),
        (PrintMarks((400, 400)), "sequence_number", "the numbers"),
        (PrintMarks((400, 700)), "sequence_number", "the line below the office"),
        (PrintMarks((536, 785)), "sequence_number", "the edge of the sheet"),
        (PrintMarks((30, 756)), "sequence_number", "the edge of the sheet"),
        (PrintMarks(inserter=(20, 580)), "inserter", "a fold mark"),
        (PrintMarks(inserter=(580, 704)), "inserter", "the edge of the sheet"),
        (PrintMarks(inserter=(564, 80)), "inserter", "the edge of the sheet"),
        (PrintMarks(inserter=(300, 320)), "inserter", "“"),
        (PrintMarks((590, 690)), "inserter", "the sequence number"),
    ],
)
def test_a_place_that_is_taken_is_refused(marks, mark, taken):
    """The clash names the mark and what is there, in both languages."""
    clash = clash_of(marks)
    assert clash is not None
    assert clash.mark == mark
    assert taken in clash.en
    assert clash.fr
    assert clash.fr != clash.en


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("credential_type", TITLES)
@pytest.mark.parametrize("letter", ["first_run", "reprint"])
def test_values_keep_to_what_is_reserved_for_them(content, credential_type, language, letter):
    """What is kept free of marks is where the longest name and address stand, so that no mark can meet them."""
    made = content(credential_type=credential_type, language=language, letter=letter, **WIDEST)
    blanks = designed(made)
    filled = letter_page.values(made, checked(made, blanks), blanks)
    kept = [box for box, *_ in letter_page.reserved(letter)]
    for element in filled:
        for box, said in areas([element if isinstance(element, Tagged) else Tagged("P", (element,))]):
            inside = [
                each
                for each in kept
                if each[0] <= box[0] and each[1] <= box[1] and box[2] <= each[2] and box[3] <= each[3]
            ]
            assert inside, (said, box)


def test_areas_that_touch_do_not_overlap():
    """Edges may meet."""
    assert not overlap((0, 0, 1, 1), (1, 0, 2, 1))
    assert overlap((0, 0, 1, 1), (0.9, 0.9, 2, 2))


def test_values_are_all_checked(content):
    """The letter's values are those that fill its pages."""
    made = content()
    blanks = designed(made)
    assert len(values(made, checked(made, blanks), blanks)) == 2
