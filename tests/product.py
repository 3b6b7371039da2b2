"""The product's own modules and classes, for tests that look at all of them."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

Kind = TypeVar("Kind")
ROOT = Path(__file__).parents[1]
ROOMS = ("models", "renderers", "workflows", "actors", "diagrams", "cli", "web")


def sources() -> list[Path]:
    """Every source file of the product."""
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def import_all() -> None:
    """Import every module of the product but migrations, which only Alembic can run, and the client, a package of its own."""
    for path in sources():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not name.startswith(("models.migrations", "web.client")) and not name.endswith("__main__"):
            importlib.import_module(name)


def subclasses(base: type[Kind]) -> Iterator[type[Kind]]:
    """Every class of the product below ``base``, each once."""
    seen = set[type[Kind]]()
    waiting = [base]
    while waiting:
        for each in waiting.pop().__subclasses__():
            if each not in seen:
                seen.add(each)
                waiting.append(each)
                if each.__module__.partition(".")[0] in ROOMS and not each.__module__.startswith(
                    "web.client"
                ):
                    yield each
