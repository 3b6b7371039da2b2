"""The ToUnicode map of a font program: from glyph codes back to characters (ISO 32000-1, 9.10.3)."""

from __future__ import annotations

from itertools import islice

from renderers.fonts.font_program import FontProgram

_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_FOOT = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""

#: A section of a CMap may have this many entries.
SECTION = 100


def to_unicode(font: FontProgram) -> bytes:
    """The CMap of a font program."""
    entries = iter(
        f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for code, text in sorted(font.to_unicode.items())
    )
    sections = []
    while section := list(islice(entries, SECTION)):
        sections.append("\n".join([f"{len(section)} beginbfchar", *section, "endbfchar\n"]))
    return (_HEAD + "".join(sections) + _FOOT).encode()
