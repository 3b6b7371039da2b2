"""What the pages of the repository name is there: files, functions, commands, settings and each other."""

import ast
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.docs import diploma
from tests.unit.docs.pages import DOCS, ROOT
from tests.unit.docs.program import known, settings, spelt_out
from tests.unit.renderers.pictures import TOLERANCE, distance

README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
#: The specification names what is not built as well; its commands and settings have tests of their own.
SPECIFICATION = {DOCS / "domain.md", DOCS / "interfaces.md"}
#: What a fast reader reads in a minute, and how long the introduction may take.
WORDS_A_MINUTE, MINUTES = 200, 5

_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"```.*?```|`([^`\n]+)`|^ {4}(.+)$", re.DOTALL | re.MULTILINE)
_FUNCTION = re.compile(r"([\w/]+\.py):([\w.]+)")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def spans(page: Path) -> list[str]:
    """What stands in backticks or in an indented block, line by line."""
    text = page.read_text(encoding="utf-8")
    return [found.strip() for each in _CODE.finditer(text) if (found := each[1] or each[2])]


def paths_in(page: Path) -> list[str]:
    """The paths in the repository that a page names."""
    top = {each.name for each in ROOT.iterdir()}
    named = [words[0] for span in spans(page) if (words := span.partition(":")[0].split())]
    return [each for each in named if _PATH.fullmatch(each) and "/" in each and each.split("/")[0] in top]


def names_in(file: Path) -> set[str]:
    """Functions, classes and constants of a module, and ``Class.method``."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
        if isinstance(node, ast.Assign):
            found |= {each.id for each in node.targets if isinstance(each, ast.Name)}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


@every_page
def test_links_lead_somewhere(page: Path):
    """Every link to a file of the repository leads to one."""
    links = [each for each in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in each]
    assert [each for each in links if not (page.parent / each).exists()] == []


@every_page
def test_files_and_folders_that_are_named_exist(page: Path):
    """A path in backticks is one of the repository."""
    assert [each for each in paths_in(page) if not (ROOT / each).exists()] == []


@every_page
def test_functions_that_are_named_exist(page: Path):
    """``file.py:function`` is defined there."""
    named = [each for span in spans(page) for each in _FUNCTION.findall(span)]
    assert [(file, name) for file, name in named if name not in names_in(ROOT / file)] == []


@pytest.mark.parametrize(
    "page", [each for each in PAGES if each not in SPECIFICATION], ids=lambda page: page.name
)
def test_commands_that_are_shown_can_be_typed(page: Path):
    """A command in backticks or a block is one of the program, with options that it takes."""
    lines = [span.partition("#")[0].strip() for span in spans(page)]
    for line in lines:
        if re.match(r"orders( [a-z]| --)", line):
            for words, options in spelt_out(line):
                assert words in known(), line
                assert options <= known()[words] | known()[()], line


@pytest.mark.parametrize(
    "page", [each for each in PAGES if each not in SPECIFICATION], ids=lambda page: page.name
)
def test_settings_that_are_named_are_read(page: Path):
    """A variable of the program is a setting; those of the tests begin so."""
    named = set(re.findall(r"\bORDERS_(?!TEST_)[A-Z_]+", page.read_text(encoding="utf-8")))
    assert named <= settings()


def test_every_decision_is_in_the_index():
    """The index links each page of its folder once, and says of each what was decided."""
    folder = DOCS / "decisions"
    rows = re.findall(
        r"^\| \[.+\]\((.+\.md)\) \| .{20,} \|$", (folder / "README.md").read_text(), re.MULTILINE
    )
    assert sorted(rows) == sorted(each.name for each in folder.glob("*.md") if each.name != "README.md")


@pytest.mark.parametrize("page", sorted((DOCS / "decisions").glob("[a-z]*.md")), ids=lambda page: page.stem)
def test_a_decision_is_short_and_says_what_was_refused(page: Path):
    """Each page says what was decided and what was refused, in less than one screen."""
    text = page.read_text(encoding="utf-8")
    assert "**Decided.**" in text
    assert "**Refused.**" in text
    assert len(text.split()) < 350


def test_the_introduction_is_read_in_five_minutes():
    """Without its pictures the README has no more words than that."""
    text = re.sub(r"```mermaid.*?```", "", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(text.split()) <= WORDS_A_MINUTE * MINUTES


def test_the_introduction_leads_to_every_page():
    """From the README each page of docs/ is one link away, a decision two."""
    links = {(ROOT / each).resolve() for each in _LINK.findall(README.read_text(encoding="utf-8"))}
    assert {each for each in PAGES if each.parent in (DOCS, ROOT)} - {README} <= links
    assert DOCS / "decisions" / "README.md" in links


def test_the_diploma_in_the_introduction_is_printed_so_today():
    """The picture shows what the renderers make; ``python -m tests.unit.docs.diploma`` renews it."""
    with Image.open(diploma.PICTURE) as found:
        shown = found.convert("RGB")
    assert distance(shown.reduce(diploma.FINER), diploma.drawn().reduce(diploma.FINER)) <= TOLERANCE
    assert diploma.PICTURE.stat().st_size < 150_000


def test_what_is_not_there_is_noticed(tmp_path: Path):
    """A page that names other files, functions and commands is read as naming them."""
    page = tmp_path / "page.md"
    page.write_text(
        "`workflows/nowhere.py`, `models/codes.py:Nothing`, `scripts/demo --serve`\n\n    orders vanish\n"
    )
    assert paths_in(page) == ["workflows/nowhere.py", "models/codes.py", "scripts/demo"]
    assert "orders vanish" in spans(page)
    assert {"Label", "Label.in_", "Role", "MAILED_BY_PROVIDER"} <= names_in(ROOT / "models" / "codes.py")
