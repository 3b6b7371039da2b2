"""Print files: order, overlays, stock, counts, and what a further envelope costs."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pikepdf
import pytest
import zxingcpp

from renderers.content import Name
from renderers.document import render
from renderers.manifest import manifest, rfc3339
from renderers.pages.instruction_sheet import LABELS, insert_lines
from renderers.pdf import shared_parts
from renderers.print_file import Envelope, JobSheet, NotABaseDocument, write_print_file
from renderers.wording import (
    COUNTRY_GROUPS,
    COUNTRY_GROUPS_FR,
    CREDENTIAL,
    DELIVERY_METHODS,
    DELIVERY_METHODS_FR,
    LANGUAGES,
)
from tests.unit.renderers.conftest import build_print_file

SHEET = JobSheet("PJ-000123", "AHSD", "en", "automated_cardboard", date(2026, 8, 1), specimen=False)


def link_of(sequence):
    return f"https://orders.example.ca/verify/{hashlib.md5(f'{sequence}'.encode()).hexdigest()}"


@pytest.fixture
def envelope(content, masters):
    def make(sequence, copies=1, *, group="canada", by_hand=False, last="Smith", **changes):
        made = content(
            item_number=f"{sequence:010d}-01",
            name=Name("Anna", "", last, ""),
            verification_link=link_of(sequence),
            **changes,
        )
        document = render(made, masters).pdf
        return Envelope(sequence, made.item_number, document, copies, group, by_hand)

    return make


@pytest.fixture
def job(envelope):
    return [
        envelope(2, 7, by_hand=True, last="Nguyễn"),
        envelope(1, letter="reprint", last="ᐊᑕᓈᕐᔪᐊᖅ"),
        envelope(3, group="us", letter="none"),
    ]


def test_pages_follow_the_sequence(job, text_of):
    """The instruction sheet, then each envelope's letter and its copies, by sequence number."""
    built = build_print_file(SHEET, job)
    names = ["ᐊᑕᓈᕐᔪᐊᖅ"] * 2 + ["Nguyễn"] * 8 + ["Anna Smith"]
    texts = [text_of(built.pdf, page) for page in range(built.pages)]
    assert "PJ-000123" in texts[0]
    assert [
        name in text or "keep this information" in text for name, text in zip(names, texts[1:], strict=True)
    ]


def test_entries_say_where_everything_is(job):
    """First pages, page counts and stock are exact; the sheets add up with the instruction sheet as plain."""
    built = build_print_file(SHEET, job)
    assert [(entry.sequence, entry.first_page, entry.pages) for entry in built.entries] == [
        (1, 2, 2),
        (2, 4, 8),
        (3, 12, 1),
    ]
    assert built.entries[0].stock == ("plain", "credential")
    assert built.entries[2].stock == ("credential",)
    assert built.sheets == {"plain": 3, "credential": 9}
    assert built.pages == sum(built.sheets.values())
    assert built.entries[1].sha256 == hashlib.sha256(job[0].document).hexdigest()


def test_the_sequence_number_is_on_letters_only(envelope, text_of):
    """The number is an overlay in the letter's upper right corner; the credential stays clean."""
    built = build_print_file(SHEET, [envelope(77)])
    assert "77" in text_of(built.pdf, 1).split()
    assert "77" not in text_of(built.pdf, 2).split()


def test_printed_pages_look_like_the_stored_ones(job, picture):
    """A credential page in the print file is the stored page, pixel by pixel."""
    built = build_print_file(SHEET, job)
    for entry, envelope in zip(built.entries, sorted(job, key=lambda each: each.sequence), strict=True):
        last = entry.first_page + entry.pages - 2
        assert picture(built.pdf, last) == picture(envelope.document, entry.stock.index("credential"))


def test_the_sheet_tells_the_operator_what_to_expect(job, text_of):
    """Totals per stock, envelopes per country, last number and the list to fill by hand are on the sheet."""
    text = " ".join(text_of(build_print_file(SHEET, job).pdf, 0).split())
    for words in (
        "AHSD",
        "English",
        "Automated mail",
        "August 1, 2026",
        "Canada 2",
        "US 1",
        "International 0",
    ):
        assert words in text
    assert "Insert by hand" in text


