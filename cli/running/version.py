"""``orders --version``: which program this is, by its version and the commit that it was made from."""

import json
import subprocess
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, TypedDict

#: The name under which the program is installed.
PROJECT = "credential-orders"
#: The checkout, where the program runs from one.
ROOT = Path(__file__).parents[2]
#: Digits of a commit that people are shown.
_SHOWN = 7
_PATIENCE = 10


class VersionView(TypedDict):
    """The program's version; its commit, where that is known, and whether sources were changed since."""

    version: str
    commit: str | None
    dirty: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit by its whole hash; ``dirty`` where sources differ from it."""

    hash: str
    dirty: bool = False


def version_view() -> VersionView:
    """What is running."""
    commit = commit_of(ROOT)
    return {
        "version": version_of(ROOT),
        "commit": None if commit is None else commit.hash,
        "dirty": commit is not None and commit.dirty,
    }


def version_text(view: VersionView) -> str:
    """``orders 0.1.0 (commit 31b37dc)``; nothing in parentheses where no commit is known."""
    if view["commit"] is None:
        return f"orders {view['version']}"
    return f"orders {view['version']} (commit {view['commit'][:_SHOWN]}{'-dirty' if view['dirty'] else ''})"


def shown(view: VersionView, *, as_json: bool) -> str:
    """The view as one JSON document, or as people read it."""
    return json.dumps(view, indent=1) if as_json else version_text(view)


def version_of(root: Path) -> str:
    """The version in the checkout at ``root``; without one, that of the installed program."""
    project = root / "pyproject.toml"
    if project.exists():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version(PROJECT)


def commit_of(root: Path) -> Commit | None:
    """The commit of the checkout at ``root``; of a program without one, the commit that it was installed from, if known.

    A repository that merely lies around the program, such as that of a folder with a virtual environment in it, is not asked.
    """
    if (root / ".git").exists():
        return _checked_out(root)
    return None if (root / "pyproject.toml").exists() else _installed_from()


def _checked_out(root: Path) -> Commit | None:
    commit = _git(root, "rev-parse", "HEAD")
    if commit is None:
        return None
    return Commit(commit, dirty=bool(_git(root, "status", "--porcelain", "--untracked-files=no")))


def _git(root: Path, *arguments: str) -> str | None:
    """What git says, or ``None`` where it is not installed or does not know."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            ["git", "-C", str(root), *arguments],  # noqa: S607 - whichever git this machine has
            capture_output=True,
            text=True,
            check=True,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _installed_from() -> Commit | None:
    """The commit that pip keeps of a program that it installed from a repository (PEP 610)."""
    try:
        origin: dict[str, Any] = json.loads(
            metadata.distribution(PROJECT).read_text("direct_url.json") or "{}"
        )
    except metadata.PackageNotFoundError:
        return None
    commit = origin.get("vcs_info", {}).get("commit_id")
    return None if commit is None else Commit(str(commit))
