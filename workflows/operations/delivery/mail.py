"""Sends what lies in the outbox: to a folder or by SMTP, each message once, tried again where that fails."""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email import policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import update
from sqlmodel import Session

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


class _Headers(HeaderRegistry):
    """Parses headers that are alike once: most are, and parsing is most of what a message takes."""

    __getitem__ = lru_cache(maxsize=64)(HeaderRegistry.__getitem__)
    __call__ = lru_cache(maxsize=256)(HeaderRegistry.__call__)


_POLICY = policy.default.clone(header_factory=_Headers())

Deliver = Callable[[int, EmailMessage], None]


def send(installation: Installation, ids: Sequence[int]) -> int:
    """Send the messages that are still due; gives how many went out.

    They are claimed together and recorded together. A worker that dies in between leaves them to be sent again, under
    the same Message-IDs and file names.
    """
    claimed = _claim(installation, ids)
    with installation.database.read() as session:
        rows = installation.source(session).rows(Message, table(Message).c.id.in_(claimed))
    deliver = mailer(installation.settings)
    failed = {row.id: error for row in rows if (error := _attempt(row, deliver, installation.settings))}
    with installation.database.write() as session:
        sent = [row.id for row in rows if row.id not in failed]
        _record(session, sent, sent_at=installation.now(), next_attempt_at=None, last_error=None)
        for row in rows:
            if row.id in failed:
                wait = RETRY_AFTER[min(row.attempts, len(RETRY_AFTER) - 1)]
                fault = {"step": "send_messages", "error": failed[row.id]}
                again = {"next_attempt_at": installation.now() + wait, "last_error": fault}
                _record(session, [row.id], attempts=row.attempts + 1, **again)
    return len(sent)


def _claim(installation: Installation, ids: Sequence[int]) -> list[int]:
    """Take a lease on those of the outbox's messages that nobody else is sending, and give them."""
    of, now = table(Message), installation.now()
    claim = update(of).where(of.c.id.in_(ids), is_due(now)).values(next_attempt_at=now + _CLAIM)
    with installation.database.write() as session:
        return list(session.connection().execute(claim.returning(of.c.id)).scalars())


def _attempt(row: Any, deliver: Deliver, settings: Settings) -> str | None:
    """The name of the error that kept the message from leaving, if any."""
    try:
        deliver(row.id, as_email(row, settings))
    except (OSError, smtplib.SMTPException) as error:  # a bad certificate is an OSError too
        return type(error).__name__
    return None


def _record(session: Session, ids: Sequence[int], **values: Any) -> None:
    of = table(Message)
    session.connection().execute(update(of).where(of.c.id.in_(ids)).values(values))


def as_email(row: Any, settings: Settings) -> EmailMessage:
    """The message as it travels; its id says that a repeat is one."""
    email = EmailMessage(_POLICY)
    email["From"] = settings.mail_from
    email["To"] = row.address
    email["Subject"] = row.subject
    email["Date"] = row.created_at
    email["Message-ID"] = f"<{row.kind.value}.{row.id}@{settings.mail_from.rpartition('@')[2]}>"
    email.set_content(row.body)
    email["Content-Language"] = f"{row.language.value}-CA"  # after the content, which resets such headers
    return email


def mailer(settings: Settings) -> Deliver:
    """How messages leave: ``smtp://[user:password@]host[:port]``, else a folder with a file for each."""
    if settings.mail_url.startswith("smtp://"):
        return lambda _, email: _by_smtp(settings.mail_url, email)
    folder = Store(settings.mail_url)
    return lambda number, email: folder.write(f"{number:010d}.eml", email.as_bytes())


def _by_smtp(url: str, email: EmailMessage) -> None:
    """Hand over to a server; a password only to one whose certificate is good."""
    parts = urlsplit(url)
    with smtplib.SMTP(parts.hostname or "localhost", parts.port or 25, timeout=_SMTP_SECONDS) as server:
        if parts.username:
            server.starttls(context=ssl.create_default_context())
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(email)


def is_due(now: datetime) -> Any:
    """The condition under which a message is to be sent."""
    of = table(Message)
    return of.c.sent_at.is_(None) & (of.c.next_attempt_at.is_(None) | (of.c.next_attempt_at <= now))