def test_the_sheet_speaks_french_too(job, text_of):
    """Whatever the job's language, each label and each value in words has its French."""
    text = " ".join(text_of(build_print_file(SHEET, job).pdf, 0).split())
    for words in (
        *(french for _, french in LABELS),
        "anglais",
        DELIVERY_METHODS_FR[SHEET.delivery_method],
        "cette feuille comprise",
        "États-Unis 1",
    ):
        assert words in text
    assert list(DELIVERY_METHODS_FR) == list(DELIVERY_METHODS)
    assert list(COUNTRY_GROUPS_FR) == list(COUNTRY_GROUPS)


def test_a_specimen_sheet_says_so_in_both_languages(job, text_of):
    """Outside production the sheet is marked for either operator."""
    built = build_print_file(replace(SHEET, specimen=True), job)
    text = " ".join(text_of(built.pdf, 0).split())
    for language in LANGUAGES:
        assert CREDENTIAL[language].specimen in text
        assert CREDENTIAL[language].specimen not in " ".join(
            text_of(build_print_file(SHEET, job).pdf, 0).split()
        )


@pytest.mark.parametrize(
    ("sequences", "lines"), [((), ["none"]), ((4,), ["4"]), ((9, 3, 4, 5, 11), ["3–5, 9, 11"])]
)
def test_manual_inserts_are_listed_as_ranges(sequences, lines):
    """Neighbouring numbers are drawn together."""
    assert insert_lines(sequences) == lines


def test_a_list_too_long_for_the_sheet_points_to_the_manifest():
    """The list never runs off the page."""
    lines = insert_lines(tuple(range(1, 1000, 2)))
    assert len(lines) == 5
    assert "500 in all" in lines[-1]


def test_a_further_envelope_is_small(envelope):
    """Fonts and art are there once: an envelope more, letter and credential, adds at most 2 KB."""
    few, many = [[envelope(number) for number in range(1, count + 1)] for count in (5, 45)]
    added = (len(build_print_file(SHEET, many).pdf) - len(build_print_file(SHEET, few).pdf)) / 40
    assert added <= 2048


def test_documents_are_taken_apart_as_pikepdf_would(job, monkeypatch):
    """Comparing beginnings, the quick way, gives the very bytes that opening each document gives."""
    quick = build_print_file(SHEET, job)
    monkeypatch.setattr(shared_parts, "beginning_of", lambda *_: None)
    assert build_print_file(SHEET, job).pdf == quick.pdf


def test_the_outline_leads_to_every_envelope(job):
    """A viewer lists the sheet and each envelope, and shows the list when the file opens."""
    built = build_print_file(SHEET, job)
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf, pdf.open_outline() as outline:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        destinations: list[Any] = [line.destination for line in outline.root]
        lines = [
            (line.title, pages[destination[0].objgen])
            for line, destination in zip(outline.root, destinations, strict=True)
        ]
        assert str(pdf.Root.PageMode) == "/UseOutlines"
        assert str(pdf.docinfo["/Title"]) == "Print job PJ-000123 / Lot d’impression PJ-000123"
    assert lines == [
        ("Instruction sheet / Feuille d’instructions", 1),
        *((f"{each.sequence} - {each.item_number}", each.first_page) for each in built.entries),
    ]


def test_a_long_file_has_all_its_pages_in_order(envelope, text_of):
    """More pages than one node of the page tree holds come in the order of their envelopes."""
    one = envelope(1)
    many = [replace(one, sequence=number, item_number=f"{number}") for number in range(1, 101)]
    built = build_print_file(SHEET, many)
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        assert len(pdf.pages) == built.pages == 201
        assert pdf.check_pdf_syntax() == []
    assert [
        entry.sequence
        for entry in built.entries
        if str(entry.sequence) in text_of(built.pdf, entry.first_page - 1).split()
    ] == list(range(1, 101))


def test_envelopes_come_in_the_order_of_their_numbers(envelope):
    """What is written cannot be sorted any more: a number that does not ascend is refused."""
    with pytest.raises(ValueError, match="after 2"):
        write_print_file(SHEET, [envelope(2), envelope(1)], lambda _: None)


def assert_every_code_reads(envelope, picture, count):
    envelopes = [envelope(number) for number in range(1, count + 1)]
    built = build_print_file(SHEET, envelopes)
    read = [
        [code.text for code in zxingcpp.read_barcodes(picture(built.pdf, entry.first_page + entry.pages - 2))]
        for entry in built.entries
    ]
    assert read == [[link_of(number)] for number in range(1, count + 1)]


