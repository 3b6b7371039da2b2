"""``orders preview-name``: a clerk sees a name on paper, or the character that keeps it off, before anything is ordered."""

import unicodedata
from pathlib import Path

import pypdfium2
import pytest

from models.typography import french
from renderers.fonts.names import NAME_WIDTH
from tests.acceptance import wave as waves
from tests.acceptance.command_line import Orders


def words_of(file: Path) -> str:
    """The text of the one page of a PDF."""
    document = pypdfium2.PdfDocument(file)
    try:
        assert len(document) == 1
        return str(document[0].get_textpage().get_text_bounded())
    finally:
        document.close()


@pytest.mark.parametrize(
    ("parts", "format_", "lines", "face"),
    [
        (("Anna", "Maria", "Smith", "Jr."), 1, ["Anna Maria Smith Jr."], "roman"),
        (("Thị Minh", "", "Nguyễn", ""), 1, ["Thị Minh Nguyễn"], "roman"),
        (("", "", "ᐊᑕᓈᕐᔪᐊᖅ", ""), 1, ["ᐊᑕᓈᕐᔪᐊᖅ"], "sans"),
        (
            ("Alexandrina Wilhelmina", "Konstanze Theodora", "Featherstonehaughs", ""),
            2,
            ["Alexandrina Wilhelmina K. T. Featherstonehaughs"],
            "roman",
        ),
        (
            ("Jean-Christophe Alexandre", "", "de la Tour d’Auvergne-Lauraguais", ""),
            1,
            ["Jean-Christophe Alexandre", "de la Tour d’Auvergne-Lauraguais"],
            "roman",
        ),
    ],
    ids=["latin", "vietnamese", "syllabics", "middle initials", "two lines"],
)
def test_a_name_is_shown_as_it_will_be_set(
    seen_wave: Orders, parts: tuple[str, ...], format_: int, lines: list[str], face: str
) -> None:
    """The format, each line with its width in the box, and the face; NFD is the same name."""
    typed = [unicodedata.normalize("NFD", part) for part in parts]
    first, middle, last, suffix = typed
    answer = seen_wave.ok(
        "preview-name", f"--first={first}", f"--middle={middle}", f"--last={last}", f"--suffix={suffix}"
    )
    assert answer["format"]["number"] == format_
    assert [line["text"] for line in answer["lines"]] == lines
    assert answer["printed_name"] == " ".join(lines)
    assert answer["face"]["code"] == face
    assert answer["box_width"] == NAME_WIDTH
    assert all(0 < line["width"] <= NAME_WIDTH for line in answer["lines"])


def test_a_student_is_previewed_by_asn(seen_wave: Orders) -> None:
    """An ASN stands for the student's legal name; the text on the screen says what the JSON says, in either language."""
    answer = seen_wave.ok("preview-name", waves.SENT)
    (line,) = answer["lines"]
    assert line["text"] == "Maya Cardinal"
    english = seen_wave.call("preview-name", waves.SENT).out
    assert "Format 1 of 4: first, middle, last, suffix" in english
    assert f"“Maya Cardinal”, {line['width']:.1f} of 648 pt" in english
    assert "EB Garamond, 28 pt" in english
    said = seen_wave.call("preview-name", waves.SENT, "--lang=fr").out
    assert french("Format 1 sur 4 : prénom") in said
    width = f"{line['width']:.1f}".replace(".", ",")
    assert french(f"« Maya Cardinal », {width} sur 648 pt") in said


def test_a_character_that_cannot_be_printed_is_named(seen_wave: Orders) -> None:
    """CO-06 ends the call with 1 and names character, code point and Unicode name, in the language of the call."""
    call = ("preview-name", "--first", "Zoé 🌸", "--last", "Cardinal")
    answer = seen_wave.call(*call, "--json")
    assert answer.exit_code == 1
    (reason,) = answer.json["refused"]["reasons"]
    assert reason["code"] == "CO-06"
    named = {key: reason["params"][key] for key in ("character", "code_point", "unicode_name")}
    assert named == {"character": "🌸", "code_point": "U+1F338", "unicode_name": "CHERRY BLOSSOM"}
    for language, words in (("en", "can't be printed"), ("fr", french("Impossible d'imprimer"))):
        told = seen_wave.call(*call, f"--lang={language}")
        assert told.exit_code == 1
        assert words in told.err
        assert all(word in told.err.replace("\n", " ") for word in ("CO-06", "🌸", "U+1F338", "CHERRY"))


def test_the_student_whose_item_is_held_is_refused_alike(seen_wave: Orders) -> None:
    """The preview of a student gives the reason for which the item is held."""
    held = seen_wave.ok("item", "show", waves.number_of(seen_wave, waves.SYSTEM_HOLD))
    answer = seen_wave.call("preview-name", waves.SYSTEM_HOLD, "--json")
    assert answer.exit_code == 1
    (reason,) = answer.json["refused"]["reasons"]
    assert reason["params"]["character"] == "🌸"
    assert reason["message"] in [each["message"] for each in held["errors"]]


def test_a_name_that_fits_in_no_format_is_refused(seen_wave: Orders) -> None:
    """Too long for all four formats: CO-06 says so, in French too."""
    answer = seen_wave.call("preview-name", "--last", "W" * 40, "--lang=fr")
    assert answer.exit_code == 1
    assert "CO-06" in answer.err
    assert "quatre formats" in answer.err.replace("\n", " ")


def test_the_page_is_written_as_a_specimen_even_in_production(seen_wave: Orders, tmp_path: Path) -> None:
    """``--to`` writes the page of the type and language with the name on it; nothing that could be taken for real."""
    production = seen_wave.with_(ORDERS_PRODUCTION="true")
    file = tmp_path / "name.pdf"
    call = (
        "preview-name",
        "--first",
        "Zoé",
        "--last",
        "Nguyễn",
        "--type",
        "CHSA",
        "--language",
        "fr",
        "--to",
        file,
    )
    assert production.ok(*call)["file"] == str(file)
    words = words_of(file)
    assert "Zoé Nguyễn" in words
    assert "000000000" in words.replace("-", "").replace(" ", "")
    assert "SPECIMEN" in words.upper().replace("É", "E")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (waves.SENT, "--last", "Smith"),
        (waves.SENT, "--first", "Anna"),
        ("--last", "Smith", "--to", "name.png"),
        ("--last", "Smith  Jones"),
        ("12345",),
    ],
    ids=["nothing", "both", "asn and a part", "no pdf", "doubled space", "no asn"],
)
def test_what_cannot_be_meant_is_a_usage_error(seen_wave: Orders, arguments: tuple[str, ...]) -> None:
    """A call that does not say one name, or asks for another kind of file, ends with 2 and says so in both languages."""
    answer = seen_wave.call("preview-name", *arguments, "--json")
    assert answer.exit_code == 2
    message = answer.json["error"]["message"]
    assert message["en"] != message["fr"]


def test_an_unknown_student_and_the_public(seen_wave: Orders) -> None:
    """No student: 4. The public may not look at names by ASN: CO-11."""
    assert seen_wave.call("preview-name", "999999999").exit_code == 4
    answer = seen_wave.call("preview-name", waves.SENT, "--as=public", "--json")
    assert answer.exit_code == 1
    assert [each["code"] for each in answer.json["refused"]["reasons"]] == ["CO-11"]
