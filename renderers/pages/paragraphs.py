"""Breaking lines by their shaped widths; borb's own flow layout is far slower (design.md, Pages)."""

from __future__ import annotations

from itertools import combinations, pairwise

from renderers.fonts.shaping import shape

#: Words that belong to what follows and never end the line of a heading.
LIGHT_WORDS = frozenset(
    {"a", "and", "avec", "d’", "de", "des", "du", "et", "for", "in", "la", "le", "of", "the", "with"}
)


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
    spaces = [at for at, character in enumerate(words) if character == " "]
    candidates = (
        [words[start:end].strip() for start, end in pairwise((0, *cuts, len(words)))]
        for cuts in combinations(spaces, count - 1)
    )
    fitting = [lines for lines in candidates if all(_fits(line, width, size, face) for line in lines)]
    return min(fitting, key=lambda lines: _unevenness(lines, face), default=broken(words, width, size, face))


def _unevenness(lines: list[str], face: str) -> tuple[int, float]:
    """How ill a heading breaks: first lines that end in a light word or before a comma's end, then their widest."""
    light = sum(line.rpartition(" ")[2].lower() in LIGHT_WORDS for line in lines[:-1])
    torn = sum("," in line[:-1] for line in lines)
    return light + torn, max(shape(line, face).width for line in lines)


def _fits(line: str, width: float, size: float, face: str) -> bool:
    return shape(line, face).width * size / 1000 <= width
