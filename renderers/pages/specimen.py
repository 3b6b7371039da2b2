"""The red marking of everything that is not production."""

from __future__ import annotations

from math import cos, radians, sin

from renderers.pages.artwork import SPECIMEN_RED, SPECIMEN_TINT
from renderers.pdf.painting import Drawing, Element, number, text
from renderers.pdf.painting import operators as painted
from renderers.wording import CREDENTIAL, SPECIMEN


def ground(width: float, height: float, language: str, size: float, angle: float) -> tuple[Element, ...]:
    """One large pale word across the page; painted first, so that everything else stays readable on it."""
    word = text(SPECIMEN[language], 0, -size * 0.33, size, "centre", colour=SPECIMEN_TINT, tracking=60)
    turn = [cos(radians(angle)), sin(radians(angle)), -sin(radians(angle)), cos(radians(angle))]
    place = " ".join([*(f"{part:.4f}" for part in turn), number(width / 2), number(height / 2)])
    return (Drawing(f"{place} cm\n".encode() + painted([word])),)


def notice(x: float, y: float, *languages: str) -> tuple[Element, ...]:
    """A small red line that says in words what the page is not."""
    words = "  ·  ".join(CREDENTIAL[language].specimen for language in languages)
    return (text(words, x, y, 10.5, "centre", colour=SPECIMEN_RED, tracking=40),)
