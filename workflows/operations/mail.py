"""Sends what lies in the outbox: to a folder or by SMTP, each message once, tried again where that fails."""

import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import update

from models.outbox import Message
from models.settings import Settings
from models.store import Store
from workflows.installation import Installation
from workflows.source import table

#: Waits before a message is tried again; then at the last of them.
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
)
#: A message that somebody tries is left alone for so long.
_CLAIM = timedelta(minutes=5)
_SMTP_SECONDS = 20

Deliver = Callable[[int, EmailMessage], None]


def send(installation: Installation, ids: Sequence[int]) -> int:
    """Send the messages that are still due; gives how many went out.

    A worker that dies between sending and recording sends again, under the same Message-ID.
    """
    claimed = [each for each in ids if _claim(installation, each)]
    with installation.database.read() as session:
        rows = installation.source(session).rows(Message, table(Message).c.id.in_(claimed))
    deliver = mailer(installation.settings)
    return sum(_send(installation, row, deliver) for row in rows)


def _claim(installation: Installation, message: int) -> bool:
    of, now = table(Message), installation.now()
    claim = update(of).where(of.c.id == message, is_due(now)).values(next_attempt_at=now + _CLAIM)
    with installation.database.write() as session:
        return session.connection().execute(claim).rowcount > 0


def _send(installation: Installation, row: Any, deliver: Deliver) -> bool:
    try:
        deliver(row.id, as_email(row, installation.settings))
    except (OSError, smtplib.SMTPException) as error:
        wait = RETRY_AFTER[min(row.attempts, len(RETRY_AFTER) - 1)]
        failed = {"step": "send_messages", "error": type(error).__name__}
        _record(
            installation,
            row.id,
            attempts=row.attempts + 1,
            next_attempt_at=installation.now() + wait,
            last_error=failed,
        )
        return False
    _record(installation, row.id, sent_at=installation.now(), next_attempt_at=None, last_error=None)
    return True


def _record(installation: Installation, message: int, **values: Any) -> None:
    of = table(Message)
    with installation.database.write() as session:
        session.connection().execute(update(of).where(of.c.id == message).values(values))


def as_email(row: Any, settings: Settings) -> EmailMessage:
    """The message as it travels; its id says that a repeat is one."""
    email = EmailMessage()
    email["From"] = settings.mail_from
    email["To"] = row.address
    email["Subject"] = row.subject
    email["Date"] = format_datetime(row.created_at)
    email["Message-ID"] = f"<{row.kind.value}.{row.id}@{settings.mail_from.rpartition('@')[2]}>"
    email["Content-Language"] = f"{row.language.value}-CA"
    email.set_content(row.body)
    return email


def mailer(settings: Settings) -> Deliver:
    """How messages leave: ``smtp://[user:password@]host[:port]``, else a folder with a file for each."""
    if settings.mail_url.startswith("smtp://"):
        return lambda _, email: _by_smtp(settings.mail_url, email)
    folder = Store(settings.mail_url)
    return lambda number, email: folder.write(f"{number:010d}.eml", email.as_bytes())


def _by_smtp(url: str, email: EmailMessage) -> None:
    parts = urlsplit(url)
    with smtplib.SMTP(parts.hostname or "localhost", parts.port or 25, timeout=_SMTP_SECONDS) as server:
        if parts.username:
            server.starttls()
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(email)


def is_due(now: datetime) -> Any:
    """The condition under which a message is to be sent."""
    of = table(Message)
    return of.c.sent_at.is_(None) & (of.c.next_attempt_at.is_(None) | (of.c.next_attempt_at <= now))
