"""A document that is ordered again is printed as it was, whatever became of the design and of the fonts meanwhile."""

import hashlib
import json
from dataclasses import replace

import pytest

from renderers.content import Imprint, Name, Signatory
from renderers.document import designed, render
from renderers.fonts import characters, faces, font_areas, font_programs
from renderers.masters import kept_master, master
from renderers.masters.kept_master import FORMAT, MasterNotKept, fault_of
from renderers.masters.master import Masters
from renderers.pages import credential_page, letter_page
from renderers.pages.blanks import NamePlace, Place, restored
from renderers.pdf import painting
from tests.unit.renderers.hard_names import ALL_HARD_NAMES, HARD_NAMES
from tests.unit.renderers.test_reproducible_pages import Folder

#: A quarter of the hard names; the long form takes all.
SOME_NAMES = ALL_HARD_NAMES[::4]


@pytest.fixture
def shelf():
    return Folder()


@pytest.fixture
def opened(shelf):
    """Masters as a process finds them that begins now, on the shelf that all share."""
    return lambda **imprint: Masters(Imprint(**{"specimen": False, **imprint}), shelf)


@pytest.fixture
def redesign(monkeypatch):
    """Change where values stand, what is said, the ink, and which programs the face is cut into."""

    def change():
        moved = replace(
            credential_page.BLANKS,
            name=NamePlace(Place(380, 340, 27), 31),
            asn=Place(180, 205, 16, "left"),
            qr_code=replace(credential_page.BLANKS.qr_code, side=70),
        )
        monkeypatch.setattr(credential_page, "BLANKS", moved)
        monkeypatch.setattr(credential_page, "TITLE_BOTTOM", 410)
        monkeypatch.setattr(letter_page, "WINDOW_TOP", letter_page.WINDOW_TOP - 4)
        monkeypatch.setattr(letter_page, "BODY_SIZE", 11)
        monkeypatch.setitem(credential_page.TITLES["AHSD"], "en", "Diploma of Alberta")
        monkeypatch.setattr(font_areas, "SMALL_CAPITALS", "ñ" + font_areas.SMALL_CAPITALS)
        monkeypatch.setattr(font_areas, "_LATIN_SIGNS", font_areas._LATIN_SIGNS - {0x2019})
        monkeypatch.setattr(font_programs, "RECIPE", 99)
        forget(monkeypatch)

    yield change
    monkeypatch.undo()
    clear_caches()


def forget(monkeypatch):
    """What a process that begins anew does not know."""
    for module, known in (
        (font_programs, "_programs"), (font_programs, "_kept"), (painting, "_holders"),
        (faces, "_kept"), (faces, "_files"),
    ):  # fmt: skip
        monkeypatch.setattr(module, known, {})
    clear_caches()


def clear_caches():
    for cached in (
        font_programs.key_of,
        font_areas._area,
        font_areas.characters_of,
        master.blanks_of,
        master.origin,
    ):
        cached.cache_clear()


def again(first, content):
    """The content of a reorder that says the same."""
    return replace(content, master=first.master)


@pytest.mark.parametrize("letter", ["first_run", "reprint", "none"])
def test_a_reorder_after_a_redesign_has_the_same_bytes(content, opened, redesign, letter):
    """Every coordinate, word, colour and cut of the fonts may change: the document that is ordered again does not."""
    said = [content(letter=letter, name=name) for name in HARD_NAMES.values()]
    first = [render(each, opened()) for each in said]
    redesign()
    masters = opened(signatories=(Signatory("Registrar", "Registraire"), Signatory("Minister", "Ministre")))
    assert [render(again(was, each), masters) for was, each in zip(first, said, strict=True)] == first
    for was, each in zip(first, said, strict=True):
        new = render(each, masters)
        assert (new.master, new.sha256) != (was.master, was.sha256)


