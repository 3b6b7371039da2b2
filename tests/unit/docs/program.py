"""The program's commands, options and settings, as the pages are compared with them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import typer

from cli.main import app
from models.settings import Settings

Words = tuple[str, ...]

OPTION = re.compile(r"--[a-z][a-z-]*")
_WORD = re.compile(r"[a-z|-]+")


@cache
def known() -> dict[Words, set[str]]:
    """The options of every command by its words; the program's own stand under no words."""
    program = typer.main.get_command(app)
    return {words: _options(each) for words, each in _commands(program)} | {(): _options(program)}


def _commands(group: Any, path: Words = ()) -> Iterator[tuple[Words, Any]]:
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from _commands(each, (*path, name))
        else:
            yield (*path, name), each


def _options(command: Any) -> set[str]:
    return {
        name for each in command.params for name in (*each.opts, *each.secondary_opts) if name[:2] == "--"
    }


def spelt_out(line: str) -> Iterator[tuple[Words, set[str]]]:
    """The commands that a line such as ``orders item show|can ITEM`` stands for, with the options that are named in it."""
    program, *words = line.split()
    assert program == "orders"
    some: list[Words] = [()]
    for word in words:
        if word.startswith("-") or not _WORD.fullmatch(word):
            break
        some = [(*path, each) for path in some for each in word.split("|")]
    for path in some:
        yield path, set(OPTION.findall(line))


def settings() -> set[str]:
    """Every variable that the program reads."""
    return {f"ORDERS_{name.upper()}" for name in Settings.model_fields}
