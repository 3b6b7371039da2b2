"""Breaking lines by their shaped widths; borb's own flow layout is far slower (design.md, Pages)."""

from __future__ import annotations

from renderers.shaping import shape


def broken(words: str, width: float, size: float, face: str = "roman") -> list[str]:
    """Break a paragraph at its spaces into lines no wider than ``width`` points at type size ``size``."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _fits(longer, width, size, face):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def evenly_broken(words: str, width: float, size: float, face: str = "roman") -> list[str]:
    """Break a centred heading: as few lines as fit, and those as even as possible."""
    count = len(broken(words, width, size, face))
    while width > 0 and len(broken(words, width - 6, size, face)) == count:
        width -= 6
        if all(" " not in line for line in broken(words, width, size, face)):
            break
    return broken(words, width, size, face)


def _fits(line: str, width: float, size: float, face: str) -> bool:
    return shape(line, face).width * size / 1000 <= width
