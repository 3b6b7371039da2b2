"""What every rule can ask for: who wants what, when and why."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Self

from models.codes import Code, Role
from models.settings import Settings
from workflows.command import Command
from workflows.facts.fact import derived, fact, loaded
from workflows.source import Source


class Batch:
    """What is known of all subjects of a command: each loaded when the first of them asks, for all at once."""

    def __init__(self, source: Source, subjects: Sequence[Any], command: Command) -> None:
        """Nothing is loaded yet."""
        self.source, self.subjects, self.command = source, subjects, command
        self.closed = False

    def close(self) -> None:
        """The subjects are written: what was not loaded by now would be of another moment."""
        self.closed = True

    @loaded
    def today(self) -> date:
        """The date in Edmonton."""
        return self.command.today


class Circumstances:
    """The circumstances of one subject: who wants what of it, when and why. Every kind of facts begins with these.

    No fact may look at event, reason, note or ``asking``: all events are asked about with the same facts.
    """

    #: What rules call the subject.
    subject_name: ClassVar[str] = "subject"
    #: What is loaded for many subjects at once.
    batch_kind: ClassVar[type[Batch]] = Batch
    subject: Any
    command: Command
    batch: Any

    def __init__(self, subject: Any, command: Command, batch: Any, **known: Any) -> None:
        """Facts about ``subject``; those that are ``known`` beforehand are not asked for."""
        mine = self.__dict__
        mine["subject"] = mine[self.subject_name] = subject
        mine["command"] = command
        mine["batch"] = batch
        if known:
            mine.update(known)

    @classmethod
    def of(cls, source: Source, subjects: Sequence[Any], command: Command) -> Mapping[int, Self]:
        """Facts by the id of each of ``subjects``, which are loaded for all of them at once when a rule asks."""
        batch = cls.batch_kind(source, subjects, command)
        return {each.id: cls(each, command, batch) for each in subjects}

    @classmethod
    def of_each(cls, source: Source, subjects: Sequence[Any], command: Command) -> list[Self]:
        """Facts about each of ``subjects``, which have no ids yet, in their order."""
        batch = cls.batch_kind(source, subjects, command)
        return [cls(each, command, batch) for each in subjects]

    def learn(self, **known: Any) -> Self:
        """Let facts be known that were found out otherwise."""
        self.__dict__.update(known)
        return self

    @derived
    def today(self) -> date:
        """The date in Edmonton."""
        found: date = self.batch.today
        return found

    @derived
    def settings(self) -> Settings:
        """The settings of the installation."""
        found: Settings = self.batch.source.settings
        return found

    @fact
    def given(self) -> Any:
        """What the command brings for the subject."""
        return self.command.given.get(self.subject.id)

    @property
    def at(self) -> datetime:
        """The instant of the command."""
        return self.command.at

    @property
    def event(self) -> str:
        """What is wanted."""
        return self.command.event

    @property
    def reason(self) -> str | None:
        """The reason given."""
        return self.command.reason

    @property
    def note(self) -> str | None:
        """The note given."""
        return self.command.note

    @property
    def asking(self) -> bool:
        """Whether it is only asked what would be."""
        return self.command.asking

    @property
    def role(self) -> Role:
        """The role of whoever acts."""
        return self.command.actor.role

    @property
    def state(self) -> Code:
        """The state of the subject."""
        found: Code = self.subject.state
        return found
