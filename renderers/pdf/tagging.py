"""Tagged text (ISO 32000-1, 14.7 and 14.8): what each part of a page is, and in which order it is read.

A page lists its parts in reading order, with a ``Blank`` where a document's own value belongs. Blanks have the
first marked-content ids of a page, so that a value knows its own without asking the master: its index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from renderers.pdf.painting import Drawing, Element, Marked

PARAGRAPH, HEADING, FIGURE = "P", "H1", "Figure"

#: Left, lower, right and upper edge in points.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Tagged:
    """Elements that are one thing to a reader: a heading, a paragraph of several lines, or a figure.

    A figure has an ``alternative`` text and a ``box``.
    """

    role: str
    elements: tuple[Element, ...]
    alternative: str = ""
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Blank:
    """The place in reading order of the value with that index."""

    index: int
    role: str = PARAGRAPH
    alternative: str = ""
    box: Box | None = None


#: A part of a page: a drawing alone is an artifact, which readers skip, and a line alone a paragraph.
Part = Element | Tagged | Blank


@dataclass(frozen=True, slots=True)
class Node:
    """One structure element of a page: its role, its marked-content id, and what a figure shows."""

    role: str
    mcid: int
    alternative: str = ""
    box: Box | None = None


def painted(parts: Sequence[Part]) -> tuple[Element, ...]:
    """The elements of a page's parts, marked, in painting order."""
    return tuple(element for element, _ in _numbered(parts) if element is not None)


def structure(parts: Sequence[Part]) -> tuple[Node, ...]:
    """The structure of a page, in reading order."""
    return tuple(node for _, node in _numbered(parts) if node is not None)


def filled(values: Iterable[Element | Tagged]) -> tuple[Element, ...]:
    """The values of a page's blanks, marked by their index."""
    tagged = (_tagged(value) for value in values)
    return tuple(_marked(value.role, index, value.elements) for index, value in enumerate(tagged))


def artifact(*elements: Element) -> Marked:
    """Elements that are no content to a reader: borders, marks and overlays."""
    return Marked(b"/Artifact BMC\n", elements)


def _numbered(parts: Sequence[Part]) -> list[tuple[Element | None, Node | None]]:
    numbered: list[tuple[Element | None, Node | None]] = []
    following = sum(isinstance(part, Blank) for part in parts)
    for part in parts:
        if isinstance(part, Blank):
            numbered.append((None, Node(part.role, part.index, part.alternative, part.box)))
            continue
        if isinstance(part, Drawing):
            numbered.append((artifact(part), None))
            continue
        tagged = _tagged(part)
        node = Node(tagged.role, following, tagged.alternative, tagged.box)
        numbered.append((_marked(tagged.role, following, tagged.elements), node))
        following += 1
    return numbered


def _tagged(part: Element | Tagged) -> Tagged:
    if isinstance(part, Tagged):
        return part
    return Tagged(FIGURE if isinstance(part, Drawing) else PARAGRAPH, (part,))


def _marked(role: str, mcid: int, elements: tuple[Element, ...]) -> Marked:
    return Marked(f"/{role} <</MCID {mcid}>> BDC\n".encode(), elements)
