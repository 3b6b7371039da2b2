"""Options that several commands take are read in one way by all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import signature
from typing import Any

from typer.main import get_command

from cli.main import app
from cli.terminal.grouping import grouping
from models.codes import Code


def options(name: str) -> Iterator[tuple[str, Any]]:
    """Every command that takes an option of this name, and the option."""
    waiting: list[tuple[str, Any]] = [("orders", get_command(app))]
    while waiting:
        path, command = waiting.pop()
        waiting += [(f"{path} {word}", each) for word, each in getattr(command, "commands", {}).items()]
        yield from ((path, each) for each in command.params if each.name == name)


def test_every_note_is_judged_as_it_is_typed() -> None:
    """None is passed on as it came."""
    notes = dict(options("note"))
    assert len(notes) >= 8
    assert not [path for path, each in notes.items() if each.callback is None]


def test_every_reason_is_one_of_a_list_or_judged() -> None:
    """A code that no list holds is at least one that can be kept."""
    reasons = dict(options("reason"))
    assert len(reasons) >= 5
    listed = {path for path, each in reasons.items() if issubclass(each.type_descriptor.annotation, Code)}
    assert not [path for path, each in reasons.items() if path not in listed and each.callback is None]


def test_numbers_that_are_called_alike_have_the_same_bounds() -> None:
    """Copies and versions are as large in one command as in the next."""
    for name in ("copies", "version"):
        typed = {
            path: (each.min, each.max)
            for path, each in options(name)
            if each.type_descriptor.annotation is int
        }
        bounds = set(typed.values())
        assert len(bounds) == 1, typed
        assert None not in next(iter(bounds))


def test_an_option_means_the_same_in_every_command() -> None:
    """Who receives a document, where and when is said in the same words of an order, an edit and a line of a cart."""
    for name, called in DESTINATION.items():
        said = {path: (each.opts, each.help, each.metavar, each.default) for path, each in options(name)}
        assert len(said) >= 2, name
        assert {tuple(opts) for opts, *_ in said.values()} == {(called,)}
        assert len({tuple(map(str, each)) for each in said.values()}) == 1, said


def test_options_of_a_group_stand_where_the_group_stood() -> None:
    """Each with its default, those of a group within the group too; what is typed arrives as the group."""
    seen = []

    @grouping
    def command(first: str, group: _Outer, last: int = 3) -> None:
        seen.append((first, group, last))

    taken = signature(command).parameters
    assert [(each.name, each.default) for each in taken.values() if each.default is not each.empty] == [
        ("before", "b"), ("one", 1), ("after", "a"), ("last", 3),
    ]  # fmt: skip
    assert list(taken) == ["first", "before", "one", "after", "last"]
    command(first="f", before="x", one=2, after="y", last=4)
    assert seen == [("f", _Outer(before="x", inner=_Inner(one=2), after="y"), 4)]


@dataclass(frozen=True, kw_only=True)
class _Inner:
    one: int = 1


@dataclass(frozen=True, kw_only=True)
class _Outer:
    before: str = "b"
    inner: _Inner
    after: str = "a"


#: What several commands take of a document's way, by the name of its field, and how it is called.
DESTINATION = {
    "recipient_kind": "--recipient-kind",
    "recipient": "--recipient",
    "consumer": "--consumer",
    "lines": "--line",
    "city": "--city",
    "province": "--province",
    "postal_code": "--postal-code",
    "country": "--country",
    "control_date": "--control-date",
    "certification_country": "--certification-country",
    "requested_by": "--requested-by",
}
