"""Digital delivery: what a consumer's user sees and downloads, new links, and expiry (domain §6, "Digital")."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, TypeAlias

from typing_extensions import TypedDict

from models.codes import ItemState, Role
from models.consumers import Consumer
from models.documents import Document
from models.orders import OrderItem, item_number
from renderers.overlay import digital_copy, unofficial_copy
from workflows.command import SYSTEM, Command
from workflows.effects.amendments import AMENDMENTS
from workflows.effects.order_item import ORDER_ITEM, link_columns
from workflows.engine.engine import amend, apply
from workflows.facts.documents import content_fault
from workflows.facts.items import ItemFacts
from workflows.facts.ownership import domain_of
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.machines.machine import Case, Change
from workflows.questions import DOWNLOAD, HOLDING
from workflows.rules.digital_link import link_token
from workflows.rules.may import may
from workflows.rules.printing import document_is_intact
from workflows.rules.rule import Reason
from workflows.shapes import Day, day, values_of
from workflows.source import Source, table

WHO_DOWNLOADS = may(Role.DOD_CONSUMER)
Kind: TypeAlias = Literal["done", "refused", "not_found"]


class DownloadView(TypedDict):
    """A digital document that was made available to a consumer."""

    item: str
    state: Annotated[str, values_of(ItemState)]
    expires_on: Day | None
    expired: bool
    downloaded: bool


class Downloads(TypedDict):
    """The digital documents of an organisation, the expired ones marked."""

    downloads: list[DownloadView]


@dataclass(frozen=True, slots=True)
class Downloaded:
    """The official PDF, or why there is none."""

    kind: Kind
    number: str = ""
    pdf: bytes = b""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """The document of an item, or why it is not handed out."""

    pdf: bytes = b""
    reasons: tuple[Reason, ...] = ()


def downloads(source: Source, command: Command) -> list[DownloadView]:
    """The digital items of the user's consumer that were made available, the expired ones marked."""
    mine = {
        row.id for row in source.rows(Consumer, table(Consumer).c.email_domain == domain_of(command.actor))
    }
    columns = table(OrderItem).c
    rows = source.rows(OrderItem, columns.consumer_id.in_(sorted(mine)), columns.link_no > 0)
    today = command.today
    return [
        {
            "item": item_number(row.order_id, row.item_no),
            "state": row.state.value,
            "expires_on": day(row.link_expires_on),
            "expired": row.link_expires_on is None or row.link_expires_on < today,
            "downloaded": row.state is ItemState.DELIVERED,
        }
        for row in rows
    ]


def download(
    installation: Installation, item: int | None, command: Command, token: str | None = None
) -> Downloaded:
    """The document of ``item`` for the user of its consumer; the first download delivers it.

    An altered link to a document of the consumer is not found. Somebody else's document is not permitted, and ``None``,
    an item that there is not, is refused like it: nobody can tell one from the other.
    """
    with installation.database.write() as session:
        source = installation.source(session)
        rows = [] if item is None else source.locked(OrderItem, table(OrderItem).c.id == item)
        if item is None or not rows or not _is_theirs(source, rows[0], command):
            params = {"role": command.actor.role, "roles": sorted(WHO_DOWNLOADS.roles)}
            return Downloaded("refused", reasons=(Reason(WHO_DOWNLOADS, params),))
        (row,) = rows
        number = item_number(row.order_id, row.item_no)
        if token is not None and token != link_token(
            row.order_id, row.item_no, row.link_no, installation.settings
        ):
            return Downloaded("not_found", number)
        facts = ItemFacts.of(source, [row], replace(command, event="deliver"))[item]
        reasons = DOWNLOAD.ask(facts)
        DOWNLOAD.keep(source, command, [(facts, reasons)])
        if reasons:
            _hold(source, row, reasons, command)
            return Downloaded("refused", number, reasons=reasons)
        if row.state is ItemState.RENDERED:
            apply(source, ORDER_ITEM, [item], replace(command, event="deliver"))
        return Downloaded(
            "done", number, digital_copy(_stored(source, facts), row.language.value, source.store)
        )


def _is_theirs(source: Source, row: Any, command: Command) -> bool:
    """Whether the actor is a user of the item's consumer (CO-11)."""
    if command.actor.role not in WHO_DOWNLOADS.roles:
        return False
    consumers = source.rows(Consumer, table(Consumer).c.id == row.consumer_id)
    return bool(consumers) and consumers[0].email_domain == domain_of(command.actor)


def _hold(source: Source, row: Any, reasons: Iterable[Reason], command: Command) -> None:
    """What would stop a print job holds a digital document too, as soon as somebody wants it."""
    found = [reason for reason in reasons if reason.rule in HOLDING]
    if found and row.state is ItemState.RENDERED:
        hold = Command("hold_by_system", SYSTEM, command.at, given={row.id: found})
        apply(source, ORDER_ITEM, [row.id], hold)


def _stored(source: Source, facts: ItemFacts) -> bytes:
    document = facts.document
    data = None if document is None else source.store.read(document.path)
    if data is None or document is None or content_fault(data, document.sha256):
        message = "a document that was found intact is gone or altered"
        raise FileNotFoundError(message)
    return data


def new_link(installation: Installation, item: int, command: Command) -> Outcome:
    """Make a new link for a digital document that is ready or was downloaded; the old one becomes unknown."""

    def change(case: Case) -> Change:
        columns = link_columns(case)
        return Change(columns, {"link": columns["link_no"]})

    with installation.database.write() as session:
        wanted = replace(command, event="new_link")
        return amend(installation.source(session), ORDER_ITEM, item, wanted, AMENDMENTS["new_link"], change)


def expire(installation: Installation, items: Iterable[int]) -> list[Outcome]:
    """Digital documents whose last day has passed expire."""
    with installation.database.write() as session:
        command = Command("expire", SYSTEM, installation.now())
        return apply(installation.source(session), ORDER_ITEM, items, command)


def document_for(source: Source, item: int, *, unofficial: bool) -> StoredDocument | None:
    """The stored base document of an item, as it is or marked as an unofficial copy; ``None`` where it has none.

    One that is not what was rendered is not handed out (CO-91).
    """
    columns = table(Document).c
    rows = source.rows(Document, columns.item_id == item, columns.deleted_at.is_(None))
    if not rows:
        return None
    data = source.store.read(rows[0].path)
    if fault := content_fault(data, rows[0].sha256):
        return StoredDocument(reasons=(Reason(document_is_intact, {"fault": fault}),))
    if not unofficial:
        return StoredDocument(data or b"")
    (row,) = source.rows(OrderItem, table(OrderItem).c.id == item)
    return StoredDocument(unofficial_copy(data or b"", row.language.value, source.store))
