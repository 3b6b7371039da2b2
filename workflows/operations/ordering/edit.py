"""Editing an item: where it goes, how, in which language and when (domain §2, "Editing")."""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from models.codes import DeliveryMethod, ItemKind, ItemState, LetterKind, RecipientKind
from models.edges.faults import Fault, fault
from workflows.command import Command
from workflows.effects.amendments import AMENDMENTS
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.special_handling import require_handling, waive_handling
from workflows.engine.engine import amend
from workflows.facts.items import needs_handling
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.machines.machine import Case, Change
from workflows.operations.ordering.reprint_line import check_texts
from workflows.rules.rule import plain
from workflows.source import Source

#: To whom a document goes, and where.
_DESTINATION = {"recipient_kind", "recipient", "address"}


def as_fields(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a person typed as fields to set: a document for somebody or somewhere no longer follows the student."""
    fields = dict(typed)
    if fields.pop("follow_student", False):
        student = RecipientKind.STUDENT
        return fields | {
            "follows_student": True,
            "recipient_kind": student,
            "recipient": None,
            "address": None,
        }
    return fields | ({"follows_student": False} if _DESTINATION & fields.keys() else {})


def check_typed(typed: Mapping[str, Any]) -> list[Fault]:
    """Everything malformed in what a person typed for an edit or a reorder."""
    faults: list[Fault] = []
    if typed.get("follow_student"):
        faults += [fault("follows_student", name) for name in sorted(_DESTINATION & typed.keys())]
    if typed.get("recipient") == "":
        faults.append(fault("missing", "recipient"))
    return faults + check_texts(typed)


def edit(installation: Installation, item: int, fields: Mapping[str, Any], command: Command) -> Outcome:
    """Change fields of an item, each one of ``workflows.rules.edit.EDITABLE``; the history row says what they were and what they are.

    A held item is looked at again at once, since the edit may have removed the cause.
    """
    wanted = replace(command, event="edit", given={item: dict(fields)})
    with installation.database.write() as session:
        source = installation.source(session)
        outcome = amend(source, ORDER_ITEM, item, wanted, AMENDMENTS["edit"], _change)
        if outcome.kind == "done" and outcome.state == ItemState.RENDERED and "delivery_method" in fields:
            _set_handling_anew(source, item, fields["delivery_method"], wanted)
        return outcome


def _set_handling_anew(source: Source, item: int, method: DeliveryMethod, command: Command) -> None:
    """A printed document that travels otherwise asks for other manual work, or for none."""
    set_anew = require_handling if needs_handling(method) else waive_handling
    set_anew(source, [item], command)


def _edited(case: Case) -> Any:
    """The item as it will be."""
    return SimpleNamespace(**(case.row._asdict() | dict(case.given)))


def _change(case: Case) -> Change:
    before, fields = case.row._asdict(), dict(case.given)
    changed = {name: value for name, value in fields.items() if before[name] != value}
    detail = {name: {"from": plain(before[name]), "to": plain(value)} for name, value in changed.items()}
    columns = changed | {"letter": letter_of(_edited(case)), "next_attempt_at": case.facts.command.at}
    return Change(columns if changed else {}, {"edited": detail})


def letter_of(line: Any) -> LetterKind:
    """The letter follows the root's kind; a digital document has none."""
    if line.delivery_method is DeliveryMethod.DIGITAL:
        return LetterKind.NONE
    return LetterKind.FIRST_RUN if line.root_kind is ItemKind.FIRST_RUN else LetterKind.REPRINT