def test_every_code_of_a_job_reads_from_a_picture(envelope, picture):
    """At 150 dpi each credential's QR code gives its own verification link back."""
    assert_every_code_reads(envelope, picture, 12)


@pytest.mark.long
def test_every_code_of_a_large_job_reads_from_a_picture(envelope, picture):
    """Likewise for all of 500 envelopes."""
    assert_every_code_reads(envelope, picture, 500)


MEMORY = """
import resource, sys
from dataclasses import replace
from tests.unit.renderers.conftest import CONTENT
from tests.unit.renderers.test_print_files import SHEET
from renderers.content import Imprint
from renderers.document import render
from renderers.masters.master import Masters
from renderers.print_file import Envelope, write_print_file
document = render(CONTENT, Masters(Imprint(specimen=False))).pdf
def envelopes(count):
    for number in range(1, count + 1):
        # A new object each time: what a store gives back.
        yield Envelope(number, f"{number:010d}-01", bytes(bytearray(document)), 1, "canada", False)
def peak(count):
    write_print_file(SHEET, envelopes(count), lambda _: None)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak(50), peak(int(sys.argv[1])))
"""


def grown(count):
    finished = subprocess.run(
        [sys.executable, "-c", MEMORY, str(count)],
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        check=True,
        text=True,
    )
    small, large = map(int, finished.stdout.split())
    return (large - small) / 1024


def test_memory_stays_flat(envelope):
    """Between 50 and 1,000 envelopes, 44 MB of documents, the process grows by no more than their entries."""
    assert grown(1000) < 8


@pytest.mark.long
def test_memory_stays_flat_for_the_largest_job(envelope):
    """Between 50 and 5,000 envelopes, 220 MB of documents, likewise."""
    assert grown(5000) < 16


def test_fonts_of_different_masters_are_shared(job):
    """Letters of two kinds and names in three scripts still leave every font program in the file once."""
    with pikepdf.open(io.BytesIO(build_print_file(SHEET, job).pdf)) as pdf:
        programs = [
            bytes(each.read_raw_bytes())
            for each in pdf.objects
            if isinstance(each, pikepdf.Stream) and "/Length1" in each
        ]
    assert len(programs) == len(set(programs))


def test_the_same_job_gives_the_same_bytes(job):
    """Neither the order of the list nor a second run makes a difference."""
    assert build_print_file(SHEET, job) == build_print_file(SHEET, job[::-1])


def test_the_file_is_sound(job, tmp_path):
    """The file has no errors, and qpdf finds nothing to complain about."""
    built = build_print_file(SHEET, job)
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []
    if shutil.which("qpdf"):
        (tmp_path / "job.pdf").write_bytes(built.pdf)
        subprocess.run(["qpdf", "--check", tmp_path / "job.pdf"], capture_output=True, check=True)


def test_a_foreign_file_is_refused(masters):
    """A PDF that was not rendered here cannot be taken apart."""
    foreign = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(foreign)
    with pytest.raises(NotABaseDocument):
        build_print_file(SHEET, [Envelope(1, "x", foreign.getvalue(), 1, "canada", False)])


def test_the_manifest_has_the_agreed_shape(job):
    """Exactly the keys of interfaces §3, "manifest", and JSON all the way."""
    built = build_print_file(SHEET, job)
    made = manifest(
        job="PJ-000123",
        credential_type="AHSD",
        language="en",
        delivery_method="automated_cardboard",
        released_at=datetime(2026, 8, 1, 12, tzinfo=UTC),
        file="PJ-000123.pdf",
        print_file=built.printed,
    )
    assert list(made) == [
        "job", "credential_type", "language", "delivery_method", "released_at", "file", "sha256", "pages",
        "envelopes", "sheets", "by_country", "entries",
    ]  # fmt: skip
    assert list(made["entries"][0]) == [
        "sequence", "item", "first_page", "pages", "copies", "stock", "country_group", "manual_insert", "sha256",
    ]  # fmt: skip
    assert made["by_country"] == {"canada": 2, "us": 1, "international": 0}
    assert made["released_at"] == "2026-08-01T12:00:00Z"
    assert json.loads(json.dumps(made)) == made


def test_a_time_without_a_zone_is_refused():
    """The manifest's times are points in time, in UTC."""
    with pytest.raises(ValueError):
        rfc3339(datetime(2026, 8, 1))  # noqa: DTZ001
