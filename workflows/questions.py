"""What operations ask beside any machine: rules about something that is only to come about, or may have changed.

A machine's rules guard what it does with what is there. An order that is to be placed has no state yet, and a document that
waits in a job is looked at again without moving. Such rules are asked under the name of a question, kept under it, and
asked again under it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from models.codes import Label
from workflows.command import Command
from workflows.history.decided import Decided, keep_question
from workflows.machines.decision import Decision
from workflows.rules.rule import Reason, Rule
from workflows.source import Source

#: The target of a question that was answered with yes.
PASSED = "passed"
#: Every question by its name; none is an event of a machine.
QUESTIONS: dict[str, "Question"] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Rules asked together; ``table`` is that of what they are asked about."""

    name: str
    label: Label
    table: str
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        """A name stands for one question."""
        if self.name in QUESTIONS:
            message = f"question {self.name} is declared twice"
            raise ValueError(message)
        QUESTIONS[self.name] = self

    def keep(
        self, source: Source, command: Command, answered: Iterable[tuple[Any, Any, Sequence[Reason]]]
    ) -> None:
        """Keep what was answered: subjects with their facts and the reasons against them."""
        asked = Command(self.name, command.actor, command.at, command_id=command.command_id)
        decided = [Decided(subject, facts, self.decision(reasons)) for subject, facts, reasons in answered]
        keep_question(source, self.table, asked, self.rules, decided)

    def decision(self, reasons: Sequence[Reason]) -> Decision:
        """The answer as a decision."""
        if reasons:
            return Decision(self.name, "", kind="rule", reasons=tuple(reasons))
        return Decision(self.name, "", target=PASSED)
