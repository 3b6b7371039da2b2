"""The Credential Processing Agent's steps: claim, validate, render, give back (domain §6, "Credential Processing Agent")."""

import hashlib
import traceback
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from models.codes import ItemState
from models.orders import OrderItem
from models.settings import Settings
from renderers.content import DocumentContent
from renderers.document import render
from workflows.command import SYSTEM, Command
from workflows.effects.order_item import ORDER_ITEM, recheck_at
from workflows.engine.engine import apply, keep_refused
from workflows.facts.items import ItemFacts
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.machines.order_item import VALIDATIONS
from workflows.operations.printing.content import content_of, verification_token
from workflows.operations.printing.leases import kept, lease_of
from workflows.rules.holding import MAX_ATTEMPTS, step_did_not_keep_failing
from workflows.rules.rule import Reason, failing
from workflows.source import Source, table

#: Wait before the second and third attempt of a step that raised.
_RETRY_AFTER = (timedelta(seconds=30), timedelta(minutes=5))
#: Lapses of its lease after which an item is retried alone: it may be what kills the worker.
ALONE_AFTER_LAPSES = 2


def claim(installation: Installation, ids: Iterable[int], worker: str) -> list[int]:
    """Take the lease on every item of ``ids`` that is free and may be processed now; gives those taken."""
    items, lease = table(OrderItem), lease_of(installation, worker)
    with installation.database.write() as session:
        source = installation.source(session)
        free = source.free(OrderItem, items.c.id.in_(list(ids)), items.c.state == ItemState.CREATED)
        command = Command("process", SYSTEM, installation.now(), given=dict.fromkeys(free, lease))
        outcomes = apply(source, ORDER_ITEM, free, command)
    return [outcome.subject_id for outcome in outcomes if outcome.done]


def render_claimed(installation: Installation, ids: Sequence[int], worker: str) -> list[Outcome]:
    """Validate and render the items that ``worker`` has claimed: each becomes rendered, held, or is given back.

    Rendering holds no lock. What was read for it is compared again under lock before it is recorded, so an address
    that changed meanwhile is never printed in its old form.
    """
    with installation.database.read() as session:
        work = _prepare(installation, installation.source(session), ids, worker)
    with kept(installation, OrderItem, ids, worker):
        for item_id, content in work.contents.items():
            _render_one(installation, work, item_id, content)
    with installation.database.write() as session:
        return _record(installation, installation.source(session), work, worker)


@dataclass(slots=True)
class _Work:
    """A batch between reading and recording."""

    contents: dict[int, DocumentContent] = field(default_factory=dict)
    rendered: dict[int, dict[str, Any]] = field(default_factory=dict)
    errors: dict[int, list[Reason]] = field(default_factory=dict)
    raised: dict[int, dict[str, Any]] = field(default_factory=dict)


def _prepare(installation: Installation, source: Source, ids: Sequence[int], worker: str) -> _Work:
    work = _Work()
    items = _claimed(source, ids, worker)
    command = Command("render", SYSTEM, installation.now())
    facts = ItemFacts.of(source, items, command)
    for item in items:
        errors = failing(VALIDATIONS, facts[item.id])
        if errors:
            work.errors[item.id] = errors
        else:
            work.contents[item.id] = content_of(item, facts[item.id], installation.settings)
    return work


def _claimed(source: Source, ids: Sequence[int], worker: str) -> Sequence[Any]:
    items = table(OrderItem)
    mine = (items.c.state == ItemState.PROCESSING) & (items.c.lease_owner == worker)
    return source.rows(OrderItem, items.c.id.in_(list(ids)), mine)


def _render_one(installation: Installation, work: _Work, item_id: int, content: DocumentContent) -> None:
    try:
        rendered = render(content, installation.masters)
        path, sha256 = installation.store.put("documents", rendered.pdf, ".pdf")
    except Exception as error:
        work.raised[item_id] = _technical_error("render", error)
        return
    work.rendered[item_id] = {
        "printed_name": rendered.printed_name,
        "name_format": rendered.name_format,
        "document": {
            "path": path,
            "sha256": sha256,
            "size": len(rendered.pdf),
            "pages": rendered.pages,
            "master": rendered.master,
        },
    }


def _technical_error(step: str, error: Exception) -> dict[str, Any]:
    """The parameters of CO-90; the reference finds the place in the code, without any personal data."""
    frames = "".join(f"{frame.name}:{frame.lineno};" for frame in traceback.extract_tb(error.__traceback__))
    reference = hashlib.sha256(frames.encode()).hexdigest()[:8]
    return {"step": step, "error": type(error).__name__, "reference": reference}


@dataclass(slots=True)
class _Verdicts:
    """What is to be recorded of a batch, by item."""

    rendered: dict[int, dict[str, Any]] = field(default_factory=dict)
    errors: dict[int, list[Reason]] = field(default_factory=dict)
    given_back: dict[int, dict[str, Any]] = field(default_factory=dict)


