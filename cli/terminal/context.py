"""What every command knows: the settings, who acts, the language of messages, and how to present."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NoReturn

import typer
from rich.console import Console
from typer.main import get_current_context  # type: ignore[attr-defined]

from models import schema
from models.codes import Label, Role
from models.errors import ExitCode
from models.settings import Settings
from workflows.command import Actor, Command
from workflows.history import refusals
from workflows.history.refusals import Subject
from workflows.installation import Installation
from workflows.missing import MISSING, Noun
from workflows.rules.rule import Reason
from workflows.source import Source

DONE, REFUSED, USAGE, CONFLICT, NOT_FOUND, INFRASTRUCTURE = ExitCode


@dataclass
class Context:
    """The global options of one call."""

    settings: Settings
    actor: Actor
    language: str
    json: bool

    @cached_property
    def installation(self) -> Installation:
        """The installation, whose database must be at the newest migration."""
        installation = self.raw_installation
        if not schema.is_current(installation.database):
            self.stop(INFRASTRUCTURE, _NOT_INITIALISED)
        return installation

    @cached_property
    def raw_installation(self) -> Installation:
        """The installation, whatever its database looks like."""
        return Installation.open(self.settings, plans_anew=True)

    def close(self) -> None:
        """Give back what the call opened."""
        if "raw_installation" in self.__dict__:
            self.raw_installation.database.close()

    @cached_property
    def out(self) -> Console:
        """The console for results (stdout)."""
        return Console(highlight=False, soft_wrap=not sys.stdout.isatty())

    @cached_property
    def err(self) -> Console:
        """The console for progress, logs and complaints (stderr)."""
        return Console(stderr=True, highlight=False)

    def say(self, label: Label | str, **params: object) -> None:
        """A line of result, in the language of the call; nothing where JSON was asked for."""
        if not self.json:
            self.out.print(self.text(label, **params), markup=False)

    def text(self, label: Label | str, **params: object) -> str:
        """``label`` in the language of the call."""
        text = label if isinstance(label, str) else label.in_(self.language)
        return text.format(**params) if params else text

    def emit(self, document: Mapping[str, Any]) -> None:
        """The one JSON document of the call, where JSON was asked for."""
        if self.json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")

    def emit_pages(
        self,
        before: Mapping[str, Any],
        name: str,
        pages: Iterable[Iterable[Mapping[str, Any]]],
        after: Callable[[], Mapping[str, Any]],
    ) -> None:
        """The one JSON document of the call with a list ``name`` in it that is written as it is read, a page at a time.

        What stands ``after`` the list is asked for when it is written. Nothing is written before the first page is read,
        so that what goes wrong there can still be told.
        """
        if self.json:
            coming = iter(pages)
            read = chain([next(coming, ())], coming)
            sys.stdout.writelines(_document(before, name, read, after))

    def stop(self, code: int, label: Label | str, **params: object) -> NoReturn:
        """End the call with a complaint that says what to do."""
        if self.json:
            label = Label.said((label, label)) if isinstance(label, str) else label
            told = (
                label.filled(**params) if params else label
            )  # without, what was typed may stand in it with its braces
            self.emit({"error": {"exit_code": code, "message": told._asdict()}})
        else:
            self.err.print(self.text(label, **params), style="red", markup=False)
        raise typer.Exit(code)

    def stop_missing(
        self, noun: Noun, number: object, *, subject: Subject | None = None, **more: object
    ) -> NoReturn:
        """End the call because there is no such thing, and keep that somebody asked for it."""
        self.unknown(MISSING[noun].named.filled(number=number, **more), subject)

    def command(self, event: str, **fields: Any) -> Command:
        """A command of the acting role, now."""
        return Command(event, self.actor, self.installation.now(), **fields)

    def note_refusal(
        self, event: str, kind: str, reasons: Sequence[Reason], subject: Subject | None = None
    ) -> None:
        """Keep the refusal of an operation that no machine was asked about, with the command that was typed."""
        about = " ".join((_words(), *_arguments()))
        refusals.note(self.installation, self.command(event), kind, reasons, about=about, subject=subject)

    def unknown(
        self, label: Label, subject: Subject | None = None, *, event: str = "", **params: object
    ) -> NoReturn:
        """End the call because there is nothing under the name that was typed, and keep that somebody asked for it.

        It is kept under the words of the command, or under ``event`` where the command is over.
        """
        self.note_refusal(_words() or event, "not_found", [], subject)
        self.stop(NOT_FOUND, label, **params)

    @contextmanager
    def reading(self) -> Iterator[Source]:
        """A source of facts that changes nothing."""
        with self.installation.database.read() as session:
            yield self.installation.source(session)

    @contextmanager
    def reading_snapshot(self) -> Iterator[Source]:
        """A source of facts that shows the database as it is now, whoever writes while it is read page by page."""
        with self.installation.database.stream() as session:
            yield self.installation.source(session)


def _document(
    before: Mapping[str, Any],
    name: str,
    pages: Iterable[Iterable[Mapping[str, Any]]],
    after: Callable[[], Mapping[str, Any]],
) -> Iterator[str]:
    """The parts of a document as :meth:`Context.emit` would write it whole."""
    yield "{"
    yield from (f"\n {_inner(key)}: {_inner(value)}," for key, value in before.items())
    yield f"\n {_inner(name)}: ["
    between = ""
    for page in pages:
        for row in page:
            yield f"{between}\n  {_inner(row, '  ')}"
            between = ","
    yield "\n ]" if between else "]"
    yield from (f",\n {_inner(key)}: {_inner(value)}" for key, value in after().items())
    yield "\n}\n"


def _inner(value: Any, margin: str = " ") -> str:
    """A value as it stands in a document, its further lines moved in by ``margin``; no text of JSON has a line feed in it."""
    return json.dumps(value, ensure_ascii=False, indent=1).replace("\n", f"\n{margin}")


_NOT_INITIALISED = Label(
    "The database is missing or older than this program. Run: orders init",
    "La base de données est absente ou plus ancienne que ce programme. Exécutez : orders init",
)


def _words() -> str:
    """The command under way by its words, such as ``item show``."""
    running = get_current_context(silent=True)
    return "" if running is None else running.command_path.partition(" ")[2]


def _arguments() -> Iterator[str]:
    """The arguments of the command under way, mostly numbers; options are left out, since they may hold names and notes."""
    running = get_current_context(silent=True)
    if running is None:
        return
    for each in running.command.params:
        if each.param_type_name == "argument" and (typed := running.params.get(each.name)) is not None:
            yield from map(str, typed if isinstance(typed, list | tuple) else [typed])


def parse_actor(text: str) -> Actor:
    """``ROLE`` or ``ROLE:NAME`` as an actor; raises ValueError for an unknown role."""
    role, _, name = text.partition(":")
    return Actor(Role(role), name)
