"""Documents: what they say, how large they are, and when they are refused."""

import io
import os
import shutil
import subprocess
import unicodedata
from datetime import date

import pikepdf
import pytest
import zxingcpp

from renderers.content import Name
from renderers.document import CannotBeSet, render
from renderers.masters.key import MasterKey
from renderers.masters.master import NoMaster, has_master
from renderers.wording import TITLES


def squeezed(text):
    return " ".join(text.split())


def test_a_name_is_copied_as_it_was_typed(content, masters, text_of, hard_name):
    """Copying the credential page gives the name back, composed, whole and in order."""
    rendered = render(content(name=hard_name, letter="none"), masters)
    assert rendered.printed_name in squeezed(unicodedata.normalize("NFC", text_of(rendered.pdf)))


@pytest.mark.skipif(
    shutil.which("pdftotext") is None and not os.environ.get("CI"), reason="poppler is not on PATH"
)
def test_poppler_reads_the_same_name(content, masters, hard_name, tmp_path):
    """A second reader agrees."""
    rendered = render(content(name=hard_name, letter="none"), masters)
    (tmp_path / "page.pdf").write_bytes(rendered.pdf)
    text = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", tmp_path / "page.pdf", "-"], capture_output=True, check=True
    ).stdout
    assert rendered.printed_name in squeezed(unicodedata.normalize("NFC", text.decode()))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("credential_type", TITLES)
def test_a_credential_says_what_it_must(content, masters, text_of, credential_type, language):
    """Title, wording, ASN, date, number and signatories stand on the page."""
    made = content(
        credential_type=credential_type, language=language, awarded_on=date(2015, 3, 1), letter="none"
    )
    text = squeezed(text_of(render(made, masters).pdf))
    expected = {
        "en": ("This is to certify that", "March 1, 2015", "Minister of Education", "Deputy Minister"),
        "fr": ("La présente atteste que", "Le 1er mars 2015", "Ministre de l’Éducation", "Sous-ministre"),
    }[language]
    for words in (*expected, "1234-5678-9", "12345-67890", TITLES[credential_type][language]):
        assert words in text


def test_a_legacy_number_stays_as_it_is(content, masters, text_of):
    """A number from the mainframe gets no dash."""
    text = text_of(render(content(credential_number="AB12345", letter="none"), masters).pdf)
    assert "AB12345" in text


def test_the_letter_shows_recipient_and_address(content, masters, text_of):
    """The letter comes first and has address, processed date and ASN."""
    rendered = render(content(address=("5 rue de l’Île", "Montréal QC  H2X 1Y4")), masters)
    text = squeezed(text_of(rendered.pdf, 0))
    assert rendered.pages == 2
    for words in (
        "Anna Smith",
        "5 rue de l’Île",
        "August 1, 2026",
        "1234-5678-9",
        "StudentRecords@gov.ab.ca",
    ):
        assert words in text


def test_a_reprints_letter_names_the_holder(content, masters, text_of):
    """The reprint's letter goes to the recipient and says to whom the credential was awarded."""
    text = text_of(render(content(letter="reprint", recipient="Acme Ltd."), masters).pdf, 0)
    assert "Acme Ltd." in text
    assert "Anna Maria Smith" in text


def test_the_qr_code_reads_from_a_picture(content, masters, picture):
    """At 150 dpi the code gives the verification link back."""
    made = content(letter="none")
    codes = zxingcpp.read_barcodes(picture(render(made, masters).pdf))
    assert [code.text for code in codes] == [made.verification_link]


def test_the_qr_code_reads_through_the_specimen_mark(content, specimen_masters, picture):
    """The red marking does not hide the code."""
    made = content(letter="none")
    codes = zxingcpp.read_barcodes(picture(render(made, specimen_masters).pdf))
    assert [code.text for code in codes] == [made.verification_link]


@pytest.mark.parametrize("page", [0, 1])
def test_only_specimens_are_marked_in_red(content, masters, specimen_masters, text_of, page):
    """Outside production every page says that it is a specimen."""
    assert "Specimen" in text_of(render(content(), specimen_masters).pdf, page)
    assert "Specimen" not in text_of(render(content(), masters).pdf, page)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("credential_type", TITLES)
def test_documents_of_every_type_are_small(content, specimen_masters, credential_type, language):
    """45 KB in the Latin tier for the longest title and either letter too, specimen marks included."""
    for letter in ("first_run", "reprint"):
        said = content(credential_type=credential_type, language=language, letter=letter)
        assert len(render(said, specimen_masters).pdf) <= 45_000


def test_documents_are_small(content, specimen_masters, hard_name):
    """45 KB with Latin-1 and Extended-A only, 80 KB with anything else, letter included."""
    limits = {True: 45_000, False: 80_000}
    rendered = render(content(name=hard_name), specimen_masters)
    assert len(rendered.pdf) <= limits[all(ord(character) < 0x180 for character in rendered.printed_name)]


def test_a_mononym_is_enough(content, masters):
    """A person with one name gets a credential."""
    assert render(content(name=Name("", "", "Suharto", "")), masters).printed_name == "Suharto"


def test_an_unprintable_name_is_refused(content, masters):
    """CO-06 false: no page, but the reason."""
    with pytest.raises(CannotBeSet) as refusal:
        render(content(name=Name("😀", "", "Smith", "")), masters)
    assert refusal.value.reason.code_point == "U+1F600"


def test_an_unprintable_address_is_refused_only_where_it_is_printed(content, masters):
    """Without a letter nothing of the address is on paper."""
    with pytest.raises(CannotBeSet):
        render(content(address=("北京",)), masters)
    assert render(content(address=("北京",), letter="none"), masters).pages == 1


def test_a_master_exists_for_every_title(masters):
    """CO-08: known types in English and French have a master, others do not."""
    assert has_master("AHSD", "fr")
    assert not has_master("AHSD", "de")
    assert not has_master("XXXX", "en")
    with pytest.raises(NoMaster):
        masters.master(MasterKey("XXXX", "en", "none", frozenset()))


def test_the_file_is_sound_and_dated_by_its_content(content, masters):
    """The PDF has no syntax errors, and its dates come from the processed date."""
    with pikepdf.open(io.BytesIO(render(content(language="fr"), masters).pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.docinfo["/CreationDate"]) == str(pdf.docinfo["/ModDate"]) == "D:20260801120000Z"
        assert str(pdf.Root["/Lang"]) == "fr-CA"
