"""The three typefaces, found inside installed distributions, and which characters they cover.

``roman`` and ``italic`` are EB Garamond; ``sans`` is DejaVu Sans, the fallback for a whole line that Garamond
lacks a glyph for. Nothing is taken from the system or kept in the repository.

A face that a kept master was made with goes by a name of its own, ``roman@0123456789abcdef``: it is the installed file as
long as that is the same, then the one that was kept with the master.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path

import uharfbuzz

from renderers.not_rendered import NotRendered

#: Where each face's file is: (distribution's top package, path inside it).
FILES = {
    "roman": ("fontpkg_eb_garamond", "files/EBGaramond[wght].ttf"),
    "italic": ("fontpkg_eb_garamond", "files/EBGaramond-Italic[wght].ttf"),
    "sans": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf"),
}

#: The faces a name or an address line may be set in, the first that has every glyph wins.
FOR_NAMES = ("roman", "sans")


class FaceNotInstalled(NotRendered, LookupError):  # noqa: N818 - says what is so, as a rule does
    """The distribution that carries a typeface is not installed."""


#: Whose font file a kept face has, by its name: an installed face's, or one of those below.
_kept: dict[str, str] = {}
#: Font files that are no longer the installed ones, by SHA-256.
_files: dict[str, bytes] = {}


def keep(name: str, source: str, data: bytes | None = None) -> None:
    """Let a kept face go by a ``name`` of its own; its file is an installed face's, or ``data`` of that SHA-256."""
    if data is not None:
        _files[source] = data
    _kept[name] = source


def plain_name(face: str) -> str:
    """The name without what tells a kept face from the installed one."""
    return face.partition("@")[0]


@cache
def file_of(face: str) -> Path:
    """The path of a face's font file.

    The distribution is located, never imported: matplotlib would take a second.
    """
    package, inside = FILES[face]
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FaceNotInstalled(package)
    return Path(next(iter(spec.submodule_search_locations))) / inside


def data_of(face: str) -> bytes:
    """The font file of a face."""
    source = _kept.get(face, face)
    return _files[source] if source in _files else file_of(source).read_bytes()


@cache
def digest_of(face: str) -> str:
    """SHA-256 of a face's font file, hex; part of what a font program and a master are built from."""
    return hashlib.sha256(data_of(face)).hexdigest()


@cache
def shaper(face: str) -> uharfbuzz.Font:
    """The HarfBuzz font of a face. A variable font's default is the weight we set: 400."""
    if face in _kept:
        return shaper(_kept[face])
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(data_of(face))))


@cache
def has_glyph(face: str, character: str) -> bool:
    """Whether a face has a glyph for one character."""
    return shaper(face).get_nominal_glyph(ord(character)) is not None
