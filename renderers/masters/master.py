"""Masters: pages with blanks, laid out once by borb with fonts and art embedded, then filled.

A master is content-addressed: its name is the SHA-256 of its record (``kept_master``). An index finds it again by a
digest of all it is built from (type, language, kind of order, imprint, font programs, this package's sources, library
versions).
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from renderers.content import DocumentContent, Imprint
from renderers.fonts.faces import FOR_NAMES, digest_of, plain_name
from renderers.fonts.font_areas import ITALIC, ROMAN
from renderers.fonts.font_programs import key_of, program
from renderers.masters import kept_master
from renderers.masters.kept_master import KeptMaster, MasterNotKept, Record
from renderers.masters.key import MasterKey
from renderers.masters.template import Template
from renderers.not_rendered import NotRendered
from renderers.pages import credential_page, letter_page
from renderers.pages.blanks import Blanks
from renderers.shelf import Shelf
from renderers.wording import LANGUAGES, LETTERS, TITLES

__all__ = ["Master", "MasterKey", "MasterNotKept", "Masters", "Shelf", "has_master"]

#: Libraries whose output is a part of a master's bytes.
LIBRARIES = ("borb", "deflate", "fonttools", "pikepdf", "uharfbuzz")


class NoMaster(NotRendered, LookupError):  # noqa: N818 - says what is so, as a rule does
    """There is no master for this credential type, language and letter (CO-08)."""


@dataclass(frozen=True, slots=True)
class Master:
    """The page file of a master for one letter, and the SHA-256 of the master's record, hex.

    Pages: the letter, when there is one, then the credential.
    """

    pdf: bytes
    sha256: str


def has_master(credential_type: str, language: str) -> bool:
    """Whether pages exist for a type and language (CO-08)."""
    return credential_type in TITLES and language in LANGUAGES


class Masters:
    """The masters of one imprint; shared by all threads of a process.

    Without a shelf every process builds its own, 0.3 s for the first and 0.05 s for each further one.
    """

    def __init__(self, imprint: Imprint | None = None, shelf: Shelf | None = None) -> None:
        self.imprint = imprint or Imprint()
        self.shelf = shelf
        self._known: dict[MasterKey, Master] = {}
        self._templates: dict[tuple[str, str], Template] = {}
        self._remembered: dict[str, KeptMaster | None] = {}
        self._building = threading.Lock()

    def master(self, key: MasterKey) -> Master:
        """The master for a key: known, from the shelf, or built. Raises ``NoMaster``."""
        found = self._known.get(key)
        if found is not None:
            return found
        with self._building:
            if key not in self._known:
                self._known[key] = self._from_shelf(key) or self._built(key)
            return self._known[key]

    def template(self, key: MasterKey) -> Template:
        """The master for a key, compiled. Raises ``NoMaster``."""
        master = self.master(key)
        return self._compiled(master.sha256, key.letter, master.pdf)

    def remembered(self, content: DocumentContent) -> KeptMaster | None:
        """The master that a content remembers; None where it remembers none that can say what it says.

        That is so in another language or with a letter that it never had, and for what was rendered before masters had
        records. Raises ``MasterNotKept`` where the master is missing or altered.
        """
        sha256 = content.master
        if sha256 and sha256 not in self._remembered:
            is_older = kept_master.has_no_record(self.shelf, sha256)
            self._remembered[sha256] = None if is_older else kept_master.read(self.shelf, sha256)
        found = self._remembered[sha256] if sha256 else None
        return found if found is not None and _can_say(found.record, content) else None

    def template_of(self, kept: KeptMaster, letter: str) -> Template:
        """A remembered master for a letter, compiled."""
        return self._compiled(kept.sha256, letter, kept.pages[letter])

    def with_programs(self, kept: KeptMaster, programs: frozenset[str]) -> KeptMaster:
        """A remembered master with the further font programs that a new name or address needs."""
        further = sorted(programs - kept.programs)
        if not further:
            return kept
        index = _index([kept.sha256, further])
        return self._indexed(index) or self._extended(kept, further, index)

    def _compiled(self, sha256: str, letter: str, pages: bytes) -> Template:
        found = self._templates.get((sha256, letter))
        if found is None:
            # Two threads that come at once compile it twice, to the same bytes.
            found = self._templates[sha256, letter] = Template(pages, sha256)
        return found

    def _indexed(self, index: str) -> KeptMaster | None:
        sha256 = self.shelf.read(index) if self.shelf else None
        try:
            return kept_master.read(self.shelf, sha256.decode("latin-1")) if sha256 else None
        except MasterNotKept:
            return None

    def _extended(self, kept: KeptMaster, further: list[str], index: str) -> KeptMaster:
        from renderers.masters.master_building import with_fonts  # noqa: PLC0415 - loads borb

        pages = {letter: with_fonts(data, further, self.shelf) for letter, data in kept.pages.items()}
        cut = [program(name, self.shelf) for name in further]
        own = [kept_master.renamed(each, plain_name(each.name.partition("-")[0])) for each in cut]
        record = replace(kept.record, pages=_digests(pages), programs=(*kept.record.programs, *own))
        sha256 = kept_master.keep(self.shelf, record, pages)
        if self.shelf is not None:
            self.shelf.write(index, sha256.encode())
        return kept_master.read(self.shelf, sha256)

    def _from_shelf(self, key: MasterKey) -> Master | None:
        sha256 = self.shelf.read(self._index_name(key)) if self.shelf else None
        if sha256 is None:
            return None
        name = sha256.decode("latin-1")
        try:
            return Master(kept_master.pages_of(self.shelf, name, key.letter), name)
        except MasterNotKept:
            return None

    def _built(self, key: MasterKey) -> Master:
        if not has_master(key.credential_type, key.language) or not _has_letter(key):
            raise NoMaster(f"{key.credential_type} {key.language} {key.letter}")
        from renderers.masters.master_building import build  # noqa: PLC0415 - loads borb

        keys = [replace(key, letter=letter) for letter in _family(key.letter)]
        pages = {each.letter: build(each, self.imprint, self.shelf) for each in keys}
        record = Record(
            key.credential_type,
            key.language,
            _digests(pages),
            blanks_of(key.credential_type, key.language, key.letter),
            {face: digest_of(face) for face in FOR_NAMES},
            tuple(program(name, self.shelf) for name in sorted({*key.programs, ROMAN})),
        )
        sha256 = kept_master.keep(self.shelf, record, pages)
        if self.shelf is not None:
            self.shelf.write(self._index_name(key), sha256.encode())
        self._known |= {each: Master(pages[each.letter], sha256) for each in keys}
        return self._known[key]

    def _index_name(self, key: MasterKey) -> str:
        programs = {name: key_of(name) for name in sorted({*key.programs, ROMAN, ITALIC})}
        family = _family(key.letter)
        return _index(
            [key.credential_type, key.language, family, programs, asdict(self.imprint), origin()],
        )


@cache
def blanks_of(credential_type: str, language: str, letter: str) -> Blanks:
    """Where values stand on the pages as they are designed today."""
    title = TITLES[credential_type][language]
    return Blanks(title, credential_page.BLANKS, letter_page.blanks(_family(letter)[0]))


@cache
def origin() -> str:
    """A digest of what draws the pages: this package's sources and the libraries' versions."""
    return origin_of(Path(__file__).parents[1])


def origin_of(package: Path) -> str:
    """The origin of the pages that the sources below ``package`` draw, wherever in it they lie."""
    digest = hashlib.sha256(" ".join(version(library) for library in LIBRARIES).encode())
    for source in sorted(package.rglob("*.py")):
        digest.update(source.relative_to(package).as_posix().encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def _has_letter(key: MasterKey) -> bool:
    return key.letter == "none" or (key.letter, key.language) in LETTERS


def _family(letter: str) -> tuple[str, ...]:
    """The letters that the document of one order may have: a reprint may go by link one day and by mail another."""
    return ("first_run",) if letter == "first_run" else ("reprint", "none")


def _can_say(record: Record, content: DocumentContent) -> bool:
    same = record.credential_type == content.credential_type and record.language == content.language
    return same and content.letter in record.pages


def _digests(pages: dict[str, bytes]) -> dict[str, str]:
    return {letter: kept_master.digest_of(data) for letter, data in pages.items()}


def _index(parts: list[Any]) -> str:
    return f"masters/index/{hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()}"
