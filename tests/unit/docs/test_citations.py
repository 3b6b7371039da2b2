"""Whatever the sources cite from docs/domain.md and docs/interfaces.md stands there.

A citation names the section and quotes words of it: ``domain §4, "Status reasons"``. So a section that is numbered anew, or
words that are gone, are found, and a reader can search for them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT, section

CITED = re.compile(r'\b(domain|interfaces) §(\d), "([^"]+)"')
#: Whatever looks like a citation, whether it quotes anything or not.
MENTIONED = re.compile(r"§ ?\d|\bdomain section|\b(?:domain|interfaces)\.md")
#: Others' documents have sections of their own.
_OTHERS = re.compile(r"\bRFC \d+ §\d+")
_LINE_BREAK = re.compile(r"\n[ \t]*(?:#:? ?)?")
_MARKS = re.compile(r"[*`]")
#: The pages themselves, what reads them, and what is not ours or not kept.
_LEFT_OUT = {"docs", "node_modules", "__pycache__"}
_KINDS = {".py", ".toml", ".css", ".html", ".mako", ".service"}


def sources() -> Iterator[Path]:
    """Every source of ours: the rooms, the tests but those of the pages, and the scripts."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        hidden = any(each.startswith(".") for each in inside)
        if path.is_file() and not hidden and not _LEFT_OUT & {*inside} and _is_source(path):
            yield path


def _is_source(path: Path) -> bool:
    return path.suffix in _KINDS or (path.parent.name == "scripts" and not path.suffix)


def joined(text: str) -> str:
    """A source with the lines of its docstrings and comments as one."""
    return _LINE_BREAK.sub(" ", text)


def citations(text: str) -> list[tuple[str, str, str]]:
    """(page, section, quoted words) of every citation in a source."""
    return [(each[1], each[2], each[3]) for each in CITED.finditer(joined(text))]


def bare(text: str) -> list[str]:
    """What is said of a section without words that are quoted from it."""
    rest = _OTHERS.sub("", CITED.sub("", joined(text)))
    return [rest[max(0, each.start() - 40) : each.end() + 20] for each in MENTIONED.finditer(rest)]


def stands_in(page: str, number: str, words: str) -> bool:
    """Whether the words stand in the section, whatever their emphasis. Raises ``LookupError`` where there is no such section."""
    return words in _plain(section(f"{page}.md", f"{number}. "))


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", text).split())


def test_every_citation_quotes_words_of_its_section():
    """The section is there and the words stand in it."""
    wrong = [
        (str(path.relative_to(ROOT)), *each)
        for path in sources()
        for each in citations(path.read_text(encoding="utf-8"))
        if not stands_in(*each)
    ]
    assert wrong == []


def test_no_citation_is_without_quoted_words():
    """Nothing names a section or a page of the specification in any other form."""
    assert {
        str(path.relative_to(ROOT)): found
        for path in sources()
        if (found := bare(path.read_text(encoding="utf-8")))
    } == {}


def test_there_are_citations_in_every_room():
    """The walk reaches the code and its tests."""
    rooms = {
        path.relative_to(ROOT).parts[0] for path in sources() if citations(path.read_text(encoding="utf-8"))
    }
    assert rooms >= {"workflows", "models", "renderers", "actors", "cli", "web", "tests"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""What is told (domain §6, "Messages")."""', [("domain", "6", "Messages")]),
        ('#: As in domain §4,\n#: "Status\n#: reasons".', [("domain", "4", "Status reasons")]),
        (
            '"""domain §1, "a", and\n    interfaces §3, "b"."""',
            [("domain", "1", "a"), ("interfaces", "3", "b")],
        ),
    ],
)
def test_citations_are_found_across_lines(text: str, found: list[tuple[str, str, str]]):
    """A docstring or a comment may break within one."""
    assert citations(text) == found
    assert bare(text) == []


@pytest.mark.parametrize(
    "text",
    [
        '"""The print job (domain §3)."""',
        "# §2: the one final state",
        "# domain section 4",
        '"""As interfaces.md has it."""',
        '"""domain §3, *Print job*."""',
    ],
)
def test_whatever_quotes_nothing_is_noticed(text: str):
    """No other form passes."""
    assert bare(text)


def test_words_that_are_not_there_are_noticed():
    """Neither words of another section pass, nor a section that there is not."""
    assert stands_in("domain", "4", "Status reasons")
    assert not stands_in("domain", "3", "Status reasons")
    with pytest.raises(LookupError):
        stands_in("domain", "9", "Status reasons")


def test_other_documents_have_sections_of_their_own():
    """An RFC's section is no citation of ours."""
    assert bare("(RFC 9110 §13)") == []
