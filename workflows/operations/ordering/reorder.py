"""Reorders: a new order and item for a document whose delivery went wrong, linked to it (domain §1, "Reorder", and domain §2, "reorder")."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from models.codes import ItemKind, ItemState, Label
from models.credentials import Credential
from models.orders import OrderItem, item_number
from workflows.command import Command
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply
from workflows.facts.kinds import OrderingFacts
from workflows.facts.loading import active_consumers, load_ordering_facts
from workflows.history import refusals
from workflows.installation import Installation
from workflows.machines.decision import Decision, Outcome
from workflows.machines.follows import begun
from workflows.operations.ordering.award import WARNINGS
from workflows.operations.ordering.edit import letter_of
from workflows.operations.ordering.place import place_each
from workflows.questions import Question
from workflows.rules.ordering import copies_are_in_bounds, first_run_is_one_copy_to_student
from workflows.rules.processing import (
    asn_is_primary,
    credential_has_number,
    credential_is_awarded,
    digital_is_reprint_to_consumer,
    number_is_active,
)
from workflows.rules.reprint import certification_names_country, details_fit_item
from workflows.rules.rule import Reason, Rule, failing
from workflows.source import Source, table

#: What the line of a reorder must meet before it is placed.
REORDER_RULES: tuple[Rule, ...] = (
    credential_is_awarded,
    credential_has_number,
    number_is_active,
    first_run_is_one_copy_to_student,
    copies_are_in_bounds,
    digital_is_reprint_to_consumer,
    asn_is_primary,
    details_fit_item,
    certification_names_country,
)
REORDERED_LINE = Question(
    "order_again",
    Label("Order again", "Commander de nouveau"),
    ORDER_ITEM.table.name,
    REORDER_RULES,
)


@dataclass(frozen=True, slots=True)
class Reordered:
    """What became of a reorder: the source's outcome, the new item's number, and what is worth knowing about it."""

    outcome: Outcome
    item: str | None = None
    warnings: tuple[Reason, ...] = ()
    #: The legal name is no longer the printed one: a re-issue may be wanted instead.
    name_differs: bool = False


def reorder(
    installation: Installation, source_item: int, command: Command, changes: Mapping[str, Any] | None = None
) -> Reordered:
    """Order the document of ``source_item`` again, with ``changes`` as :func:`workflows.operations.ordering.edit.edit` takes them.

    The source moves and the new item comes to be in one transaction, or neither.
    """
    wanted = replace(command, event="reorder")
    with installation.database.write() as session:
        source = installation.source(session)
        rows = source.locked(OrderItem, table(OrderItem).c.id == source_item)
        if not rows:
            return Reordered(Outcome(source_item, "not_found", wanted.event))
        line, facts = _line(source, rows[0], wanted, changes or {})
        reasons = failing(REORDER_RULES, line, facts)
        savepoint = session.begin_nested()
        (outcome,) = apply(source, ORDER_ITEM, [source_item], wanted)
        if outcome.kind == "already_done":
            return Reordered(outcome, _made_by(source, source_item))
        REORDERED_LINE.keep(source, wanted, [(line, facts, reasons)])
        if outcome.kind == "done" and not reasons:
            (number,) = place_each(session, [line], _placing(wanted))
            return Reordered(outcome, number, tuple(failing(WARNINGS, line, facts)), facts.name_differs)
        savepoint.rollback()
        refused = _refused(outcome, reasons)
        refusals.record(session, ORDER_ITEM.table.name, wanted, [refused])
        return Reordered(refused)


def _placing(command: Command) -> Command:
    """The reason of the reorder stays with its source."""
    return replace(begun(ORDER_ITEM.plan, command, DOCUMENT_ORDER.plan), reason=None, note=None)


def _refused(outcome: Outcome, reasons: list[Reason]) -> Outcome:
    """The refusal with the reasons of the item and those of the new line together."""
    decision = outcome.decision
    if decision is None or (decision.kind not in {None, "rule"}):
        return outcome
    together = {each.code: each for each in (*decision.reasons, *reasons)}
    merged = Decision(decision.event, decision.state, kind="rule", reasons=tuple(together.values()))
    return outcome._replace(kind="refused", state=outcome.from_state, decision=merged)


def _made_by(source: Source, source_item: int) -> str | None:
    """The number of the newest reorder of an item."""
    columns = table(OrderItem).c
    statement = (
        select(table(OrderItem)).where(columns.reorder_of_id == source_item).order_by(columns.id.desc())
    )
    newest = source.session.connection().execute(statement).first()
    return None if newest is None else item_number(newest.order_id, newest.item_no)


def _line(
    source: Source, old: Any, command: Command, changes: Mapping[str, Any]
) -> tuple[OrderItem, OrderingFacts]:
    """The line of the reorder: the same document for the same recipient, unless ``changes`` say otherwise."""
    followed = {"recipient": None, "address": None} if old.follows_student else {}
    same = (
        "student_id",
        "credential_id",
        "root_kind",
        "language",
        "copies",
        "delivery_method",
        "recipient_kind",
        "recipient",
        "address",
        "follows_student",
        "requested_by",
        "certification_country",
        "consumer_id",
        "waybill",
    )
    values = {name: getattr(old, name) for name in same} | followed | dict(changes)
    line = OrderItem(
        **values,
        item_no=1,
        kind=ItemKind.REORDER,
        reorder_of_id=old.id,
        root_id=old.root_id or old.id,
        letter=letter_of(OrderItem(**values)),
        state=ItemState.CREATED,
        placed_at=command.at,
    )
    credentials = source.rows(Credential, table(Credential).c.id == old.credential_id)
    facts = load_ordering_facts(source, credentials, command)[old.credential_id]
    consumers = set() if line.consumer_id is None else {line.consumer_id}
    return line, replace(facts, consumer_is_active=bool(active_consumers(source, consumers)))
