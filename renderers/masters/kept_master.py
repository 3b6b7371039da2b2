"""Masters as they are kept: a record of all that a fill needs, and the files that it names by their SHA-256.

A document remembers the record's SHA-256. Whatever becomes of the design, of the faces that are installed and of how they
are cut, a document is filled from its record alone, and so comes out as it did the first time.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from renderers.fonts import faces, font_programs
from renderers.fonts.font_program import FontProgram
from renderers.not_rendered import NotRendered
from renderers.pages.blanks import Blanks, restored
from renderers.shelf import Shelf

#: How a record is read and its fill written. Raised when either gives other bytes; the older way then stays beside it.
FORMAT = 1

_registering = threading.Lock()


class MasterNotKept(NotRendered, LookupError):  # noqa: N818 - says what is so, as a rule does
    """What a document remembers is no longer on the shelf, or not as it was (CO-08); ``fault`` says which."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Record:
    """A master for one type, language and kind of order.

    ``pages`` are the SHA-256 of the page files by letter, ``faces`` those of the font files, and ``programs`` are what a
    fill needs to know of each font program on the pages: all but the program itself, which is in them.
    """

    credential_type: str
    language: str
    pages: Mapping[str, str]
    blanks: Blanks
    faces: Mapping[str, str]
    programs: tuple[FontProgram, ...]

    def packed(self) -> bytes:
        """The record as it is kept; equal records give equal bytes."""
        programs = [asdict(each) for each in self.programs]
        for each in programs:
            del each["truetype"]
        fields = {
            "format": FORMAT,
            "credential_type": self.credential_type,
            "language": self.language,
            "pages": dict(self.pages),
            "blanks": self.blanks.as_json(),
            "faces": dict(self.faces),
            "programs": sorted(programs, key=lambda each: each["name"]),
        }
        return json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()


def unpacked(data: bytes) -> Record:
    """The record that was packed. Raises ``MasterNotKept`` for anything else."""
    try:
        fields = json.loads(data)
        if fields.pop("format") != FORMAT:
            raise MasterNotKept("altered")
        blanks = restored(fields.pop("blanks"))
        programs = tuple(font_programs.restored(each | {"truetype": b""}) for each in fields.pop("programs"))
        return Record(blanks=blanks, programs=programs, **fields)
    except (ValueError, KeyError, TypeError) as error:
        raise MasterNotKept("altered") from error


@dataclass(frozen=True, slots=True)
class KeptMaster:
    """A record that was read, its page files by letter, and its blanks, to be filled in its own faces."""

    sha256: str
    record: Record
    blanks: Blanks
    pages: Mapping[str, bytes]

    @property
    def programs(self) -> frozenset[str]:
        """The names of the font programs on its pages, as a fill calls them."""
        return frozenset(
            name for face in self.blanks.name_box.faces for name in font_programs.kept_programs(face)
        )


def keep(shelf: Shelf | None, record: Record, pages: Mapping[str, bytes]) -> str:
    """Put a record on the shelf, where there is one, after all that it names; gives its SHA-256."""
    packed = record.packed()
    sha256 = digest_of(packed)
    if shelf is not None:
        for data in pages.values():
            shelf.write(_pages_name(digest_of(data)), data)
        for face, digest in record.faces.items():
            # The faces of a kept master are there already.
            if _is_installed(face, digest) and shelf.read(_face_name(digest)) is None:
                shelf.write(_face_name(digest), faces.data_of(face))
        shelf.write(record_name(sha256), packed)
    return sha256


def pages_of(shelf: Shelf | None, sha256: str, letter: str) -> bytes:
    """The page file for a letter of the master of that SHA-256. Raises ``MasterNotKept``."""
    digest = unpacked(_read(shelf, record_name(sha256), sha256)).pages[letter]
    return _read(shelf, _pages_name(digest), digest)


def read(shelf: Shelf | None, sha256: str) -> KeptMaster:
    """The master of that SHA-256. Raises ``MasterNotKept`` where anything of it is missing or altered."""
    record = unpacked(_read(shelf, record_name(sha256), sha256))
    pages = {letter: _read(shelf, _pages_name(digest), digest) for letter, digest in record.pages.items()}
    known_as = {face: f"{face}@{sha256[:16]}" for face in record.faces}
    files = {
        face: None if _is_installed(face, digest) else _read(shelf, _face_name(digest), digest)
        for face, digest in record.faces.items()
    }
    with _registering:
        for face, name in known_as.items():
            faces.keep(name, face if files[face] is None else record.faces[face], files[face])
            own = [each for each in record.programs if each.name.partition("-")[0] == face]
            font_programs.keep(name, [renamed(each, name) for each in own])
    return KeptMaster(sha256, record, record.blanks.in_faces(known_as), pages)


def fault_of(shelf: Shelf | None, sha256: str) -> str | None:
    """``missing`` or ``altered``, or None where all of a master is on the shelf as it was, or it never had a record."""
    if has_no_record(shelf, sha256):
        return None
    try:
        record = unpacked(_read(shelf, record_name(sha256), sha256))
        for digest in record.pages.values():
            _read(shelf, _pages_name(digest), digest)
        for face, digest in record.faces.items():
            if not _is_installed(face, digest):
                _read(shelf, _face_name(digest), digest)
    except MasterNotKept as not_kept:
        return not_kept.fault
    return None


def has_no_record(shelf: Shelf | None, sha256: str) -> bool:
    """Whether a document remembers pages alone: it was rendered before records were kept."""
    return (
        shelf is not None
        and shelf.read(record_name(sha256)) is None
        and bool(shelf.read(_pages_name(sha256)))
    )


def digest_of(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def renamed(program: FontProgram, face: str) -> FontProgram:
    """The program under another name of its face."""
    return replace(program, name=f"{face}-{program.name.partition('-')[2]}")


def record_name(sha256: str) -> str:
    """What a record is called on the shelf."""
    return f"masters/{sha256}.json"


def _pages_name(sha256: str) -> str:
    return f"masters/{sha256}.pdf"


def _face_name(sha256: str) -> str:
    return f"faces/{sha256}.ttf"


def _is_installed(face: str, digest: str) -> bool:
    return face in faces.FILES and faces.digest_of(face) == digest


def _read(shelf: Shelf | None, name: str, sha256: str) -> bytes:
    data = shelf.read(name) if shelf is not None else None
    if data is None:
        raise MasterNotKept("missing")
    if digest_of(data) != sha256:
        raise MasterNotKept("altered")
    return data