def test_a_refilled_master_is_the_ordinary_fill(content, opened):
    """The fill from a record is the fill from the design, for every letter that some hard name has."""
    masters = opened()
    for name in SOME_NAMES:
        first = render(content(name=name, letter="reprint"), masters)
        assert render(again(first, content(name=name, letter="reprint")), masters) == first


@pytest.mark.long
@pytest.mark.parametrize("letter", ["first_run", "reprint", "none"])
def test_a_refilled_master_is_the_ordinary_fill_for_every_hard_name(content, opened, letter):
    """The same for all hard names and letters."""
    masters = opened()
    for name in ALL_HARD_NAMES:
        first = render(content(name=name, letter=letter), masters)
        assert render(again(first, content(name=name, letter=letter)), masters) == first


def test_a_reorder_outlives_the_installed_faces(content, opened, monkeypatch, redesign, tmp_path):
    """The faces come from packages; when those bring other files, the kept ones are used for what was printed with them."""
    names = ("plain", "syllabics", "two lines")
    said = [content(name=HARD_NAMES[name], letter="none") for name in names]
    first = [render(each, opened()) for each in said]
    other = faces.file_of("sans").with_name("DejaVuSerif.ttf")
    real = faces.file_of
    redesign()
    monkeypatch.setattr(faces, "file_of", lambda face: other if face in faces.FOR_NAMES else real(face))
    for cached in (faces.digest_of, faces.shaper, faces.has_glyph):
        monkeypatch.setattr(faces, cached.__name__, cached.__wrapped__)
    masters = opened()
    assert [render(again(was, each), masters) for was, each in zip(first, said, strict=True)] == first


def test_a_new_name_goes_on_the_old_pages(content, opened, redesign, text_of):
    """A renamed student's reorder: today's data, on the master of the first document."""
    said = content(letter="none")
    first = render(said, opened())
    redesign()
    married = replace(again(first, said), name=Name("Anna", "", "Kowalski", ""))
    made = render(married, opened())
    assert made.master == first.master
    assert "Anna Kowalski" in text_of(made.pdf)
    assert "Diploma of Alberta" not in text_of(made.pdf)


def test_old_pages_get_the_fonts_that_a_new_name_needs(content, opened, redesign, text_of, shelf):
    """A name with letters that the first document had no font for: the old pages with one more, the same in any process."""
    said = content(letter="none")
    first = render(said, opened())
    redesign()
    renamed = replace(again(first, said), name=HARD_NAMES["vietnamese"])
    made = render(renamed, opened())
    assert made.master != first.master
    assert "Diploma of Alberta" not in text_of(made.pdf)
    assert "Thị Minh Nguyễn" in text_of(made.pdf)
    kept = dict(shelf.files)
    assert render(renamed, opened()) == made
    assert shelf.files == kept
    # A reorder of the reorder, and one after the index of derived masters is lost.
    assert render(replace(renamed, master=made.master), opened()) == made
    for name in [each for each in shelf.files if each.startswith("masters/index/")]:
        shelf.files[name] = b"0" * 64
    assert render(renamed, opened()) == made


def test_what_the_old_faces_cannot_set_is_set_on_todays_pages(content, opened, redesign, monkeypatch):
    """A new name beyond the faces of then is printed with today's master rather than not at all."""
    said = content(letter="none")
    first = render(said, opened())
    redesign()
    masters = opened()
    known = characters.can_show
    monkeypatch.setattr(characters, "can_show", lambda face, each: "@" not in face and known(face, each))
    renamed = replace(said, name=Name("Zenobia", "", "Nowhere-Else", ""))
    assert render(again(first, renamed), masters) == render(renamed, masters)


def test_a_letter_may_come_and_go(content, opened, redesign):
    """A reprint by link that is ordered again by mail has the letter of its own day, and the other way round."""
    linked, mailed = content(letter="none"), content(letter="reprint")
    by_link, by_mail = render(linked, opened()), render(mailed, opened())
    redesign()
    assert render(again(by_link, mailed), opened()) == by_mail
    assert render(again(by_mail, linked), opened()) == by_link