def _record(installation: Installation, source: Source, work: _Work, worker: str) -> list[Outcome]:
    command = Command("render", SYSTEM, installation.now())
    items = _claimed(source, [*work.rendered, *work.errors, *work.raised], worker)
    facts = ItemFacts.of(source, items, command)
    verdicts = _Verdicts()
    for item in items:
        _judge(verdicts, work, item, facts[item.id], installation.settings)
    held = [item for item in items if item.id in verdicts.errors]
    keep_refused(source, ORDER_ITEM, held, facts, command)
    outcomes = apply(source, ORDER_ITEM, verdicts.rendered, replace(command, given=verdicts.rendered))
    outcomes += hold_by_system(source, verdicts.errors, command.at)
    return outcomes + _give_back(source, verdicts.given_back, command)


def _judge(verdicts: _Verdicts, work: _Work, item: Any, facts: ItemFacts, settings: Settings) -> None:
    """Judge again what was read before rendering: facts may have changed since, for better or worse."""
    errors = failing(VALIDATIONS, facts)
    attempt = (
        _failed_attempt(item, work.raised[item.id], facts.command.at) if item.id in work.raised else None
    )
    if errors:
        verdicts.errors[item.id] = errors
    elif attempt is not None and attempt["attempts"] >= MAX_ATTEMPTS:
        verdicts.errors[item.id] = [Reason(step_did_not_keep_failing, attempt["last_error"])]
    elif attempt is not None:
        verdicts.given_back[item.id] = {"stopped": item.lease_owner, "failed": attempt}
    elif item.id in work.rendered and content_of(item, facts, settings) == work.contents[item.id]:
        verdicts.rendered[item.id] = _as_recorded(work.rendered[item.id], item, facts, settings)
    else:
        verdicts.given_back[item.id] = {"stopped": item.lease_owner, "failed": {}}


def _give_back(source: Source, given: dict[int, dict[str, Any]], command: Command) -> list[Outcome]:
    return apply(source, ORDER_ITEM, given, replace(command, event="requeue", given=given))


def _as_recorded(rendered: dict[str, Any], item: Any, facts: ItemFacts, settings: Settings) -> dict[str, Any]:
    document = rendered["document"] | {"verification_token": verification_token(item, settings)}
    return rendered | {"document": document} | _frozen(facts)


def _frozen(facts: ItemFacts) -> dict[str, Any]:
    """Recipient and address as printed; from now on the item no longer follows the student's."""
    return {"recipient": facts.recipient, "address": facts.destination}


def _failed_attempt(item: Any, error: dict[str, Any], now: datetime) -> dict[str, Any]:
    attempts = item.attempts + 1
    wait = _RETRY_AFTER[min(item.attempts, len(_RETRY_AFTER) - 1)]
    return {"attempts": attempts, "next_attempt_at": now + wait, "last_error": error}


def hold_by_system(source: Source, errors: dict[int, list[Reason]], now: datetime) -> list[Outcome]:
    """Hold every item of ``errors`` with all its reasons."""
    return apply(source, ORDER_ITEM, errors, Command("hold_by_system", SYSTEM, now, given=errors))


def requeue(installation: Installation, ids: Iterable[int], stopped: frozenset[str]) -> list[Outcome]:
    """Give back items whose lease has lapsed, or whose worker is one of those known to have ``stopped``."""
    items = table(OrderItem)
    command = Command("requeue", SYSTEM, installation.now())
    with installation.database.write() as session:
        source = installation.source(session)
        rows = source.rows(OrderItem, items.c.id.in_(list(ids)))
        given = {row.id: {"stopped": row.lease_owner} for row in rows if row.lease_owner in stopped}
        return apply(source, ORDER_ITEM, [row.id for row in rows], replace(command, given=given))


def release_where_causes_are_gone(installation: Installation, ids: Iterable[int]) -> list[Outcome]:
    """Release the held items all of whose errors are gone (CO-27); the others are looked at again later."""
    command = Command("release", SYSTEM, installation.now())
    items = table(OrderItem)
    with installation.database.write() as session:
        source = installation.source(session)
        outcomes = apply(source, ORDER_ITEM, ids, command)
        waiting = source.rows(
            OrderItem, items.c.id.in_([each.subject_id for each in outcomes if not each.done])
        )
        for look_again_at, group in _by_recheck(source, waiting, command).items():
            statement = update(items).where(items.c.id.in_(group)).values(next_attempt_at=look_again_at)
            session.connection().execute(statement)
    return outcomes


def _by_recheck(source: Source, items: Sequence[Any], command: Command) -> dict[datetime, list[int]]:
    facts = ItemFacts.of(source, items, command)
    groups: dict[datetime, list[int]] = defaultdict(list)
    for item in items:
        groups[recheck_at(facts[item.id].student_hold, command.at)].append(item.id)
    return groups
