"""Made to last: what PDF/A-2b and PDF/UA-1 ask of every document, and what a validator says of a 1b-labelled twin."""

import io
import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from PIL import Image, ImageCms

from renderers.document import render
from renderers.overlay import digital_copy, unofficial_copy
from renderers.pdf import colour_profile
from renderers.pdf.description import Description
from renderers.print_file import Envelope
from renderers.wording import ALTERNATIVES, TITLES
from tests.unit.renderers.conftest import CONTENT, build_print_file
from tests.unit.renderers.hard_names import HARD_NAMES
from tests.unit.renderers.test_print_files import SHEET

JARS = Path("/usr/share/java")
NEEDED = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api")
CLASS_PATH = ":".join(str(JARS / f"{jar}.jar") for jar in NEEDED)

KINDS = [
    ("AHSD", "en", "first_run", "plain"),
    ("AHSD", "fr", "reprint", "vietnamese"),
    ("CHSA", "fr", "first_run", "syllabics and latin"),
    ("COSC", "en", "reprint", "combining marks"),
    ("HSED", "fr", "none", "cyrillic"),
    ("ADEX", "en", "none", "two lines"),
    ("HONR", "en", "none", "glottal stop"),
]


@pytest.fixture(scope="module")
def made(masters, specimen_masters):
    """One document of each kind, every other one a specimen."""
    return [
        render(
            replace(CONTENT, credential_type=kind, language=language, letter=letter, name=HARD_NAMES[name]),
            (masters, specimen_masters)[index % 2],
        )
        for index, (kind, language, letter, name) in enumerate(KINDS)
    ]


@pytest.fixture(scope="module")
def files(made):
    """Every sort of file that leaves the house: documents, copies with marks, and a print file."""
    envelopes = [
        Envelope(number, f"{number:010d}-01", each.pdf, 2, "canada", False)
        for number, each in enumerate(made, 1)
    ]
    return {
        **{f"document-{index}": each.pdf for index, each in enumerate(made)},
        "digital": digital_copy(made[0].pdf, "en"),
        "unofficial": unofficial_copy(made[1].pdf, "fr"),
        "print": build_print_file(SHEET, envelopes).pdf,
    }


def opened(pdf):
    return pikepdf.open(io.BytesIO(pdf))


def twin(pdf):
    """The same file under the label of PDF/A-1b, which knows no object streams."""
    out = io.BytesIO()
    with opened(pdf) as document:
        packet = document.Root.Metadata.read_bytes()
        document.Root.Metadata.write(packet.replace(b"<pdfaid:part>2<", b"<pdfaid:part>1<"), filter=None)
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            force_version="1.4",
            compress_streams=False,
        )
    return out.getvalue()


def is_missing():
    return shutil.which("java") is None or not (JARS / "preflight.jar").exists()