def test_another_language_is_another_document(content, opened, redesign):
    """What was never printed in French has no French pages to remember: today's are used."""
    first = render(content(), opened())
    redesign()
    masters = opened()
    assert render(again(first, content(language="fr")), masters) == render(content(language="fr"), masters)


def named_by(shelf, sha256):
    """The names on the shelf of a record and all that it names and that is not installed."""
    record = json.loads(shelf.files[f"masters/{sha256}.json"])
    return [f"masters/{sha256}.json", *(f"masters/{each}.pdf" for each in record["pages"].values())]


@pytest.mark.parametrize(("fault", "data"), [("missing", None), ("altered", b"{}"), ("altered", b"torn")])
def test_a_master_that_is_not_kept_is_refused(content, opened, shelf, fault, data):
    """CO-08: nothing else is printed instead of a remembered master that is missing or altered."""
    first = render(content(), opened())
    assert fault_of(shelf, first.master) is None
    whole = dict(shelf.files)
    for name in named_by(shelf, first.master):
        shelf.files = dict(whole)
        if data is None:
            del shelf.files[name]
        else:
            shelf.files[name] = data
        assert fault_of(shelf, first.master) == fault
        with pytest.raises(MasterNotKept) as refusal:
            render(again(first, content()), opened())
        assert refusal.value.fault == fault


def test_a_face_that_is_neither_installed_nor_kept_is_refused(content, opened, shelf, monkeypatch):
    """A kept font file is needed only once the installed one differs."""
    first = render(content(), opened())
    kept = [name for name in shelf.files if name.startswith("faces/")]
    assert len(kept) == len(faces.FOR_NAMES)
    for name in kept:
        assert name == f"faces/{hashlib.sha256(shelf.files[name]).hexdigest()}.ttf"
        del shelf.files[name]
    assert fault_of(shelf, first.master) is None
    monkeypatch.setattr(faces, "digest_of", lambda _: "another")
    assert fault_of(shelf, first.master) == "missing"


def test_without_a_shelf_nothing_is_remembered(content):
    """Masters that no shelf keeps cannot be asked for again."""
    first = render(content(), Masters(Imprint(specimen=False)))
    assert fault_of(None, first.master) == "missing"
    with pytest.raises(MasterNotKept):
        render(again(first, content()), Masters(Imprint(specimen=False)))


def test_a_document_of_before_records_were_kept_has_todays_pages(content, opened, shelf):
    """It remembers the SHA-256 of pages alone, which nothing says how to fill."""
    shelf.write(f"masters/{'0' * 64}.pdf", b"%PDF of another day")
    older = content(master="0" * 64)
    assert render(older, opened()) == render(content(), opened())
    assert fault_of(shelf, older.master) is None


def test_a_record_of_another_format_is_not_guessed_at(content, opened, shelf):
    """What a later version wrote is refused, not filled by what this one knows."""
    first = render(content(), opened())
    record = json.loads(shelf.files[f"masters/{first.master}.json"])
    later = json.dumps(record | {"format": FORMAT + 1}).encode()
    sha256 = hashlib.sha256(later).hexdigest()
    shelf.write(f"masters/{sha256}.json", later)
    assert fault_of(shelf, sha256) == "altered"


def test_blanks_survive_json(content):
    """Every field of a record's blanks comes back as it was, for a letter with and without its last row."""
    for letter in ("first_run", "reprint"):
        blanks = designed(content(letter=letter))
        assert restored(json.loads(json.dumps(blanks.as_json()))) == blanks


def test_records_of_equal_masters_are_equal(content, opened, shelf):
    """Two processes give a master one name; a source that changed without changing pages gives it no other."""
    first = render(content(), opened())
    for name in [each for each in shelf.files if each.startswith("masters/index/")]:
        del shelf.files[name]
    assert render(content(), opened()).master == first.master
    assert kept_master.read(shelf, first.master).record.pages.keys() == {"first_run"}
