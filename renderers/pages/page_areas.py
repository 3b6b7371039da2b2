"""What stands where on a page: the areas that its texts and figures take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from renderers.pdf.painting import ALIGNMENTS, Element, Line, Marked, Spoken
from renderers.pdf.tagging import Blank, Box, Part, Tagged

#: A capital is 0.65 em high and a descender 0.2 em deep or little more.
HEIGHT, DEPTH = 0.65, 0.2


def areas(parts: Iterable[Part]) -> list[tuple[Box, str]]:
    """The area of each text and figure, by what it says; drawings and blanks that are no figure have none."""
    found = []
    for part in parts:
        if isinstance(part, Blank | Tagged) and part.box is not None:
            found.append((part.box, part.alternative))
        if not isinstance(part, Blank):
            lines = list(lines_of(part.elements if isinstance(part, Tagged) else (part,)))
            if lines:
                found.append((area(lines), lines[0].run.text))
    return found


def area(lines: Sequence[Line]) -> Box:
    """The area of the page that lines of text take."""
    lefts = [line.x - line.width * ALIGNMENTS[line.align] for line in lines]
    return (
        min(lefts),
        min(line.y - DEPTH * line.size for line in lines),
        max(left + line.width for left, line in zip(lefts, lines, strict=True)),
        max(line.y + HEIGHT * line.size for line in lines),
    )


def lines_of(elements: Iterable[Element]) -> Iterator[Line]:
    """Every line among the elements."""
    for element in elements:
        if isinstance(element, Line):
            yield element
        elif isinstance(element, Spoken):
            yield from element.lines
        elif isinstance(element, Marked):
            yield from lines_of(element.elements)


def overlap(first: Box, second: Box) -> bool:
    """Whether two areas have a point in common; edges may touch."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]
