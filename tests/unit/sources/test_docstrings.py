"""A docstring is true when it is read alone, as an editor shows it: it does not lean on the one above it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.product import ROOT, sources

#: Beginnings that mean something only after another sentence.
LEANING = re.compile(
    r"(The same\b|Likewise\b|So (is|are|does|do)\b|And\b|But\b|Also\b|As above\b|Ditto\b|See above\b)"
)
#: Words of a plan: what is not there yet is nobody's documentation.
PROMISED = re.compile(r"\b(will be built|until it is built|is yet to be built|not built yet|TODO|FIXME)\b")


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """The line and the text of every docstring of a file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text is not None:
                yield getattr(node, "lineno", 1), text


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_docstring_stands_alone(path: Path) -> None:
    """None begins with a word that refers to another docstring."""
    found = docstrings(path.read_text(encoding="utf-8"))
    assert [f"{path.name}:{line}: {text}" for line, text in found if LEANING.match(text)] == []


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_promised(path: Path) -> None:
    """Neither docstrings nor comments speak of what is not there yet."""
    assert PROMISED.findall(path.read_text(encoding="utf-8")) == []


def test_a_leaning_docstring_is_found() -> None:
    """The search sees modules, classes and functions, and passes over one that stands alone."""
    source = '"""The same."""\nclass A:\n    """Likewise for A."""\n    def b(self):\n        """Sameness of b."""\n'
    assert [text for _, text in docstrings(source) if LEANING.match(text)] == ["The same.", "Likewise for A."]