@pytest.mark.skipif(is_missing() and not os.environ.get("CI"), reason="PDFBox Preflight is not installed")
def test_preflight_finds_the_twins_valid(files, tmp_path):
    """PDFBox Preflight, an independent validator, calls each file's 1b-labelled twin valid."""
    for name, pdf in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(twin(pdf))
    found = subprocess.run(
        ["java", "-cp", CLASS_PATH, "org.apache.pdfbox.preflight.Validator_A1b", "batch", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    valid = re.findall(r"The file (\S+)\.pdf is a valid PDF/A-1b file", found.stdout)
    assert sorted(valid) == sorted(files), found.stdout + found.stderr


@pytest.mark.skipif(is_missing() and not os.environ.get("CI"), reason="PDFBox Preflight is not installed")
def test_preflight_notices_a_fault(made, tmp_path):
    """The validator is awake: a twin without its output intent is not valid."""
    with opened(twin(made[0].pdf)) as document:
        del document.Root["/OutputIntents"]
        document.save(tmp_path / "bare.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    found = subprocess.run(
        ["java", "-cp", CLASS_PATH, "org.apache.pdfbox.preflight.Validator_A1b", tmp_path / "bare.pdf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "is not a valid PDF/A-1b file" in found.stdout


@pytest.mark.parametrize("tool", ["qpdf", "pdffonts"])
def test_other_readers_find_nothing_wrong(files, tmp_path, tool):
    """Of qpdf there is no complaint, and every font that poppler sees is embedded and a subset."""
    if shutil.which(tool) is None and not os.environ.get("CI"):
        pytest.skip(f"{tool} is not on PATH")
    for name, pdf in files.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf)
        command = ["qpdf", "--check", path] if tool == "qpdf" else ["pdffonts", path]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (found.returncode, found.stderr) == (0, ""), name
        if tool == "pdffonts":
            rows = found.stdout.splitlines()[2:]
            assert rows
            assert all(re.search(r"Identity-H +yes yes yes", row) for row in rows), found.stdout


def test_xmp_and_info_say_the_same(files):
    """Title, dates and producer agree in both places, and XMP declares PDF/A-2b; documents also PDF/UA-1."""
    for name, pdf in files.items():
        with opened(pdf) as document:
            packet = document.Root.Metadata.read_bytes()
            assert "/Filter" not in document.Root.Metadata
            told = {re.sub(r"\{.*\}", "", each.tag): each.text for each in ET.fromstring(packet).iter()}
            info = document.docinfo
            assert f"x-default'>{info['/Title']}<".encode() in packet
            assert told["Producer"] == str(info["/Producer"])
            for key, tag in (("/CreationDate", "CreateDate"), ("/ModDate", "ModifyDate")):
                assert re.sub(r"[-T:]", "", told[tag]) == str(info[key])[2:]
            assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B<" in packet
            assert (b"<pdfuaid:part>1<" in packet) is (name != "print")


def test_a_title_may_hold_what_xml_may_not():
    """Signs with a meaning in XML are escaped, and the title comes back as it was."""
    packet = Description("A & B <C>", "fr", date(2026, 8, 1)).xmp()
    assert "A & B <C>" in [each.text for each in ET.fromstring(packet).iter()]


def test_every_glyph_of_a_program_is_in_its_cid_set(made):
    """PDF/A-1b asks for a CIDSet, PDF/A-2b that it is complete: a bit for each glyph, padded with zeros."""
    for each in made:
        with opened(each.pdf) as document:
            for font in document.pages[-1].Resources.Font.values():
                descendant = font.DescendantFonts[0]
                bits = "".join(f"{byte:08b}" for byte in descendant.FontDescriptor.CIDSet.read_bytes())
                assert bits.rstrip("0") == "1" * len(descendant.W[1])


def test_the_output_intent_is_srgb(made):
    """The profile is a version 2 one, opens in LittleCMS, and maps colours as its own sRGB does, to one level."""
    with opened(made[0].pdf) as document:
        data = document.Root.OutputIntents[0].DestOutputProfile.read_bytes()
    assert data == colour_profile.srgb()
    profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
    assert profile.profile.icc_version >> 24 == 2
    ramp = Image.linear_gradient("L")
    colours = Image.merge("RGB", [ramp, ramp.rotate(90), ramp.rotate(180)])
    there: Any = ImageCms.profileToProfile(
        colours, profile, ImageCms.createProfile("sRGB"), renderingIntent=1
    )
    off = zip(colours.tobytes(), there.tobytes(), strict=True)
    assert max(abs(one - other) for one, other in off) <= 1


def marked_content(page):
    """(role, mcid) of each outermost marked sequence, and whether something was painted outside of all of them."""
    found, depth, strays = [], 0, 0
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC" | "BMC":
                if depth == 0:
                    mcid = operands[1].get("/MCID") if len(operands) == 2 else None
                    found.append((str(operands[0]), mcid))
                depth += 1
            case "EMC":
                depth -= 1
            case "Tj" | "TJ" | "f" | "f*" | "S" | "B" | "Do" | "sh":
                strays += depth == 0
    return found, strays


def test_all_that_is_painted_is_tagged_or_an_artifact(files):
    """PDF/UA: real content is in the structure tree exactly once, the rest is marked as an artifact."""
    for name, pdf in files.items():
        if name == "print":
            continue
        with opened(pdf) as document:
            tree = document.Root.StructTreeRoot
            parents = dict(
                zip(list(tree.ParentTree.Nums)[::2], list(tree.ParentTree.Nums)[1::2], strict=True)
            )
            sections = tree.K[0].K
            for page, section in zip(document.pages, sections, strict=True):
                marks, strays = marked_content(page)
                assert strays == 0
                tagged = {mcid: role for role, mcid in marks if role != "/Artifact"}
                assert sum(role != "/Artifact" for role, _ in marks) == len(tagged)
                elements = list(section.K)
                assert {element.K: str(element.S) for element in elements} == tagged
                of_page = parents[page.StructParents]
                assert all(of_page[element.K].objgen == element.objgen for element in elements)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("credential_type", TITLES)
def test_pages_are_read_in_order(content, masters, text_of, credential_type, language):
    """A screen reader hears the crest, the title, whom and what it certifies, each label before its value."""
    pdf = render(content(credential_type=credential_type, language=language, letter="none"), masters).pdf
    with opened(pdf) as document:
        assert str(document.Root.Lang) == f"{language}-CA"
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        (section,) = document.Root.StructTreeRoot.K[0].K
        roles = [str(element.S) for element in section.K]
        mcids = [int(element.K) for element in section.K]
        figures = [element for element in section.K if str(element.S) == "/Figure"]
        words = ALTERNATIVES[language]
        assert [str(figure.Alt) for figure in figures] == [words.crest, words.seal, words.qr_code]
        assert all(len(figure.A.BBox) == 4 for figure in figures)
    assert roles[:2] == ["/Figure", "/H1"]
    # Name, student number, date and number come in this order, the name after the subtitle, the code last.
    assert [mcid for mcid in mcids if mcid < 5] == [0, 1, 2, 3, 4]
    assert mcids.index(0) == 3
