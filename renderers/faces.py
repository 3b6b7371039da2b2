"""The three typefaces, found inside installed distributions, and which characters they cover.

``roman`` and ``italic`` are EB Garamond; ``sans`` is DejaVu Sans, the fallback for a whole line that Garamond
lacks a glyph for. Nothing is taken from the system or kept in the repository.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path

import uharfbuzz

#: Where each face's file is: (distribution's top package, path inside it).
FILES = {
    "roman": ("fontpkg_eb_garamond", "files/EBGaramond[wght].ttf"),
    "italic": ("fontpkg_eb_garamond", "files/EBGaramond-Italic[wght].ttf"),
    "sans": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf"),
}

#: The faces a name or an address line may be set in, the first that has every glyph wins.
FOR_NAMES = ("roman", "sans")


class FaceNotInstalled(LookupError):  # noqa: N818 - says what is so, as a rule does
    """The distribution that carries a typeface is not installed."""


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


@cache
def digest_of(face: str) -> str:
    """SHA-256 of a face's font file, hex; part of what a font program and a master are built from."""
    return hashlib.sha256(file_of(face).read_bytes()).hexdigest()


@cache
def shaper(face: str) -> uharfbuzz.Font:
    """The HarfBuzz font of a face. A variable font's default is the weight we set: 400."""
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file_of(face)))))


@cache
def has_glyph(face: str, character: str) -> bool:
    """Whether a face has a glyph for one character."""
    return shaper(face).get_nominal_glyph(ord(character)) is not None
