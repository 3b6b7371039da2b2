"""Waybills of courier items: looked at, kept in the document store, and put on the items (rule 65060)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image
from typing_extensions import TypedDict

from models.codes import ItemState
from models.history import OrderItemHistory
from models.orders import OrderItem
from models.sql.many_rows import append, update_where_unchanged
from workflows.command import Command
from workflows.engine.engine import entered
from workflows.errors import RefusedError
from workflows.facts.items import ItemFacts
from workflows.facts.special_handling import WaybillFacts
from workflows.installation import Installation
from workflows.machines.order_item import OPEN
from workflows.operations.access.permission import WHO_SENDS_WAYBILLS, require
from workflows.questions import WAYBILL
from workflows.rules.rule import Reason
from workflows.rules.special_handling import MAX_WAYBILL_BYTES, waybill_is_usable
from workflows.source import Source, table

#: The folder of the document store.
_FOLDER = "waybills"
#: States in which an item waits for no waybill any more.
TOO_LATE = frozenset(ItemState).difference(OPEN)
#: Whether a file may be an item's waybill, asked of the item as it is.
#: How the contents begin.
_PDF, _IMAGES = b"%PDF-", {b"\x89PNG\r\n\x1a\n": (".png", "PNG"), b"\xff\xd8\xff": (".jpg", "JPEG")}


class UnusableWaybillError(RefusedError):
    """A file can't be a waybill (65060); ``reasons`` say why."""


@dataclass(frozen=True, slots=True)
class Attached:
    """The waybill's name in the document store and the items that have it now, or why it was not taken."""

    name: str | None
    #: Each reason with the item that it was found for.
    refused: tuple[tuple[int, Reason], ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why not, each reason once however many of the items it is about."""
        found = [reason for _, reason in self.refused]
        return tuple(reason for place, reason in enumerate(found) if reason not in found[:place])


class AttachedView(TypedDict):
    """A waybill's name in the document store, and the items that have it now."""

    waybill: str
    items: list[str]


def attached_view(done: Attached, items: Sequence[str]) -> AttachedView:
    """A waybill that was put on ``items``; of one that was refused there is nothing to show."""
    if done.name is None:
        raise AssertionError
    return {"waybill": done.name, "items": [*items]}


def attach(installation: Installation, data: bytes, items: Sequence[int], command: Command) -> Attached:
    """Put one waybill on every item of ``items``, or on none; each item's history says so.

    Raises :class:`NotPermittedError` where one of them is not the actor's own.
    """
    problems = problems_of(data)
    with installation.database.write() as session:
        source = installation.source(session)
        rows = source.locked(OrderItem, table(OrderItem).c.id.in_(sorted(set(items))))
        own = ItemFacts.of(source, rows, command)
        for row in rows:
            require(WHO_SENDS_WAYBILLS, command, is_own=own[row.id].is_own)
        everyones = WaybillFacts.of(source, rows, command)
        judged = [
            (facts.learn(problems=problems, too_late=TOO_LATE), WAYBILL.ask(facts))
            for facts in everyones.values()
        ]
        WAYBILL.keep(source, command, judged)
        refused = [(facts.item.id, reason) for facts, reasons in judged for reason in reasons]
        if refused:
            return Attached(None, tuple(refused))
        name = _keep(installation, data)
        _record(source, rows, name, command)
    return Attached(name)


def take(installation: Installation, data: bytes) -> str:
    """Store a file that is to be a waybill before there is an item to ask about; gives its name in the document store.

    Raises :class:`UnusableWaybillError`. Nothing of that is kept for a replay: what was decided on is the file, and that
    is not kept either.
    """
    if problems := problems_of(data):
        raise UnusableWaybillError([Reason(waybill_is_usable, {"problems": list(problems)})], "waybill")
    return _keep(installation, data)


def _keep(installation: Installation, data: bytes) -> str:
    """Store a waybill without problems under its hash; the same file is stored once."""
    return installation.store.put(_FOLDER, data, _suffix(data))[0]


def problems_of(data: bytes) -> tuple[str, ...]:
    """What keeps a file from being a waybill, as words of the vocabulary; judged by its content, never its name."""
    image = _image(data)
    if image is None and not data.startswith(_PDF):
        return ("too_large", "unknown_format") if len(data) > MAX_WAYBILL_BYTES else ("unknown_format",)
    if len(data) > MAX_WAYBILL_BYTES:  # what is too large is not opened
        return ("too_large",)
    return _problems_of_pdf(data) if image is None else _problems_of_image(data, image[1])


def _problems_of_pdf(data: bytes) -> tuple[str, ...]:
    try:
        with pikepdf.open(BytesIO(data)) as file:
            return () if len(file.pages) == 1 else ("several_pages",)
    except (pikepdf.PdfError, ValueError, TypeError):
        return ("unreadable",)


def _problems_of_image(data: bytes, kind: str) -> tuple[str, ...]:
    try:
        with Image.open(BytesIO(data), formats=[kind]) as image:
            image.verify()
    except Exception:
        return ("unreadable",)
    return ()


def _image(data: bytes) -> tuple[str, str] | None:
    return next((known for start, known in _IMAGES.items() if data.startswith(start)), None)


def _suffix(data: bytes) -> str:
    image = _image(data)
    return ".pdf" if image is None else image[0]


def _record(source: Source, rows: Sequence[Any], name: str, command: Command) -> None:
    """The waybill and the history of each item; no state changes, but everybody sees that the item did."""
    named = replace(command, note=name)
    history = [entered(row, row.state.value, named) for row in rows]
    updates = [
        {"id": row.id, "was_version": row.version, "waybill": name, "history_hash": entry["hash"]}
        for row, entry in zip(rows, history, strict=True)
    ]
    update_where_unchanged(source.session, table(OrderItem), updates)
    append(source.session, table(OrderItemHistory), history)
