"""The rooms in docs/architecture.md are those of the tree, in the order that the import rules keep."""

import re
import tomllib
from pathlib import Path

from tests.unit.docs.pages import ROOT, section, tables, ticked

PAGE = "architecture.md"
#: Made by tools or by hand beside the sources.
_NO_ROOMS = {"node_modules", "build", "demo"}


def folders_of(room: str) -> set[str]:
    """The folders of ours in a folder."""
    inside = (each for each in (ROOT / room).iterdir() if each.is_dir() and each.name not in _NO_ROOMS)
    return {each.name for each in inside if not each.name.startswith((".", "__")) and _has_files(each)}


def _has_files(folder: Path) -> bool:
    """Whether more is left of a folder than what Python compiled."""
    return any(each.is_file() and each.parent.name != "__pycache__" for each in folder.rglob("*"))


def listed(number: int) -> list[str]:
    """The folders in the first column of a table of the rooms."""
    return [name.strip("/") for row in tables(PAGE, "The rooms")[number] for name in ticked(row[0])]


def test_every_room_is_listed():
    """The first table has every folder at the top."""
    tops = {each.name for each in ROOT.glob("*.egg-info")}
    assert set(listed(0)) == folders_of(".") - tops


def test_every_folder_of_workflows_is_listed():
    """The second table has every folder of the largest room, once."""
    assert sorted(listed(1)) == sorted(f"workflows/{each}" for each in folders_of("workflows"))


def test_folders_stand_in_the_order_of_the_import_rules():
    """What imports another stands below it in the table, as the contract has it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each.get("containers") == ["workflows"]]
    level = {
        name: number for number, layer in enumerate(reversed(layers)) for name in re.split(r" [:|] ", layer)
    }
    order = [level[name] for each in listed(1) if (name := each.removeprefix("workflows/")) in level]
    assert len(order) > 8
    assert order == sorted(order)


def test_imports_between_rooms_are_those_of_the_contract():
    """The sentence about which room imports which says what the import rules say."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [
        each["layers"] for each in contracts if "containers" not in each and each["type"] == "layers"
    ]
    arrows = " → ".join(", ".join(f"`{name}`" for name in layer.split(" | ")) for layer in layers)
    assert f"Imports point one way: {arrows}." in " ".join(section(PAGE, "The rooms").split())
