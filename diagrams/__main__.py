"""``python -m diagrams`` draws everything anew; with ``--check`` it says what is no longer what the code says."""

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from diagrams import overview, tables
from diagrams.dot import dot_of
from diagrams.machines import DRAWN
from diagrams.mermaid import mermaid_of
from diagrams.svg import picture, source_hash

HERE = Path(__file__).parent
LANGUAGES = ("en", "fr")
README = HERE.parent / "README.md"
_README_BLOCK = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)


def texts() -> dict[Path, str]:
    """Every generated file but the pictures."""
    found = {}
    for language in LANGUAGES:
        folder = HERE / language
        for drawn in DRAWN:
            found[folder / f"{drawn.name}.md"] = tables.markdown(drawn, language)
            found[folder / f"{drawn.name}.html"] = tables.page(drawn, language)
        found[folder / "overview.md"] = tables.overview_markdown(language)
        found[folder / "overview.html"] = tables.overview_page(language)
    return found | {README: _readme()}


def pictures() -> dict[Path, tuple[str, Callable[[], str]]]:
    """Every picture: its DOT source, and how it is drawn, for which Graphviz is needed."""
    found: dict[Path, tuple[str, Callable[[], str]]] = {}
    for language in LANGUAGES:
        folder = HERE / language
        for drawn in DRAWN:
            found[folder / f"{drawn.name}.svg"] = dot_of(drawn, language), partial(picture, drawn, language)
        found[folder / "overview.svg"] = overview.overview_dot(language), partial(overview.overview, language)
    return found


def stale() -> list[Path]:
    """Files that differ from what the code says, are missing, or belong to nothing."""
    wanted, drawn = texts(), pictures()
    differing = [path for path, text in wanted.items() if _read(path) != text]
    differing += [
        path
        for path, (dot, _) in drawn.items()
        if f'data-source="sha256:{source_hash(dot)}"' not in _read(path)
    ]
    there = {path for language in LANGUAGES for path in (HERE / language).glob("*")}
    return sorted({*differing, *(there - wanted.keys() - drawn.keys())})


def _readme() -> str:
    """README.md with the present Mermaid diagram of the order item, without the codes of its rules."""
    block = f"```mermaid\n{mermaid_of(DRAWN[0], 'en', with_rules=False)}```\n"
    return _README_BLOCK.sub(lambda _: block, _read(README), count=1)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _regenerate() -> None:
    drawn = {path: draw() for path, (_, draw) in pictures().items()}
    for path, text in (texts() | drawn).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in stale():
        path.unlink()


def main(arguments: list[str]) -> int:
    """Draw, or check; 1 where something is stale."""
    if arguments != ["--check"]:
        _regenerate()
        return 0
    found = stale()
    for path in found:
        sys.stdout.write(
            f"{path.relative_to(HERE.parent)} is not what the code says. Run: scripts/diagrams\n"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
