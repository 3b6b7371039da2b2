"""Masters: pages with blanks, laid out once by borb with fonts and art embedded, then filled.

A master is content-addressed: its name is the SHA-256 of its bytes. An index finds it again by a digest of
all it is built from (type, language, letter, imprint, font programs, this package's sources, library
versions).
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from renderers.content import Imprint
from renderers.font_areas import ITALIC, ROMAN
from renderers.font_programs import key_of
from renderers.shelf import Shelf
from renderers.template import Template
from renderers.wording import LANGUAGES, LETTERS, TITLES

__all__ = ["Master", "MasterKey", "Masters", "Shelf", "has_master"]

#: Libraries whose output is a part of a master's bytes.
LIBRARIES = ("borb", "deflate", "fonttools", "pikepdf", "uharfbuzz")


class NoMaster(LookupError):  # noqa: N818 - says what is so, as a rule does
    """There is no master for this credential type, language and letter (CO-08)."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """What tells one master from another. ``programs`` are the font programs that some value needs."""

    credential_type: str
    language: str
    letter: str
    programs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Master:
    """A master's bytes and their SHA-256, hex. Pages: the letter, when there is one, then the credential."""

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
        self._templates: dict[str, Template] = {}
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
        found = self._templates.get(master.sha256)
        if found is None:
            # Two threads that come at once compile it twice, to the same bytes.
            found = self._templates[master.sha256] = Template(master.pdf, master.sha256)
        return found

    def _from_shelf(self, key: MasterKey) -> Master | None:
        sha256 = self.shelf.read(self._index_name(key)) if self.shelf else None
        pdf = self.shelf.read(f"masters/{sha256.decode('latin-1')}.pdf") if self.shelf and sha256 else None
        if pdf is None or sha256 is None or hashlib.sha256(pdf).hexdigest().encode() != sha256:
            return None
        return Master(pdf, sha256.decode())

    def _built(self, key: MasterKey) -> Master:
        if not has_master(key.credential_type, key.language) or not _has_letter(key):
            raise NoMaster(f"{key.credential_type} {key.language} {key.letter}")
        from renderers.master_building import build  # noqa: PLC0415 - loads borb

        pdf = build(key, self.imprint, self.shelf)
        made = Master(pdf, hashlib.sha256(pdf).hexdigest())
        if self.shelf is not None:
            self.shelf.write(f"masters/{made.sha256}.pdf", pdf)
            self.shelf.write(self._index_name(key), made.sha256.encode())
        return made

    def _index_name(self, key: MasterKey) -> str:
        programs = {name: key_of(name) for name in sorted({*key.programs, ROMAN, ITALIC})}
        parts = [key.credential_type, key.language, key.letter, programs, asdict(self.imprint), origin()]
        return f"masters/index/{hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()}"


@cache
def origin() -> str:
    """A digest of what draws the pages: this package's sources and the libraries' versions."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    digest = hashlib.sha256(" ".join(version(library) for library in LIBRARIES).encode())
    for source in sources:
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()


def _has_letter(key: MasterKey) -> bool:
    return key.letter == "none" or (key.letter, key.language) in LETTERS
