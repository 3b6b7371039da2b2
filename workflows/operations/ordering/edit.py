"""Editing an item: where it goes, how, in which language and when (domain §2, "Editing")."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from models.codes import DeliveryMethod, ItemKind, ItemState, LetterKind, RecipientKind, Role
from models.edges.faults import Fault, fault
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.special_handling import require_handling, waive_handling
from workflows.engine.engine import amend
from workflows.facts.loading import needs_handling
from workflows.installation import Installation
from workflows.machines.decision import Outcome, RefusalKind
from workflows.machines.machine import Case, Change
from workflows.operations.ordering.reprint_line import check_texts
from workflows.rules.edit import fields_are_editable, only_delivery_changes_once_rendered
from workflows.rules.ordering import copies_are_in_bounds, first_run_is_one_copy_to_student
from workflows.rules.processing import digital_is_reprint_to_consumer
from workflows.rules.reprint import certification_names_country, details_fit_item
from workflows.rules.roles import may_own
from workflows.rules.rule import Reason, Rule, failing, plain
from workflows.source import Source

#: To whom a document goes, and where.
_DESTINATION = {"recipient_kind", "recipient", "address"}
#: The public its own only (CO-11).
WHO_EDITS = may_own(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.PUBLIC)
_WHEN: tuple[Rule, ...] = (fields_are_editable, only_delivery_changes_once_rendered)
#: What an edited item must meet as a line that is newly placed must.
_AS_A_LINE: tuple[Rule, ...] = (
    first_run_is_one_copy_to_student,
    copies_are_in_bounds,
    digital_is_reprint_to_consumer,
    details_fit_item,
    certification_names_country,
)


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
        outcome = amend(source, ORDER_ITEM, item, wanted, judge_edit, _change)
        if outcome.kind == "done" and outcome.state == ItemState.RENDERED and "delivery_method" in fields:
            _set_handling_anew(source, item, fields["delivery_method"], wanted)
        return outcome


def _set_handling_anew(source: Source, item: int, method: DeliveryMethod, command: Command) -> None:
    """A printed document that travels otherwise asks for other manual work, or for none."""
    set_anew = require_handling if needs_handling(method) else waive_handling
    set_anew(source, [item], command)


def judge_edit(case: Case) -> tuple[RefusalKind, Sequence[Reason]]:
    """Who may edit, what may be edited now, and whether the item would then stand as a line."""
    if reasons := failing([WHO_EDITS], case.row, case.facts):
        return "permission", reasons
    return "rule", [*failing(_WHEN, case.row, case.facts), *failing(_AS_A_LINE, _edited(case), case.facts)]


def _edited(case: Case) -> Any:
    """The item as it will be."""
    return SimpleNamespace(**(case.row._asdict() | dict(case.facts.given)))


def _change(case: Case) -> Change:
    before, fields = case.row._asdict(), {name: case.facts.given[name] for name in case.facts.given}
    changed = {name: value for name, value in fields.items() if before[name] != value}
    detail = {name: {"from": plain(before[name]), "to": plain(value)} for name, value in changed.items()}
    columns = changed | {"letter": letter_of(_edited(case)), "next_attempt_at": case.facts.command.at}
    return Change(columns if changed else {}, {"edited": detail})


def letter_of(line: Any) -> LetterKind:
    """The letter follows the root's kind; a digital document has none."""
    if line.delivery_method is DeliveryMethod.DIGITAL:
        return LetterKind.NONE
    return LetterKind.FIRST_RUN if line.root_kind is ItemKind.FIRST_RUN else LetterKind.REPRINT
