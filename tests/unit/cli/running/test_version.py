"""``orders --version`` says which program runs, and costs other commands nothing."""

import json
import subprocess
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from cli.main import app, hoisted
from cli.running import version
from cli.running.version import Commit, commit_of, version_of, version_text, version_view

ROOT = Path(__file__).parents[4]
COMMIT = "31b37dcd5ff61ff6d0e6b1a47e0b4ae8d5e28f9a"


def git(folder: Path, *arguments: str) -> str:
    """What git answers in a folder."""
    identity = ("-c", "user.name=Clerk", "-c", "user.email=clerk@example.org")
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one commit of a program of version 7.8.9."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "some"\nversion = "7.8.9"\n')
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def run(*arguments: str) -> str:
    """What the program says on stdout."""
    done = CliRunner().invoke(app, hoisted([*arguments]))
    assert done.exit_code == 0, done.output
    return done.stdout


def installed_from(monkeypatch: pytest.MonkeyPatch, origin: str | None) -> None:
    """As if pip had kept ``origin`` of the installed program."""
    distribution = SimpleNamespace(read_text=lambda name: origin if name == "direct_url.json" else None)
    monkeypatch.setattr(metadata, "distribution", lambda name: distribution)


def test_the_command_says_version_and_commit():
    """One line with both, as this checkout has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    said = run("--version")
    assert said == version_text(version_view()) + "\n"
    assert said.startswith(f"orders {project['version']}")
    known = commit_of(ROOT)
    assert known is None or f"(commit {known.hash[:7]}" in said


@pytest.mark.parametrize("arguments", [("--json", "--version"), ("--version", "--json")])
def test_as_json_it_is_one_document(arguments: tuple[str, ...]):
    """Version, the whole commit, and whether sources were changed since."""
    assert json.loads(run(*arguments)) == version_view()


def test_it_is_said_whatever_the_settings_are(monkeypatch: pytest.MonkeyPatch):
    """Whoever asks why nothing works is told which program it is."""
    monkeypatch.setenv("ORDERS_LEASE_SECONDS", "none")
    assert run("--version").startswith("orders ")


def test_a_checkout_has_the_commit_of_its_repository(checkout: Path):
    """The whole hash; changed sources make it dirty, new files do not."""
    assert commit_of(checkout) == Commit(git(checkout, "rev-parse", "HEAD"))
    (checkout / "notes.txt").write_text("new")
    assert commit_of(checkout) == Commit(git(checkout, "rev-parse", "HEAD"))
    (checkout / "pyproject.toml").write_text("changed")
    assert commit_of(checkout) == Commit(git(checkout, "rev-parse", "HEAD"), dirty=True)


def test_a_checkout_has_the_version_of_its_project(checkout: Path):
    """What stands in the sources counts, not what was installed before."""
    assert version_of(checkout) == "7.8.9"


def test_a_repository_around_the_program_is_not_asked(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    """A virtual environment in somebody's repository has none of its commits."""
    installed_from(monkeypatch, None)
    inside = checkout / "site-packages"
    inside.mkdir()
    assert commit_of(inside) is None


def test_an_installed_program_has_the_commit_that_pip_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Installed straight from a repository, it knows from which commit."""
    kept = {"url": "https://example.org/orders.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    installed_from(monkeypatch, json.dumps(kept))
    assert commit_of(tmp_path) == Commit(COMMIT)


@pytest.mark.parametrize("origin", [None, '{"url": "file:///wheels/some.whl", "archive_info": {}}'])
def test_a_wheel_has_its_version_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: str | None):
    """No commit is made up."""
    installed_from(monkeypatch, origin)
    assert commit_of(tmp_path) is None
    assert version_text({"version": "0.1.0", "commit": None, "dirty": False}) == "orders 0.1.0"


def test_sources_without_repository_have_no_commit(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    """An unpacked archive is not taken for what pip installed."""
    kept = {"url": "https://example.org/orders.git", "vcs_info": {"commit_id": COMMIT}}
    installed_from(monkeypatch, json.dumps(kept))
    (checkout / ".git").rename(checkout / "elsewhere")
    assert commit_of(checkout) is None


def test_without_git_there_is_no_commit(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    """The version is said all the same."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert commit_of(checkout) is None


def test_a_commit_is_shown_short_and_changes_are_told():
    """Seven digits, as git shows them."""
    assert (
        version_text({"version": "0.1.0", "commit": COMMIT, "dirty": False})
        == "orders 0.1.0 (commit 31b37dc)"
    )
    assert version_text({"version": "0.1.0", "commit": COMMIT, "dirty": True}).endswith(
        "(commit 31b37dc-dirty)"
    )


def test_other_commands_ask_for_no_version(monkeypatch: pytest.MonkeyPatch):
    """Git is started for ``--version`` alone."""
    asked = []

    def never(*given: object, **more: object) -> Callable[..., object]:
        asked.append(given)
        raise AssertionError(given)

    monkeypatch.setattr(version.subprocess, "run", never)
    monkeypatch.setattr(version.metadata, "distribution", never)
    monkeypatch.setattr(version.metadata, "version", never)
    run("diagram", "order_item", "--table")
    assert asked == []
