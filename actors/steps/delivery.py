"""The steps after an item left: links, presumed delivery, and messages to people (domain §2, "Presumed delivered", and domain §6, "Messages")."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, case, exists, or_, select

from actors.steps.step import Moment, Worker
from models.codes import ItemState, SpecialHandling
from models.orders import OrderItem
from models.outbox import Message
from models.print_jobs import Envelope
from models.special_handling import SpecialHandlingTask
from workflows.calendar import EDMONTON
from workflows.operations.delivery import clock, download, mail
from workflows.source import table

_ITEMS, _MESSAGES = table(OrderItem), table(Message)
_ENVELOPES, _HANDLING = table(Envelope), table(SpecialHandlingTask)


def links_that_ended(moment: Moment) -> Select[Any]:
    """Digital documents whose link has expired."""
    today = moment.now.astimezone(EDMONTON).date()
    due = and_(_ITEMS.c.state == ItemState.RENDERED, _ITEMS.c.link_expires_on < today)
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def expire_links(worker: Worker, ids: Sequence[int]) -> None:
    """Digital documents that nobody downloaded in time expire."""
    download.expire(worker.installation, ids)


def links_that_end_soon(moment: Moment) -> Select[Any]:
    """Links that end within the days of the settings, and of which nobody was reminded."""
    today = moment.now.astimezone(EDMONTON).date()
    due = and_(
        _ITEMS.c.state == ItemState.RENDERED,
        _ITEMS.c.link_expires_on.between(today, today + timedelta(days=moment.settings.reminder_days)),
        _ITEMS.c.reminded_link_no < _ITEMS.c.link_no,
    )
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def remind_consumers(worker: Worker, ids: Sequence[int]) -> None:
    """Remind their consumers."""
    clock.remind(worker.installation, ids)


def long_sent_items(moment: Moment) -> Select[Any]:
    """Paper of which nobody has heard for the days of the settings since it was sent, mailed or handled."""
    settings, today = moment.settings, moment.now.astimezone(EDMONTON).date()
    at_home = _ITEMS.c.address["country"].as_string().in_(("CA", "US"))
    near, far = timedelta(days=settings.presumed_days), timedelta(days=settings.presumed_days_abroad)
    since = case((at_home, moment.now - near), else_=moment.now - far)
    day = case((at_home, today - near), else_=today - far)
    mailed = and_(_ENVELOPES.c.item_id == _ITEMS.c.id, _ENVELOPES.c.outcome_on > day)
    handled = and_(
        _HANDLING.c.id == _ITEMS.c.id,
        or_(
            _HANDLING.c.state.in_((SpecialHandling.OUTSTANDING, SpecialHandling.PENDING)),
            _HANDLING.c.completed_at > since,
        ),
    )
    due = and_(
        _ITEMS.c.state == ItemState.SENT,
        _ITEMS.c.sent_at <= since,
        _ITEMS.c.sent_at <= moment.now - min(near, far),
        ~exists().where(mailed),
        ~exists().where(handled),
    )
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def presume_delivered(worker: Worker, ids: Sequence[int]) -> None:
    """Count them as delivered."""
    clock.presume_delivered(worker.installation, ids)


def unsent_messages(moment: Moment) -> Select[Any]:
    """Messages whose turn has come."""
    return select(_MESSAGES.c.id).where(mail.is_due(moment.now)).order_by(_MESSAGES.c.id)


def send_messages(worker: Worker, ids: Sequence[int]) -> None:
    """Hand the outbox to the mailer; what fails waits and stops nothing else."""
    mail.send(worker.installation, ids)
