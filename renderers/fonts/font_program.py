"""A font program: the part of a face that a page embeds."""

from __future__ import annotations

from dataclasses import dataclass

from renderers.fonts.faces import plain_name


@dataclass(frozen=True, slots=True)
class FontProgram:
    """One embedded TrueType program. Codes are its glyph ids; lengths are in thousandths of an em."""

    name: str
    base_font: str
    truetype: bytes
    codes: dict[int, int]
    widths: tuple[float, ...]
    to_unicode: dict[int, str]
    box: tuple[float, float, float, float]
    ascent: float
    descent: float
    cap_height: float
    italic_angle: float

    @property
    def resource(self) -> str:
        """The name under which pages know this font: ``RomanLatin``."""
        return resource_of(self.name)


def resource_of(name: str) -> str:
    """The resource name of a font program, the same on every page, also where its face is a kept one."""
    face, area = name.split("-")
    return plain_name(face).title() + area.title()
